//! What is found when all that is kept is looked at, and what is done about it.

use fluxion_store::journal::{
    Examination, Flaw, FrameError, GraphEntry, Log, MemoryLog, RecoveryFault, Remedy, Sequence,
    Time, examine,
};

use crate::session::Server;

/// A graph with five snapshots.
fn served() -> (MemoryLog, u64) {
    let mut log = MemoryLog::new();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..100, 20).unwrap();
    (log, server.durable)
}

fn graph(log: &mut MemoryLog) -> GraphEntry {
    log.graphs().unwrap().remove(0)
}

fn examined(log: &mut MemoryLog) -> Examination {
    let graph = graph(log);
    examine(log, &graph, &mut |_| ()).unwrap()
}

fn snapshots(log: &mut MemoryLog) -> Vec<Sequence> {
    let graph = graph(log).id;
    log.snapshots(graph).unwrap().into_iter().map(|head| head.sequence).collect()
}

/// The last records of all frames.
fn ends(log: &mut MemoryLog) -> Vec<Sequence> {
    examined(log).chain.ends
}

/// Cuts, and looks again: nothing may be wrong any more.
#[track_caller]
fn check(log: &mut MemoryLog, after: Sequence, last: Sequence, lost_snapshots: &[Sequence]) {
    let graph = graph(log).id;
    let found = examined(log);
    assert!(!found.flaws.is_empty());
    let remedy = Remedy { graph, after, last, snapshots: lost_snapshots.to_vec() };
    assert_eq!(found.remedy(), Some(remedy.clone()), "{:?}", found.flaws);
    log.mend(&remedy);
    let found = examined(log);
    assert_eq!((found.flaws, found.graph.last), (vec![], last));
    assert_eq!(found.store.is_some(), last != Sequence(0));
}

#[test]
fn nothing_is_wrong_with_what_was_written() {
    let (mut log, state) = served();
    let mut found = examined(&mut log);
    found.prove_store();
    assert_eq!((found.flaws.as_slice(), found.remedy()), (&[][..], None));
    assert_eq!(found.store.unwrap().fingerprint(), state);
    assert_eq!((found.ways.len(), found.chain.first), (6, Sequence(1)));
    assert_eq!(found.chain.records, found.graph.last.0);
    log.prune(Time(u64::MAX), 1000).unwrap();
    let found = examined(&mut log);
    assert_eq!((found.flaws, found.ways.len()), (vec![], 2));
    assert!(found.chain.first > Sequence(1));
}

#[test]
fn what_follows_a_damaged_frame_is_lost_where_no_snapshot_does() {
    let (mut log, _) = served();
    let mut server = Server::create(&mut log, "other").unwrap();
    server.work(&mut log, 0..20, 1000).unwrap();
    // only the second graph has no snapshot behind the damage
    let graph = log.graphs().unwrap().remove(1);
    let frames = examine(&mut log, &graph, &mut |_| ()).unwrap().chain.ends;
    log.damage(graph.id, frames[3]);
    let found = examine(&mut log, &graph, &mut |_| ()).unwrap();
    let fault = |flaw: &Flaw| matches!(flaw, Flaw::Frame { fault: FrameError::Hash, .. });
    assert_eq!(found.flaws.iter().filter(|flaw| fault(flaw)).count(), 1, "{:?}", found.flaws);
    let remedy = Remedy { graph: graph.id, after: Sequence(0), last: frames[2], snapshots: vec![] };
    assert_eq!(found.remedy(), Some(remedy.clone()));
    log.mend(&remedy);
    let graph = log.graphs().unwrap().remove(1);
    assert_eq!(examine(&mut log, &graph, &mut |_| ()).unwrap().flaws, []);
}

#[test]
fn a_damaged_frame_before_a_snapshot_takes_history_alone() {
    let (mut log, state) = served();
    let (frames, snapshots, id) = (ends(&mut log), snapshots(&mut log), graph(&mut log).id);
    log.damage(id, frames[1]);
    let last = *frames.last().unwrap();
    check(&mut log, frames[1], last, &[]);
    assert_eq!(examined(&mut log).store.unwrap().fingerprint(), state);
    // all snapshots but the newest are of no use
    let between = *frames.iter().rev().find(|&&end| end < snapshots[0]).unwrap();
    log.damage(id, between);
    check(&mut log, between, last, &snapshots[1..]);
    assert_eq!(examined(&mut log).store.unwrap().fingerprint(), state);
}

#[test]
fn a_missing_frame_is_found() {
    let (mut log, _) = served();
    let (frames, id) = (ends(&mut log), graph(&mut log).id);
    log.lose(id, frames[2]);
    let found = examined(&mut log);
    let places = found.flaws.iter().filter(|flaw| {
        matches!(flaw, Flaw::Frame { fault: FrameError::Place { .. }, first, .. } if first.0 == frames[2].0 + 1)
    });
    assert_eq!(places.count(), 1, "{:?}", found.flaws);
    check(&mut log, frames[2], *frames.last().unwrap(), &[]);
}

#[test]
fn a_snapshot_that_is_damaged_is_not_needed() {
    let (mut log, state) = served();
    let (graph, newest) = (graph(&mut log), snapshots(&mut log)[0]);
    log.damage_snapshot(graph.id, newest);
    let found = examined(&mut log);
    let [Flaw::Way { from, error }] = &found.flaws[..] else { panic!("{:?}", found.flaws) };
    assert_eq!((*from, &*error.fault), (newest, &RecoveryFault::SnapshotHash));
    check(&mut log, Sequence(0), graph.last, &[newest]);
    assert_eq!(examined(&mut log).store.unwrap().fingerprint(), state);
}

#[test]
fn where_nothing_leads_anywhere_nothing_can_be_kept() {
    let mut log = MemoryLog::new();
    Server::create(&mut log, "g").unwrap();
    let graph = graph(&mut log);
    log.damage(graph.id, Sequence(1));
    let remedy = examined(&mut log).remedy().unwrap();
    assert!(remedy.is_all(), "{remedy:?}");
    log.mend(&remedy);
    assert_eq!(log.graphs(), Ok(vec![]));
}

#[test]
fn of_a_graph_that_was_dropped_all_may_go() {
    let mut log = MemoryLog::new();
    Server::create(&mut log, "g").unwrap().drop(&mut log).unwrap();
    let found = examined(&mut log);
    assert_eq!((found.flaws.as_slice(), found.remedy(), found.ways.len()), (&[][..], None, 0));
    let graph = graph(&mut log).id;
    log.damage(graph, Sequence(2));
    assert!(examined(&mut log).remedy().unwrap().is_all());
}
