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

/// What the reference does not say of such a result: why, and what would help.
fn printable_otherwise(error: &WriteError) -> String {
    let help = match error {
        WriteError::NegativeRank { .. } => "give each node a rank in the graph",
        WriteError::NegativeId { .. } => "give each core and gpu an id in the graph",
        WriteError::NoCoreOrGpu => "ask for cores or gpus of nodes",
        // the prompt sets no limits
        other => return other.to_string(),
    };
    format!("{error}: {help}, or choose with -F a form of simple or jgf, which print any result")
}

/// What the reference says of a result that it cannot print, as of errno: all that it knows is EINVAL.
fn unprintable(error: &WriteError) -> &'static str {
    match error {
        WriteError::NegativeRank { .. }
        | WriteError::NegativeId { .. }
        | WriteError::NoCoreOrGpu => "Invalid argument",
        WriteError::TooLarge { .. } => "Value too large for defined data type",
        WriteError::Exhausted(_) => "Cannot allocate memory",
        WriteError::Stopped(_) => "Interrupted system call",
    }
}
