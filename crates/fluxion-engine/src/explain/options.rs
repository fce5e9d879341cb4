//! What an explanation is asked for.

use std::collections::BTreeMap;

use fluxion_graph::VertexId;

use crate::operation::JobId;
use crate::policy::Policy;

/// What an explanation is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainOptions<'a> {
    /// By which policy, if not the graph's.
    pub policy: Option<Policy>,
    /// Whether changes are tried.
    pub hints: Hints,
    /// How many examples each bucket has, [`MOST_EXAMPLES`](crate::MOST_EXAMPLES) at most.
    pub examples: usize,
    /// A vertex about which more is said.
    pub why_not: Option<VertexId>,
    /// What it costs that jobs go, if it is asked for which would have to.
    pub preempt: Option<&'a JobCosts>,
}

/// What it costs whoever asks that jobs go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobCosts {
    /// Of these jobs; one without a cost stays.
    pub listed: BTreeMap<JobId, Option<u64>>,
    /// Of every other job; without it they stay.
    pub others: Option<u64>,
}

impl JobCosts {
    /// What it costs that a job goes; nothing if it stays.
    pub(super) fn of(&self, job: JobId) -> Option<u64> {
        self.listed.get(&job).copied().unwrap_or(self.others)
    }
}

/// Whether changes of a request are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hints {
    /// They are.
    Tried,
    /// They are not.
    Skipped,
}

impl Default for ExplainOptions<'_> {
    fn default() -> Self {
        Self { policy: None, hints: Hints::Tried, examples: 4, why_not: None, preempt: None }
    }
}
