//! What SQLite says, as errors of a log.

use std::path::Path;

use fluxion_store::journal::LogError;
use rusqlite::ErrorCode;

/// What an error of the database means.
pub(crate) fn fault(path: &Path, error: &rusqlite::Error) -> LogError {
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LogError::InUse(path),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            LogError::ReadOnly { path, reason }
        }
        Some(ErrorCode::NotADatabase) => LogError::Foreign { path, found: reason },
        Some(ErrorCode::DiskFull) => LogError::Full(path),
        Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory) => {
            LogError::Failed { path, reason }
        }
        // what was written is read: only if it was altered can it be malformed, or have other types, or break a rule
        _ => LogError::Altered { path, what: reason },
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn what_the_database_says_has_one_meaning() {
        let check = |code, expected: fn(&LogError) -> bool| {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let found = fault(Path::new("journal.db"), &error);
            assert!(expected(&found), "{found:?}");
        };
        check(ffi::SQLITE_BUSY, |error| matches!(error, LogError::InUse(_)));
        check(ffi::SQLITE_READONLY, |error| matches!(error, LogError::ReadOnly { .. }));
        check(ffi::SQLITE_CANTOPEN, |error| matches!(error, LogError::ReadOnly { .. }));
        check(ffi::SQLITE_FULL, |error| matches!(error, LogError::Full(_)));
        check(ffi::SQLITE_NOTADB, |error| matches!(error, LogError::Foreign { .. }));
        check(ffi::SQLITE_IOERR_FSYNC, |error| matches!(error, LogError::Failed { .. }));
        check(ffi::SQLITE_CORRUPT, |error| matches!(error, LogError::Altered { .. }));
    }
}
