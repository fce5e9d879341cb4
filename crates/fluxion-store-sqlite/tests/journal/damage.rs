//! A byte of the files is another: it is refused, or it did not matter. Never is there another state.

use std::fs;
use std::path::Path;

use crate::session::Server;
use crate::{found, image, open};

/// How many bytes of a file are tried, unless `JOURNAL_EVERY_BYTE` is set.
const USUAL: usize = 250;

/// Flips a bit, or all, of bytes of a file. How often it was refused.
fn check(directory: &Path, file: &str, expected: &[u64]) -> usize {
    let bytes = fs::read(directory.join(file)).unwrap();
    let every = std::env::var_os("JOURNAL_EVERY_BYTE").is_some();
    // no multiple of what the format is made of
    let step = if every { 1 } else { (bytes.len() / USUAL) | 1 };
    let copy = image(directory);
    let mut refused = 0;
    for (at, flip) in (0..bytes.len()).step_by(step).zip([1u8, 0xff, 0x80].into_iter().cycle()) {
        for entry in fs::read_dir(copy.path()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        let mut other = bytes.clone();
        other[at] ^= flip;
        fs::write(copy.path().join(file), other).unwrap();
        match found(copy.path()) {
            Ok(state) => {
                assert_eq!(state, expected, "byte {at} of {file}, ^ {flip:#x}");
            }
            Err(error) => {
                assert!(error.contains(['/', 'g']), "{error}");
                refused += 1;
            }
        }
    }
    refused
}

#[test]
fn a_head_of_which_no_half_is_whole_is_refused() {
    let (directory, log, _) = directory();
    drop(log);
    let path = directory.path().join("head");
    let mut bytes = fs::read(&path).unwrap();
    (bytes[10], bytes[50]) = (!bytes[10], !bytes[50]);
    fs::write(&path, bytes).unwrap();
    let error = found(directory.path()).unwrap_err();
    assert!(error.contains("head: altered: neither of its two halves"), "{error}");
}

/// Two graphs, one of them with snapshots.
fn directory() -> (tempfile::TempDir, fluxion_store_sqlite::SqliteLog, [u64; 2]) {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..40, 15).unwrap();
    let mut other = Server::create(&mut log, "graph").unwrap();
    other.work(&mut log, 0..8, 100).unwrap();
    let states = [server.durable, other.durable];
    (directory, log, states)
}

#[test]
fn no_byte_of_a_closed_database_makes_another_state() {
    let (directory, log, states) = directory();
    drop(log);
    assert_eq!(found(directory.path()), Ok(states.to_vec()));
    let refused = check(directory.path(), "journal.db", &states);
    assert!(refused > USUAL / 20, "{refused}");
    // of its two halves one is enough
    assert_eq!(check(directory.path(), "head", &states), 0);
}

#[test]
fn no_byte_of_a_database_in_use_makes_another_state() {
    let (directory, log, states) = directory();
    let copy = image(directory.path());
    drop(log);
    // most of it is newer in the write-ahead log
    check(copy.path(), "journal.db", &states);
    let refused = check(copy.path(), "journal.db-wal", &states);
    assert!(refused > USUAL / 20, "{refused}");
}
