//! Why an R object cannot be loaded.

use fluxion_graph::GraphError;

use crate::read::Position;
use crate::read::limits::{MAX_GENERATED, MAX_GENERATED_NAMES, MAX_TEXT};

/// Why an R object cannot be loaded, or does not fit a graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rv1Error {
    /// The text is not JSON.
    #[error("not JSON: {text} ({position})")]
    Syntax {
        /// What the JSON reader says.
        text: String,
        /// Where.
        position: Position,
    },
    /// A graph, not an R object.
    #[error("`version` must be the integer 1: this is a graph, which the load format jgf reads")]
    IsJgf,
    /// A value is missing or has a wrong type.
    #[error("`{place}` must be {expected}")]
    Malformed {
        /// The path of the value in the document.
        place: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A text is not an idset.
    #[error("`{place}`: `{value}` is not an idset such as 0-3,7")]
    Idset {
        /// The path of the value in the document.
        place: String,
        /// The text.
        value: String,
    },
    /// A text is not a hostlist.
    #[error("`{place}`: `{value}` is not a list of hosts such as n[0-3],login")]
    Hostlist {
        /// The path of the value in the document.
        place: String,
        /// The text.
        value: String,
    },
    /// There are more ranks than hosts.
    #[error("rank {rank} has no host: `execution.nodelist` has {hosts} hosts for {ranks} ranks")]
    TooFewHosts {
        /// The first rank without a host.
        rank: u32,
        /// How many hosts there are.
        hosts: usize,
        /// How many ranks there are.
        ranks: usize,
    },
    /// The number at the end of a host name is beyond 2^63 − 1.
    #[error("host `{host}`: the number at its end must be below 2^63")]
    HostNumber {
        /// The host.
        host: String,
    },
    /// A rank occurs in two entries.
    #[error("rank {rank} (host `{host}`) occurs in two entries of `execution.R_lite`")]
    DuplicateRank {
        /// The rank.
        rank: u32,
        /// Its host.
        host: String,
    },
    /// The graph has no such node directly below its root.
    #[error("the graph has no node `{host}` of rank {rank} below its root")]
    NoSuchNode {
        /// The host.
        host: String,
        /// Its rank.
        rank: u32,
    },
    /// A node has no such child.
    #[error("node `{host}` of rank {rank} has no child `{child}` of one unit")]
    NoSuchChild {
        /// The host.
        host: String,
        /// Its rank.
        rank: u32,
        /// The name of the child.
        child: String,
    },
    /// A child is named twice.
    #[error("`{child}` of rank {rank} (host `{host}`) is named twice")]
    RepeatedChild {
        /// The host.
        host: String,
        /// Its rank.
        rank: u32,
        /// The name of the child.
        child: String,
    },
    /// A rank has no children.
    #[error("rank {rank} (host `{host}`) has no children to be allocated")]
    NoChildren {
        /// The host.
        host: String,
        /// Its rank.
        rank: u32,
    },
    /// No rank is named.
    #[error("`execution.R_lite` names no rank")]
    NoRanks,
    /// The text would make a graph beyond the limits.
    #[error(
        "the graph would be too large: at most {MAX_GENERATED} vertices and properties and \
         {MAX_GENERATED_NAMES} bytes of names are supported"
    )]
    TooLarge,
    /// The text is longer than the limit.
    #[error("the text is too long: at most {MAX_TEXT} bytes are supported")]
    TooLong,
    /// The graph cannot hold it.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl Rv1Error {
    /// Where, if it is known.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Syntax { position, .. } => Some(*position),
            _ => None,
        }
    }

    pub(super) fn malformed(place: impl Into<String>, expected: &'static str) -> Self {
        Self::Malformed { place: place.into(), expected }
    }
}
