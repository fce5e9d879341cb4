//! What only the moment of a change can tell of vertices: their numbers mean nothing later.

use fluxion_context::{Extent, Losses};

use crate::command::Target;

/// What the vertices of a change were called, and what jobs lost with them. Nothing that is done depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedVertices {
    /// As a request named them.
    pub target: Target,
    /// Whether all below them was meant too.
    pub extent: Extent,
    /// Jobs that lose something, where vertices go.
    pub losses: Losses,
}

impl NamedVertices {
    /// Vertices of which none goes.
    pub fn new(target: Target, extent: Extent) -> Self {
        Self { target, extent, losses: Losses::default() }
    }

    /// Bytes of all that it says, about.
    pub fn bytes(&self) -> u64 {
        let jobs = self.losses.cancelled.len() + self.losses.released.len();
        self.target.text_bytes() as u64 + jobs as u64 * 8
    }
}
