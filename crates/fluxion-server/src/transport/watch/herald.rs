//! The task that tells all watchers of a graph how far they may go: what is durable, until the graph ends. So that whoever changes the
//! graph wakes one task at most, however many watch; and none where nobody does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::transport::faults::Stopped;

/// How far events may be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Horizon {
    /// All up to this revision are durable.
    pub(crate) revision: u64,
    /// Why there will be no more.
    pub(crate) over: Option<Stopped>,
}

/// What watchers of a graph are told, and what its herald is woken by.
#[derive(Debug, Default)]
pub(crate) struct Heralds {
    horizon: watch::Sender<Horizon>,
    news: Notify,
    /// Whether there is a herald.
    is_there: AtomicBool,
    /// Held while one comes or goes.
    coming: Mutex<()>,
    /// Nothing will happen any more.
    is_over: AtomicBool,
}

impl Heralds {
    /// Something has happened.
    pub(crate) fn news(&self) {
        if self.is_there.load(Ordering::SeqCst) {
            self.news.notify_one();
        }
    }

    /// Nothing will happen any more.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.news();
    }

    /// Whether nothing will happen any more.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// One more who watches; calls `begin` if there is no herald.
    pub(crate) fn watch(&self, begin: impl FnOnce()) -> watch::Receiver<Horizon> {
        let _coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let horizon = self.horizon.subscribe();
        if !self.is_there.swap(true, Ordering::SeqCst) {
            begin();
        }
        horizon
    }

    /// How many watch.
    pub(crate) fn watchers(&self) -> usize {
        self.horizon.receiver_count()
    }

    /// Tells all of them. Whether the herald has to go on.
    pub(crate) fn tell(&self, horizon: Horizon) -> bool {
        // who has waited for what came meanwhile is woken, though the revision may have been told before
        self.horizon.send_replace(horizon);
        if horizon.over.is_some() {
            return false;
        }
        let _coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let is_watched = self.watchers() > 0;
        self.is_there.store(is_watched, Ordering::SeqCst);
        is_watched
    }

    /// Waits for news.
    pub(crate) async fn wait(&self) {
        self.news.notified().await;
    }
}
