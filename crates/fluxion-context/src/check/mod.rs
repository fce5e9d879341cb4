//! All that is wrong or odd about a text, for whoever wants to mend it. Nothing is kept of what was read.

mod oddities;

use fluxion_budget::Budget;
use fluxion_formats::read::{grug, hwloc, jgf, rv1};
use fluxion_graph::Graph;
use fluxion_jobspec::JobspecError;

pub use self::oddities::Oddity;
use self::oddities::oddities;
use crate::context::{Context, Loaded};
use crate::errors::LoadError;
use crate::options::{LoadFormat, Options};

/// What there is to say about the text of a graph.
#[derive(Clone, Debug)]
pub enum CheckedGraph {
    /// It can be loaded.
    Valid {
        /// How many vertices it has.
        vertices: usize,
        /// How many edges it has.
        edges: usize,
        /// What is odd about it all the same.
        oddities: Vec<Oddity>,
    },
    /// It cannot be loaded, for all of these reasons; there is at least one.
    Invalid(Vec<LoadError>),
}

/// Looks for everything that is wrong with a graph, or odd. O(length of the text).
pub fn check_graph(text: &str, load_format: LoadFormat) -> CheckedGraph {
    let options = Options { load_format, ..Options::default() };
    match Context::load_within(text, &options, &Budget::UNLIMITED) {
        Ok(Loaded { context, warning }) => {
            let graph = context.graph();
            let mut oddities = oddities(graph);
            oddities.extend(warning.map(Oddity::Read));
            let (vertices, edges) = (graph.vertex_count(), graph.edge_count());
            CheckedGraph::Valid { vertices, edges, oddities }
        }
        Err(first) => {
            let all = all_faults(text, load_format);
            CheckedGraph::Invalid(if all.is_empty() { vec![first] } else { all })
        }
    }
}

/// The faults that a reader finds; none if it is the engine that cannot serve the graph.
fn all_faults(text: &str, load_format: LoadFormat) -> Vec<LoadError> {
    fn all<E: Into<LoadError>>(faults: Vec<E>) -> Vec<LoadError> {
        faults.into_iter().map(E::into).collect()
    }
    match load_format {
        LoadFormat::Jgf | LoadFormat::JgfShorthand => all(jgf::faults(text)),
        LoadFormat::Grug => all(grug::faults(text)),
        LoadFormat::Hwloc => all(hwloc::faults(text)),
        LoadFormat::Rv1exec | LoadFormat::Rv1execForce => all(rv1::faults(text)),
    }
}

/// Everything that is wrong with a jobspec. Its types may be any, or those of a graph. O(length of the text).
pub fn check_jobspec(text: &str, graph: Option<&Graph>) -> Vec<JobspecError> {
    let is_known = |name: &str| graph.is_none_or(|graph| graph.type_id(name).is_some());
    fluxion_jobspec::faults(text, &is_known)
}
