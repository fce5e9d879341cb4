//! What jobs hold, as a list; what is free is computed from it each time (`docs/semantics/time.md`,
//! Timelines; `docs/semantics/state.md`, What a booking records).

use std::collections::BTreeMap;

use super::world::World;

/// Seconds `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl Window {
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    fn contains(self, instant: i64) -> bool {
        self.start <= instant && instant < self.end
    }
}

/// That a job holds a vertex, or passes through it.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    pub(crate) job: u64,
    pub(crate) vertex: usize,
    pub(crate) window: Window,
    pub(crate) exclusive: bool,
    pub(crate) amount: u64,
    pub(crate) reserved: bool,
    /// Whether the vertex lists the job; what a policy adds to an update is held without.
    pub(crate) listed: bool,
    /// The exclusively held units below the vertex, by tracked type (`docs/semantics/state.md`, Amounts in
    /// filters).
    pub(crate) below: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Bookings(pub(crate) Vec<Booking>);

impl Bookings {
    fn on(&self, vertex: usize) -> impl Iterator<Item = &Booking> {
        self.0.iter().filter(move |b| b.vertex == vertex)
    }

    /// The instants of a window at which something may change on a vertex: its start, and starts of bookings.
    fn instants(&self, vertex: usize, window: Window) -> Vec<i64> {
        let starts = self.on(vertex).map(|b| b.window.start).filter(|&t| window.contains(t));
        std::iter::once(window.start).chain(starts).collect()
    }

    /// The most that `amount` sums to over the bookings of a vertex at any instant of a window.
    fn peak(&self, vertex: usize, window: Window, amount: impl Fn(&Booking) -> u64) -> u64 {
        let at = |t: i64| self.on(vertex).filter(|b| b.window.contains(t)).map(&amount).sum();
        self.instants(vertex, window).into_iter().map(at).max().unwrap_or(0)
    }

    /// The smallest free amount of a vertex's pool over a window.
    pub(crate) fn units(&self, world: &World, vertex: usize, window: Window) -> u64 {
        let used = self.peak(vertex, window, |b| if b.exclusive { b.amount } else { 0 });
        world.vertices[vertex].size - used
    }

    /// The most that is used of a type below a vertex, over a window.
    pub(crate) fn used_below(&self, vertex: usize, ty: &str, window: Window) -> u64 {
        self.peak(vertex, window, |b| b.below.get(ty).copied().unwrap_or(0))
    }

    /// Whether any job holds something of a tracked type below a vertex, at whatever time.
    pub(crate) fn has_filter_span(&self, vertex: usize) -> bool {
        self.on(vertex).any(|b| !b.below.is_empty())
    }

    /// Whether a job touches a vertex within a window.
    pub(crate) fn is_touched(&self, vertex: usize, window: Window) -> bool {
        self.on(vertex).any(|b| b.window.overlaps(window))
    }

    /// Whether a job holds a vertex exclusively within a window.
    pub(crate) fn is_held(&self, vertex: usize, window: Window) -> bool {
        self.on(vertex).any(|b| b.exclusive && b.window.overlaps(window))
    }

    /// The ends of the allocations (not reservations) that a vertex carries, whatever their time.
    pub(crate) fn allocation_ends(&self, vertex: usize) -> impl Iterator<Item = i64> {
        self.allocations(vertex).map(|b| b.window.end)
    }

    /// Whether a vertex lists an allocation.
    pub(crate) fn lists_allocation(&self, vertex: usize) -> bool {
        self.allocations(vertex).any(|b| b.listed)
    }

    fn allocations(&self, vertex: usize) -> impl Iterator<Item = &Booking> {
        self.on(vertex).filter(|b| b.exclusive && !b.reserved)
    }

    /// The moments after `now` at which some job starts or ends, ascending.
    pub(crate) fn changes_after(&self, now: i64) -> Vec<i64> {
        let mut times: Vec<i64> = self
            .0
            .iter()
            .flat_map(|b| [b.window.start, b.window.end])
            .filter(|&t| t > now)
            .collect();
        times.sort_unstable();
        times.dedup();
        times
    }

    pub(crate) fn cancel(&mut self, job: u64) {
        self.0.retain(|b| b.job != job);
    }
}
