//! Why a request or a job does not start now. A question: nothing is kept of it, and no commit comes of it.

use fluxion_context::{Budget, ExplainError, ExplainWanted, ExplainedWhy, JobId};

use crate::store::Store;

impl Store {
    /// Why a jobspec does not start at time `now`, when it does, and what would help. Nothing changes but what is
    /// remembered for speed.
    ///
    /// # Errors
    /// [`ExplainError`].
    pub fn explain(
        &mut self,
        jobspec: &str,
        now: i64,
        wanted: &ExplainWanted<'_>,
        budget: &Budget,
    ) -> Result<ExplainedWhy, ExplainError> {
        self.context.explain(jobspec, now, wanted, budget)
    }

    /// Why a job starts when it does.
    ///
    /// # Errors
    /// [`ExplainError::NoSuchJob`].
    pub fn explain_job(
        &self,
        job: JobId,
        now: i64,
        budget: &Budget,
    ) -> Result<ExplainedWhy, ExplainError> {
        self.context.explain_job(job, now, budget)
    }
}
