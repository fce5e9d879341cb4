//! What is booked: claims, use over time, and the figures that let a search skip what cannot fit.
//!
//! Everything here follows from the jobs and the statuses; [`State::book`] and [`State::release`] are exact
//! inverses. How resources are chosen is not known here, nor what is made of a change: an [`observer`] is told.

mod blocking;
mod booking;
pub(crate) mod claims;
mod covered_run;
mod growing;
mod holders;
pub(crate) mod marks;
pub(crate) mod observer;
pub(crate) mod overrun;
mod shrinking;
pub(crate) mod use_rows;

use std::sync::Arc;

use fluxion_graph::{Status, TypeId, VertexId};
use fluxion_planner::Planner;

use crate::blocks::{BlockMap, BlockTable};
use crate::site::Site;
use crate::state::claims::Claims;
use crate::state::marks::Marks;
use crate::state::observer::StateObserver;
use crate::state::overrun::Overrun;

/// The capacity of the use counter of a vertex: one unit per job that touches it.
pub(crate) const MOST_JOBS: u64 = 1 << 30;

/// The column of a planner where the types of the filter start.
pub(crate) const FIRST_FILTER_COLUMN: usize = 2;

/// A planner for each inner vertex that anybody touches.
pub(crate) type Planners = BlockTable<Option<Arc<Planner>>, 64>;

/// Figures of inner vertices.
pub(crate) type FigureTable<T> = BlockTable<T, 256>;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct State {
    claims: Claims,
    /// Vertices that are down.
    down: Marks,
    /// Vertices that allocations hold.
    held: Marks,
    /// Use over time by inner vertex: column 0 counts jobs, column 1 the
    /// jobs that have a span in its filter, the others are the types of the filter.
    planners: Planners,
    /// How many planners there are.
    planner_count: usize,
    /// Allocations that touch an inner vertex.
    touched: FigureTable<u32>,
    /// Units below each inner vertex, per counted type, that are neither down nor held.
    free: FigureTable<u64>,
    nodes_up: u64,
    /// The latest start of an allocation ever booked: before that time "held" says nothing about now.
    latest_start: i64,
    /// How many bookings there are besides allocations.
    later: u64,
    /// How many allocations end at each time.
    ends: BlockMap<i64, u32>,
    /// What an allocation whose time is over keeps from others.
    pub(crate) overrun: Overrun,
}

impl State {
    /// No jobs; some vertices are down themselves. O(graph).
    pub(crate) fn new(
        site: &Site,
        down: impl Iterator<Item = VertexId>,
        observer: &mut impl StateObserver,
    ) -> Self {
        let vertices = site.graph.vertices().len();
        let inner = site.layout.inner_count();
        let mut state = Self {
            claims: Claims::new(vertices),
            down: Marks::new(vertices),
            held: Marks::new(vertices),
            planners: BlockTable::new(inner, &None),
            planner_count: 0,
            touched: BlockTable::new(inner, &0),
            free: BlockTable::of(&site.layout.totals),
            nodes_up: 0,
            latest_start: i64::MIN,
            later: 0,
            ends: BlockMap::default(),
            overrun: Overrun::default(),
        };
        state.nodes_up = state.count_nodes(site);
        for vertex in down {
            state.set_status(site, vertex, Status::Down, observer);
        }
        state
    }

    fn count_nodes(&self, site: &Site) -> u64 {
        let Some(node) = site.graph.type_id("node") else { return 0 };
        let nodes = site.tree.order().iter().filter(|&&v| site.graph.vertex(v).ty == node);
        nodes.count() as u64
    }

    /// Nodes without a down vertex on their path.
    pub(crate) fn nodes_up(&self) -> u64 {
        self.nodes_up
    }

    /// Who holds which vertex alone, and when.
    #[inline]
    pub(crate) fn claims(&self) -> &Claims {
        &self.claims
    }

    /// How many inner vertices have a planner.
    pub(crate) fn planner_count(&self) -> usize {
        self.planner_count
    }

    /// Vertices that are down.
    #[inline]
    pub(crate) fn down(&self) -> &Marks {
        &self.down
    }

    /// Vertices that allocations hold.
    pub(crate) fn held(&self) -> &Marks {
        &self.held
    }

    /// How many allocations touch an inner vertex, by its number.
    #[inline]
    pub(crate) fn touching(&self, inner: usize) -> u32 {
        self.touched[inner]
    }

    /// Units below each inner vertex that are neither down nor held: a row per inner vertex, a column per counted type.
    #[inline]
    pub(crate) fn free(&self) -> &FigureTable<u64> {
        &self.free
    }

    /// How many bookings there are besides allocations.
    pub(crate) fn later(&self) -> u64 {
        self.later
    }

    /// How many allocations end at each time.
    pub(crate) fn ends(&self) -> &BlockMap<i64, u32> {
        &self.ends
    }

    /// The latest start of an allocation ever booked.
    pub(crate) fn latest_start(&self) -> i64 {
        self.latest_start
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
        self.ends.first().is_some_and(|(&end, _)| end <= now)
    }

    /// Whether a job holds the vertex itself at some time in [`start`, `end`).
    #[inline]
    pub(crate) fn is_claimed(&self, vertex: VertexId, start: i64, end: i64) -> bool {
        self.claims.has_any(vertex) && self.claims.of(vertex).any(|c| c.overlaps(start, end))
    }

    /// [`State::is_claimed`] where a vertex may have many claims: whether any job touches an inner one is looked up first.
    pub(crate) fn is_taken(&self, site: &Site, vertex: VertexId, start: i64, end: i64) -> bool {
        let used = |planner: &Planner| planner.timeline().peak(start, end, 0) > 0;
        self.claims.has_any(vertex)
            && self.planner(site, vertex).is_none_or(used)
            && self.is_claimed(vertex, start, end)
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
        let totals = |row: usize| &site.layout.totals[row * width..(row + 1) * width];
        let unused = |n| self.free.has_at(n * width, totals(n));
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
    /// a time (`docs/semantics/policies.md`, Order of children). None if the edge keeps its weight.
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
}

/// What can be tampered with, to see that a check finds it.
#[cfg(test)]
pub(crate) struct Parts<'a> {
    pub(crate) claims: &'a mut Claims,
    pub(crate) down: &'a mut Marks,
    pub(crate) held: &'a mut Marks,
    pub(crate) planners: &'a mut Planners,
    pub(crate) touched: &'a mut FigureTable<u32>,
    pub(crate) free: &'a mut FigureTable<u64>,
    pub(crate) nodes_up: &'a mut u64,
    pub(crate) later: &'a mut u64,
    pub(crate) ends: &'a mut BlockMap<i64, u32>,
}

#[cfg(test)]
impl State {
    pub(crate) fn parts(&mut self) -> Parts<'_> {
        let Self { claims, down, held, planners, touched, free, nodes_up, later, ends, .. } = self;
        Parts { claims, down, held, planners, touched, free, nodes_up, later, ends }
    }
}
