//! Why a jobspec does not start now, when it does, and what would help: text in, names out, with one sentence that says
//! it to people. What is found is the engine's; nothing is decided here.

mod constraint_text;
mod count_text;
mod sentence;
mod told;

use fluxion_budget::Budget;
use fluxion_engine::{ExplainOptions, Hints, JobId, Policy};
use fluxion_graph::VertexId;

use crate::context::Context;
use crate::errors::{ExplainError, MatchError};

pub use told::{
    ExplainedBlocker, ExplainedBucket, ExplainedHint, ExplainedLevel, ExplainedShortage,
    ExplainedVertex, ExplainedWhy,
};

/// What an explanation is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainWanted {
    /// By which policy, if not the graph's.
    pub policy: Option<Policy>,
    /// How many times vertices may be looked at in all, where that is less than the context allows.
    pub max_visits: Option<u64>,
    /// Whether changes are tried.
    pub hints: Hints,
    /// How many examples are named of each reason, [`MOST_EXAMPLES`](crate::MOST_EXAMPLES) at most.
    pub examples: usize,
    /// The path of a vertex of which it is told why it is not used; none if empty.
    pub why_not: String,
}

impl Default for ExplainWanted {
    fn default() -> Self {
        let ExplainOptions { policy, hints, examples, .. } = ExplainOptions::default();
        Self { policy, max_visits: None, hints, examples, why_not: String::new() }
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
        wanted: &ExplainWanted,
        budget: &Budget,
    ) -> Result<ExplainedWhy, ExplainError> {
        let job = self.next_job();
        let refused = |reason| ExplainError::Request(MatchError { job, reason });
        let jobspec = self.recent.read(jobspec, self.engine.graph());
        let jobspec = jobspec.map_err(|error| refused(error.into()))?;
        let options = ExplainOptions {
            policy: wanted.policy,
            hints: wanted.hints,
            examples: wanted.examples,
            why_not: self.vertex_at(&wanted.why_not)?,
        };
        let most = wanted.max_visits.unwrap_or(u64::MAX).min(self.max_visits);
        let budget = budget.clone().with_visits(most.min(budget.visits()));
        let explanation = self.engine.explain(&jobspec, now, &options, &budget);
        let explanation = explanation.map_err(|refusal| refused(refusal.into()))?;
        Ok(told::tell(self.engine.graph(), Some(&jobspec), explanation))
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
        Ok(told::tell(self.engine.graph(), None, explanation))
    }

    fn vertex_at(&self, path: &str) -> Result<Option<VertexId>, ExplainError> {
        if path.is_empty() {
            return Ok(None);
        }
        let vertices = self.engine.graph().vertices_at(path);
        let in_tree = vertices.iter().find(|v| self.engine.tree().position(**v).is_some());
        let found = in_tree.copied().ok_or_else(|| ExplainError::NoSuchPath(path.to_owned()))?;
        Ok(Some(found))
    }
}
