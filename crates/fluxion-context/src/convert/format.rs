//! What a graph can be written as.

use crate::options::{GraphFormat, MatchFormat};

/// What a graph is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvertFormat {
    /// A format for graphs.
    Graph(GraphFormat),
    /// A format for resource sets: that of all that is below the root.
    Set(MatchFormat),
}
