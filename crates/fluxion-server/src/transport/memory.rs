//! The memory that clients can make the process take: one account, from which is drawn whatever grows with what they send
//! or ask for. What does not fit is refused before it is made. Must not know what it is drawn for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::byte_size::ByteSize;

/// What the program takes before anybody has called, about.
const PROGRAM: u64 = 16 << 20;

/// The account. What is counted are bytes as they were taken, by estimates that rather err to the high side.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: u64,
    counted: AtomicU64,
}

/// There is not so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{asked} bytes more do not fit into the memory of the server: {counted} of {limit} bytes are taken, which --max-memory raises"
)]
pub(crate) struct NoMemory {
    /// All that may be taken.
    pub(crate) limit: u64,
    /// What was taken then.
    pub(crate) counted: u64,
    /// What was asked for.
    pub(crate) asked: u64,
}

impl Memory {
    /// An account of so many bytes, of which the program itself takes some.
    pub(crate) fn new(limit: ByteSize) -> Arc<Self> {
        Arc::new(Self { limit: limit.0, counted: AtomicU64::new(PROGRAM.min(limit.0 / 4)) })
    }

    /// All that may be taken.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// What is taken.
    pub(crate) fn counted(&self) -> u64 {
        self.counted.load(Ordering::Relaxed)
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
        let fits = |counted: u64| counted.checked_add(bytes).filter(|sum| *sum <= self.limit);
        let taken = self.counted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
        let refused = |counted| NoMemory { limit: self.limit, counted, asked: bytes };
        taken.map(|_| ()).map_err(refused)
    }

    /// Takes what is there already, whether it fits or not.
    pub(crate) fn note(&self, bytes: u64) {
        self.counted.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Gives so many bytes back.
    pub(crate) fn give_back(&self, bytes: u64) {
        self.counted.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Bytes of the account, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    memory: Arc<Memory>,
    bytes: u64,
}

impl Held {
    /// From now on it is so many bytes, whether they fit or not.
    pub(crate) fn become_(&mut self, bytes: u64) {
        match bytes.checked_sub(self.bytes) {
            Some(more) => self.memory.note(more),
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

    #[test]
    fn what_does_not_fit_is_refused_and_what_is_dropped_is_given_back() {
        let memory = Memory::new(ByteSize(1 << 30));
        assert_eq!(memory.counted(), PROGRAM);
        let mut half = memory.hold(512 << 20).unwrap();
        let refused = memory.hold(512 << 20).unwrap_err();
        let counted = PROGRAM + (512 << 20);
        assert_eq!(refused, NoMemory { limit: 1 << 30, counted, asked: 512 << 20 });
        half.become_(2 << 30);
        assert_eq!(memory.counted(), PROGRAM + (2 << 30));
        assert!(memory.take(0).is_err());
        half.become_(1 << 20);
        assert_eq!((half.bytes(), memory.take(1 << 20)), (1 << 20, Ok(())));
        memory.give_back(1 << 20);
        drop(half);
        assert_eq!(memory.counted(), PROGRAM);
    }

    #[test]
    fn a_small_account_leaves_something_beside_the_program() {
        assert_eq!(Memory::new(ByteSize(8 << 20)).counted(), 2 << 20);
    }
}
