//! Alike vertices in an order of preference, with bounds on what is free below them, so that a search skips whole
//! blocks of full ones.
//!
//! There is one index per class, in the order in which the policy prefers its members; and one per class of anchors
//! and kind of slot, in the order of the best slot that could be formed at each anchor. Knows no request.

use std::sync::Arc;

use fluxion_graph::{TypeId, VertexId};

use crate::policy::Policy;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// How many members share an upper bound of free units.
pub(crate) const BLOCK: usize = 64;
const NONE: u32 = u32::MAX;

/// The members of a class in an order of preference.
#[derive(Clone, Debug)]
pub(crate) struct ClassIndex {
    pub(crate) members: Arc<[VertexId]>,
    /// The key of each member: lower ones are preferred.
    pub(crate) keys: Arc<[i64]>,
    /// Per block and counted type, at least the most units that are free below a member.
    pub(crate) most_free: Vec<u64>,
    pub(crate) width: usize,
    /// The index of each inner vertex among the members, `NONE` if it is none.
    index_of: Arc<[u32]>,
}

/// How deep below an anchor a slot takes vertices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberDepth {
    Direct,
    Any,
}

/// A class of anchors, with how many vertices of which types a slot takes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AnchorKey {
    pub(crate) class: ClassId,
    pub(crate) depth: MemberDepth,
    pub(crate) taken: Vec<(TypeId, usize)>,
}

impl ClassIndex {
    /// The members of a class by the key that a policy gives them.
    pub(super) fn of_class(site: &Site, policy: Policy, class: ClassId) -> Self {
        Self::new(site, class, |member| member_key(site, policy, member))
    }

    /// The anchors of a class by the best slot that could be formed there.
    pub(super) fn of_anchors(site: &Site, policy: Policy, key: &AnchorKey) -> Self {
        Self::new(site, key.class, |anchor| best_slot_key(site, policy, key, anchor))
    }

    /// The vertices of a class by a key, then by position.
    fn new(site: &Site, class: ClassId, key: impl Fn(VertexId) -> i64) -> Self {
        let keyed = |v: VertexId| Some((key(v), site.tree.position(v)?));
        let members = site.classes.members(&site.tree, class);
        let mut sorted: Vec<(i64, u32)> = members.into_iter().filter_map(keyed).collect();
        if !sorted.is_sorted() {
            sorted.sort_unstable();
        }
        let members: Arc<[VertexId]> = sorted.iter().map(|&(_, p)| site.tree.at(p)).collect();
        let inner = members.first().is_some_and(|&v| site.layout.inner(v).is_some());
        let width = if inner { site.layout.counted.width() } else { 0 };
        let mut index_of = vec![NONE; if inner { site.layout.inner_count() } else { 0 }];
        for (at, &member) in members.iter().enumerate() {
            if let Some(number) = site.layout.inner(member) {
                index_of[number] = at as u32;
            }
        }
        let most_free = vec![u64::MAX; members.len().div_ceil(BLOCK) * width];
        let keys = sorted.into_iter().map(|(key, _)| key).collect();
        Self { members, keys, most_free, width, index_of: index_of.into() }
    }

    pub(crate) fn member(&self, at: usize) -> VertexId {
        self.members[at]
    }

    /// The index of a member, by its number among the inner vertices.
    pub(crate) fn index_of(&self, inner: usize) -> Option<usize> {
        self.index_of.get(inner).filter(|&&at| at != NONE).map(|&at| at as usize)
    }

    /// The first member at or after `from` that has the units needed, by the figures of `free`.
    pub(crate) fn next_with_free(
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
            let most_free = &mut self.most_free[block * self.width..(block + 1) * self.width];
            if needs.iter().all(|&(column, units)| most_free[column] >= units) {
                let fits =
                    |v: VertexId| needs.iter().all(|&(column, units)| free(v, column) >= units);
                if let Some(found) = (at..end).find(|&n| fits(self.members[n])) {
                    return Some(found);
                }
                if at.is_multiple_of(BLOCK) {
                    for &(column, _) in needs {
                        let most = self.members[at..end].iter().map(|&v| free(v, column)).max();
                        most_free[column] = most.unwrap_or(0);
                    }
                }
            }
            at = end;
        }
        None
    }

    /// Says how many units of a counted type are free below an inner vertex.
    pub(super) fn note_free(&mut self, inner: usize, column: usize, free: u64) {
        if let Some(at) = self.index_of(inner)
            && column < self.width
        {
            let most_free = &mut self.most_free[at / BLOCK * self.width + column];
            *most_free = (*most_free).max(free);
        }
    }
}

/// Where a vertex stands in the index of its class: where policies that stop early visit it, among vertices of one
/// weight; else as the policy scores it.
pub(crate) fn member_key(site: &Site, policy: Policy, member: VertexId) -> i64 {
    if policy.stops_early() {
        return site.graph.vertex(member).uniq_id.saturating_neg();
    }
    policy.key(site.score(member))
}

/// The best key that a slot could have at an anchor: with the most preferred children.
pub(crate) fn best_slot_key(site: &Site, policy: Policy, key: &AnchorKey, anchor: VertexId) -> i64 {
    if key.depth == MemberDepth::Any {
        return best_deep_key(site, policy, key, anchor);
    }
    let scores = |&(ty, vertices): &(TypeId, usize)| {
        let children = site.layout.children_of_type(&site.graph, anchor, ty).take(vertices);
        children.map(|ordinal| site.score(site.layout.vertex_at(ordinal)))
    };
    policy.key(key.taken.iter().flat_map(scores).fold(1i64, i64::saturating_add))
}

/// The best key of a slot at an anchor that takes vertices from wherever below it.
fn best_deep_key(site: &Site, policy: Policy, key: &AnchorKey, anchor: VertexId) -> i64 {
    let best = |&(ty, vertices): &(TypeId, usize)| {
        let below = site.tree.subtree(anchor).iter().skip(1);
        let of_type = below.filter(|v| site.graph.vertex(**v).ty == ty);
        let mut keys: Vec<i64> = of_type.map(|&v| policy.key(site.score(v))).collect();
        keys.sort_unstable();
        keys.truncate(vertices);
        keys.into_iter().fold(0i64, i64::saturating_add)
    };
    key.taken.iter().map(best).fold(policy.key(1), i64::saturating_add)
}
