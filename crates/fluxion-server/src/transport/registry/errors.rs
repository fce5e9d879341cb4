//! Why a graph does not come, or does not go.

use fluxion_context::Exhausted;
use fluxion_store::{Incarnation, OverQuota};

use crate::transport::faults::StartError;

/// The most loads at once, those included that wait for another one of their name.
pub(super) const MOST_LOADS: usize = 1024;

/// Why a graph was not created.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    /// There is one of this name.
    #[error("there is a graph named `{0}`")]
    Exists(String),
    /// Another one of this name was created meanwhile.
    #[error("another graph named `{0}` was created at the same time")]
    Lost(String),
    /// The one that was to give way is not there.
    #[error("{}", other_incarnation(name, *expected, *found))]
    OtherIncarnation {
        /// Its name.
        name: String,
        /// The one that was meant.
        expected: Incarnation,
        /// The one that is there, if any.
        found: Option<Incarnation>,
    },
    /// Too many are on their way.
    #[error("{MOST_LOADS} graphs are loading or wait for it, which is the most: try again later")]
    TooManyLoads,
    /// There are too many.
    #[error("there are {0} graphs, which is the most (the server's --max-graphs): drop one first")]
    TooMany(usize),
    /// There are too many forks.
    #[error(
        "there are {0} forks, which is the most (the server's --max-forks): drop one, or wait until one is over"
    )]
    TooManyForks(usize),
    /// They would have too many vertices or jobs.
    #[error(transparent)]
    OverQuota(#[from] OverQuota),
    /// There is no memory for its text.
    #[error(transparent)]
    Memory(#[from] Exhausted),
    /// It was not loaded.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Why a graph was not dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DropError {
    /// The journal failed: whether it is dropped is not known.
    Unwritten,
    /// There is none of this name.
    NoGraph,
    /// There is another than the one that was meant.
    OtherIncarnation {
        /// The one that was meant.
        expected: Incarnation,
        /// The one that is there.
        found: Incarnation,
    },
}

/// How it is told that a graph is not the one that was meant.
pub(crate) fn other_incarnation(
    name: &str,
    expected: Incarnation,
    found: Option<Incarnation>,
) -> String {
    match found {
        Some(found) => format!("graph `{name}` is of incarnation {found}, not {expected}"),
        None => format!("there is no graph named `{name}`, expected one of incarnation {expected}"),
    }
}
