//! Whether a site can give up subtrees, or take in branches, without being made anew; and doing it. It can where the graph
//! is a plain tree, and what is left has the same counted types, the same filters and the same classes of vertices.
//! Layouts, of which there may be several, are not its business ([`super::splicing`]).

use std::sync::Arc;

use fluxion_graph::{Branch, EdgeId, Graph, VertexId, Watermark};

use super::counted_types::{Census, CountedTypes, census_with, census_without};
use super::{MOST_LEVELS, Site};
use crate::site::capacity::Capacity;

/// One of so many numbers of vertices may be out of use before the holes are closed.
const MOST_HOLES: usize = 4;

/// Subtrees that a site can give up.
#[derive(Clone, Debug)]
pub(crate) struct Cut<'a> {
    pub(crate) tops: Vec<VertexId>,
    /// All that goes, ascending.
    pub(crate) gone: &'a [VertexId],
    /// What is left of each type.
    pub(crate) census: Vec<Census>,
    /// The vertices on which the subtrees hang.
    pub(crate) parents: Vec<VertexId>,
    edges: Vec<EdgeId>,
}

/// Branches that a site can take in.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    pub(crate) branches: Vec<Branch>,
    /// The new vertices, parents first.
    pub(crate) new: Vec<VertexId>,
}

impl Growth {
    /// The tops of the branches, each with its parent.
    pub(crate) fn tops(&self) -> Vec<(VertexId, VertexId)> {
        let top = |branch: &Branch| Some((branch.order.first()?.0, branch.parent));
        self.branches.iter().filter_map(top).collect()
    }
}

impl Site {
    /// The subtrees of which `gone`, ascending, consists, if they can go so. O(what goes).
    pub(crate) fn plan_cut<'a>(&self, gone: &'a [VertexId]) -> Option<Cut<'a>> {
        let Self { graph, tree, classes, layout, .. } = self;
        let holes = graph.hole_count() + gone.len();
        let is_whole = gone.iter().all(|&vertex| graph.has(vertex))
            && gone.is_sorted_by(|a, b| a < b)
            && gone.binary_search(&tree.root()).is_err();
        if !is_whole || !tree.is_plain(graph) || holes * MOST_HOLES > graph.vertices().len() {
            return None;
        }
        let stays = |vertex: &VertexId| gone.binary_search(vertex).is_err();
        let hangs_there = |&&top: &&VertexId| tree.parent(top).is_none_or(|above| stays(&above));
        let tops: Vec<VertexId> = gone.iter().filter(hangs_there).copied().collect();
        let below: usize = tops.iter().map(|&top| tree.subtree(top).len()).sum();
        let census = census_without(layout.census(), graph, gone)?;
        let is_like_before = below == gone.len()
            && CountedTypes::of(&census) == layout.counted
            && classes.can_give_up(graph, tree, &tops, gone);
        is_like_before.then(|| Cut {
            parents: tops.iter().filter_map(|&top| tree.parent(top)).collect(),
            edges: gone.iter().filter_map(|&vertex| tree.edge_to(vertex)).collect(),
            tops,
            gone,
            census,
        })
    }

    /// What `graph`, which is that of the site with more behind a mark, has gained, if it can be taken in so.
    /// O(what was gained).
    pub(crate) fn plan_growth(&self, graph: &Graph, mark: &Watermark) -> Option<Growth> {
        let Self { tree, classes, layout, .. } = self;
        let branches = Branch::since(graph, tree, mark.next_vertex(), mark.next_edge())?;
        let order = branches.iter().flat_map(|branch| branch.order.iter());
        let new: Vec<VertexId> = order.map(|&(vertex, _)| vertex).collect();
        let levels = |branch: &Branch| tree.ancestors(branch.parent).count() + 1 + branch.levels();
        let is_like_before = !mark.has_new_names_of_kinds(graph)
            && branches.iter().all(|b| classes.can_take_in(graph, tree, b))
            && branches.iter().all(|branch| levels(branch) <= MOST_LEVELS)
            && CountedTypes::of(&census_with(layout.census(), graph, &new)) == layout.counted;
        is_like_before.then_some(Growth { branches, new })
    }

    /// Gives up what a plan says; the layout has done so already. O(what goes + inner vertices), and a pass over tables of
    /// four bytes a vertex.
    pub(crate) fn give_up(&mut self, cut: &Cut<'_>) {
        let keys = self.keys_of(cut.gone);
        Arc::make_mut(&mut self.tree).cut_off(&cut.tops);
        Arc::make_mut(&mut self.classes).give_up(cut.gone);
        let are_new_texts = Arc::make_mut(&mut self.graph).remove_with_edges(cut.gone, &cut.edges);
        if are_new_texts {
            self.directory = Default::default();
        } else {
            self.directory.give_up(&self.tree, &keys);
        }
        self.capacity = Arc::new(Capacity::of(&self.layout, &self.classes));
    }

    /// Takes in what a plan says, which the graph has already; the layout is told next. O(what comes + inner vertices), and,
    /// unless it comes at the end, a pass over tables of four bytes a vertex.
    pub(crate) fn take_in(&mut self, growth: &Growth) {
        let vertices = self.graph.vertices().len();
        Arc::make_mut(&mut self.tree).put_on(&growth.branches, vertices);
        Arc::make_mut(&mut self.classes).take_in(&self.graph, &self.tree, &growth.new);
        let keys = self.keys_of(&growth.new);
        self.directory.take_in(&self.graph, &self.tree, &growth.new, &keys);
    }

    /// To be called after [`Site::take_in`] when the layout agrees with tree and classes.
    pub(crate) fn raise_capacity(&mut self, growth: &Growth) {
        let parents = growth.branches.iter().map(|branch| branch.parent);
        let above = parents.flat_map(|parent| {
            std::iter::successors(Some(parent), |&above| self.tree.parent(above))
        });
        let changed = growth.new.iter().copied().chain(above);
        Arc::make_mut(&mut self.capacity).raise(&self.layout, &self.classes, changed);
    }

    /// The properties that some vertices have, each with those that have it.
    fn keys_of(&self, vertices: &[VertexId]) -> Vec<(fluxion_graph::Symbol, Vec<VertexId>)> {
        let keys = vertices.iter().flat_map(|&v| {
            let keys = self.graph.keys_of_properties(v);
            keys.map(move |key| (key, v))
        });
        let mut all: Vec<_> = keys.collect();
        all.sort_unstable();
        let chunks = all.chunk_by(|a, b| a.0 == b.0);
        chunks.map(|alike| (alike[0].0, alike.iter().map(|&(_, v)| v).collect())).collect()
    }
}
