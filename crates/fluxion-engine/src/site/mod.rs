//! A graph in service, with everything that can be known about it before any job. An engine shares it with its
//! forks: a part is copied when one of them changes it.

pub(crate) mod capacity;
mod child_order;
mod class_splicing;
pub(crate) mod classes;
pub(crate) mod counted_types;
pub(crate) mod demand;
pub(crate) mod directory;
mod inner;
pub(crate) mod kinds;
pub(crate) mod layout;
pub(crate) mod prune;
pub(crate) mod reshaping;
mod scores;
pub(crate) mod splicing;
pub(crate) mod stretches;
pub(crate) mod walk_parent;

use std::sync::Arc;

use fluxion_budget::Budget;
use fluxion_graph::{Graph, GraphError, SubsystemId, Symbol, Tree, VertexId};

use crate::policy::Policy;
use crate::site::capacity::Capacity;
use crate::site::classes::Classes;
use crate::site::directory::{Directory, PropertyHolders, TestedNodes, VertexNames};
use crate::site::layout::Layout;
use crate::site::prune::{FilterLayout, PruneFilters};

/// The deepest graph that is accepted, in levels.
pub const MOST_LEVELS: usize = 500;

/// Why a graph could not be taken into service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A subsystem is not in the graph, or has no root.
    #[error("the graph has no root for the subsystem `{0}`")]
    NoRoot(String),
    /// The graph is deeper than any machine.
    #[error("the graph is deeper than {MOST_LEVELS} levels at {0}")]
    TooDeep(String),
    /// Slots cannot stand by this rule under the traverser `flexible`.
    #[error("slots stand `deep` only under the traverser `simple`, not under `flexible`")]
    DeepSlots,
    /// A table of the graph is full.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) graph: Arc<Graph>,
    pub(crate) tree: Arc<Tree>,
    pub(crate) layout: Arc<Layout>,
    pub(crate) filters: Arc<FilterLayout>,
    pub(crate) classes: Arc<Classes>,
    pub(crate) capacity: Arc<Capacity>,
    pub(crate) directory: Directory,
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
        if tree.levels() > MOST_LEVELS {
            return Err(too_deep(&graph, &tree));
        }
        let filters = FilterLayout::resolve(filters, &mut graph, &tree)?;
        graph.check_budget()?;
        let layout = Layout::of(&graph, &tree, policy);
        graph.check_budget()?;
        let classes = Classes::of(&graph, &tree);
        graph.check_budget()?;
        let capacity = Capacity::of(&layout, &classes);
        graph.set_budget(&Budget::UNLIMITED);
        Ok(Self {
            graph: Arc::new(graph),
            tree: Arc::new(tree),
            layout: Arc::new(layout),
            filters: Arc::new(filters),
            classes: Arc::new(classes),
            capacity: Arc::new(capacity),
            directory: Directory::default(),
        })
    }

    /// The score of a vertex (`docs/semantics/policies.md`, Scores).
    #[inline]
    pub(crate) fn score(&self, vertex: VertexId) -> i64 {
        self.layout.score(&self.graph, &self.tree, vertex)
    }
}

impl Site {
    /// The vertices that constraints test. O(nodes) at first.
    pub(crate) fn nodes(&self) -> &TestedNodes {
        self.directory.nodes.get_or_init(|| TestedNodes::of(&self.graph, &self.tree, &self.classes))
    }

    /// The vertices of a name, in no order. O(graph) at first.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = VertexId> + '_ {
        let names = self.directory.names.get_or_init(|| VertexNames::of(&self.graph));
        let named = self.graph.symbol(name).into_iter().flat_map(|name| names.of_name(name));
        named.filter(|&vertex| self.graph.has(vertex))
    }

    /// The vertices that have a property, depth first. O(properties of all vertices) at first.
    pub(crate) fn holders(&self, key: Symbol) -> &[VertexId] {
        let Site { graph, tree, directory, .. } = self;
        directory.holders.get_or_init(|| PropertyHolders::of(graph, tree)).holding(key)
    }

    /// [`Site::holders`] by the text of the key.
    pub(crate) fn holders_of(&self, key: &str) -> &[VertexId] {
        self.graph.symbol(key).map_or(&[], |key| self.holders(key))
    }
}

/// Names the first vertex that is too deep.
fn too_deep(graph: &Graph, tree: &Tree) -> SetupError {
    let is_deep = |&&v: &&VertexId| tree.ancestors(v).count() >= MOST_LEVELS;
    let vertex = tree.order().iter().find(is_deep).copied().unwrap_or(tree.root());
    SetupError::TooDeep(graph.text(graph.vertex(vertex).name).to_owned())
}
