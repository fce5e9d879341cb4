//! The end of the journal that everybody has: graphs say that they have something, and hear whether anything was lost.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use fluxion_store::journal::{Log, LogError, RecoveryError, Refusals};
use tokio::sync::{Notify, oneshot};

use crate::transport::journal::beginning::Found;
use crate::transport::journal::graph_journal::GraphJournal;
use crate::transport::journal::log_thread::LogThread;

/// Who knows how refusals are sent.
pub(crate) type Sender = Box<dyn Refusals + Send + Sync>;

/// Something else that is done with the log, between two group commits.
pub(crate) type Errand = Box<dyn FnOnce(&mut dyn Log) -> Result<(), LogError> + Send>;

/// Why the journal cannot be served, or not any more.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JournalFault {
    /// It cannot be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A graph cannot be recovered.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// The system gave no thread.
    #[error("cannot start the thread of the journal: {0}")]
    Thread(String),
}

/// A handle on the journal; clones share it.
#[derive(Clone)]
pub(crate) struct Journal(Arc<Shared>);

pub(super) struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
    fault: OnceLock<JournalFault>,
    failed: Notify,
    refusals: Sender,
}

/// What waits for the thread.
#[derive(Default)]
struct Desk {
    listed: Vec<Arc<GraphJournal>>,
    errands: VecDeque<Errand>,
    /// The thread waits for something.
    is_idle: bool,
    /// Who waits for the end.
    closing: Option<oneshot::Sender<()>>,
}

/// What the thread does next: a group commit, then an errand.
pub(super) enum Step {
    Work(Vec<Arc<GraphJournal>>, Option<Errand>),
    /// Nothing came while it waited.
    Nothing,
    /// Nothing will come; told when the log is closed.
    Over(oneshot::Sender<()>),
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("fault", &self.0.fault.get()).finish()
    }
}

impl Journal {
    /// Starts the thread, which first recovers all graphs. It syncs that often what the log does not sync by itself.
    pub(crate) fn start(
        log: Box<dyn Log>,
        sync_every: Option<Duration>,
        refusals: Sender,
    ) -> Result<(Self, oneshot::Receiver<Result<Found, JournalFault>>), JournalFault> {
        let shared = Arc::new(Shared {
            desk: Mutex::default(),
            changed: Condvar::new(),
            fault: OnceLock::new(),
            failed: Notify::new(),
            refusals,
        });
        let (found, finding) = oneshot::channel();
        let thread = LogThread::new(log, Arc::clone(&shared), sync_every);
        let spawned = std::thread::Builder::new().name("journal".to_owned());
        let spawned = spawned.spawn(move || thread.run(found));
        spawned.map_err(|error| JournalFault::Thread(error.to_string()))?;
        Ok((Self(shared), finding))
    }

    pub(super) fn refusals(&self) -> &dyn Refusals {
        &*self.0.refusals
    }

    /// A graph has something to be written.
    pub(super) fn list(&self, graph: Arc<GraphJournal>) {
        self.0.tell(|desk| desk.listed.push(graph));
    }

    /// Does something with the log when it is free. What is not done any more is dropped.
    pub(crate) fn send(&self, errand: Errand) {
        self.0.tell(|desk| desk.errands.push_back(errand));
    }

    /// Why nothing is written any more.
    pub(crate) fn fault(&self) -> Option<&JournalFault> {
        self.0.fault.get()
    }

    /// Completes when something was lost.
    pub(crate) async fn failed(&self) {
        loop {
            let failed = self.0.failed.notified();
            if self.fault().is_some() {
                return;
            }
            failed.await;
        }
    }

    /// Writes what there is, and closes the log.
    pub(crate) async fn close(&self) {
        let (closing, closed) = oneshot::channel();
        self.0.tell(|desk| desk.closing = Some(closing));
        // if the thread is gone, the log is closed
        let _ = closed.await;
    }
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, what: impl FnOnce(&mut Desk)) {
        let mut desk = self.desk();
        what(&mut desk);
        let is_idle = std::mem::take(&mut desk.is_idle);
        // who is woken wants the lock
        drop(desk);
        if is_idle {
            self.changed.notify_one();
        }
    }

    /// What there is, as soon as there is something, or the time is over.
    pub(super) fn next(&self, within: Option<Duration>) -> Step {
        let mut desk = self.desk();
        loop {
            let errand = desk.errands.pop_front();
            if errand.is_some() || !desk.listed.is_empty() {
                return Step::Work(std::mem::take(&mut desk.listed), errand);
            }
            if let Some(closing) = desk.closing.take() {
                return Step::Over(closing);
            }
            desk.is_idle = true;
            let Some(within) = within else {
                desk = self.changed.wait(desk).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let waited = self.changed.wait_timeout(desk, within);
            let (woken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            if waited.timed_out() {
                return Step::Nothing;
            }
            desk = woken;
        }
    }

    /// Notes what failed first, for ever.
    pub(super) fn fail(&self, fault: JournalFault) {
        if self.fault.set(fault).is_ok() {
            self.failed.notify_waiters();
        }
    }

    pub(super) fn is_failed(&self) -> bool {
        self.fault.get().is_some()
    }
}
