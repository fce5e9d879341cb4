//! The names that clients gave to their jobs.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use fluxion_context::JobId;
use fluxion_engine::blocks::BlockMap;

/// How many keys of forgotten jobs may wait for [`JobKeys::forget_all_but`], whatever the number of jobs.
const SPARE: usize = 1024;

/// Keys by job, and the last job of each key. Keys of cancelled jobs are known until another job takes them, or
/// the job is forgotten. A clone shares what neither changes.
#[derive(Clone, Debug, Default)]
pub struct JobKeys {
    jobs: BlockMap<Arc<str>, JobId>,
    keys: BlockMap<JobId, Arc<str>>,
}

impl JobKeys {
    /// The last job that was given the key.
    pub fn job(&self, key: &str) -> Option<JobId> {
        self.entry(key).map(|(_, job)| job)
    }

    fn entry(&self, key: &str) -> Option<(&Arc<str>, JobId)> {
        let (found, &job) = self.jobs.from(|known| **known < *key).next()?;
        (**found == *key).then_some((found, job))
    }

    /// How many jobs have a key.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key of a job; empty if it has none.
    pub fn key(&self, job: JobId) -> &str {
        self.keys.get(&job).map_or("", |key| key)
    }

    /// All jobs that have a key, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (JobId, &str)> + '_ {
        self.keys.iter().map(|(&job, key)| (job, &**key))
    }

    /// Forgets the keys of jobs that are not known any more, once they are as many as those of the `jobs` that are:
    /// O(1) per new key in the long run.
    pub fn forget_all_but(&mut self, jobs: usize, is_known: impl Fn(JobId) -> bool) {
        if self.keys.len() <= 2 * jobs + SPARE {
            return;
        }
        let forgotten: Vec<(JobId, Arc<str>)> = self
            .keys
            .iter()
            .filter(|&(&job, _)| !is_known(job))
            .map(|(&job, key)| (job, Arc::clone(key)))
            .collect();
        for (job, key) in forgotten {
            self.keys.remove(&job);
            self.jobs.remove(&key);
        }
    }

    /// Gives a new job its key, none if empty; what had the number or the key before loses it.
    pub fn assign(&mut self, job: JobId, key: &str) {
        if let Some(old) = self.keys.remove(&job) {
            self.jobs.remove(&old);
        }
        if key.is_empty() {
            return;
        }
        let known = self.entry(key).map(|(known, _)| Arc::clone(known));
        let key = known.unwrap_or_else(|| Arc::from(key));
        if let Some(before) = self.jobs.insert(Arc::clone(&key), job) {
            self.keys.remove(&before);
        }
        self.keys.insert(job, key);
    }
}

impl Hash for JobKeys {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.keys.len().hash(state);
        self.iter().for_each(|entry| entry.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_belongs_to_the_last_job_and_a_number_to_the_last_key() {
        let mut keys = JobKeys::default();
        keys.assign(JobId(1), "a");
        keys.assign(JobId(2), "a");
        assert_eq!(
            (keys.job("a"), keys.key(JobId(1)), keys.key(JobId(2))),
            (Some(JobId(2)), "", "a")
        );
        keys.assign(JobId(2), "b");
        assert_eq!((keys.job("a"), keys.job("b")), (None, Some(JobId(2))));
        keys.assign(JobId(2), "");
        assert_eq!((keys.job("b"), keys.key(JobId(2))), (None, ""));
    }

    #[test]
    fn keys_of_forgotten_jobs_go_from_time_to_time() {
        let mut keys = JobKeys::default();
        let mut most = 0;
        for number in 1..=10_000 {
            keys.assign(JobId(number), &number.to_string());
            keys.forget_all_but(100, |job| job.0 + 100 > number);
            assert_eq!(keys.keys.len(), keys.jobs.len());
            most = most.max(keys.keys.len());
        }
        assert_eq!(most, 2 * 100 + SPARE);
        assert_eq!(keys.job("10000"), Some(JobId(10_000)));
    }
}
