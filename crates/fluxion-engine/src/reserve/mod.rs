//! The earliest start of a request: the first later time at which it fits, and what it takes there.
//!
//! The planner of the root and the calendar supply the [`times`] to consider; [`first_fit`] tries them. Where something is known about
//! the nodes that a request needs, an [`availability_window`] moves over the [`node_calendar`]: times at which too
//! few nodes could serve are skipped, and a pass looks only at the nodes that could. How a pass is made is not
//! known here.

mod availability_window;
mod first_fit;
pub(crate) mod node_calendar;
mod node_set;
mod node_use;
mod nodes;
mod present;
mod shut_nodes;
mod times;

use std::sync::Arc;

use crate::blocks::BlockMap;
use crate::decision::{Decision, Grant};
use crate::operation::JobId;
use crate::passes::Passes;
use crate::record::{Booking, JobRecord};
use crate::refusal::Refusal;
use crate::request::prepared::PreparedRequest;
use crate::reserve::availability_window::WindowBuffers;
use crate::reserve::first_fit::FirstFit;
use crate::reserve::node_calendar::NodeCalendar;
use crate::reserve::shut_nodes::ShutNodes;
use crate::reserve::times::Times;
use crate::site::Site;

/// What the search for the earliest start remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct EarliestStart {
    /// Built when a reservation is first prepared for.
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

    /// Tries the times after `now` at which some booking starts or ends, or a window stops keeping the request out, as far as the root's filter can
    /// provide the demand (`docs/semantics/time.md`, Reservations).
    pub(crate) fn find(
        &mut self,
        passes: &mut Passes<'_>,
        prepared: &PreparedRequest<'_>,
        jobs: &BlockMap<JobId, JobRecord>,
        now: i64,
    ) -> Result<Option<Decision>, Refusal> {
        if !prepared.is_possible {
            return Ok(None);
        }
        let (site, state) = (passes.site, passes.state);
        let planner = state.planner(site, site.tree.root());
        let from = now.checked_add(1).ok_or(Refusal::Time(now))?;
        let windows = passes.gate.as_ref().map_or_else(Vec::new, |gate| gate.times_after(now));
        let times = Times::new(site, planner, prepared, from, windows.clone());
        let mut first_fit = FirstFit { passes, prepared };
        let Some(need) = first_fit.node_need(now) else {
            return Ok(first_fit.try_each(times));
        };
        let calendar = self.calendar.get_or_insert_with(|| calendar_of(site, jobs));
        let nodes = Arc::clone(&calendar.nodes);
        let shut = ShutNodes::new(site, &nodes, need.alone, windows);
        Ok(first_fit.run(times, need, shut, calendar, &mut self.buffers))
    }
}

fn calendar_of(site: &Site, jobs: &BlockMap<JobId, JobRecord>) -> NodeCalendar {
    let live = jobs.iter().filter(|(_, record)| record.is_live());
    NodeCalendar::of(site, live.map(|(&job, record)| (record.booking(job), &*record.grants)))
}
