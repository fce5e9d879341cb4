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
        let vertices = site.graph.vertices().len();
        let inner = site.layout.inner_count();
        self.claims.grow(vertices);
        self.down.grow(vertices);
        self.held.grow(vertices);
        self.planners.grow(inner, &None);
        self.touched.grow(inner, &0);
        self.free.grow(site.layout.totals.len(), &0);
        let mut raised = BTreeSet::new();
        for (top, parent) in new_tops(site, addition) {
            site.tree.subtree(top).iter().for_each(|&vertex| self.enter_new(site, vertex));
            let path = std::iter::successors(Some(parent), |&above| parent_of(site, above));
            path.take_while(|&above| raised.insert(above)).for_each(drop);
        }
        raised.into_iter().for_each(|vertex| self.raise_totals(site, vertex));
        true
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

    /// What is above a new vertex reaches it; if nothing blocks it, its units are free.
    fn enter_new(&mut self, site: &Site, vertex: VertexId) {
        let parent = parent_of(site, vertex);
        for marks in [&mut self.down, &mut self.held] {
            if parent.is_some_and(|parent| marks.covers(parent)) {
                marks.cover(vertex, Marked::Yes);
            }
        }
        let pool = site.graph.vertex(vertex);
        let is_node = site.graph.type_id("node") == Some(pool.ty);
        self.nodes_up += u64::from(is_node && !self.down.covers(vertex));
        let Some(column) = site.layout.counted.column(pool.ty) else { return };
        if self.is_blocked(vertex) {
            return;
        }
        for above in std::iter::successors(parent, |&above| parent_of(site, above)) {
            if let Some(row) = site.layout.inner(above) {
                self.free[row * site.layout.counted.width() + column] += u64::from(pool.size);
            }
        }
    }

    /// There is more below a vertex than before.
    fn raise_totals(&mut self, site: &Site, vertex: VertexId) {
        let Some(number) = site.layout.inner(vertex) else { return };
        if let Some(planner) = &mut self.planners[number] {
            let raised = Arc::make_mut(planner).set_totals(&totals_of_planner(site, vertex));
            debug_assert_eq!(raised, Ok(()), "the pools of {vertex:?} are the same");
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
fn new_tops(site: &Site, addition: &Addition) -> impl Iterator<Item = (VertexId, VertexId)> {
    let first = VertexId(addition.after);
    let new = (first.0..).zip(&addition.vertices).map(|(number, _)| VertexId(number));
    let with_parent = new.filter_map(|vertex| Some((vertex, parent_of(site, vertex)?)));
    with_parent.filter(move |&(_, parent)| parent < first)
}

fn parent_of(site: &Site, vertex: VertexId) -> Option<VertexId> {
    walk_parent(&site.graph, &site.tree, vertex)
}
