//! `fluxion.v1.MaintenanceService`.

use std::sync::Arc;

use fluxion_store::journal::SeekError;
use tokio::sync::Semaphore;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::access::caller::Caller;
use crate::message::no_memory;
use crate::proto::fluxion::v1::maintenance_service_server::MaintenanceService;
use crate::proto::fluxion::v1::{BackupRequest, BackupResponse};
use crate::transport::registry::Registry;
use crate::v1::backup::{Backup, PIECE};
use crate::v1::failure;

/// Pieces of a backup that are there at once: one is read, one is on its way.
const PIECES: u64 = 4;

/// The service over the journal of a server.
#[derive(Debug)]
pub(crate) struct Maintenance {
    registry: Arc<Registry>,
    /// One backup at a time.
    turn: Arc<Semaphore>,
}

impl Maintenance {
    /// The service.
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry, turn: Arc::new(Semaphore::new(1)) }
    }
}

#[tonic::async_trait]
impl MaintenanceService for Maintenance {
    type BackupStream = ReceiverStream<Result<BackupResponse, Status>>;

    async fn backup(
        &self,
        request: Request<BackupRequest>,
    ) -> Result<Response<Self::BackupStream>, Status> {
        Caller::of(&request).check_all_graphs()?;
        let journal = self.registry.journal().cloned();
        let journal = journal.ok_or_else(|| failure::memory_only("backup"))?;
        let turn = Arc::clone(&self.turn).try_acquire_owned();
        let turn = turn.map_err(|_| failure::backup_on_its_way())?;
        let held = self.registry.memory().hold(PIECES * PIECE as u64);
        let held = held.map_err(|refusal| no_memory(&refusal))?;
        let backup = Backup::begin(journal).await;
        let backup = backup.map_err(|error| failure::unread(&SeekError::Log(error)))?;
        Ok(Response::new(backup.pieces((turn, held))))
    }
}
