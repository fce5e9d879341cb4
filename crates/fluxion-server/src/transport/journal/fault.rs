//! Why the journal cannot be served.

use fluxion_store::journal::{LogError, RecoveryError};

/// Why the journal cannot be served, or not any more.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JournalFault {
    /// It cannot be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A graph cannot be recovered.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// The system gave no thread.
    #[error("cannot start the thread of the journal: {0}")]
    Thread(String),
}
