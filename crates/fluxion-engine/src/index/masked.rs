//! The same orders for what a constraint lets a job use, and nothing else: so that a job with a constraint is placed
//! as quickly as one without, however little of the machine may serve. Knows a constraint by its number alone.

use fluxion_graph::VertexId;

use super::class_index::{AnchorKey, ClassIndex, IndexRef};
use super::idle::{BestIdleChildren, ChildGroup};
use super::idle_slots::IdleSlots;
use crate::policy::Policy;
use crate::site::Site;
use crate::site::classes::ClassId;

/// For how many constraints there are indices.
const MOST: usize = 8;

/// The indices for the constraints that were asked for last, the last one at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct MaskedIndices(Vec<Masked>);

/// The indices for one constraint.
#[derive(Clone, Debug)]
pub(crate) struct Masked {
    /// The number of the constraint.
    pub(crate) serial: u64,
    pub(crate) classes: Vec<(ClassId, ClassIndex)>,
    pub(crate) anchors: Vec<(AnchorKey, ClassIndex)>,
    pub(crate) best: Vec<(ChildGroup, BestIdleChildren)>,
    pub(crate) idle_slots: IdleSlots,
}

impl MaskedIndices {
    /// Makes those for a constraint the last ones; those that were not asked for longest give way to new ones.
    pub(crate) fn select(&mut self, serial: u64) -> &mut Masked {
        let at = match self.0.iter().position(|masked| masked.serial == serial) {
            Some(at) => at,
            None if self.0.len() == MOST => {
                self.0[0] = Masked::new(serial);
                0
            }
            None => {
                self.0.push(Masked::new(serial));
                self.0.len() - 1
            }
        };
        self.0[at..].rotate_left(1);
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Those that were asked for last.
    pub(crate) fn last(&self) -> Option<&Masked> {
        self.0.last()
    }

    /// As [`MaskedIndices::last`].
    pub(super) fn last_mut(&mut self) -> Option<&mut Masked> {
        self.0.last_mut()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Masked> + '_ {
        self.0.iter()
    }

    /// Says how many units of a counted type are free below an inner vertex.
    pub(super) fn note_free(&mut self, class: ClassId, inner: usize, column: usize, free: u64) {
        for Masked { classes, anchors, .. } in &mut self.0 {
            let classes = classes.iter_mut().filter(|(of, _)| *of == class).map(|(_, index)| index);
            let anchors = anchors.iter_mut().filter(|(of, _)| of.class == class);
            let anchors = anchors.map(|(_, index)| index);
            classes.chain(anchors).for_each(|index| index.note_free(inner, column, free));
        }
    }

    /// Whether there are no indices.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says that the idle children of a parent changed.
    pub(super) fn note_changed(&mut self, group: ChildGroup, parent: VertexId) {
        for masked in &mut self.0 {
            masked.idle_slots.note_changed(group, parent);
            let of_group = masked.best.iter_mut().filter(|(of, _)| *of == group);
            of_group.for_each(|(_, best)| best.note_changed(parent));
        }
    }
}

impl Masked {
    fn new(serial: u64) -> Self {
        let (classes, anchors, best) = (Vec::new(), Vec::new(), Vec::new());
        Self { serial, classes, anchors, best, idle_slots: IdleSlots::default() }
    }

    /// The index of a class; it is built of some members if there is none yet.
    pub(crate) fn build_class(
        &mut self,
        site: &Site,
        policy: Policy,
        class: ClassId,
        members: impl FnOnce() -> Vec<VertexId>,
    ) -> IndexRef {
        let known = self.classes.iter().position(|&(of, _)| of == class);
        IndexRef::MaskedClass(known.unwrap_or_else(|| {
            let index = ClassIndex::of_members(site, policy, members());
            self.classes.push((class, index));
            self.classes.len() - 1
        }))
    }

    /// The number of the index of the best idle children of a group, brought up to date: of some parents, with the key of
    /// the best child that may serve below each.
    pub(crate) fn refresh_best(
        &mut self,
        site: &Site,
        group: ChildGroup,
        parents: impl FnOnce() -> Vec<VertexId>,
        best: impl Fn(VertexId) -> Option<i64>,
    ) -> usize {
        if let Some(at) = self.best.iter().position(|(of, _)| *of == group) {
            self.best[at].1.update(site, best);
            return at;
        }
        let keyed = |parent: VertexId| Some((best(parent)?, site.tree.position(parent)?));
        let keyed = parents().into_iter().filter_map(keyed).collect();
        self.best.push((group, BestIdleChildren::new(site, keyed)));
        self.best.len() - 1
    }

    /// The order of anchors for a key; it is built of some members of the class if there is none yet.
    pub(crate) fn build_anchors(
        &mut self,
        site: &Site,
        policy: Policy,
        key: AnchorKey,
        members: impl FnOnce() -> Vec<VertexId>,
    ) -> IndexRef {
        let known = self.anchors.iter().position(|(of, _)| *of == key);
        IndexRef::MaskedAnchors(known.unwrap_or_else(|| {
            let index = ClassIndex::of_anchors(site, policy, &key, members());
            self.anchors.push((key, index));
            self.anchors.len() - 1
        }))
    }
}
