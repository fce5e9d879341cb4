//! The thread of a graph: it makes the graph, then serves whoever has the turn. Must not know who waits for it.

#![expect(clippy::disallowed_methods, reason = "how long a load takes is told to clients")]

use std::sync::Arc;
use std::time::Instant;

use fluxion_context::{Budget, Context, JobId, LoadError, Loaded};
use fluxion_store::Store;
use fluxion_store::journal::source_of;
use tokio::sync::oneshot;

use crate::transport::asked_by::AskedBy;
use crate::transport::journal::GraphJournal;
use crate::transport::seen::View;
use crate::transport::served_graph::{Extent, ServedGraph, Upload, lock};
use crate::transport::serving::Serving;
use crate::transport::turns::{Next, Turns};
use crate::transport::work::{Turn, Work};

/// Told when the graph is there.
pub(super) type Ready = oneshot::Sender<Result<(), LoadError>>;

/// The thread itself.
pub(super) struct GraphLoop {
    pub(super) shared: Arc<ServedGraph>,
    pub(super) work: Turns<Turn>,
}

impl Drop for GraphLoop {
    /// The graph goes here, not where the last handle goes: that takes long, and must not wait for it after a fault.
    fn drop(&mut self) {
        drop(lock(&self.shared.serving).take());
        self.shared.views.withdraw();
        match std::thread::panicking() || self.work.is_closed() {
            true => self.shared.ending.lose(),
            false => self.shared.ending.open(),
        }
        self.shared.heralds.end();
    }
}

impl GraphLoop {
    /// Loads, says so, and works until the last handle is gone.
    pub(super) fn load(self, upload: Upload, budget: Budget, ready: Ready) {
        let start = Instant::now();
        let Upload { text, options, asked, by } = upload;
        let loaded = Context::load_within(&text, &options, &budget);
        let source = source_of(&text, &options);
        drop((text, budget));
        let seconds = start.elapsed().as_secs_f64();
        match loaded {
            Ok(Loaded { context, warning }) => {
                if let Some(warning) = warning {
                    tracing::warn!(%warning, "the graph is odd");
                }
                let store = Store::new(context, options, self.shared.incarnation);
                let store = store.loaded_from(source);
                let store = match asked {
                    Some(request) => store.asked_for_by(request),
                    None => store,
                };
                self.begin(store, seconds, by, ready);
            }
            Err(error) => {
                let _ = ready.send(Err(error));
            }
        }
    }

    /// Begins to be written down, if there is a journal.
    fn begin(self, mut store: Store, seconds: f64, by: AskedBy, ready: Ready) {
        let home = &self.shared.home;
        if let Some(journal) = &home.journal {
            // whoever recovers it goes on behind what earlier graphs of the name have given
            store.number_from(JobId(home.numbers.peek()));
            let (journal, numbers) = (journal.clone(), home.numbers.clone());
            let journal = GraphJournal::of_new(journal, &home.name, &store, (numbers, by));
            let _ = self.shared.journal.set(journal);
        }
        self.serve(store, seconds, ready);
    }

    /// Makes a copy of a graph, and works until the last handle is gone.
    pub(super) fn serve_fork(self, view: &View, ready: Ready) {
        let (store, memory) = (view.store(), &self.shared.home.memory);
        // beside what its origin is counted for: it will change a part
        let own = store.footprint() / 4;
        match memory.hold(own) {
            Ok(own) => drop(own),
            Err(refusal) => {
                let _ = ready.send(Err(refusal.into()));
                return;
            }
        }
        let store = store.forked(self.shared.incarnation);
        self.shared.home.numbers.raise(store.context().next_job().0);
        let serving = Serving::new(store, 0.0, memory).sharing(view.held());
        self.work_on(serving, ready);
    }

    /// Works until the last handle is gone.
    pub(super) fn serve(self, store: Store, seconds: f64, ready: Ready) {
        let serving = Serving::new(store, seconds, &self.shared.home.memory);
        let serving = serving.timed(self.shared.home.clock.clone());
        self.work_on(serving, ready);
    }

    fn work_on(self, serving: Serving, ready: Ready) {
        let serving = serving.measured(Arc::clone(&self.shared.home.measures));
        let serving = serving.counted(Arc::clone(&self.shared.occupied));
        let serving =
            serving.watched(Arc::clone(&self.shared.ring), Arc::clone(&self.shared.heralds));
        let serving = serving.viewed(Arc::clone(&self.shared.views));
        let mut serving = match self.shared.journal.get() {
            Some(journal) => serving.recorded(Arc::clone(journal)),
            None => serving,
        };
        if let Some(source) = serving.store.source() {
            let _ = self.shared.source.set(source);
        }
        // what became due while nobody served it
        self.shared.catch_up(&mut serving);
        self.shared.tell(&serving);
        self.shared.plan(&serving);
        *lock(&self.shared.serving) = Some(serving);
        if ready.send(Ok(())).is_ok() {
            self.work();
        }
    }

    fn work(&self) {
        loop {
            let turn = match self.work.next_within(self.shared.patience()) {
                Next::Turn(turn) => turn,
                Next::Nothing => Work::CatchUp.into(),
                Next::Over => return,
            };
            self.shared.serve(turn, Extent::Whole);
        }
    }
}
