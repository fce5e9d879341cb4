//! Anchors for slots of several members, in the order of the best slot that could be formed at each.

use fluxion_graph::{TypeId, VertexId};

use super::{Figures, Search};
use crate::index::class_index::{AnchorKey, IndexRef, MemberDepth};
use crate::request::RequestElement;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// Anchors of several classes, best first.
pub(super) struct AnchorOrder {
    /// An order of anchors, and the next of it that has enough units free.
    heads: Vec<(IndexRef, Option<usize>)>,
    needs: Needs,
    depth: MemberDepth,
}

impl Search<'_> {
    /// Anchors of some classes, by the best key that a slot could have there.
    pub(super) fn anchors_for(
        &mut self,
        classes: &[ClassId],
        slot: usize,
        depth: MemberDepth,
    ) -> AnchorOrder {
        let members = self.request.elements[slot].with.clone();
        let taken = members.filter_map(|member| {
            let wanted = &self.request.elements[member];
            Some((wanted.ty?, self.vertices_for(wanted, wanted.ty?)))
        });
        let taken: Vec<(TypeId, usize)> = taken.collect();
        let counted = self.pass.figures == Figures::Apply;
        let needs = if counted { self.needs(slot) } else { Needs::new() };
        if let Some(constraint) = self.constraint {
            self.indices.masked.select(constraint.serial());
        }
        self.indices.make_room_for_anchors(classes.len());
        let head = |&class: &ClassId| {
            let order = self.anchor_index(AnchorKey { class, depth, taken: taken.clone() });
            (order, self.anchor_from(order, 0, &needs))
        };
        let heads = classes.iter().map(head).collect();
        AnchorOrder { heads, needs, depth }
    }

    /// The order of those anchors that the constraint, if it is about them, lets the job use.
    fn anchor_index(&mut self, key: AnchorKey) -> IndexRef {
        let (site, policy) = (self.site, self.policy);
        let Some(scope) = self.scope_of(key.class) else {
            return self.indices.build_anchors(site, policy, key);
        };
        let of_constraint = self.indices.masked.select(scope.serial());
        let class = key.class;
        of_constraint.build_anchors(site, policy, key, || scope.members(site, class))
    }

    fn anchor_from(&mut self, order: IndexRef, from: usize, needs: &Needs) -> Option<usize> {
        self.next_member(order, from, needs).map(|(at, _)| at)
    }

    /// The next anchor with its bound and its rank: the order in which a walk would gather its slots.
    pub(super) fn next_anchor(
        &mut self,
        anchors: &mut AnchorOrder,
    ) -> Option<(i64, u32, VertexId)> {
        let heads = anchors.heads.iter().enumerate();
        let known = heads.filter_map(|(n, &(order, at))| {
            let index = self.indices.get(order)?;
            let anchor = index.member(at?);
            Some(((index.keys[at?], self.rank(anchor, anchors.depth)?, anchor), n))
        });
        let (anchor, head) = known.min()?;
        let (order, at) = anchors.heads[head];
        let next = self.anchor_from(order, at? + 1, &anchors.needs);
        anchors.heads[head].1 = next;
        Some(anchor)
    }

    /// An anchor that may have others below it comes after them.
    fn rank(&self, anchor: VertexId, depth: MemberDepth) -> Option<u32> {
        let tree = &self.site.tree;
        let position = tree.position(anchor)?;
        match depth {
            MemberDepth::Direct => Some(position),
            MemberDepth::Any => {
                Some(tree.end(position) - 1 - tree.ancestors(anchor).count() as u32)
            }
        }
    }

    /// How many vertices of a type a member takes: at least where low scores are best, at most where high.
    fn vertices_for(&self, wanted: &RequestElement, ty: TypeId) -> usize {
        let (least, greatest) = self.site.layout.sizes(ty);
        let vertices = if self.policy.prefers_high() {
            wanted.most.div_ceil(u64::from(least.max(1)))
        } else {
            u64::from(wanted.count.min).div_ceil(u64::from(greatest.max(1)))
        };
        usize::try_from(vertices).unwrap_or(usize::MAX)
    }
}
