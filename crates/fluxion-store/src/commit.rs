//! One change of a store, as a value: what is done to the graph, and what clients attached to it.

use std::sync::Arc;

use fluxion_context::Change;

use crate::answer::Kept;
use crate::revision::{Incarnation, Revision};

/// One change of a store.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The load that it belongs to.
    pub incarnation: Incarnation,
    /// The revision after it.
    pub revision: Revision,
    /// What happens to the graph and its jobs.
    pub change: Change,
    /// The key of the job that is booked; none if empty.
    pub job_key: String,
    /// Answers to be remembered: those that were given since the last commit without one of their own, then that of this
    /// one.
    pub answers: Vec<Arc<Kept>>,
}
