//! Whether the indices of a graph, and a tree made of it, agree with its vertices and edges. Looks everything
//! up anew; changes nothing.

use crate::graph::{Edge, Graph, NOWHERE};
use crate::ids::{CONTAINMENT, EdgeId, PathId, Symbol, TypeId, VertexId};
use crate::inconsistency::Inconsistency;
use crate::tree::{Tree, is_upward};

type Checked = Result<(), Inconsistency>;

fn same<T: PartialEq + std::fmt::Debug>(
    vertex: impl Into<Option<VertexId>>,
    figure: &str,
    expected: T,
    found: T,
) -> Checked {
    Inconsistency::unless_same(vertex, figure, expected, found)
}

impl Graph {
    /// Proves that names, types, paths, edges, roots and properties agree with the vertices. O(graph).
    ///
    /// # Errors
    /// The first [`Inconsistency`].
    pub fn check(&self) -> Result<(), Inconsistency> {
        self.check_names()?;
        self.check_paths()?;
        self.vertex_ids().try_for_each(|vertex| self.check_vertex(vertex))?;
        for (_, edge) in self.numbered_edges() {
            for end in [edge.source, edge.target] {
                same(end, "an end of an edge", true, self.has(end))?;
            }
        }
        for root in self.roots() {
            same(root, "a root", true, self.has(root))?;
        }
        let last = self.relations.keys().map(|edge| edge.index() + 1).max().unwrap_or(0);
        same(None, "relations beyond the edges", true, last <= self.edges.len())
    }

    fn check_names(&self) -> Checked {
        for symbol in (0..self.names.len() as u32).map(Symbol) {
            let found = self.names.get(self.names.resolve(symbol));
            same(None, "the index of names", Some(symbol), found)?;
        }
        for (number, &name) in self.types.iter().enumerate() {
            let found = self.type_of.get(&name).copied();
            same(None, "the index of types", Some(TypeId(number as u16)), found)?;
        }
        same(None, "the number of types", self.types.len(), self.type_of.len())
    }

    fn check_paths(&self) -> Checked {
        for path in (0..self.paths.len() as u32).map(PathId::from_index) {
            let found = self.paths.get(&self.names, &self.path_text(path));
            same(None, "the index of paths", Some(path), found)?;
            for &vertex in self.vertices_at_id(path) {
                same(vertex, "registered at a path", true, self.has(vertex))?;
            }
        }
        for (&path, there) in &self.more_at {
            let first = self.first_at.get(path.index()).copied().filter(|&first| first != NOWHERE);
            same(first, "the first at a path", there.first().copied(), first)?;
            same(first, "a path of several", true, there.len() > 1)?;
        }
        same(None, "paths beyond the table", true, self.first_at.len() <= self.paths.len())
    }

    fn check_vertex(&self, vertex: VertexId) -> Checked {
        let pool = self.vertex(vertex);
        same(vertex, "the type", true, pool.ty.index() < self.types.len())?;
        if let Some(properties) = self.properties.get(&vertex) {
            let ascend = properties.is_sorted_by(|a, b| self.text(a.0) < self.text(b.0));
            same(vertex, "that keys of properties ascend", true, ascend)?;
        }
        let own = self.paths_of(vertex).filter(|&(subsystem, _)| subsystem != CONTAINMENT);
        let mut subsystems = own.map(|(subsystem, _)| subsystem);
        let ascend = subsystems.by_ref().is_sorted_by(|a, b| a < b);
        same(vertex, "that subsystems of paths ascend", true, ascend)
    }
}

impl Tree {
    /// Proves that the depth-first numbering, ranges, parents and extra edges follow from a graph. O(graph).
    ///
    /// # Errors
    /// The first [`Inconsistency`].
    pub fn check(&self, graph: &Graph) -> Result<(), Inconsistency> {
        same(None, "the root", graph.root(self.subsystem()), Some(self.root()))?;
        same(None, "the vertices of the tree", graph.vertices().len(), self.known_vertices())?;
        same(self.root(), "the position", Some(0), self.position(self.root()))?;
        for (position, &vertex) in (0u32..).zip(self.order()) {
            same(vertex, "the position", Some(position), self.position(vertex))?;
            self.check_range(graph, vertex, position)?;
            self.check_children(graph, vertex)?;
        }
        let reached = graph.vertex_ids().filter(|&v| self.position(v).is_some()).count();
        same(None, "the number of reachable vertices", reached, self.len())?;
        self.check_edges(graph)
    }

    fn check_range(&self, graph: &Graph, vertex: VertexId, position: u32) -> Checked {
        let end = self.end(position);
        same(vertex, "that the range is not empty", true, end > position)?;
        let Some(edge) = self.edge_to(vertex) else {
            return same(vertex, "what has no edge to it", self.root(), vertex);
        };
        let ends = graph.edges().get(edge.index()).copied();
        let above = ends.filter(|e| e.target == vertex && e.subsystem == self.subsystem());
        let above = above.and_then(|e| self.position(e.source));
        let nested = above.is_some_and(|p| p < position && end <= self.end(p));
        same(vertex, "that the range lies in that of the vertex above", true, nested)
    }

    /// Ranges of children follow each other, in the order of their edges.
    fn check_children(&self, graph: &Graph, vertex: VertexId) -> Checked {
        let edges: Vec<Option<EdgeId>> = self.children(vertex).map(|c| self.edge_to(c)).collect();
        same(vertex, "that the edges to children ascend", true, edges.is_sorted())?;
        let source = |e: EdgeId| graph.edges().get(e.index()).map(|e| e.source);
        let own = edges.iter().flatten().all(|&e| source(e) == Some(vertex));
        same(vertex, "that children hang below it", true, own)?;
        let below: usize = self.children(vertex).map(|c| self.subtree(c).len()).sum();
        same(vertex, "the size of the subtree", below + 1, self.subtree(vertex).len())
    }

    fn check_edges(&self, graph: &Graph) -> Checked {
        let mut first: Vec<Option<VertexId>> = vec![None; graph.vertices().len()];
        let mut inner = vec![false; graph.vertices().len()];
        let mut extra = 0;
        let is_here =
            |e: &Edge| e.subsystem == self.subsystem() && self.position(e.source).is_some();
        for (edge, ends) in graph.numbered_edges().filter(|(_, e)| is_here(e)) {
            inner[ends.source.index()] = true;
            if is_upward(graph, ends) {
                continue;
            }
            same(ends.target, "that it is reachable", true, self.position(ends.target).is_some())?;
            first[ends.target.index()].get_or_insert(ends.source);
            if self.edge_to(ends.target) != Some(edge) {
                extra += 1;
                let listed = self.child_edges(graph, ends.source).contains(&edge);
                same(ends.source, "that the edge to a shared child is listed", true, listed)?;
            }
        }
        same(None, "that no vertex has two parents", extra == 0, self.is_tree())?;
        for &vertex in self.order() {
            same(vertex, "having out-edges", inner[vertex.index()], self.is_inner(vertex))?;
            let parent = first[vertex.index()].filter(|_| vertex != self.root());
            same(vertex, "the parent", parent, self.parent(vertex))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vertex::VertexSpec;

    /// A root with two children; the second has a child that the first shares.
    fn graph() -> Graph {
        let mut graph = Graph::new();
        for (n, path) in (0..).zip(["/c", "/c/a", "/c/b", "/c/b/x"]) {
            let vertex = graph.add_vertex(&VertexSpec::new("pool", n, n)).unwrap();
            graph.set_path(vertex, CONTAINMENT, path);
        }
        graph.set_root(CONTAINMENT, VertexId(0)).unwrap();
        for (source, target) in [(0, 1), (0, 2), (2, 3), (1, 3)] {
            graph.add_edge(VertexId(source), VertexId(target), CONTAINMENT).unwrap();
        }
        graph
    }

    /// The figure that is wrong after a change to a sound graph; the tree is not made anew.
    #[track_caller]
    fn check<T>(change: impl FnOnce(&mut Graph) -> T, expected: &str) {
        let mut graph = graph();
        let tree = Tree::of(&graph, CONTAINMENT).unwrap();
        assert_eq!(graph.check().and_then(|()| tree.check(&graph)), Ok(()));
        change(&mut graph);
        let found = graph.check().and_then(|()| tree.check(&graph));
        assert_eq!(found.map_err(|i| i.figure), Err(expected.to_owned()));
    }

    #[test]
    fn what_disagrees_is_found() {
        let swapped = vec![VertexId(2), VertexId(1)];
        check(|g| g.more_at.insert(PathId::from_index(2), swapped), "the first at a path");
        check(|g| g.edges[3].target = VertexId(9), "an end of an edge");
        check(|g| g.first_at[1] = VertexId(9), "registered at a path");
        check(|g| g.edges.pop(), "that children hang below it");
        check(|g| g.edges.swap(0, 1), "that the range lies in that of the vertex above");
        check(|g| g.roots[0] = Some(VertexId(1)), "the root");
        check(|g| g.relations.insert(EdgeId(7), Symbol(0)), "relations beyond the edges");
        check(|g| g.add_vertex(&VertexSpec::new("pool", 4, 4)), "the vertices of the tree");
    }

    #[test]
    fn a_removal_leaves_a_sound_graph() {
        let mut graph = graph();
        graph.remove_vertices(&[VertexId(1)]);
        let tree = Tree::of(&graph, CONTAINMENT).unwrap();
        assert_eq!(graph.check().and_then(|()| tree.check(&graph)), Ok(()));
    }
}
