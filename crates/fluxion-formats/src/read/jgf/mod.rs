//! JSON Graph Format, version 1 in its full and compact spelling, and version 2 (`docs/semantics/graph.md`,
//! Vertices; `docs/semantics/readers.md`).
//!
//! A document is read in one pass, each vertex and edge straight into the graph (`stream`). Where that does
//! not succeed, the document is read again part by part, so that the first error in the order of the rules is
//! reported, syntax errors before all others (`outline`, `reading`); or all of them, for who wants to mend it.
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
mod reading;
mod stream;
mod vertex_entry;
mod warning;

#[cfg(test)]
mod tests;

use fluxion_budget::Budget;
use fluxion_graph::{Graph, GraphError, Tree};

pub use self::error::{JgfError, JgfErrorKind};
pub use self::loaded::LoadedGraph;
use self::loader::Loader;
pub use self::named::{named_set, named_vertices};
use self::outline::Outline;
use self::reading::Reading;
pub use self::warning::JgfWarning;
use crate::read::elements;
use crate::read::faults::Faults;
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
    let mut graph = Graph::within(budget);
    let warning = load_onto(text, &mut graph, None, budget)?;
    graph.set_budget(&Budget::UNLIMITED);
    Ok(LoadedGraph { graph, warning })
}

/// Adds the vertices and edges of a JGF document to a graph (`docs/semantics/state.md`, Grow). Entries with
/// the path and the rank of a vertex of the graph stand for that vertex and change nothing about it; edges
/// that are there already are passed over. O(length of the text) if the graph is plain and its tree is given
/// ([`Tree::is_plain`]), otherwise also O(graph).
///
/// # Errors
/// See [`JgfErrorKind`]; the graph is as it was.
pub fn attach(
    text: &str,
    graph: &mut Graph,
    tree: Option<&Tree>,
    budget: &Budget,
) -> Result<(), JgfError> {
    let mark = graph.watermark();
    graph.set_budget(budget);
    let attached = load_onto(text, graph, tree, budget);
    if attached.is_err() {
        graph.roll_back(&mark);
    }
    graph.set_budget(&Budget::UNLIMITED);
    attached.map(drop)
}

fn load_onto(
    text: &str,
    graph: &mut Graph,
    tree: Option<&Tree>,
    budget: &Budget,
) -> Result<Option<JgfWarning>, JgfError> {
    if text.len() > MAX_TEXT {
        return Err(JgfError::new(JgfErrorKind::TooLong, None));
    }
    let mark = graph.watermark();
    if let Some(warning) = stream::load(text, Loader::new(graph, tree)) {
        return Ok(warning);
    }
    check(budget)?;
    // what was read so far is gone
    graph.roll_back(&mark);
    budget.give_back();
    graph.set_budget(budget);
    budget.take(elements::count(text) * ELEMENT).map_err(spent)?;
    load_carefully(text, Loader::new(graph, tree), &mut Faults::First)
}

/// What the careful way keeps of each element of the text, about.
const ELEMENT: u64 = 48;

fn check(budget: &Budget) -> Result<(), JgfError> {
    budget.check().map_err(spent)?;
    budget.exhausted().map_or(Ok(()), |refusal| Err(spent(refusal)))
}

fn spent(error: impl Into<GraphError>) -> JgfError {
    JgfError::new(JgfErrorKind::Graph(error.into()), None)
}

/// Everything that is wrong with a JGF document; nothing if it can be loaded. What may follow from another fault is
/// left out. O(length of the text · log lines).
pub fn faults(text: &str) -> Vec<JgfError> {
    if text.len() > MAX_TEXT {
        return vec![JgfError::new(JgfErrorKind::TooLong, None)];
    }
    if stream::load(text, Loader::new(&mut Graph::new(), None)).is_some() {
        return Vec::new();
    }
    let mut graph = Graph::new();
    Faults::all(|faults| load_carefully(text, Loader::new(&mut graph, None), faults))
}

fn load_carefully<'a>(
    text: &'a str,
    loader: Loader<'_, 'a>,
    faults: &mut Faults<JgfError>,
) -> Result<Option<JgfWarning>, JgfError> {
    let outline = Outline::of(text)?;
    let mut reading = Reading::of(text, loader, faults);
    reading.add_vertices(&outline)?;
    reading.add_edges(&outline)?;
    reading.finish()
}
