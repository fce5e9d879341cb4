//! What a generated cluster has, and whether that makes sense. Plain arithmetic: a plan is its own seed.

use std::collections::BTreeSet;

use super::hosts::Hosts;
use super::property::NodeProperty;

/// Most vertices that are generated: their JGF stays below what the reader takes.
pub const MOST_GENERATED: u64 = 1 << 21;

/// What a cluster is to have. Racks, sockets and memory may be missing; then what would be in them hangs below
/// the next vertex above.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachinePlan {
    /// Racks below the cluster; 0 for nodes directly below it.
    pub racks: usize,
    /// Nodes in all, spread evenly over the racks. Their ranks are 0, 1, 2, ...
    pub nodes: usize,
    /// Sockets of a node; 0 for none.
    pub sockets: usize,
    /// Cores of a node, spread evenly over its sockets and numbered within the node.
    pub cores: usize,
    /// Gpus of a node, as cores.
    pub gpus: usize,
    /// Memory of a node, as cores.
    pub memory: MemoryPlan,
    /// What the nodes are called.
    pub hosts: Hosts,
    /// Properties of nodes.
    pub properties: Vec<NodeProperty>,
    /// The ranks of nodes that are down, ascending.
    pub down: Vec<usize>,
}

/// The memory of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryPlan {
    /// Vertices of type `memory`.
    pub pools: usize,
    /// Units of each.
    pub size: u32,
    /// What a unit is.
    pub unit: String,
}

/// Why a plan makes no cluster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing to run on.
    #[error("a cluster needs at least one node")]
    NoNodes,
    /// Parts that do not go evenly into what holds them.
    #[error("{count} {parts} cannot be spread evenly over {holders} {holder}")]
    Uneven {
        /// What is spread.
        parts: &'static str,
        /// How many.
        count: usize,
        /// Over what.
        holder: &'static str,
        /// Over how many.
        holders: usize,
    },
    /// Too many vertices.
    #[error("the cluster would have {vertices} vertices: at most {MOST_GENERATED} are generated")]
    TooLarge {
        /// How many it would have.
        vertices: u128,
    },
    /// Not a name for hosts.
    #[error(
        "`{0}` is no list of host names: expected letters, digits, `.`, `_` and `-`, perhaps with a range in \
         brackets as in node[001-128], and a number at the end below 10^18"
    )]
    HostNames(String),
    /// A list of names that does not suit the number of nodes.
    #[error("`{list}` names {names} hosts for {nodes} nodes")]
    HostCount {
        /// The list.
        list: String,
        /// How many it names.
        names: usize,
        /// How many are needed.
        nodes: usize,
    },
    /// A host that is named twice.
    #[error("host `{0}` is named twice")]
    RepeatedHost(String),
    /// Names that a recipe cannot make.
    #[error(
        "a recipe numbers its nodes from 0: it cannot call them `{0}`; give a name without a range, or choose \
         another format"
    )]
    HostsOfRecipe(String),
    /// A rank beyond the last node.
    #[error("there is no node {rank}: the ranks are 0 to {}", nodes - 1)]
    Rank {
        /// The rank.
        rank: u32,
        /// How many nodes there are.
        nodes: usize,
    },
    /// A property that a node would have twice.
    #[error(
        "the property `{name}` is there twice, for node {rank} at least: name all nodes of a property at once"
    )]
    RepeatedProperty {
        /// The property.
        name: String,
        /// A node.
        rank: usize,
    },
    /// R lists nothing else.
    #[error("R lists cores and gpus: nodes without any cannot be written in this format")]
    NothingForR,
}

/// Whether parts go evenly into what holds them; anything goes into nothing.
fn check_even(
    (parts, count): (&'static str, usize),
    (holder, holders): (&'static str, usize),
) -> Result<(), PlanError> {
    if count.is_multiple_of(holders.max(1)) {
        return Ok(());
    }
    Err(PlanError::Uneven { parts, count, holder, holders })
}

impl MachinePlan {
    /// Vertices in all.
    pub fn vertices(&self) -> u128 {
        let wide = |count: usize| count as u128;
        let below = [self.sockets, self.cores, self.gpus, self.memory.pools].map(wide);
        let per_node = below.iter().sum::<u128>() + 1;
        wide(self.nodes).saturating_mul(per_node).saturating_add(1 + wide(self.racks))
    }

    /// Whether a cluster can be made of it.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.nodes == 0 {
            return Err(PlanError::NoNodes);
        }
        let vertices = self.vertices();
        if vertices > u128::from(MOST_GENERATED) {
            return Err(PlanError::TooLarge { vertices });
        }
        check_even(("nodes", self.nodes), ("racks", self.racks))?;
        let of_node = [
            ("cores of a node", self.cores),
            ("gpus of a node", self.gpus),
            ("memory pools of a node", self.memory.pools),
        ];
        of_node.into_iter().try_for_each(|parts| check_even(parts, ("sockets", self.sockets)))?;
        self.check_properties()?;
        self.hosts.check(self.nodes)
    }

    /// Whether each property is named once, and no node has two of one name.
    fn check_properties(&self) -> Result<(), PlanError> {
        let (mut named, mut had) = (BTreeSet::new(), BTreeSet::new());
        for NodeProperty { name, value, nodes } in &self.properties {
            let is_new = named.insert((name, value));
            match nodes.iter().find(|rank| !had.insert((name, **rank)) || !is_new) {
                Some(&rank) => {
                    return Err(PlanError::RepeatedProperty { name: name.clone(), rank });
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Vertices in a node, itself included.
    pub(super) fn node_vertices(&self) -> usize {
        1 + self.sockets + self.cores + self.gpus + self.memory.pools
    }

    /// Nodes of a rack, or all.
    pub(super) fn nodes_per_rack(&self) -> usize {
        self.nodes / self.racks.max(1)
    }
}
