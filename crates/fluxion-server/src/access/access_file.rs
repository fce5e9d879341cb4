//! The file that says who may call, and reading it again when it has changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fluxion_access::{AccessFileError, AccessList};

/// The longest file.
const LONGEST: u64 = 16 << 20;

/// The file that says who may call cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthFileError {
    /// It cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// It is longer than any that somebody would write.
    #[error("{}: it has more than {LONGEST} bytes", .0.display())]
    TooLong(PathBuf),
    /// It says something that cannot be.
    #[error("{}: {error}", path.display())]
    Wrong {
        /// Where it is.
        path: PathBuf,
        /// What, and where in it.
        error: AccessFileError,
    },
}

/// Reads who may call.
///
/// # Errors
/// [`AuthFileError`] says what is wrong, and where.
pub fn read(path: &Path) -> Result<AccessList, AuthFileError> {
    let unreadable = |error| AuthFileError::Unreadable { path: path.to_owned(), error };
    if fs::metadata(path).map_err(unreadable)?.len() > LONGEST {
        return Err(AuthFileError::TooLong(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    AccessList::read(&text).map_err(|error| AuthFileError::Wrong { path: path.to_owned(), error })
}
