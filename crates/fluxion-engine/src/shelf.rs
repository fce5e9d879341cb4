//! Alike vertices in the order in which the policy prefers them, with marks that let a search skip those that
//! cannot be had: one shelf per class, built when a request first asks for it.
//!
//! Kept true by [`State`](crate::state::State); knows no request.

use fluxion_graph::VertexId;

use crate::bitmap::Bitmap;
use crate::classes::ClassId;
use crate::policy::{Policy, Preference};
use crate::state::{Site, State};

/// How many members share an upper bound of free units.
const BLOCK: usize = 64;
const NONE: u32 = u32::MAX;

/// A policy's order of scores: smaller keys first.
pub(crate) fn key(policy: Policy, score: i64) -> i64 {
    match policy.preference() {
        Preference::High | Preference::Locality => score.saturating_neg(),
        Preference::Low | Preference::Variation => score,
    }
}

/// The members of one class.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    members: Vec<VertexId>,
    /// Members that neither a down vertex nor an allocation keeps from being held alone.
    idle: Bitmap,
    /// Per block and counted type, at least the most units that are free below a member.
    room: Vec<u64>,
    width: usize,
}

/// Units that must be free below a vertex, by column of the counted types.
pub(crate) type Needs = Vec<(usize, u64)>;

impl Shelf {
    fn new(site: &Site, state: &State, policy: Policy, class: ClassId) -> Self {
        let mut members = site.classes.members(&site.tree, class);
        let order = |v: &VertexId| (key(policy, site.layout.score(*v)), site.tree.position(*v));
        if !members.is_sorted_by_key(order) {
            members.sort_unstable_by_key(order);
        }
        let mut idle = Bitmap::new(members.len());
        for (at, &member) in members.iter().enumerate() {
            if state.is_idle(site, member) {
                idle.insert(at);
            }
        }
        let inner = members.first().is_some_and(|&v| site.layout.inner(v).is_some());
        let width = if inner { site.layout.counted.width() } else { 0 };
        let room = vec![u64::MAX; members.len().div_ceil(BLOCK) * width];
        Self { members, idle, room, width }
    }

    pub(crate) fn member(&self, at: usize) -> VertexId {
        self.members[at]
    }

    /// The first member at or after `from`.
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        (from < self.members.len()).then_some(from)
    }

    /// The first idle member at or after `from`.
    pub(crate) fn next_idle(&self, from: usize) -> Option<usize> {
        self.idle.next(from)
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
                if at % BLOCK == 0 {
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

/// The shelves of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelves {
    by_class: Vec<Option<Box<Shelf>>>,
    /// The place of a vertex on the shelf of its class; empty until a shelf is built.
    rank: Vec<u32>,
}

impl Shelves {
    /// Builds the shelf of a class if there is none yet.
    pub(crate) fn open(&mut self, site: &Site, state: &State, policy: Policy, class: ClassId) {
        if self.by_class.is_empty() {
            self.by_class.resize_with(site.classes.len(), || None);
            self.rank = vec![NONE; site.graph.vertices().len()];
        }
        if self.by_class[class.index()].is_none() {
            let shelf = Shelf::new(site, state, policy, class);
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

    fn find(&mut self, site: &Site, vertex: VertexId) -> Option<(&mut Shelf, usize)> {
        let rank = self.rank.get(vertex.index()).copied().filter(|&r| r != NONE)?;
        let class = site.classes.class_of(vertex)?;
        Some((self.get(class)?, rank as usize))
    }

    /// Says whether a vertex may be held alone.
    pub(crate) fn note(&mut self, site: &Site, vertex: VertexId, idle: bool) {
        if let Some((shelf, rank)) = self.find(site, vertex) {
            if idle {
                shelf.idle.insert(rank);
            } else {
                shelf.idle.remove(rank);
            }
        }
    }

    /// Says that units of a counted type became free below a vertex.
    pub(crate) fn note_room(&mut self, site: &Site, vertex: VertexId, column: usize, free: u64) {
        if let Some((shelf, rank)) = self.find(site, vertex)
            && column < shelf.width
        {
            let room = &mut shelf.room[rank / BLOCK * shelf.width + column];
            *room = (*room).max(free);
        }
    }
}
