//! Which vertices a window is about: its roots with all that lies below, and what is above them. Follows from the graph
//! alone.

use std::ops::Range;

use fluxion_graph::VertexId;
use rustc_hash::FxHashSet;

use crate::site::Site;

/// See the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WindowExtent {
    /// The vertices, as runs of numbers, ascending and apart.
    runs: Vec<Range<u32>>,
    /// Those outside that have some of them below, ascending.
    above: Vec<VertexId>,
}

impl WindowExtent {
    /// Of some roots. O(what lies below) on a tree, else O(graph).
    pub(crate) fn of(site: &Site, roots: &[VertexId]) -> Self {
        let mut runs: Vec<Range<u32>> = Vec::new();
        match site.tree.is_tree() {
            true => roots.iter().for_each(|&root| add_below(&mut runs, site, root)),
            false => {
                let all = site.graph.with_descendants(roots, site.tree.subsystem());
                runs.extend(all.into_iter().map(|VertexId(v)| v..v + 1));
            }
        }
        join(&mut runs);
        let mut extent = Self { runs, above: Vec::new() };
        extent.above = match site.tree.is_tree() {
            true => extent.ancestors(site, roots),
            false => extent.all_above(site),
        };
        extent
    }

    fn ancestors(&self, site: &Site, roots: &[VertexId]) -> Vec<VertexId> {
        let mut above: FxHashSet<VertexId> = FxHashSet::default();
        for &root in roots.iter().filter(|&&root| site.tree.position(root).is_some()) {
            for vertex in site.tree.ancestors(root) {
                if !above.insert(vertex) {
                    break;
                }
            }
        }
        let mut above: Vec<VertexId> = above.into_iter().filter(|&v| !self.contains(v)).collect();
        above.sort_unstable();
        above
    }

    /// What is above by any edge of the tree's subsystem.
    fn all_above(&self, site: &Site) -> Vec<VertexId> {
        let mut above: FxHashSet<VertexId> = FxHashSet::default();
        let leads_there = |vertex: VertexId, above: &FxHashSet<VertexId>| {
            let edges = site.tree.child_edges(&site.graph, vertex);
            let mut targets = edges.iter().map(|edge| site.graph.edges()[edge.index()].target);
            targets.any(|target| self.contains(target) || above.contains(&target))
        };
        // a shared child may come before a parent in the order, its own parents after it
        loop {
            let before = above.len();
            for &vertex in site.tree.order().iter().rev() {
                if !self.contains(vertex) && !above.contains(&vertex) && leads_there(vertex, &above)
                {
                    above.insert(vertex);
                }
            }
            if above.len() == before {
                break;
            }
        }
        let mut above: Vec<VertexId> = above.into_iter().collect();
        above.sort_unstable();
        above
    }

    /// The vertices, as runs of numbers.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.runs.iter().map(|run| run.start as usize..run.end as usize)
    }

    /// Those outside that have some of them below, ascending.
    pub(crate) fn above(&self) -> &[VertexId] {
        &self.above
    }

    /// How many vertices they are.
    pub(crate) fn count(&self) -> u64 {
        self.runs.iter().map(|run| u64::from(run.end - run.start)).sum()
    }

    pub(crate) fn contains(&self, VertexId(vertex): VertexId) -> bool {
        let next = self.runs.get(self.runs.partition_point(|run| run.end <= vertex));
        next.is_some_and(|run| run.start <= vertex)
    }

    /// Whether some of the vertices lie below one that is none of them.
    pub(crate) fn is_below(&self, vertex: VertexId) -> bool {
        self.above.binary_search(&vertex).is_ok()
    }

    /// The first vertex that two extents share.
    pub(crate) fn first_common(&self, other: &Self) -> Option<VertexId> {
        let (mut one, mut two) = (self.runs.iter().peekable(), other.runs.iter().peekable());
        while let (Some(a), Some(b)) = (one.peek(), two.peek()) {
            let first = a.start.max(b.start);
            if first < a.end.min(b.end) {
                return Some(VertexId(first));
            }
            if a.end <= b.end {
                one.next()
            } else {
                two.next()
            };
        }
        None
    }
}

/// Adds a vertex with all that lies below it.
fn add_below(runs: &mut Vec<Range<u32>>, site: &Site, root: VertexId) {
    let VertexId(number) = root;
    match site.tree.position(root) {
        None => runs.push(number..number + 1),
        Some(position) if site.tree.is_in_preorder() => {
            runs.push(position..site.tree.end(position));
        }
        Some(_) => runs.extend(site.tree.subtree(root).iter().map(|&VertexId(v)| v..v + 1)),
    }
}

/// Sorts runs, and makes one of those that touch.
fn join(runs: &mut Vec<Range<u32>>) {
    runs.sort_unstable_by_key(|run| (run.start, run.end));
    runs.dedup_by(|next, last| {
        let joined = next.start <= last.end;
        if joined {
            last.end = last.end.max(next.end);
        }
        joined
    });
}
