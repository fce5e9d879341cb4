//! The jobs of a context: the table, and giving back all that a job holds.

use fluxion_engine::{JobId, JobRecord, JobState, Released};
use fluxion_graph::TimeWindow;

use crate::context::Context;
use crate::decided::Decided;
use crate::errors::CancelError;

/// A job of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its state.
    pub state: JobState,
    /// When it starts or started, in seconds.
    pub at: i64,
    /// When it ends or was to end, in seconds: the first one that is not part of it.
    pub end: i64,
}

impl Job {
    fn of(id: JobId, record: &JobRecord) -> Self {
        let TimeWindow { start, end } = record.window;
        Self { id, state: record.state, at: start, end }
    }
}

/// Vertices looked at while cancelling (`docs/semantics/state.md`, Cancel).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelCounts {
    /// Looked at.
    pub preorder: u64,
    /// Released.
    pub postorder: u64,
}

impl Context {
    /// Releases all that a job holds. O(what it holds). The job stays in the table until
    /// [`MOST_CANCELLED`](crate::MOST_CANCELLED) others were cancelled after it.
    ///
    /// # Errors
    /// [`CancelError::NoSuchJob`] if it was never placed, or was cancelled before.
    pub fn cancel(&mut self, job: JobId) -> Result<CancelCounts, CancelError> {
        let decided = self.decide_cancel(job)?;
        Ok(self.perform(decided))
    }

    /// What a cancel comes to.
    ///
    /// # Errors
    /// [`CancelError::NoSuchJob`] if it was never placed, or was cancelled before.
    pub fn decide_cancel(&self, job: JobId) -> Result<Decided<CancelCounts>, CancelError> {
        let decided = self.engine.decide_cancel(job);
        let (change, Released { preorder, postorder }) =
            decided.map_err(|_| CancelError::NoSuchJob(job))?;
        Ok(Decided::changing(CancelCounts { preorder, postorder }, change))
    }

    /// The jobs of the table, ascending, the last cancelled ones included.
    pub fn jobs(&self) -> impl Iterator<Item = Job> + '_ {
        let jobs = self.engine.jobs();
        jobs.map(|(id, record)| Job::of(id, record))
    }

    /// The jobs of the table from a number on, ascending. O(log jobs) to the first one.
    pub fn jobs_from(&self, least: JobId) -> impl Iterator<Item = Job> + '_ {
        self.engine.jobs_from(least).map(|(id, record)| Job::of(id, record))
    }

    /// How many jobs hold resources. O(1).
    pub fn live_jobs(&self) -> usize {
        self.engine.live_jobs()
    }

    /// How many jobs the table has. O(1).
    pub fn job_count(&self) -> usize {
        self.engine.job_count()
    }

    /// How many vertices a job holds, or will hold. O(log jobs).
    pub fn grants_of(&self, job: JobId) -> usize {
        self.engine.job(job).map_or(0, |record| record.grants.len())
    }

    /// One job of the table.
    pub fn job(&self, id: JobId) -> Option<Job> {
        self.engine.job(id).map(|record| Job::of(id, record))
    }
}
