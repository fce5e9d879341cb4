//! Which cancelled jobs the table still has, oldest first: the last ones, so that a context that runs for years
//! does not grow.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use fluxion_engine::JobId;
use rustc_hash::FxHashMap;

use crate::context::Context;

/// How many cancelled jobs a context remembers. Those that were cancelled before them answer as if they had
/// never been.
pub const MOST_CANCELLED: usize = 16_384;

/// The last cancellations. A number that was booked and cancelled again stands here more than once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancelled {
    order: VecDeque<JobId>,
    /// How often each number stands there.
    entries: FxHashMap<JobId, u32>,
}

impl Cancelled {
    /// Adds a job; the one that is to be forgotten, if there are too many. O(1).
    fn push(&mut self, job: JobId) -> Option<JobId> {
        self.order.push_back(job);
        *self.entries.entry(job).or_default() += 1;
        if self.order.len() <= MOST_CANCELLED {
            return None;
        }
        let oldest = self.order.pop_front()?;
        let entries = self.entries.get_mut(&oldest)?;
        *entries -= 1;
        if *entries > 0 {
            return None;
        }
        self.entries.remove(&oldest);
        Some(oldest)
    }
}

impl Hash for Cancelled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.order.hash(state);
    }
}

impl Context {
    /// A job was cancelled just now.
    pub(crate) fn note_cancelled(&mut self, job: JobId) {
        if let Some(oldest) = self.cancelled.push(job) {
            self.engine.forget(oldest);
        }
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
        assert_eq!(cancelled.entries.len(), MOST_CANCELLED);
    }
}
