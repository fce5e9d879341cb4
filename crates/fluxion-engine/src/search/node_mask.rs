//! Which nodes could serve during a pass, if that is known beforehand.

use fluxion_graph::{TypeId, VertexId};

use crate::bitmap::Bitmap;
use crate::site::Site;

/// The nodes that fit at some time, by ordinal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeMask<'a> {
    pub(crate) node: TypeId,
    pub(crate) ordinals: &'a Bitmap,
}

impl NodeMask<'_> {
    /// Whether a vertex is no node, or one that fits.
    #[inline]
    pub(crate) fn admits(&self, site: &Site, vertex: VertexId) -> bool {
        site.graph.vertex(vertex).ty != self.node
            || site.layout.ordinal(vertex).is_none_or(|ordinal| self.ordinals.contains(ordinal))
    }
}
