//! A graph in service, with all that can be known about it before any job. Shared between an engine and its
//! forks: a part is copied when one of them changes it.

pub(crate) mod classes;
pub(crate) mod layout;
pub(crate) mod prune;

use std::sync::Arc;

use fluxion_graph::{Graph, SubsystemId, Tree};

use crate::engine::{MOST_LEVELS, SetupError};
use crate::policy::Policy;
use crate::site::classes::Classes;
use crate::site::layout::Layout;
use crate::site::prune::{FilterLayout, PruneFilters};

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) graph: Arc<Graph>,
    pub(crate) tree: Arc<Tree>,
    pub(crate) layout: Arc<Layout>,
    pub(crate) filters: Arc<FilterLayout>,
    pub(crate) classes: Arc<Classes>,
}

impl Site {
    /// All that can be known about a graph before any job.
    pub(crate) fn of(
        mut graph: Graph,
        subsystem: SubsystemId,
        policy: Policy,
        filters: &PruneFilters,
    ) -> Result<Self, SetupError> {
        let tree = Tree::of(&graph, subsystem)
            .ok_or_else(|| SetupError::NoRoot(graph.subsystem_name(subsystem).to_owned()))?;
        refuse_depth(&graph, &tree)?;
        let filters = FilterLayout::resolve(filters, &mut graph, &tree)?;
        let layout = Layout::of(&graph, &tree, policy);
        let classes = Classes::of(&graph, &tree);
        Ok(Self {
            graph: Arc::new(graph),
            tree: Arc::new(tree),
            layout: Arc::new(layout),
            filters: Arc::new(filters),
            classes: Arc::new(classes),
        })
    }
}

fn refuse_depth(graph: &Graph, tree: &Tree) -> Result<(), SetupError> {
    let mut open: Vec<u32> = Vec::new();
    for (position, &vertex) in tree.order().iter().enumerate() {
        while open.last().is_some_and(|&end| end <= position as u32) {
            open.pop();
        }
        if open.len() >= MOST_LEVELS {
            return Err(SetupError::TooDeep(graph.text(graph.vertex(vertex).name).to_owned()));
        }
        open.push(tree.end(position as u32));
    }
    Ok(())
}
