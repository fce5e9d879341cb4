//! How many connections there are room for, and how much each may send before somebody takes it: together not more than an
//! eighth of the memory, however many come. The first ones have wide windows, those that come late have narrow ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::transport::memory::{Memory, Passing};

/// Graphs are large: smaller windows would make their transfer wait for round trips.
const WIDEST: u64 = 4 << 20;

/// The least that a connection of HTTP/2 has.
const NARROWEST: u64 = 64 << 10;

/// What a connection takes beside what it sends, about.
const CONNECTION: u64 = 32 << 10;

/// The places of a server.
#[derive(Debug)]
pub(crate) struct Windows {
    /// Connections at once.
    pub(crate) most: usize,
    memory: Arc<Memory>,
    /// What is left for windows that are wider than the narrowest.
    left: AtomicU64,
    /// How many there are now.
    open: AtomicU64,
}

/// What a connection has of them, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Window {
    places: Arc<Windows>,
    more: u64,
    _counted: Passing,
}

impl Windows {
    /// At most so many, within a memory: half of their room for what each has, half for wider windows.
    pub(crate) fn within(memory: &Arc<Memory>, most: usize) -> Arc<Self> {
        let half = memory.limit() / 16;
        let fit = (half / (CONNECTION + NARROWEST)).max(1);
        let most = most.min(usize::try_from(fit).unwrap_or(usize::MAX));
        Arc::new(Self {
            most,
            memory: Arc::clone(memory),
            left: AtomicU64::new(half),
            open: AtomicU64::new(0),
        })
    }

    /// How many connections there are now.
    pub(crate) fn open(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    /// The place of one more connection.
    pub(crate) fn admit(self: &Arc<Self>) -> Window {
        let left = self.left.load(Ordering::Relaxed);
        let asked = (left / 16).min(WIDEST - NARROWEST);
        let take = |left: u64| left.checked_sub(asked);
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        let more = taken.map_or(0, |_| asked);
        let counted = Passing::new(&self.memory, CONNECTION + NARROWEST + more);
        self.open.fetch_add(1, Ordering::Relaxed);
        Window { places: Arc::clone(self), more, _counted: counted }
    }
}

impl Window {
    /// What the connection may send, in all its calls, before somebody takes it.
    pub(crate) fn window(&self) -> u32 {
        (NARROWEST + self.more) as u32
    }

    /// What one call may send before somebody takes it.
    pub(crate) fn stream_window(&self) -> u32 {
        (self.window() / 4).max(NARROWEST as u32)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.places.open.fetch_sub(1, Ordering::Relaxed);
        self.places.left.fetch_add(self.more, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::byte_size::ByteSize;

    /// How many there may be, and the windows of the first and the last.
    #[track_caller]
    fn check(memory: u64, asked: usize, most: usize, windows: [u64; 2]) {
        let memory = Memory::new(ByteSize(memory));
        let before = memory.counted();
        let places = Windows::within(&memory, asked);
        assert_eq!(places.most, most);
        let all: Vec<Window> = (0..most).map(|_| places.admit()).collect();
        assert!(memory.counted() - before <= memory.limit() / 8);
        let ends = [all.first(), all.last()].map(|place| u64::from(place.unwrap().window()));
        assert_eq!(ends, windows);
        drop(all);
        assert_eq!(memory.counted(), before);
        assert_eq!(u64::from(places.admit().window()), windows[0]);
    }

    #[test]
    fn all_connections_together_take_no_more_than_an_eighth() {
        check(16 << 30, 100, 100, [WIDEST; 2]);
        check(16 << 30, 1 << 20, 10_922, [WIDEST, NARROWEST]);
        check(64 << 20, 928, 42, [NARROWEST + (4 << 20) / 16, 84_130]);
    }
}
