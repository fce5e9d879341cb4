//! What waits for the thread that has the log, and the end of it that everybody has: graphs say that they have something, and
//! hear whether anything was lost. Must not know what a graph is.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use fluxion_store::journal::{Log, LogError, Refusals};
use tokio::sync::{Notify, oneshot};

use crate::journal_options::JournalOptions;
use crate::measures::journal_measures::JournalMeasures;
use crate::transport::journal::fault::JournalFault;

/// Who knows how refusals are sent.
pub(crate) type SharedRefusals = Box<dyn Refusals + Send + Sync>;

/// Something else that is done with the log, between two group commits.
pub(crate) type Errand = Box<dyn FnOnce(&mut dyn Log) -> Result<(), LogError> + Send>;

/// A handle on the desk; clones share it.
pub(crate) struct Desk<G>(Arc<Shared<G>>);

impl<G> Clone for Desk<G> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<G> fmt::Debug for Desk<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("fault", &self.0.fault.get()).finish()
    }
}

struct Shared<G> {
    state: Mutex<Waiting<G>>,
    changed: Condvar,
    fault: OnceLock<JournalFault>,
    failed: Notify,
    refusals: SharedRefusals,
    options: JournalOptions,
    /// Whoever has a clone needs all that is kept.
    history: Arc<()>,
    measures: JournalMeasures,
}

/// What waits for the thread.
struct Waiting<G> {
    listed: Vec<Arc<G>>,
    errands: VecDeque<Errand>,
    /// The thread waits for something.
    is_idle: bool,
    /// Who waits for the end.
    closing: Option<oneshot::Sender<()>>,
    /// Nothing is taken any more.
    is_closed: bool,
}

/// What a snapshot would save at the next start.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct News {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

impl News {
    /// One record more.
    pub(super) fn add(&mut self, bytes: u64) {
        self.records += 1;
        self.bytes += bytes;
    }
}

/// What the thread does next: a group commit, then an errand.
pub(super) enum Step<G> {
    Work(Vec<Arc<G>>, Option<Errand>),
    /// Nothing came while it waited.
    Nothing,
    /// Nothing will come; told when the log is closed.
    Over(oneshot::Sender<()>),
}

impl<G> Desk<G> {
    /// Nothing waits yet.
    pub(super) fn new(options: JournalOptions, refusals: SharedRefusals) -> Self {
        let (listed, errands) = (Vec::new(), VecDeque::new());
        let waiting = Waiting { listed, errands, is_idle: false, closing: None, is_closed: false };
        Self(Arc::new(Shared {
            state: Mutex::new(waiting),
            changed: Condvar::new(),
            fault: OnceLock::new(),
            failed: Notify::new(),
            refusals,
            options,
            history: Arc::default(),
            measures: JournalMeasures::default(),
        }))
    }

    pub(super) fn refusals(&self) -> &dyn Refusals {
        &*self.0.refusals
    }

    pub(super) fn options(&self) -> &JournalOptions {
        &self.0.options
    }

    /// Nothing that is kept is thrown away as long as what is told is there.
    pub(crate) fn hold_history(&self) -> Arc<()> {
        Arc::clone(&self.0.history)
    }

    /// Whether somebody needs all that is kept.
    pub(super) fn is_history_held(&self) -> bool {
        Arc::strong_count(&self.0.history) > 1
    }

    /// What is counted.
    pub(crate) fn measures(&self) -> &JournalMeasures {
        &self.0.measures
    }

    /// Whether there is enough for a snapshot.
    pub(super) fn is_due(&self, news: News) -> bool {
        let JournalOptions { snapshot_records, snapshot_bytes, .. } = self.0.options;
        news.records >= snapshot_records || news.bytes >= snapshot_bytes
    }

    /// A graph has something to be written.
    pub(super) fn list(&self, graph: Arc<G>) {
        self.tell(|waiting| waiting.listed.push(graph));
    }

    /// Does something with the log when it is free. What is not done any more is dropped.
    pub(super) fn send(&self, errand: Errand) {
        self.tell(|waiting| {
            if !waiting.is_closed {
                waiting.errands.push_back(errand);
            }
        });
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
        self.tell(|waiting| waiting.closing = Some(closing));
        // if the thread is gone, the log is closed
        let _ = closed.await;
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<G>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, what: impl FnOnce(&mut Waiting<G>)) {
        let mut waiting = self.waiting();
        what(&mut waiting);
        let is_idle = std::mem::take(&mut waiting.is_idle);
        // who is woken wants the lock
        drop(waiting);
        if is_idle {
            self.0.changed.notify_one();
        }
    }

    // --- for the log thread ---

    /// What there is, as soon as there is something, or the time is over.
    pub(super) fn next(&self, within: Option<Duration>) -> Step<G> {
        let mut waiting = self.waiting();
        loop {
            let errand = waiting.errands.pop_front();
            if errand.is_some() || !waiting.listed.is_empty() {
                return Step::Work(std::mem::take(&mut waiting.listed), errand);
            }
            if let Some(closing) = waiting.closing.take() {
                waiting.is_closed = true;
                return Step::Over(closing);
            }
            waiting.is_idle = true;
            let Some(within) = within else {
                waiting = self.0.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let waited = self.0.changed.wait_timeout(waiting, within);
            let (woken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            if waited.timed_out() {
                return Step::Nothing;
            }
            waiting = woken;
        }
    }

    /// Notes what failed first, for ever.
    pub(super) fn fail(&self, fault: JournalFault) {
        if self.0.fault.set(fault).is_ok() {
            self.0.failed.notify_waiters();
        }
    }

    pub(super) fn is_failed(&self) -> bool {
        self.0.fault.get().is_some()
    }
}
