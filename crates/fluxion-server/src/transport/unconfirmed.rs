//! Jobs of which their client may never have heard: nobody has named them since a match booked them.
//!
//! Advice for those who look for lost jobs, and no part of the state: no commit tells of it, and whoever takes a graph over
//! begins without it. So it may change while somebody only looks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use fluxion_context::JobId;
use fluxion_store::{Command, JobName, Store};

/// How many jobs that are over may wait to be forgotten, whatever the number of jobs.
const SPARE: usize = 1024;

/// When and how a job was booked.
#[derive(Clone, Debug)]
pub(crate) struct Booked {
    pub(crate) since: Instant,
    /// The key of the request; empty if it had none.
    pub(crate) request_key: Arc<str>,
}

/// The jobs that nobody has named. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unconfirmed(Arc<Mutex<BTreeMap<JobId, Booked>>>);

impl Unconfirmed {
    /// A match booked a job. Those that are over are forgotten once they are as many as the live ones: O(log jobs) in the
    /// long run.
    pub(crate) fn add(&self, job: JobId, booked: Booked, store: &Store) {
        let mut jobs = self.jobs();
        jobs.insert(job, booked);
        if jobs.len() > 2 * store.context().live_jobs() + SPARE {
            jobs.retain(|&job, _| is_live(store, job));
        }
    }

    /// Somebody has named a job.
    pub(crate) fn confirm(&self, job: JobId) {
        self.jobs().remove(&job);
    }

    /// Confirms the jobs that a command names.
    pub(crate) fn confirm_named(&self, command: &Command, store: &Store) {
        let known = |name: &JobName| store.job(name).ok().map(|job| job.id);
        let by_key = |key: &String| known(&JobName::Key(key.clone()));
        let named = match command {
            Command::Cancel { job }
            | Command::PartialCancel { job, .. }
            | Command::Retime { job, .. } => [known(job), None],
            Command::Update { job, job_key, .. } => [Some(*job), by_key(job_key)],
            Command::Match { job_key, .. } => [by_key(job_key), None],
            _ => return,
        };
        named.into_iter().flatten().for_each(|job| self.confirm(job));
    }

    /// Whether a job is live, and nobody has named it.
    pub(crate) fn has(&self, job: JobId, store: &Store) -> bool {
        self.jobs().contains_key(&job) && is_live(store, job)
    }

    /// How a live job was booked, if nobody has named it since.
    pub(crate) fn find(&self, job: JobId, store: &Store) -> Option<Booked> {
        self.jobs().get(&job).filter(|_| is_live(store, job)).cloned()
    }

    fn jobs(&self) -> MutexGuard<'_, BTreeMap<JobId, Booked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_live(store: &Store, job: JobId) -> bool {
    store.context().job(job).is_some_and(|job| job.state.is_live())
}
