//! Whether calls are carried out: not before what was kept is there again, nor after something of it was lost. Health,
//! reflection and whatever else begins with `/grpc.` is answered always.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tokio::sync::watch;
use tonic::Status;

/// What is said of the server as a whole; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness(Arc<State>);

#[derive(Debug, Default)]
struct State {
    phase: AtomicU8,
    /// Whether the server ends.
    draining: watch::Sender<bool>,
    /// Whether it is about to.
    is_leaving: AtomicBool,
    /// Whether anybody asks for its health.
    is_watched: AtomicBool,
}

/// Completes when the server ends.
pub(crate) type Ending = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The calls that last as long as their clients want.
const STREAMS: [&str; 3] = [
    "/fluxion.v1.JobService/MatchMany",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// What a stream is told that ends with the server.
pub(crate) fn farewell() -> Status {
    Status::unavailable("the server ends: connect again")
}

/// Tells a call that lasts when the server ends.
#[derive(Clone, Debug)]
pub(crate) struct Draining(watch::Receiver<bool>);

impl Draining {
    /// Completes when the server ends.
    pub(crate) async fn begun(&mut self) {
        if self.0.wait_for(|is_draining| *is_draining).await.is_err() {
            std::future::pending().await
        }
    }
}

const READY: u8 = 0;
const RECOVERING: u8 = 1;
const LOST: u8 = 2;

impl Readiness {
    /// The graphs are being recovered.
    pub(crate) fn recovering() -> Self {
        let phase = AtomicU8::new(RECOVERING);
        Self(Arc::new(State { phase, ..State::default() }))
    }

    /// All graphs are there.
    pub(crate) fn begin(&self) {
        self.0.phase.store(READY, Ordering::Release);
    }

    /// Something was lost.
    pub(crate) fn end(&self) {
        self.0.phase.store(LOST, Ordering::Release);
    }

    /// The server is about to end, and answers as ever.
    pub(crate) fn leave(&self) {
        self.0.is_leaving.store(true, Ordering::Release);
    }

    /// The server ends: streams end, and calls in flight are answered.
    pub(crate) fn drain(&self) {
        self.0.draining.send_replace(true);
    }

    /// Whether all graphs are there that were kept, or were.
    pub(crate) fn is_recovered(&self) -> bool {
        self.0.phase.load(Ordering::Acquire) != RECOVERING
    }

    /// Whether something was lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.0.phase.load(Ordering::Acquire) == LOST
    }

    /// Whether the server ends, or is about to.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.is_leaving.load(Ordering::Acquire)
    }

    /// Completes when the server ends, for calls that last as long as their clients want.
    pub(crate) fn ending(&self, path: &str) -> Option<Ending> {
        STREAMS.contains(&path).then(|| {
            let mut draining = self.draining();
            Box::pin(async move { draining.begun().await }) as Ending
        })
    }

    /// What a call is told that lasts as long as its client wants.
    pub(crate) fn draining(&self) -> Draining {
        Draining(self.0.draining.subscribe())
    }

    /// Somebody asks for the health of the server.
    pub(crate) fn watch(&self) {
        self.0.is_watched.store(true, Ordering::Relaxed);
    }

    /// Whether somebody did.
    pub(crate) fn is_watched(&self) -> bool {
        self.0.is_watched.load(Ordering::Relaxed)
    }

    /// Why a call is refused.
    pub(crate) fn refusal(&self, path: &str) -> Option<Status> {
        if path.starts_with("/grpc.health.") {
            self.watch();
        }
        let message = match self.0.phase.load(Ordering::Acquire) {
            READY => return None,
            _ if path.starts_with("/grpc.") => return None,
            RECOVERING => "the server recovers its graphs: try again later",
            _ => "the journal cannot be written: the server ends",
        };
        Some(Status::unavailable(message))
    }
}
