//! What goes wrong with a data directory, as a sentence with a hint and an exit status.

use std::io;
use std::path::Path;

use fluxion_store::journal::LogError;

use crate::output::{Failure, Status};

/// Why a directory cannot be used.
pub(super) fn refused(error: &LogError, directory: &Path) -> Failure {
    let status = match error {
        LogError::InUse(_) => Status::TryAgain,
        LogError::ReadOnly { .. } | LogError::Full(_) | LogError::Failed { .. } => {
            Status::InputOutput
        }
        LogError::Foreign { .. } | LogError::Newer { .. } => Status::Configuration,
        _ => Status::Failed,
    };
    Failure::new(sentence(error)).status(status).hint(hint(error, directory))
}

/// What an error of the log says to people.
pub(super) fn sentence(error: &LogError) -> String {
    match error {
        LogError::InUse(path) => {
            format!("{} is in use: a server or another command has it open", path.display())
        }
        LogError::LostTail { path, expected, found } => format!(
            "{}: its end is lost: commits {} to {expected} were written, and are not there",
            path.display(),
            found + 1
        ),
        error => error.to_string(),
    }
}

/// What helps.
pub(super) fn hint(error: &LogError, directory: &Path) -> Option<String> {
    let directory = directory.display();
    Some(match error {
        LogError::InUse(_) => {
            "stop the server, or wait for the other command, and try again".into()
        }
        LogError::ReadOnly { .. } => {
            "the directory must be writable, and its files must belong to who runs this".into()
        }
        LogError::Full(_) => "make room on the disk, and try again".into(),
        LogError::Foreign { .. } => {
            "expected the directory that a server was given, with its journal.db and head".into()
        }
        LogError::Newer { .. } => "use the version of fluxion that wrote it, or a later one".into(),
        LogError::LostTail { .. } => {
            format!("`fluxion repair {directory}` says what was lost, and what can be done")
        }
        LogError::Altered { path, .. } if path.ends_with("head") => {
            format!("`fluxion repair {directory}` says what can be done")
        }
        LogError::Altered { .. } => {
            "the database itself is damaged: `fluxion restore` makes a directory of a backup".into()
        }
        _ => return None,
    })
}

/// What the system says of a file.
pub(super) fn failed(doing: &str, path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot {doing} {}: {error}", path.display());
    Failure::new(message).status(Status::InputOutput)
}
