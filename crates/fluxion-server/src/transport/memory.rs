//! The memory that clients can make the process take: one account, from which is drawn whatever grows with what they send
//! or ask for. What does not fit is refused before it is made. Must not know what it is drawn for.
//!
//! Three quarters are for what is kept or made whole: graphs, texts that are loaded, answers. The last quarter is for
//! connections and calls on their way, which have limits of their own, so that a server that is full of graphs still
//! answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fluxion_context::{Account, Exhausted};

use crate::byte_size::ByteSize;

/// What the program takes before anybody has called, about.
const PROGRAM: u64 = 16 << 20;

/// The account. What is counted are bytes as they were taken, by estimates that rather err to the high side.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: u64,
    /// What is kept or made whole, and the program.
    taken: AtomicU64,
    /// Connections, and calls on their way.
    passing: AtomicU64,
}

impl Default for Memory {
    /// Without limit.
    fn default() -> Self {
        Self::of(u64::MAX)
    }
}

impl Memory {
    /// An account of so many bytes, of which the program itself takes some.
    pub(crate) fn new(limit: ByteSize) -> Arc<Self> {
        Arc::new(Self::of(limit.0))
    }

    fn of(limit: u64) -> Self {
        Self { limit, taken: AtomicU64::new(PROGRAM.min(limit / 4)), passing: AtomicU64::new(0) }
    }

    /// All that may be taken.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// All that is taken.
    pub(crate) fn counted(&self) -> u64 {
        self.taken.load(Ordering::Relaxed).saturating_add(self.passing.load(Ordering::Relaxed))
    }

    /// Takes so many bytes until the guard is dropped.
    ///
    /// # Errors
    /// [`Exhausted`]; nothing is taken.
    pub(crate) fn hold(self: &Arc<Self>, bytes: u64) -> Result<Counted, Exhausted> {
        self.take(bytes)?;
        Ok(Counted { memory: Arc::clone(self), bytes: AtomicU64::new(bytes) })
    }

    /// Counts what is there already, whether it fits or not, until the guard is dropped.
    pub(crate) fn note(self: &Arc<Self>, bytes: u64) -> Counted {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
        Counted { memory: Arc::clone(self), bytes: AtomicU64::new(bytes) }
    }

    fn most_taken(&self) -> u64 {
        let passing = self.passing.load(Ordering::Relaxed);
        (self.limit / 4 * 3).min(self.limit.saturating_sub(passing))
    }

    /// So many bytes are on their way: they have come already, and are counted whether they fit or not.
    pub(crate) fn pass(&self, bytes: u64) {
        self.passing.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many bytes are not on their way any more.
    pub(crate) fn passed(&self, bytes: u64) {
        self.passing.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Whether more is counted than may be.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.counted() > self.limit
    }
}

impl Account for Memory {
    fn take(&self, bytes: u64) -> Result<(), Exhausted> {
        if bytes == 0 {
            return Ok(());
        }
        let limit = self.most_taken();
        let fits = |taken: u64| taken.checked_add(bytes).filter(|sum| *sum <= limit);
        let taken = self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
        taken.map(|_| ()).map_err(|counted| Exhausted { limit, counted, asked: bytes })
    }

    fn give_back(&self, bytes: u64) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Bytes on their way, which have passed when it is dropped.
#[derive(Debug)]
pub(crate) struct Passing {
    memory: Arc<Memory>,
    bytes: u64,
}

impl Passing {
    /// So many bytes.
    pub(crate) fn new(memory: &Arc<Memory>, bytes: u64) -> Self {
        memory.pass(bytes);
        Self { memory: Arc::clone(memory), bytes }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        self.memory.passed(self.bytes);
    }
}

/// Bytes of the account, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    memory: Arc<Memory>,
    bytes: AtomicU64,
}

impl Counted {
    /// It has come to so many bytes, whether they fit or not.
    pub(crate) fn set(&self, bytes: u64) {
        let before = self.bytes.swap(bytes, Ordering::Relaxed);
        match bytes.checked_sub(before) {
            Some(more) => {
                self.memory.taken.fetch_add(more, Ordering::Relaxed);
            }
            None => self.memory.give_back(before - bytes),
        }
    }

    /// It is to come to so many bytes, if those that are more fit.
    ///
    /// # Errors
    /// [`Exhausted`]; nothing more is taken.
    pub(crate) fn grow(&self, bytes: u64) -> Result<(), Exhausted> {
        self.memory.take(bytes.saturating_sub(self.bytes()))?;
        let before = self.bytes.swap(bytes, Ordering::Relaxed);
        self.memory.give_back(before.saturating_sub(bytes));
        Ok(())
    }

    /// So many bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.memory.give_back(self.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn what_does_not_fit_is_refused_and_what_is_dropped_is_given_back() {
        let memory = Memory::new(ByteSize(1024 * MIB));
        assert_eq!(memory.counted(), PROGRAM);
        let held = memory.hold(512 * MIB).unwrap();
        let refused = memory.hold(256 * MIB).unwrap_err();
        let counted = PROGRAM + 512 * MIB;
        assert_eq!(refused, Exhausted { limit: 768 * MIB, counted, asked: 256 * MIB });
        held.set(2048 * MIB);
        assert_eq!((memory.counted(), memory.is_exceeded()), (PROGRAM + 2048 * MIB, true));
        assert!(memory.take(1).is_err() && memory.take(0).is_ok());
        held.set(MIB);
        assert_eq!((held.bytes(), memory.take(MIB)), (MIB, Ok(())));
        memory.give_back(MIB);
        drop(held);
        assert_eq!(memory.counted(), PROGRAM);
    }

    #[test]
    fn what_passes_has_a_quarter_and_takes_more_from_the_rest() {
        let memory = Memory::new(ByteSize(1024 * MIB));
        memory.pass(256 * MIB);
        assert!(memory.hold(752 * MIB).is_ok());
        memory.pass(256 * MIB);
        assert_eq!(memory.take(752 * MIB).unwrap_err().limit, 512 * MIB);
        memory.passed(512 * MIB);
        assert!(memory.hold(752 * MIB).is_ok() && !memory.is_exceeded());
    }

    #[test]
    fn a_small_account_leaves_something_beside_the_program() {
        assert_eq!(Memory::new(ByteSize(16 * MIB)).counted(), 4 * MIB);
    }
}
