//! A subgraph that was not attached, or not removed.

use fluxion_context::{AttachError, AttachErrorKind, RemoveError};

use super::jgf::jgf_error;

/// What standard error gets behind the first line of a failed attach.
pub(crate) fn attach_error(error: &AttachError) -> String {
    let errno = match error.kind() {
        AttachErrorKind::Invalid => "Invalid argument",
        AttachErrorKind::Exists => "File exists",
        AttachErrorKind::Exhausted => "Cannot allocate memory",
        AttachErrorKind::Stopped => "Interrupted system call",
    };
    let fault = match error {
        AttachError::Jgf(error) => format!("reader returned error: {}", jgf_error(error)),
        AttachError::Setup(error) => {
            format!("reinitializing traverser after adding subgraph. {error}\n")
        }
    };
    format!(
        "ERROR: add_subgraph: ERROR: add subgraph error: {errno}\nadd_subgraph: ERROR: {fault}\n"
    )
}

/// The lines of a failed remove.
pub(crate) fn remove_error(error: &RemoveError) -> Vec<String> {
    let errno = match error {
        RemoveError::Ranks(_) => return vec!["ERROR: failed to decode ranks.".to_owned()],
        RemoveError::Rank(rank) => {
            return vec![
                "ERROR: can't partial cancel subgraph ".to_owned(),
                format!("ERROR: remove: {rank} not found in by_rank map."),
            ];
        }
        RemoveError::Path(_) => "No such file or directory",
        RemoveError::Held(_) | RemoveError::Engine(_) => "Invalid argument",
    };
    vec![
        "ERROR: can't remove subgraph ".to_owned(),
        format!(
            "ERROR: remove_subgraph: ERROR: remove_subgraph error: {errno}\n\
             remove_subgraph: ERROR: traverser returned error: {error}\n"
        ),
    ]
}
