//! What the thread of a graph owns: the context, and what clients are told beside it.

#![expect(clippy::disallowed_methods, reason = "how long a match takes is told to clients")]

use std::time::Instant;

use fluxion_context::{CancelCounts, CancelError, Context, MatchError, Matched, Options, Wanted};
use fluxion_engine::{JobId, JobState, MatchOperation};

use crate::v1::job_keys::JobKeys;
use crate::v1::replays::Replays;

/// A graph as it is served.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) context: Context,
    pub(crate) options: Options,
    /// Grows with each change.
    pub(crate) revision: u64,
    pub(crate) keys: JobKeys,
    pub(crate) replays: Replays,
    pub(crate) figures: Figures,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    /// Matches since the graph was loaded.
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    /// Seconds.
    pub(crate) load: f64,
    pub(crate) all_matches: f64,
    pub(crate) longest_match: f64,
}

/// How many jobs there are in each state.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct JobCounts {
    pub(crate) allocated: u64,
    pub(crate) reserved: u64,
    pub(crate) canceled: u64,
}

/// A match and the seconds that it took.
#[derive(Debug)]
pub(crate) struct Timed {
    pub(crate) matched: Matched,
    pub(crate) seconds: f64,
}

impl Served {
    /// A graph that took `load` seconds to load.
    pub(crate) fn new(context: Context, options: Options, load: f64) -> Self {
        Self {
            context,
            options,
            revision: 1,
            keys: JobKeys::default(),
            replays: Replays::default(),
            figures: Figures { load, ..Figures::default() },
        }
    }

    /// Something changed.
    pub(crate) fn changed(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    /// Matches and counts; a job that is made gets the key, if it is not empty.
    pub(crate) fn match_jobspec(
        &mut self,
        operation: MatchOperation,
        jobspec: &str,
        now: i64,
        wanted: &Wanted,
        job_key: &str,
    ) -> Result<Timed, MatchError> {
        let start = Instant::now();
        let result = self.context.match_with(operation, jobspec, now, wanted);
        let seconds = start.elapsed().as_secs_f64();
        self.figures.all_matches += seconds;
        self.figures.longest_match = self.figures.longest_match.max(seconds);
        let counter = match result {
            Ok(_) => &mut self.figures.succeeded,
            Err(_) => &mut self.figures.failed,
        };
        *counter += 1;
        let matched = result?;
        if operation.books() {
            self.name_job(matched.job, job_key);
            self.changed();
        }
        Ok(Timed { matched, seconds })
    }

    /// Gives a new job its key, if that is not empty.
    pub(crate) fn name_job(&mut self, job: JobId, key: &str) {
        let Self { context, keys, .. } = self;
        keys.assign(job, key);
        keys.forget_all_but(context.job_count(), |job| context.job(job).is_some());
    }

    /// Releases all that a job holds.
    pub(crate) fn cancel(&mut self, job: JobId) -> Result<CancelCounts, CancelError> {
        let counts = self.context.cancel(job)?;
        self.changed();
        Ok(counts)
    }

    /// Whether a live job has the key.
    pub(crate) fn is_taken(&self, key: &str) -> bool {
        let job = self.keys.job(key).and_then(|job| self.context.job(job));
        job.is_some_and(|job| job.state != JobState::Canceled)
    }

    /// O(jobs).
    pub(crate) fn count_jobs(&self) -> JobCounts {
        let mut counts = JobCounts::default();
        for job in self.context.jobs() {
            match job.state {
                JobState::Allocated => counts.allocated += 1,
                JobState::Reserved => counts.reserved += 1,
                JobState::Canceled => counts.canceled += 1,
            }
        }
        counts
    }
}
