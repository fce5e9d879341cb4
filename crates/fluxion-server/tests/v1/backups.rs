//! Backups of a server that goes on with its work.

use std::time::Duration;

use fluxion_server::JournalOptions;
use fluxion_server::proto::fluxion::v1::backup_piece::Piece;
use fluxion_server::proto::fluxion::v1::{
    BackupFrame, BackupGraph, BackupPiece, BackupRequest, BackupResponse, BackupSnapshot,
    CancelRequest, SetPropertyRequest,
};
use fluxion_store::journal::content_hash;
use prost::Message as _;
use tonic::{Code, Status, Streaming};

use crate::client::{V1, by_id, refused};
use crate::fixture::cluster;
use crate::kept::Disk;

/// So many values of a property, each as long as it may be.
const VALUES: usize = 120;
const VALUE_BYTES: usize = 64 << 10;

/// What a backup holds of a graph.
#[derive(Debug, Default)]
struct Received {
    graph: BackupGraph,
    frames: Vec<BackupFrame>,
    snapshots: Vec<(BackupSnapshot, Vec<Vec<u8>>)>,
}

impl Received {
    /// Its frames are all that there was, and its snapshots are whole.
    fn check(&self) {
        let mut hash = self.frames[0].previous_hash.clone();
        let mut record = self.frames[0].first_record;
        for frame in &self.frames {
            assert_eq!((frame.first_record, &frame.previous_hash), (record, &hash));
            (record, hash) = (frame.last_record + 1, frame.hash.clone());
        }
        assert_eq!((record, &hash), (self.graph.last_record + 1, &self.graph.hash));
        for (head, parts) in &self.snapshots {
            let bytes = parts.concat();
            assert_eq!(parts.len(), head.parts as usize);
            assert_eq!(content_hash(&bytes).to_le_bytes().to_vec(), head.hash);
            assert!(head.record <= self.graph.last_record);
        }
    }
}

/// All that is left of a backup, its hashes compared.
async fn received(mut pieces: Streaming<BackupResponse>) -> Result<Vec<Received>, Status> {
    let (mut graphs, mut hashes) = (Vec::<Received>::new(), Vec::new());
    while let Some(BackupResponse { piece, hash, manifest }) = pieces.message().await? {
        if let Some(manifest) = manifest {
            assert_eq!(manifest.pieces as usize * 16, hashes.len());
            assert_eq!(manifest.hash, content_hash(&hashes).to_le_bytes());
            assert!(pieces.message().await?.is_none());
            graphs.iter().for_each(Received::check);
            return Ok(graphs);
        }
        assert_eq!(hash, content_hash(&piece).to_le_bytes());
        hashes.extend(hash);
        let piece = BackupPiece::decode(&*piece).unwrap().piece.unwrap();
        if let Piece::Graph(graph) = piece {
            graphs.push(Received { graph, ..Received::default() });
            continue;
        }
        let last = graphs.last_mut().unwrap();
        match piece {
            Piece::Frames(frames) => last.frames.extend(frames.frames),
            Piece::Snapshot(head) => last.snapshots.push((head, Vec::new())),
            Piece::Part(bytes) => last.snapshots.last_mut().unwrap().1.push(bytes),
            Piece::Graph(_) => {}
        }
    }
    panic!("no manifest")
}

impl V1 {
    async fn backup(&mut self) -> Result<Streaming<BackupResponse>, Status> {
        self.maintenance.backup(BackupRequest {}).await.map(tonic::Response::into_inner)
    }

    /// More history than fits on the way to a client that does not read.
    async fn write_much(&mut self) {
        let mut state = 1_u64;
        let mut digit = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'!' + (state >> 33) as u8 % 90)
        };
        for _ in 0..VALUES {
            let value = (0..VALUE_BYTES).map(|_| digit()).collect();
            let (path, key) = ("/cluster0".to_owned(), "k".to_owned());
            let request = SetPropertyRequest { path, key, value, ..Default::default() };
            self.resources.set_property(request).await.unwrap();
        }
    }

    async fn take_and_give(&mut self, times: u64) {
        for _ in 0..times {
            let job = by_id(self.take(1).await.unwrap().job_id);
            self.jobs.cancel(CancelRequest { job, ..CancelRequest::default() }).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_backup_is_of_the_moment_when_it_began() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(2, 2)).await.unwrap();
    v1.create("other", &cluster(1, 1)).await.unwrap();
    v1.write_much().await;
    v1.take_and_give(3).await;
    let moment = disk.graphs();
    let backup = v1.backup().await.unwrap();
    v1.take_and_give(30).await;
    let received = received(backup).await.unwrap();
    let ends: Vec<_> =
        received.iter().map(|of| (of.graph.name.as_str(), of.graph.last_record)).collect();
    let expected: Vec<_> = moment.iter().map(|of| (of.name.as_str(), of.last.0)).collect();
    assert_eq!(ends, expected);
}

/// History that is thrown away at once, with each snapshot: not what a backup still needs.
#[tokio::test]
async fn nothing_is_thrown_away_that_a_backup_needs() {
    let options = JournalOptions {
        history: Duration::ZERO,
        snapshot_records: 20,
        ..JournalOptions::default()
    };
    let disk = Disk::new();
    let mut v1 = disk.start_with(options).await;
    v1.create("default", &cluster(2, 2)).await.unwrap();
    v1.take_and_give(50).await;
    disk.forgot(1).await;
    v1.write_much().await;
    let backup = v1.backup().await.unwrap();
    v1.take_and_give(50).await;
    let received = received(backup).await.unwrap();
    assert!(received[0].frames[0].first_record > 1, "the beginning was thrown away before");
    assert!(!received[0].snapshots.is_empty());
    let begin = received[0].frames[0].first_record;
    // afterwards it goes
    while disk.first_record() <= begin {
        v1.take_and_give(1).await;
    }
}

#[tokio::test]
async fn one_backup_is_made_at_a_time_and_who_leaves_makes_room() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(2, 2)).await.unwrap();
    v1.write_much().await;
    let unread = v1.backup().await.unwrap();
    v1.take_and_give(5).await;
    refused(v1.backup().await, Code::Unavailable, "");
    drop(unread);
    let backup = loop {
        match v1.backup().await {
            Ok(backup) => break backup,
            Err(status) => assert_eq!(status.code(), Code::Unavailable),
        }
    };
    assert_eq!(received(backup).await.unwrap().len(), 1);
}
