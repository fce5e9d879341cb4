//! Why a jobspec does not start now, when it does, and what would help: text in, names out, with one sentence that says
//! it to people. What is found is the engine's; nothing is decided here.

mod constraint_text;
mod count_text;
mod naming;
mod sentence;
pub(crate) mod told;

use fluxion_budget::Budget;
use fluxion_engine::{Admission, ExplainOptions, Hints, JobCosts, JobId, Policy, Requested};
use fluxion_graph::VertexId;
use fluxion_jobspec::Jobspec;

use crate::context::Context;
use crate::errors::{ExplainError, MatchError, StatusError};
use crate::status::StatusTarget;

pub use told::{
    ExplainedBlocker, ExplainedBucket, ExplainedHint, ExplainedLevel, ExplainedShortage,
    ExplainedVertex, ExplainedWhy,
};

/// What an explanation is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainWanted<'a> {
    /// By which policy, if not the graph's.
    pub policy: Option<Policy>,
    /// How many times vertices may be looked at in all, where that is less than the context allows.
    pub max_visits: Option<u64>,
    /// Whether changes are tried.
    pub hints: Hints,
    /// How many examples are named of each reason, [`MOST_EXAMPLES`](crate::MOST_EXAMPLES) at most.
    pub examples: usize,
    /// A vertex of which it is told why it is not used; of several the first.
    pub why_not: Option<StatusTarget<'a>>,
    /// The windows that the request may use.
    pub admission: Admission,
    /// What it costs that jobs go, if it is asked for which would have to.
    pub preempt: Option<&'a JobCosts>,
}

impl Default for ExplainWanted<'_> {
    fn default() -> Self {
        let ExplainOptions { policy, hints, examples, .. } = ExplainOptions::default();
        let admission = Admission::NONE;
        Self { policy, max_visits: None, hints, examples, why_not: None, admission, preempt: None }
    }
}

impl Context {
    /// Why a jobspec (YAML or JSON text) does not start at time `now`, in seconds, when it does, and what would help. The
    /// verdict is that of a match which may reserve; nothing changes. See [`Engine::explain`](fluxion_engine::Engine::explain)
    /// for what it costs.
    ///
    /// # Errors
    /// [`ExplainError`]; that it does not fit is none.
    pub fn explain(
        &mut self,
        jobspec: &str,
        now: i64,
        wanted: &ExplainWanted<'_>,
        budget: &Budget,
    ) -> Result<ExplainedWhy, ExplainError> {
        let jobspec = self.recent.read(jobspec, self.engine.graph());
        let jobspec = jobspec.map_err(|error| MatchError::new(self.next_job(), error))?;
        let why_not = wanted.why_not.map(|target| self.vertex(target)).transpose()?;
        Ok(self.explain_parsed(&jobspec, now, wanted, why_not, budget)?)
    }

    /// As [`Context::explain`], for a jobspec that was read.
    pub(crate) fn explain_parsed(
        &mut self,
        jobspec: &Jobspec,
        now: i64,
        wanted: &ExplainWanted<'_>,
        why_not: Option<VertexId>,
        budget: &Budget,
    ) -> Result<ExplainedWhy, MatchError> {
        let &ExplainWanted { policy, hints, examples, preempt, .. } = wanted;
        let options = ExplainOptions { policy, hints, examples, why_not, preempt };
        let most = wanted.max_visits.unwrap_or(u64::MAX).min(self.max_visits);
        let budget = budget.clone().with_visits(most.min(budget.visits()));
        let request = Requested { jobspec, admission: &wanted.admission };
        let explanation = self.engine.explain(request, now, &options, &budget);
        let explanation =
            explanation.map_err(|refusal| MatchError::new(self.next_job(), refusal))?;
        Ok(naming::tell(self.engine.graph(), Some(jobspec), explanation))
    }

    /// Why a job starts when it does: who has what it gets, until then.
    ///
    /// # Errors
    /// [`ExplainError::NoSuchJob`] if it was never placed, or was cancelled.
    pub fn explain_job(
        &self,
        job: JobId,
        now: i64,
        budget: &Budget,
    ) -> Result<ExplainedWhy, ExplainError> {
        let budget = budget.clone().with_visits(self.max_visits.min(budget.visits()));
        let explanation = self.engine.explain_job(job, now, &budget);
        let explanation = explanation.map_err(|_| ExplainError::NoSuchJob(job))?;
        Ok(naming::tell(self.engine.graph(), None, explanation))
    }

    /// The first vertex of the graph's tree that a target means.
    fn vertex(&self, target: StatusTarget<'_>) -> Result<VertexId, ExplainError> {
        let mut vertices = self.meant(target)?;
        vertices.sort_unstable();
        let in_tree = vertices.into_iter().find(|v| self.engine.tree().position(*v).is_some());
        in_tree.ok_or_else(|| match target {
            StatusTarget::Path(text) => StatusError::Path(text.to_owned()).into(),
            StatusTarget::Ranks(text) => StatusError::Ranks(text.to_owned()).into(),
        })
    }
}
