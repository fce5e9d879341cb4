//! Vertices by `MULTIPLY`, and roots (`docs/semantics/readers.md`, Order of generation).

use fluxion_budget::Budget;
use fluxion_graph::{
    EdgeId, Graph, PathId, Status, StemId, SubsystemId, Symbol, TypeId, Vertex, VertexId,
};
use rustc_hash::FxHashMap;

use super::error::GrugErrorKind;
use super::error::RunError;
use super::recipe::{Recipe, RecipeEdge, RecipeVertex};
use crate::read::limits::{MAX_GENERATED, MAX_GENERATED_NAMES, MAX_PATH_DEPTH};

/// How many digits an id can have.
const ID_DIGITS: u64 = 20;

/// A graph in the making.
pub(super) struct InstanceGenerator<'r> {
    pub(super) recipe: &'r Recipe,
    pub(super) graph: Graph,
    /// The instances of each recipe vertex, in order of generation; associated ones once per pair.
    pub(super) instances: Vec<Vec<VertexId>>,
    /// The vertices of each type, in order of generation.
    pub(super) by_type: FxHashMap<TypeId, Vec<VertexId>>,
    /// The edge that each vertex was generated with.
    pub(super) edge_in: Vec<Option<EdgeId>>,
    /// Edges that associations made.
    pub(super) associations: FxHashMap<(VertexId, VertexId), EdgeId>,
    /// Work that associations may still do.
    pub(super) associations_left: u64,
    name_bytes: u64,
    next_rank: i32,
}

/// What all instances of a recipe vertex have in common.
#[derive(Clone, Copy)]
struct Pattern {
    ty: TypeId,
    basename: Symbol,
    stem: StemId,
    size: u32,
    subsystem: SubsystemId,
}

impl<'r> InstanceGenerator<'r> {
    pub(super) fn new(recipe: &'r Recipe, budget: &Budget) -> Self {
        Self {
            recipe,
            graph: Graph::within(budget),
            instances: vec![Vec::new(); recipe.vertices.len()],
            by_type: FxHashMap::default(),
            edge_in: Vec::new(),
            associations: FxHashMap::default(),
            associations_left: MAX_GENERATED,
            name_bytes: 0,
            next_rank: 0,
        }
    }

    pub(super) fn finish(self) -> Graph {
        self.graph
    }

    /// Makes the instance of a root recipe vertex, unless it is there already. A second root of a subsystem is
    /// the first.
    pub(super) fn ensure_root(&mut self, at: usize) -> Result<(), RunError> {
        let root = &self.recipe.vertices[at];
        if root.root == 0 || !self.instances[at].is_empty() {
            return Ok(());
        }
        let vertex = self.make_root(root).map_err(|kind| (kind, root.offset))?;
        self.instances[at].push(vertex);
        Ok(())
    }

    fn make_root(&mut self, root: &RecipeVertex) -> Result<VertexId, GrugErrorKind> {
        let subsystem = self.graph.add_subsystem(&root.subsystem)?;
        if let Some(vertex) = self.graph.root(subsystem) {
            return Ok(vertex);
        }
        self.expect(1, 0, root)?;
        let pattern = self.pattern(root)?;
        let top = self.graph.intern_path("");
        let vertex = self.make(pattern, 0, top)?;
        self.edge_in.push(None);
        self.graph.set_root(subsystem, vertex)?;
        Ok(vertex)
    }

    /// Checks that `count` more vertices can be made below `inner` others, and makes room for them.
    fn expect(
        &mut self,
        count: u64,
        inner: usize,
        like: &RecipeVertex,
    ) -> Result<(), GrugErrorKind> {
        let name = like.basename.len() as u64 + ID_DIGITS;
        self.name_bytes = self.name_bytes.saturating_add(count.saturating_mul(name));
        let vertices = count.saturating_add(self.graph.vertices().len() as u64);
        if vertices > MAX_GENERATED || self.name_bytes > MAX_GENERATED_NAMES {
            return Err(GrugErrorKind::TooLarge);
        }
        self.graph.reserve(count as usize, inner)?;
        Ok(())
    }

    fn pattern(&mut self, of: &RecipeVertex) -> Result<Pattern, GrugErrorKind> {
        if of.size < 0 {
            let value = of.size.to_string();
            return Err(GrugErrorKind::Value { field: "size", value, expected: "0 or more" });
        }
        let basename = self.graph.intern(&of.basename);
        let unit = self.graph.intern(&of.unit);
        Ok(Pattern {
            ty: self.graph.add_type(&of.ty)?,
            basename,
            stem: self.graph.stem(basename, unit),
            // Truncated as in the reference (`docs/semantics/readers.md`, Recipe fields).
            size: of.size as u32,
            subsystem: self.graph.add_subsystem(&of.subsystem)?,
        })
    }

    /// Makes one vertex below a path.
    fn make(&mut self, like: Pattern, id: i64, below: PathId) -> Result<VertexId, GrugErrorKind> {
        let name = match id {
            -1 => like.basename,
            _ => self.graph.numbered_name(like.basename, id),
        };
        let mut rank = -1;
        if self.graph.type_name(like.ty) == "node" {
            rank = self.next_rank;
            self.next_rank += 1;
        }
        let vertex = self.graph.push_vertex(Vertex {
            id,
            uniq_id: self.graph.vertices().len() as i64,
            name,
            stem: like.stem,
            path: None,
            rank,
            size: like.size,
            ty: like.ty,
            status: Status::Up,
        })?;
        let path = self.graph.child_path(below, name);
        self.graph.set_path_id(vertex, like.subsystem, path);
        self.by_type.entry(like.ty).or_default().push(vertex);
        Ok(vertex)
    }

    /// Copies the target of an edge below each instance of its source. `width` is the number of sources after
    /// which ids start anew.
    pub(super) fn multiply(&mut self, edge: &RecipeEdge, width: i64) -> Result<(), GrugErrorKind> {
        let recipe = self.recipe;
        let target = &recipe.vertices[edge.target];
        let sources = std::mem::take(&mut self.instances[edge.source]);
        let count = (sources.len() as u64).saturating_mul(u64::try_from(edge.scale).unwrap_or(0));
        if count > 0 {
            self.expect(count, sources.len(), target)?;
            let pattern = self.pattern(target)?;
            let subsystem = self.graph.add_subsystem(&edge.subsystem)?;
            for (position, &source) in (0..).zip(&sources) {
                let above = self.path_to_extend(source, pattern.subsystem)?;
                for copy in 0..edge.scale {
                    let id = numbered(edge, width, position, copy);
                    let vertex = self.make(pattern, id, above)?;
                    self.edge_in.push(Some(self.graph.add_edge(source, vertex, subsystem)?));
                    self.instances[edge.target].push(vertex);
                }
            }
        }
        self.instances[edge.source] = sources;
        Ok(())
    }

    /// The path of a vertex. A vertex without one gets an empty one, as in the reference
    /// (`docs/semantics/readers.md`, Order of generation).
    pub(super) fn path_to_extend(
        &mut self,
        vertex: VertexId,
        subsystem: SubsystemId,
    ) -> Result<PathId, GrugErrorKind> {
        if let Some(path) = self.graph.path(vertex, subsystem) {
            if self.graph.paths().slashes(path) >= MAX_PATH_DEPTH {
                return Err(GrugErrorKind::TooLarge);
            }
            return Ok(path);
        }
        let empty = self.graph.intern_path("");
        self.graph.set_unlisted_path(vertex, subsystem, empty);
        Ok(empty)
    }
}

/// The id of a copy (`docs/semantics/readers.md`, Ids). All factors are bounded by what was generated, so
/// nothing overflows.
fn numbered(edge: &RecipeEdge, width: i64, position: i64, copy: i64) -> i64 {
    match edge.id_scope {
        ..0 => -1,
        0 => edge.id_start + copy,
        1.. => edge.id_start + edge.id_stride * ((position % width) * edge.scale + copy),
    }
}
