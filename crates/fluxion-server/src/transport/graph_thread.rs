//! One graph on a thread of its own.
//!
//! A dedicated thread, not a lock around the store: connections take turns (`turns`), each in the order of its own calls, the
//! engine never runs on (nor blocks) a thread of the runtime, a call whose client left while
//! it waited is skipped, and a fault of the engine ends this thread and nothing else. The thread, and with
//! it the graph, ends when the last handle is dropped. Must not know gRPC.

#![expect(clippy::disallowed_methods, reason = "how long a load takes is told to clients")]

use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use std::{io, thread};

use fluxion_context::{Context, JobId, LoadError, Loaded, Options};
use fluxion_store::{Incarnation, KeyedCommand, RequestError, Store};
use tokio::sync::oneshot;

use crate::transport::numbers::Numbers;
use crate::transport::serving::{Serving, Summary};
use crate::transport::turns::{self, Origin, Turns, Waiting};
use crate::transport::work::{Asked, Done, Work};

/// A handle on the thread of a graph; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct GraphThread {
    queue: Waiting<Work>,
    shared: Arc<Shared>,
    /// For whom calls enter the queue.
    origin: Origin,
}

/// What can be known of a graph without its thread.
#[derive(Debug)]
struct Shared {
    options: Options,
    incarnation: Incarnation,
    numbers: Numbers,
    dropped: AtomicBool,
    summary: Mutex<Summary>,
}

/// Why there is no such thread.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The graph cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The system gave no thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] io::Error),
    /// The engine failed while loading.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The graph is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stopped {
    /// The engine met a fault of its own: its thread has ended.
    #[error("the engine stopped after an internal error: call Init again")]
    Fault,
    /// It was dropped while the call waited.
    #[error("the graph was dropped")]
    Dropped,
}

impl GraphThread {
    /// Loads a graph on a new thread; returns when it is ready.
    pub(crate) async fn load(
        text: String,
        options: Options,
        numbers: Numbers,
    ) -> Result<Self, StartError> {
        let incarnation = new_incarnation();
        let (queue, work) = turns::queue();
        let (ready, loaded) = oneshot::channel();
        let shared = Arc::new(Shared {
            options,
            incarnation,
            numbers,
            dropped: AtomicBool::new(false),
            summary: Mutex::default(),
        });
        let thread = Thread { shared: Arc::clone(&shared), work };
        let body = move || thread.run(text, incarnation, ready);
        thread::Builder::new().name("graph".to_owned()).spawn(body)?;
        loaded.await.map_err(|_| Stopped::Fault)??;
        Ok(Self { queue, shared, origin: Origin::Server })
    }

    /// The same graph, for the calls of a connection.
    pub(crate) fn from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// How the graph was loaded.
    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Which load of a graph it is: the same for as long as the thread lives, so that nobody need wait for it.
    pub(crate) fn incarnation(&self) -> Incarnation {
        self.shared.incarnation
    }

    /// What the graph was after the last request that was carried out. Does not wait.
    pub(crate) fn summary(&self) -> Summary {
        *self.shared.summary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on calls that wait, or are yet to come, fail with [`Stopped::Dropped`].
    pub(crate) fn retire(&self) {
        self.shared.dropped.store(true, Ordering::Release);
    }

    /// Carries a request out when its turn comes. If the future is dropped before, the request is skipped; if it is
    /// dropped later, a job that nobody could find again is taken back before anyone else has a turn.
    pub(crate) async fn execute(
        &self,
        request: KeyedCommand,
    ) -> Result<Result<Done, RequestError>, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.post(Work::Execute(Asked { request, reply, queue: self.queue.clone() }));
        answer.await.map_err(|_| self.why_stopped())
    }

    /// Looks at the graph when its turn comes. If the future is dropped before, the turn is skipped.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Serving) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        self.post(Work::Read(Box::new(move |serving| {
            if !reply.is_closed() && !shared.dropped.load(Ordering::Acquire) {
                let _ = reply.send(look(serving));
            }
        })));
        answer.await.map_err(|_| self.why_stopped())
    }

    fn post(&self, work: Work) {
        // If the engine stopped, whoever waits for an answer is told by the end of what is dropped here.
        self.queue.enter(self.origin, work);
    }

    fn why_stopped(&self) -> Stopped {
        match self.shared.dropped.load(Ordering::Acquire) {
            true => Stopped::Dropped,
            false => Stopped::Fault,
        }
    }

    /// Keeps the graph busy until something is sent.
    #[cfg(test)]
    pub(crate) fn hold(&self) -> std::sync::mpsc::Sender<()> {
        let (open, gate) = std::sync::mpsc::channel();
        self.post(Work::Read(Box::new(move |_| gate.recv().unwrap())));
        open
    }
}

/// A number that no load had before, as far as 64 random bits can tell.
#[expect(clippy::disallowed_types, reason = "that it differs from run to run is the point")]
fn new_incarnation() -> Incarnation {
    Incarnation(std::hash::RandomState::new().hash_one(()))
}

/// The thread itself.
struct Thread {
    shared: Arc<Shared>,
    work: Turns<Work>,
}

impl Thread {
    /// Loads, says so, and works until the last handle is gone.
    fn run(
        self,
        text: String,
        incarnation: Incarnation,
        ready: oneshot::Sender<Result<(), LoadError>>,
    ) {
        let start = Instant::now();
        let loaded = Context::load_with_warning(&text, &self.shared.options);
        drop(text);
        let seconds = start.elapsed().as_secs_f64();
        let mut serving = match loaded {
            Ok(Loaded { context, warning }) => {
                if let Some(warning) = warning {
                    tracing::warn!(%warning, "the graph is odd");
                }
                let store = Store::new(context, self.shared.options.clone(), incarnation);
                Serving::new(store, seconds)
            }
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        self.shared.tell(&serving);
        if ready.send(Ok(())).is_ok() {
            std::iter::from_fn(|| self.work.next())
                .for_each(|work| self.shared.take_turn(&mut serving, work));
        }
    }
}

impl Shared {
    fn take_turn(&self, serving: &mut Serving, work: Work) {
        match work {
            Work::Execute(asked) => self.execute(serving, asked),
            Work::Read(look) => look(serving),
            Work::TakeBack(job) => {
                serving.take_back(job);
                self.tell(serving);
            }
        }
    }

    fn execute(&self, serving: &mut Serving, asked: Asked) {
        if asked.reply.is_closed() || self.dropped.load(Ordering::Acquire) {
            return;
        }
        let result = self.number(serving, |serving| serving.execute(&asked.request));
        self.tell(serving);
        if let Some(job) = asked.answer(result) {
            serving.take_back(job);
            self.tell(serving);
        }
    }

    /// Does something that may give a number to a job: one that no graph of the name has given before.
    fn number<T>(&self, serving: &mut Serving, work: impl FnOnce(&mut Serving) -> T) -> T {
        let mut next = self.numbers.lock();
        serving.store.number_from(JobId(*next));
        let done = work(serving);
        *next = (*next).max(serving.store.context().next_job().0);
        done
    }

    /// Publishes what can be known without waiting.
    fn tell(&self, serving: &Serving) {
        let mut told = self.summary.lock().unwrap_or_else(PoisonError::into_inner);
        *told = serving.summary();
    }
}
