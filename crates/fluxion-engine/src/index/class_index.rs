//! Alike inner vertices in the order in which the policy prefers them, with bounds on what is free below
//! them, so that a search skips whole blocks of full ones: one shelf per class, built when a request first
//! asks for it. Also the orders of anchors that requests for several slot members need.
//!
//! Kept true by [`State`](crate::state::State); knows no request.

use fluxion_graph::{TypeId, VertexId};

use crate::policy::Policy;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// How many members share an upper bound of free units.
pub(crate) const BLOCK: usize = 64;
const NONE: u32 = u32::MAX;

/// Alike vertices in an order of preference.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    pub(crate) members: Vec<VertexId>,
    /// The key of each member: lower ones are preferred.
    pub(crate) keys: Vec<i64>,
    /// Per block and counted type, at least the most units that are free below a member.
    pub(crate) room: Vec<u64>,
    pub(crate) width: usize,
    /// The place of each inner vertex on the shelf, `NONE` if it has none.
    rank: Vec<u32>,
}

/// An anchor class with how many vertices of which types a slot takes there.
pub(crate) type Shape = (ClassId, Vec<(TypeId, usize)>);

impl Shelf {
    /// The vertices of a class by a key, then by position.
    pub(super) fn new(site: &Site, class: ClassId, key: impl Fn(VertexId) -> i64) -> Self {
        let keyed = |v: VertexId| Some((key(v), site.tree.position(v)?));
        let members = site.classes.members(&site.tree, class);
        let mut entries: Vec<(i64, u32)> = members.into_iter().filter_map(keyed).collect();
        if !entries.is_sorted() {
            entries.sort_unstable();
        }
        let members: Vec<VertexId> = entries.iter().map(|&(_, p)| site.tree.at(p)).collect();
        let inner = members.first().is_some_and(|&v| site.layout.inner(v).is_some());
        let width = if inner { site.layout.counted.width() } else { 0 };
        let mut rank = vec![NONE; if inner { site.layout.inner_count() } else { 0 }];
        for (at, &member) in members.iter().enumerate() {
            if let Some(number) = site.layout.inner(member) {
                rank[number] = at as u32;
            }
        }
        let room = vec![u64::MAX; members.len().div_ceil(BLOCK) * width];
        let keys = entries.into_iter().map(|(key, _)| key).collect();
        Self { members, keys, room, width, rank }
    }

    pub(crate) fn member(&self, at: usize) -> VertexId {
        self.members[at]
    }

    /// The place of an inner vertex, by its number.
    pub(crate) fn rank(&self, inner: usize) -> Option<usize> {
        self.rank.get(inner).filter(|&&rank| rank != NONE).map(|&rank| rank as usize)
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

    /// Says that units of a counted type became free below a vertex.
    pub(super) fn note_room(&mut self, inner: usize, column: usize, free: u64) {
        if let Some(rank) = self.rank(inner)
            && column < self.width
        {
            let room = &mut self.room[rank / BLOCK * self.width + column];
            *room = (*room).max(free);
        }
    }
}

/// Where a vertex stands on the shelf of its class: where policies that stop early visit it, among vertices of one
/// weight; else as the policy scores it.
pub(crate) fn member_key(site: &Site, policy: Policy, member: VertexId) -> i64 {
    if policy.stops_early() {
        return site.graph.vertex(member).uniq_id.saturating_neg();
    }
    policy.key(site.score(member))
}

/// The best key that a slot of a shape could have at an anchor: with the most preferred children.
pub(crate) fn best_key(site: &Site, policy: Policy, shape: &Shape, anchor: VertexId) -> i64 {
    let member = |&(ty, vertices): &(TypeId, usize)| {
        let children = site.layout.children_of_type(&site.graph, anchor, ty).take(vertices);
        children.map(|place| site.score(site.layout.ranked(place)))
    };
    policy.key(shape.1.iter().flat_map(member).fold(1i64, i64::saturating_add))
}
