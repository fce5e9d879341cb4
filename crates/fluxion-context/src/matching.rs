//! Matching: a jobspec in, what was chosen out. Nothing that cannot be printed is booked.

use fluxion_budget::Budget;
use fluxion_engine::{Admission, JobId, MatchOperation, Policy, Refusal, Requested};
use fluxion_jobspec::Jobspec;

use crate::context::Context;
use crate::decided::Decided;
use crate::errors::MatchError;
use crate::options::MatchFormat;

/// How a match succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Booked from now.
    Allocated,
    /// Booked from a later time.
    Reserved,
    /// Found, nothing booked.
    Matched,
    /// Could run; nothing chosen.
    Satisfiable,
}

/// A match that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The number of the job, or the number the next job will get if nothing was booked.
    pub job: JobId,
    /// What was done.
    pub outcome: Outcome,
    /// When the job starts, in seconds.
    pub at: i64,
    /// What was chosen, in the format of the context, final newline included; may be empty.
    pub resources: String,
}

/// What a match asks for that the context does otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How the result is printed.
    pub format: Option<MatchFormat>,
    /// By which policy resources are chosen. Another one than the graph's costs O(graph) when it is first asked for, or
    /// was not for long.
    pub policy: Option<Policy>,
    /// How many times the decision may look at vertices, where that is less than the context allows.
    pub max_visits: Option<u64>,
    /// The windows that the request may use.
    pub admission: Admission,
}

impl Context {
    /// Matches a jobspec (YAML or JSON text) at time `now`, in seconds.
    ///
    /// # Errors
    /// [`MatchError`]; nothing has changed, except that a job number is spent where nothing fits now.
    pub fn match_jobspec(
        &mut self,
        operation: MatchOperation,
        jobspec: &str,
        now: i64,
    ) -> Result<Matched, MatchError> {
        self.match_with(operation, jobspec, now, &Wanted::default())
    }

    /// As [`Context::match_jobspec`], in another format or by another policy.
    ///
    /// # Errors
    /// [`MatchError`], as there.
    pub fn match_with(
        &mut self,
        operation: MatchOperation,
        jobspec: &str,
        now: i64,
        wanted: &Wanted,
    ) -> Result<Matched, MatchError> {
        let decided = self.decide_match(operation, jobspec, now, wanted, &Budget::UNLIMITED)?;
        Ok(self.perform(decided))
    }

    /// What a match comes to, within a budget.
    ///
    /// # Errors
    /// [`MatchError`]; a job number is spent where nothing fits now, and is carried to the next change. One that was stopped
    /// spends none.
    pub fn decide_match(
        &mut self,
        operation: MatchOperation,
        jobspec: &str,
        now: i64,
        wanted: &Wanted,
        budget: &Budget,
    ) -> Result<Decided<Matched>, MatchError> {
        let jobspec = self
            .recent
            .read(jobspec, self.engine.graph())
            .map_err(|error| MatchError { job: self.next_job(), reason: error.into() })?;
        self.decide_parsed(operation, &jobspec, now, wanted, budget)
    }

    fn decide_parsed(
        &mut self,
        operation: MatchOperation,
        jobspec: &Jobspec,
        now: i64,
        wanted: &Wanted,
        budget: &Budget,
    ) -> Result<Decided<Matched>, MatchError> {
        let job = self.next_job();
        let most = wanted.max_visits.unwrap_or(u64::MAX).min(self.max_visits);
        let budget = &budget.clone().with_visits(most.min(budget.visits()));
        let request = Requested { jobspec, admission: &wanted.admission };
        let decided = match wanted.policy {
            Some(policy) => self.engine.decide_by(policy, operation, request, now, budget),
            None => self.engine.decide(operation, request, now, budget),
        };
        let decision = match decided {
            Ok(Some(decision)) => decision,
            Ok(None) => return Ok(Decided::idle(self.satisfiable(now))),
            Err(refusal) => return Err(self.refuse(operation, refusal)),
        };
        let resources = self
            .print(&decision, jobspec, wanted.format.unwrap_or(self.format), budget)
            .map_err(|error| MatchError { job, reason: error.into() })?;
        let at = decision.window.start;
        if !operation.books() {
            self.engine.note_match(&decision, now);
            return Ok(Decided::idle(Matched { job, outcome: Outcome::Matched, at, resources }));
        }
        let outcome = if at == now { Outcome::Allocated } else { Outcome::Reserved };
        let matched = Matched { job, outcome, at, resources };
        Ok(Decided::changing(matched, self.engine.decide_booking(&decision, now)))
    }

    fn satisfiable(&self, now: i64) -> Matched {
        let outcome = Outcome::Satisfiable;
        Matched { job: self.next_job(), outcome, at: now, resources: String::new() }
    }

    /// A plain "no" spends a job number where a "yes" would have (`docs/semantics/state.md`, Job numbers).
    fn refuse(&mut self, operation: MatchOperation, refusal: Refusal) -> MatchError {
        let job = self.next_job();
        let plain = matches!(
            refusal,
            Refusal::Busy(_)
                | Refusal::BusyToday(_)
                | Refusal::Unsatisfiable(_)
                | Refusal::BusyForEver(_)
        );
        if plain && operation.books() {
            self.engine.spend_number();
        }
        MatchError { job, reason: refusal.into() }
    }
}
