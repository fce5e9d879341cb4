//! What a generated cluster has, and whether that makes sense. Plain arithmetic: a plan is its own seed.

use std::collections::BTreeSet;

use super::error::{MOST_GENERATED, PlanError};
use super::hosts::Hosts;
use super::property::NodeProperty;

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
            let repeated = nodes.iter().find(|rank| !had.insert((name, **rank)) || !is_new);
            if let Some(&rank) = repeated {
                return Err(PlanError::RepeatedProperty { name: name.clone(), rank });
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
