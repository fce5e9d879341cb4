//! What does not fit is refused, with its place; nothing is skipped.

use fluxion_context::JobId;
use fluxion_store::Incarnation;
use fluxion_store::journal::{
    DecodeError, Frame, FrameError, GraphEntry, GroupCommit, Log, LogError, MemoryLog, Pruned,
    Record, RecoveryFault, Sequence, SnapshotHead, Time, recover,
};

use crate::session::{Server, fingerprints};

/// A log whose frames and snapshots are read otherwise than they were written.
struct Spoilt {
    log: MemoryLog,
    frames: fn(&mut Vec<Frame>),
    snapshot: fn(&mut Vec<u8>),
}

impl Log for Spoilt {
    fn place(&self) -> std::path::PathBuf {
        self.log.place()
    }
    fn graphs(&mut self) -> Result<Vec<GraphEntry>, LogError> {
        self.log.graphs()
    }
    fn next_graph(&mut self) -> fluxion_store::journal::GraphId {
        self.log.next_graph()
    }
    fn append(&mut self, commit: &GroupCommit) -> Result<(), LogError> {
        self.log.append(commit)
    }
    fn sync(&mut self) -> Result<(), LogError> {
        self.log.sync()
    }
    fn read_frames(
        &mut self,
        graph: fluxion_store::journal::GraphId,
        after: Sequence,
        _: usize,
    ) -> Result<Vec<Frame>, LogError> {
        let mut frames = self.log.read_frames(graph, after, usize::MAX)?;
        (self.frames)(&mut frames);
        Ok(frames)
    }
    fn snapshots(
        &mut self,
        graph: fluxion_store::journal::GraphId,
    ) -> Result<Vec<SnapshotHead>, LogError> {
        self.log.snapshots(graph)
    }
    fn write_snapshot_part(
        &mut self,
        head: &SnapshotHead,
        part: u32,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        self.log.write_snapshot_part(head, part, bytes)
    }
    fn finish_snapshot(&mut self, head: &SnapshotHead) -> Result<(), LogError> {
        self.log.finish_snapshot(head)
    }
    fn read_snapshot(&mut self, head: &SnapshotHead) -> Result<Vec<u8>, LogError> {
        let mut bytes = self.log.read_snapshot(head)?;
        (self.snapshot)(&mut bytes);
        Ok(bytes)
    }
    fn prune(&mut self, before: Time, most: u32) -> Result<Pruned, LogError> {
        self.log.prune(before, most)
    }
}

fn fault(snapshots: u64, frames: fn(&mut Vec<Frame>), snapshot: fn(&mut Vec<u8>)) -> RecoveryFault {
    let mut log = MemoryLog::new();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..40, snapshots).unwrap();
    let graph = log.graphs().unwrap().remove(0);
    *recover(&mut Spoilt { log, frames, snapshot }, &graph, &mut |_| ()).unwrap_err().fault
}

#[test]
fn frames_that_do_not_belong_together_are_refused() {
    let check = |spoil: fn(&mut Vec<Frame>), expected: fn(&RecoveryFault) -> bool| {
        let found = fault(1000, spoil, |_| ());
        assert!(expected(&found), "{found:?}");
    };
    let is_place =
        |fault: &RecoveryFault| matches!(fault, RecoveryFault::Frame(FrameError::Place { .. }));
    check(|frames| drop((frames.len() > 5).then(|| frames.remove(3))), is_place);
    check(|frames| frames.extend(frames.get(2).cloned()), is_place);
    check(
        |frames| frames.truncate(frames.len().saturating_sub(1)),
        |fault| matches!(fault, RecoveryFault::End { .. }),
    );
    check(
        |frames| frames.iter_mut().skip(4).for_each(|frame| frame.epoch += 1),
        |fault| *fault == FrameError::Hash.into(),
    );
    check(
        |frames| {
            let Some(frame) = frames.get_mut(4) else { return };
            let mut body = frame.body.to_vec();
            body[5] ^= 1;
            frame.body = body.into();
        },
        |fault| *fault == FrameError::Hash.into(),
    );
}

#[test]
fn a_damaged_snapshot_is_refused() {
    let check = |spoil: fn(&mut Vec<u8>)| {
        assert_eq!(fault(20, |_| (), spoil), RecoveryFault::SnapshotHash);
    };
    check(|bytes| bytes[9] ^= 1);
    check(|bytes| bytes.truncate(bytes.len() - 1));
    check(Vec::clear);
}

#[test]
fn a_record_of_an_unknown_kind_is_refused() {
    let decode = |bytes: &[u8]| {
        Record::decode(&mut bytes.to_vec().into(), Incarnation(7)).map(|record| record.time)
    };
    // revision 3, then a field 31 that only a newer version knows
    assert_eq!(decode(&[5, 8, 3, 0xfa, 1, 0]), Err(DecodeError::UnknownKind("a record")));
    // one of no bytes says nothing
    assert_eq!(decode(&[0]), Err(DecodeError::UnknownKind("a record")));
    assert_eq!(decode(&[9, 8, 3]), Err(DecodeError::Malformed("a record that ends too early")));
    assert!(matches!(decode(&[2, 8, 0x80]), Err(DecodeError::Message(_))));
}

#[test]
fn the_seeds_of_the_fuzz_target_are_records() {
    let seeds: [&[u8]; 2] = [
        include_bytes!("../../../../fuzz/seeds/record/booked"),
        include_bytes!("../../../../fuzz/seeds/record/cancelled"),
    ];
    for seed in seeds {
        let mut rest = seed.into();
        assert!(Record::decode(&mut rest, Incarnation(7)).is_ok() && rest.is_empty());
    }
}

#[test]
fn a_refusal_names_file_graph_record_and_revision() {
    let mut log = MemoryLog::new();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..5, 100).unwrap();
    let graph = log.graphs().unwrap().remove(0);
    let mut spoilt = Spoilt { log, frames: |frames| frames[2].revision.0 += 1, snapshot: |_| () };
    let error = recover(&mut spoilt, &graph, &mut |_| ()).unwrap_err();
    let expected = "memory: graph g, after record 2, revision 2: the frame is damaged: it was altered: its hash is another";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_snapshot_of_a_newer_format_is_refused() {
    let refused = |bytes: &[u8]| fluxion_store::Store::restore(bytes).map(|_| ()).unwrap_err();
    assert_eq!(refused(&[2, 0]), DecodeError::Newer { found: 2, known: 1 });
    assert!(matches!(refused(&[]), DecodeError::Malformed(_)));
    assert!(matches!(refused(&[1, 0]), DecodeError::Malformed(_)));
}

#[test]
fn a_frame_that_does_not_continue_is_not_written() {
    let mut log = MemoryLog::new();
    let mut server = Server::create(&mut log, "g").unwrap();
    let mut old =
        Server::resume(recover(&mut log.clone(), &log.graphs().unwrap()[0], &mut |_| ()).unwrap());
    server.operate(0);
    server.commit(&mut log).unwrap();
    old.operate(0);
    let refused = old.commit(&mut log).unwrap_err();
    assert!(matches!(refused, LogError::Misplaced { .. }), "{refused}");
    assert_eq!(fingerprints(&mut log), Ok(vec![server.durable]));
    assert_eq!(server.store.context().next_job(), JobId(2));
}
