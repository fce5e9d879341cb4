//! Whether the short cuts say what the bookings say: which children are idle, the best of alike parents, rooms
//! on shelves, visiting orders, remembered constraints.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use fluxion_graph::{Inconsistency, VertexId};

use super::jobs::Expected;
use super::{Checked, same};
use crate::bitmap::Bitmap;
use crate::engine::Engine;
use crate::index::Shelves;
use crate::index::class_index::{BLOCK, Shelf, best_key, member_key};
use crate::index::idle::{Below, Front};
use crate::index::weights::Weights;
use crate::operation::JobState;
use crate::reserve::node_calendar::Agenda;
use crate::site::Site;
use crate::site::classes::ClassId;

pub(super) fn check(engine: &Engine, expected: &Expected) -> Checked {
    let indices = Indices { engine, idle: idle_places(&engine.site, expected) };
    indices.check_idle()?;
    for (&below, front) in &engine.shelves.fronts.fronts {
        indices.check_front(below, front)?;
    }
    indices.check_static_orders()?;
    for (class, shelf) in engine.shelves.by_class.iter().enumerate() {
        if let Some(shelf) = shelf {
            let key = |v| member_key(&engine.site, engine.policy, v);
            indices.check_shelf(class, shelf, key)?;
        }
    }
    if let Some(agenda) = &engine.earliest_start.calendar {
        let live = engine.jobs.iter().filter(|(_, record)| record.state != JobState::Canceled);
        let bookings = live.map(|(&job, record)| (record.booking(job), record.grants()));
        let mut agenda = agenda.clone();
        agenda.stays.values_mut().for_each(|stays| stays.sort_unstable_by_key(|stay| stay.job));
        same(None, "the agenda", Agenda::of(&engine.site, bookings), agenda)?;
    }
    for (shape, shelf) in &engine.shelves.anchors {
        let key = |v| best_key(&engine.site, engine.policy, shape, v);
        indices.check_shelf(shape.0.index(), shelf, key)?;
    }
    same(None, "the tables of offers", true, engine.shelves.offers.are_consistent())?;
    if engine.policy.stops_early() {
        check_weights(&engine.site, &engine.weights)?;
    }
    let known = engine.acceptances.agree_with(&engine.site);
    same(None, "the remembered constraints", true, known)
}

/// The places of vertices that nothing keeps from being held alone, reservations aside.
fn idle_places(site: &Site, expected: &Expected) -> BTreeSet<usize> {
    let is_idle = |v: VertexId| {
        let at = v.index();
        let inner = site.layout.inner(v).is_some();
        expected.down[at] == 0
            && expected.held[at] == 0
            && (!inner || expected.touched[at] == 0)
            && site.graph.vertex(v).size > 0
    };
    (0..site.layout.places()).filter(|&place| is_idle(site.layout.ranked(place))).collect()
}

/// The members of a bitmap whose summaries are right.
fn members(bitmap: &Bitmap) -> Result<Vec<usize>, Inconsistency> {
    let members = bitmap.checked_members();
    same(None, "the summaries of a bitmap", true, members.is_some())?;
    Ok(members.unwrap_or_default())
}

struct Indices<'a> {
    engine: &'a Engine,
    idle: BTreeSet<usize>,
}

impl Indices<'_> {
    fn check_idle(&self) -> Checked {
        let found = members(&self.engine.shelves.fronts.idle)?;
        let found: BTreeSet<usize> = found.into_iter().collect();
        let wrong = self.idle.symmetric_difference(&found).next();
        let Some(&place) = wrong else { return Ok(()) };
        let vertex = self.engine.site.layout.ranked.get(place).copied();
        let expected = self.idle.contains(&place);
        same(vertex, "being idle", expected, !expected)
    }

    /// Children of a type, idle ones only.
    fn idle_children(&self, parent: VertexId, below: Below) -> impl Iterator<Item = i64> + '_ {
        let Site { graph, layout, .. } = &self.engine.site;
        let places = layout.children_of_type(graph, parent, below.1);
        places
            .filter(|place| self.idle.contains(place))
            .map(|p| self.engine.site.score(layout.ranked(p)))
    }

    /// Each parent that is not noted as changed stands with its best idle child.
    fn check_front(&self, below: Below, front: &Front) -> Checked {
        let Engine { site, policy, .. } = self.engine;
        let keyed: BTreeSet<(i64, u32)> = front.key.iter().map(|(&at, &key)| (key, at)).collect();
        same(None, "the keys of a front", &keyed, &front.ordered)?;
        for parent in site.classes.members(&site.tree, below.0) {
            let Some(position) = site.tree.position(parent) else { continue };
            if front.changed.contains(&parent) {
                continue;
            }
            let first = self.idle_children(parent, below).next();
            let expected = first.map(|score| policy.key(score));
            let found = front.key.get(&position).copied();
            same(parent, "the best idle child", expected, found)?;
        }
        Ok(())
    }

    /// Orders that depend on the graph alone are those that would be made now.
    fn check_static_orders(&self) -> Checked {
        let Engine { site, policy, shelves, .. } = self.engine;
        let mut fresh = Shelves::new(site);
        for (&below, parents) in &shelves.fronts.parents {
            let expected = fresh.fronts.parents(site, *policy, below);
            same(None, "the order of parents", &expected, parents)?;
        }
        Ok(())
    }

    /// Members in order, and at least as much room noted as there is.
    fn check_shelf(&self, class: usize, shelf: &Shelf, key: impl Fn(VertexId) -> i64) -> Checked {
        let Engine { site, state, .. } = self.engine;
        let place = |v: &VertexId| (key(*v), site.tree.position(*v));
        let of_class =
            |v: &&VertexId| site.classes.class_of(**v).map(ClassId::index) == Some(class);
        let mut expected: Vec<VertexId> =
            site.tree.order().iter().filter(of_class).copied().collect();
        expected.sort_by_key(place);
        same(None, "the members of a shelf", &expected, &shelf.members)?;
        let keys = expected.into_iter().map(key).collect();
        same(None, "the keys of a shelf", &keys, &shelf.keys)?;
        for (at, &member) in shelf.members.iter().enumerate() {
            let inner = site.layout.inner(member);
            let rank = inner.and_then(|inner| shelf.rank(inner));
            same(member, "the place on its shelf", inner.map(|_| at), rank)?;
            for column in 0..shelf.width {
                let (free, room) = (
                    state.free_in(site, member, column),
                    shelf.room.get(at / BLOCK * shelf.width + column).copied().unwrap_or(0),
                );
                same(member, "room on its shelf", true, room >= free)?;
            }
        }
        Ok(())
    }
}

/// To a child either all edges have their first weight, or it stands below each parent whose edge has another.
fn check_weights(site: &Site, weights: &Weights) -> Checked {
    let fresh = members(&weights.fresh)?;
    let weighted: BTreeSet<VertexId> = weights.weight.keys().map(|&(_, child)| child).collect();
    let is_fresh = |place: &usize| !weighted.contains(&site.layout.ranked(*place));
    let expected: Vec<usize> = (0..site.layout.places()).filter(is_fresh).collect();
    same(None, "the children of first weight", expected, fresh)?;
    let mut listed = BTreeMap::new();
    for (&parent, children) in &weights.ordered {
        for &(Reverse(weight), Reverse(uniq_id), child) in children {
            let other = listed.insert((parent, child), weight);
            same(child, "another weight of the edge", None, other)?;
            let known = site.graph.vertex(child).uniq_id;
            same(child, "the tie-breaker of its weight", known, uniq_id)?;
        }
    }
    let expected: BTreeMap<_, u64> = weights.weight.iter().map(|(&ends, &w)| (ends, w)).collect();
    same(None, "the order of weights", expected, listed)
}
