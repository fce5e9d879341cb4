//! JSON Graph Format, version 1 in its full and compact spelling, and version 2 (`docs/semantics/graph.md`,
//! Vertices; `docs/semantics/readers.md`).
//!
//! A document is read in one pass, each vertex and edge straight into the graph (`stream`). Where that does
//! not succeed, the document is read again part by part, so that the first error in the order of the rules is
//! reported, syntax errors before all others (`outline`).
//!
//! ```
//! let loaded = fluxion_formats::read::jgf::load(
//!     r#"{"graph": {"nodes": [
//!          {"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/cluster0"}}},
//!          {"id": "1", "metadata": {"type": "node", "rank": 0, "paths": {"containment": "/cluster0/node1"}}}],
//!        "edges": [{"source": "0", "target": "1"}]}}"#,
//! )?;
//! assert_eq!(loaded.graph.vertices_at("/cluster0/node1").len(), 1);
//! # Ok::<(), fluxion_formats::read::jgf::JgfError>(())
//! ```

mod dialect;
mod edge_entry;
mod error;
mod excerpt;
mod ids;
mod loaded;
mod loader;
mod named;
mod outline;
mod stream;
mod vertex_entry;
mod warning;

#[cfg(test)]
mod tests;

use fluxion_budget::Budget;
use fluxion_graph::{Graph, GraphError};

use self::edge_entry::EdgeEntry;
pub use self::error::{JgfError, JgfErrorKind};
use self::excerpt::excerpt;
pub use self::loaded::LoadedGraph;
use self::loader::Loader;
pub use self::named::{named_set, named_vertices};
use self::outline::{Outline, read_part};
use self::vertex_entry::VertexEntry;
pub use self::warning::JgfWarning;
use crate::read::Position;
use crate::read::json::{Field, ValueKind};
use crate::read::limits::MAX_TEXT;

/// Loads a JGF document, or the one in the `scheduling` of an R object. O(length of the text).
///
/// # Errors
/// See [`JgfErrorKind`]. A graph without a root is not an error here.
pub fn load(text: &str) -> Result<LoadedGraph, JgfError> {
    load_within(text, &Budget::UNLIMITED)
}

/// As [`load`], within a budget.
///
/// # Errors
/// See [`JgfErrorKind`].
pub fn load_within(text: &str, budget: &Budget) -> Result<LoadedGraph, JgfError> {
    load_onto(text, &Graph::new(), budget)
}

/// Adds the vertices and edges of a JGF document to a graph (`docs/semantics/state.md`, Grow). Entries with
/// the path and the rank of a vertex of the graph stand for that vertex and change nothing about it; edges
/// that are there already are passed over. O(length of the text + graph).
///
/// # Errors
/// See [`JgfErrorKind`].
pub fn attach(text: &str, base: &Graph, budget: &Budget) -> Result<Graph, JgfError> {
    load_onto(text, base, budget).map(|loaded| loaded.graph)
}

fn load_onto(text: &str, base: &Graph, budget: &Budget) -> Result<LoadedGraph, JgfError> {
    if text.len() > MAX_TEXT {
        return Err(JgfError::new(JgfErrorKind::TooLong, None));
    }
    let start = || {
        let mut graph = base.clone();
        graph.set_budget(budget);
        graph
    };
    let mut loaded = match stream::load(text, start()) {
        Some(loaded) => loaded,
        None => {
            let stopped = |stopped| JgfError::new(JgfErrorKind::Graph(stopped), None);
            budget.check().map_err(GraphError::from).map_err(stopped)?;
            load_carefully(text, start())?
        }
    };
    loaded.graph.set_budget(&Budget::UNLIMITED);
    Ok(loaded)
}

fn load_carefully(text: &str, base: Graph) -> Result<LoadedGraph, JgfError> {
    let outline = Outline::of(text)?;
    let mut loader = Loader::new(base);
    add_vertices(text, &outline, &mut loader)?;
    add_edges(text, &outline, &mut loader)?;
    loader.finish().map_err(|kind| JgfError::new(kind, None))
}

fn add_vertices<'a>(
    text: &str,
    outline: &Outline<'a>,
    loader: &mut Loader<'a>,
) -> Result<(), JgfError> {
    let mut entry = VertexEntry::default();
    for (key, raw) in &outline.nodes {
        let kind = read_part(text, raw, &mut entry)?;
        let added = match (kind, key) {
            (ValueKind::Object, None) => loader.add_vertex(&entry, outline.dialect),
            (ValueKind::Object, Some(key)) => {
                entry.id = Field::Text(key.clone());
                loader.add_vertex(&entry, outline.dialect)
            }
            (_, None) => Err(JgfErrorKind::VertexId),
            (_, Some(key)) => Err(JgfErrorKind::MissingMetadata { vertex: excerpt(key) }),
        };
        added.map_err(|kind| JgfError::new(kind, Some(Position::of(text, raw.get()))))?;
    }
    Ok(())
}

fn add_edges<'a>(
    text: &str,
    outline: &Outline<'a>,
    loader: &mut Loader<'a>,
) -> Result<(), JgfError> {
    let mut entry = EdgeEntry::default();
    for raw in &outline.edges {
        let kind = read_part(text, raw, &mut entry)?;
        if let Err(kind) = loader.add_edge(kind, &entry, outline.dialect) {
            // A collision among the edges before this one would have been met first.
            loader.check_collision().map_err(|kind| JgfError::new(kind, None))?;
            return Err(JgfError::new(kind, Some(Position::of(text, raw.get()))));
        }
    }
    Ok(())
}
