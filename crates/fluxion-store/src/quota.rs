//! What whoever has a store allows it to hold. A store itself has no quota, and does not know that of others.

use std::fmt;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Vertices of all graphs.
    Vertices,
    /// Live jobs of all graphs.
    Jobs,
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vertices => "vertices",
            Self::Jobs => "live jobs",
        })
    }
}

/// There may be no more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{asked} more {quota} are too many: there are {counted} in all graphs, and may be {limit}")]
pub struct OverQuota {
    /// Of what.
    pub quota: Quota,
    /// How many there may be.
    pub limit: u64,
    /// How many there were.
    pub counted: u64,
    /// How many more were asked for.
    pub asked: u64,
}
