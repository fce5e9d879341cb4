//! Taking vertices out of a graph: each leaves a hole, so that all others keep their numbers; and closing the holes.

use rustc_hash::FxHashSet;

use crate::graph::{Edge, Graph, NOWHERE};
use crate::holes::Holes;
use crate::ids::{EdgeId, PathId, StemId, SubsystemId, Symbol, TypeId, VertexId};
use crate::renumbering::Renumbering;
use crate::tree::is_upward;
use crate::vertex::{Status, Vertex};

impl Graph {
    /// Some vertices with all that lies below them in a subsystem, shared vertices included; in no particular
    /// order. Edges that lead upward are not followed. O(vertices + edges).
    pub fn with_descendants(
        &self,
        vertices: &[VertexId],
        subsystem: SubsystemId,
    ) -> FxHashSet<VertexId> {
        let mut children: Vec<_> = {
            let edges = self.numbered_edges().map(|(_, edge)| edge);
            edges.filter(|e| e.subsystem == subsystem).collect()
        };
        children.sort_by_key(|e| e.source);
        let mut found: FxHashSet<VertexId> = vertices.iter().copied().collect();
        let mut open: Vec<VertexId> = found.iter().copied().collect();
        while let Some(vertex) = open.pop() {
            let from = children.partition_point(|e| e.source < vertex);
            for edge in children[from..].iter().take_while(|e| e.source == vertex) {
                if !is_upward(self, edge) && found.insert(edge.target) {
                    open.push(edge.target);
                }
            }
        }
        found
    }

    /// Takes vertices out, with all edges from and to them: their paths, properties and roots go, and in time what was known
    /// because of them. All others keep their numbers ([`Graph::close_holes`]). O(edges).
    pub fn remove_vertices(&mut self, vertices: &[VertexId]) {
        let gone: FxHashSet<VertexId> = vertices.iter().copied().collect();
        let is_gone = |edge: &Edge| gone.contains(&edge.source) || gone.contains(&edge.target);
        let edges = self.numbered_edges().filter(|(_, edge)| is_gone(edge));
        let edges: Vec<EdgeId> = edges.map(|(id, _)| id).collect();
        self.remove_with_edges(vertices, &edges);
    }

    /// [`Graph::remove_vertices`] where the edges from and to them are known. Amortised O(what goes), and O(paths) if some
    /// vertex was ever given another path. Whether texts have other numbers now.
    pub fn remove_with_edges(&mut self, vertices: &[VertexId], edges: &[EdgeId]) -> bool {
        for &edge in edges {
            self.gone_edges.insert(edge.index());
            let Edge { source, target, .. } = &mut self.edges[edge.index()];
            (*source, *target) = (NOWHERE, NOWHERE);
            self.relations.remove(&edge);
        }
        let paths = vertices.iter().flat_map(|&v| self.paths_of(v)).map(|(_, path)| path).collect();
        for &vertex in vertices {
            self.gone.insert(vertex.index());
            self.other_paths.remove(&vertex);
            self.properties.remove(&vertex);
            let Vertex { ty, stem, .. } = self.vertices[vertex.index()];
            self.vertices[vertex.index()] = empty_row(self.empty, ty, stem);
        }
        let gone = std::mem::take(&mut self.gone);
        let is_gone = |vertex: VertexId| gone.contains(vertex.index());
        match self.former_paths {
            0 => self.unlist(paths, is_gone),
            _ => self.unlist_all(is_gone),
        }
        let has_gone = |root: &mut VertexId| gone.contains(root.index());
        for root in &mut self.roots {
            root.take_if(has_gone);
        }
        self.gone = gone;
        self.give_back_texts()
    }

    /// Some vertices are no longer found at some paths.
    pub(crate) fn unlist(&mut self, mut paths: Vec<PathId>, is_gone: impl Fn(VertexId) -> bool) {
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            let Some(first) = self.first_at.get_mut(path.index()) else { continue };
            match self.more_at.get_mut(&path) {
                None if *first != NOWHERE && is_gone(*first) => *first = NOWHERE,
                None => {}
                Some(there) => {
                    there.retain(|&vertex| !is_gone(vertex));
                    *first = there.first().copied().unwrap_or(NOWHERE);
                    if there.len() < 2 {
                        self.more_at.remove(&path);
                    }
                }
            }
        }
    }

    /// [`Graph::unlist`] for all paths.
    pub(crate) fn unlist_all(&mut self, is_gone: impl Fn(VertexId) -> bool) {
        let paths = (0..self.first_at.len() as u32).map(PathId::from_index).collect();
        self.unlist(paths, is_gone);
    }

    /// How many numbers of vertices are out of use.
    pub fn hole_count(&self) -> usize {
        self.gone.len()
    }

    /// The numbers that vertices would have without holes.
    pub fn numbers_without_holes(&self) -> Renumbering {
        Renumbering::without(self.gone.iter().map(|number| VertexId(number as u32)))
    }

    /// Where vertices were taken out, those that stay move up, so that ids keep their order and the tables have no gaps.
    /// Vertices get the numbers that come back, and edges get new ones, too. O(graph).
    pub fn close_holes(&mut self) -> Renumbering {
        let numbers = self.numbers_without_holes();
        self.move_edges_up(&numbers);
        self.renumber_vertices(&numbers);
        (self.gone, self.gone_edges) = (Holes::default(), Holes::default());
        self.forget_types();
        self.forget_subsystems();
        numbers
    }

    fn renumber_vertices(&mut self, numbers: &Renumbering) {
        let mut old = (0..).map(VertexId);
        self.vertices.retain(|_| old.next().and_then(|vertex| numbers.of(vertex)).is_some());
        let now = |vertex: &mut VertexId| *vertex = numbers.of(*vertex).unwrap_or(NOWHERE);
        self.first_at.iter_mut().filter(|first| **first != NOWHERE).for_each(now);
        self.more_at.values_mut().flatten().for_each(now);
        self.roots.iter_mut().flatten().for_each(now);
        numbers.renumber_keys(&mut self.other_paths);
        numbers.renumber_keys(&mut self.properties);
    }

    fn move_edges_up(&mut self, numbers: &Renumbering) {
        let mut kept = 0u32;
        let old_relations = std::mem::take(&mut self.relations);
        let mut number = 0u32;
        let (relations, gone) = (&mut self.relations, &self.gone_edges);
        self.edges.retain_mut(|edge| {
            let old = EdgeId(number);
            number += 1;
            let ends = numbers.of(edge.source).zip(numbers.of(edge.target));
            let Some((source, target)) = ends.filter(|_| !gone.contains(old.index())) else {
                return false;
            };
            (edge.source, edge.target) = (source, target);
            if let Some(&relation) = old_relations.get(&old) {
                relations.insert(EdgeId(kept), relation);
            }
            kept += 1;
            true
        });
    }
}

/// What is left of a vertex.
fn empty_row(name: Symbol, ty: TypeId, stem: StemId) -> Vertex {
    let status = Status::Up;
    Vertex { id: 0, uniq_id: 0, name, stem, path: None, rank: -1, size: 0, ty, status }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CONTAINMENT;
    use crate::vertex::VertexSpec;

    /// A root with two nodes of the same path, a core below each, and an edge upward.
    fn graph() -> Graph {
        let mut graph = Graph::new();
        let paths = ["/c", "/c/n", "/c/n", "/c/n/a", "/c/n/b"];
        for (n, path) in (0..).zip(paths) {
            let vertex = graph.add_vertex(&VertexSpec::new("pool", n, n)).unwrap();
            graph.set_path(vertex, CONTAINMENT, path);
        }
        graph.set_root(CONTAINMENT, VertexId(0)).unwrap();
        for (source, target) in [(0, 1), (0, 2), (1, 3), (3, 1), (2, 4)] {
            graph.add_edge(VertexId(source), VertexId(target), CONTAINMENT).unwrap();
        }
        graph.set_relation(EdgeId(4), "holds");
        graph.set_property(VertexId(3), "key", "value");
        graph
    }

    /// Takes vertices out with all that lies below them.
    fn remove(graph: &mut Graph, vertices: &[u32]) {
        let vertices: Vec<VertexId> = vertices.iter().copied().map(VertexId).collect();
        let all: Vec<VertexId> =
            graph.with_descendants(&vertices, CONTAINMENT).into_iter().collect();
        graph.remove_vertices(&all);
    }

    #[test]
    fn what_lies_below_goes_along() {
        let graph = graph();
        let below = |v| {
            let mut found: Vec<u32> =
                graph.with_descendants(&[VertexId(v)], CONTAINMENT).iter().map(|v| v.0).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(below(0), [0, 1, 2, 3, 4]);
        assert_eq!(below(1), [1, 3]);
        assert_eq!(below(3), [3], "edges upward are not followed");
    }

    #[test]
    fn nothing_leads_to_a_removed_vertex() {
        let mut graph = graph();
        remove(&mut graph, &[1]);
        assert_eq!(graph.vertices_at("/c/n"), [VertexId(2)]);
        assert_eq!(graph.vertex_ids().map(|v| v.0).collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(graph.numbered_edges().map(|(e, _)| e.0).collect::<Vec<_>>(), [1, 4]);
        assert_eq!((graph.vertex_count(), graph.edge_count(), graph.hole_count()), (3, 2, 2));
        assert!(!graph.has(VertexId(3)) && !graph.has_edge(EdgeId(3)));
        assert_eq!(graph.check(), Ok(()));
        graph.close_holes();
        assert_eq!(graph.vertices_at("/c/n"), [VertexId(1)]);
        assert!(graph.vertices_at("/c/n/a").is_empty());
        assert_eq!(graph.edges().len(), 2);
        assert_eq!([0, 1].map(|n| graph.relation(EdgeId(n)).to_owned()), ["contains", "holds"]);
        assert_eq!(graph.vertex_ids().map(|v| v.0).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(graph.distinct_counts(), (1, 3, 3));
        assert_eq!(graph.vertex_ids().map(|v| graph.properties(v).count()).sum::<usize>(), 0);
        assert_eq!(
            graph.vertex(VertexId(2)).path.map(|p| graph.path_text(p)),
            Some("/c/n/b".into())
        );
        assert_eq!(graph.check(), Ok(()));
    }

    #[test]
    fn all_vertices_of_a_path_can_go() {
        let mut graph = graph();
        remove(&mut graph, &[1, 2]);
        assert!(graph.vertices_at("/c/n").is_empty());
        assert_eq!(graph.edge_count(), 0);
        assert_eq!(graph.root(CONTAINMENT), Some(VertexId(0)));
        remove(&mut graph, &[0]);
        assert_eq!(graph.root(CONTAINMENT), None);
    }
}
