//! What keeps vertices from being used now: down vertices and allocations above them, and the figures that follow.

use std::ops::Range;

use fluxion_graph::{Status, VertexId};

use crate::site::Site;
use crate::site::counted_types::COUNTED_TYPES;
use crate::site::walk_parent::walk_parent;
use crate::state::State;
use crate::state::marks::{Marked, Marks};
use crate::state::observer::{Occupancy, StateObserver};

/// Units of each counted type.
type Units = [u64; COUNTED_TYPES];

impl State {
    /// The vertex's own status, whatever is above it.
    pub(crate) fn status(&self, vertex: VertexId) -> Status {
        if self.down.is_own(vertex) { Status::Down } else { Status::Up }
    }

    /// Changes a vertex's own status. O(subtree).
    pub(crate) fn set_status(
        &mut self,
        site: &Site,
        vertex: VertexId,
        status: Status,
        observer: &mut impl StateObserver,
    ) {
        if self.status(vertex) == status {
            return;
        }
        observer.status_changed(site, vertex);
        let marked = if status == Status::Down { Marked::Yes } else { Marked::No };
        if !change(&mut self.down, vertex, marked) || covers_above(&self.down, site, vertex) {
            return;
        }
        let reached: Vec<VertexId> = self.down.reached(&site.tree, vertex).collect();
        let node = site.graph.type_id("node");
        let nodes = reached.iter().filter(|&&v| Some(site.graph.vertex(v).ty) == node).count();
        match marked {
            Marked::Yes => self.nodes_up -= nodes as u64,
            Marked::No => self.nodes_up += nodes as u64,
        }
        reached.iter().for_each(|&below| self.down.cover(below, marked));
        self.turn_each(site, &reached, marked, observer, |state, v| state.held.covers(v));
    }

    /// Says that an allocation holds a vertex, or no longer. O(subtree), less where it was all free.
    pub(crate) fn hold(
        &mut self,
        site: &Site,
        vertex: VertexId,
        marked: Marked,
        observer: &mut impl StateObserver,
    ) {
        // most leaves of a job lie below something that it holds, too
        if !change(&mut self.held, vertex, marked) || covers_above(&self.held, site, vertex) {
            return;
        }
        if site.layout.inner(vertex).is_none() {
            self.held.cover(vertex, marked);
            return self.turn_leaf(site, vertex, marked, observer);
        }
        if let Some(end) = self.turns_as_one(site, vertex) {
            return self.turn_range(site, vertex, end, marked, observer);
        }
        let reached: Vec<VertexId> = self.held.reached(&site.tree, vertex).collect();
        reached.iter().for_each(|&below| self.held.cover(below, marked));
        self.turn_each(site, &reached, marked, observer, |state, v| state.down.covers(v));
    }

    fn turn_leaf(
        &mut self,
        site: &Site,
        leaf: VertexId,
        marked: Marked,
        observer: &mut impl StateObserver,
    ) {
        if self.down.covers(leaf) {
            return;
        }
        self.report_occupancy(site, leaf, observer);
        let pool = site.graph.vertex(leaf);
        if let Some(column) = site.layout.counted.column(pool.ty) {
            self.free_above(site, leaf, (column, u64::from(pool.size)), marked, observer);
        }
    }

    /// Vertices became blocked, or are no more, unless something else keeps them blocked.
    fn turn_each(
        &mut self,
        site: &Site,
        vertices: &[VertexId],
        marked: Marked,
        observer: &mut impl StateObserver,
        is_kept: impl Fn(&Self, VertexId) -> bool,
    ) {
        for &vertex in vertices {
            if is_kept(self, vertex) {
                continue;
            }
            self.report_occupancy(site, vertex, observer);
            let pool = site.graph.vertex(vertex);
            if let Some(column) = site.layout.counted.column(pool.ty) {
                self.free_above(site, vertex, (column, u64::from(pool.size)), marked, observer);
            }
        }
    }

    /// The end of the ids of a subtree that turns as one: a range in which nothing else is down or held.
    fn turns_as_one(&self, site: &Site, vertex: VertexId) -> Option<u32> {
        if !site.tree.is_tree() || site.layout.has_empty_pools() || self.down.covers(vertex) {
            return None;
        }
        let ids = site.tree.id_range(vertex)?;
        let is_free = !self.down.has_own_in(vertex, ids.end)
            && !self.held.has_own_in(VertexId(ids.start + 1), ids.end);
        is_free.then_some(ids.end)
    }

    /// [`State::hold`] for a subtree that turns as one.
    fn turn_range(
        &mut self,
        site: &Site,
        vertex: VertexId,
        end: u32,
        marked: Marked,
        observer: &mut impl StateObserver,
    ) {
        self.held.cover_range(vertex, end, marked);
        let inner = &site.layout.inner;
        let numbers = inner.before(vertex)..inner.before(VertexId(end));
        let moved = self.turn_free_rows(site, vertex, numbers.clone(), marked);
        for (column, units) in moved.into_iter().enumerate().filter(|&(_, units)| units > 0) {
            self.free_above(site, vertex, (column, units), marked, observer);
        }
        let first_ordinal = |number: usize| site.layout.first_ordinal[number] as usize;
        let ordinals = first_ordinal(numbers.start)..first_ordinal(numbers.end);
        let occupancy = match marked {
            Marked::Yes => Occupancy::Busy,
            Marked::No => Occupancy::Idle,
        };
        observer.children_are(ordinals, occupancy);
        self.report_occupancy(site, vertex, observer);
        let below = || inner.from(vertex).take_while(|v| v.0 < end);
        observer.changed_below(site, below());
        if marked == Marked::No {
            for vertex in below() {
                self.report_occupancy(site, vertex, observer);
                self.report_free(site, vertex, observer);
            }
        }
    }

    /// Empties the free figures below a vertex, whose inner vertices have these numbers, or fills them; what is free now,
    /// or no more, with the vertex itself.
    fn turn_free_rows(
        &mut self,
        site: &Site,
        vertex: VertexId,
        numbers: Range<usize>,
        marked: Marked,
    ) -> Units {
        let (counted, totals) = (&site.layout.counted, &site.layout.totals);
        let width = counted.width();
        let rows = numbers.start * width..numbers.end * width;
        let own = rows.start..rows.start + width;
        let mut moved: Units = [0; COUNTED_TYPES];
        match marked {
            Marked::Yes => {
                moved.iter_mut().zip(own).for_each(|(moved, at)| *moved = self.free[at]);
                self.free.change(rows, |_, free| free.fill(0));
            }
            Marked::No => {
                moved[..width].copy_from_slice(&totals[own]);
                self.free
                    .change(rows, |at, free| free.copy_from_slice(&totals[at..at + free.len()]));
            }
        }
        let pool = site.graph.vertex(vertex);
        if let Some(column) = counted.column(pool.ty) {
            moved[column] += u64::from(pool.size);
        }
        moved
    }

    /// Says how many units are free below a vertex, after some may have become so.
    fn report_free(&self, site: &Site, vertex: VertexId, observer: &mut impl StateObserver) {
        for column in 0..site.layout.counted.width() {
            let free = self.free_in(site, vertex, column);
            observer.units_are_free(site, vertex, column, free);
        }
    }

    /// Units became free, or are free no more, as all ancestors of a vertex see them; as the totals are
    /// counted: a shared leaf below one parent.
    fn free_above(
        &mut self,
        site: &Site,
        vertex: VertexId,
        (column, units): (usize, u64),
        marked: Marked,
        observer: &mut impl StateObserver,
    ) {
        let parent = |&v: &VertexId| walk_parent(&site.graph, &site.tree, v);
        for above in std::iter::successors(parent(&vertex), parent) {
            let Some(row) = site.layout.inner(above) else { return };
            let free = &mut self.free[row * site.layout.counted.width() + column];
            match marked {
                Marked::Yes => *free -= units,
                Marked::No => {
                    *free += units;
                    observer.units_are_free(site, above, column, *free);
                }
            }
        }
    }

    /// Says whether a vertex is idle, after it may have become so or not.
    pub(crate) fn report_occupancy(
        &self,
        site: &Site,
        vertex: VertexId,
        observer: &mut impl StateObserver,
    ) {
        let idle = self.is_idle(site, vertex);
        observer.vertex_is(site, vertex, if idle { Occupancy::Idle } else { Occupancy::Busy });
    }
}

/// Adds or takes a mark; whether the vertex became marked by it, or unmarked.
fn change(marks: &mut Marks, vertex: VertexId, marked: Marked) -> bool {
    match marked {
        Marked::Yes => marks.add(vertex),
        Marked::No => marks.take(vertex),
    }
}

fn covers_above(marks: &Marks, site: &Site, vertex: VertexId) -> bool {
    walk_parent(&site.graph, &site.tree, vertex).is_some_and(|above| marks.covers(above))
}
