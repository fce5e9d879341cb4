//! A document that names vertices of a loaded graph instead of making new ones (`docs/semantics/state.md`,
//! Update).

use std::borrow::Cow;
use std::fmt::Write;

use fluxion_graph::{EdgeId, Graph, NamedSet, NamedVertex, Role, Tree, VertexId};
use rustc_hash::FxHashMap;

use super::edge_entry::EdgeEntry;
use super::error::{JgfError, JgfErrorKind};
use super::excerpt::excerpt;
use super::outline::{Outline, read_part};
use super::vertex_entry::{VertexAttributes, VertexEntry};
use crate::read::Position;
use crate::read::json::{Field, ValueKind};
use crate::read::limits::MAX_TEXT;

type Result<T> = std::result::Result<T, JgfErrorKind>;

/// Vertices of one path that are searched one by one.
const FEW: usize = 8;

/// The vertices and edges of `graph` that a document names; `exclusive` ones are held. `tree` is any of the
/// graph's. O(length of the text), and O(graph) if it names an edge that is not in the tree, or ranks given back.
///
/// # Errors
/// A vertex or an edge is malformed, or not in the graph.
pub fn named_set(
    text: &str,
    graph: &Graph,
    tree: &Tree,
) -> std::result::Result<NamedSet, JgfError> {
    let outline = outline(text)?;
    let mut namer = Namer::new(graph, &outline);
    namer.read_vertices(text, &outline)?;
    if outline.edges.is_empty() {
        return Err(JgfError::new(JgfErrorKind::NoEdges, None));
    }
    namer.read_edges(text, &outline, tree)?;
    namer.note_given_back();
    Ok(namer.set)
}

/// The vertices that a document names, whatever its edges are (but it must have a list of them).
///
/// # Errors
/// As [`named_set`], for vertices.
pub fn named_vertices(text: &str, graph: &Graph) -> std::result::Result<Vec<VertexId>, JgfError> {
    let outline = outline(text)?;
    let mut namer = Namer::new(graph, &outline);
    namer.read_vertices(text, &outline)?;
    Ok(namer.set.vertices.iter().map(|named| named.vertex).collect())
}

fn outline(text: &str) -> std::result::Result<Outline<'_>, JgfError> {
    if text.len() > MAX_TEXT {
        return Err(JgfError::new(JgfErrorKind::TooLong, None));
    }
    Outline::of(text)
}

struct Namer<'g, 'a> {
    graph: &'g Graph,
    outline_ranks: Option<fluxion_sets::Idset>,
    ids: FxHashMap<Cow<'a, str>, Option<VertexId>>,
    /// Vertices by rank, for paths that more than [`FEW`] share, by the first of them.
    crowded: FxHashMap<VertexId, FxHashMap<i32, VertexId>>,
    /// All edges by their ends, once they are needed.
    edges: FxHashMap<(VertexId, VertexId), EdgeId>,
    set: NamedSet,
}

impl<'g, 'a> Namer<'g, 'a> {
    fn new(graph: &'g Graph, outline: &Outline<'a>) -> Self {
        Self {
            graph,
            outline_ranks: outline.free_ranks.clone(),
            ids: FxHashMap::default(),
            crowded: FxHashMap::default(),
            edges: FxHashMap::default(),
            set: NamedSet::default(),
        }
    }

    fn read_vertices(
        &mut self,
        text: &str,
        outline: &Outline<'a>,
    ) -> std::result::Result<(), JgfError> {
        let mut entry = VertexEntry::default();
        for (key, raw) in &outline.nodes {
            let kind = read_part(text, raw, &mut entry)?;
            if let Some(key) = key {
                entry.id = Field::Text(key.clone());
            }
            let named = match (kind, key) {
                (ValueKind::Object, _) => entry
                    .attributes(outline.dialect)
                    .and_then(|(id, attributes)| self.name(id.clone(), &attributes)),
                (_, None) => Err(JgfErrorKind::VertexId),
                (_, Some(key)) => Err(JgfErrorKind::MissingMetadata { vertex: excerpt(key) }),
            };
            named.map_err(|kind| JgfError::new(kind, Some(Position::of(text, raw.get()))))?;
        }
        Ok(())
    }

    fn name(&mut self, id: Cow<'a, str>, attributes: &VertexAttributes<'_, 'a>) -> Result<()> {
        if self.ids.contains_key(&id) {
            return Err(JgfErrorKind::RepeatedId { vertex: excerpt(&id) });
        }
        let vertex = self.find(&id, attributes)?;
        let differences = self.differences(vertex, attributes);
        if !differences.is_empty() {
            return Err(JgfErrorKind::Inconsistent { vertex: excerpt(&id), differences });
        }
        if self.is_free(attributes.rank) {
            self.ids.insert(id, None);
            return Ok(());
        }
        self.ids.insert(id, Some(vertex));
        let role = if attributes.exclusive { Role::Held } else { Role::Passed };
        self.set.vertices.push(NamedVertex { vertex, role });
        Ok(())
    }

    /// Whether a rank has been given back.
    fn is_free(&self, rank: i32) -> bool {
        let rank = u32::try_from(rank).ok();
        self.outline_ranks.as_ref().zip(rank).is_some_and(|(free, rank)| free.contains(rank))
    }

    /// What is above the ranks may stand for vertices on ranks that have been given back.
    fn note_given_back(&mut self) {
        let graph = self.graph;
        if self.outline_ranks.as_ref().is_some_and(|free| !free.is_empty()) {
            let free = graph.vertex_ids().filter(|&v| self.is_free(graph.vertex(v).rank));
            self.set.given_back = free.collect();
        }
    }

    fn find(&mut self, id: &str, attributes: &VertexAttributes<'_, 'a>) -> Result<VertexId> {
        let mut found = None;
        for path in attributes.paths.iter().filter_map(|(_, path)| path.text()) {
            let vertex = self.at(path, attributes.rank).ok_or_else(|| {
                JgfErrorKind::NoSuchVertex { vertex: excerpt(id), path: excerpt(path) }
            })?;
            if found.is_some_and(|found| found != vertex) {
                return Err(JgfErrorKind::PathsDisagree {
                    vertex: excerpt(id),
                    path: excerpt(path),
                });
            }
            found = Some(vertex);
        }
        found.ok_or_else(|| JgfErrorKind::malformed(id, "paths", "an object with a path"))
    }

    fn at(&mut self, path: &str, rank: i32) -> Option<VertexId> {
        let graph = self.graph;
        let there = graph.vertices_at(path);
        let rank_of = |v: VertexId| graph.vertex(v).rank;
        if there.len() <= FEW {
            return there.iter().copied().find(|&v| rank_of(v) == rank);
        }
        let by_rank = self.crowded.entry(*there.first()?).or_insert_with(|| {
            let mut by_rank = FxHashMap::default();
            for &vertex in there {
                by_rank.entry(rank_of(vertex)).or_insert(vertex);
            }
            by_rank
        });
        by_rank.get(&rank).copied()
    }

    /// The fields that are not equal, as the reference lists them.
    fn differences(&self, vertex: VertexId, attributes: &VertexAttributes<'_, 'a>) -> String {
        let graph = self.graph;
        let pool = graph.vertex(vertex);
        let basename = attributes.basename.unwrap_or(attributes.ty);
        let default_name = || format!("{basename}{}", attributes.id);
        let name = attributes.name.map_or_else(default_name, str::to_owned);
        let mut out = String::new();
        let mut compare = |field: &str, have: &str, wanted: &str| {
            if have != wanted {
                let _ = write!(out, "{field}=({have}, {wanted})");
            }
        };
        compare("type", graph.type_name(pool.ty), attributes.ty);
        compare(" basename", graph.basename(pool), basename);
        compare(" size", &pool.size.to_string(), &attributes.size.to_string());
        compare(" id", &pool.id.to_string(), &attributes.id.to_string());
        compare(" name", graph.text(pool.name), &name);
        let have =
            graph.paths_of(vertex).map(|(s, p)| (graph.subsystem_name(s), graph.path_text(p)));
        let wanted = attributes.paths.iter().map(|(s, p)| (&**s, p.text().unwrap_or_default()));
        let have = listed(have.map(|(s, p)| format!("{s}={p} ")));
        compare(" paths", &have, &listed(wanted.map(|(s, p)| format!("{s}={p} "))));
        out
    }

    fn read_edges(
        &mut self,
        text: &str,
        outline: &Outline<'a>,
        tree: &Tree,
    ) -> std::result::Result<(), JgfError> {
        let mut entry = EdgeEntry::default();
        for raw in &outline.edges {
            let kind = read_part(text, raw, &mut entry)?;
            let edge = if kind == ValueKind::Object {
                self.edge(&entry, outline, tree)
            } else {
                Err(JgfErrorKind::MalformedEdge)
            };
            let edge =
                edge.map_err(|kind| JgfError::new(kind, Some(Position::of(text, raw.get()))))?;
            self.set.edges.extend(edge);
        }
        Ok(())
    }

    /// The edge that an entry names; none if an end was given back already.
    fn edge(
        &mut self,
        entry: &EdgeEntry<'a>,
        outline: &Outline<'a>,
        tree: &Tree,
    ) -> Result<Option<EdgeId>> {
        let (source, target) = entry.ends()?;
        let end = |id: &str| self.ids.get(id).copied().flatten();
        let Some(ends) = end(source).zip(end(target)) else {
            if outline.free_ranks.is_some() {
                return Ok(None);
            }
            let (edge_source, target) = (excerpt(source), excerpt(target));
            return Err(JgfErrorKind::UnknownEnd { edge_source, target });
        };
        if entry.subsystem(outline.dialect).is_none() {
            let (edge_source, target) = (excerpt(source), excerpt(target));
            return Err(JgfErrorKind::EdgeMetadata { edge_source, target });
        }
        let missing = || {
            let (edge_source, target) = (excerpt(source), excerpt(target));
            JgfErrorKind::NoSuchEdge { edge_source, target }
        };
        self.edge_between(ends, tree).map(Some).ok_or_else(missing)
    }

    fn edge_between(&mut self, ends: (VertexId, VertexId), tree: &Tree) -> Option<EdgeId> {
        let edges = self.graph.edges();
        if let Some(edge) = tree.edge_to(ends.1)
            && edges.get(edge.index()).is_some_and(|e| e.source == ends.0)
        {
            return Some(edge);
        }
        if self.edges.is_empty() {
            let all = (0..).zip(edges).map(|(n, e)| ((e.source, e.target), EdgeId(n)));
            self.edges = all.collect();
        }
        self.edges.get(&ends).copied()
    }
}

/// Texts in ascending order, one after the other.
fn listed(texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<String> = texts.collect();
    texts.sort_unstable();
    texts.concat()
}
