//! The texts of the reference's command line, byte for byte, made from typed errors: scripts look for them. Nothing
//! outside `query` knows them, and nothing here decides what is an error.
//!
//! One file per operation (`loading`, `matching`, `finding`, `updating`, `partial_cancel`, `elastic`), and one per
//! reader for what the reference says about texts (`jgf`, `grug`, `hwloc`, `rv1`, `jobspec`).

mod grug;
mod hwloc;
mod jgf;
mod jobspec;
mod rv1;

pub(crate) mod elastic;
pub(crate) mod finding;
pub(crate) mod loading;
pub(crate) mod matching;
pub(crate) mod partial_cancel;
pub(crate) mod updating;

use fluxion_context::WriteError;

/// What the reference says of a result that it cannot print, as of errno: all that it knows is EINVAL. The
/// prompt sets no limits.
fn unprintable(error: &WriteError) -> &'static str {
    match error {
        WriteError::NegativeRank { .. }
        | WriteError::NegativeId { .. }
        | WriteError::NoCoreOrGpu => "Invalid argument",
        WriteError::TooLarge { .. } => "Value too large for defined data type",
        WriteError::Stopped(_) => "Interrupted system call",
    }
}
