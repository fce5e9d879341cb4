//! How many connections there are room for, and how much each may send before somebody takes it: together not more than an
//! eighth of the memory, however many come.

use crate::byte_size::ByteSize;

/// Graphs are large: smaller windows would make their transfer wait for round trips.
const LARGEST_WINDOW: u64 = 4 << 20;

/// The least that a connection of HTTP/2 has.
const SMALLEST_WINDOW: u64 = 64 << 10;

/// What a connection takes beside what it sends, about.
const CONNECTION: u64 = 32 << 10;

/// The places of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// Connections at once.
    pub(crate) most: usize,
    /// What one may send, in all its calls, before somebody takes it.
    pub(crate) window: u32,
}

impl Places {
    /// At most so many, within a memory.
    pub(crate) fn within(memory: ByteSize, most: usize) -> Self {
        let room = memory.0 / 8;
        let fit = (room / (CONNECTION + SMALLEST_WINDOW)).max(1);
        let most = most.min(usize::try_from(fit).unwrap_or(usize::MAX));
        let each = (room / most.max(1) as u64).saturating_sub(CONNECTION);
        let window = each.clamp(SMALLEST_WINDOW, LARGEST_WINDOW) as u32;
        Self { most, window }
    }

    /// What one call may send before somebody takes it.
    pub(crate) fn stream_window(self) -> u32 {
        (self.window / 4).max(SMALLEST_WINDOW as u32)
    }

    /// What a connection may come to.
    pub(crate) fn bytes(self) -> u64 {
        CONNECTION + u64::from(self.window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(memory: u64, asked: usize, most: usize, window: u64) {
        let places = Places::within(ByteSize(memory), asked);
        assert_eq!(places, Places { most, window: window as u32 });
        assert!(places.most as u64 * places.bytes() <= memory / 8, "{places:?}");
    }

    #[test]
    fn all_connections_together_take_no_more_than_an_eighth() {
        check(16 << 30, 100, 100, LARGEST_WINDOW);
        check(16 << 30, 928, 928, (16 << 30) / 8 / 928 - CONNECTION);
        check(16 << 30, 1 << 20, 21_845, (16 << 30) / 8 / 21_845 - CONNECTION);
        check(64 << 20, 928, 85, (8 << 20) / 85 - CONNECTION);
    }
}
