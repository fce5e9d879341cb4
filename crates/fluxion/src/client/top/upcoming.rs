//! The jobs that hold something, or will, in the order in which something is to happen to them: one that runs ends, one
//! that is reserved begins. So those that are late or over their time come first.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_client::v1::{Job, JobState};

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LiveJob {
    pub(super) id: u64,
    pub(super) key: String,
    pub(super) state: JobState,
    pub(super) start: i64,
    pub(super) end: i64,
}

impl LiveJob {
    fn next(&self) -> (i64, u64) {
        match self.state {
            JobState::Reserved => (self.start, self.id),
            _ => (self.end, self.id),
        }
    }

    /// Whether that which is to happen next should have happened.
    pub(super) fn is_late(&self, now: i64) -> bool {
        self.next().0 <= now
    }
}

impl From<Job> for LiveJob {
    fn from(job: Job) -> Self {
        let state = job.state();
        Self { id: job.job_id, key: job.job_key, state, start: job.start, end: job.end }
    }
}

/// How many jobs there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct JobCounts {
    pub(super) running: usize,
    pub(super) waiting: usize,
    /// Of those that run, how many have gone beyond their end.
    pub(super) overrunning: usize,
    /// Of those that wait, for how many the time has come.
    pub(super) late: usize,
}

/// All jobs.
#[derive(Clone, Debug, Default)]
pub(super) struct UpcomingJobs {
    jobs: BTreeMap<u64, LiveJob>,
    order: BTreeSet<(i64, u64)>,
    running: usize,
}

impl UpcomingJobs {
    pub(super) fn new(jobs: impl IntoIterator<Item = Job>) -> Self {
        let mut all = Self::default();
        jobs.into_iter().for_each(|job| all.insert(job.into()));
        all
    }

    pub(super) fn insert(&mut self, job: LiveJob) {
        self.remove(job.id);
        self.order.insert(job.next());
        self.running += usize::from(job.state == JobState::Allocated);
        self.jobs.insert(job.id, job);
    }

    pub(super) fn remove(&mut self, id: u64) {
        if let Some(job) = self.jobs.remove(&id) {
            self.order.remove(&job.next());
            self.running -= usize::from(job.state == JobState::Allocated);
        }
    }

    /// Changes a job, if it is known.
    pub(super) fn change(&mut self, id: u64, change: impl FnOnce(&mut LiveJob)) {
        if let Some(mut job) = self.jobs.get(&id).cloned() {
            change(&mut job);
            self.insert(job);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    /// How many there are of each sort; who is late can be told only where there is a time.
    pub(super) fn counts(&self, now: Option<i64>) -> JobCounts {
        let (running, waiting) = (self.running, self.jobs.len() - self.running);
        let mut counts = JobCounts { running, waiting, ..JobCounts::default() };
        let Some(now) = now else { return counts };
        for (_, id) in self.order.range(..=(now, u64::MAX)) {
            match self.jobs.get(id).map(|job| job.state) {
                Some(JobState::Reserved) => counts.late += 1,
                _ => counts.overrunning += 1,
            }
        }
        counts
    }

    /// Some of them, in their order.
    pub(super) fn some(&self, skip: usize, take: usize) -> impl Iterator<Item = &LiveJob> {
        self.order.iter().skip(skip).take(take).filter_map(|(_, id)| self.jobs.get(id))
    }
}
