//! The numbers of jobs: which one comes next, and which of the cancelled ones the table still has, so that a graph that
//! is served for years does not grow. Knows nothing of what jobs hold.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::operation::JobId;

/// How many cancelled jobs are remembered. Those that were cancelled before them answer as if they had never been.
pub const MOST_CANCELLED: usize = 16_384;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct JobNumbers {
    /// What the next job gets; no live job has it.
    pub(crate) next: JobId,
    /// How many jobs are live.
    pub(crate) live: usize,
    /// Shared with forks until one of them cancels a job.
    pub(crate) cancelled: Arc<Cancelled>,
}

impl Default for JobNumbers {
    fn default() -> Self {
        Self { next: JobId(1), live: 0, cancelled: Arc::default() }
    }
}

impl JobNumbers {
    /// A job lives no longer; which one the table is to forget, if it has too many that do not.
    pub(crate) fn cancel(&mut self, job: JobId) -> Option<JobId> {
        self.live -= 1;
        Arc::make_mut(&mut self.cancelled).push(job)
    }
}

/// The last cancellations. A number that was booked and cancelled again stands here more than once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancelled {
    /// Oldest first.
    order: VecDeque<JobId>,
    /// How often each number stands there.
    times: FxHashMap<JobId, u32>,
}

impl Cancelled {
    /// The same cancellations again.
    pub(crate) fn of(jobs: impl IntoIterator<Item = JobId>) -> Self {
        let mut cancelled = Self::default();
        for job in jobs {
            cancelled.push(job);
        }
        cancelled
    }

    /// Oldest first; a number may stand there more than once.
    pub(crate) fn iter(&self) -> impl Iterator<Item = JobId> + '_ {
        self.order.iter().copied()
    }

    /// Adds a job; the one that is to be forgotten, if there are too many. O(1).
    fn push(&mut self, job: JobId) -> Option<JobId> {
        self.order.push_back(job);
        *self.times.entry(job).or_default() += 1;
        if self.order.len() <= MOST_CANCELLED {
            return None;
        }
        let oldest = self.order.pop_front()?;
        let times = self.times.get_mut(&oldest)?;
        *times -= 1;
        if *times > 0 {
            return None;
        }
        self.times.remove(&oldest);
        Some(oldest)
    }
}

impl Hash for Cancelled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.order.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_cancelled_again_is_forgotten_after_the_last_time() {
        let mut cancelled = Cancelled::default();
        let most = MOST_CANCELLED as u64;
        let filled: Vec<_> = (1..=most).filter_map(|job| cancelled.push(JobId(job))).collect();
        assert_eq!(filled, []);
        assert_eq!(cancelled.push(JobId(2)), Some(JobId(1)));
        assert_eq!(cancelled.push(JobId(most + 1)), None);
        assert_eq!(cancelled.push(JobId(most + 2)), Some(JobId(3)));
        assert_eq!(cancelled.order.len(), MOST_CANCELLED);
        assert_eq!(cancelled.times.len(), MOST_CANCELLED);
    }
}
