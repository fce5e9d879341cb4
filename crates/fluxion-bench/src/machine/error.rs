//! Why a plan makes no cluster.

/// Most vertices that are generated: their JGF stays below what the reader takes.
pub const MOST_GENERATED: u64 = 1 << 21;

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
