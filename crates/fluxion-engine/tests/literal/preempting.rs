//! Which jobs would have to go, against the matcher: without exactly these a request is allocated, without all of them but
//! any one it is not, nor without any part of them; where it is in vain, it is refused without all jobs that may go.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use fluxion_budget::Budget;
use fluxion_engine::{
    Engine, ExplainOptions, Explanation, Hints, JobCosts, JobId, MatchOperation, Preemption,
    PreemptionOutcome, Verdict,
};
use fluxion_jobspec::Jobspec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::agreement::play;
use crate::cases;
use crate::model::Rules;
use crate::scenarios::{Scenario, jobspecs, scenario, shared_scenario};

/// Something that is not as it should be.
type Difference = String;

/// Of so many jobs all parts are tried.
const MOST_IN_PARTS: usize = 6;

struct Question<'a> {
    engine: &'a Engine,
    jobspec: &'a Jobspec,
    now: i64,
    costs: &'a JobCosts,
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Difference> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

impl Question<'_> {
    fn ask(&self, budget: &Budget) -> Result<Option<(Explanation, Preemption)>, Difference> {
        let mut engine = self.engine.clone();
        let options = ExplainOptions {
            hints: Hints::Skipped,
            preempt: Some(self.costs),
            ..ExplainOptions::default()
        };
        let Ok(explanation) = engine.explain(self.jobspec, self.now, &options, budget) else {
            return Ok(None);
        };
        engine.check().map_err(|wrong| format!("asking left behind: {wrong}"))?;
        let same = engine.fingerprint() == self.engine.fingerprint()
            && engine.next_job() == self.engine.next_job();
        ensure(same, || "asking changed the state".to_owned())?;
        let preemption = explanation.preemption.clone().ok_or("nothing is told")?;
        Ok(Some((explanation, preemption)))
    }

    fn check(&self) -> Result<(), Difference> {
        let Some((explanation, preemption)) = self.ask(&Budget::UNLIMITED)? else {
            return Ok(());
        };
        self.check_answer(explanation.verdict, &preemption)
            .map_err(|difference| format!("{difference}\n{explanation:#?}"))?;
        ensure(explanation.is_complete, || "it is not complete".to_owned())?;
        for visits in [50, explanation.visits / 2, explanation.visits.saturating_sub(1)] {
            let Some((part, told)) = self.ask(&Budget::UNLIMITED.with_visits(visits))? else {
                return Err(format!("with {visits} visits nothing is told"));
            };
            let known = match told.outcome {
                PreemptionOutcome::Unknown => told.jobs.is_empty(),
                PreemptionOutcome::Enough => self.fits_without(&ids(&told)),
                PreemptionOutcome::Needed | PreemptionOutcome::InVain => told == preemption,
            };
            ensure(known, || format!("with {visits} visits it says {part:#?}"))?;
        }
        Ok(())
    }

    fn check_answer(&self, verdict: Verdict, told: &Preemption) -> Result<(), Difference> {
        let jobs = ids(told);
        match (verdict, told.outcome) {
            (Verdict::FitsNow, PreemptionOutcome::Needed)
            | (Verdict::Never, PreemptionOutcome::Unknown) => {
                return ensure(jobs.is_empty(), || "jobs are told".to_owned());
            }
            (Verdict::FitsLater(_) | Verdict::NotForeseen, PreemptionOutcome::Needed) => {
                ensure(!jobs.is_empty(), || "no job is told".to_owned())?;
            }
            (Verdict::FitsLater(_) | Verdict::NotForeseen, PreemptionOutcome::InVain) => {
                let all: Vec<_> = self.may_go().keys().copied().collect();
                return ensure(jobs.is_empty() && !self.fits_without(&all), || {
                    "it is not in vain".to_owned()
                });
            }
            other => return Err(format!("{other:?} is told")),
        }
        self.check_order(told)?;
        ensure(self.fits_without(&jobs), || "it does not fit without them".to_owned())?;
        for at in 0..jobs.len() {
            let mut others = jobs.clone();
            let stays = others.remove(at);
            ensure(!self.fits_without(&others), || format!("job {stays} could stay"))?;
        }
        let parts = if jobs.len() > MOST_IN_PARTS { 0 } else { (1 << jobs.len()) - 1 };
        for part in 0..parts {
            let is_in = |(at, _): &(usize, &JobId)| part & (1 << at) != 0;
            let gone: Vec<_> = jobs.iter().enumerate().filter(is_in).map(|(_, &job)| job).collect();
            ensure(!self.fits_without(&gone), || format!("it fits without {gone:?}"))?;
        }
        Ok(())
    }

    /// What each of those costs that may go.
    fn may_go(&self) -> BTreeMap<JobId, u64> {
        let live = self.engine.jobs().map(|(job, _)| job).filter(|&job| self.engine.is_live(job));
        let cost = |job| self.costs.listed.get(&job).copied().unwrap_or(self.costs.others);
        live.filter_map(|job| Some((job, cost(job)?))).collect()
    }

    fn check_order(&self, told: &Preemption) -> Result<(), Difference> {
        let may_go = self.may_go();
        let right = told.jobs.iter().all(|gone| may_go.get(&gone.job) == Some(&gone.cost));
        ensure(right, || format!("those may go: {may_go:?}"))?;
        let total: u64 = told.jobs.iter().map(|gone| gone.cost).sum();
        ensure(total == told.total_cost, || format!("they cost {total}"))?;
        let key = |job: JobId, cost: u64| {
            (cost, self.engine.job(job).unwrap().grants.len(), Reverse(job))
        };
        let in_order = told
            .jobs
            .windows(2)
            .all(|two| key(two[0].job, two[0].cost) < key(two[1].job, two[1].cost));
        ensure(in_order, || "they are out of order".to_owned())
    }

    /// Whether the request is allocated once jobs are cancelled.
    fn fits_without(&self, gone: &[JobId]) -> bool {
        let mut engine = self.engine.clone();
        for &job in gone {
            let (change, _) = engine.decide_cancel(job).unwrap();
            engine.apply(&change).unwrap();
        }
        let operation = MatchOperation::Allocate;
        engine.decide(operation, self.jobspec, self.now, &Budget::UNLIMITED).is_ok()
    }
}

fn ids(told: &Preemption) -> Vec<JobId> {
    told.jobs.iter().map(|gone| gone.job).collect()
}

/// Costs that differ, some the same, and some jobs that stay.
fn costs(engine: &Engine, others: Option<u64>) -> JobCosts {
    let cost = |job: JobId| match job.0 * 7 % 11 {
        0..3 => None,
        3 => Some(None),
        other => Some(Some(other % 5)),
    };
    let listed = engine.jobs().filter_map(|(job, _)| Some((job, cost(job)?))).collect();
    JobCosts { listed, others }
}

fn check(scenario: &Scenario, jobspecs: &[Jobspec]) -> Result<(), TestCaseError> {
    let ask = |engine: &Engine, now: i64| {
        [None, Some(2)].into_iter().try_for_each(|others| {
            let costs = &costs(engine, others);
            let any = &JobCosts { listed: BTreeMap::new(), others };
            jobspecs.iter().flat_map(|jobspec| [(jobspec, costs), (jobspec, any)]).try_for_each(
                |(jobspec, costs)| {
                    let question = Question { engine, jobspec, now, costs };
                    question.check().map_err(|difference| {
                        format!("{jobspec:?} {costs:?} at {now}: {difference}")
                    })
                },
            )
        })
    };
    play(scenario, ask).map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn jobs_make_room_for_simple_requests(
        scenario in scenario(Rules::Simple), jobspecs in jobspecs(Rules::Simple),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn jobs_make_room_for_flexible_requests(
        scenario in scenario(Rules::Flexible), jobspecs in jobspecs(Rules::Flexible),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn jobs_make_room_for_deep_requests(
        scenario in scenario(Rules::Deep), jobspecs in jobspecs(Rules::Deep),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn jobs_make_room_for_requests_for_shared_leaves(
        scenario in shared_scenario(Rules::Simple), jobspecs in jobspecs(Rules::Simple),
    ) {
        check(&scenario, &jobspecs)?;
    }
}
