//! Orders and figures that let a search skip what cannot win: which vertices are idle, the best child of alike
//! parents, members of a class with units free, the scores that providers offer, the order in which children are
//! visited.
//!
//! Each is built when it is first asked for, kept true by what the state tells its observer, and dropped when the
//! graph changes.

pub(crate) mod class_index;
pub(crate) mod idle;
pub(crate) mod idle_slots;
pub(crate) mod masked;
pub(crate) mod score_table;
pub(crate) mod weights;

use std::ops::Range;

use fluxion_graph::VertexId;

use crate::decision::Grant;
use crate::index::class_index::{AnchorKey, ClassIndex, IndexRef};
use crate::index::idle::{ChildGroup, IdleIndex};
use crate::index::idle_slots::IdleSlots;
use crate::index::masked::MaskedIndices;
use crate::index::score_table::ScoreTables;
use crate::index::score_table::table::ChangeReach;
use crate::policy::Policy;
use crate::request::narrowed::NarrowedMasks;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::state::State;
use crate::state::observer::{Occupancy, StateObserver};

/// For how many kinds of slots and classes the order of anchors is remembered.
const MOST_ANCHOR_KEYS: usize = 16;

/// The indices of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Indices {
    pub(crate) idle: IdleIndex,
    pub(crate) score_tables: ScoreTables,
    pub(crate) by_class: Vec<Option<Box<ClassIndex>>>,
    pub(crate) anchors: Vec<(AnchorKey, ClassIndex)>,
    pub(crate) idle_slots: IdleSlots,
    pub(crate) masked: MaskedIndices,
    /// For which of them windows are regarded.
    pub(crate) narrowed: NarrowedMasks,
}

impl Indices {
    /// The indices of a graph on which nothing is down or booked.
    pub(crate) fn new(site: &Site) -> Self {
        Self { idle: IdleIndex::new(site), ..Self::default() }
    }

    /// The indices of a graph as it is. O(graph).
    pub(crate) fn of(site: &Site, state: &State) -> Self {
        let mut indices = Self::new(site);
        for &vertex in site.tree.order() {
            state.report_occupancy(site, vertex, &mut indices);
        }
        indices
    }

    /// The ordinals of all vertices that were there are in these stretches now; there is nothing idle between them. All orders
    /// are made again when they are next asked for.
    pub(crate) fn rearrange(&mut self, stretches: &[(Range<usize>, usize)], ordinals: usize) {
        let idle = self.idle.idle.rearranged(ordinals, stretches);
        *self = Self { idle: IdleIndex { idle, ..IdleIndex::default() }, ..Self::default() };
    }

    /// The index of a class; it is built if there is none yet.
    pub(crate) fn build_class(&mut self, site: &Site, policy: Policy, class: ClassId) -> IndexRef {
        if self.by_class.is_empty() {
            self.by_class.resize_with(site.classes.len(), || None);
        }
        self.by_class[class.index()]
            .get_or_insert_with(|| Box::new(ClassIndex::of_class(site, policy, class)));
        IndexRef::Class(class)
    }

    /// An index, if it was built.
    pub(crate) fn get(&self, index: IndexRef) -> Option<&ClassIndex> {
        match index {
            IndexRef::Class(class) => self.by_class.get(class.index())?.as_deref(),
            IndexRef::Anchors(at) => self.anchors.get(at).map(|(_, index)| index),
            IndexRef::MaskedClass(at) => Some(&self.masked.last()?.classes.get(at)?.1),
            IndexRef::MaskedAnchors(at) => Some(&self.masked.last()?.anchors.get(at)?.1),
        }
    }

    /// As [`Indices::get`].
    pub(crate) fn get_mut(&mut self, index: IndexRef) -> Option<&mut ClassIndex> {
        match index {
            IndexRef::Class(class) => self.by_class.get_mut(class.index())?.as_deref_mut(),
            IndexRef::Anchors(at) => self.anchors.get_mut(at).map(|(_, index)| index),
            IndexRef::MaskedClass(at) => Some(&mut self.masked.last_mut()?.classes.get_mut(at)?.1),
            IndexRef::MaskedAnchors(at) => {
                Some(&mut self.masked.last_mut()?.anchors.get_mut(at)?.1)
            }
        }
    }

    /// Forgets orders of anchors where there are too many with so many more.
    pub(crate) fn make_room_for_anchors(&mut self, more: usize) {
        self.idle_slots.make_room(more);
        let mut orders = vec![&mut self.anchors];
        if let Some(masked) = self.masked.last_mut() {
            masked.idle_slots.make_room(more);
            orders.push(&mut masked.anchors);
        }
        let too_many = |anchors: &&mut Vec<_>| anchors.len() + more > MOST_ANCHOR_KEYS;
        orders.into_iter().filter(too_many).for_each(Vec::clear);
    }

    /// The order of the anchors for a key; it is built if there is none yet.
    pub(crate) fn build_anchors(
        &mut self,
        site: &Site,
        policy: Policy,
        key: AnchorKey,
    ) -> IndexRef {
        let known = self.anchors.iter().position(|(known, _)| *known == key);
        IndexRef::Anchors(known.unwrap_or_else(|| {
            let anchors = site.classes.members(&site.tree, key.class);
            let index = ClassIndex::of_anchors(site, policy, &key, anchors);
            self.anchors.push((key, index));
            self.anchors.len() - 1
        }))
    }

    /// Whether there is any order by what is idle.
    fn has_idle_orders(&self) -> bool {
        !(self.idle.best.is_empty() && self.idle_slots.is_empty() && self.masked.is_empty())
    }

    fn idle_children_changed(&mut self, group: ChildGroup, parent: VertexId) {
        self.idle.note_changed(group, parent);
        self.idle_slots.note_changed(group, parent);
        self.masked.note_changed(group, parent);
    }
}

impl StateObserver for Indices {
    fn status_changed(&mut self, site: &Site, vertex: VertexId) {
        self.score_tables.note(site, vertex, ChangeReach::Subtree);
    }

    fn grants_changed(&mut self, site: &Site, grants: &[Grant]) {
        self.score_tables.note_grants(site, grants);
    }

    fn vertex_is(&mut self, site: &Site, vertex: VertexId, occupancy: Occupancy) {
        let changed = self.idle.note(site, vertex, occupancy);
        if changed
            && self.has_idle_orders()
            && let Some(parent) = site.tree.parent(vertex)
            && let Some(class) = site.classes.class_of(parent)
        {
            self.idle_children_changed((class, site.graph.vertex(vertex).ty), parent);
        }
    }

    fn children_are(&mut self, ordinals: Range<usize>, occupancy: Occupancy) {
        self.idle.note_all(ordinals, occupancy);
    }

    fn changed_below(&mut self, site: &Site, parents: impl Iterator<Item = VertexId> + Clone) {
        if !self.has_idle_orders() {
            return;
        }
        for parent in parents {
            let Some(class) = site.classes.class_of(parent) else { continue };
            for &ty in &site.classes.get(class).child_types {
                self.idle_children_changed((class, ty), parent);
            }
        }
    }

    fn units_are_free(&mut self, site: &Site, vertex: VertexId, column: usize, free: u64) {
        if self.by_class.is_empty() && self.anchors.is_empty() && self.masked.is_empty() {
            return;
        }
        let (class, inner) = (site.classes.class_of(vertex), site.layout.inner(vertex));
        let (Some(class), Some(inner)) = (class, inner) else { return };
        let of_class = self.anchors.iter_mut().filter(|(key, _)| key.class == class);
        of_class.for_each(|(_, index)| index.note_free(inner, column, free));
        if let Some(index) = self.get_mut(IndexRef::Class(class)) {
            index.note_free(inner, column, free);
        }
        self.masked.note_free(class, inner, column, free);
    }
}
