//! The journal on a disk: what a server finds that starts after another one was killed, or after the files were damaged.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod crashes;
mod damage;
mod figures;
mod fixtures;
mod refusals;
#[path = "../../../fluxion-store/tests/journal/session.rs"]
mod session;
mod tools;

use std::fs;
use std::path::Path;

use fluxion_store::journal::LogError;
use fluxion_store_sqlite::{Durability, LostTail, Opened, SqliteLog, SqliteOptions};
use session::fingerprints;
use tempfile::TempDir;

/// Nothing here loses its power.
pub(crate) const QUICK: SqliteOptions =
    SqliteOptions { durability: Durability::None, lost_tail: LostTail::Refuse, most_bytes: None };

pub(crate) fn open(directory: &Path) -> Result<SqliteLog, LogError> {
    SqliteLog::open(directory, &QUICK).map(|Opened { log, .. }| log)
}

/// What a server finds in a directory: the fingerprints of its graphs, or why it does not serve them.
pub(crate) fn found(directory: &Path) -> Result<Vec<u64>, String> {
    let mut log = open(directory).map_err(|error| error.to_string())?;
    fingerprints(&mut log)
}

/// A copy of the files of a directory, as they are at this moment.
pub(crate) fn image(directory: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}
