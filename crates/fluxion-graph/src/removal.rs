//! Taking vertices out of a graph. Those that stay move up, so that ids keep their order and the tables have no gaps.

use rustc_hash::FxHashSet;

use crate::graph::{Graph, NOWHERE};
use crate::ids::{EdgeId, PathId, SubsystemId, VertexId};
use crate::renumbering::Renumbering;
use crate::tree::is_upward;

impl Graph {
    /// Some vertices with all that lies below them in a subsystem, shared vertices included; in no particular
    /// order. Edges that lead upward are not followed. O(vertices + edges).
    pub fn with_descendants(
        &self,
        vertices: &[VertexId],
        subsystem: SubsystemId,
    ) -> FxHashSet<VertexId> {
        let mut children: Vec<_> = self.edges.iter().filter(|e| e.subsystem == subsystem).collect();
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

    /// Takes vertices out: their edges, paths, properties and roots go, and in time what was known because of them.
    /// Vertices get the numbers that [`Renumbering`] tells, and edges get new ones, too. O(graph).
    pub fn remove_vertices(&mut self, vertices: &FxHashSet<VertexId>) {
        let numbers = Renumbering::without(vertices.iter().copied());
        self.remove_edges(&numbers);
        self.unregister(&numbers);
        self.renumber_vertices(&numbers);
        self.forget_types();
        self.forget_subsystems();
        self.give_back_texts();
    }

    fn renumber_vertices(&mut self, numbers: &Renumbering) {
        let mut old = (0..).map(VertexId);
        self.vertices.retain(|_| old.next().and_then(|vertex| numbers.of(vertex)).is_some());
        let now = |vertex: &mut VertexId| *vertex = numbers.of(*vertex).unwrap_or(NOWHERE);
        self.first_at.iter_mut().filter(|first| **first != NOWHERE).for_each(now);
        self.more_at.values_mut().flatten().for_each(now);
        self.roots.iter_mut().for_each(|root| *root = root.and_then(|root| numbers.of(root)));
        numbers.renumber_keys(&mut self.other_paths);
        numbers.renumber_keys(&mut self.properties);
    }

    /// Takes out the edges of the vertices that go; the others lead to the new numbers.
    fn remove_edges(&mut self, numbers: &Renumbering) {
        let mut kept = 0u32;
        let old_relations = std::mem::take(&mut self.relations);
        let mut number = 0u32;
        let relations = &mut self.relations;
        self.edges.retain_mut(|edge| {
            let old = EdgeId(number);
            number += 1;
            let ends = numbers.of(edge.source).zip(numbers.of(edge.target));
            let Some((source, target)) = ends else { return false };
            (edge.source, edge.target) = (source, target);
            if let Some(&relation) = old_relations.get(&old) {
                relations.insert(EdgeId(kept), relation);
            }
            kept += 1;
            true
        });
    }

    fn unregister(&mut self, numbers: &Renumbering) {
        for (path, there) in &mut self.more_at {
            there.retain(|&v| numbers.of(v).is_some());
            self.first_at[path.index()] = there.first().copied().unwrap_or(NOWHERE);
        }
        self.more_at.retain(|_, there| there.len() > 1);
        for (path, first) in self.first_at.iter_mut().enumerate() {
            let is_shared = || self.more_at.contains_key(&PathId::from_index(path as u32));
            if *first != NOWHERE && numbers.of(*first).is_none() && !is_shared() {
                *first = NOWHERE;
            }
        }
    }
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
        graph.remove_vertices(&graph.with_descendants(&[VertexId(1)], CONTAINMENT));
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
        graph.remove_vertices(&graph.with_descendants(&[VertexId(1), VertexId(2)], CONTAINMENT));
        assert!(graph.vertices_at("/c/n").is_empty());
        assert!(graph.edges().is_empty());
        assert_eq!(graph.root(CONTAINMENT), Some(VertexId(0)));
        graph.remove_vertices(&graph.with_descendants(&[VertexId(0)], CONTAINMENT));
        assert_eq!(graph.root(CONTAINMENT), None);
    }
}
