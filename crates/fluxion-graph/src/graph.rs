//! The graph: tables of vertices and edges, names, paths, roots, properties.

use fluxion_budget::{Exhausted, Stopped};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::holes::Holes;
use crate::ids::{CONTAINMENT, EdgeId, PathId, StemId, SubsystemId, Symbol, TypeId, VertexId};
use crate::interner::Interner;
use crate::paths::PathTable;
use crate::payments::Payments;
use crate::vertex::Vertex;

/// The types that the engine knows before any graph is loaded, in the order of its numbering.
pub(crate) const BUILT_IN_TYPES: [&str; 10] =
    ["cluster", "core", "socket", "gpu", "node", "rack", "slot", "xor_slot", "ssd", "storage_node"];

/// The relation of an edge that was loaded with none.
pub(crate) const USUAL_RELATION: &str = "contains";

/// No vertex.
pub(crate) const NOWHERE: VertexId = VertexId(u32::MAX);

/// A directed edge of one subsystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where the edge starts.
    pub source: VertexId,
    /// Where the edge ends.
    pub target: VertexId,
    /// The subsystem that the edge belongs to.
    pub subsystem: SubsystemId,
}

/// Why a graph could not be extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// More than 65,535 types.
    #[error("too many resource types: at most {} are supported", u16::MAX)]
    TooManyTypes,
    /// More than 255 subsystems.
    #[error("too many subsystems: at most {} are supported", u8::MAX)]
    TooManySubsystems,
    /// More than 2^32 − 2 vertices or edges.
    #[error("the graph is too large: at most {} vertices and edges are supported", u32::MAX - 1)]
    TooLarge,
    /// A subsystem has its root already.
    #[error("the subsystem has a root already")]
    DuplicateRoot,
    /// A text is longer than any that a graph takes.
    #[error("{what} has {bytes} bytes: at most {most} are supported")]
    LongText {
        /// What it is.
        what: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// What is to be added was made for another graph.
    #[error("the addition was made for another graph")]
    OtherBase,
    /// Whoever wanted the graph has left, or waited for too long.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// There is no memory for it.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

/// A resource graph. See the crate documentation for an example.
#[derive(Clone, Debug)]
pub struct Graph {
    pub(crate) names: Interner,
    pub(crate) paths: PathTable,
    pub(crate) vertices: Vec<Vertex>,
    /// Numbers of vertices that were taken out.
    pub(crate) gone: Holes,
    pub(crate) edges: Vec<Edge>,
    /// Numbers of edges that were taken out.
    pub(crate) gone_edges: Holes,
    pub(crate) relations: FxHashMap<EdgeId, Symbol>,
    pub(crate) types: Vec<Symbol>,
    pub(crate) type_of: FxHashMap<Symbol, TypeId>,
    pub(crate) subsystems: Vec<Symbol>,
    pub(crate) roots: Vec<Option<VertexId>>,
    /// Stems of names with labels of units, `""` if there is none.
    pub(crate) stems: Vec<(Symbol, Symbol)>,
    pub(crate) stem_of: FxHashMap<(Symbol, Symbol), StemId>,
    /// The first vertex registered under each path, or [`NOWHERE`]; the rest are in `more_at`.
    pub(crate) first_at: Vec<VertexId>,
    pub(crate) more_at: FxHashMap<PathId, Vec<VertexId>>,
    /// How often a vertex that had a path in a subsystem got one again, and stayed registered at the one before.
    pub(crate) former_paths: u32,
    /// Paths in subsystems other than `containment`.
    pub(crate) other_paths: FxHashMap<VertexId, Vec<(SubsystemId, PathId)>>,
    pub(crate) properties: FxHashMap<VertexId, Vec<(Symbol, Symbol)>>,
    pub(crate) empty: Symbol,
    /// What was asked for last: vertices come in runs of a kind.
    pub(crate) recent_type: TypeId,
    pub(crate) recent_stem: StemId,
    /// What texts took when nothing was left over, or 0 if nobody looked yet.
    pub(crate) lean: usize,
    /// Where names are put together.
    pub(crate) scratch: String,
    /// What making the graph may cost.
    pub(crate) payments: Payments,
}

impl Default for Graph {
    fn default() -> Self {
        Self::new()
    }
}

impl Graph {
    /// An empty graph that knows the built-in types and the subsystem `containment`.
    pub fn new() -> Self {
        let mut names = Interner::default();
        let empty = names.intern("");
        let types: Vec<Symbol> = BUILT_IN_TYPES.iter().map(|ty| names.intern(ty)).collect();
        let type_of = types.iter().enumerate().map(|(n, &ty)| (ty, TypeId(n as u16))).collect();
        let containment = names.intern("containment");
        Self {
            names,
            paths: PathTable::default(),
            vertices: Vec::new(),
            gone: Holes::default(),
            edges: Vec::new(),
            gone_edges: Holes::default(),
            relations: FxHashMap::default(),
            types,
            type_of,
            subsystems: vec![containment],
            roots: vec![None],
            stems: Vec::new(),
            stem_of: FxHashMap::default(),
            first_at: Vec::new(),
            more_at: FxHashMap::default(),
            former_paths: 0,
            other_paths: FxHashMap::default(),
            properties: FxHashMap::default(),
            empty,
            recent_type: TypeId(0),
            recent_stem: StemId(0),
            lean: 0,
            scratch: String::new(),
            payments: Payments::default(),
        }
    }

    /// The vertex of an id of this graph.
    #[inline]
    pub fn vertex(&self, id: VertexId) -> &Vertex {
        &self.vertices[id.index()]
    }

    /// The table that ids index, in order of creation. Where a vertex was taken out ([`Graph::has`]), a row without a
    /// name, a path or a unit is left.
    #[inline]
    pub fn vertices(&self) -> &[Vertex] {
        &self.vertices
    }

    /// Whether there is a vertex of this id.
    #[inline]
    pub fn has(&self, vertex: VertexId) -> bool {
        vertex.index() < self.vertices.len() && !self.gone.contains(vertex.index())
    }

    /// The ids of all vertices, in order of creation.
    pub fn vertex_ids(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.gone.others(self.vertices.len()).map(|number| VertexId(number as u32))
    }

    /// How many vertices there are.
    pub fn vertex_count(&self) -> usize {
        self.vertices.len() - self.gone.len()
    }

    /// The table that ids of edges index, in order of creation. Where an edge was taken out, one is left that leads from
    /// nowhere to nowhere.
    #[inline]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Whether there is an edge of this id.
    pub fn has_edge(&self, edge: EdgeId) -> bool {
        edge.index() < self.edges.len() && !self.gone_edges.contains(edge.index())
    }

    /// All edges with their ids, in order of creation.
    pub fn numbered_edges(&self) -> impl Iterator<Item = (EdgeId, &Edge)> + '_ {
        let numbers = self.gone_edges.others(self.edges.len());
        numbers.map(|number| (EdgeId(number as u32), &self.edges[number]))
    }

    /// How many edges there are.
    pub fn edge_count(&self) -> usize {
        self.edges.len() - self.gone_edges.len()
    }

    /// The first edge, `from` or a later one, that has the same source as an earlier edge and a target with
    /// the same `uniq_id` (`docs/semantics/readers.md`, Loading JGF). O(edges) where the targets of each
    /// source ascend.
    pub fn find_colliding_edge(&self, from: EdgeId) -> Option<Edge> {
        self.colliding_edges(from).next().map(|(_, edge)| edge)
    }

    /// All edges of that kind.
    pub fn colliding_edges(&self, from: EdgeId) -> impl Iterator<Item = (EdgeId, Edge)> + '_ {
        let mut last: FxHashMap<VertexId, i64> = FxHashMap::default();
        let mut suspects: FxHashSet<VertexId> = FxHashSet::default();
        for (_, edge) in self.numbered_edges() {
            let uniq_id = self.vertices[edge.target.index()].uniq_id;
            let highest = last.entry(edge.source).or_insert(i64::MIN);
            if uniq_id > *highest {
                *highest = uniq_id;
            } else {
                suspects.insert(edge.source);
            }
        }
        let are_some = !suspects.is_empty();
        let edges = self.numbered_edges().take_while(move |_| are_some);
        let suspicious = edges.filter(move |(_, e)| suspects.contains(&e.source));
        let mut seen = FxHashSet::default();
        let mut collides =
            move |e: &Edge| !seen.insert((e.source, self.vertices[e.target.index()].uniq_id));
        let collisions = suspicious.filter(move |(id, e)| collides(e) && *id >= from);
        collisions.map(|(id, edge)| (id, *edge))
    }

    /// The relation that an edge was loaded with, `contains` if none.
    pub fn relation(&self, edge: EdgeId) -> &str {
        self.relations.get(&edge).map_or(USUAL_RELATION, |&r| self.names.resolve(r))
    }

    /// The text of a symbol.
    #[inline]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.names.resolve(symbol)
    }

    /// The symbol of a text, if anything in the graph is spelt so.
    pub fn symbol(&self, text: &str) -> Option<Symbol> {
        self.names.get(text)
    }

    /// The symbol of the empty text.
    pub fn empty_symbol(&self) -> Symbol {
        self.empty
    }

    /// The stem of a vertex's name.
    pub fn basename(&self, vertex: &Vertex) -> &str {
        self.names.resolve(self.stems[vertex.stem.index()].0)
    }

    /// The label of a vertex's unit, empty if there is none.
    pub fn unit(&self, vertex: &Vertex) -> &str {
        self.names.resolve(self.stems[vertex.stem.index()].1)
    }

    /// The name of a type.
    pub fn type_name(&self, ty: TypeId) -> &str {
        self.names.resolve(self.types[ty.index()])
    }

    /// The id of a type, if the engine knows it: built in, in the graph, or added by [`Graph::add_type`].
    pub fn type_id(&self, name: &str) -> Option<TypeId> {
        self.type_of.get(&self.names.get(name)?).copied()
    }

    /// How many types are known.
    pub fn type_count(&self) -> usize {
        self.types.len()
    }

    /// The name of a subsystem.
    pub fn subsystem_name(&self, subsystem: SubsystemId) -> &str {
        self.names.resolve(self.subsystems[subsystem.index()])
    }

    /// The id of a subsystem, if the graph knows it.
    pub fn subsystem_id(&self, name: &str) -> Option<SubsystemId> {
        let symbol = self.names.get(name)?;
        self.subsystems.iter().position(|&s| s == symbol).map(|at| SubsystemId(at as u8))
    }

    /// The root of a subsystem.
    #[inline]
    pub fn root(&self, subsystem: SubsystemId) -> Option<VertexId> {
        self.roots.get(subsystem.index()).copied().flatten()
    }

    /// The roots of all subsystems that have one.
    pub fn roots(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.roots.iter().copied().flatten()
    }

    /// The path of a vertex in a subsystem.
    #[inline]
    pub fn path(&self, vertex: VertexId, subsystem: SubsystemId) -> Option<PathId> {
        if subsystem == CONTAINMENT {
            return self.vertices[vertex.index()].path;
        }
        let others = self.other_paths.get(&vertex)?;
        others.iter().find(|(s, _)| *s == subsystem).map(|&(_, path)| path)
    }

    /// All paths of a vertex: `containment` first, then by first appearance of the subsystem.
    pub fn paths_of(&self, vertex: VertexId) -> impl Iterator<Item = (SubsystemId, PathId)> + '_ {
        let first = self.vertices[vertex.index()].path.map(|path| (CONTAINMENT, path));
        first.into_iter().chain(self.other_paths.get(&vertex).into_iter().flatten().copied())
    }

    /// The table of paths, to turn ids into text.
    pub fn paths(&self) -> &PathTable {
        &self.paths
    }

    /// Appends the text of a path to `out`.
    pub fn write_path(&self, path: PathId, out: &mut String) {
        self.paths.write(&self.names, path, out);
    }

    /// The text of a path.
    pub fn path_text(&self, path: PathId) -> String {
        self.paths.text(&self.names, path)
    }

    /// The vertices registered under a path, in order of registration; empty if there is none.
    pub fn vertices_at(&self, path: &str) -> &[VertexId] {
        self.paths.get(&self.names, path).map_or(&[], |path| self.vertices_at_id(path))
    }

    /// [`Graph::vertices_at`] for an interned path.
    #[inline]
    pub fn vertices_at_id(&self, path: PathId) -> &[VertexId] {
        match self.first_at.get(path.index()) {
            None | Some(&NOWHERE) => &[],
            Some(first) => {
                self.more_at.get(&path).map_or(std::slice::from_ref(first), Vec::as_slice)
            }
        }
    }

    /// The paths under which more than one vertex is registered.
    pub fn shared_paths(&self) -> impl Iterator<Item = (PathId, &[VertexId])> + '_ {
        self.more_at.iter().map(|(&path, vertices)| (path, vertices.as_slice()))
    }

    /// The properties of a vertex, sorted bytewise by key.
    pub fn properties(&self, vertex: VertexId) -> impl Iterator<Item = (&str, &str)> + '_ {
        let entries = self.properties.get(&vertex).map_or(&[][..], Vec::as_slice);
        entries.iter().map(|&(k, v)| (self.text(k), self.text(v)))
    }

    /// The keys of the properties of a vertex, sorted bytewise.
    pub fn keys_of_properties(&self, vertex: VertexId) -> impl Iterator<Item = Symbol> + '_ {
        self.properties.get(&vertex).into_iter().flatten().map(|&(key, _)| key)
    }

    /// Each property of each vertex by its key, in any order. O(properties).
    pub fn property_keys(&self) -> impl Iterator<Item = (VertexId, Symbol)> + '_ {
        self.properties
            .iter()
            .flat_map(|(&vertex, entries)| entries.iter().map(move |&(key, _)| (vertex, key)))
    }

    /// The value of a property, if the vertex has it.
    pub fn property(&self, vertex: VertexId, key: Symbol) -> Option<&str> {
        let entries = self.properties.get(&vertex)?;
        entries.iter().find(|(k, _)| *k == key).map(|&(_, v)| self.text(v))
    }

    /// Figures that `resource-query -e` prints: distinct types, names and paths in use.
    pub fn distinct_counts(&self) -> (usize, usize, usize) {
        let present = || self.vertex_ids().map(|id| self.vertex(id));
        let types: FxHashSet<TypeId> = present().map(|v| v.ty).collect();
        let names: FxHashSet<Symbol> = present().map(|v| v.name).collect();
        let paths = self.first_at.iter().filter(|&&first| first != NOWHERE).count();
        (types.len(), names.len(), paths)
    }
}
