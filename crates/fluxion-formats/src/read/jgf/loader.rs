//! Entries of a document become vertices and edges of the graph (`docs/semantics/readers.md`, Loading JGF).

use std::borrow::Cow;

use fluxion_graph::{
    CONTAINMENT, Edge, EdgeId, Graph, PathId, Status, SubsystemId, Tree, VertexId, VertexSpec,
    check_name, check_path, check_property, is_upward,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::dialect::Dialect;
use super::edge_entry::EdgeEntry;
use super::error::JgfErrorKind;
use super::excerpt::excerpt;
use super::ids::DocumentIds;
use super::vertex_entry::{VertexAttributes, VertexEntry};
use super::warning::JgfWarning;
use crate::read::json::{Field, ValueKind};
use crate::read::limits::MAX_PATH_DEPTH;

type Result<T> = std::result::Result<T, JgfErrorKind>;

/// Vertices of one path that are searched one by one.
const FEW: usize = 8;

/// The status that some writers give to what they know nothing of.
const UNKNOWN: i64 = -1;

/// A load in progress. The graph may have vertices already: entries with the path and rank of one of them
/// name it instead of making a new vertex.
#[derive(Debug)]
pub(super) struct Loader<'g, 'a> {
    graph: &'g mut Graph,
    /// The tree of what was there before, if that is plain: it tells edges without a look at all of them.
    tree: Option<&'g Tree>,
    /// Vertices and edges from these on are new.
    first: VertexId,
    first_edge: EdgeId,
    /// The edges that were there before; none until they matter.
    old_edges: Option<FxHashSet<(VertexId, VertexId)>>,
    ids: DocumentIds<'a>,
    /// Vertices by path and rank, for paths that more than [`FEW`] vertices share.
    crowded: FxHashMap<(PathId, i32), VertexId>,
    /// The paths of the vertex at hand.
    paths: Vec<PathId>,
    /// New vertices whose status is unknown.
    warning: Option<JgfWarning>,
}

impl<'g, 'a> Loader<'g, 'a> {
    pub(super) fn new(graph: &'g mut Graph, tree: Option<&'g Tree>) -> Self {
        let first = VertexId(graph.vertices().len() as u32);
        let first_edge = EdgeId(graph.edges().len() as u32);
        let mut crowded = FxHashMap::default();
        for (path, there) in graph.shared_paths().filter(|(_, there)| there.len() > FEW) {
            for &vertex in there {
                crowded.entry((path, graph.vertex(vertex).rank)).or_insert(vertex);
            }
        }
        Self {
            graph,
            tree,
            first,
            first_edge,
            old_edges: None,
            ids: DocumentIds::default(),
            crowded,
            paths: Vec::new(),
            warning: None,
        }
    }

    /// Adds the vertex that an entry describes, or remembers which one it names.
    pub(super) fn add_vertex(&mut self, entry: &VertexEntry<'a>, dialect: Dialect) -> Result<()> {
        let (id, attributes) = entry.attributes(dialect)?;
        self.intern_paths(id, attributes.paths)?;
        let is_known = self.ids.get(id).is_some();
        if let Some(alias) = self.find_alias(attributes.rank) {
            if is_known {
                return Err(match dialect {
                    Dialect::V1 => JgfErrorKind::DuplicateAlias { vertex: excerpt(id) },
                    Dialect::V2 => JgfErrorKind::DuplicateId { vertex: excerpt(id) },
                });
            }
            self.ids.insert(id.clone(), alias);
            return Ok(());
        }
        let spec = spec(id, &attributes)?;
        if is_known {
            return Err(JgfErrorKind::DuplicateId { vertex: excerpt(id) });
        }
        if attributes.status == UNKNOWN {
            self.warn_of_status(id);
        }
        let vertex = self.graph.add_vertex(&spec)?;
        self.register_paths(id, vertex, &attributes)?;
        self.set_properties(vertex, &attributes)?;
        self.ids.insert(id.clone(), vertex);
        Ok(())
    }

    fn warn_of_status(&mut self, id: &str) {
        match &mut self.warning {
            Some(JgfWarning::UnknownStatus { count, .. }) => *count += 1,
            None => {
                let first = excerpt(id);
                self.warning = Some(JgfWarning::UnknownStatus { count: 1, first });
            }
        }
    }

    fn intern_paths(&mut self, id: &str, paths: &[(Cow<'a, str>, Field<'a>)]) -> Result<()> {
        self.paths.clear();
        for path in paths.iter().filter_map(|(_, path)| path.text()) {
            let may_be_deep = path.len() > MAX_PATH_DEPTH;
            if may_be_deep && path.bytes().filter(|&b| b == b'/').count() > MAX_PATH_DEPTH {
                return Err(JgfErrorKind::too_deep(id));
            }
            check_path(path)?;
            self.paths.push(self.graph.intern_path(path));
        }
        Ok(())
    }

    fn find_alias(&self, rank: i32) -> Option<VertexId> {
        self.paths.iter().find_map(|&path| {
            let there = self.graph.vertices_at_id(path);
            if there.len() > FEW {
                return self.crowded.get(&(path, rank)).copied();
            }
            there.iter().copied().find(|&v| self.graph.vertex(v).rank == rank)
        })
    }

    fn register_paths(
        &mut self,
        id: &str,
        vertex: VertexId,
        attributes: &VertexAttributes<'_, 'a>,
    ) -> Result<()> {
        for n in 0..self.paths.len().min(attributes.paths.len()) {
            let (path, name) = (self.paths[n], &*attributes.paths[n].0);
            let subsystem = self.subsystem(name)?;
            self.graph.set_path_id(vertex, subsystem, path);
            self.note_crowd(path, vertex);
            let is_root = self.graph.paths().ancestors(path).take(2).count() == 1;
            if is_root && self.graph.set_root(subsystem, vertex).is_err() {
                let subsystem = name.to_owned();
                return Err(JgfErrorKind::DuplicateRoot { vertex: excerpt(id), subsystem });
            }
        }
        Ok(())
    }

    /// Called for each vertex that is registered; the graph's own count tells when a path gets crowded.
    fn note_crowd(&mut self, path: PathId, vertex: VertexId) {
        let there = self.graph.vertices_at_id(path);
        if there.len() <= FEW {
            return;
        }
        let new = if there.len() == FEW + 1 { there } else { &[vertex] };
        for &vertex in new {
            self.crowded.entry((path, self.graph.vertex(vertex).rank)).or_insert(vertex);
        }
    }

    fn set_properties(
        &mut self,
        vertex: VertexId,
        attributes: &VertexAttributes<'_, 'a>,
    ) -> Result<()> {
        if attributes.properties.is_empty() {
            return Ok(());
        }
        // In ascending order, each goes to the end of the vertex's list.
        let mut sorted: Vec<_> = attributes.properties.iter().collect();
        self.graph.expect_properties(1, sorted.len())?;
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (key, value) in sorted {
            let value = value.text().unwrap_or_default();
            check_property(key, value)?;
            self.graph.set_property(vertex, key, value);
        }
        Ok(())
    }

    fn subsystem(&mut self, name: &str) -> Result<SubsystemId> {
        if name == "containment" {
            return Ok(CONTAINMENT);
        }
        Ok(self.graph.add_subsystem(name)?)
    }

    /// Adds an edge. In version 2, an edge whose relation says that it leads upward is dropped once checked.
    pub(super) fn add_edge(
        &mut self,
        kind: ValueKind,
        entry: &EdgeEntry<'a>,
        dialect: Dialect,
    ) -> Result<()> {
        if kind != ValueKind::Object {
            return Err(JgfErrorKind::MalformedEdge);
        }
        let (source, target) = entry.ends()?;
        let ends = self.ids.get(source).zip(self.ids.get(target));
        let (from, to) = ends.ok_or_else(|| JgfErrorKind::UnknownEnd {
            edge_source: excerpt(source),
            target: excerpt(target),
        })?;
        let subsystem = entry.subsystem(dialect).ok_or_else(|| JgfErrorKind::EdgeMetadata {
            edge_source: excerpt(source),
            target: excerpt(target),
        })?;
        let relation = entry.relation(dialect).unwrap_or("contains");
        let is_reverse = matches!(relation, "in" | "connected_up" | "flows_up" | "draws_from");
        if is_reverse && dialect == Dialect::V2 {
            return Ok(());
        }
        let subsystem = self.subsystem(subsystem)?;
        if self.is_old(&Edge { source: from, target: to, subsystem }) {
            return Ok(());
        }
        let edge = self.graph.add_edge(from, to, subsystem)?;
        if relation != "contains" {
            check_name(relation)?;
            self.graph.set_relation(edge, relation);
        }
        Ok(())
    }

    /// Whether an edge between two old vertices adds nothing: it is there, or leads upward.
    fn is_old(&mut self, edge: &Edge) -> bool {
        if edge.source >= self.first || edge.target >= self.first {
            return false;
        }
        let (graph, first_edge) = (&*self.graph, self.first_edge);
        if let Some(tree) = self.tree {
            let known = tree.edge_to(edge.target).map(|known| graph.edges()[known.index()].source);
            return known == Some(edge.source) || is_upward(graph, edge);
        }
        let old_edges = self.old_edges.get_or_insert_with(|| {
            let old = graph.numbered_edges().take_while(|(id, _)| *id < first_edge);
            old.map(|(_, edge)| (edge.source, edge.target)).collect()
        });
        old_edges.contains(&(edge.source, edge.target)) || is_upward(graph, edge)
    }

    /// Every new vertex must be reachable, in whatever subsystem, from an old vertex or a root.
    fn check_connected(&self) -> Result<()> {
        let count = self.graph.vertices().len() - self.first.index();
        let mut below: Vec<Vec<VertexId>> = vec![Vec::new(); count];
        let mut open: Vec<VertexId> = self.graph.roots().filter(|&v| v >= self.first).collect();
        for edge in &self.graph.edges()[self.first_edge.index()..] {
            if edge.target >= self.first {
                match edge.source.index().checked_sub(self.first.index()) {
                    Some(new) => below[new].push(edge.target),
                    None => open.push(edge.target),
                }
            }
        }
        let mut reached = vec![false; count];
        while let Some(vertex) = open.pop() {
            let new = vertex.index() - self.first.index();
            if !std::mem::replace(&mut reached[new], true) {
                open.append(&mut below[new]);
            }
        }
        match reached.iter().position(|reached| !reached) {
            Some(at) => {
                let vertex = self.graph.vertices()[self.first.index() + at];
                Err(JgfErrorKind::Unconnected { name: excerpt(self.graph.text(vertex.name)) })
            }
            None => Ok(()),
        }
    }

    /// The first edge so far that collides with an earlier one, as an error.
    pub(super) fn check_collision(&self) -> Result<()> {
        let may_collide = match self.tree {
            Some(tree) => self.has_collision_beside(tree),
            None => true,
        };
        match may_collide.then(|| self.graph.find_colliding_edge(self.first_edge)).flatten() {
            Some(edge) => Err(self.colliding(edge)),
            None => Ok(()),
        }
    }

    /// Whether a new edge collides with another, the tree having all that is old. O(what is new + its siblings).
    fn has_collision_beside(&self, tree: &Tree) -> bool {
        let uniq_id = |vertex: VertexId| self.graph.vertex(vertex).uniq_id;
        let new = &self.graph.edges()[self.first_edge.index()..];
        let mut taken: FxHashSet<(VertexId, i64)> = FxHashSet::default();
        let mut known: FxHashSet<VertexId> = FxHashSet::default();
        taken.reserve(new.len());
        new.iter().any(|&Edge { source, target, .. }| {
            if known.insert(source) {
                taken.extend(tree.children(source).map(|child| (source, uniq_id(child))));
            }
            !taken.insert((source, uniq_id(target)))
        })
    }

    /// All new edges that collide with an earlier one, each with its number among those that are new.
    pub(super) fn collisions(&self) -> Vec<(usize, JgfErrorKind)> {
        let edges = self.graph.colliding_edges(self.first_edge);
        let first = self.first_edge.index();
        edges.map(|(id, edge)| (id.index() - first, self.colliding(edge))).collect()
    }

    fn colliding(&self, edge: Edge) -> JgfErrorKind {
        let name = |v: VertexId| excerpt(self.graph.text(self.graph.vertex(v).name));
        JgfErrorKind::CollidingEdge {
            source_name: name(edge.source),
            target_name: name(edge.target),
        }
    }

    /// How many edges there are.
    pub(super) fn edge_count(&self) -> usize {
        self.graph.edges().len()
    }

    /// What is noticed beside errors.
    pub(super) fn unchecked(self) -> Option<JgfWarning> {
        if self.first.index() == 0 {
            self.graph.give_back_room();
        }
        self.warning
    }

    /// What is added to a graph that had vertices before must be connected to it.
    pub(super) fn finish(self) -> Result<Option<JgfWarning>> {
        self.check_collision()?;
        if self.first.index() > 0 {
            self.check_connected()?;
        }
        Ok(self.unchecked())
    }
}

fn spec<'e>(id: &str, attributes: &VertexAttributes<'e, '_>) -> Result<VertexSpec<'e>> {
    let size = u32::try_from(attributes.size)
        .map_err(|_| JgfErrorKind::Size { vertex: excerpt(id), size: attributes.size })?;
    let status = match attributes.status {
        0 | UNKNOWN => Status::Up,
        1 => Status::Down,
        _ => return Err(JgfErrorKind::malformed(id, "status", "0 (up) or 1 (down)")),
    };
    Ok(VertexSpec {
        ty: attributes.ty,
        basename: attributes.basename,
        name: attributes.name,
        // The reference checks the unit and loses it (`docs/semantics/readers.md`, Loading JGF).
        unit: "",
        id: attributes.id,
        uniq_id: attributes.uniq_id,
        rank: attributes.rank,
        size,
        status,
    })
}
