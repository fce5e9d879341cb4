//! What the tools of an operator need: to look without touching, to copy, to shrink, and to throw away what is damaged.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fluxion_store::journal::{Flaw, GroupCommit, Log as _, LogError, Sequence, Time, examine};
use fluxion_store_sqlite::{Copied, Inspected, SqliteLog};
use rusqlite::{Connection, params};
use tempfile::TempDir;

use crate::session::{Server, fingerprints};
use crate::{found, image, open};

/// Two graphs, as a server leaves them that was killed; the states of both.
fn killed() -> (TempDir, [u64; 2]) {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..60, 25).unwrap();
    let mut other = Server::create(&mut log, "other").unwrap();
    other.work(&mut log, 0..20, 1000).unwrap();
    (image(directory.path()), [server.durable, other.durable])
}

/// The same, as a server leaves them that ended.
fn closed() -> (TempDir, [u64; 2]) {
    let (directory, states) = killed();
    drop(open(directory.path()).unwrap());
    (directory, states)
}

fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    entries.map(file).filter(|(name, _)| !name.ends_with("-shm")).collect()
}

/// The log may be looked at, and nothing but that.
fn inspected(directory: &Path) -> (SqliteLog, Option<LogError>) {
    let Inspected { log, refusal } = SqliteLog::inspect(directory).unwrap();
    (log, refusal)
}

/// The end of the write-ahead log is damaged: commits are lost.
fn lose_end(directory: &Path) {
    let path = directory.join("journal.db-wal");
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() * 9 / 10;
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// A byte of a frame becomes another.
fn damage(directory: &Path, graph: u64, number: u64) -> Sequence {
    let database = Connection::open(directory.join("journal.db")).unwrap();
    let select =
        "SELECT last_seq, body FROM frame WHERE graph = ?1 ORDER BY last_seq LIMIT 1 OFFSET ?2";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
    let (last, mut body) =
        database.query_row(select, params![graph as i64, number as i64], row).unwrap();
    *body.last_mut().unwrap() ^= 1;
    let update = "UPDATE frame SET body = ?1 WHERE graph = ?2 AND last_seq = ?3";
    database.execute(update, params![body, graph as i64, last]).unwrap();
    Sequence(last as u64)
}

#[test]
fn looking_changes_nothing() {
    for (directory, states) in [killed(), closed()] {
        let before = files(directory.path());
        let (mut log, refusal) = inspected(directory.path());
        assert_eq!((refusal, fingerprints(&mut log)), (None, Ok(states.to_vec())));
        let refused = log.append(&GroupCommit::default()).unwrap_err();
        assert!(matches!(refused, LogError::ReadOnly { .. }), "{refused:?}");
        drop(log);
        assert!(files(directory.path()) == before, "{:?}", files(directory.path()).keys());
    }
}

#[test]
fn nothing_is_made_where_nothing_is() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().to_owned(), directory.path().join("none")] {
        let refused = SqliteLog::inspect(&path).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("{}: no journal of Fluxion: it has no journal.db", path.display())
        );
        assert!(SqliteLog::open_existing(&path, &crate::QUICK).is_err());
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn what_is_refused_stays_as_it_is() {
    let (directory, _) = killed();
    lose_end(directory.path());
    let before = files(directory.path());
    let refused = open(directory.path()).unwrap_err();
    assert!(matches!(refused, LogError::LostTail { .. }), "{refused:?}");
    assert!(files(directory.path()) == before, "{:?}", files(directory.path()).keys());
}

#[test]
fn a_lost_end_is_told_and_accepted() {
    let (directory, states) = killed();
    lose_end(directory.path());
    let (log, refusal) = inspected(directory.path());
    assert!(matches!(refusal, Some(LogError::LostTail { .. })), "{refusal:?}");
    drop(log);
    let opened = SqliteLog::accept_end(directory.path()).unwrap();
    assert!(opened.lost_commits > 0);
    drop(opened);
    let found = found(directory.path()).unwrap();
    assert!(found.iter().zip(states).any(|(found, state)| *found != state) || found.len() < 2);
}

#[test]
fn a_damaged_head_is_told_and_made_anew() {
    for text in [&b""[..], b"no head of a journal"] {
        let (directory, states) = closed();
        fs::write(directory.path().join("head"), text).unwrap();
        assert!(found(directory.path()).is_err());
        let (log, refusal) = inspected(directory.path());
        let told = refusal.unwrap().to_string();
        assert!(told.contains("head: altered: "), "{told}");
        drop(log);
        drop(SqliteLog::accept_end(directory.path()).unwrap());
        assert_eq!(found(directory.path()), Ok(states.to_vec()));
    }
}

#[test]
fn a_copy_is_a_journal_of_its_own() {
    for (directory, states) in [killed(), closed()] {
        let copy = tempfile::tempdir().unwrap();
        let mut told = Copied::default();
        let (log, _) = inspected(directory.path());
        log.copy_to(copy.path(), &mut |copied| told = copied).unwrap();
        drop(log);
        assert_eq!(files(copy.path()).keys().collect::<Vec<_>>(), ["head", "journal.db"]);
        assert_eq!(found(copy.path()), Ok(states.to_vec()));
        let refused = inspected(directory.path()).0.copy_to(Path::new("/dev/null/x"), &mut |_| ());
        assert!(refused.is_err());
    }
}

#[test]
fn a_server_goes_on_after_a_copy() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..20, 10).unwrap();
    let then = server.durable;
    let copy = tempfile::tempdir().unwrap();
    log.copy_to(copy.path(), &mut |_| ()).unwrap();
    server.work(&mut log, 20..40, 10).unwrap();
    drop(log);
    assert_eq!(found(copy.path()), Ok(vec![then]));
    assert_eq!(found(directory.path()), Ok(vec![server.durable]));
}

#[test]
fn what_was_thrown_away_takes_no_room() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..600, 100).unwrap();
    let size = |log: &mut SqliteLog| {
        log.vacuum().unwrap();
        fs::metadata(log.place()).unwrap().len()
    };
    let before = size(&mut log);
    while !log.prune(Time(u64::MAX), 1000).unwrap().is_empty() {}
    let after = size(&mut log);
    assert!(after * 3 < before * 2, "{before} {after}");
    server.work(&mut log, 600..620, 100).unwrap();
    drop(log);
    assert_eq!(found(directory.path()), Ok(vec![server.durable]));
}

/// Damages a frame and throws away what has to go: what is left is in order. How many records are lost, and how many of
/// history.
fn repaired(graph: u64, number: u64) -> (u64, u64) {
    let (directory, _) = closed();
    damage(directory.path(), graph, number);
    let (mut log, _) = inspected(directory.path());
    let graphs = log.graphs().unwrap();
    let entry = graphs.iter().find(|entry| entry.id.0 == graph).unwrap();
    let examined = examine(&mut log, entry, &mut |_| ()).unwrap();
    assert!(matches!(examined.flaws[0], Flaw::Frame { .. }), "{:?}", examined.flaws);
    let remedy = examined.remedy().unwrap();
    drop(log);
    let mut log = open(directory.path()).unwrap();
    log.mend(std::slice::from_ref(&remedy)).unwrap();
    drop(log);
    let mut log = open(directory.path()).unwrap();
    for entry in log.graphs().unwrap() {
        assert_eq!(examine(&mut log, &entry, &mut |_| ()).unwrap().flaws, []);
    }
    // and it goes on
    for recovered in crate::session::recover_all(&mut log).unwrap() {
        let mut server = Server::resume(recovered);
        server.work(&mut log, 100..120, 7).unwrap();
    }
    (entry.last.0 - remedy.last.0, remedy.after.0)
}

#[test]
fn damage_behind_the_last_snapshot_loses_records_and_before_it_history() {
    let (lost, history) = repaired(1, 2);
    assert!(lost == 0 && history > 0, "{lost} {history}");
    let (lost, history) = repaired(2, 5);
    assert!(lost > 0 && history == 0, "{lost} {history}");
    // the graph was created by it
    let (lost, _) = repaired(2, 0);
    assert!(lost > 5, "{lost}");
}

/// All that a log has, written into another directory as it is.
fn imported(log: &mut SqliteLog, directory: &Path) -> SqliteLog {
    let mut target = open(directory).unwrap();
    for graph in log.graphs().unwrap() {
        target.import_graph(&graph).unwrap();
        target.import_frames(&log.read_frames(graph.id, Sequence(0), 1 << 30).unwrap()).unwrap();
        for head in log.snapshots(graph.id).unwrap() {
            for part in 0..head.parts {
                let bytes = log.read_snapshot_part(&head, part).unwrap();
                target.write_snapshot_part(&head, part, &bytes).unwrap();
            }
            target.finish_snapshot(&head).unwrap();
            assert_eq!(log.read_snapshot_part(&head, head.parts).unwrap(), Vec::<u8>::new());
        }
    }
    target
}

#[test]
fn what_another_log_has_is_written_as_it_is_though_its_beginning_is_gone() {
    let (directory, states) = killed();
    let mut log = open(directory.path()).unwrap();
    assert!(log.prune(Time(50), 1000).unwrap().frames > 0);
    let copy = tempfile::tempdir().unwrap();
    let mut target = imported(&mut log, copy.path());
    assert_eq!(target.graphs().unwrap(), log.graphs().unwrap());
    drop(target);
    let mut target = open(copy.path()).unwrap();
    assert_eq!(fingerprints(&mut target).unwrap(), states);
    for graph in target.graphs().unwrap() {
        assert_eq!(examine(&mut target, &graph, &mut |_| ()).unwrap().flaws, []);
    }
    // it goes on as any other
    Server::create(&mut target, "more").unwrap().work(&mut target, 0..10, 5).unwrap();
    assert_eq!(fingerprints(&mut target).unwrap().len(), 3);
}

#[test]
fn what_belongs_to_no_graph_is_not_written() {
    let (directory, _) = closed();
    let mut log = open(directory.path()).unwrap();
    let graph = log.graphs().unwrap().remove(0);
    let frames = log.read_frames(graph.id, Sequence(0), 1).unwrap();
    let copy = tempfile::tempdir().unwrap();
    let mut target = open(copy.path()).unwrap();
    let misplaced = |error: Result<(), LogError>| matches!(error, Err(LogError::Misplaced { .. }));
    assert!(misplaced(target.import_frames(&frames)));
    target.import_graph(&graph).unwrap();
    assert!(misplaced(target.import_graph(&graph)));
    let beyond = vec![fluxion_store::journal::Frame {
        last: Sequence(graph.last.0 + 1),
        ..frames[0].clone()
    }];
    assert!(misplaced(target.import_frames(&beyond)));
    target.import_frames(&frames).unwrap();
    // the rest is missing, and that is seen
    assert_ne!(examine(&mut target, &graph, &mut |_| ()).unwrap().flaws, []);
}
