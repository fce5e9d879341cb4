//! Care for what a server keeps on disk.

use prost::Message as _;
use tonic::Streaming;

use crate::proto::v1::backup_piece;
use crate::proto::v1::{
    BackupFrame, BackupGraph, BackupManifest, BackupPiece, BackupRequest, BackupResponse,
    BackupSnapshot,
};
use crate::v1::{Error, Failure, Server};

const CALL: &str = "Backup";

impl Server {
    /// All that the journal of the server keeps, as of one moment, while it goes on with its work.
    ///
    /// # Errors
    /// `FAILED_PRECONDITION`: the server keeps its graphs in memory only; `UNAVAILABLE`: another backup is being made.
    pub async fn backup(&self) -> Result<Backup, Error> {
        let mut service = self.maintenance_service();
        let begun =
            async { service.backup(BackupRequest {}).await.map(tonic::Response::into_inner) };
        Ok(Backup { pieces: self.long_call(CALL, begun).await? })
    }
}

/// A backup on its way. Whoever takes no piece for a minute loses it.
#[derive(Debug)]
pub struct Backup {
    pieces: Streaming<BackupResponse>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum BackupStep {
    /// A piece ([`Piece::decode`]), and the hash that its bytes must have.
    Piece {
        /// The piece as it was encoded.
        bytes: Vec<u8>,
        /// XXH3 of 128 bits, the lowest byte first.
        hash: Vec<u8>,
    },
    /// What all pieces together must be. Nothing comes after it.
    Manifest(BackupManifest),
}

/// A piece of a backup.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// What follows is of this graph.
    Graph(BackupGraph),
    /// Some of its frames.
    Frames(Vec<BackupFrame>),
    /// One of its snapshots, whose parts follow.
    Snapshot(BackupSnapshot),
    /// The next part of it.
    Part(Vec<u8>),
    /// Something that a newer server sends.
    Other,
}

impl Backup {
    /// What comes next; nothing behind the manifest.
    ///
    /// # Errors
    /// `UNAVAILABLE`: the server or the connection ended; `RESOURCE_EXHAUSTED`: nothing was taken for a minute;
    /// `DATA_LOSS`: what the server keeps is damaged.
    pub async fn next(&mut self) -> Result<Option<BackupStep>, Error> {
        let next = self.pieces.message().await.map_err(|status| Failure::of(CALL, &status))?;
        Ok(next.map(|BackupResponse { piece, hash, manifest }| match manifest {
            Some(manifest) => BackupStep::Manifest(manifest),
            None => BackupStep::Piece { bytes: piece, hash },
        }))
    }
}

impl Piece {
    /// The piece of some bytes.
    ///
    /// # Errors
    /// They are none.
    pub fn decode(bytes: &[u8]) -> Result<Self, prost::DecodeError> {
        Ok(match BackupPiece::decode(bytes)?.piece {
            Some(backup_piece::Piece::Graph(graph)) => Self::Graph(graph),
            Some(backup_piece::Piece::Frames(frames)) => Self::Frames(frames.frames),
            Some(backup_piece::Piece::Snapshot(head)) => Self::Snapshot(head),
            Some(backup_piece::Piece::Part(bytes)) => Self::Part(bytes),
            None => Self::Other,
        })
    }
}
