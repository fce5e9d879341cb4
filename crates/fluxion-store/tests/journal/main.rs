//! The journal with a log in memory: whatever write fails, nothing that was acknowledged is lost, and nothing is half there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod examinations;
mod refusals;
mod seeking;
mod session;

use fluxion_store::journal::{
    Log, LogError, MemoryLog, RecoveryFault, Time, recover, recover_from,
};
use session::{Server, fingerprints, recover_all};

/// How many operations a session has.
const OPERATIONS: u64 = 200;

/// A session that ends at the first failure: the state that was acknowledged last, if any was.
fn session(log: &mut dyn Log) -> (Option<u64>, Result<(), LogError>) {
    let mut server = match Server::create(log, "g") {
        Ok(server) => server,
        Err(error) => return (None, Err(error)),
    };
    let worked = server.work(log, 0..OPERATIONS, 50);
    (Some(server.durable), worked)
}

#[test]
fn whichever_write_fails_what_was_acknowledged_is_there() {
    let mut failures = 0;
    loop {
        let mut log = MemoryLog::new().reopened(Some(failures));
        let (acknowledged, worked) = session(&mut log);
        let poisoned = log.sync().is_err();
        let mut log = log.reopened(None);
        let expected: Vec<u64> = acknowledged.into_iter().collect();
        assert_eq!(fingerprints(&mut log), Ok(expected.clone()), "after {failures} writes");
        if worked.is_ok() {
            break;
        }
        assert!(poisoned, "nothing is done after a failure");
        // a server that starts then goes on
        for recovered in recover_all(&mut log).unwrap() {
            assert_eq!(recovered.store.context().check(), Ok(()));
            let mut server = Server::resume(recovered);
            server.work(&mut log, 1000..1020, 10).unwrap();
            assert_eq!(fingerprints(&mut log), Ok(vec![server.durable]));
        }
        failures += 1;
    }
    assert!(failures > 80, "{failures}");
}

#[test]
fn every_way_to_the_end_leads_to_the_same_store() {
    let mut log = MemoryLog::new();
    let (acknowledged, _) = session(&mut log);
    let graph = log.graphs().unwrap().remove(0);
    let snapshots = log.snapshots(graph.id).unwrap();
    assert_eq!(snapshots.len(), 4);
    let mut told = Vec::new();
    for snapshot in snapshots.into_iter().map(Some).chain([None]) {
        let mut last = None;
        let recovered =
            recover_from(&mut log, &graph, snapshot, &mut |progress| last = Some(progress))
                .unwrap();
        assert_eq!(Some(recovered.store.fingerprint()), acknowledged);
        assert_eq!(recovered.store.context().check(), Ok(()));
        told.extend(last.map(|progress| (progress.done, progress.of)));
    }
    assert!(told.iter().all(|(done, of)| done == of) && told.len() >= 4, "{told:?}");
}

#[test]
fn what_is_pruned_is_not_needed() {
    let mut log = MemoryLog::new();
    let (acknowledged, _) = session(&mut log);
    let pruned = log.prune(Time(u64::MAX), 1000).unwrap();
    assert!(pruned.frames > 0 && pruned.snapshots == 2, "{pruned:?}");
    assert!(log.prune(Time(u64::MAX), 1000).unwrap().is_empty());
    let graph = log.graphs().unwrap().remove(0);
    for snapshot in log.snapshots(graph.id).unwrap() {
        let recovered = recover_from(&mut log, &graph, Some(snapshot), &mut |_| ()).unwrap();
        assert_eq!(Some(recovered.store.fingerprint()), acknowledged);
    }
    let without = recover_from(&mut log, &graph, None, &mut |_| ()).map(|_| ());
    let fault = without.unwrap_err().fault;
    assert!(matches!(*fault, RecoveryFault::Frame(_)), "{fault:?}");
}

#[test]
fn a_graph_that_was_dropped_is_history() {
    let mut log = MemoryLog::new();
    let first = Server::create(&mut log, "g").unwrap();
    first.drop(&mut log).unwrap();
    let second = Server::create(&mut log, "g").unwrap();
    assert_eq!(fingerprints(&mut log), Ok(vec![second.durable]));
    let graphs = log.graphs().unwrap();
    assert_eq!(graphs.len(), 2);
    assert!(recover(&mut log, &graphs[0], &mut |_| ()).is_ok());
    assert_eq!(log.prune(Time(u64::MAX), 1000).unwrap().graphs, 1);
}
