//! Which jobs would have to go so that a request fits now, by what each of them costs whoever asks. Tried on a fork, with
//! the matcher; nothing is taken from anybody.
//!
//! The cheapest jobs go first, as many as it takes: found by halving. Of these only those go whose place the matcher takes
//! then; and of these one after the other stays if it can, the dearest first, until none can. So each of them is needed
//! if the others go; that no other jobs would cost less together is not looked for.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_graph::TimeWindow;

use super::answer::{JobToGo, Preemption, PreemptionOutcome};
use super::blockers::Claimed;
use super::options::JobCosts;
use super::purse::Purse;
use crate::decision::Decision;
use crate::engine::Engine;
use crate::operation::{JobId, MatchOperation};
use crate::record::{Hold, JobRecord};
use crate::refusal::Refusal;
use crate::request::prepared::duration;
use crate::requested::Requested;

/// So many jobs are listed in the time of one visit.
const JOBS_A_VISIT: u64 = 16;

/// Releases jobs on a fork within what is left of a budget.
pub(super) struct Releases<'a> {
    /// By the policy of the request.
    pub(super) fork: Engine,
    /// The jobs that the fork has not.
    pub(super) out: BTreeMap<JobId, JobRecord>,
    pub(super) request: Requested<'a>,
    pub(super) now: i64,
    pub(super) costs: &'a JobCosts,
    pub(super) purse: &'a mut Purse,
}

/// What becomes of a request without some jobs.
enum Without {
    Fits(Box<Decision>),
    Busy,
    /// The budget was spent.
    Unknown,
}

impl Releases<'_> {
    /// The jobs that would have to go.
    pub(super) fn run(mut self) -> Result<Preemption, Refusal> {
        let end = self.now.saturating_add(duration(self.request.jobspec.duration)?);
        let all = self.candidates(TimeWindow { start: self.now, end });
        let decision = match self.without(&all)? {
            Without::Fits(decision) => decision,
            Without::Busy => return Ok(Preemption::of(PreemptionOutcome::InVain, Vec::new())),
            Without::Unknown => return Ok(Preemption::of(PreemptionOutcome::Unknown, Vec::new())),
        };
        let mut gone = Going { jobs: all, decision, outcome: PreemptionOutcome::Needed };
        self.fewest_of_the_cheapest(&mut gone)?;
        self.those_in_the_way(&mut gone)?;
        self.spare(&mut gone)?;
        Ok(Preemption::of(gone.outcome, gone.jobs))
    }

    /// The jobs that may go and have something during a window, in the order in which they go.
    fn candidates(&self, window: TimeWindow) -> Vec<JobToGo> {
        let has = |record: &JobRecord| {
            let TimeWindow { start, end } = record.window;
            let is_over = end <= window.start && record.hold != Hold::Allocation;
            record.is_live() && start < window.end && !is_over
        };
        let mut found: Vec<(usize, JobToGo)> = self
            .fork
            .jobs()
            .filter(|(_, record)| has(record))
            .filter_map(|(job, record)| {
                Some((record.grants.len(), JobToGo { job, cost: self.costs.of(job)? }))
            })
            .collect();
        found.sort_by_key(|(grants, gone)| (gone.cost, *grants, std::cmp::Reverse(gone.job)));
        found.into_iter().map(|(_, gone)| gone).collect()
    }

    /// What becomes of the request without some jobs. O(grants of the jobs that go or come back) beside the match.
    fn without(&mut self, gone: &[JobToGo]) -> Result<Without, Refusal> {
        self.release(gone);
        self.decide()
    }

    /// What becomes of the request as the fork is.
    fn decide(&mut self) -> Result<Without, Refusal> {
        self.purse.check()?;
        if self.purse.is_empty() {
            return Ok(Without::Unknown);
        }
        let (operation, rest) = (MatchOperation::Allocate, self.purse.rest());
        let decided = self.fork.decide(operation, self.request, self.now, &rest);
        self.purse.spend(self.fork.scratch.meter.spent() + 1);
        match decided {
            Ok(Some(decision)) => Ok(Without::Fits(Box::new(decision))),
            Err(Refusal::Stopped) => Err(Refusal::Stopped),
            Err(Refusal::TooManyVisits { .. }) => {
                self.purse.give_up();
                Ok(Without::Unknown)
            }
            Ok(None) | Err(_) => Ok(Without::Busy),
        }
    }

    /// Leaves the fork without these jobs, and with all others.
    fn release(&mut self, gone: &[JobToGo]) {
        self.purse.spend(gone.len() as u64 / JOBS_A_VISIT);
        let gone: BTreeSet<JobId> = gone.iter().map(|gone| gone.job).collect();
        let back: Vec<JobId> = self.out.keys().filter(|job| !gone.contains(job)).copied().collect();
        back.into_iter().for_each(|job| self.bring_back(job));
        gone.into_iter().for_each(|job| self.let_go(job));
    }

    /// Takes a job out of the fork, unless it is out already.
    fn let_go(&mut self, job: JobId) {
        if let Some(record) = self.fork.unrecord(job) {
            self.purse.spend(record.grants.len() as u64);
            self.out.insert(job, record);
        }
    }

    fn bring_back(&mut self, job: JobId) {
        if let Some(record) = self.out.remove(&job) {
            self.purse.spend(record.grants.len() as u64);
            self.fork.record(job, record);
        }
    }

    /// Lets some jobs go instead, if that does. Whether it does; what cannot be found out is noted.
    fn try_with(&mut self, gone: &mut Going, jobs: Vec<JobToGo>) -> Result<bool, Refusal> {
        match self.without(&jobs)? {
            Without::Fits(decision) => {
                (gone.jobs, gone.decision) = (jobs, decision);
                Ok(true)
            }
            Without::Busy => Ok(false),
            Without::Unknown => {
                gone.outcome = PreemptionOutcome::Enough;
                Ok(false)
            }
        }
    }

    /// No more of the cheapest than it takes.
    fn fewest_of_the_cheapest(&mut self, gone: &mut Going) -> Result<(), Refusal> {
        let all = gone.jobs.clone();
        let (mut least, mut most) = (0, all.len());
        while least < most && !self.purse.is_empty() {
            let middle = least.midpoint(most);
            match self.try_with(gone, all[..middle].to_vec())? {
                true => most = middle,
                false => least = middle + 1,
            }
        }
        Ok(())
    }

    /// Only those that have what the matcher takes without them, as often as that leaves fewer.
    fn those_in_the_way(&mut self, gone: &mut Going) -> Result<(), Refusal> {
        loop {
            let vertices = self.fork.graph().vertices().len();
            let claimed = Claimed::new(vertices, gone.decision.grants());
            self.release(&gone.jobs);
            let is_in_the_way =
                |gone: &&JobToGo| self.out.get(&gone.job).is_some_and(|job| claimed.meets(job));
            let jobs: Vec<_> = gone.jobs.iter().filter(is_in_the_way).copied().collect();
            if jobs.len() == gone.jobs.len() || !self.try_with(gone, jobs)? {
                return Ok(());
            }
        }
    }

    /// One after the other stays, the dearest first, until none of them can.
    fn spare(&mut self, gone: &mut Going) -> Result<(), Refusal> {
        self.release(&gone.jobs);
        let mut needed_in_a_row = 0;
        let mut at = gone.jobs.len();
        while needed_in_a_row < gone.jobs.len() && !self.purse.is_empty() {
            at = at.checked_sub(1).unwrap_or(gone.jobs.len() - 1);
            let job = gone.jobs[at].job;
            self.bring_back(job);
            match self.decide()? {
                Without::Fits(_) => {
                    gone.jobs.remove(at);
                    needed_in_a_row = 0;
                }
                Without::Busy => {
                    self.let_go(job);
                    needed_in_a_row += 1;
                }
                Without::Unknown => break,
            }
        }
        if needed_in_a_row < gone.jobs.len() {
            gone.outcome = PreemptionOutcome::Enough;
        }
        Ok(())
    }
}

/// Jobs without which the request fits, and what the matcher takes then.
struct Going {
    jobs: Vec<JobToGo>,
    decision: Box<Decision>,
    outcome: PreemptionOutcome,
}
