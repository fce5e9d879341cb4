//! Why a request does not start now, when it does, and what would help. Decides nothing: it asks the matcher, counts
//! vertices by the predicates of the search, and says what came out.
//!
//! The verdict is that of a match which may reserve ([`MatchOperation::AllocateOrElseReserve`]), made by the same call.
//! The [`funnel`] sorts the vertices of each type that is asked for by the first reason why they could not serve; the
//! [`ladder`] puts one class of blockers back after the other and finds the first with which the request does not fit;
//! [`hints`] tries changes on a fork, and [`preempt`] which jobs would have to go. Nothing moves but what is remembered for speed: no job number, no weight, no
//! booking. A budget of visits bounds all of it together; what was not finished is left out, and the answer says so.
//!
//! Must not know text, nor what is made of the answer.

mod answer;
mod blockers;
mod counts;
mod funnel;
mod hints;
mod inquiry;
mod ladder;
mod options;
mod preempt;
mod purse;
mod rung_pass;
mod sieve;
mod wanted;
mod windows;

use fluxion_budget::Budget;
use fluxion_graph::TimeWindow;

use crate::change::timing::{BeginRefusal, Obstacle};
use crate::engine::{Engine, NoSuchJob};
use crate::explain::blockers::{Claimed, blockers};
use crate::explain::inquiry::Inquiry;
use crate::explain::purse::Purse;
use crate::operation::{JobId, JobState};
use crate::record::{Hold, JobRecord};
use crate::refusal::Refusal;
use crate::requested::Requested;

pub use answer::{
    BlockingJob, BlockingWindow, Bucket, Cause, ElementPath, Explanation, FunnelLevel, Hint,
    JobToGo, MOST_BLOCKERS, MOST_EXAMPLES, Necessity, Preemption, PreemptionOutcome, Proof, Reason,
    Shortage, Verdict, VertexUse, WhyNot,
};
pub use options::{ExplainOptions, Hints, JobCosts};

/// For what a job waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// Its time.
    Planned,
    /// Jobs that have begun and have what it needs, though its time has come.
    Late,
    /// Something that is down, though its time has come.
    Down,
    /// Nothing.
    Over,
}

impl Engine {
    /// Why a request does not start at time `now`, when it does, and what would help, within a budget of visits for all
    /// of that together. Changes nothing that an answer or a listing depends on. Costs a match, a walk over the inner
    /// vertices for each type that is asked for, and a few more passes where the request does not fit now.
    ///
    /// # Errors
    /// [`Refusal`], where the request is not valid, or nobody waits any more; that nothing is found is no error, nor
    /// that the budget is spent.
    pub fn explain<'r>(
        &mut self,
        request: impl Into<Requested<'r>>,
        now: i64,
        options: &ExplainOptions<'_>,
        budget: &Budget,
    ) -> Result<Explanation, Refusal> {
        let request = request.into();
        let meter = std::mem::take(&mut self.scratch.meter);
        let purse = Purse::new(budget);
        let explained = Inquiry { engine: self, request, now, options, purse }.run();
        self.scratch.meter = meter;
        explained
    }

    /// Why a job starts when it does: who has what it gets, until then. Of a job nothing is known but what it has, so that
    /// nothing is counted and nothing is tried. O(grants of the jobs that overlap with its wait).
    ///
    /// # Errors
    /// [`NoSuchJob`] if it is not live.
    pub fn explain_job(
        &self,
        job: JobId,
        now: i64,
        budget: &Budget,
    ) -> Result<Explanation, NoSuchJob> {
        let record = self.live_job(job).ok_or(NoSuchJob(job))?;
        let start = record.window.start;
        let wait = match self.decide_begin(job, now) {
            _ if start > now => Wait::Planned,
            Err(BeginRefusal::HeldUp(Obstacle::Job(_))) => Wait::Late,
            Err(BeginRefusal::HeldUp(Obstacle::Down(_))) => Wait::Down,
            Ok(_) | Err(BeginRefusal::NoReservation(_)) => Wait::Over,
        };
        let mut explanation = Explanation::of(match wait {
            Wait::Planned => Verdict::FitsLater(start),
            Wait::Late | Wait::Down => Verdict::NotForeseen,
            Wait::Over => Verdict::FitsNow,
        });
        let mut purse = Purse::new(budget);
        match wait {
            Wait::Planned | Wait::Late => {
                explanation.blockers = self.in_the_way(job, record, (wait, now), &mut purse);
                explanation.cause = self.cause_of(&explanation.blockers);
            }
            Wait::Down => explanation.cause = Some(Cause::Down),
            Wait::Over => {}
        }
        explanation.is_complete = !purse.is_empty();
        explanation.visits = purse.spent();
        Ok(explanation)
    }

    /// The jobs that have what a job waits for; of one whose time has come, those that have begun.
    fn in_the_way(
        &self,
        job: JobId,
        record: &JobRecord,
        (wait, now): (Wait, i64),
        purse: &mut Purse,
    ) -> Vec<BlockingJob> {
        let TimeWindow { start, end } = record.window;
        let claimed = Claimed::new(self.graph().vertices().len(), record.grants.iter().copied());
        let until = match wait {
            Wait::Planned => now.saturating_add(end - start).min(end),
            Wait::Late | Wait::Down | Wait::Over => now.saturating_add(1),
        };
        let counts =
            |other: &JobRecord| wait == Wait::Planned || other.state == JobState::Allocated;
        let others = self.jobs().filter(|&(other, record)| other != job && counts(record));
        let found = blockers(others, &claimed, TimeWindow { start: now, end: until }, |visits| {
            purse.spend(visits);
            !purse.is_empty()
        });
        found.unwrap_or_default()
    }

    /// What jobs in the way come to: allocations among them say busy.
    fn cause_of(&self, blockers: &[BlockingJob]) -> Option<Cause> {
        let hold = |blocker: &BlockingJob| self.job(blocker.job).map(|record| record.hold);
        if blockers.is_empty() {
            return None;
        }
        let busy = blockers.iter().any(|blocker| hold(blocker) == Some(Hold::Allocation));
        Some(if busy { Cause::Busy } else { Cause::Reserved })
    }
}
