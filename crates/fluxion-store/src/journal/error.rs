//! Why what was written cannot be read.

use fluxion_context::ResumeFault;

/// See the module documentation.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It is not what protobuf makes.
    #[error("no message of the journal: {0}")]
    Message(#[from] prost::DecodeError),
    /// It says something that this version does not know.
    #[error("{0} of a kind that this version does not know: it was written by a newer one")]
    UnknownKind(&'static str),
    /// It is of a newer format.
    #[error("format {found}, and this version knows {known}: it was written by a newer one")]
    Newer {
        /// The format of what was found.
        found: u32,
        /// The latest one that is known.
        known: u32,
    },
    /// It does not say what it must.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// It says what cannot be.
    #[error(transparent)]
    Resume(#[from] ResumeFault),
}
