//! The view of a graph that stands for it while it is busy: made by whoever has the turn when somebody wants to look, and gone with the
//! next change. Nothing is made where nobody looks. Must not know what is looked at.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fluxion_context::Stop;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use crate::transport::seen::View;

/// For so long after somebody had to seek a view one is made before whatever may take long.
const OF_LATE: Duration = Duration::from_secs(10);

/// The view of a graph, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Views {
    state: Mutex<State>,
    made: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// As the graph is, or as it was before what goes on now.
    current: Option<Arc<View>>,
    /// Interrupts what goes on now, if it can begin again.
    running: Option<Stop>,
    /// When somebody last found the graph busy for long.
    sought: Option<Instant>,
    /// Somebody waits for a view.
    is_wanted: bool,
}

impl Views {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The view that there is.
    pub(crate) fn current(&self) -> Option<Arc<View>> {
        self.state().current.clone()
    }

    /// Woken when a view was made from now on.
    pub(crate) fn made(&self) -> Notified<'_> {
        self.made.notified()
    }

    /// From now on there is this one.
    pub(crate) fn publish(&self, view: Arc<View>) {
        let mut state = self.state();
        (state.current, state.is_wanted) = (Some(view), false);
        drop(state);
        self.made.notify_waiters();
    }

    /// The graph has changed: there is none any more, but for those who look already.
    pub(crate) fn withdraw(&self) {
        let gone = self.state().current.take();
        // outside of the lock: it may be large
        drop(gone);
    }

    /// Somebody wants to look, and the same has been going on for too long: it is interrupted once, if it can begin again.
    pub(crate) fn seek(&self) {
        let mut state = self.state();
        state.sought = Some(Instant::now());
        if state.current.is_none() {
            state.is_wanted = true;
            state.running.take().iter().for_each(Stop::interrupt);
        }
    }

    /// Somebody has looked at the view instead of waiting: there should be one the next time.
    pub(crate) fn was_of_use(&self) {
        self.state().sought = Some(Instant::now());
    }

    /// Whether somebody waits for a view.
    pub(crate) fn is_wanted(&self) -> bool {
        self.state().is_wanted
    }

    /// Whether a view is made before whatever may take long.
    pub(crate) fn is_sought_of_late(&self) -> bool {
        self.state().sought.is_some_and(|sought| sought.elapsed() < OF_LATE)
    }

    /// Something begins that can begin again after an interruption.
    pub(crate) fn begin(&self, stop: &Stop) {
        self.state().running = Some(stop.clone());
    }

    /// It is done, and is not interrupted any more; an interruption that came too late is forgotten.
    pub(crate) fn end(&self, stop: &Stop) {
        self.state().running = None;
        stop.resume();
    }
}
