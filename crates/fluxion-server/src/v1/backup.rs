//! A backup on its way to a client: the journal as of one moment, read a small piece at a time between two commits, the next
//! one when the client has taken the one before.

use std::sync::Arc;
use std::time::Duration;

use fluxion_store::journal::{
    Frame, GraphEntry, Life, Log, LogError, SeekError, Sequence, SnapshotHead, content_hash,
};
use prost::Message as _;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::proto::fluxion::v1::backup_piece::Piece;
use crate::proto::fluxion::v1::{
    BackupFrame, BackupFrames, BackupGraph, BackupManifest, BackupPiece, BackupResponse,
    BackupSnapshot,
};
use crate::transport::journal::{Journal, closed};
use crate::v1::failure;

/// Bytes that are read at once.
pub(crate) const PIECE: usize = 256 << 10;

/// How long a client may take no piece.
const PATIENCE: Duration = Duration::from_secs(60);

/// What there was at the moment of which the backup is.
#[derive(Debug)]
pub(crate) struct Backup {
    journal: Journal,
    graphs: Vec<(GraphEntry, Vec<SnapshotHead>)>,
    /// Nothing is thrown away as long as this is there.
    _whole: Arc<()>,
}

impl Backup {
    /// Fixes the moment.
    pub(crate) async fn begin(journal: Journal) -> Result<Self, LogError> {
        // before the moment: what was asked of the log thread earlier may still throw something away, later nothing does
        let _whole = journal.hold_history();
        let graphs = journal.ask(listed).await.unwrap_or_else(|_| Err(closed()))?;
        Ok(Self { journal, graphs, _whole })
    }

    /// All pieces, then the manifest. `held` goes when the client has them, or has left.
    pub(crate) fn pieces<T: Send + 'static>(
        self,
        held: T,
    ) -> ReceiverStream<Result<BackupResponse, Status>> {
        let (sender, pieces) = mpsc::channel(1);
        tokio::spawn(async move {
            let mut out = Outbox { sender, hashes: Vec::new() };
            if let Err(Ended::Failed(status)) = self.send(&mut out).await {
                out.fail(status).await;
            }
            drop((self, held));
        });
        ReceiverStream::new(pieces)
    }

    async fn send(&self, out: &mut Outbox) -> Result<(), Ended> {
        for (graph, snapshots) in &self.graphs {
            out.send(Piece::Graph(told(graph))).await?;
            self.send_frames(graph, out).await?;
            for head in snapshots {
                self.send_snapshot(head, out).await?;
            }
        }
        out.finish().await
    }

    async fn send_frames(&self, graph: &GraphEntry, out: &mut Outbox) -> Result<(), Ended> {
        let (id, mut at) = (graph.id, Sequence(0));
        while at < graph.last {
            let mut frames = self.read(move |log| log.read_frames(id, at, PIECE)).await?;
            // what came after the moment is of no backup
            frames.retain(|frame| frame.last <= graph.last);
            let Some(last) = frames.last() else { return Ok(()) };
            at = last.last;
            let frames = frames.into_iter().map(told_frame).collect();
            out.send(Piece::Frames(BackupFrames { frames })).await?;
        }
        Ok(())
    }

    async fn send_snapshot(&self, head: &SnapshotHead, out: &mut Outbox) -> Result<(), Ended> {
        out.send(Piece::Snapshot(told_snapshot(head))).await?;
        for part in 0..head.parts {
            let head = head.clone();
            let bytes = self.read(move |log| log.read_snapshot_part(&head, part)).await?;
            out.send(Piece::Part(bytes)).await?;
        }
        Ok(())
    }

    async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut dyn Log) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, Ended> {
        let read = self.journal.ask(look).await.unwrap_or_else(|_| Err(closed()));
        read.map_err(|error| Ended::Failed(failure::unread(&SeekError::Log(error))))
    }
}

/// The graphs with their snapshots.
fn listed(log: &mut dyn Log) -> Result<Vec<(GraphEntry, Vec<SnapshotHead>)>, LogError> {
    let graphs = log.graphs()?.into_iter();
    graphs.map(|graph| log.snapshots(graph.id).map(|snapshots| (graph, snapshots))).collect()
}

/// Why a backup ended early.
enum Ended {
    /// Its client left.
    Gone,
    Failed(Status),
}

/// Where pieces go.
struct Outbox {
    sender: mpsc::Sender<Result<BackupResponse, Status>>,
    /// Those of the pieces that went.
    hashes: Vec<u8>,
}

impl Outbox {
    async fn send(&mut self, piece: Piece) -> Result<(), Ended> {
        let piece = BackupPiece { piece: Some(piece) }.encode_to_vec();
        let hash = content_hash(&piece).to_le_bytes();
        self.hashes.extend(hash);
        self.put(BackupResponse { piece, hash: hash.to_vec(), manifest: None }).await
    }

    async fn finish(&mut self) -> Result<(), Ended> {
        let pieces = (self.hashes.len() / size_of::<u128>()) as u64;
        let hash = content_hash(&self.hashes).to_le_bytes().to_vec();
        let manifest = Some(BackupManifest { pieces, hash });
        self.put(BackupResponse { manifest, ..BackupResponse::default() }).await
    }

    async fn put(&mut self, response: BackupResponse) -> Result<(), Ended> {
        match tokio::time::timeout(PATIENCE, self.sender.send(Ok(response))).await {
            Ok(sent) => sent.map_err(|_| Ended::Gone),
            Err(_) => Err(Ended::Failed(failure::backup_given_up())),
        }
    }

    /// Tells why there is no more, when the client has taken what came before; it may never do so.
    async fn fail(self, status: Status) {
        let _ = tokio::time::timeout(PATIENCE, self.sender.send(Err(status))).await;
    }
}

fn told(graph: &GraphEntry) -> BackupGraph {
    BackupGraph {
        id: graph.id.0,
        name: graph.name.clone(),
        incarnation: graph.incarnation.0,
        dropped: graph.life == Life::Dropped,
        last_record: graph.last.0,
        hash: graph.hash.0.to_le_bytes().to_vec(),
    }
}

fn told_frame(frame: Frame) -> BackupFrame {
    BackupFrame {
        first_record: frame.first.0,
        last_record: frame.last.0,
        epoch: frame.epoch,
        time: frame.time.0,
        revision: frame.revision.0,
        previous_hash: frame.previous.0.to_le_bytes().to_vec(),
        hash: frame.hash.0.to_le_bytes().to_vec(),
        body: frame.body.into(),
    }
}

fn told_snapshot(head: &SnapshotHead) -> BackupSnapshot {
    BackupSnapshot {
        record: head.sequence.0,
        revision: head.revision.0,
        time: head.time.0,
        parts: head.parts,
        hash: head.hash.to_le_bytes().to_vec(),
        fingerprint: head.fingerprint,
        fingerprints: head.fingerprints,
    }
}
