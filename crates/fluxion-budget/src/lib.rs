//! What a call may spend before it is ended.
//!
//! Whatever takes time that an input decides (reading, searching, testing, printing) asks the [`Budget`] of the call
//! every so often, and gives up with an error when it is spent. There is no clock here: whoever made the budget keeps
//! its [`Stop`], and uses it when the caller has left or a time limit has passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The call was stopped: its caller has left, or its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the call was stopped before it was done")]
pub struct Stopped;

/// What a call may still spend. Clones share it. The default is without limits.
#[derive(Clone, Debug)]
pub struct Budget {
    stop: Option<Arc<AtomicBool>>,
    largest_text: usize,
    visits: u64,
}

/// Ends what goes on within its budgets. Clones end the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Default for Budget {
    fn default() -> Self {
        Self::UNLIMITED
    }
}

impl Budget {
    /// No limits.
    pub const UNLIMITED: Self = Self { stop: None, largest_text: usize::MAX, visits: u64::MAX };

    /// The same, where a text that is printed has at most so many bytes.
    #[must_use]
    pub fn with_largest_text(self, bytes: usize) -> Self {
        Self { largest_text: bytes, ..self }
    }

    /// The same, where a decision looks at vertices so many times at most.
    #[must_use]
    pub fn with_visits(self, visits: u64) -> Self {
        Self { visits, ..self }
    }

    /// How many times a decision may look at vertices.
    pub fn visits(&self) -> u64 {
        self.visits
    }

    /// Bytes that a text that is printed may have.
    pub fn largest_text(&self) -> usize {
        self.largest_text
    }

    /// Whether the call is to end.
    #[inline]
    pub fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// # Errors
    /// [`Stopped`] if the call is to end.
    #[inline]
    pub fn check(&self) -> Result<(), Stopped> {
        if self.is_stopped() { Err(Stopped) } else { Ok(()) }
    }
}

impl Stop {
    /// A budget that ends with this.
    pub fn budget(&self) -> Budget {
        Budget { stop: Some(Arc::clone(&self.0)), ..Budget::UNLIMITED }
    }

    /// Ends the call at its next look at the budget.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_ends_all_clones_of_its_budget_and_no_other() {
        let stop = Stop::default();
        let (budget, other) = (stop.budget(), Stop::default().budget());
        let clone = budget.clone();
        assert_eq!((budget.check(), clone.check()), (Ok(()), Ok(())));
        stop.stop();
        assert_eq!((budget.check(), clone.check()), (Err(Stopped), Err(Stopped)));
        assert_eq!((other.check(), Budget::UNLIMITED.check()), (Ok(()), Ok(())));
    }
}
