//! Do the indices say what the bookings say? Idle children, the best child of alike parents, what is free below the
//! members of a class, visiting orders, the node calendar, remembered constraints.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use fluxion_graph::{Inconsistency, VertexId};

use super::compare::{Checked, same};
use super::jobs::Expected;
use crate::bitmap::Bitmap;
use crate::engine::Engine;
use crate::index::Indices;
use crate::index::class_index::{BLOCK, ClassIndex, best_slot_key, member_key};
use crate::index::idle::{BestIdleChildren, ChildGroup};
use crate::index::idle_slots::{IdleSlots, best_idle_slot_key};
use crate::index::masked::Masked;
use crate::index::weights::Weights;
use crate::reserve::node_calendar::NodeCalendar;
use crate::site::Site;
use crate::site::classes::ClassId;

pub(super) fn check(engine: &Engine, expected: &Expected) -> Checked {
    let check = IndexCheck { engine, idle: idle_ordinals(&engine.site, expected) };
    check.idle()?;
    for (&group, best) in &engine.indices.idle.best {
        check.best_idle(group, best, &|_| true)?;
    }
    check.idle_slots(&engine.indices.idle_slots, &|_| true)?;
    check.static_orders()?;
    for (class, index) in engine.indices.by_class.iter().enumerate() {
        if let Some(index) = index {
            let key = |v| member_key(&engine.site, engine.policy, v);
            check.class_index(class, index, key, &|_| true)?;
        }
    }
    engine.indices.masked.iter().try_for_each(|masked| check.masked(masked))?;
    if let Some(calendar) = &engine.earliest_start.calendar {
        check_calendar(engine, calendar)?;
    }
    for (anchors, index) in &engine.indices.anchors {
        let key = |v| best_slot_key(&engine.site, engine.policy, anchors, v);
        check.class_index(anchors.class.index(), index, key, &|_| true)?;
    }
    same(None, "the score tables", true, engine.indices.score_tables.are_consistent())?;
    if engine.policy.stops_early() {
        check_weights(&engine.site, &engine.weights)?;
    }
    let known = engine.constraint_masks.agree_with(&engine.site);
    same(None, "the remembered constraints", true, known)
}

/// The jobs of the calendar are those of the job table, in any order at each node.
fn check_calendar(engine: &Engine, calendar: &NodeCalendar) -> Checked {
    let live = engine.jobs.iter().filter(|(_, record)| record.is_live());
    let bookings = live.map(|(&job, record)| (record.booking(job), &*record.grants));
    let mut calendar = calendar.clone();
    calendar.sort_stays();
    same(None, "the node calendar", NodeCalendar::of(&engine.site, bookings), calendar)
}

/// The ordinals of vertices that nothing keeps from being held alone, reservations aside.
fn idle_ordinals(site: &Site, expected: &Expected) -> BTreeSet<usize> {
    let is_idle = |v: VertexId| {
        let at = v.index();
        let inner = site.layout.inner(v).is_some();
        expected.down[at] == 0
            && expected.held[at] == 0
            && (!inner || expected.touched[at] == 0)
            && site.graph.vertex(v).size > 0
    };
    (0..site.layout.ordinal_count())
        .filter(|&ordinal| is_idle(site.layout.vertex_at(ordinal)))
        .collect()
}

/// The members of a bitmap whose summaries are right.
fn members(bitmap: &Bitmap) -> Result<Vec<usize>, Inconsistency> {
    let members = bitmap.checked_members();
    same(None, "the summaries of a bitmap", true, members.is_some())?;
    Ok(members.unwrap_or_default())
}

struct IndexCheck<'a> {
    engine: &'a Engine,
    idle: BTreeSet<usize>,
}

impl IndexCheck<'_> {
    fn idle(&self) -> Checked {
        let found = members(&self.engine.indices.idle.idle)?;
        let found: BTreeSet<usize> = found.into_iter().collect();
        let wrong = self.idle.symmetric_difference(&found).next();
        let Some(&ordinal) = wrong else { return Ok(()) };
        let vertex = self.engine.site.layout.by_ordinal.get(ordinal).copied();
        let expected = self.idle.contains(&ordinal);
        same(vertex, "being idle", expected, !expected)
    }

    /// Children of a type, idle ones only that are admitted.
    fn idle_children<'a>(
        &'a self,
        parent: VertexId,
        group: ChildGroup,
        admits: &'a dyn Fn(VertexId) -> bool,
    ) -> impl Iterator<Item = i64> + 'a {
        let Site { graph, layout, .. } = &self.engine.site;
        let ordinals = layout.children_of_type(graph, parent, group.1);
        ordinals
            .filter(|&ordinal| self.idle.contains(&ordinal) && admits(layout.vertex_at(ordinal)))
            .map(|p| self.engine.site.score(layout.vertex_at(p)))
    }

    /// The indices for a constraint, if it is still remembered, are those of what it lets a job use.
    fn masked(&self, masked: &Masked) -> Checked {
        let Engine { site, policy, constraint_masks, indices, .. } = self.engine;
        let narrowed = || indices.narrowed.by_serial(masked.serial);
        let mask = constraint_masks.by_serial(masked.serial).or_else(narrowed);
        let Some(mask) = mask else { return Ok(()) };
        let admits = |v: VertexId| {
            mask.accepts(site, v) && site.tree.ancestors(v).all(|above| mask.accepts(site, above))
        };
        for (class, index) in &masked.classes {
            let key = |v| member_key(site, *policy, v);
            self.class_index(class.index(), index, key, &admits)?;
        }
        for (anchors, index) in &masked.anchors {
            let key = |v| best_slot_key(site, *policy, anchors, v);
            self.class_index(anchors.class.index(), index, key, &admits)?;
        }
        self.idle_slots(&masked.idle_slots, &admits)?;
        masked.best.iter().try_for_each(|(group, best)| self.best_idle(*group, best, &admits))
    }

    /// Each admitted anchor that is not noted as changed stands with its best slot of idle children.
    fn idle_slots(&self, slots: &IdleSlots, admits: &dyn Fn(VertexId) -> bool) -> Checked {
        let Engine { site, policy, indices, .. } = self.engine;
        for (key, order) in slots.iter() {
            self.keys_are_ordered(order)?;
            for anchor in site.classes.members(&site.tree, key.class) {
                if order.changed.contains(&anchor) {
                    continue;
                }
                let best = best_idle_slot_key(site, *policy, &indices.idle.idle, key, anchor);
                let expected = best.filter(|_| admits(anchor));
                same(anchor, "the best idle slot", expected, self.key_of(order, anchor))?;
            }
        }
        Ok(())
    }

    fn keys_are_ordered(&self, best: &BestIdleChildren) -> Checked {
        let Engine { site, .. } = self.engine;
        let known = site.layout.inner.iter().zip(best.key.iter());
        let keyed = known.filter_map(|(v, key)| Some(((*key)?, site.tree.position(v)?)));
        let keyed: BTreeSet<(i64, u32)> = keyed.collect();
        let ordered: BTreeSet<(i64, u32)> = best.ordered.iter().map(|(&entry, ())| entry).collect();
        same(None, "the keys of the best idle children", &keyed, &ordered)
    }

    fn key_of(&self, best: &BestIdleChildren, parent: VertexId) -> Option<i64> {
        let inner = self.engine.site.layout.inner(parent);
        inner.and_then(|inner| best.key.get(inner).copied().flatten())
    }

    /// Each parent that is not noted as changed stands with its best idle child, of those that are admitted.
    fn best_idle(
        &self,
        group: ChildGroup,
        best: &BestIdleChildren,
        admits: &dyn Fn(VertexId) -> bool,
    ) -> Checked {
        let Engine { site, policy, .. } = self.engine;
        self.keys_are_ordered(best)?;
        for parent in site.classes.members(&site.tree, group.0) {
            if best.changed.contains(&parent) {
                continue;
            }
            let first = self.idle_children(parent, group, admits).next();
            let expected = first.map(|score| policy.key(score));
            same(parent, "the best idle child", expected, self.key_of(best, parent))?;
        }
        Ok(())
    }

    /// Orders that depend on the graph alone are those that would be made now.
    fn static_orders(&self) -> Checked {
        let Engine { site, policy, indices, .. } = self.engine;
        let mut fresh = Indices::new(site);
        for (&group, parents) in &indices.idle.parents {
            let expected = fresh.idle.parents(site, *policy, group);
            same(None, "the order of parents", &expected, parents)?;
        }
        Ok(())
    }

    /// Members in order, and at least as many units noted as are free.
    fn class_index(
        &self,
        class: usize,
        index: &ClassIndex,
        key: impl Fn(VertexId) -> i64,
        admits: &dyn Fn(VertexId) -> bool,
    ) -> Checked {
        let Engine { site, state, .. } = self.engine;
        let order = |v: &VertexId| (key(*v), site.tree.position(*v));
        let of_class = |v: &&VertexId| {
            site.classes.class_of(**v).map(ClassId::index) == Some(class) && admits(**v)
        };
        let mut expected: Vec<VertexId> =
            site.tree.order().iter().filter(of_class).copied().collect();
        expected.sort_by_key(order);
        same(None, "the members of a class index", &expected[..], &*index.members)?;
        let keys: Vec<i64> = expected.into_iter().map(key).collect();
        same(None, "the keys of a class index", &keys[..], &*index.keys)?;
        for (at, &member) in index.members.iter().enumerate() {
            let inner = site.layout.inner(member);
            let found = inner.and_then(|inner| index.index_of(inner));
            same(member, "the index among the members of its class", inner.map(|_| at), found)?;
            for column in 0..index.width {
                let free = state.free_in(site, member, column);
                let most = index.most_free.get(at / BLOCK * index.width + column).copied();
                same(member, "the bound of its free units", true, most.unwrap_or(0) >= free)?;
            }
        }
        Ok(())
    }
}

/// To a child either all edges have their first weight, or it stands below each parent whose edge has another.
fn check_weights(site: &Site, weights: &Weights) -> Checked {
    let fresh = members(&weights.fresh)?;
    let weighted: BTreeSet<VertexId> =
        weights.weight.iter().map(|(&(_, child), _)| child).collect();
    let is_fresh = |ordinal: &usize| !weighted.contains(&site.layout.vertex_at(*ordinal));
    let expected: Vec<usize> = (0..site.layout.ordinal_count()).filter(is_fresh).collect();
    same(None, "the children of first weight", expected, fresh)?;
    let mut listed = BTreeMap::new();
    for (&(parent, (Reverse(weight), Reverse(uniq_id), child)), ()) in &weights.ordered {
        let other = listed.insert((parent, child), weight);
        same(child, "another weight of the edge", None, other)?;
        let known = site.graph.vertex(child).uniq_id;
        same(child, "the tie-breaker of its weight", known, uniq_id)?;
    }
    let expected: BTreeMap<_, u64> = weights.weight.iter().map(|(&ends, &w)| (ends, w)).collect();
    same(None, "the order of weights", expected, listed)
}
