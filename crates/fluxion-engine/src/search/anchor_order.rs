//! Anchors for slots of several members, in the order of the best slot that could be formed at each.

use fluxion_graph::VertexId;

use super::{Figures, Search};
use crate::index::Indices;
use crate::index::class_index::{AnchorKey, IndexRef, MemberDepth};
use crate::index::idle_slots::{SlotKey, Taken, best_idle_slot_key};
use crate::request::RequestElement;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// Anchors of several classes, best first.
pub(super) struct AnchorOrder {
    heads: Vec<(Order, Option<Head>)>,
    needs: Needs,
    depth: MemberDepth,
}

/// An order of anchors of one class.
#[derive(Clone, Copy)]
enum Order {
    /// By the best slot that could ever be.
    Index(IndexRef),
    /// By the best slot of idle members.
    Idle(usize),
    /// The same, of what the constraint lets the job use.
    MaskedIdle(usize),
}

/// The next anchor of an order.
#[derive(Clone, Copy)]
struct Head {
    key: i64,
    anchor: VertexId,
    /// Where it stands in an index.
    at: usize,
}

impl Search<'_> {
    /// Anchors of some classes, by the best key that a slot could have there.
    pub(super) fn anchors_for(
        &mut self,
        classes: &[ClassId],
        slot: usize,
        depth: MemberDepth,
    ) -> AnchorOrder {
        let members = &self.request.elements[self.request.elements[slot].with.clone()];
        let taken: Vec<Taken> = members.iter().filter_map(|member| self.taken(member)).collect();
        let counted = self.pass.figures == Figures::Apply;
        let needs = if counted { self.needs(slot) } else { Needs::new() };
        if let Some(constraint) = self.constraint {
            self.indices.masked.select(constraint.serial());
        }
        self.indices.make_room_for_anchors(classes.len());
        let idle = self.idle_shows() && depth == MemberDepth::Direct;
        let mut anchors = AnchorOrder { heads: Vec::new(), needs, depth };
        for &class in classes {
            let taken = taken.clone();
            let order = match idle {
                true => self.idle_order(SlotKey { class, taken }),
                false => Order::Index(self.anchor_index(class, depth, &taken)),
            };
            let first = self.anchor_after(order, None, &anchors.needs);
            anchors.heads.push((order, first));
        }
        anchors
    }

    /// The order of those anchors that the constraint, if it is about them, lets the job use.
    fn anchor_index(&mut self, class: ClassId, depth: MemberDepth, taken: &[Taken]) -> IndexRef {
        let (site, policy) = (self.site, self.policy);
        let taken = taken.iter().map(|taken| (taken.ty, taken.best)).collect();
        let key = AnchorKey { class, depth, taken };
        let Some(scope) = self.scope_of(class) else {
            return self.indices.build_anchors(site, policy, key);
        };
        let of_constraint = self.indices.masked.select(scope.serial());
        of_constraint.build_anchors(site, policy, key, || scope.members(site, class))
    }

    /// As [`Search::anchor_index`], by idle members.
    fn idle_order(&mut self, key: SlotKey) -> Order {
        let (site, policy, class) = (self.site, self.policy, key.class);
        let scope = self.scope_of(class);
        let Indices { idle, idle_slots, masked, .. } = &mut *self.indices;
        let best =
            |key: &SlotKey, anchor| best_idle_slot_key(site, policy, &idle.idle, key, anchor);
        let Some(scope) = scope else {
            let anchors = || site.classes.members(&site.tree, class);
            return Order::Idle(idle_slots.refresh(site, key, anchors, best));
        };
        let best = |key: &SlotKey, anchor| best(key, anchor).filter(|_| scope.admits(site, anchor));
        let anchors = || scope.members(site, class);
        let orders = &mut masked.select(scope.serial()).idle_slots;
        Order::MaskedIdle(orders.refresh(site, key, anchors, best))
    }

    /// What follows in an order; anchors with too few units free are passed over.
    fn anchor_after(&mut self, order: Order, last: Option<Head>, needs: &Needs) -> Option<Head> {
        let masked = self.indices.masked.last();
        let idle = match order {
            Order::Index(index) => {
                let from = last.map_or(0, |last| last.at + 1);
                let (at, anchor) = self.next_member(index, from, needs)?;
                return Some(Head { key: self.indices.get(index)?.keys[at], anchor, at });
            }
            Order::Idle(at) => self.indices.idle_slots.get(at)?,
            Order::MaskedIdle(at) => masked?.idle_slots.get(at)?,
        };
        let position = |head: Head| Some((head.key, self.site.tree.position(head.anchor)?));
        let (key, position) = idle.next(last.and_then(position))?;
        Some(Head { key, anchor: self.site.tree.at(position), at: 0 })
    }

    /// The next anchor with its bound and its rank: the order in which a walk would gather its slots.
    pub(super) fn next_anchor(
        &mut self,
        anchors: &mut AnchorOrder,
    ) -> Option<(i64, u32, VertexId)> {
        let heads = anchors.heads.iter().enumerate();
        let known = heads.filter_map(|(n, &(_, head))| {
            let Head { key, anchor, .. } = head?;
            Some(((key, self.rank(anchor, anchors.depth)?, anchor), n))
        });
        let (anchor, n) = known.min()?;
        let (order, head) = anchors.heads[n];
        anchors.heads[n].1 = self.anchor_after(order, head, &anchors.needs);
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

    /// How many vertices a member takes: of the best slot the fewest where low scores are best, the most where high.
    fn taken(&self, wanted: &RequestElement) -> Option<Taken> {
        let ty = wanted.ty?;
        let (least, greatest) = self.site.layout.sizes(ty);
        let vertices = |units: u64, size: u32| {
            usize::try_from(units.div_ceil(u64::from(size.max(1)))).unwrap_or(usize::MAX)
        };
        let fewest = vertices(u64::from(wanted.count.min), greatest);
        let most = if self.policy.prefers_high() { vertices(wanted.most, least) } else { fewest };
        Some(Taken { ty, least: fewest, best: most })
    }
}
