//! Why a request or a job does not start now. A question: nothing is kept of it, and no commit comes of it.

use fluxion_context::{Budget, ExplainError, ExplainWanted, ExplainedWhy, JobId, MatchError};

use crate::answer::{Explained, RequestError};
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
    ) -> Result<Explained, ExplainError> {
        let why = self.context.explain(jobspec, now, wanted, budget)?;
        Ok(self.explained(why, now))
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
    ) -> Result<Explained, ExplainError> {
        let why = self.context.explain_job(job, now, budget)?;
        Ok(self.explained(why, now))
    }

    /// The refusal of a match, with why, if that is known.
    pub(crate) fn no_match(&self, mut error: MatchError, now: i64) -> RequestError {
        match error.why.take() {
            Some(why) => RequestError::Explained(error, Box::new(self.explained(*why, now))),
            None => RequestError::Match(error),
        }
    }

    fn explained(&self, why: ExplainedWhy, now: i64) -> Explained {
        let key = |job: JobId| self.job_key(job).to_owned();
        let job_keys = why.blockers.iter().map(|blocker| key(blocker.job)).collect();
        let preempted = why.preemption.iter().flat_map(|preemption| &preemption.jobs);
        let preempted_keys = preempted.map(|gone| key(gone.job)).collect();
        let (incarnation, revision) = (self.incarnation(), self.revision());
        Explained { why, job_keys, preempted_keys, now, incarnation, revision }
    }
}
