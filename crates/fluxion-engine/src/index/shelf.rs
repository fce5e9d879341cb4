//! Alike inner vertices in the order in which the policy prefers them, with bounds on what is free below
//! them, so that a search skips whole blocks of full ones: one shelf per class, built when a request first
//! asks for it. Also the orders of anchors that requests for several slot members need.
//!
//! Kept true by [`State`](crate::state::State); knows no request.

use std::sync::Arc;

use fluxion_graph::{TypeId, VertexId};
use rustc_hash::FxHashMap;

use crate::index::front::{Fronts, Parents};
use crate::index::offers::Offers;
use crate::policy::Policy;
use crate::site::Site;
use crate::site::classes::ClassId;

/// How many members share an upper bound of free units.
pub(crate) const BLOCK: usize = 64;
/// How many shapes of slots are remembered.
const MOST_SHAPES: usize = 64;
const NONE: u32 = u32::MAX;

/// The members of one class.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    pub(crate) members: Vec<VertexId>,
    /// Per block and counted type, at least the most units that are free below a member.
    pub(crate) room: Vec<u64>,
    pub(crate) width: usize,
}

/// Units that must be free below a vertex, by column of the counted types.
pub(crate) type Needs = Vec<(usize, u64)>;

/// An anchor class with how many vertices of which types a slot takes there.
pub(crate) type Shape = (ClassId, Vec<(TypeId, usize)>);

impl Shelf {
    fn new(site: &Site, policy: Policy, class: ClassId) -> Self {
        let mut members = site.classes.members(&site.tree, class);
        let order = |v: &VertexId| (policy.key(site.score(*v)), site.tree.position(*v));
        if !members.is_sorted_by_key(order) {
            members.sort_unstable_by_key(order);
        }
        let inner = members.first().is_some_and(|&v| site.layout.inner(v).is_some());
        let width = if inner { site.layout.counted.width() } else { 0 };
        let room = vec![u64::MAX; members.len().div_ceil(BLOCK) * width];
        Self { members, room, width }
    }

    pub(crate) fn member(&self, at: usize) -> VertexId {
        self.members[at]
    }

    /// The first member at or after `from` that has the room, by the figures of `free`.
    pub(crate) fn next_with_room(
        &mut self,
        from: usize,
        needs: &Needs,
        free: impl Fn(VertexId, usize) -> u64,
    ) -> Option<usize> {
        if self.width == 0 {
            // leaves have nothing below
            return None;
        }
        let mut at = from;
        while at < self.members.len() {
            let block = at / BLOCK;
            let end = ((block + 1) * BLOCK).min(self.members.len());
            let room = &mut self.room[block * self.width..(block + 1) * self.width];
            if needs.iter().all(|&(column, units)| room[column] >= units) {
                let fits =
                    |v: VertexId| needs.iter().all(|&(column, units)| free(v, column) >= units);
                if let Some(found) = (at..end).find(|&n| fits(self.members[n])) {
                    return Some(found);
                }
                if at.is_multiple_of(BLOCK) {
                    for &(column, _) in needs {
                        let most = self.members[at..end].iter().map(|&v| free(v, column)).max();
                        room[column] = most.unwrap_or(0);
                    }
                }
            }
            at = end;
        }
        None
    }
}

/// The indices of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelves {
    pub(crate) fronts: Fronts,
    pub(crate) offers: Offers,
    pub(crate) by_class: Vec<Option<Box<Shelf>>>,
    /// The place of a vertex on the shelf of its class; empty until a shelf is built.
    pub(crate) rank: Vec<u32>,
    pub(crate) anchors: FxHashMap<Shape, Parents>,
}

impl Shelves {
    pub(crate) fn new(site: &Site) -> Self {
        Self { fronts: Fronts::new(site), ..Self::default() }
    }

    /// Builds the shelf of a class if there is none yet.
    pub(crate) fn open(&mut self, site: &Site, policy: Policy, class: ClassId) {
        if self.by_class.is_empty() {
            self.by_class.resize_with(site.classes.len(), || None);
            self.rank = vec![NONE; site.graph.vertices().len()];
        }
        if self.by_class[class.index()].is_none() {
            let shelf = Shelf::new(site, policy, class);
            for (at, member) in shelf.members.iter().enumerate() {
                self.rank[member.index()] = at as u32;
            }
            self.by_class[class.index()] = Some(Box::new(shelf));
        }
    }

    /// A shelf that was opened.
    pub(crate) fn get(&mut self, class: ClassId) -> Option<&mut Shelf> {
        self.by_class.get_mut(class.index())?.as_deref_mut()
    }

    /// Says that units of a counted type became free below a vertex.
    pub(crate) fn note_room(&mut self, site: &Site, vertex: VertexId, column: usize, free: u64) {
        let rank = self.rank.get(vertex.index()).copied().filter(|&r| r != NONE);
        let (Some(rank), Some(class)) = (rank, site.classes.class_of(vertex)) else { return };
        if let Some(shelf) = self.get(class)
            && column < shelf.width
        {
            let room = &mut shelf.room[rank as usize / BLOCK * shelf.width + column];
            *room = (*room).max(free);
        }
    }

    /// Anchors of a class by the best key that a slot of a shape could have there, best first; static.
    pub(crate) fn anchors(&mut self, site: &Site, policy: Policy, shape: Shape) -> Parents {
        if let Some(known) = self.anchors.get(&shape) {
            return Arc::clone(known);
        }
        let bound = |anchor: VertexId| {
            let member = |&(ty, vertices): &(TypeId, usize)| {
                let children = site.layout.children_of_type(&site.graph, anchor, ty).take(vertices);
                children.map(|place| site.score(site.layout.ranked(place)))
            };
            let score = shape.1.iter().flat_map(member).fold(1i64, i64::saturating_add);
            Some((policy.key(score), site.tree.position(anchor)?))
        };
        let members = site.classes.members(&site.tree, shape.0);
        let mut anchors: Vec<(i64, u32)> = members.into_iter().filter_map(bound).collect();
        if !anchors.is_sorted() {
            anchors.sort_unstable();
        }
        if self.anchors.len() >= MOST_SHAPES {
            self.anchors.clear();
        }
        let anchors: Parents = anchors.into();
        self.anchors.insert(shape, Arc::clone(&anchors));
        anchors
    }
}
