//! The earliest start of a request: at which later time it fits first, and what it takes there.
//!
//! Which times there are says the planner of the root. Where something is known about the nodes that a request needs,
//! an [`AvailabilityWindow`](availability_window) moves over the [`NodeCalendar`](node_calendar) and passes over the
//! times at which too few of them could serve, and a pass looks only at those that could. The passes
//! themselves are made elsewhere.

pub(crate) mod availability_window;
pub(crate) mod node_calendar;
mod node_set;
mod node_use;
mod nodes;
mod present;

use std::collections::BTreeMap;

use fluxion_planner::Candidates;

use crate::decision::{Decision, Grant};
use crate::operation::{JobId, JobState};
use crate::passes::Passes;
use crate::record::{Booking, JobRecord};
use crate::refusal::Refusal;
use crate::request::node_need::NodeNeed;
use crate::request::prepared::PreparedRequest;
use crate::request::traverser::Traverser;
use crate::reserve::availability_window::{AvailabilityWindow, WindowBuffers};
use crate::reserve::node_calendar::NodeCalendar;
use crate::search::PassKind;
use crate::search::node_mask::NodeMask;
use crate::site::Site;

/// What the search for the earliest start remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct EarliestStart {
    /// Built when a reservation is first asked for.
    pub(crate) calendar: Option<NodeCalendar>,
    buffers: WindowBuffers,
}

impl EarliestStart {
    /// A job is booked. O(what it holds).
    pub(crate) fn enter(&mut self, site: &Site, grants: &[Grant], booking: Booking) {
        if let Some(calendar) = &mut self.calendar {
            calendar.enter(site, grants, booking);
        }
    }

    /// A job is released. O(what it held).
    pub(crate) fn leave(&mut self, booking: Booking) {
        if let Some(calendar) = &mut self.calendar {
            calendar.leave(booking);
        }
    }

    /// Tries the times after `now` at which some booking starts or ends, as far as the root's filter can provide the
    /// demand (chapter 05, section 7.3).
    pub(crate) fn find(
        &mut self,
        passes: &mut Passes<'_>,
        asked: &PreparedRequest<'_>,
        jobs: &BTreeMap<JobId, JobRecord>,
        now: i64,
    ) -> Result<Option<Decision>, Refusal> {
        let (site, state) = (passes.site, passes.state);
        let planner = state.planner(site, site.tree.root()).filter(|_| asked.is_possible);
        let Some(planner) = planner else { return Ok(None) };
        let from = now.checked_add(1).ok_or(Refusal::Time(now))?;
        let demand = demand_of_root(site, asked);
        let Ok(mut times) = planner.candidates(from, asked.duration, &demand) else {
            return Ok(None);
        };
        let mut first_fit = FirstFit { passes, asked };
        let Some(need) = first_fit.node_need(now) else {
            return Ok(times.find_map(|time| first_fit.pass(time, None)));
        };
        let calendar = self.calendar.get_or_insert_with(|| calendar_of(site, jobs));
        Ok(first_fit.run(times, need, calendar, &mut self.buffers))
    }
}

/// What the filter of the root must provide, by column of its planner.
fn demand_of_root(site: &Site, asked: &PreparedRequest<'_>) -> Vec<u64> {
    let ty = site.graph.vertex(site.tree.root()).ty;
    let tracked = site.filters.of(ty).map(|ty| asked.whole.literal_demand.of(ty));
    [0, 0].into_iter().chain(tracked).collect()
}

fn calendar_of(site: &Site, jobs: &BTreeMap<JobId, JobRecord>) -> NodeCalendar {
    let live = jobs.iter().filter(|(_, record)| record.state != JobState::Canceled);
    NodeCalendar::of(site, live.map(|(&job, record)| (record.booking(job), &*record.grants)))
}

/// The first of some ascending times at which a request fits.
struct FirstFit<'a, 'p> {
    passes: &'a mut Passes<'p>,
    asked: &'a PreparedRequest<'a>,
}

impl FirstFit<'_, '_> {
    fn pass(&mut self, time: i64, node_mask: Option<NodeMask<'_>>) -> Option<Decision> {
        self.passes.run(self.asked, PassKind::Later, time, node_mask)
    }

    fn end(&self, start: i64) -> i64 {
        start.saturating_add(self.asked.duration)
    }

    /// What is known about the nodes that the request needs.
    fn node_need(&self, now: i64) -> Option<NodeNeed> {
        let whole = &self.asked.whole;
        let plain = self.asked.variants.is_empty()
            && !whole.filters_show
            && whole.traverser == Traverser::Simple
            && self.passes.state.speaks_for(now);
        plain.then(|| NodeNeed::of(whole, self.passes.site)).flatten()
    }

    fn run(
        &mut self,
        mut times: Candidates<'_>,
        need: NodeNeed,
        calendar: &NodeCalendar,
        buffers: &mut WindowBuffers,
    ) -> Option<Decision> {
        let mut first = times.next()?;
        // other policies look at everything in any case
        if self.passes.policy.stops_early()
            && self.asked.constraint.is_none()
            && self.leaves_enough_nodes(&need, calendar, first)
        {
            let found = self.pass(first, None);
            if found.is_some() {
                return found;
            }
            first = times.next()?;
        }
        self.move_window(first, times, need, calendar, buffers)
    }

    /// Whether the jobs of a window leave as many nodes alone as are needed, so that there is no need to know which.
    fn leaves_enough_nodes(&self, need: &NodeNeed, calendar: &NodeCalendar, start: i64) -> bool {
        let touched = calendar.touched_within(start, self.end(start)) as u64;
        calendar.unclear == 0 && touched.saturating_add(need.count) <= self.passes.state.nodes_up()
    }

    /// Tries the times at which enough nodes could serve.
    fn move_window(
        &mut self,
        first: i64,
        mut times: Candidates<'_>,
        need: NodeNeed,
        calendar: &NodeCalendar,
        buffers: &mut WindowBuffers,
    ) -> Option<Decision> {
        let is_all = need.is_all;
        let (site, state) = (self.passes.site, self.passes.state);
        let window =
            AvailabilityWindow::new(site, state, calendar, self.asked.constraint, need, buffers);
        let Some(mut window) = window else {
            let mut times = std::iter::once(first).chain(times);
            return times.find_map(|time| self.pass(time, None));
        };
        let (mut next, mut found) = (Some(first), None);
        while let Some(time) = next
            && found.is_none()
        {
            if window.move_to(time, self.end(time)) {
                let node_mask = is_all.then(|| window.node_mask());
                found = self.pass(time, node_mask);
                next = times.next();
            } else {
                next = window.next_chance().and_then(|chance| {
                    times.seek(chance);
                    times.next()
                });
            }
        }
        *buffers = window.into_buffers();
        found
    }
}
