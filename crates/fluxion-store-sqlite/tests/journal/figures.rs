//! Many records: that they come back, and, where `JOURNAL_RECORDS` says how many, how long it takes.

#![allow(clippy::disallowed_methods, reason = "what it costs is measured")]

use std::time::Instant;

use fluxion_context::{Context, LoadFormat, MatchOperation, Options, Wanted};
use fluxion_store::journal::{EncodedSnapshot, GraphId, Log as _, Sequence, Time};
use fluxion_store::{Command, Incarnation, KeyedCommand, Store};
use fluxion_store_sqlite::{Durability, SqliteLog, SqliteOptions};

use crate::session::{Server, fingerprints, refusal_as_sent};
use crate::{QUICK, open};

/// Nodes of 64 cores each.
fn machine(nodes: u64) -> Store {
    let graph = format!(
        r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="root" for="node" attr.name="root" attr.type="int"><default>0</default></key>
<key id="type" for="node" attr.name="type" attr.type="string"/>
<key id="basename" for="node" attr.name="basename" attr.type="string"/>
<key id="unit" for="node" attr.name="unit" attr.type="string"/>
<key id="size" for="node" attr.name="size" attr.type="long"><default>1</default></key>
<key id="subsystem" for="node" attr.name="subsystem" attr.type="string"><default>containment</default></key>
<key id="e_subsystem" for="edge" attr.name="e_subsystem" attr.type="string"><default>containment</default></key>
<key id="relation" for="edge" attr.name="relation" attr.type="string"><default>contains</default></key>
<key id="gen_method" for="edge" attr.name="gen_method" attr.type="string"><default>MULTIPLY</default></key>
<key id="multi_scale" for="edge" attr.name="multi_scale" attr.type="int"><default>1</default></key>
<key id="id_scope" for="edge" attr.name="id_scope" attr.type="int"><default>0</default></key>
<key id="id_start" for="edge" attr.name="id_start" attr.type="int"><default>0</default></key>
<key id="id_stride" for="edge" attr.name="id_stride" attr.type="int"><default>1</default></key>
<graph id="tiny" edgedefault="directed">
<node id="cluster"><data key="root">1</data><data key="type">cluster</data><data key="basename">cluster</data></node>
<node id="node"><data key="type">node</data><data key="basename">node</data></node>
<node id="core"><data key="type">core</data><data key="basename">core</data></node>
<edge id="a" source="cluster" target="node"><data key="multi_scale">{nodes}</data></edge>
<edge id="b" source="node" target="core"><data key="multi_scale">64</data></edge>
</graph></graphml>"#
    );
    let options = Options { load_format: LoadFormat::Grug, ..Options::default() };
    Store::new(Context::load(&graph, &options).unwrap(), options, Incarnation(1))
}

fn one_core(number: u64) -> KeyedCommand {
    let jobspec = r#"{"version": 1, "tasks": [], "attributes": {"system": {"duration": 3600}}, "resources":
        [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}"#;
    let command = Command::Match {
        operation: MatchOperation::Allocate,
        jobspec: jobspec.to_owned(),
        now: 0,
        wanted: Wanted::default(),
        job_key: format!("job-{number}"),
    };
    KeyedCommand { id: None, command }
}

#[test]
fn many_records_come_back() {
    let asked = std::env::var("JOURNAL_RECORDS").ok().and_then(|text| text.parse().ok());
    let records: u64 = asked.unwrap_or(3000);
    let directory = tempfile::tempdir().unwrap();
    let mut log = open(directory.path()).unwrap();
    let mut server = Server::serve(&mut log, "g", machine(records.div_ceil(64) + 1)).unwrap();
    let begin = Instant::now();
    for number in 0..records {
        server.ask(&one_core(number));
        if number % 64 == 63 {
            server.flush(&mut log).unwrap();
        }
    }
    server.commit(&mut log).unwrap();
    let (filled, jobs) = (begin.elapsed(), server.store.context().live_jobs());
    assert_eq!(jobs as u64, records);
    drop(log);
    let bytes = std::fs::metadata(directory.path().join("journal.db")).unwrap().len();
    let begin = Instant::now();
    let mut log = open(directory.path()).unwrap();
    let opened = begin.elapsed();
    let recovered = crate::session::recover_all(&mut log).unwrap().remove(0);
    let replayed = begin.elapsed();
    assert_eq!(recovered.store.fingerprint(), server.durable);
    println!(
        "{records} records: filled in {filled:?}, opened in {opened:?}, replayed in {replayed:?}, {} bytes each",
        bytes / records
    );

    let graph = log.graphs().unwrap().remove(0);
    let frames = log.read_frames(graph.id, Sequence(1), usize::MAX).unwrap();
    let begin = Instant::now();
    let decoded: usize = frames.iter().map(|frame| frame.records().unwrap().len()).sum();
    println!("{decoded} records decoded in {:?}", begin.elapsed());
    let begin = Instant::now();
    let clone = recovered.store.clone();
    let cloned = begin.elapsed();
    let (graph, sequence) = (GraphId(1), Sequence(records + 1));
    let begin = Instant::now();
    let snapshot = EncodedSnapshot::of(&clone, graph, sequence, Time(1), &refusal_as_sent);
    let encoded = begin.elapsed();
    for (number, part) in snapshot.parts() {
        log.write_snapshot_part(&snapshot.head, number, part).unwrap();
    }
    log.finish_snapshot(&snapshot.head).unwrap();
    let begin = Instant::now();
    let recovered = crate::session::recover_all(&mut log).unwrap().remove(0);
    let restored = begin.elapsed();
    assert_eq!((recovered.store.fingerprint(), recovered.records), (server.durable, 0));
    println!(
        "a clone in {cloned:?}, a snapshot in {encoded:?} of {} bytes, restored in {restored:?}",
        snapshot.bytes.len()
    );
}

#[test]
fn commits_are_durable_at_some_rate() {
    let asked = std::env::var("JOURNAL_COMMITS").ok().and_then(|text| text.parse().ok());
    let commits: u64 = asked.unwrap_or(20);
    for (durability, batch) in [
        (Durability::Fsync, 1),
        (Durability::Fsync, 64),
        (Durability::Interval, 64),
        (Durability::None, 64),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteOptions { durability, ..QUICK };
        let mut log = SqliteLog::open(directory.path(), &options).unwrap().log;
        let mut server = Server::serve(&mut log, "g", machine(commits * batch / 64 + 1)).unwrap();
        let (mut times, mut number) = (Vec::new(), 0);
        for _ in 0..commits {
            for _ in 0..batch {
                server.ask(&one_core(number));
                number += 1;
            }
            let begin = Instant::now();
            server.flush(&mut log).unwrap();
            times.push(begin.elapsed());
        }
        server.commit(&mut log).unwrap();
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        println!("{durability:?}, {batch} records a commit: p50 {:?}, p99 {:?}", at(50), at(99));
        assert_eq!(fingerprints(&mut log), Ok(vec![server.durable]));
    }
}

#[test]
fn a_regular_machine_is_a_small_snapshot() {
    let nodes = if std::env::var_os("JOURNAL_RECORDS").is_some() { 17_300 } else { 100 };
    let store = machine(nodes);
    let begin = Instant::now();
    let bytes = store.snapshot(&refusal_as_sent);
    let written = begin.elapsed();
    let begin = Instant::now();
    let restored = Store::restore(&bytes).unwrap();
    let vertices = store.context().graph().vertex_count();
    println!(
        "{vertices} vertices: {} bytes in {written:?}, restored in {:?}",
        bytes.len(),
        begin.elapsed()
    );
    assert_eq!(restored.fingerprint(), store.fingerprint());
    assert!(bytes.len() < vertices.max(20_000), "{} bytes", bytes.len());
}
