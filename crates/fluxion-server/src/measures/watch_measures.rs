//! How watches of graphs ended.

use std::sync::atomic::{AtomicU64, Ordering};

/// Why a watch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WatchEnd {
    /// Its client left.
    Left,
    /// Its graph was dropped, gave way, or met a fault.
    GraphOver,
    /// The server ends.
    Drained,
    /// What came next was not known any more.
    TooOld,
    /// It could not begin, or not go on.
    Refused,
}

impl WatchEnd {
    /// All of them, by number.
    pub(crate) const ALL: [Self; 5] =
        [Self::Left, Self::GraphOver, Self::Drained, Self::TooOld, Self::Refused];

    /// As a label.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::GraphOver => "graph_over",
            Self::Drained => "drained",
            Self::TooOld => "too_old",
            Self::Refused => "refused",
        }
    }
}

/// How many watches have ended.
#[derive(Debug, Default)]
pub(crate) struct WatchMeasures([AtomicU64; WatchEnd::ALL.len()]);

impl WatchMeasures {
    /// One more has.
    pub(crate) fn count(&self, end: WatchEnd) {
        self.0[end as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How many did like this.
    pub(crate) fn ended(&self, end: WatchEnd) -> u64 {
        self.0[end as usize].load(Ordering::Relaxed)
    }
}
