//! A server is killed: what was acknowledged is there, whatever became of the rest.

use std::fs::{self, OpenOptions};

use fluxion_store_sqlite::{LostTail, SqliteLog, SqliteOptions};

use crate::session::{Server, fingerprints, recover_all};
use crate::{QUICK, found, image, open};

#[test]
fn after_every_commit_it_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    for number in 0..60 {
        server.operate(number);
        let head_before = fs::read(directory.path().join("head")).unwrap();
        server.commit(&mut log).unwrap();
        if number % 15 == 14 {
            server.snapshot(&mut log).unwrap();
        }
        let copy = image(directory.path());
        assert_eq!(found(copy.path()), Ok(vec![server.durable]), "after operation {number}");
        // killed between the commit and the head
        let copy = image(directory.path());
        fs::write(copy.path().join("head"), head_before).unwrap();
        assert_eq!(found(copy.path()), Ok(vec![server.durable]), "after operation {number}");
    }
}

#[test]
fn a_server_that_ended_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    Server::create(&mut log, "g").unwrap();
    for life in 0..6 {
        let recovered = recover_all(&mut log).unwrap().remove(0);
        let mut server = Server::resume(recovered);
        server.work(&mut log, life * 20..life * 20 + 20, 17).unwrap();
        drop(log);
        log = open(directory.path()).unwrap();
        assert_eq!(fingerprints(&mut log), Ok(vec![server.durable]));
    }
}

#[test]
fn a_lost_tail_is_refused_or_told() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    let mut states = vec![server.durable];
    for number in 0..12 {
        server.operate(number);
        server.commit(&mut log).unwrap();
        if states.last() != Some(&server.durable) {
            states.push(server.durable);
        }
    }
    let length = fs::metadata(directory.path().join("journal.db-wal")).unwrap().len();
    let (mut refused, mut served) = (0, 0);
    for kept in (0..=length).rev().step_by(1777) {
        let copy = image(directory.path());
        let wal = OpenOptions::new().write(true).open(copy.path().join("journal.db-wal")).unwrap();
        wal.set_len(kept).unwrap();
        match found(copy.path()) {
            Ok(state) => {
                assert_eq!(state, [server.durable], "{kept} bytes");
                served += 1;
            }
            Err(error) => {
                let expected = format!("its end is lost: commit {} was written", states.len());
                assert!(error.contains(&expected), "{error}");
                refused += 1;
            }
        }
        let options = SqliteOptions { lost_tail: LostTail::Accept, ..QUICK };
        let Ok(opened) = SqliteLog::open(copy.path(), &options) else {
            // not even the tables were there
            continue;
        };
        let mut log = opened.log;
        let state = fingerprints(&mut log).unwrap();
        let expected = states.iter().rev().nth(opened.lost_commits as usize);
        assert_eq!(state.first(), expected, "{kept} bytes");
    }
    assert!(refused > 10 && served > 0, "{refused} {served}");
}
