//! Compares what is kept with what is computed afresh.

use std::fmt::Debug;

use fluxion_graph::{Inconsistency, VertexId};

/// What a check comes to.
pub(super) type Checked = Result<(), Inconsistency>;

/// [`Inconsistency::unless_same`].
pub(super) fn same<T: PartialEq + Debug>(
    vertex: impl Into<Option<VertexId>>,
    figure: &str,
    expected: T,
    found: T,
) -> Checked {
    Inconsistency::unless_same(vertex, figure, expected, found)
}
