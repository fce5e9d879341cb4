//! The first of some times at which a request fits: by trying, or by knowing better.

use super::availability_window::{AvailabilityWindow, WindowBuffers};
use super::node_calendar::NodeCalendar;
use super::shut_nodes::ShutNodes;
use super::times::Times;
use crate::decision::Decision;
use crate::passes::Passes;
use crate::request::node_need::NodeNeed;
use crate::request::prepared::PreparedRequest;
use crate::request::traverser::Traverser;
use crate::search::PassKind;
use crate::search::node_mask::NodeMask;

/// The first of some ascending times at which a request fits.
pub(super) struct FirstFit<'a, 'p> {
    pub(super) passes: &'a mut Passes<'p>,
    pub(super) prepared: &'a PreparedRequest<'a>,
}

impl FirstFit<'_, '_> {
    /// Whether there is no more use in trying.
    pub(super) fn is_stopped(&self) -> bool {
        self.passes.scratch.meter.is_stopped()
    }

    /// The decision at the first of some times that fits.
    pub(super) fn try_each(&mut self, mut times: impl Iterator<Item = i64>) -> Option<Decision> {
        times.find_map(|time| match self.pass(time, None) {
            None if self.is_stopped() => Some(None),
            found => found.map(Some),
        })?
    }

    pub(super) fn pass(&mut self, time: i64, node_mask: Option<NodeMask<'_>>) -> Option<Decision> {
        self.passes.run(self.prepared, PassKind::Later, time, node_mask)
    }

    fn end(&self, start: i64) -> i64 {
        start.saturating_add(self.prepared.duration)
    }

    /// What is known about the nodes that the request needs.
    pub(super) fn node_need(&self, now: i64) -> Option<NodeNeed> {
        let whole = self.prepared.whole();
        let plain = self.prepared.laid.variants.is_empty()
            && !whole.filters_show
            && whole.traverser == Traverser::Simple
            && self.passes.state.speaks_for(now);
        plain.then(|| NodeNeed::of(whole, self.passes.site)).flatten()
    }

    /// The decision at the first time that fits.
    pub(super) fn run(
        &mut self,
        mut times: Times<'_>,
        need: NodeNeed,
        mut shut: ShutNodes<'_>,
        calendar: &NodeCalendar,
        buffers: &mut WindowBuffers,
    ) -> Option<Decision> {
        let mut first = match calendar.unclear {
            0 => self.first_open(&mut times, &mut shut, &need)?,
            _ => times.next()?,
        };
        // other policies look at everything in any case
        if self.passes.policy.stops_early()
            && self.prepared.constraint.is_none()
            && self.leaves_enough_nodes(&need, calendar, first)
        {
            let found = self.pass(first, None);
            if found.is_some() {
                return found;
            }
            first = times.next()?;
        }
        self.move_window(first, times, need, shut, calendar, buffers)
    }

    /// Whether the jobs of a window leave as many nodes alone as are needed, so that there is no need to know which.
    fn leaves_enough_nodes(&self, need: &NodeNeed, calendar: &NodeCalendar, start: i64) -> bool {
        let touched = calendar.touched_within(start, self.end(start)) as u64;
        calendar.unclear == 0 && touched.saturating_add(need.count) <= self.passes.state.nodes_up()
    }

    /// The first time at which windows leave enough nodes, whatever is booked.
    fn first_open(
        &mut self,
        times: &mut Times<'_>,
        shut: &mut ShutNodes<'_>,
        need: &NodeNeed,
    ) -> Option<i64> {
        loop {
            let time = times.next()?;
            let end = self.end(time);
            let Some(gate) = &mut self.passes.gate else { return Some(time) };
            if shut.leave(gate, time, end, need.count) {
                return Some(time);
            }
            times.seek(shut.opening_after(time)?);
        }
    }

    /// Tries the times at which enough nodes could serve.
    fn move_window(
        &mut self,
        first: i64,
        mut times: Times<'_>,
        need: NodeNeed,
        mut shut: ShutNodes<'_>,
        calendar: &NodeCalendar,
        buffers: &mut WindowBuffers,
    ) -> Option<Decision> {
        let is_all = need.is_all;
        let (site, state) = (self.passes.site, self.passes.state);
        let window =
            AvailabilityWindow::new(site, state, calendar, self.prepared.constraint, need, buffers);
        let Some(mut window) = window else {
            return self.try_each(std::iter::once(first).chain(times));
        };
        let (mut next, mut found) = (Some(first), None);
        while let Some(time) = next
            && found.is_none()
            && !self.is_stopped()
        {
            let end = self.end(time);
            if let Some(gate) = &mut self.passes.gate {
                window.shut = shut.during(gate, time, end);
            }
            if window.move_to(time, end) {
                let node_mask = is_all.then(|| window.node_mask());
                found = self.pass(time, node_mask);
                next = times.next();
            } else {
                next = window.next_chance(shut.opening_after(time)).and_then(|chance| {
                    times.seek(chance);
                    times.next()
                });
            }
        }
        *buffers = window.into_buffers();
        found
    }
}
