//! Which children may be held alone, and for alike parents the best such child of each.
//!
//! With this a search finds the best free core of sixteen thousand nodes without looking at the nodes. Kept
//! true by [`State`](crate::state::State), lazily: a parent whose children changed is noted and looked at again
//! when the index is next asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fluxion_graph::{TypeId, VertexId};
use rustc_hash::FxHashMap;

use crate::bitmap::Bitmap;
use crate::classes::ClassId;
use crate::policy::{Policy, Preference};
use crate::shelf::key;
use crate::state::Site;

/// The widest range of scores that is counted in a dense table.
const DENSE_SCORES: i64 = 1 << 20;

/// The children of one type below the vertices of one class.
pub(crate) type Below = (ClassId, TypeId);

/// Parents by the key of their best child, then by position.
pub(crate) type Parents = Arc<[(i64, u32)]>;

/// The parents of one class that have a child that may be held alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Front {
    pub(crate) ordered: BTreeSet<(i64, u32)>,
    pub(crate) key: FxHashMap<u32, i64>,
    pub(crate) changed: Vec<VertexId>,
}

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fronts {
    /// Places of vertices that neither a down vertex nor an allocation keeps from being held alone.
    pub(crate) idle: Bitmap,
    pub(crate) fronts: FxHashMap<Below, Front>,
    pub(crate) parents: FxHashMap<Below, Parents>,
    /// How many children with each score may be held alone; kept where runs of scores matter.
    pub(crate) scores: FxHashMap<Below, BTreeMap<i64, u32>>,
}

impl Fronts {
    /// All children of all vertices may be held alone, but for those without units.
    pub(crate) fn new(site: &Site) -> Self {
        let mut idle = Bitmap::full(site.layout.places());
        let is_empty = |&place: &usize| site.graph.vertex(site.layout.ranked(place)).size == 0;
        if site.layout.has_empty_pools() {
            (0..site.layout.places()).filter(is_empty).for_each(|place| {
                idle.remove(place);
            });
        }
        Self { idle, ..Self::default() }
    }

    /// Says whether a vertex may be held alone.
    pub(crate) fn note(&mut self, site: &Site, vertex: VertexId, idle: bool) {
        let Some(place) = site.layout.place(vertex) else { return };
        let changed = if idle { self.idle.insert(place) } else { self.idle.remove(place) };
        if self.fronts.is_empty() || !changed {
            return;
        }
        let Some(parent) = site.tree.parent(vertex) else { return };
        let Some(class) = site.classes.class_of(parent) else { return };
        let below = (class, site.graph.vertex(vertex).ty);
        if let Some(scores) = self.scores.get_mut(&below) {
            let count = scores.entry(site.layout.score(vertex)).or_default();
            *count = if idle { *count + 1 } else { *count - 1 };
        }
        if let Some(front) = self.fronts.get_mut(&below)
            && front.changed.last() != Some(&parent)
        {
            front.note_changed(parent);
        }
    }

    /// The first place at or after `from`, and before `end`, whose vertex may be held alone.
    pub(crate) fn next_idle(&self, from: usize, end: usize) -> Option<usize> {
        self.idle.next(from).filter(|&place| place < end)
    }

    /// Parents of a class with the key of their best child of a type, best first; static.
    pub(crate) fn parents(&mut self, site: &Site, policy: Policy, below: Below) -> Parents {
        let entry = self.parents.entry(below);
        Arc::clone(entry.or_insert_with(|| {
            let (class, ty) = below;
            let mut parents: Vec<(i64, u32)> = site
                .classes
                .members(&site.tree, class)
                .into_iter()
                .filter_map(|parent| {
                    let first = site.layout.children_of_type(&site.graph, parent, ty).next()?;
                    let child = site.layout.ranked(first);
                    Some((key(policy, site.layout.score(child)), site.tree.position(parent)?))
                })
                .collect();
            if !parents.is_sorted() {
                parents.sort_unstable();
            }
            parents.into()
        }))
    }

    /// Brings the index of the idle children below a class up to date.
    pub(crate) fn refresh(&mut self, site: &Site, policy: Policy, below: Below) {
        if !self.fronts.contains_key(&below) {
            let parents = self.parents(site, policy, below);
            let changed = parents.iter().map(|&(_, position)| site.tree.at(position)).collect();
            self.fronts.insert(below, Front { changed, ..Front::default() });
        }
        let Self { idle, fronts, .. } = self;
        let Some(front) = fronts.get_mut(&below) else { return };
        let best = |parent: VertexId| {
            let children = site.layout.children_of_type(&site.graph, parent, below.1);
            let place = idle.next(children.start).filter(|&place| place < children.end)?;
            let child = site.layout.ranked(place);
            // where runs decide, parents come in the order of the graph
            let by_run = policy.preference() == Preference::Locality;
            Some(if by_run { 0 } else { key(policy, site.layout.score(child)) })
        };
        front.update(site, best);
    }

    /// The run of consecutive scores with the highest lower end among the idle children whose scores are less
    /// than `top`: its lowest and its highest score.
    pub(crate) fn run_below(&mut self, site: &Site, below: Below, top: i64) -> Option<(i64, i64)> {
        if !self.scores.contains_key(&below) {
            let scores = self.count_scores(site, below);
            self.scores.insert(below, scores);
        }
        let mut scores = self.scores.get(&below)?.range(..top).rev();
        let mut present = scores.by_ref().filter(|&(_, &count)| count > 0).map(|(&score, _)| score);
        let high = present.next()?;
        let mut low = high;
        for score in present {
            if score + 1 != low {
                break;
            }
            low = score;
        }
        Some((low, high))
    }

    fn count_scores(&self, site: &Site, (class, ty): Below) -> BTreeMap<i64, u32> {
        let mut scores: Vec<i64> = Vec::new();
        for parent in site.classes.members(&site.tree, class) {
            let children = site.layout.children_of_type(&site.graph, parent, ty);
            let idle = children.filter(|&place| self.idle.contains(place));
            scores.extend(idle.map(|place| site.layout.score(site.layout.ranked(place))));
        }
        let (Some(&least), Some(&greatest)) = (scores.iter().min(), scores.iter().max()) else {
            return BTreeMap::new();
        };
        let span = greatest.wrapping_sub(least);
        if !(0..DENSE_SCORES).contains(&span) {
            scores.sort_unstable();
            let runs = scores.chunk_by(|a, b| a == b);
            return runs.map(|run| (run[0], run.len() as u32)).collect();
        }
        let mut counts = vec![0u32; span as usize + 1];
        for score in scores {
            counts[(score - least) as usize] += 1;
        }
        let present = counts.into_iter().enumerate().filter(|&(_, count)| count > 0);
        present.map(|(at, count)| (least + at as i64, count)).collect()
    }

    /// The parent with the best idle child after a given one in the order of the index, with the child's key.
    pub(crate) fn next_parent(
        &self,
        below: Below,
        after: Option<(i64, u32)>,
    ) -> Option<(i64, u32)> {
        let ordered = &self.fronts.get(&below)?.ordered;
        match after {
            None => ordered.first().copied(),
            Some((key, position)) => ordered.range((key, position + 1)..).next().copied(),
        }
    }
}

impl Front {
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
        if self.key.is_empty() && self.changed.len() > 1 {
            let entries = self
                .changed
                .drain(..)
                .filter_map(|parent| Some((best(parent)?, site.tree.position(parent)?)));
            let mut entries: Vec<(i64, u32)> = entries.collect();
            if !entries.is_sorted() {
                entries.sort_unstable();
            }
            self.key = entries.iter().map(|&(key, position)| (position, key)).collect();
            self.ordered = entries.into_iter().collect();
            return;
        }
        for parent in std::mem::take(&mut self.changed) {
            let Some(position) = site.tree.position(parent) else { continue };
            let (new, old) = (best(parent), self.key.get(&position).copied());
            if new == old {
                continue;
            }
            if let Some(old) = old {
                self.ordered.remove(&(old, position));
                self.key.remove(&position);
            }
            if let Some(new) = new {
                self.ordered.insert((new, position));
                self.key.insert(position, new);
            }
        }
    }
}
