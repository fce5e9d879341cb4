//! The vertices that constraints test, by name and by rank: so that a pinned job costs what it names.

use fluxion_graph::{Graph, Symbol, Tree, TypeId, VertexId};

use crate::site::classes::{ClassId, Classes};

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct TestedNodes {
    /// Depth first.
    pub(crate) all: Vec<VertexId>,
    /// Ascending.
    by_name: Vec<(Symbol, VertexId)>,
    /// Ascending.
    by_rank: Vec<(u32, VertexId)>,
}

impl TestedNodes {
    /// O(nodes + children of their parents).
    pub(crate) fn of(graph: &Graph, tree: &Tree, classes: &Classes) -> Self {
        let mut nodes = Self { all: Vec::new(), by_name: Vec::new(), by_rank: Vec::new() };
        nodes.enter(graph, tree, all(graph, tree, classes));
        nodes
    }

    /// Those of some new vertices that are tested. O(nodes).
    pub(super) fn add(&mut self, graph: &Graph, tree: &Tree, new: &[VertexId]) {
        let types = tested_types(graph);
        let is_tested = |v: &VertexId| types.contains(&Some(graph.vertex(*v).ty));
        self.enter(graph, tree, new.iter().copied().filter(is_tested).collect());
    }

    fn enter(&mut self, graph: &Graph, tree: &Tree, new: Vec<VertexId>) {
        let rank = |&v: &VertexId| Some((u32::try_from(graph.vertex(v).rank).ok()?, v));
        self.by_name.extend(new.iter().map(|&v| (graph.vertex(v).name, v)));
        self.by_rank.extend(new.iter().filter_map(rank));
        self.all.extend(new);
        // quick where most are in order
        self.by_name.sort();
        self.by_rank.sort();
        self.all.sort_by_key(|&vertex| tree.position(vertex));
    }

    /// Keeps some alone. O(nodes).
    pub(super) fn retain(&mut self, stays: impl Fn(VertexId) -> bool) {
        self.all.retain(|&vertex| stays(vertex));
        self.by_name.retain(|&(_, vertex)| stays(vertex));
        self.by_rank.retain(|&(_, vertex)| stays(vertex));
    }

    /// Those of some names, which ascend. O(names * log(nodes / names)).
    pub(crate) fn named(&self, names: &[Symbol]) -> Vec<VertexId> {
        let mut rest = self.by_name.as_slice();
        let mut found = Vec::new();
        for &name in names {
            rest = from_key(rest, name);
            found.extend(run(rest, name));
        }
        found
    }

    /// Those of a rank.
    pub(crate) fn ranked(&self, rank: u32) -> impl Iterator<Item = VertexId> + '_ {
        run(from_key(&self.by_rank, rank), rank)
    }

    /// About how many bytes they take.
    pub(super) fn footprint(&self) -> u64 {
        20 * self.all.len() as u64
    }
}

/// What does not come before a key. It is sought in steps that double: a key that follows is often near.
fn from_key<K: Ord>(sorted: &[(K, VertexId)], key: K) -> &[(K, VertexId)] {
    let mut end = 1;
    while sorted.get(end - 1).is_some_and(|(known, _)| *known < key) {
        end *= 2;
    }
    let (near, _) = sorted.split_at(end.min(sorted.len()));
    &sorted[near.partition_point(|(known, _)| *known < key)..]
}

/// Those that stand under a key, where the first of them is.
fn run<K: Ord + Copy>(sorted: &[(K, VertexId)], key: K) -> impl Iterator<Item = VertexId> + '_ {
    sorted.iter().take_while(move |&&(known, _)| known == key).map(|&(_, vertex)| vertex)
}

/// The types whose vertices constraints test.
pub(crate) fn tested_types(graph: &Graph) -> [Option<TypeId>; 2] {
    [graph.type_id("node"), graph.type_id("storage_node")]
}

/// The vertices of tested types, depth first.
fn all(graph: &Graph, tree: &Tree, classes: &Classes) -> Vec<VertexId> {
    let types = tested_types(graph);
    let tested = classes.ids().filter(|&id| types.contains(&Some(classes.get(id).ty)));
    let mut all = Vec::new();
    for class in tested {
        match classes.get(class).parent {
            Some(parent) if is_leaf(classes, class) && tree.is_tree() => {
                let parents = classes.members(tree, parent);
                let children = parents.into_iter().flat_map(|parent| tree.children(parent));
                all.extend(children.filter(|&v| classes.class_of(v) == Some(class)));
            }
            _ => all.extend(classes.members(tree, class)),
        }
    }
    all.sort_unstable_by_key(|&vertex| tree.position(vertex));
    all
}

fn is_leaf(classes: &Classes, class: ClassId) -> bool {
    classes.get(class).child_types.is_empty()
}
