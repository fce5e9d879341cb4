//! Where the slots of one shape stand on one graph, by the rule `deep` (`docs/semantics/slots.md`). How that is found
//! is not known here.

use std::sync::Arc;

use fluxion_graph::VertexId;

use crate::site::classes::ClassId;
use crate::site::kinds::Kinds;

/// What a kind of subtree is to a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark(u8);

impl Mark {
    /// Slots stand at the vertex itself.
    pub(super) const PLACE: u8 = 1;
    /// Some member of a slot at the vertex is no direct child of it.
    pub(super) const FAR: u8 = 2;
    /// There are members that no place in the subtree uses, and that may serve one above.
    pub(super) const HANDS_UP: u8 = 4;
    /// There are places below the vertex.
    pub(super) const ABOVE_PLACES: u8 = 8;
    /// The published rule would not find all slots of the subtree, or more.
    pub(super) const UNLIKE_PUBLISHED: u8 = 16;
    /// The published rule would look for slots somewhere in the subtree.
    pub(super) const ANCHORS: u8 = 32;

    pub(super) fn set(&mut self, flag: u8, if_so: impl FnOnce(Self) -> bool) {
        if if_so(*self) {
            self.0 |= flag;
        }
    }

    pub(super) fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

/// The places of one shape of slot on one graph.
#[derive(Clone, Debug)]
pub(crate) struct SlotPlaces {
    pub(super) kinds: Arc<Kinds>,
    pub(super) marks: Vec<Mark>,
    /// How many slots stand in a subtree.
    pub(super) slots: Vec<u64>,
    /// The classes that have places.
    pub(crate) classes: Vec<ClassId>,
}

impl SlotPlaces {
    fn mark(&self, vertex: VertexId) -> Mark {
        self.kinds
            .kind_of(vertex)
            .and_then(|k| self.marks.get(k.index()).copied())
            .unwrap_or_default()
    }

    /// Whether slots stand at a vertex.
    pub(crate) fn is_place(&self, vertex: VertexId) -> bool {
        self.mark(vertex).has(Mark::PLACE)
    }

    /// Whether slots stand at a vertex, and all their members are children of it.
    pub(crate) fn is_near(&self, vertex: VertexId) -> bool {
        let mark = self.mark(vertex);
        mark.has(Mark::PLACE) && !mark.has(Mark::FAR)
    }

    /// Whether a vertex has members that may serve a place above.
    pub(crate) fn hands_up(&self, vertex: VertexId) -> bool {
        self.mark(vertex).has(Mark::HANDS_UP)
    }

    /// Whether there are places below a vertex.
    pub(crate) fn is_above_places(&self, vertex: VertexId) -> bool {
        self.mark(vertex).has(Mark::ABOVE_PLACES)
    }

    /// Whether the published rule finds the same slots in a region that begins at a vertex.
    pub(crate) fn are_as_published(&self, top: VertexId) -> bool {
        !self.mark(top).has(Mark::UNLIKE_PUBLISHED)
    }
}
