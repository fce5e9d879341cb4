//! Why there is no graph, or no answer from one.

use std::io;
use std::time::Duration;

use fluxion_context::LoadError;

use crate::transport::journal::Unwritten;

/// Why there is no such thread.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The graph cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The system gave no thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] io::Error),
    /// The engine failed while loading.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The graph is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stopped {
    /// The engine met a fault of its own: its thread has ended.
    #[error("the engine stopped after an internal error: call Init again")]
    Fault,
    /// The same, and the journal has all that it ever answered.
    #[error(
        "the engine stopped after an internal error: the graph is recovered from the journal, try again"
    )]
    Recovering,
    /// It was dropped while the call waited.
    #[error("the graph was dropped")]
    Dropped,
    /// The journal failed: what the call has done, or seen, may not be on the disk.
    #[error(
        "the journal cannot be written: the outcome is unknown; repeat the request with its request key once the server is back"
    )]
    Unwritten,
    /// So much waits that no more may, and something of its client among it.
    #[error("{0} requests wait for the graph, which is the most (--max-queue): try again")]
    Crowded(usize),
    /// A revision is asked for that has not come, and that nothing on its way will make.
    #[error("the graph is at revision {at}, and {asked} is asked for at least")]
    Behind {
        /// What is asked for.
        asked: u64,
        /// The last one.
        at: u64,
    },
    /// The call, or the load, took longer than it may.
    #[error("it took longer than {0:?}")]
    TooLong(Duration),
}

impl From<Unwritten> for Stopped {
    fn from(Unwritten: Unwritten) -> Self {
        Self::Unwritten
    }
}
