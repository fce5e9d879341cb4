//! What a session can do to a model beyond booking and cancelling: serve a changed graph, and hold whatever a
//! list of jobs says.

use std::collections::BTreeMap;

use fluxion_graph::Graph;

use super::Model;
use super::bookings::{Booking, Bookings, Window};
use super::filters::Filters;
use super::world::World;

/// That a job holds a vertex, or passes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) job: u64,
    pub(crate) vertex: usize,
    /// The vertex through which the job reached it.
    pub(crate) parent: Option<usize>,
    pub(crate) window: Window,
    pub(crate) exclusive: bool,
    pub(crate) amount: u64,
    /// Whether the job is an allocation to the vertices.
    pub(crate) allocation: bool,
    /// Whether the vertex lists the job.
    pub(crate) listed: bool,
}

/// Used and in all, by type.
pub(crate) type Figures = BTreeMap<String, (u64, u64)>;

impl Model {
    /// Serves a changed graph from now on, without jobs. Edges keep their weights. `numbers` has the new numbers of
    /// the vertices, nothing for those that are gone.
    pub(crate) fn serve(&mut self, graph: &Graph, filters: &str, numbers: &[Option<usize>]) {
        let ends = |world: &World| -> Vec<(usize, (usize, usize))> {
            let of = |(v, vertex): (usize, &super::world::Vertex)| {
                vertex
                    .children
                    .iter()
                    .map(move |&(edge, child)| (edge, (v, child)))
                    .collect::<Vec<_>>()
            };
            world.vertices.iter().enumerate().flat_map(of).collect()
        };
        let now = |(edge, (v, child))| Some((edge, (numbers[v]?, numbers[child]?)));
        let before: BTreeMap<usize, (usize, usize)> =
            ends(&self.world).into_iter().filter_map(now).collect();
        let mut world = World::of(graph);
        // a graph knows how its vertices were loaded
        for (new, old) in numbers.iter().zip(&self.world.vertices) {
            if let Some(new) = new {
                world.vertices[*new].up = old.up;
            }
        }
        let weight = |(edge, ends): (usize, (usize, usize))| {
            let known = self.weights.iter().find(|(old, _)| before.get(old) == Some(&ends));
            Some((edge, *known?.1))
        };
        self.weights = ends(&world).into_iter().filter_map(weight).collect();
        self.filters = Filters::new(filters, &world);
        self.world = world;
        self.bookings = Bookings::default();
    }

    /// Takes over what jobs hold, in place of what was booked.
    pub(crate) fn rebook(&mut self, all: &[Held]) {
        let tracked = self.filters.tracked();
        let below = |top: &Held| {
            let mut units = BTreeMap::new();
            for held in all.iter().filter(|h| h.job == top.job && lies_below(all, h, top.vertex)) {
                let vertex = &self.world.vertices[held.vertex];
                if tracked.contains(&vertex.ty) {
                    let own = if held.exclusive { vertex.size } else { 0 };
                    *units.entry(vertex.ty.clone()).or_default() += own;
                }
            }
            units
        };
        let booking = |held: &Held| Booking {
            job: held.job,
            vertex: held.vertex,
            window: held.window,
            exclusive: held.exclusive,
            amount: held.amount,
            reserved: !held.allocation,
            listed: held.listed,
            below: below(held),
        };
        self.bookings = Bookings(all.iter().map(booking).collect());
    }

    /// `docs/semantics/state.md`, Update: the edges that an update used are looked at last.
    pub(crate) fn note_update(&mut self, edges: &[(usize, usize)]) {
        for &(parent, child) in edges {
            let edge = self.world.vertices[parent].children.iter().find(|&&(_, c)| c == child);
            let has_filter = !self.filters.of(&self.world, child).is_empty();
            if let Some(&(edge, _)) = edge
                && has_filter
                && self.bookings.has_filter_span(child)
            {
                self.weights.insert(edge, 0);
            }
        }
    }

    /// What the filter of a vertex says; nothing if it has none.
    pub(crate) fn figures(&self, vertex: usize, now: i64) -> Option<Figures> {
        let instant = Window { start: now, end: now + 1 };
        let types = self.filters.of(&self.world, vertex);
        let figure = |ty: String| {
            let used = self.bookings.used_below(vertex, &ty, instant);
            let total = self.filters.total(vertex, &ty);
            (ty, (used, total))
        };
        (!types.is_empty()).then(|| types.into_iter().map(figure).collect())
    }
}

/// Whether the way of a job to what it holds leads through a vertex, and on.
fn lies_below(all: &[Held], held: &Held, above: usize) -> bool {
    let Some(parent) = held.parent else { return false };
    let of_parent = all.iter().find(|h| h.job == held.job && h.vertex == parent);
    parent == above || of_parent.is_some_and(|p| lies_below(all, p, above))
}
