//! What cannot be opened or written is refused, each with an error of its own.

use std::fs;

use fluxion_store::journal::{Log as _, LogError, Time};
use fluxion_store_sqlite::{Durability, SqliteLog, SqliteOptions};
use rusqlite::Connection;

use crate::session::{Server, fingerprints};
use crate::{QUICK, found, image, open};

#[test]
fn a_second_server_is_refused_and_the_first_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    let refused = open(directory.path()).unwrap_err();
    assert_eq!(refused, LogError::InUse(directory.path().join("journal.db")));
    server.work(&mut log, 0..10, 5).unwrap();
    drop(log);
    assert_eq!(found(directory.path()), Ok(vec![server.durable]));
}

#[test]
fn what_is_no_journal_is_refused_and_stays_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.db");
    let check = |expected: fn(&LogError) -> bool| {
        let before = fs::read(&path).unwrap();
        let error = open(directory.path()).unwrap_err();
        assert!(expected(&error), "{error:?}");
        assert_eq!(fs::read(&path).unwrap(), before);
    };
    fs::write(&path, "a text that is longer than the header of a database".repeat(99)).unwrap();
    check(|error| matches!(error, LogError::Foreign { .. }));
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    check(|error| matches!(error, LogError::Foreign { .. }));
}

#[test]
fn a_newer_journal_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()).unwrap());
    let path = directory.path().join("journal.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let refused = open(directory.path()).unwrap_err();
    assert_eq!(refused, LogError::Newer { path, found: 2, known: 1 });
}

#[test]
fn a_directory_that_cannot_be_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = open(&file.join("data")).unwrap_err();
    assert!(matches!(refused, LogError::Failed { .. }), "{refused:?}");
}

#[test]
fn a_directory_without_its_database_or_its_head_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    Server::create(&mut log, "g").unwrap();
    drop(log);
    let copy = image(directory.path());
    fs::remove_file(copy.path().join("journal.db")).unwrap();
    let refused = open(copy.path()).unwrap_err();
    assert!(matches!(refused, LogError::LostTail { expected: 1, found: 0, .. }), "{refused:?}");
    let copy = image(directory.path());
    fs::remove_file(copy.path().join("head")).unwrap();
    let refused = open(copy.path()).unwrap_err();
    assert!(matches!(refused, LogError::Altered { .. }), "{refused:?}");
}

#[test]
fn a_full_disk_loses_nothing_and_it_goes_on_with_more_room() {
    let directory = tempfile::tempdir().unwrap();
    let small = SqliteOptions { most_bytes: Some(30 * 4096), ..QUICK };
    let mut log = SqliteLog::open(directory.path(), &small).unwrap().log;
    let mut server = Server::create(&mut log, "g").unwrap();
    let failed = server.work(&mut log, 0..10_000, 1000).unwrap_err();
    assert_eq!(failed, LogError::Full(directory.path().join("journal.db")));
    let acknowledged = server.durable;
    assert!(matches!(log.sync(), Err(LogError::Poisoned(_))), "nothing is tried again");
    assert!(matches!(log.graphs(), Err(LogError::Poisoned(_))));
    drop(log);
    let mut log = open(directory.path()).unwrap();
    assert_eq!(fingerprints(&mut log), Ok(vec![acknowledged]));
    let recovered = crate::session::recover_all(&mut log).unwrap().remove(0);
    let mut server = Server::resume(recovered);
    server.work(&mut log, 0..50, 20).unwrap();
    assert_eq!(fingerprints(&mut log), Ok(vec![server.durable]));
}

#[test]
fn wherever_the_room_ends_what_was_acknowledged_is_there() {
    let (mut ended, mut pages) = (true, 2);
    while ended {
        let directory = tempfile::tempdir().unwrap();
        let small = SqliteOptions { most_bytes: Some(pages * 4096), ..QUICK };
        let (mut acknowledged, mut worked) = (Vec::new(), Ok(()));
        if let Ok(opened) = SqliteLog::open(directory.path(), &small) {
            let mut log = opened.log;
            if let Ok(mut server) = Server::create(&mut log, "g") {
                worked = server.work(&mut log, 0..300, 20);
                acknowledged.push(server.durable);
            }
        }
        ended = worked.is_err() || acknowledged.is_empty();
        assert_eq!(found(directory.path()), Ok(acknowledged), "{pages} pages");
        pages += 1;
    }
    assert!(pages > 20, "{pages}");
}

#[test]
fn what_is_old_is_thrown_away_a_few_rows_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    Server::create(&mut log, "g").unwrap().drop(&mut log).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..200, 50).unwrap();
    let snapshots = log.prune(Time(0), 10).unwrap();
    assert_eq!((snapshots.frames, snapshots.snapshots, snapshots.graphs), (0, 2, 0));
    let (mut rounds, mut frames, mut graphs) = (0, 0, 0);
    loop {
        let pruned = log.prune(Time(u64::MAX), 10).unwrap();
        assert!(pruned.frames <= 20, "{pruned:?}");
        if pruned.is_empty() {
            break;
        }
        (rounds, frames, graphs) = (rounds + 1, frames + pruned.frames, graphs + pruned.graphs);
    }
    assert!(rounds > 4 && frames > 50 && graphs == 1, "{rounds} {frames} {graphs}");
    let graph = log.graphs().unwrap().remove(0);
    assert_eq!(log.snapshots(graph.id).unwrap().len(), 2);
    drop(log);
    assert_eq!(found(directory.path()), Ok(vec![server.durable]));
}

#[test]
fn every_durability_keeps_what_it_was_given() {
    for durability in [Durability::Fsync, Durability::Interval, Durability::None] {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteOptions { durability, ..QUICK };
        let mut log = SqliteLog::open(directory.path(), &options).unwrap().log;
        let mut server = Server::create(&mut log, "g").unwrap();
        server.work(&mut log, 0..8, 100).unwrap();
        log.sync().unwrap();
        let copy = image(directory.path());
        assert_eq!(found(copy.path()), Ok(vec![server.durable]), "{durability:?}");
    }
}
