//! What an explanation is asked for.

use fluxion_graph::VertexId;

use crate::policy::Policy;

/// What an explanation is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainOptions {
    /// By which policy, if not the graph's.
    pub policy: Option<Policy>,
    /// Whether changes are tried.
    pub hints: Hints,
    /// How many examples each bucket has, [`MOST_EXAMPLES`] at most.
    pub examples: usize,
    /// A vertex about which more is said.
    pub why_not: Option<VertexId>,
}

/// Whether changes of a request are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hints {
    /// They are.
    Tried,
    /// They are not.
    Skipped,
}

impl Default for ExplainOptions {
    fn default() -> Self {
        Self { policy: None, hints: Hints::Tried, examples: 4, why_not: None }
    }
}
