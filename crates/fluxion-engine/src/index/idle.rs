//! Which children may be held alone, and for alike parents the best such child of each.
//!
//! With this a search finds the best free core of sixteen thousand nodes without looking at the nodes. Updated
//! lazily: a parent whose children changed is noted, and looked at again when the index is next asked for.

use std::ops::Range;
use std::sync::Arc;

use fluxion_graph::{TypeId, VertexId};
use rustc_hash::FxHashMap;

use crate::bitmap::Bitmap;
use crate::blocks::{BlockMap, BlockTable};
use crate::policy::Policy;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::state::observer::Occupancy;

/// The children of one type that the vertices of one class have.
pub(crate) type ChildGroup = (ClassId, TypeId);

/// A parent with its children of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Parent {
    /// The key of the best child.
    pub(crate) key: i64,
    pub(crate) position: u32,
    /// The ordinals of the children, best first.
    pub(crate) children: (u32, u32),
}

/// Parents by the key of their best child, then by position.
pub(crate) type Parents = Arc<[Parent]>;

/// The parents of one class that have a child that may be held alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct BestIdleChildren {
    pub(crate) ordered: BlockMap<(i64, u32), ()>,
    /// By inner vertex.
    pub(crate) key: BlockTable<Option<i64>, 128>,
    pub(crate) changed: Vec<VertexId>,
}

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdleIndex {
    /// Ordinals of vertices that neither a down vertex nor an allocation keeps from being held alone.
    pub(crate) idle: Bitmap,
    /// The groups that were asked for.
    pub(crate) best: FxHashMap<ChildGroup, BestIdleChildren>,
    /// Static orders of the groups that were asked for.
    pub(crate) parents: FxHashMap<ChildGroup, Parents>,
}

impl IdleIndex {
    /// All children of all vertices may be held alone, but for those without units.
    pub(crate) fn new(site: &Site) -> Self {
        let mut idle = Bitmap::full(site.layout.ordinal_count());
        let is_empty =
            |&ordinal: &usize| site.graph.vertex(site.layout.vertex_at(ordinal)).size == 0;
        if site.layout.has_empty_pools() {
            (0..site.layout.ordinal_count()).filter(is_empty).for_each(|ordinal| {
                idle.remove(ordinal);
            });
        }
        Self { idle, ..Self::default() }
    }

    /// Says whether a vertex may be held alone.
    pub(crate) fn note(&mut self, site: &Site, vertex: VertexId, occupancy: Occupancy) {
        let Some(ordinal) = site.layout.ordinal(vertex) else { return };
        let changed = match occupancy {
            Occupancy::Idle => self.idle.insert(ordinal),
            Occupancy::Busy => self.idle.remove(ordinal),
        };
        if self.best.is_empty() || !changed {
            return;
        }
        let Some(parent) = site.tree.parent(vertex) else { return };
        let Some(class) = site.classes.class_of(parent) else { return };
        let group = (class, site.graph.vertex(vertex).ty);
        if let Some(best) = self.best.get_mut(&group)
            && best.changed.last() != Some(&parent)
        {
            best.note_changed(parent);
        }
    }

    /// Says whether all children at some ordinals may be held alone.
    pub(crate) fn note_all(&mut self, ordinals: Range<usize>, occupancy: Occupancy) {
        match occupancy {
            Occupancy::Idle => self.idle.insert_range(ordinals),
            Occupancy::Busy => self.idle.remove_range(ordinals),
        }
    }

    /// Notes that what lies below some parents changed.
    pub(crate) fn note_parents(&mut self, site: &Site, parents: impl Iterator<Item = VertexId>) {
        if self.best.is_empty() {
            return;
        }
        for parent in parents {
            let Some(class) = site.classes.class_of(parent) else { continue };
            for &ty in &site.classes.get(class).child_types {
                if let Some(best) = self.best.get_mut(&(class, ty)) {
                    best.note_changed(parent);
                }
            }
        }
    }

    /// The first ordinal at or after `from`, and before `end`, whose vertex may be held alone.
    pub(crate) fn next_idle(&self, from: usize, end: usize) -> Option<usize> {
        self.idle.next(from).filter(|&ordinal| ordinal < end)
    }

    /// Parents of a class with the key of their best child of a type, best first; static.
    pub(crate) fn parents(&mut self, site: &Site, policy: Policy, group: ChildGroup) -> Parents {
        let entry = self.parents.entry(group);
        Arc::clone(entry.or_insert_with(|| {
            let (class, ty) = group;
            let mut alike = 0..0;
            let parent = |parent| {
                let children =
                    site.layout.children_of_type_like(&site.graph, parent, ty, &mut alike);
                let best = site.layout.vertex_at(children.clone().next()?);
                Some(Parent {
                    key: policy.key(site.score(best)),
                    position: site.tree.position(parent)?,
                    children: (children.start as u32, children.end as u32),
                })
            };
            let members = site.classes.members(&site.tree, class);
            let mut parents: Vec<Parent> = members.into_iter().filter_map(parent).collect();
            if !parents.is_sorted() {
                parents.sort_unstable();
            }
            parents.into()
        }))
    }

    /// Brings the index of the idle children below a class up to date.
    pub(crate) fn refresh(&mut self, site: &Site, policy: Policy, group: ChildGroup) {
        if !self.best.contains_key(&group) {
            let parents = self.parents(site, policy, group);
            let best = BestIdleChildren::new(site, &parents, |parent| {
                let (first, end) = parent.children;
                let best = self.idle.next(first as usize).filter(|&at| at < end as usize)?;
                // most parents have no child that is not idle
                let is_first = best == first as usize;
                Some(if is_first { parent.key } else { key_at(site, policy, best) })
            });
            self.best.insert(group, best);
            return;
        }
        let Self { idle, best, .. } = self;
        let Some(known) = best.get_mut(&group) else { return };
        known.update(site, |parent| {
            let children = site.layout.children_of_type(&site.graph, parent, group.1);
            let best = idle.next(children.start).filter(|&at| at < children.end)?;
            Some(key_at(site, policy, best))
        });
    }

    /// The parent with the best idle child after a given one in the order of the index, with the child's key.
    pub(crate) fn next_parent(
        &self,
        group: ChildGroup,
        after: Option<(i64, u32)>,
    ) -> Option<(i64, u32)> {
        let ordered = &self.best.get(&group)?.ordered;
        let next = match after {
            None => ordered.first(),
            Some((key, position)) => ordered.from(|&entry| entry <= (key, position)).next(),
        };
        next.map(|(&entry, ())| entry)
    }
}

impl BestIdleChildren {
    /// The index of some parents, with the key of the best idle child of each.
    fn new(site: &Site, parents: &[Parent], best: impl Fn(&Parent) -> Option<i64>) -> Self {
        let sorted = parents.iter().filter_map(|parent| Some((best(parent)?, parent.position)));
        let mut sorted: Vec<(i64, u32)> = sorted.collect();
        if !sorted.is_sorted() {
            sorted.sort_unstable();
        }
        let mut key_of = BlockTable::new(site.layout.inner_count(), &None);
        for &(key, position) in &sorted {
            if let Some(inner) = site.layout.inner(site.tree.at(position)) {
                key_of[inner] = Some(key);
            }
        }
        let ordered = sorted.into_iter().map(|entry| (entry, ())).collect();
        Self { key: key_of, ordered, changed: Vec::new() }
    }

    /// Notes a parent; an index that is never asked for does not grow beyond all parents.
    fn note_changed(&mut self, parent: VertexId) {
        if self.changed.len() == self.changed.capacity() {
            self.changed.sort_unstable();
            self.changed.dedup();
            self.changed.reserve(self.changed.len().max(64));
        }
        self.changed.push(parent);
    }

    fn update(&mut self, site: &Site, best: impl Fn(VertexId) -> Option<i64>) {
        for parent in std::mem::take(&mut self.changed) {
            let (position, inner) = (site.tree.position(parent), site.layout.inner(parent));
            let Some((position, inner)) = position.zip(inner) else { continue };
            let (new, old) = (best(parent), self.key[inner]);
            if new == old {
                continue;
            }
            self.key[inner] = new;
            if let Some(old) = old {
                self.ordered.remove(&(old, position));
            }
            if let Some(new) = new {
                self.ordered.insert((new, position), ());
            }
        }
    }
}

/// The key of the vertex of an ordinal.
fn key_at(site: &Site, policy: Policy, ordinal: usize) -> i64 {
    policy.key(site.score(site.layout.vertex_at(ordinal)))
}
