//! The memory that clients can make the process take: one account, from which is drawn whatever grows with what they send
//! or ask for. What does not fit is refused before it is made. Must not know what it is drawn for.
//!
//! Three quarters are for what is kept or made whole: graphs, texts that are loaded, answers. The last quarter is for
//! connections and calls on their way, which have limits of their own, so that a server that is full of graphs still
//! answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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

/// There is not so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{asked} bytes more do not fit into the memory of the server: {counted} of {limit} are taken, which its --max-memory raises"
)]
pub(crate) struct NoMemory {
    /// All that may be taken.
    pub(crate) limit: u64,
    /// What was taken then.
    pub(crate) counted: u64,
    /// What was asked for.
    pub(crate) asked: u64,
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
    /// [`NoMemory`]; nothing is taken.
    pub(crate) fn hold(self: &Arc<Self>, bytes: u64) -> Result<Held, NoMemory> {
        self.take(bytes)?;
        Ok(Held { memory: Arc::clone(self), bytes })
    }

    /// Takes so many bytes.
    ///
    /// # Errors
    /// [`NoMemory`]; nothing is taken.
    pub(crate) fn take(&self, bytes: u64) -> Result<(), NoMemory> {
        let passing = self.passing.load(Ordering::Relaxed);
        let limit = (self.limit / 4 * 3).min(self.limit.saturating_sub(passing));
        let fits = |taken: u64| taken.checked_add(bytes).filter(|sum| *sum <= limit);
        let taken = self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
        taken.map(|_| ()).map_err(|counted| NoMemory { limit, counted, asked: bytes })
    }

    /// Gives so many bytes back.
    pub(crate) fn give_back(&self, bytes: u64) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
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
pub(crate) struct Held {
    memory: Arc<Memory>,
    bytes: u64,
}

impl Held {
    /// It has come to so many bytes, whether they fit or not.
    pub(crate) fn set(&mut self, bytes: u64) {
        match bytes.checked_sub(self.bytes) {
            Some(more) => {
                self.memory.taken.fetch_add(more, Ordering::Relaxed);
            }
            None => self.memory.give_back(self.bytes - bytes),
        }
        self.bytes = bytes;
    }

    /// So many bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.memory.give_back(self.bytes);
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
        let mut held = memory.hold(512 * MIB).unwrap();
        let refused = memory.hold(256 * MIB).unwrap_err();
        let counted = PROGRAM + 512 * MIB;
        assert_eq!(refused, NoMemory { limit: 768 * MIB, counted, asked: 256 * MIB });
        held.set(2048 * MIB);
        assert_eq!((memory.counted(), memory.is_exceeded()), (PROGRAM + 2048 * MIB, true));
        assert!(memory.take(0).is_err());
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
