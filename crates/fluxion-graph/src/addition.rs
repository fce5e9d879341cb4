//! What a graph gains, as plain data: it can be recorded, and applied to an equal graph elsewhere. Knows neither texts
//! nor what is booked.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::graph::{Edge, Graph, GraphError, USUAL_RELATION};
use crate::ids::{EdgeId, PathId, SubsystemId, Symbol, VertexId};
use crate::rollback::Watermark;
use crate::vertex::{Status, VertexSpec};

/// Vertices and edges that come after those of a graph. Their numbers follow those of the graph, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addition {
    /// How many vertices the graph has before.
    pub after: u32,
    /// Names of subsystems that the graph did not know.
    pub subsystems: Vec<String>,
    /// The new vertices.
    pub vertices: Vec<AddedVertex>,
    /// The new edges.
    pub edges: Vec<AddedEdge>,
}

impl Addition {
    /// Whether nothing is added.
    pub fn is_empty(&self) -> bool {
        self.subsystems.is_empty() && self.vertices.is_empty() && self.edges.is_empty()
    }
}

/// A vertex to be added. What it has in common with others is shared with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedVertex {
    /// Resource type.
    pub ty: Arc<str>,
    /// Stem of the name.
    pub basename: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Label of the unit, empty if there is none.
    pub unit: Arc<str>,
    /// Logical id.
    pub id: i64,
    /// Identity in emitted JGF.
    pub uniq_id: i64,
    /// Execution target or −1.
    pub rank: i32,
    /// Number of units.
    pub size: u32,
    /// Up or down.
    pub status: Status,
    /// The path in each subsystem, and whether the vertex is the root there.
    pub paths: Vec<AddedPath>,
    /// Properties by key.
    pub properties: Vec<(String, String)>,
}

/// Where a new vertex stands in a subsystem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedPath {
    /// The subsystem.
    pub subsystem: SubsystemId,
    /// The path.
    pub path: String,
    /// Whether the vertex is the root of the subsystem.
    pub is_root: bool,
}

/// An edge to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedEdge {
    /// Where it starts.
    pub source: VertexId,
    /// Where it ends.
    pub target: VertexId,
    /// The subsystem that it belongs to.
    pub subsystem: SubsystemId,
    /// Its relation, `contains` as a rule.
    pub relation: Arc<str>,
}

impl Graph {
    /// What this graph has beyond a mark, from which on vertices and edges were added alone. O(what was added).
    pub fn since(&self, mark: &Watermark) -> Addition {
        let vertices = mark.vertices as u32..self.vertices.len() as u32;
        let edges = mark.edges as u32..self.edges.len() as u32;
        let subsystems = self.subsystems.iter().skip(mark.subsystems);
        let mut texts = Texts::of(self);
        Addition {
            after: vertices.start,
            subsystems: subsystems.map(|&name| self.text(name).to_owned()).collect(),
            vertices: vertices.map(|at| self.added_vertex(VertexId(at), &mut texts)).collect(),
            edges: edges.map(|at| self.added_edge(EdgeId(at), &mut texts)).collect(),
        }
    }

    fn added_vertex(&self, vertex: VertexId, texts: &mut Texts<'_>) -> AddedVertex {
        let pool = self.vertex(vertex);
        let (basename, unit) = self.stems[pool.stem.index()];
        let mut paths = Vec::with_capacity(1);
        for (subsystem, path) in self.paths_of(vertex) {
            let is_root = self.root(subsystem) == Some(vertex);
            paths.push(AddedPath { subsystem, path: texts.path(path), is_root });
        }
        let property = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        AddedVertex {
            ty: texts.shared(self.types[pool.ty.index()]),
            basename: texts.shared(basename),
            name: texts.shared(pool.name),
            unit: texts.shared(unit),
            id: pool.id,
            uniq_id: pool.uniq_id,
            rank: pool.rank,
            size: pool.size,
            status: pool.status,
            paths,
            properties: self.properties(vertex).map(property).collect(),
        }
    }

    fn added_edge(&self, edge: EdgeId, texts: &mut Texts<'_>) -> AddedEdge {
        let Edge { source, target, subsystem } = self.edges[edge.index()];
        let relation = match self.relations.get(&edge) {
            Some(&relation) => texts.shared(relation),
            None => texts.usual.clone(),
        };
        AddedEdge { source, target, subsystem, relation }
    }

    /// Adds what a graph equal to this one has gained. O(what is added).
    ///
    /// # Errors
    /// [`GraphError`]; the graph may then have gained a part.
    pub fn add(&mut self, addition: &Addition) -> Result<(), GraphError> {
        if addition.after as usize != self.vertices.len() {
            return Err(GraphError::OtherBase);
        }
        for name in &addition.subsystems {
            self.add_subsystem(name)?;
        }
        addition.vertices.iter().try_for_each(|vertex| self.add_one(vertex))?;
        addition.edges.iter().try_for_each(|edge| self.connect(edge))
    }

    fn add_one(&mut self, added: &AddedVertex) -> Result<(), GraphError> {
        let vertex = self.add_vertex(&VertexSpec {
            ty: &added.ty,
            basename: Some(&added.basename),
            name: Some(&added.name),
            unit: &added.unit,
            id: added.id,
            uniq_id: added.uniq_id,
            rank: added.rank,
            size: added.size,
            status: added.status,
        })?;
        for AddedPath { subsystem, path, is_root } in &added.paths {
            if subsystem.index() >= self.subsystems.len() {
                return Err(GraphError::OtherBase);
            }
            self.set_path(vertex, *subsystem, path);
            if *is_root {
                self.set_root(*subsystem, vertex)?;
            }
        }
        for (key, value) in &added.properties {
            self.set_property(vertex, key, value);
        }
        Ok(())
    }

    fn connect(&mut self, added: &AddedEdge) -> Result<(), GraphError> {
        let has_ends = self.has(added.source) && self.has(added.target);
        if !has_ends || added.subsystem.index() >= self.subsystems.len() {
            return Err(GraphError::OtherBase);
        }
        let edge = self.add_edge(added.source, added.target, added.subsystem)?;
        if *added.relation != *USUAL_RELATION {
            self.set_relation(edge, &added.relation);
        }
        Ok(())
    }
}

/// Texts of a graph, to be kept without it.
struct Texts<'g> {
    graph: &'g Graph,
    /// What was asked for so far.
    shared: FxHashMap<Symbol, Arc<str>>,
    /// The relation of edges that have none of their own.
    usual: Arc<str>,
    /// A path with the `/` behind it: siblings come in runs.
    prefix: (Option<PathId>, String),
}

impl<'g> Texts<'g> {
    fn of(graph: &'g Graph) -> Self {
        let shared = FxHashMap::default();
        Self { graph, shared, usual: USUAL_RELATION.into(), prefix: (None, String::new()) }
    }

    /// A text that several may have.
    fn shared(&mut self, symbol: Symbol) -> Arc<str> {
        self.shared.entry(symbol).or_insert_with(|| self.graph.text(symbol).into()).clone()
    }

    fn path(&mut self, path: PathId) -> String {
        let paths = self.graph.paths();
        let above = paths.parent(path);
        let (known, prefix) = &mut self.prefix;
        if *known != above {
            prefix.clear();
            if let Some(above) = above {
                self.graph.write_path(above, prefix);
                prefix.push('/');
            }
            *known = above;
        }
        [prefix, self.graph.text(paths.component(path))].concat()
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher as _;

    use rustc_hash::FxHasher;

    use super::*;
    use crate::ids::CONTAINMENT;

    fn content(graph: &Graph) -> u64 {
        let mut hasher = FxHasher::default();
        graph.hash_content(&mut hasher);
        hasher.finish()
    }

    fn base() -> Graph {
        let mut graph = Graph::new();
        let root = graph.add_vertex(&VertexSpec::new("cluster", 0, 0)).unwrap();
        graph.set_path(root, CONTAINMENT, "/c0");
        graph.set_root(CONTAINMENT, root).unwrap();
        graph
    }

    fn grown() -> Graph {
        let mut graph = base();
        let spec = VertexSpec { unit: "GB", status: Status::Down, ..VertexSpec::new("disk", 3, 9) };
        let disk = graph.add_vertex(&spec).unwrap();
        graph.set_path(disk, CONTAINMENT, "/c0/disk3");
        let power = graph.add_subsystem("power").unwrap();
        graph.set_path(disk, power, "/disk3");
        graph.set_root(power, disk).unwrap();
        graph.set_property(disk, "b", "2");
        graph.set_property(disk, "a", "1");
        let edge = graph.add_edge(VertexId(0), disk, CONTAINMENT).unwrap();
        graph.set_relation(edge, "holds");
        graph
    }

    #[test]
    fn what_was_gained_can_be_gained_elsewhere() {
        let (mut graph, grown) = (base(), grown());
        let addition = grown.since(&graph.watermark());
        assert_eq!((addition.vertices.len(), addition.edges.len()), (1, 1));
        graph.add(&addition).unwrap();
        assert_eq!(content(&graph), content(&grown));
        assert_eq!(graph.add(&addition), Err(GraphError::OtherBase), "twice");
        assert!(grown.since(&grown.watermark()).is_empty());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let addition = || grown().since(&base().watermark());
        let check = |addition: &Addition| base().add(addition);
        let mut edge = addition();
        edge.edges[0].target = VertexId(7);
        let mut path = addition();
        path.vertices[0].paths[1].subsystem = SubsystemId(9);
        assert_eq!(check(&edge), Err(GraphError::OtherBase));
        assert_eq!(check(&path), Err(GraphError::OtherBase));
        assert_eq!(check(&addition()), Ok(()));
    }
}
