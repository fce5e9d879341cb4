//! Alike anchors by the best slot that could be formed of idle children there: so that the best slot of a machine in
//! which something is taken everywhere is found without looking everywhere. Brought up to date when it is asked for.

use fluxion_graph::{TypeId, VertexId};

use super::idle::{BestIdleChildren, ChildGroup};
use crate::bitmap::Bitmap;
use crate::policy::Policy;
use crate::site::Site;
use crate::site::classes::ClassId;

/// For how many kinds of slots and classes orders are remembered.
const MOST: usize = 16;

/// What a slot takes of the children of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) ty: TypeId,
    /// How many vertices at least.
    pub(crate) least: usize,
    /// With how many the slot would be the best.
    pub(crate) best: usize,
}

/// A class of anchors, with what a slot takes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SlotKey {
    pub(crate) class: ClassId,
    pub(crate) taken: Vec<Taken>,
}

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdleSlots(Vec<(SlotKey, BestIdleChildren)>);

impl IdleSlots {
    /// The number of the order for a key, brought up to date: of some anchors, with the best key of each.
    pub(crate) fn refresh(
        &mut self,
        site: &Site,
        key: SlotKey,
        anchors: impl FnOnce() -> Vec<VertexId>,
        best: impl Fn(&SlotKey, VertexId) -> Option<i64>,
    ) -> usize {
        if let Some(at) = self.0.iter().position(|(known, _)| *known == key) {
            let (key, order) = &mut self.0[at];
            order.update(site, |anchor| best(key, anchor));
            return at;
        }
        let keyed = |anchor| Some((best(&key, anchor)?, site.tree.position(anchor)?));
        let keyed = anchors().into_iter().filter_map(keyed).collect();
        self.0.push((key, BestIdleChildren::new(site, keyed)));
        self.0.len() - 1
    }

    /// Forgets all where there are too many with so many more.
    pub(crate) fn make_room(&mut self, more: usize) {
        if self.0.len() + more > MOST {
            self.0.clear();
        }
    }

    /// An order by its number.
    pub(crate) fn get(&self, at: usize) -> Option<&BestIdleChildren> {
        self.0.get(at).map(|(_, order)| order)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(SlotKey, BestIdleChildren)> + '_ {
        self.0.iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says that the idle children of a parent changed.
    pub(super) fn note_changed(&mut self, (class, ty): ChildGroup, parent: VertexId) {
        for (key, order) in &mut self.0 {
            if key.class == class && key.taken.iter().any(|taken| taken.ty == ty) {
                order.note_changed(parent);
            }
        }
    }
}

/// The key of the best slot of idle children at an anchor; none if there are too few.
pub(crate) fn best_idle_slot_key(
    site: &Site,
    policy: Policy,
    idle: &Bitmap,
    key: &SlotKey,
    anchor: VertexId,
) -> Option<i64> {
    let mut score = 1i64;
    for taken in &key.taken {
        let mut rest = site.layout.children_of_type(&site.graph, anchor, taken.ty);
        let mut found = 0;
        while found < taken.best
            && let Some(ordinal) = idle.next(rest.start).filter(|at| rest.contains(at))
        {
            score = score.saturating_add(site.score(site.layout.vertex_at(ordinal)));
            rest.start = ordinal + 1;
            found += 1;
        }
        if found < taken.least {
            return None;
        }
    }
    Some(policy.key(score))
}
