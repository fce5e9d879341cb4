//! Orders and figures that let a search skip what cannot win: which vertices are idle, the best of alike parents, shelves of
//! members with room, what places offer, in which order children are visited. Built lazily, kept true by
//! [`State`](crate::state::State), and forgotten when the graph changes; knows no request.

pub(crate) mod class_index;
pub(crate) mod idle;
pub(crate) mod score_table;
pub(crate) mod weights;

use std::ops::Range;

use fluxion_graph::VertexId;

use crate::decision::Grant;
use crate::index::class_index::{Shape, Shelf, best_key, member_key};
use crate::index::idle::Fronts;
use crate::index::score_table::{Offers, Reach};
use crate::policy::Policy;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::state::observer::{Occupancy, StateObserver};

/// How many shapes of slots are remembered.
const MOST_SHAPES: usize = 16;
/// The indices of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelves {
    pub(crate) fronts: Fronts,
    pub(crate) offers: Offers,
    pub(crate) by_class: Vec<Option<Box<Shelf>>>,
    /// Anchors of a class by the best key that a slot of a shape could have there.
    pub(crate) anchors: Vec<(Shape, Shelf)>,
}

impl Shelves {
    pub(crate) fn new(site: &Site) -> Self {
        Self { fronts: Fronts::new(site), ..Self::default() }
    }

    /// Builds the shelf of a class if there is none yet.
    pub(crate) fn open(&mut self, site: &Site, policy: Policy, class: ClassId) {
        if self.by_class.is_empty() {
            self.by_class.resize_with(site.classes.len(), || None);
        }
        self.by_class[class.index()].get_or_insert_with(|| {
            Box::new(Shelf::new(site, class, |member| member_key(site, policy, member)))
        });
    }

    /// A shelf that was opened.
    pub(crate) fn get(&mut self, class: ClassId) -> Option<&mut Shelf> {
        self.by_class.get_mut(class.index())?.as_deref_mut()
    }

    /// Where the shelves of anchors for some shapes stand; they are built if there are none yet.
    pub(crate) fn open_anchors(
        &mut self,
        site: &Site,
        policy: Policy,
        shapes: Vec<Shape>,
    ) -> Vec<usize> {
        if self.anchors.len() + shapes.len() > MOST_SHAPES {
            self.anchors.clear();
        }
        let mut open = |shape: Shape| {
            let known = self.anchors.iter().position(|(known, _)| *known == shape);
            known.unwrap_or_else(|| {
                let shelf =
                    Shelf::new(site, shape.0, |anchor| best_key(site, policy, &shape, anchor));
                self.anchors.push((shape, shelf));
                self.anchors.len() - 1
            })
        };
        shapes.into_iter().map(&mut open).collect()
    }
}

impl StateObserver for Shelves {
    fn status_changed(&mut self, site: &Site, vertex: VertexId) {
        self.offers.note(site, vertex, Reach::Subtree);
    }

    fn grants_changed(&mut self, site: &Site, grants: &[Grant]) {
        if self.offers.is_empty() {
            return;
        }
        for grant in grants {
            let reach = if grant.exclusive { Reach::Subtree } else { Reach::Vertex };
            self.offers.note(site, grant.vertex, reach);
        }
    }

    fn vertex_is(&mut self, site: &Site, vertex: VertexId, occupancy: Occupancy) {
        self.fronts.note(site, vertex, occupancy);
    }

    fn children_are(&mut self, places: Range<usize>, occupancy: Occupancy) {
        self.fronts.note_all(places, occupancy);
    }

    fn changed_below(&mut self, site: &Site, parents: impl Iterator<Item = VertexId>) {
        self.fronts.note_parents(site, parents);
    }

    fn units_are_free(&mut self, site: &Site, vertex: VertexId, column: usize, free: u64) {
        if self.by_class.is_empty() && self.anchors.is_empty() {
            return;
        }
        let (class, inner) = (site.classes.class_of(vertex), site.layout.inner(vertex));
        let (Some(class), Some(inner)) = (class, inner) else { return };
        let of_shapes = self.anchors.iter_mut().filter(|(shape, _)| shape.0 == class);
        of_shapes.for_each(|(_, shelf)| shelf.note_room(inner, column, free));
        if let Some(shelf) = self.get(class) {
            shelf.note_room(inner, column, free);
        }
    }
}
