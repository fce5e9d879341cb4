//! Who is told when something changes that a search may rely on. What it makes of it, the state does not know.

use std::ops::Range;

use fluxion_graph::VertexId;

use crate::decision::Grant;
use crate::site::Site;

/// Whether a vertex may be held alone, reservations aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupancy {
    /// No vertex on its path is down or held, and no allocation touches it.
    Idle,
    /// Something is in the way.
    Busy,
}

/// Hears of changes as they happen.
pub(crate) trait StateObserver {
    /// The own status of a vertex is another one than before.
    fn status_changed(&mut self, site: &Site, vertex: VertexId);

    /// A job has got these grants, or has lost them.
    fn grants_changed(&mut self, site: &Site, grants: &[Grant]);

    /// This is how a vertex is now; it may have been so before.
    fn vertex_is(&mut self, site: &Site, vertex: VertexId, occupancy: Occupancy);

    /// All children of some ordinals are so now.
    fn children_are(&mut self, ordinals: Range<usize>, occupancy: Occupancy);

    /// What lies below some vertices has changed, as [`StateObserver::children_are`] said.
    fn changed_below(&mut self, site: &Site, parents: impl Iterator<Item = VertexId> + Clone);

    /// So many units of a counted type are free below a vertex: more than before, or as many.
    fn units_are_free(&mut self, site: &Site, vertex: VertexId, column: usize, free: u64);
}
