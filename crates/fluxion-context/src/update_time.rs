//! When a resource set that is named from outside is to be held.

use fluxion_graph::TimeWindow;

/// When a resource set is to be held, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateTime {
    /// The first second; 0 or later.
    pub start: i64,
    /// How long; not 0. What is negative is beyond all time.
    pub duration: i64,
    /// What time it is: what starts later is a reservation.
    pub now: i64,
}

impl UpdateTime {
    pub(crate) fn window(self) -> Option<TimeWindow> {
        let duration = Some(self.duration).filter(|&d| d > 0)?;
        Some(TimeWindow { start: self.start, end: self.start.checked_add(duration)? })
    }
}
