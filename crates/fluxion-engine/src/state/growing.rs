//! A state takes in what its graph has gained, without booking its jobs again.

use std::collections::BTreeSet;
use std::sync::Arc;

use fluxion_graph::{Addition, VertexId};

use crate::site::Site;
use crate::site::walk_parent::walk_parent;
use crate::state::State;
use crate::state::booking::totals_of_planner;
use crate::state::marks::Marked;
use crate::state::observer::StateObserver;

impl State {
    /// Takes in the new vertices of a graph, as if all of them were up; [`State::mark_new`] says which are not. False, and
    /// nothing has changed, if what is known of the other vertices has another form on the new site.
    /// O(what was added × depth).
    pub(crate) fn grow(&mut self, before: &Site, site: &Site, addition: &Addition) -> bool {
        if !keeps_form(before, site, addition) {
            return false;
        }
        self.take_in(site, &new_tops(site, addition));
        true
    }

    /// Takes in new subtrees, each with its parent, as if all was up; every other vertex has kept its parent and its number
    /// among the inner ones. O(what was added × depth).
    pub(crate) fn take_in(&mut self, site: &Site, tops: &[(VertexId, VertexId)]) {
        let vertices = site.graph.vertices().len();
        let inner = site.layout.inner_count();
        self.claims.grow(vertices);
        self.down.grow(vertices);
        self.held.grow(vertices);
        self.planners.grow(inner, &None);
        self.touched.grow(inner, &0);
        self.free.grow(site.layout.totals.len(), &0);
        let node = site.graph.type_id("node");
        for &(top, _) in tops {
            for &vertex in site.tree.subtree(top) {
                self.enter_new(site, vertex);
                let is_node = node == Some(site.graph.vertex(vertex).ty);
                self.nodes_up += u64::from(is_node && !self.down.covers(vertex));
            }
            self.count_free(site, top);
        }
        self.renew_totals(site, tops.iter().map(|&(_, parent)| parent));
    }

    /// What is below some vertices, and those above them, has changed.
    pub(crate) fn renew_totals(&mut self, site: &Site, parents: impl Iterator<Item = VertexId>) {
        let mut changed = BTreeSet::new();
        for parent in parents {
            let path = std::iter::successors(Some(parent), |&above| parent_of(site, above));
            path.take_while(|&above| changed.insert(above)).for_each(drop);
        }
        changed.into_iter().for_each(|vertex| self.renew_planner(site, vertex));
    }

    /// Marks those of the new vertices that are down themselves.
    pub(crate) fn mark_new(
        &mut self,
        site: &Site,
        addition: &Addition,
        observer: &mut impl StateObserver,
    ) {
        for (number, added) in (addition.after..).zip(&addition.vertices) {
            self.set_status(site, VertexId(number), added.status, observer);
        }
    }

    /// What is above a new vertex reaches it.
    fn enter_new(&mut self, site: &Site, vertex: VertexId) {
        let parent = parent_of(site, vertex);
        for marks in [&mut self.down, &mut self.held] {
            if parent.is_some_and(|parent| marks.covers(parent)) {
                marks.cover(vertex, Marked::Yes);
            }
        }
    }

    /// The units of a new subtree are free unless something blocks them.
    fn count_free(&mut self, site: &Site, top: VertexId) {
        for &vertex in site.tree.subtree(top).iter().rev() {
            // those of the subtree are known when its top is reached
            let parent = parent_of(site, vertex);
            let above = std::iter::successors(parent, |&above| parent_of(site, above));
            let most = if vertex == top { usize::MAX } else { 1 };
            above.take(most).for_each(|above| self.count_free_in(site, vertex, above));
        }
    }

    /// Adds what is free of a vertex, and of what is below it, to what is free below another.
    fn count_free_in(&mut self, site: &Site, vertex: VertexId, above: VertexId) {
        let width = site.layout.counted.width();
        let Some(row) = site.layout.inner(above) else { return };
        if let Some(own) = site.layout.inner(vertex) {
            for column in 0..width {
                let free = self.free[own * width + column];
                self.free[row * width + column] += free;
            }
        }
        let pool = site.graph.vertex(vertex);
        if let Some(column) = site.layout.counted.column(pool.ty)
            && !self.is_blocked(vertex)
        {
            self.free[row * width + column] += u64::from(pool.size);
        }
    }

    /// There is more below a vertex than before, or less.
    fn renew_planner(&mut self, site: &Site, vertex: VertexId) {
        let Some(number) = site.layout.inner(vertex) else { return };
        if let Some(planner) = &mut self.planners[number] {
            let renewed = Arc::make_mut(planner).set_totals(&totals_of_planner(site, vertex));
            debug_assert_eq!(renewed, Ok(()), "the pools of {vertex:?} are the same");
        }
    }
}

/// Whether old vertices keep their parents, their numbers among the inner ones, and what is counted below them.
fn keeps_form(before: &Site, site: &Site, addition: &Addition) -> bool {
    let first = VertexId(addition.after);
    before.layout.counted == site.layout.counted
        && before.filters == site.filters
        && before.layout.inner_count() == site.layout.inner.before(first)
        && addition.edges.iter().all(|edge| edge.target >= first)
}

/// The new vertices whose parents are old, with these.
fn new_tops(site: &Site, addition: &Addition) -> Vec<(VertexId, VertexId)> {
    let first = VertexId(addition.after);
    let new = (first.0..).zip(&addition.vertices).map(|(number, _)| VertexId(number));
    let with_parent = new.filter_map(|vertex| Some((vertex, parent_of(site, vertex)?)));
    with_parent.filter(|&(_, parent)| parent < first).collect()
}

fn parent_of(site: &Site, vertex: VertexId) -> Option<VertexId> {
    walk_parent(&site.graph, &site.tree, vertex)
}
