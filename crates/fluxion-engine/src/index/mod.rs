//! Orders and figures that let a search skip what cannot win: which vertices are idle, the best child of alike
//! parents, members of a class with units free, the scores that providers offer, the order in which children are
//! visited.
//!
//! Each is built when it is first asked for, kept true by what the state tells its observer, and dropped when the
//! graph changes.

pub(crate) mod class_index;
pub(crate) mod idle;
pub(crate) mod score_table;
pub(crate) mod weights;

use std::ops::Range;

use fluxion_graph::VertexId;

use crate::decision::Grant;
use crate::index::class_index::{AnchorKey, ClassIndex};
use crate::index::idle::IdleIndex;
use crate::index::score_table::ScoreTables;
use crate::index::score_table::table::Reach;
use crate::policy::Policy;
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

    /// Builds the index of a class if there is none yet.
    pub(crate) fn build_class(&mut self, site: &Site, policy: Policy, class: ClassId) {
        if self.by_class.is_empty() {
            self.by_class.resize_with(site.classes.len(), || None);
        }
        self.by_class[class.index()]
            .get_or_insert_with(|| Box::new(ClassIndex::of_class(site, policy, class)));
    }

    /// The index of a class, if it was built.
    pub(crate) fn class(&mut self, class: ClassId) -> Option<&mut ClassIndex> {
        self.by_class.get_mut(class.index())?.as_deref_mut()
    }

    /// The numbers of the orders of anchors for some keys; they are built if there are none yet.
    pub(crate) fn build_anchors(
        &mut self,
        site: &Site,
        policy: Policy,
        keys: Vec<AnchorKey>,
    ) -> Vec<usize> {
        if self.anchors.len() + keys.len() > MOST_ANCHOR_KEYS {
            self.anchors.clear();
        }
        let mut build = |key: AnchorKey| {
            let known = self.anchors.iter().position(|(known, _)| *known == key);
            known.unwrap_or_else(|| {
                let index = ClassIndex::of_anchors(site, policy, &key);
                self.anchors.push((key, index));
                self.anchors.len() - 1
            })
        };
        keys.into_iter().map(&mut build).collect()
    }
}

impl StateObserver for Indices {
    fn status_changed(&mut self, site: &Site, vertex: VertexId) {
        self.score_tables.note(site, vertex, Reach::Subtree);
    }

    fn grants_changed(&mut self, site: &Site, grants: &[Grant]) {
        if self.score_tables.is_empty() {
            return;
        }
        for grant in grants {
            let reach = if grant.exclusive { Reach::Subtree } else { Reach::Vertex };
            self.score_tables.note(site, grant.vertex, reach);
        }
    }

    fn vertex_is(&mut self, site: &Site, vertex: VertexId, occupancy: Occupancy) {
        self.idle.note(site, vertex, occupancy);
    }

    fn children_are(&mut self, ordinals: Range<usize>, occupancy: Occupancy) {
        self.idle.note_all(ordinals, occupancy);
    }

    fn changed_below(&mut self, site: &Site, parents: impl Iterator<Item = VertexId> + Clone) {
        self.idle.note_parents(site, parents);
    }

    fn units_are_free(&mut self, site: &Site, vertex: VertexId, column: usize, free: u64) {
        if self.by_class.is_empty() && self.anchors.is_empty() {
            return;
        }
        let (class, inner) = (site.classes.class_of(vertex), site.layout.inner(vertex));
        let (Some(class), Some(inner)) = (class, inner) else { return };
        let of_class = self.anchors.iter_mut().filter(|(key, _)| key.class == class);
        of_class.for_each(|(_, index)| index.note_free(inner, column, free));
        if let Some(index) = self.class(class) {
            index.note_free(inner, column, free);
        }
    }
}
