//! What keeps vertices from being used now: down vertices and allocations above them, and the figures that follow.

use fluxion_graph::{Status, VertexId};

use crate::index::offers::Reach;
use crate::index::shelf::Shelves;
use crate::site::Site;
use crate::site::layout::{COUNTED_TYPES, walk_parent};
use crate::state::State;
use crate::state::marks::{Marked, Marks};

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
        shelves: &mut Shelves,
        vertex: VertexId,
        status: Status,
    ) {
        if self.status(vertex) == status {
            return;
        }
        shelves.offers.note(site, vertex, Reach::Subtree);
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
        self.turn_each(site, shelves, &reached, marked, |state, v| state.held.covers(v));
    }

    /// Says that an allocation holds a vertex, or no longer. O(subtree), less where it was all free.
    pub(crate) fn hold(
        &mut self,
        site: &Site,
        shelves: &mut Shelves,
        vertex: VertexId,
        marked: Marked,
    ) {
        // most leaves of a job lie below something that it holds, too
        if !change(&mut self.held, vertex, marked) || covers_above(&self.held, site, vertex) {
            return;
        }
        if site.layout.inner(vertex).is_none() {
            self.held.cover(vertex, marked);
            return self.turn_leaf(site, shelves, vertex, marked);
        }
        if self.turns_as_one(site, vertex) {
            return self.turn_range(site, shelves, vertex, marked);
        }
        let reached: Vec<VertexId> = self.held.reached(&site.tree, vertex).collect();
        reached.iter().for_each(|&below| self.held.cover(below, marked));
        self.turn_each(site, shelves, &reached, marked, |state, v| state.down.covers(v));
    }

    fn turn_leaf(&mut self, site: &Site, shelves: &mut Shelves, leaf: VertexId, marked: Marked) {
        if self.down.covers(leaf) {
            return;
        }
        self.note_idle(site, shelves, leaf);
        let pool = site.graph.vertex(leaf);
        if let Some(column) = site.layout.counted.column(pool.ty) {
            self.free_above(site, shelves, leaf, (column, u64::from(pool.size)), marked);
        }
    }

    /// Vertices became blocked, or are no more, unless something else keeps them blocked.
    fn turn_each(
        &mut self,
        site: &Site,
        shelves: &mut Shelves,
        vertices: &[VertexId],
        marked: Marked,
        is_kept: impl Fn(&Self, VertexId) -> bool,
    ) {
        for &vertex in vertices {
            if is_kept(self, vertex) {
                continue;
            }
            self.note_idle(site, shelves, vertex);
            let pool = site.graph.vertex(vertex);
            if let Some(column) = site.layout.counted.column(pool.ty) {
                self.free_above(site, shelves, vertex, (column, u64::from(pool.size)), marked);
            }
        }
    }

    /// Whether all of a subtree turns together: a range of ids in which nothing else is down or held.
    fn turns_as_one(&self, site: &Site, vertex: VertexId) -> bool {
        let VertexId(first) = vertex;
        site.tree.is_in_preorder()
            && !site.layout.has_empty_pools()
            && !self.down.covers(vertex)
            && !self.down.has_own_in(vertex, site.tree.end(first))
            && !self.held.has_own_in(VertexId(first + 1), site.tree.end(first))
    }

    /// [`State::hold`] for a subtree that turns as one.
    fn turn_range(&mut self, site: &Site, shelves: &mut Shelves, vertex: VertexId, marked: Marked) {
        let end = site.tree.end(vertex.0);
        self.held.cover_range(vertex, end, marked);
        let layout = &site.layout;
        let numbers = layout.inner.before(vertex)..layout.inner.before(VertexId(end));
        let width = layout.counted.width();
        let rows = numbers.start * width..numbers.end * width;
        let mut moved: Units = [0; COUNTED_TYPES];
        match marked {
            Marked::Yes => {
                moved[..width].copy_from_slice(&self.free[rows.start..rows.start + width]);
                self.free[rows].fill(0);
            }
            Marked::No => {
                self.free[rows.clone()].copy_from_slice(&layout.totals[rows.clone()]);
                moved[..width].copy_from_slice(&self.free[rows.start..rows.start + width]);
            }
        }
        let pool = site.graph.vertex(vertex);
        if let Some(column) = layout.counted.column(pool.ty) {
            moved[column] += u64::from(pool.size);
        }
        for (column, units) in moved.into_iter().enumerate().filter(|&(_, units)| units > 0) {
            self.free_above(site, shelves, vertex, (column, units), marked);
        }
        let places =
            layout.ranked_start[numbers.start] as usize..layout.ranked_start[numbers.end] as usize;
        shelves.fronts.note_below(places, marked);
        self.note_idle(site, shelves, vertex);
        let inner = || layout.inner.from(vertex).take_while(|v| v.0 < end);
        shelves.fronts.note_parents(site, inner());
        if marked == Marked::No {
            for below in inner() {
                self.note_idle(site, shelves, below);
                self.note_rooms(site, shelves, below);
            }
        }
    }

    fn note_rooms(&self, site: &Site, shelves: &mut Shelves, vertex: VertexId) {
        for column in 0..site.layout.counted.width() {
            shelves.note_room(site, vertex, column, self.free_in(site, vertex, column));
        }
    }

    /// Units became free, or are free no more, as all ancestors of a vertex see them; as the totals are
    /// counted: a shared leaf below one parent.
    fn free_above(
        &mut self,
        site: &Site,
        shelves: &mut Shelves,
        vertex: VertexId,
        (column, units): (usize, u64),
        marked: Marked,
    ) {
        let parent = |&v: &VertexId| walk_parent(&site.graph, &site.tree, v);
        for above in std::iter::successors(parent(&vertex), parent) {
            let Some(row) = site.layout.inner(above) else { return };
            let free = &mut self.free[row * site.layout.counted.width() + column];
            match marked {
                Marked::Yes => *free -= units,
                Marked::No => {
                    *free += units;
                    shelves.note_room(site, above, column, *free);
                }
            }
        }
    }

    /// Keeps the indices true after a vertex may have become idle or not.
    pub(crate) fn note_idle(&self, site: &Site, shelves: &mut Shelves, vertex: VertexId) {
        shelves.fronts.note(site, vertex, self.is_idle(site, vertex));
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
