//! The places of the shapes of slots that were asked for last: the same ones come again and again. Knows no request.

use std::sync::Arc;

use fluxion_graph::TypeId;
use fluxion_jobspec::Count;

use super::slot_places::SlotPlaces;
use crate::policy::Policy;
use crate::site::Site;
use crate::site::kinds::{Kinds, Likeness};

/// A slot without its own count, and all below it in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShapeElement {
    pub(super) ty: Option<TypeId>,
    pub(super) is_slot: bool,
    pub(super) count: Option<Count>,
    pub(super) children: usize,
}

/// What places depend on, beside the graph: the shape of the slot, and the policy where each vertex is looked at alone.
pub(super) type Shape = (Vec<ShapeElement>, Option<Policy>);

/// How many shapes are remembered.
const MOST_SHAPES: usize = 32;

/// The places of the shapes that were asked for last, by any policy. Forgotten when the graph changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlaceTables {
    alike: Option<Arc<Kinds>>,
    each: Option<Arc<Kinds>>,
    recent: Vec<(Shape, Arc<SlotPlaces>)>,
}

impl PlaceTables {
    /// Forgets all.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Forgets where the order of vertices by some policies mattered.
    pub(crate) fn forget_policies(&mut self, is_forgotten: impl Fn(Policy) -> bool) {
        self.recent.retain(|((_, policy), _)| !policy.is_some_and(&is_forgotten));
    }

    pub(super) fn kinds(&mut self, site: &Site, likeness: Likeness) -> Arc<Kinds> {
        let kept = match likeness {
            Likeness::Alike => &mut self.alike,
            Likeness::Each => &mut self.each,
        };
        Arc::clone(kept.get_or_insert_with(|| Arc::new(Kinds::of(site, likeness))))
    }

    pub(super) fn known(&self, shape: &Shape) -> Option<Arc<SlotPlaces>> {
        self.recent.iter().find(|(known, _)| known == shape).map(|(_, places)| Arc::clone(places))
    }

    pub(super) fn remember(&mut self, shape: Shape, places: &Arc<SlotPlaces>) {
        if self.recent.len() == MOST_SHAPES {
            self.recent.remove(0);
        }
        self.recent.push((shape, Arc::clone(places)));
    }
}
