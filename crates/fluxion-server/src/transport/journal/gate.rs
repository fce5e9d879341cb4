//! What answers wait for: until everything that they saw is durable.

use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// One for each frame of a graph: it opens when the frame was written, or was not.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: AtomicU8,
    opened: Notify,
}

const CLOSED: u8 = 0;
const WRITTEN: u8 = 1;
const LOST: u8 = 2;

/// What an answer has seen may not be on the disk, and never will be: nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unwritten;

impl Gate {
    /// The frame was written. Whoever waits is woken.
    pub(crate) fn open(&self) {
        self.settle(WRITTEN);
    }

    /// It was not.
    pub(crate) fn lose(&self) {
        self.settle(LOST);
    }

    fn settle(&self, state: u8) {
        self.state.store(state, Ordering::Release);
        self.opened.notify_waiters();
    }

    /// Whether the frame was written.
    pub(crate) fn is_open(&self) -> bool {
        self.state.load(Ordering::Acquire) == WRITTEN
    }

    /// Waits until it is known whether the frame was written.
    pub(crate) async fn passed(&self) -> Result<(), Unwritten> {
        loop {
            let opened = self.opened.notified();
            match self.state.load(Ordering::Acquire) {
                CLOSED => opened.await,
                WRITTEN => return Ok(()),
                _ => return Err(Unwritten),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_opens_once_for_all_who_wait_and_are_yet_to_come() {
        let gate = Gate::default();
        let ((), first, second) = tokio::join!(async { gate.open() }, gate.passed(), gate.passed());
        assert_eq!((first, second, gate.passed().await), (Ok(()), Ok(()), Ok(())));
        let gate = Gate::default();
        let (lost, ()) = tokio::join!(gate.passed(), async { gate.lose() });
        assert_eq!(lost, Err(Unwritten));
    }
}
