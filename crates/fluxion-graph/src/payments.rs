//! What the parts of a graph take, in bytes: estimates that rather err to the high side, and what is drawn for them while
//! they are made.

use fluxion_budget::{Budget, Exhausted};

/// A vertex with its path and its edge, and all that an engine keeps of it.
pub(crate) const VERTEX: u64 = 128;

/// What an engine keeps of a vertex that has something below it, beside that.
pub(crate) const INNER: u64 = 160;

/// An edge beyond one per vertex.
pub(crate) const EDGE: u64 = 32;

/// A name that differs from all others, beside its text, half of which again is spare room.
pub(crate) const NAME: u64 = 16;

/// The list of properties of a vertex, a relation, a path in another subsystem.
pub(crate) const ENTRY: u64 = 96;

/// A value in the list of properties of a vertex.
pub(crate) const VALUE: u64 = 16;

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
    pub(crate) fn vertex(&mut self, text: usize) -> Result<(), Exhausted> {
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
    ) -> Result<(), Exhausted> {
        if source >= self.leaves {
            self.leaves = source + 1;
            self.pay(INNER)?;
        }
        if edges < vertices { Ok(()) } else { self.pay(EDGE) }
    }

    pub(crate) fn properties(&mut self, vertices: u64, values: u64) -> Result<(), Exhausted> {
        self.pay(vertices.saturating_mul(ENTRY).saturating_add(values.saturating_mul(VALUE)))
    }

    #[inline]
    fn pay(&mut self, bytes: u64) -> Result<(), Exhausted> {
        self.due += bytes;
        if self.due <= self.paid { Ok(()) } else { self.draw(self.due + STEP) }
    }

    fn draw(&mut self, least: u64) -> Result<(), Exhausted> {
        self.budget.take(least - self.paid)?;
        self.paid = least;
        Ok(())
    }

    /// Draws at once what so many vertices will take, of which some have something below them.
    pub(crate) fn expect(&mut self, vertices: u64, inner: u64) -> Result<(), Exhausted> {
        let bytes = vertices.saturating_mul(VERTEX).saturating_add(inner.saturating_mul(INNER));
        let least = self.due.saturating_add(bytes);
        if least <= self.paid { Ok(()) } else { self.draw(least) }
    }
}
