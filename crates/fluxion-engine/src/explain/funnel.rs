//! How many vertices of one type could serve one element, and why the others could not: each is counted once, under the
//! first reason that applies.
//!
//! One walk over the tree. Where all below a vertex has one reason, and the vertices of the type need nothing below
//! themselves, they are counted without being looked at: O(inner vertices + vertices of the type where somebody is at
//! work). Knows nothing of other elements.

use fluxion_graph::{TypeId, VertexId};

use super::answer::{Bucket, FunnelLevel, Reason, Shortage};
use super::sieve::{Barrier, Grounds};
use super::wanted::ElementNeed;
use crate::meter::Meter;

/// One level in the making.
pub(super) struct Funnel<'a> {
    pub(super) grounds: &'a Grounds<'a>,
    pub(super) wanted: &'a ElementNeed<'a>,
    /// How many examples each bucket has at most.
    pub(super) examples: usize,
    pub(super) meter: &'a mut Meter,
}

/// A vertex of the walk, while what lies below it is looked at.
struct Open {
    /// The first position after its subtree.
    end: u32,
    barrier: Option<Barrier>,
}

impl Funnel<'_> {
    /// The level; nothing if the budget is spent before all vertices are counted.
    pub(super) fn run(mut self) -> Option<FunnelLevel> {
        let mut tally = Tally::default();
        if let Some(ty) = self.wanted.ty {
            match self.grounds.site.tree.is_tree() {
                true => self.descend(ty, &mut tally)?,
                false => self.sweep(ty, &mut tally)?,
            }
        }
        Some(FunnelLevel {
            element: self.wanted.element.clone(),
            ty: self.wanted.ty,
            needed: self.wanted.needed,
            necessity: self.wanted.necessity,
            total: tally.buckets.iter().map(|bucket| bucket.count).sum(),
            buckets: tally.buckets.into_iter().filter(|bucket| bucket.count > 0).collect(),
        })
    }

    /// Counts every vertex for itself: where vertices have several parents, nothing is inherited.
    fn sweep(&mut self, ty: TypeId, tally: &mut Tally) -> Option<()> {
        let site = self.grounds.site;
        let of_type = site.tree.order().iter().filter(|v| site.graph.vertex(**v).ty == ty);
        for &vertex in of_type {
            self.count(vertex, None, tally)?;
        }
        Some(())
    }

    fn descend(&mut self, ty: TypeId, tally: &mut Tally) -> Option<()> {
        let site = self.grounds.site;
        let each = self.units_of_each(ty);
        let has_empty = site.layout.sizes(ty).0 == 0;
        let mut path: Vec<Open> = Vec::new();
        let mut position = 0;
        while (position as usize) < site.tree.len() {
            while path.last().is_some_and(|open| open.end <= position) {
                path.pop();
            }
            let vertex = site.tree.at(position);
            let end = site.tree.end(position);
            let above = path.last().and_then(|open| open.barrier);
            if site.graph.vertex(vertex).ty == ty {
                self.count(vertex, above, tally)?;
            } else if !self.meter.visit() {
                return None;
            }
            let below = site.layout.counted_total(vertex, ty);
            if end == position + 1 || (below == Some(0) && !has_empty) {
                position = end;
                continue;
            }
            let barrier = self.grounds.barrier(vertex, above, |reason| tally.free_from(reason));
            let as_one = each.zip(below).filter(|_| self.is_as_one(vertex, barrier));
            if let Some((each, units)) = as_one
                && tally.add_many(units / each, barrier, self.examples)
            {
                position = end;
                continue;
            }
            path.push(Open { end, barrier });
            position += 1;
        }
        Some(())
    }

    /// How many units each vertex of a type has, if all have as many, need nothing below themselves, and nothing on the way
    /// is empty.
    fn units_of_each(&self, ty: TypeId) -> Option<u64> {
        let layout = &self.grounds.site.layout;
        let (least, greatest) = layout.sizes(ty);
        let plain = !self.wanted.is_inner() && !layout.has_empty_pools();
        (plain && least == greatest && least > 0).then_some(u64::from(least))
    }

    /// Whether all vertices of the type below a vertex have the reason of a barrier, or fit if there is none.
    fn is_as_one(&self, vertex: VertexId, barrier: Option<Barrier>) -> bool {
        let Grounds { site, constraint, .. } = *self.grounds;
        let tested = |ty: TypeId| site.layout.counted_total(vertex, ty) != Some(0);
        let tests_below = || constraint.is_some_and(|constraint| constraint.tested().any(tested));
        match barrier {
            Some(barrier) if barrier.reason <= Reason::Constraint => true,
            Some(barrier) => !tests_below() && self.grounds.covers_below(vertex, barrier),
            None => !tests_below() && self.grounds.is_quiet(vertex),
        }
    }

    fn count(&mut self, vertex: VertexId, above: Option<Barrier>, tally: &mut Tally) -> Option<()> {
        if !self.meter.visit() {
            return None;
        }
        let reason = self.grounds.reason(vertex, self.wanted, above);
        let free_from = match above {
            Some(above) if above.reason == reason => above.free_from,
            _ => {
                let known = tally.free_from(reason);
                self.grounds.free_from(vertex, self.wanted.access, reason, known)
            }
        };
        let bucket = tally.bucket(reason);
        bucket.add(1, free_from);
        if bucket.examples.len() < self.examples {
            bucket.examples.push(vertex);
        }
        if matches!(reason, Reason::TooSmall | Reason::Short) {
            self.note_shortages(vertex, reason, bucket);
        }
        Some(())
    }

    fn note_shortages(&self, vertex: VertexId, reason: Reason, bucket: &mut Bucket) {
        let site = self.grounds.site;
        for (ty, needed) in self.wanted.demand.iter() {
            let there = match reason {
                Reason::TooSmall => site.layout.total(&site.graph, &site.tree, vertex, ty),
                _ => self.grounds.free_units(vertex, ty),
            };
            if there >= needed {
                continue;
            }
            match bucket.shortages.iter_mut().find(|shortage| shortage.ty == ty) {
                Some(known) => {
                    known.most_free = known.most_free.max(there);
                    known.vertices += 1;
                }
                None => {
                    let shortage = Shortage { ty, needed, most_free: there, vertices: 1 };
                    bucket.shortages.push(shortage);
                }
            }
        }
    }
}

/// The buckets of a level, one for each reason.
struct Tally {
    buckets: [Bucket; Reason::ALL.len()],
}

impl Default for Tally {
    fn default() -> Self {
        let buckets = Reason::ALL.map(|reason| Bucket {
            reason,
            count: 0,
            examples: Vec::new(),
            free_from: None,
            shortages: Vec::new(),
        });
        Self { buckets }
    }
}

impl Tally {
    fn free_from(&self, reason: Reason) -> Option<i64> {
        self.buckets[reason as usize].free_from
    }

    fn bucket(&mut self, reason: Reason) -> &mut Bucket {
        &mut self.buckets[reason as usize]
    }

    /// Counts vertices that nobody looked at, if the bucket needs no more examples.
    fn add_many(&mut self, count: u64, barrier: Option<Barrier>, examples: usize) -> bool {
        let reason = barrier.map_or(Reason::Fits, |barrier| barrier.reason);
        let bucket = self.bucket(reason);
        let has_all = bucket.examples.len() >= examples;
        if has_all {
            bucket.add(count, barrier.and_then(|barrier| barrier.free_from));
        }
        has_all
    }
}

impl Bucket {
    fn add(&mut self, count: u64, free_from: Option<i64>) {
        self.count += count;
        self.free_from = match (self.free_from, free_from) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
    }
}

impl FunnelLevel {
    /// How many vertices have one of some reasons.
    pub fn count(&self, has: impl Fn(Reason) -> bool) -> u64 {
        self.buckets.iter().filter(|bucket| has(bucket.reason)).map(|bucket| bucket.count).sum()
    }
}
