//! From one graph format to another, without an engine: nothing is booked, and nothing is set up that a match would
//! need.

mod format;
mod losses;
mod whole;

use std::fmt;

use fluxion_budget::Budget;
use fluxion_formats::read::jgf::JgfWarning;
use fluxion_formats::write::{self, Printed, WriteError};
use fluxion_graph::{CONTAINMENT, Graph, TimeWindow, Tree, VertexId};

pub use self::format::ConvertFormat;
pub use self::losses::Loss;
use self::losses::losses;
use self::whole::everything;
use crate::errors::LoadError;
use crate::load::read_graph;
use crate::options::{LoadFormat, MatchFormat, Options};

/// A graph that is to be written in another format.
#[derive(Clone, Debug)]
pub struct Conversion {
    graph: Graph,
    warning: Option<JgfWarning>,
}

/// Why a graph cannot be written in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// Resource sets begin at a root.
    #[error(
        "no vertex is the root of the subsystem containment: its path would have one component"
    )]
    NoRoot,
    /// A format for resource sets lacks something.
    #[error(transparent)]
    Set(#[from] WriteError),
    /// Nobody takes the text.
    #[error("the text cannot be written")]
    Output,
}

impl Conversion {
    /// Reads a graph. O(length of the text).
    ///
    /// # Errors
    /// The text is no graph of this format.
    pub fn read(text: &str, load_format: LoadFormat) -> Result<Self, LoadError> {
        let options = Options { load_format, ..Options::default() };
        let (graph, warning) = read_graph(text, &options, &Budget::UNLIMITED)?;
        Ok(Self { graph, warning })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// What is odd about the text.
    pub fn warning(&self) -> Option<&JgfWarning> {
        self.warning.as_ref()
    }

    /// Gives the nodes the ranks 0, 1, 2, ... in the order of the tree, and what is below a node its rank. How many
    /// nodes there are.
    pub fn number_nodes(&mut self) -> usize {
        let Some(tree) = Tree::of(&self.graph, CONTAINMENT) else { return 0 };
        let node = self.graph.type_id("node");
        let is_node = |graph: &Graph, vertex: VertexId| Some(graph.vertex(vertex).ty) == node;
        let nodes: Vec<VertexId> =
            tree.order().iter().copied().filter(|&v| is_node(&self.graph, v)).collect();
        for (rank, &node) in (0..).zip(&nodes) {
            tree.subtree(node).iter().for_each(|&vertex| self.graph.set_rank(vertex, rank));
        }
        nodes.len()
    }

    /// What of the graph a format cannot say, or no reader takes back.
    pub fn losses(&self, to: ConvertFormat) -> Vec<Loss> {
        losses(&self.graph, to)
    }

    /// Writes the graph.
    ///
    /// # Errors
    /// The format cannot express it.
    pub fn write(&self, to: ConvertFormat, out: &mut dyn fmt::Write) -> Result<(), ConvertError> {
        let status = |vertex: VertexId| self.graph.vertex(vertex).status;
        match to {
            ConvertFormat::Graph(format) => {
                write::write_graph(format.into(), &self.graph, &status, out)
                    .map_err(|fmt::Error| ConvertError::Output)
            }
            ConvertFormat::Set(format) => {
                let text = self.as_set(format)?;
                out.write_str(&text).map_err(|fmt::Error| ConvertError::Output)
            }
        }
    }

    fn as_set(&self, format: MatchFormat) -> Result<String, ConvertError> {
        let tree = Tree::of(&self.graph, CONTAINMENT).ok_or(ConvertError::NoRoot)?;
        let printed = Printed {
            graph: &self.graph,
            tree: &tree,
            selection: &everything(&self.graph, &tree),
            window: TimeWindow::default(),
            queue: None,
            labels: None,
            aggregates: None,
            budget: &Budget::UNLIMITED,
        };
        let mut text = String::new();
        write::write(format.into(), &printed, &mut text)?;
        if text.is_empty() {
            return Err(WriteError::NoCoreOrGpu.into());
        }
        Ok(text)
    }
}
