//! Matching: a jobspec in, what was chosen out. Nothing that cannot be printed is booked.

use fluxion_budget::Budget;
use fluxion_engine::{Admission, JobId, MatchOperation, Policy, Refusal, Requested};
use fluxion_jobspec::Jobspec;

use crate::context::Context;
use crate::decided::Decided;
use crate::errors::MatchError;
use crate::explain::{ExplainWanted, ExplainedWhy};
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
    /// What is told if nothing is found.
    pub if_refused: IfRefused,
}

/// What is told of a match that finds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfRefused {
    /// That it finds nothing.
    #[default]
    Said,
    /// Why, too, as [`Context::explain`] tells it. As many visits may be made for that as for the match.
    Explained,
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
    /// spends none, nor does one whose explanation does not come to its end within `budget`.
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
            .map_err(|error| MatchError::new(self.next_job(), error))?;
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
        let (job, whole) = (self.next_job(), budget);
        let most = wanted.max_visits.unwrap_or(u64::MAX).min(self.max_visits);
        let budget = &whole.clone().with_visits(most.min(whole.visits()));
        let request = Requested { jobspec, admission: &wanted.admission };
        let decided = match wanted.policy {
            Some(policy) => self.engine.decide_by(policy, operation, request, now, budget),
            None => self.engine.decide(operation, request, now, budget),
        };
        let decision = match decided {
            Ok(Some(decision)) => decision,
            Ok(None) => return Ok(Decided::idle(self.satisfiable(now))),
            Err(refusal) if wanted.if_refused == IfRefused::Explained && is_plain(&refusal) => {
                let why = self.explain_refusal(jobspec, now, wanted, whole)?;
                return Err(MatchError { why: Some(why), ..self.refuse(operation, refusal) });
            }
            Err(refusal) => return Err(self.refuse(operation, refusal)),
        };
        let resources = self
            .print(&decision, jobspec, wanted.format.unwrap_or(self.format), budget)
            .map_err(|error| MatchError::new(job, error))?;
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
        if is_plain(&refusal) && operation.books() {
            self.engine.spend_number();
        }
        MatchError::new(job, refusal)
    }

    /// Why a match finds nothing. One that is cut short by the budget of the caller alone is no answer: with more of it the
    /// match would be told more.
    fn explain_refusal(
        &mut self,
        jobspec: &Jobspec,
        now: i64,
        wanted: &Wanted,
        budget: &Budget,
    ) -> Result<Box<ExplainedWhy>, MatchError> {
        let Wanted { policy, max_visits, .. } = *wanted;
        let asked = ExplainWanted { policy, max_visits, ..ExplainWanted::default() };
        let most = max_visits.unwrap_or(u64::MAX).min(self.max_visits);
        let why = self.explain_parsed(jobspec, now, &asked, None, budget)?;
        if !why.is_complete && budget.visits() < most {
            let cut = Refusal::TooManyVisits { most: budget.visits() };
            return Err(MatchError::new(self.next_job(), cut));
        }
        Ok(Box::new(why))
    }
}

/// Whether nothing is wrong with a request, but nothing is found for it.
fn is_plain(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Busy(_)
            | Refusal::BusyToday(_)
            | Refusal::Unsatisfiable(_)
            | Refusal::BusyForEver(_)
    )
}
