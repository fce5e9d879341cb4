//! What is booked: claims, use over time, and the figures that let a search skip what cannot fit.
//!
//! Everything here follows from the jobs and the statuses; [`State::book`] and [`State::release`] are exact
//! inverses. How resources are chosen is not known here.

mod blocking;
pub(crate) mod claims;
pub(crate) mod marks;
pub(crate) mod use_rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use fluxion_graph::{Status, TypeId, VertexId};
use fluxion_planner::Planner;

use crate::choice::decision::Grant;
use crate::index::offers::Reach;
use crate::index::shelf::Shelves;
use crate::operation::JobId;
use crate::site::Site;
use crate::state::claims::{Claim, Claims, Hold};
use crate::state::marks::{Marked, Marks};
use crate::state::use_rows::UseRows;

/// The capacity of the use counter of a vertex: one unit per job that touches it.
pub(crate) const MOST_JOBS: u64 = 1 << 30;

/// The column of a planner where the types of the filter start.
pub(crate) const FIRST_FILTER_COLUMN: usize = 2;

/// The length of every timeline: all of time.
const FOREVER: i64 = i64::MAX;

/// The times of a booking and how it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Booking {
    pub(crate) job: JobId,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) hold: Hold,
}

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) claims: Claims,
    /// Vertices that are down.
    pub(crate) down: Marks,
    /// Vertices that allocations hold.
    pub(crate) held: Marks,
    /// Use over time by inner vertex: column 0 counts jobs, column 1 the
    /// jobs that have a span in its filter, the others are the types of the filter.
    pub(crate) planners: Vec<Option<Arc<Planner>>>,
    /// Allocations that touch an inner vertex.
    pub(crate) touched: Vec<u32>,
    /// Units below each inner vertex, per counted type, that are neither down nor held.
    pub(crate) free: Vec<u64>,
    pub(crate) nodes_up: u64,
    /// The latest start of an allocation ever booked: before that time "held" says nothing about now.
    pub(crate) latest_start: i64,
    /// How many bookings there are besides allocations.
    pub(crate) later: u64,
    /// How many allocations end at each time.
    pub(crate) ends: BTreeMap<i64, u32>,
}

impl State {
    /// No jobs. `status` says which vertices are down themselves. O(graph).
    pub(crate) fn new(
        site: &Site,
        shelves: &mut Shelves,
        status: impl Fn(VertexId) -> Status,
    ) -> Self {
        let vertices = site.graph.vertices().len();
        let inner = site.layout.inner_count();
        let mut state = Self {
            claims: Claims::new(vertices),
            down: Marks::new(vertices),
            held: Marks::new(vertices),
            planners: vec![None; inner],
            touched: vec![0; inner],
            free: site.layout.totals.clone(),
            nodes_up: 0,
            latest_start: i64::MIN,
            later: 0,
            ends: BTreeMap::new(),
        };
        state.nodes_up = state.count_nodes(site);
        let all = (0..vertices as u32).map(VertexId);
        for vertex in all.filter(|&vertex| status(vertex) == Status::Down) {
            state.set_status(site, shelves, vertex, Status::Down);
        }
        state
    }

    fn count_nodes(&self, site: &Site) -> u64 {
        let Some(node) = site.graph.type_id("node") else { return 0 };
        let nodes = site.tree.order().iter().filter(|&&v| site.graph.vertex(v).ty == node);
        nodes.count() as u64
    }

    // --- figures ---

    /// Nodes without a down vertex on their path.
    pub(crate) fn nodes_up(&self) -> u64 {
        self.nodes_up
    }

    /// Whether a vertex on the path, itself included, is down or held by an allocation.
    #[inline]
    pub(crate) fn is_blocked(&self, vertex: VertexId) -> bool {
        self.down.covers(vertex) || self.held.covers(vertex)
    }

    /// Whether [`State::is_blocked`] and the free figures speak for the time `now`.
    pub(crate) fn speaks_for(&self, now: i64) -> bool {
        now >= self.latest_start
    }

    /// Whether any job holds resources without being allocated: what is free then depends on the time.
    pub(crate) fn has_later(&self) -> bool {
        self.later > 0
    }

    /// Whether the time of some allocation is over at `now`.
    pub(crate) fn overruns(&self, now: i64) -> bool {
        self.ends.first_key_value().is_some_and(|(&end, _)| end <= now)
    }

    /// Whether a job holds the vertex itself at some time in [`start`, `end`).
    #[inline]
    pub(crate) fn is_claimed(&self, vertex: VertexId, start: i64, end: i64) -> bool {
        self.claims.has_any(vertex) && self.claims.of(vertex).any(|c| c.overlaps(start, end))
    }

    /// Whether any job holds the vertex, or anything below it, at some time in [`start`, `end`).
    pub(crate) fn is_touched(&self, site: &Site, vertex: VertexId, start: i64, end: i64) -> bool {
        if self.is_claimed(vertex, start, end) {
            return true;
        }
        let planner = site.layout.inner(vertex).and_then(|n| self.planners[n].as_deref());
        planner.is_some_and(|p| p.timeline().peak(start, end, 0) > 0)
    }

    /// Whether no allocation touches an inner vertex and nothing blocks it: free for exclusive use, but for
    /// reservations.
    #[inline]
    pub(crate) fn is_idle(&self, site: &Site, vertex: VertexId) -> bool {
        !self.is_blocked(vertex)
            && site.graph.vertex(vertex).size > 0
            && site.layout.inner(vertex).is_none_or(|n| self.touched[n] == 0)
    }

    /// Whether an inner vertex is idle, and nothing below it of a counted type is down or held.
    pub(crate) fn is_untouched(&self, site: &Site, vertex: VertexId) -> bool {
        let width = site.layout.counted.width();
        let row = |row: usize| row * width..(row + 1) * width;
        let unused = |n| self.free[row(n)] == site.layout.totals[row(n)];
        self.is_idle(site, vertex) && site.layout.inner(vertex).is_some_and(unused)
    }

    /// Units of a type below an inner vertex that are neither down nor held; none if the type is not counted.
    #[inline]
    pub(crate) fn free_below(&self, site: &Site, vertex: VertexId, ty: TypeId) -> Option<u64> {
        let row = site.layout.inner(vertex)?;
        let column = site.layout.counted.column(ty)?;
        Some(self.free[row * site.layout.counted.width() + column])
    }

    /// [`State::free_below`] by column of the counted types; 0 for a leaf.
    #[inline]
    pub(crate) fn free_in(&self, site: &Site, vertex: VertexId, column: usize) -> u64 {
        let row = site.layout.inner(vertex);
        row.map_or(0, |row| self.free[row * site.layout.counted.width() + column])
    }

    /// The use over time of an inner vertex, if any job touches it.
    #[inline]
    pub(crate) fn planner(&self, site: &Site, vertex: VertexId) -> Option<&Planner> {
        self.planners[site.layout.inner(vertex)?].as_deref()
    }

    /// The weight that a match gives to the edge to a vertex: units of the last tracked type that are free at
    /// a time (chapter 04, section 8.2). None if the edge keeps its weight.
    pub(crate) fn weight(&self, site: &Site, vertex: VertexId, now: i64) -> Option<u64> {
        site.layout.inner(vertex)?;
        let ty = site.graph.vertex(vertex).ty;
        let last = site.filters.of(ty).last()?;
        let Some(planner) = self.planner(site, vertex) else {
            let free = site.layout.total(&site.graph, &site.tree, vertex, last);
            return (free > 0).then_some(free);
        };
        let column = planner.totals().len() - 1;
        let free = planner.free_at(now, column).unwrap_or(0);
        let has_spans = || planner.timeline().peak(0, i64::MAX, 1) > 0;
        (free > 0 || has_spans()).then_some(free.unsigned_abs())
    }

    /// Whether a job has a span in the filter of a vertex.
    pub(crate) fn has_filter_span(&self, site: &Site, vertex: VertexId) -> bool {
        let ty = site.graph.vertex(vertex).ty;
        let planner = self.planner(site, vertex).filter(|_| site.filters.of(ty).last().is_some());
        planner.is_some_and(|p| p.timeline().peak(0, i64::MAX, 1) > 0)
    }

    // --- booking ---

    /// Records a decision: claims on exclusive vertices, use on all. `grants` are children first.
    pub(crate) fn book(
        &mut self,
        site: &Site,
        shelves: &mut Shelves,
        grants: &[Grant],
        booking: Booking,
    ) {
        match booking.hold {
            Hold::Allocation => {
                self.latest_start = self.latest_start.max(booking.start);
                *self.ends.entry(booking.end).or_insert(0) += 1;
            }
            Hold::Reservation | Hold::Unlisted => self.later += 1,
        }
        note_offers(site, shelves, grants);
        let claim =
            Claim { job: booking.job, start: booking.start, end: booking.end, hold: booking.hold };
        // parents first: what is above blocks all below at once
        for grant in grants.iter().rev().filter(|g| g.exclusive) {
            let hold = if grant.unlisted { Hold::Unlisted } else { booking.hold };
            self.claims.add(grant.vertex, Claim { hold, ..claim });
            if booking.hold == Hold::Allocation {
                self.hold(site, shelves, grant.vertex, Marked::Yes);
            }
        }
        UseRows::default().each(site, grants, |grant, uses| {
            self.use_inner(site, shelves, grant.vertex, uses, booking, Marked::Yes);
        });
        if let Some(agenda) = &mut shelves.agenda {
            agenda.enter(site, grants, booking);
        }
    }

    /// Takes back exactly what [`State::book`] recorded.
    pub(crate) fn release(
        &mut self,
        site: &Site,
        shelves: &mut Shelves,
        grants: &[Grant],
        booking: Booking,
    ) {
        match booking.hold {
            Hold::Allocation => self.forget_end(booking.end),
            Hold::Reservation | Hold::Unlisted => self.later -= 1,
        }
        note_offers(site, shelves, grants);
        for grant in grants.iter().filter(|g| g.exclusive) {
            if self.claims.remove(grant.vertex, booking.job).is_some()
                && booking.hold == Hold::Allocation
            {
                self.hold(site, shelves, grant.vertex, Marked::No);
            }
        }
        UseRows::default().each(site, grants, |grant, uses| {
            self.use_inner(site, shelves, grant.vertex, uses, booking, Marked::No);
        });
        if let Some(agenda) = &mut shelves.agenda {
            agenda.leave(booking);
        }
    }

    fn forget_end(&mut self, end: i64) {
        if let Some(count) = self.ends.get_mut(&end) {
            *count -= 1;
            if *count == 0 {
                self.ends.remove(&end);
            }
        }
    }

    fn use_inner(
        &mut self,
        site: &Site,
        shelves: &mut Shelves,
        vertex: VertexId,
        uses: &[u64],
        booking: Booking,
        marked: Marked,
    ) {
        let Some(number) = site.layout.inner(vertex) else { return };
        let slot = &mut self.planners[number];
        let duration = booking.end - booking.start;
        let recorded = match marked {
            Marked::Yes => {
                let planner = slot.get_or_insert_with(|| Arc::new(new_planner(site, vertex)));
                Arc::make_mut(planner).charge(booking.start, duration, uses)
            }
            Marked::No => match slot {
                Some(planner) => Arc::make_mut(planner).remove(booking.start, duration, uses),
                None => Ok(()),
            },
        };
        debug_assert_eq!(recorded, Ok(()), "the use of {vertex:?} must be recorded");
        if booking.hold == Hold::Allocation {
            let touched = &mut self.touched[number];
            *touched = if marked == Marked::Yes { *touched + 1 } else { *touched - 1 };
            self.note_idle(site, shelves, vertex);
        }
    }
}

fn note_offers(site: &Site, shelves: &mut Shelves, grants: &[Grant]) {
    if shelves.offers.is_empty() {
        return;
    }
    for grant in grants {
        let reach = if grant.exclusive { Reach::Subtree } else { Reach::Vertex };
        shelves.offers.note(site, grant.vertex, reach);
    }
}

fn new_planner(site: &Site, vertex: VertexId) -> Planner {
    let ty = site.graph.vertex(vertex).ty;
    let total = |ty| site.layout.total(&site.graph, &site.tree, vertex, ty);
    let totals: Vec<u64> =
        [MOST_JOBS; 2].into_iter().chain(site.filters.of(ty).map(total)).collect();
    Planner::new(0, FOREVER, &totals)
        .unwrap_or_else(|_| unreachable!("totals are sums of 32-bit sizes"))
}
