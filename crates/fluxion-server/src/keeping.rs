//! The journal of a server, from its beginning to its end, and what clients are told meanwhile.

use std::fmt;
use std::sync::{Arc, Mutex};

use fluxion_store::journal::Log;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::health::Health;
use crate::journal_options::JournalOptions;
use crate::measures::journal_measures::RecoveryPhase;
use crate::refusals;
use crate::transport::descriptors::TooFewDescriptors;
use crate::transport::journal::{self, Found, Journal, JournalFault};
use crate::transport::readiness::Readiness;
use crate::transport::registry::Registry;
use crate::v1::Repeats;

/// Where the graphs are kept.
pub(crate) struct Kept {
    pub(crate) log: Box<dyn Log>,
    pub(crate) options: JournalOptions,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Serving failed.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The system allows too few connections.
    #[error(transparent)]
    TooFewDescriptors(#[from] TooFewDescriptors),
    /// The protocol cannot be described to clients.
    #[error("the protocol descriptors are broken")]
    Descriptors(#[from] prost::DecodeError),
    /// The journal cannot be recovered, or could not be written.
    #[error(transparent)]
    Journal(#[from] JournalFault),
    /// A graph that was recovered got no thread.
    #[error("a graph cannot be served: {0}")]
    Graph(String),
}

/// The journal, if there is one, and what it holds.
pub(crate) struct Keeping {
    pub(crate) journal: Option<Journal>,
    pub(crate) readiness: Readiness,
    found: Mutex<Option<oneshot::Receiver<Result<Found, JournalFault>>>>,
}

impl Keeping {
    /// Begins to read what there is.
    pub(crate) fn start(kept: Option<Kept>) -> Result<Self, JournalFault> {
        let Some(Kept { log, options }) = kept else {
            let (readiness, found) = (Readiness::default(), Mutex::default());
            return Ok(Self { journal: None, readiness, found });
        };
        let (journal, found) = journal::start(log, options, Box::new(refusals::sent))?;
        let (journal, found) = (Some(journal), Mutex::new(Some(found)));
        Ok(Self { journal, readiness: Readiness::recovering(), found })
    }

    /// Enters what there was into the registry, and tells that the server serves. Completes only if that fails.
    pub(crate) async fn recovered(
        &self,
        registry: &Arc<Registry>,
        repeats: &Repeats,
        health: &Health,
    ) -> ServeError {
        let found = self.found.lock().ok().and_then(|mut found| found.take());
        if let Some(found) = found {
            let read = Instant::now();
            let found = match found.await {
                Ok(Ok(found)) => found,
                Ok(Err(fault)) => return fault.into(),
                Err(_) => return ServeError::Graph("its recovery met a fault".to_owned()),
            };
            self.took(RecoveryPhase::Read, read);
            let entered = Instant::now();
            repeats.resume(&found);
            if let Err(error) = registry.resume(found).await {
                return ServeError::Graph(error.to_string());
            }
            self.took(RecoveryPhase::Serve, entered);
        }
        self.readiness.begin();
        health.serving();
        std::future::pending().await
    }

    fn took(&self, phase: RecoveryPhase, since: Instant) {
        if let Some(journal) = &self.journal {
            journal.measures().recovery.end(phase, since.elapsed());
        }
    }

    /// Writes what there is, and closes the log.
    pub(crate) async fn close(&self) {
        if let Some(journal) = &self.journal {
            journal.close().await;
        }
    }

    /// Why something was lost.
    pub(crate) fn fault(&self) -> Option<JournalFault> {
        self.journal.as_ref()?.fault().cloned()
    }

    /// Completes when something was lost: from then on nothing is carried out.
    pub(crate) async fn lost(&self) {
        match &self.journal {
            Some(journal) => journal.failed().await,
            None => std::future::pending().await,
        }
        self.readiness.end();
    }
}
