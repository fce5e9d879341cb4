//! What a call may spend before it is ended.
//!
//! Whatever takes time that an input decides (reading, searching, testing, printing) asks the [`Budget`] of the call
//! every so often, and gives up with an error when it is spent. There is no clock here: whoever made the budget keeps
//! its [`Stop`], and uses it when the caller has left or a time limit has passed. Whatever takes memory that an input
//! decides takes it from the budget before, which draws on an [`Account`].

mod account;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use account::Drawn;
pub use account::{Account, Exhausted};

/// The call was stopped: its caller has left, or its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the call was stopped before it was done")]
pub struct Stopped;

/// What a call may still spend. Clones share it. The default is without limits.
#[derive(Clone, Debug)]
pub struct Budget {
    stop: Option<Arc<AtomicU8>>,
    largest_text: usize,
    memory: Option<Arc<Drawn>>,
    visits: u64,
}

/// Ends what goes on within its budgets. Clones end the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicU8>);

/// What a [`Stop`] says: go on; come back and begin again; end.
const GO: u8 = 0;
const INTERRUPTED: u8 = 1;
const ENDED: u8 = 2;

impl Default for Budget {
    fn default() -> Self {
        Self::UNLIMITED
    }
}

impl Budget {
    /// No limits.
    pub const UNLIMITED: Self =
        Self { stop: None, largest_text: usize::MAX, memory: None, visits: u64::MAX };

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

    /// The same, where memory is drawn from an account. It is given back when the last clone is dropped.
    #[must_use]
    pub fn with_account(self, account: Arc<dyn Account>) -> Self {
        Self { memory: Some(Arc::new(Drawn::from(account))), ..self }
    }

    /// Takes so many bytes, which are about to be used.
    ///
    /// # Errors
    /// [`Exhausted`], now and whenever something is taken later.
    pub fn take(&self, bytes: u64) -> Result<(), Exhausted> {
        self.memory.as_ref().map_or(Ok(()), |memory| memory.take(bytes))
    }

    /// A text that is printed has come to so many bytes, and will be copied once.
    ///
    /// # Errors
    /// [`Exhausted`].
    #[inline]
    pub fn take_text(&self, bytes: usize) -> Result<(), Exhausted> {
        self.memory.as_ref().map_or(Ok(()), |memory| memory.take_text(bytes as u64))
    }

    /// Gives everything back that was taken: what it was for is gone.
    pub fn give_back(&self) {
        self.memory.iter().for_each(|memory| memory.give_back());
    }

    /// What was taken.
    pub fn taken(&self) -> u64 {
        self.memory.as_ref().map_or(0, |memory| memory.taken())
    }

    /// What was refused first, if anything was.
    pub fn exhausted(&self) -> Option<Exhausted> {
        self.memory.as_ref()?.refusal()
    }

    /// Bytes that a text that is printed may have.
    pub fn largest_text(&self) -> usize {
        self.largest_text
    }

    /// Whether the call is to end.
    #[inline]
    pub fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed) != GO)
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

    /// Whether the call is to end for good.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed) == ENDED
    }

    /// Ends the call at its next look at the budget.
    pub fn stop(&self) {
        self.0.store(ENDED, Ordering::Relaxed);
    }

    /// Ends what goes on at its next look at the budget, so that whoever does it can begin again ([`Stop::resume`]).
    pub fn interrupt(&self) {
        let _ = self.0.compare_exchange(GO, INTERRUPTED, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Takes an interruption back: whether there was one, and the call is not to end.
    pub fn resume(&self) -> bool {
        self.0.compare_exchange(INTERRUPTED, GO, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Whether both end the same.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
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

    #[test]
    fn what_was_interrupted_can_begin_again_unless_it_is_to_end() {
        let stop = Stop::default();
        let budget = stop.budget();
        stop.interrupt();
        assert_eq!((budget.check(), stop.is_stopped()), (Err(Stopped), false));
        assert_eq!((stop.resume(), stop.resume(), budget.check()), (true, false, Ok(())));
        stop.interrupt();
        stop.stop();
        assert_eq!((stop.resume(), stop.is_stopped(), budget.check()), (false, true, Err(Stopped)));
    }
}
