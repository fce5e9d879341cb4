//! The times after the present at which a request could start, in order: where a booking starts or ends, and where a window
//! stops keeping it out, as far as the filter of the root can provide what it needs (`docs/semantics/time.md`,
//! Reservations).

use std::iter::Peekable;
use std::vec::IntoIter;

use fluxion_planner::{Candidates, Planner};

use crate::request::prepared::PreparedRequest;
use crate::site::Site;

/// See the module documentation.
pub(super) struct Times<'a> {
    planner: Option<&'a Planner>,
    demand: Vec<u64>,
    duration: i64,
    booked: Option<Candidates<'a>>,
    /// The next one of `booked`, if it was looked at.
    next_booked: Option<i64>,
    /// Those of windows.
    windows: Peekable<IntoIter<i64>>,
}

impl<'a> Times<'a> {
    /// Those from some time on; `windows` ascend.
    pub(super) fn new(
        site: &Site,
        planner: Option<&'a Planner>,
        prepared: &PreparedRequest<'_>,
        from: i64,
        windows: Vec<i64>,
    ) -> Self {
        let demand = demand_of_root(site, prepared);
        let duration = prepared.duration;
        let booked = planner.and_then(|p| p.candidates(from, duration, &demand).ok());
        let windows = match planner.is_some() || could_hold(site, prepared) {
            true => windows,
            false => Vec::new(),
        };
        let windows = windows.into_iter().peekable();
        Self { planner, demand, duration, booked, next_booked: None, windows }
    }

    /// Leaves out the times before `time`.
    pub(super) fn seek(&mut self, time: i64) {
        if let Some(booked) = &mut self.booked {
            booked.seek(time);
        }
        self.next_booked = self.next_booked.filter(|&next| next >= time);
        while self.windows.next_if(|&end| end < time).is_some() {}
    }

    /// Whether the filter of the root provides what is needed.
    fn is_provided(&self, time: i64) -> bool {
        self.planner.is_none_or(|p| p.can_during(time, self.duration, &self.demand).is_ok())
    }
}

impl Iterator for Times<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let booked = self.next_booked.take().or_else(|| self.booked.as_mut()?.next());
        while let Some(end) = self.windows.next_if(|&end| booked.is_none_or(|next| end <= next)) {
            if Some(end) != booked && self.is_provided(end) {
                self.next_booked = booked;
                return Some(end);
            }
        }
        booked
    }
}

/// What the filter of the root must provide, by column of its planner.
fn demand_of_root(site: &Site, prepared: &PreparedRequest<'_>) -> Vec<u64> {
    let ty = site.graph.vertex(site.tree.root()).ty;
    let tracked = site.filters.of(ty).map(|ty| prepared.whole().literal_demand.of(ty));
    [0, 0].into_iter().chain(tracked).collect()
}

/// Whether the root has what the filter of an idle one must provide.
fn could_hold(site: &Site, prepared: &PreparedRequest<'_>) -> bool {
    let root = site.tree.root();
    let total = |ty| site.layout.total(&site.graph, &site.tree, root, ty);
    let mut tracked = site.filters.of(site.graph.vertex(root).ty);
    tracked.all(|ty| prepared.whole().literal_demand.of(ty) <= total(ty))
}
