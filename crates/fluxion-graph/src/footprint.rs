//! What a graph takes, in bytes: estimates that rather err to the high side, and what is drawn for it while it is made.

use fluxion_budget::Budget;

use crate::graph::{Graph, GraphError};

/// A vertex with its path and its edge, and all that an engine keeps of it.
const VERTEX: u64 = 128;

/// What an engine keeps of a vertex that has something below it, beside that.
const INNER: u64 = 160;

/// An edge beyond one per vertex.
const EDGE: u64 = 32;

/// A name that differs from all others, beside its text, half of which again is spare room.
const NAME: u64 = 16;

/// The list of properties of a vertex, a relation, a path in another subsystem.
const ENTRY: u64 = 96;

/// A value in the list of properties of a vertex.
const VALUE: u64 = 16;

/// What is drawn at once.
const STEP: u64 = 64 << 10;

/// What the making of a graph has drawn from its budget.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payments {
    budget: Budget,
    due: u64,
    paid: u64,
    /// Bytes of names that are paid.
    text: usize,
    /// Vertices from this one on have no edge to a child yet, in the usual order of edges.
    leaves: u32,
    /// Properties that were ever given to a vertex.
    pub(crate) values: u64,
}

impl Payments {
    /// From now on what is added is drawn from `budget`.
    pub(crate) fn start(&mut self, budget: &Budget, text: usize) {
        *self = Self { budget: budget.clone(), text, values: self.values, ..Self::default() };
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    #[inline]
    pub(crate) fn vertex(&mut self, text: usize) -> Result<(), GraphError> {
        let more = text.saturating_sub(self.text) as u64;
        self.text = text;
        self.pay(VERTEX + more + more / 2)
    }

    /// `source` is the number of the vertex where the edge starts.
    #[inline]
    pub(crate) fn edge(
        &mut self,
        source: u32,
        edges: usize,
        vertices: usize,
    ) -> Result<(), GraphError> {
        if source >= self.leaves {
            self.leaves = source + 1;
            self.pay(INNER)?;
        }
        if edges < vertices { Ok(()) } else { self.pay(EDGE) }
    }

    pub(crate) fn properties(&mut self, vertices: u64, values: u64) -> Result<(), GraphError> {
        self.pay(vertices.saturating_mul(ENTRY).saturating_add(values.saturating_mul(VALUE)))
    }

    #[inline]
    fn pay(&mut self, bytes: u64) -> Result<(), GraphError> {
        self.due += bytes;
        if self.due <= self.paid { Ok(()) } else { self.draw(self.due + STEP) }
    }

    fn draw(&mut self, least: u64) -> Result<(), GraphError> {
        self.budget.take(least - self.paid)?;
        self.paid = least;
        Ok(())
    }

    /// Draws at once what so many vertices will take, of which some have something below them.
    pub(crate) fn expect(&mut self, vertices: u64, inner: u64) -> Result<(), GraphError> {
        let bytes = vertices.saturating_mul(VERTEX).saturating_add(inner.saturating_mul(INNER));
        let least = self.due.saturating_add(bytes);
        if least <= self.paid { Ok(()) } else { self.draw(least) }
    }
}

impl Graph {
    /// What the graph takes once it is served, in bytes, about; `inner` of its vertices have something below them. O(1).
    pub fn footprint(&self, inner: usize) -> u64 {
        let [vertices, edges, names, text] =
            [self.vertices.len(), self.edges.len(), self.names.len(), self.names.text_bytes()]
                .map(|count| count as u64);
        let entries = self.properties.len() + self.relations.len() + self.other_paths.len();
        vertices * VERTEX
            + inner as u64 * INNER
            + edges.saturating_sub(vertices) * EDGE
            + names * NAME
            + text
            + text / 2
            + entries as u64 * ENTRY
            + self.payments.values * VALUE
    }
}
