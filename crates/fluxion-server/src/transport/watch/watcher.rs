//! One who watches a graph: a place in its ring or, behind that, in its journal. Holds nothing of the graph itself, which may end.

use std::sync::Arc;

use fluxion_store::Incarnation;
use fluxion_store::journal::SeekError;
use tokio::sync::watch;

use crate::transport::watch::herald::Horizon;
use crate::transport::watch::journal_place::JournalPlace;
use crate::transport::watch::ring::{Ring, Told};

/// The most events that are taken from the ring at once.
const BATCH: usize = 256;

/// A place in what happens to a graph.
#[derive(Debug)]
pub(crate) struct Watcher {
    pub(crate) incarnation: Incarnation,
    ring: Arc<Ring>,
    past: Option<JournalPlace>,
    horizon: watch::Receiver<Horizon>,
}

/// Why the next events are not told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Behind {
    /// They are not known any more.
    #[error("what came after revision {oldest} is known, and nothing before")]
    TooOld {
        /// The revision after which they are.
        oldest: u64,
        /// The last revision.
        newest: u64,
    },
    /// The journal cannot be read.
    #[error(transparent)]
    Unread(#[from] SeekError),
}

impl Watcher {
    pub(crate) fn new(
        incarnation: Incarnation,
        ring: Arc<Ring>,
        past: Option<JournalPlace>,
        horizon: watch::Receiver<Horizon>,
    ) -> Self {
        Self { incarnation, ring, past, horizon }
    }

    /// How far events may be told as of now. What comes later makes [`Watcher::moved`] complete.
    pub(crate) fn horizon(&mut self) -> Horizon {
        *self.horizon.borrow_and_update()
    }

    /// Completes when the horizon has moved.
    pub(crate) async fn moved(&mut self) {
        if self.horizon.changed().await.is_err() {
            // the horizon lives as long as the ring, and so as long as this
            std::future::pending::<()>().await;
        }
    }

    /// Some of the next events after a revision, in their order and without a gap, as far as a revision that is durable; none if there
    /// is none yet. If the future is dropped, nothing is lost.
    ///
    /// # Errors
    /// [`Behind`].
    pub(crate) async fn after(
        &mut self,
        revision: u64,
        until: u64,
    ) -> Result<Vec<Arc<Told>>, Behind> {
        if let Some(told) = self.ring.after(revision, until, BATCH) {
            self.past.iter_mut().for_each(JournalPlace::leave);
            return Ok(told);
        }
        let told = match &mut self.past {
            Some(past) => past.after(revision).await?,
            None => Vec::new(),
        };
        if told.is_empty() { Err(self.too_old().await?) } else { Ok(told) }
    }

    async fn too_old(&self) -> Result<Behind, Behind> {
        let kept = match &self.past {
            Some(past) => past.oldest().await?,
            None => None,
        };
        let oldest = kept.map_or(self.ring.oldest(), |oldest| oldest.min(self.ring.oldest()));
        Ok(Behind::TooOld { oldest, newest: self.ring.newest() })
    }
}
