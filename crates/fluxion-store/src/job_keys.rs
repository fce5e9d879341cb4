//! The names that clients gave to their jobs.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use fluxion_context::JobId;
use fluxion_engine::blocks::BlockMap;
use xxhash_rust::xxh3::xxh3_64;

/// How many keys of forgotten jobs may wait for [`JobKeys::forget_all_but`], whatever the number of jobs.
const SPARE: usize = 1024;

/// In so many tables the jobs lie by key: a fork copies the one that it changes.
const TABLES: usize = 64;

/// In one table lie the keys of so many numbers.
const NUMBERS: u64 = 1 << 14;

/// Keys by job, and the last job of each key. Keys of cancelled jobs are known until another job takes them, or
/// the job is forgotten. A clone shares what neither changes, and costs a pointer per table.
#[derive(Clone, Debug)]
pub struct JobKeys {
    jobs: Vec<Arc<BlockMap<Arc<str>, JobId>>>,
    keys: BTreeMap<u64, Arc<BlockMap<JobId, Arc<str>>>>,
    len: usize,
}

impl Default for JobKeys {
    fn default() -> Self {
        Self { jobs: vec![Arc::default(); TABLES], keys: BTreeMap::new(), len: 0 }
    }
}

fn table_of(key: &str) -> usize {
    xxh3_64(key.as_bytes()) as usize % TABLES
}

impl JobKeys {
    /// The last job that was given the key.
    pub fn job(&self, key: &str) -> Option<JobId> {
        self.entry(key).map(|(_, job)| job)
    }

    fn entry(&self, key: &str) -> Option<(&Arc<str>, JobId)> {
        let (found, &job) = self.jobs[table_of(key)].from(|known| **known < *key).next()?;
        (**found == *key).then_some((found, job))
    }

    /// How many jobs have a key.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The key of a job; empty if it has none.
    pub fn key(&self, job: JobId) -> &str {
        let table = self.keys.get(&(job.0 / NUMBERS));
        table.and_then(|table| table.get(&job)).map_or("", |key| key)
    }

    /// All jobs that have a key, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (JobId, &str)> + '_ {
        let tables = self.keys.values();
        tables.flat_map(|table| table.iter().map(|(&job, key)| (job, &**key)))
    }

    /// Forgets the keys of jobs that are not known any more, once they are as many as those of the `jobs` that are:
    /// O(1) per new key in the long run.
    pub fn forget_all_but(&mut self, jobs: usize, is_known: impl Fn(JobId) -> bool) {
        if self.len <= 2 * jobs + SPARE {
            return;
        }
        let all = self.iter().map(|(job, _)| job);
        let forgotten: Vec<JobId> = all.filter(|&job| !is_known(job)).collect();
        for job in forgotten {
            if let Some(key) = self.remove_key(job) {
                self.remove_job(&key);
            }
        }
    }

    /// Gives a new job its key, none if empty; what had the number or the key before loses it.
    pub fn assign(&mut self, job: JobId, key: &str) {
        if let Some(old) = self.remove_key(job) {
            self.remove_job(&old);
        }
        if key.is_empty() {
            return;
        }
        let known = self.entry(key).map(|(known, _)| Arc::clone(known));
        let key = known.unwrap_or_else(|| Arc::from(key));
        let jobs = Arc::make_mut(&mut self.jobs[table_of(&key)]);
        if let Some(before) = jobs.insert(Arc::clone(&key), job) {
            self.remove_key(before);
        }
        let keys = self.keys.entry(job.0 / NUMBERS).or_default();
        Arc::make_mut(keys).insert(job, key);
        self.len += 1;
    }

    fn remove_job(&mut self, key: &Arc<str>) {
        Arc::make_mut(&mut self.jobs[table_of(key)]).remove(key);
    }

    fn remove_key(&mut self, job: JobId) -> Option<Arc<str>> {
        let number = job.0 / NUMBERS;
        let table = self.keys.get_mut(&number).filter(|table| table.get(&job).is_some())?;
        let table = Arc::make_mut(table);
        let key = table.remove(&job)?;
        if table.is_empty() {
            self.keys.remove(&number);
        }
        self.len -= 1;
        Some(key)
    }
}

impl Hash for JobKeys {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len.hash(state);
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
            let jobs: usize = keys.jobs.iter().map(|table| table.len()).sum();
            assert_eq!((keys.iter().count(), jobs), (keys.len(), keys.len()));
            most = most.max(keys.len());
        }
        assert_eq!(most, 2 * 100 + SPARE);
        assert_eq!(keys.job("10000"), Some(JobId(10_000)));
    }
}
