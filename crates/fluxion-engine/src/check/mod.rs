//! Proves from scratch that all records of an engine agree: what follows from the graph, the statuses and the
//! job records is computed anew, slowly and plainly, and compared with what is kept.
//!
//! * [`jobs`] reads the job records alone; what it finds out is what the bookings must say.
//! * [`site`] checks what follows from the graph.
//! * [`bookings`] checks claims, timelines and figures, [`indices`] the short cuts made of those.
//!
//! Changes nothing, and uses none of the code that keeps the records.

mod bookings;
mod indices;
mod jobs;
mod site;

use std::fmt::Debug;

use fluxion_graph::{Inconsistency, VertexId};

use crate::engine::Engine;

/// What a check comes to.
type Checked = Result<(), Inconsistency>;

/// [`Inconsistency::unless_same`].
fn same<T: PartialEq + Debug>(
    vertex: impl Into<Option<VertexId>>,
    figure: &str,
    expected: T,
    found: T,
) -> Checked {
    Inconsistency::unless_same(vertex, figure, expected, found)
}

impl Engine {
    /// Proves that graph, indices, claims, timelines and figures agree with the vertices and the job records,
    /// and that no two jobs hold the same at the same time. An index that was not built yet, or knows that it is
    /// behind, may be so. O(graph × depth + bookings × log bookings).
    ///
    /// # Errors
    /// The first [`Inconsistency`]: a defect of the engine.
    pub fn check(&self) -> Result<(), Inconsistency> {
        site::check(self)?;
        let expected = jobs::Expected::of(self)?;
        bookings::check(self, &expected)?;
        indices::check(self, &expected)
    }
}
