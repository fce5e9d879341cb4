//! Taking back what was added to a graph since a mark, so that a text can be read onto a graph in service, looked at, and
//! taken back, without a copy of the graph.

use crate::graph::Graph;
use crate::ids::{EdgeId, StemId, TypeId, VertexId};

/// How much a graph had at a moment. Between a mark and what is done with it nothing may happen to the graph but that it
/// gains vertices and edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watermark {
    pub(crate) vertices: usize,
    pub(crate) edges: usize,
    pub(crate) subsystems: usize,
    pub(crate) names: usize,
    pub(crate) paths: usize,
    listed: usize,
    pub(crate) types: usize,
    pub(crate) stems: usize,
    recent_type: TypeId,
    recent_stem: StemId,
    values: u64,
    lean: usize,
    pub(crate) former_paths: u32,
}

impl Watermark {
    /// The number that the next vertex got.
    pub fn next_vertex(&self) -> VertexId {
        VertexId(self.vertices as u32)
    }

    /// The number that the next edge got.
    pub fn next_edge(&self) -> EdgeId {
        EdgeId(self.edges as u32)
    }

    /// Whether a graph has types or subsystems since then that it did not know.
    pub fn has_new_names_of_kinds(&self, graph: &Graph) -> bool {
        graph.types.len() > self.types || graph.subsystems.len() > self.subsystems
    }
}

impl Graph {
    /// How much there is now.
    pub fn watermark(&self) -> Watermark {
        Watermark {
            vertices: self.vertices.len(),
            edges: self.edges.len(),
            subsystems: self.subsystems.len(),
            names: self.names.len(),
            paths: self.paths.len(),
            listed: self.first_at.len(),
            types: self.types.len(),
            stems: self.stems.len(),
            recent_type: self.recent_type,
            recent_stem: self.recent_stem,
            values: self.payments.values,
            lean: self.lean,
            former_paths: self.former_paths,
        }
    }

    /// Takes back all that was added since a mark. O(what was added).
    pub fn roll_back(&mut self, mark: &Watermark) {
        self.unlist_since(mark);
        self.first_at.truncate(mark.listed);
        let new = |vertex: &VertexId| vertex.index() >= mark.vertices;
        for number in mark.vertices..self.vertices.len() {
            self.other_paths.remove(&VertexId(number as u32));
            self.properties.remove(&VertexId(number as u32));
        }
        for number in mark.edges..self.edges.len() {
            self.relations.remove(&EdgeId(number as u32));
        }
        self.vertices.truncate(mark.vertices);
        self.edges.truncate(mark.edges);
        self.subsystems.truncate(mark.subsystems);
        self.roots.truncate(mark.subsystems);
        self.roots
            .iter_mut()
            .filter(|root| root.as_ref().is_some_and(new))
            .for_each(|root| *root = None);
        for name in self.types.drain(mark.types..) {
            self.type_of.remove(&name);
        }
        for stem in self.stems.drain(mark.stems..) {
            self.stem_of.remove(&stem);
        }
        self.paths.truncate(mark.paths);
        self.names.truncate(mark.names);
        (self.recent_type, self.recent_stem) = (mark.recent_type, mark.recent_stem);
        self.payments.values = mark.values;
        (self.lean, self.former_paths) = (mark.lean, mark.former_paths);
    }

    /// No path leads to a new vertex any more.
    fn unlist_since(&mut self, mark: &Watermark) {
        let is_new = |vertex: VertexId| vertex.index() >= mark.vertices;
        if self.former_paths != mark.former_paths {
            return self.unlist_all(is_new);
        }
        let new = (mark.vertices as u32..self.vertices.len() as u32).map(VertexId);
        let paths = new.flat_map(|vertex| self.paths_of(vertex)).map(|(_, path)| path).collect();
        self.unlist(paths, is_new);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::GraphError;
    use crate::ids::CONTAINMENT;
    use crate::vertex::VertexSpec;

    /// Adds a vertex below another, with something of everything that a vertex can have.
    fn add(graph: &mut Graph, (kind, at, above): (u8, u8, u8)) {
        let (name, number) = (format!("kind{kind}"), i64::from(at));
        let vertex =
            graph.add_vertex(&VertexSpec { unit: &name, ..VertexSpec::new(&name, number, 1) });
        let vertex = vertex.unwrap_or(VertexId(0));
        graph.set_path(vertex, CONTAINMENT, &format!("/c/{at}"));
        if kind % 4 == 1 {
            graph.set_path(vertex, CONTAINMENT, &format!("/c/{above}"));
        }
        if kind % 3 == 1 {
            let Ok(subsystem) = graph.add_subsystem(&name) else { return };
            graph.set_path(vertex, subsystem, &format!("/{at}"));
            let _ = graph.set_root(subsystem, vertex);
            graph.set_property(vertex, &name, &format!("{at}"));
        }
        let above = VertexId(u32::from(above) % graph.vertices().len() as u32);
        if let Ok(edge) = graph.add_edge(above, vertex, CONTAINMENT) {
            graph.set_relation(edge, &name);
        }
    }

    /// All that can be told apart, indices included.
    fn content(graph: &Graph) -> String {
        let none = Graph::new().watermark();
        let numbers = (graph.names.len(), graph.paths.len(), &graph.types, &graph.stems);
        let listed = (&graph.first_at, graph.shared_paths().count(), &graph.roots);
        format!("{:?} {numbers:?} {listed:?} {:?}", graph.since(&none), graph.watermark())
    }

    proptest! {
        #[test]
        fn what_was_added_can_be_taken_back(
            before in prop::collection::vec((0u8..12, 0u8..6, 0u8..9), 1..12),
            added in prop::collection::vec((0u8..20, 0u8..9, 0u8..20), 0..12),
        ) {
            let mut graph = Graph::new();
            before.iter().for_each(|&step| add(&mut graph, step));
            let (mark, expected) = (graph.watermark(), content(&graph));
            added.iter().for_each(|&step| add(&mut graph, step));
            let grown = content(&graph);
            let taken = graph.take_back(&mark);
            prop_assert_eq!(graph.check(), Ok(()));
            prop_assert_eq!(content(&graph), expected);
            let mut again = graph.clone();
            added.iter().for_each(|&step| add(&mut again, step));
            prop_assert_eq!(content(&again), grown);
            if let Some(taken) = taken {
                let other = if added.is_empty() { Ok(()) } else { Err(GraphError::OtherBase) };
                prop_assert_eq!(again.put_back(taken.clone()), other);
                prop_assert_eq!(graph.put_back(taken), Ok(()));
                prop_assert_eq!(graph.check(), Ok(()));
                prop_assert_eq!(content(&graph), content(&again));
            }
        }
    }
}
