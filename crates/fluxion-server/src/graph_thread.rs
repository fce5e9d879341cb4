//! One graph on a thread of its own.
//!
//! A dedicated thread, not a lock around the context: a queue serves calls strictly in the order in which
//! they arrive, the engine never runs on (nor blocks) a thread of the runtime, a call whose client left while
//! it waited is skipped, and a fault of the engine ends this thread and nothing else. The thread, and with
//! it the graph, ends when the last handle is dropped. Must not know gRPC.

#![expect(clippy::disallowed_methods, reason = "how long a load takes is told to clients")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Instant;
use std::{io, thread};

use fluxion_context::{Context, LoadError, Options};
use tokio::sync::oneshot;

use crate::v1::served::Served;

type Work = Box<dyn FnOnce(&mut Served) + Send>;

/// A handle on the thread of a graph; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct GraphThread {
    queue: mpsc::Sender<Work>,
    dropped: Arc<AtomicBool>,
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
    pub(crate) async fn load(text: String, options: Options) -> Result<Self, StartError> {
        let (queue, work) = mpsc::channel();
        let (ready, loaded) = oneshot::channel();
        let body = move || run(text, &options, ready, &work);
        thread::Builder::new().name("graph".to_owned()).spawn(body)?;
        loaded.await.map_err(|_| Stopped::Fault)??;
        Ok(Self { queue, dropped: Arc::default() })
    }

    /// From now on calls that wait, or are yet to come, fail with [`Stopped::Dropped`].
    pub(crate) fn retire(&self) {
        self.dropped.store(true, Ordering::Release);
    }

    /// Does `work` when its turn comes. If the future is dropped before, the work is skipped; if it is
    /// dropped later, the result is dropped, which may have an effect of its own (see `Booking`).
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Served) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        self.call_or_undo(work, |_, _| ()).await
    }

    /// As [`GraphThread::call`], but if the future is dropped while the work is done, the result goes to
    /// `undo` before anyone else has a turn.
    pub(crate) async fn call_or_undo<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Served) -> T + Send + 'static,
        undo: impl FnOnce(&mut Served, T) + Send + 'static,
    ) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        let dropped = Arc::clone(&self.dropped);
        self.post(move |served| {
            if reply.is_closed() || dropped.load(Ordering::Acquire) {
                return;
            }
            if let Err(unsent) = reply.send(work(served)) {
                undo(served, unsent);
            }
        });
        answer.await.map_err(|_| match self.dropped.load(Ordering::Acquire) {
            true => Stopped::Dropped,
            false => Stopped::Fault,
        })
    }

    /// Does `work` when its turn comes, without an answer; nothing happens if the thread has stopped.
    pub(crate) fn post(&self, work: impl FnOnce(&mut Served) + Send + 'static) {
        // The receiver is gone only if the engine stopped: then there is nothing left to work on.
        let _ = self.queue.send(Box::new(work));
    }
}

/// The life of the thread: load, say so, work until the last handle is gone.
fn run(
    text: String,
    options: &Options,
    ready: oneshot::Sender<Result<(), LoadError>>,
    queue: &mpsc::Receiver<Work>,
) {
    let start = Instant::now();
    let loaded = Context::load(&text, options);
    drop(text);
    let seconds = start.elapsed().as_secs_f64();
    let (mut served, report) = match loaded {
        Ok(context) => (Served::new(context, options.clone(), seconds), ready.send(Ok(()))),
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    if report.is_ok() {
        queue.iter().for_each(|work| work(&mut served));
    }
}
