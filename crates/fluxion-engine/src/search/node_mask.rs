//! Which nodes could serve during the window of a pass, if that is known before the pass.

use fluxion_graph::{TypeId, VertexId};

use crate::bitmap::Bitmap;
use crate::site::Site;

/// The nodes that fit at some time, by place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fitting<'a> {
    pub(crate) node: TypeId,
    pub(crate) places: &'a Bitmap,
}

impl Fitting<'_> {
    /// Whether a vertex is no node, or one that fits.
    #[inline]
    pub(crate) fn admits(&self, site: &Site, vertex: VertexId) -> bool {
        site.graph.vertex(vertex).ty != self.node
            || site.layout.place(vertex).is_none_or(|place| self.places.contains(place))
    }
}
