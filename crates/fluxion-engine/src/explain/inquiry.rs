//! One explanation in the making: the verdict, then the counts, then the ladder, the jobs in the way, and the hints.

use std::collections::BTreeMap;

use fluxion_graph::TimeWindow;
use fluxion_jobspec::Jobspec;

use super::answer::{Cause, Explanation, Preemption, PreemptionOutcome, Proof, Verdict};
use super::blockers::{Claimed, blockers};
use super::counts::{Counted, chosen, count_levels};
use super::hints::Trials;
use super::ladder::{Ladder, Rung, RungOutcome, ShortOf};
use super::options::{ExplainOptions, Hints, JobCosts};
use super::preempt::Releases;
use super::purse::Purse;
use super::rung_pass::{barred_at, can_leave_reservations_out, pass_of, tells_allocations};
use crate::decision::Decision;
use crate::engine::Engine;
use crate::notes::Notes;
use crate::operation::MatchOperation;
use crate::passes::Passes;
use crate::policy::Policy;
use crate::record::Hold;
use crate::refusal::{GRAPH_END, Refusal};
use crate::request::prepared::PreparedRequest;
use crate::requested::Requested;

/// See the module documentation.
pub(super) struct Inquiry<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) request: Requested<'a>,
    pub(super) now: i64,
    pub(super) options: &'a ExplainOptions<'a>,
    pub(super) purse: Purse,
}

/// What a match comes to.
struct Decided {
    verdict: Verdict,
    decision: Option<Decision>,
    notes: Notes,
}

impl Inquiry<'_> {
    pub(super) fn run(mut self) -> Result<Explanation, Refusal> {
        let Decided { verdict, decision, notes } = self.decide()?;
        let mut explanation = Explanation { notes, ..Explanation::of(verdict) };
        let fits_now = verdict == Verdict::FitsNow;
        let fork = self.fork_for_allocations(verdict)?;
        if !self.purse.is_empty() {
            let counted = self.count(fork.as_ref(), decision.as_ref())?;
            let short = counted.short.unwrap_or(ShortOf::Unallocated);
            (explanation.levels, explanation.why_not) = (counted.levels, counted.why_not);
            if !counted.is_complete {
                self.purse.give_up();
            }
            if self.now >= GRAPH_END && !fits_now {
                // nothing starts any more, whatever is free
                (explanation.cause, explanation.proof) = (Some(Cause::Limit), Some(Proof::Search));
            } else if !fits_now && verdict != Verdict::Unknown {
                self.find_cause(&mut explanation, fork, short)?;
            }
        }
        explanation.windows = self.windows_in_the_way(&explanation, decision.as_ref())?;
        if let Some(decision) = decision.filter(|_| !fits_now) {
            self.find_blockers(&mut explanation, &decision);
        }
        if let Some(costs) = self.options.preempt {
            explanation.preemption = Some(self.preempt(verdict, costs)?);
        }
        if !fits_now && self.options.hints == Hints::Tried {
            self.try_changes(&mut explanation)?;
        }
        if !fits_now && explanation.cause.is_none() {
            explanation.proof = Some(Proof::Budget);
        }
        explanation.is_complete = !self.purse.is_empty();
        explanation.visits = self.purse.spent();
        self.purse.check()?;
        Ok(explanation)
    }

    /// What a match comes to that may also reserve.
    fn decide(&mut self) -> Result<Decided, Refusal> {
        let (policy, operation) = (self.options.policy, MatchOperation::AllocateOrElseReserve);
        let (request, now, rest) = (self.request, self.now, self.purse.rest());
        let decided = self.engine.decide_under(policy, operation, request, now, &rest);
        self.purse.spend(self.engine.scratch.meter.spent());
        let of = |verdict, decision, notes| Ok(Decided { verdict, decision, notes });
        match decided {
            Ok(Some(decision)) => {
                let start = decision.window.start;
                let later = start != now;
                let verdict = if later { Verdict::FitsLater(start) } else { Verdict::FitsNow };
                of(verdict, Some(decision), Notes::default())
            }
            Ok(None) => of(Verdict::FitsNow, None, Notes::default()),
            Err(Refusal::Busy(notes) | Refusal::BusyToday(notes)) => {
                of(Verdict::NotForeseen, None, notes)
            }
            Err(Refusal::Unsatisfiable(notes) | Refusal::BusyForEver(notes)) => {
                of(Verdict::Never, None, notes)
            }
            Err(Refusal::TooManyVisits { .. }) => {
                self.purse.give_up();
                of(Verdict::Unknown, None, Notes::default())
            }
            Err(other) => Err(other),
        }
    }

    /// A fork with allocations alone, where they cannot be told from other bookings: by counts, and by a pass if the request
    /// does not fit.
    fn fork_for_allocations(&mut self, verdict: Verdict) -> Result<Option<Engine>, Refusal> {
        let (now, rest) = (self.now, self.purse.rest());
        if !self.engine.state.has_later() {
            return Ok(None);
        }
        let can_tell = self.engine.consider(
            self.options.policy,
            self.request,
            &rest,
            |prepared, passes, _, _| {
                Ok(match verdict {
                    Verdict::FitsNow => tells_allocations(&passes, now),
                    _ => can_leave_reservations_out(prepared, &passes, now),
                })
            },
        )?;
        if can_tell {
            return Ok(None);
        }
        Ok(without_later(self.engine, self.options.policy, &mut self.purse))
    }

    /// The vertices of each level by reason, and what is to be said of one vertex.
    fn count(
        &mut self,
        fork: Option<&Engine>,
        decision: Option<&Decision>,
    ) -> Result<Counted, Refusal> {
        let (now, rest, options) = (self.now, self.purse.rest(), self.options);
        let look = |prepared: &PreparedRequest<'_>, passes: Passes<'_>, _: &mut _, _: &_| {
            Ok(count_levels(prepared, passes, fork, now, options))
        };
        let mut counted = self.engine.consider(options.policy, self.request, &rest, look)?;
        self.purse.spend(self.engine.scratch.meter.spent());
        if let Some(why_not) = &mut counted.why_not {
            why_not.usage = chosen(decision, why_not.vertex);
        }
        Ok(counted)
    }

    /// The first class of blockers with which the request does not fit.
    fn find_cause(
        &mut self,
        explanation: &mut Explanation,
        mut fork: Option<Engine>,
        short: ShortOf,
    ) -> Result<(), Refusal> {
        let known = match explanation.verdict {
            Verdict::FitsNow | Verdict::Unknown => return Ok(()),
            Verdict::FitsLater(_) => Some(Rung::Down),
            Verdict::NotForeseen => Some(Rung::Constraint),
            Verdict::Never => None,
        };
        let levels = std::mem::take(&mut explanation.levels);
        let mut fault = Ok(());
        let (cause, proof) = Ladder { levels: &levels, short, known }.climb(|rung| {
            let found = self.search(rung, fork.as_mut());
            found.unwrap_or_else(|error| {
                fault = Err(error);
                RungOutcome::Unknown
            })
        });
        explanation.levels = levels;
        (explanation.cause, explanation.proof) = (cause, Some(proof));
        fault
    }

    /// What the matcher finds at one rung.
    fn search(&mut self, rung: Rung, fork: Option<&mut Engine>) -> Result<RungOutcome, Refusal> {
        if self.purse.is_empty() {
            return Ok(RungOutcome::Unknown);
        }
        match fork {
            Some(fork) if rung == Rung::Allocations => match self.pass(rung, Some(&mut *fork))? {
                RungOutcome::Place => self.decide_on(fork),
                other => Ok(other),
            },
            _ => self.pass(rung, None),
        }
    }

    /// Whether the matcher would take on a fork what a pass finds there: at shared vertices it may collide with what is booked.
    fn decide_on(&mut self, fork: &mut Engine) -> Result<RungOutcome, Refusal> {
        let (now, rest) = (self.now, self.purse.rest());
        let decided = fork.decide_under(None, MatchOperation::Allocate, self.request, now, &rest);
        self.purse.spend(fork.scratch.meter.spent());
        match decided {
            Ok(_) => Ok(RungOutcome::Place),
            Err(Refusal::TooManyVisits { .. }) => {
                self.purse.give_up();
                Ok(RungOutcome::Unknown)
            }
            Err(_) => Ok(RungOutcome::No),
        }
    }

    /// What one pass finds.
    fn pass(&mut self, rung: Rung, fork: Option<&mut Engine>) -> Result<RungOutcome, Refusal> {
        let unconstrained = Jobspec { constraint: None, ..self.request.jobspec.clone() };
        let jobspec = if rung == Rung::Shape { &unconstrained } else { self.request.jobspec };
        let request = Requested { jobspec, ..self.request };
        let (engine, policy) = match fork {
            // a fork has the policy of its own
            Some(fork) => (fork, None),
            None => (&mut *self.engine, self.options.policy),
        };
        let (now, rest) = (self.now, self.purse.rest());
        let found = engine.consider(policy, request, &rest, |prepared, mut passes, _, _| {
            let (kind, start) = pass_of(rung, prepared, &passes, now);
            let barred = barred_at(rung, prepared, &mut passes, now);
            let decision = passes.run_within(prepared, kind, start, None, barred.as_deref());
            Ok(match decision {
                _ if passes.scratch.meter.is_stopped() => RungOutcome::Unknown,
                None => RungOutcome::No,
                Some(decision) if decision.selection.vertices.is_empty() => RungOutcome::Nothing,
                Some(_) => RungOutcome::Place,
            })
        })?;
        self.purse.spend(engine.scratch.meter.spent());
        if found == RungOutcome::Unknown {
            self.purse.give_up();
        }
        Ok(found)
    }

    /// Who has now what the request gets later.
    fn find_blockers(&mut self, explanation: &mut Explanation, decision: &Decision) {
        let claimed = Claimed::new(self.engine.graph().vertices().len(), decision.grants());
        let TimeWindow { start, end } = decision.window;
        let now = self.now;
        let window = TimeWindow { start: now, end: now.saturating_add(end - start) };
        let purse = &mut self.purse;
        let found = blockers(self.engine.jobs(), &claimed, window, |visits| {
            purse.spend(visits);
            !purse.is_empty()
        });
        explanation.blockers = found.unwrap_or_default();
    }

    /// Which jobs would have to go.
    fn preempt(&mut self, verdict: Verdict, costs: &JobCosts) -> Result<Preemption, Refusal> {
        let outcome = match verdict {
            Verdict::FitsNow => PreemptionOutcome::Needed,
            _ => PreemptionOutcome::Unknown,
        };
        let may_help = matches!(verdict, Verdict::FitsLater(_) | Verdict::NotForeseen);
        if !may_help || self.purse.is_empty() {
            return Ok(Preemption::of(outcome, Vec::new()));
        }
        let fork = match self.options.policy {
            Some(policy) => self.engine.under(policy),
            None => self.engine.clone(),
        };
        let (request, now, purse) = (self.request, self.now, &mut self.purse);
        let out = BTreeMap::new();
        Releases { fork, out, request, now, costs, purse }.run()
    }

    fn try_changes(&mut self, explanation: &mut Explanation) -> Result<(), Refusal> {
        if self.purse.is_empty() {
            return Ok(());
        }
        let mut trials = Trials {
            fork: self.engine.clone(),
            policy: self.options.policy,
            request: self.request,
            now: self.now,
            purse: &mut self.purse,
        };
        explanation.hints = trials.run(&explanation.levels)?;
        Ok(())
    }
}

/// A fork in which allocations alone are booked; none if that costs more visits than may be spent.
fn without_later(engine: &Engine, policy: Option<Policy>, purse: &mut Purse) -> Option<Engine> {
    let is_later = |hold: Hold| hold != Hold::Allocation;
    let later = || engine.jobs().filter(|(_, job)| job.is_live() && is_later(job.hold));
    purse.spend(later().map(|(_, job)| job.grants.len() as u64).sum());
    if purse.is_empty() {
        return None;
    }
    let mut fork = match policy {
        Some(policy) => engine.under(policy),
        None => engine.clone(),
    };
    later().for_each(|(job, _)| drop(fork.unrecord(job)));
    Some(fork)
}
