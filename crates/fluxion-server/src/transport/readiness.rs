//! Whether calls are carried out: not before what was kept is there again, nor after something of it was lost. Health,
//! reflection and whatever else begins with `/grpc.` is answered always.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tonic::Status;

/// What is said of the server as a whole; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness(Arc<State>);

#[derive(Debug, Default)]
struct State {
    phase: AtomicU8,
    is_draining: AtomicBool,
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

    /// The server ends, and still answers.
    pub(crate) fn drain(&self) {
        self.0.is_draining.store(true, Ordering::Release);
    }

    /// Whether all graphs are there that were kept, or were.
    pub(crate) fn is_recovered(&self) -> bool {
        self.0.phase.load(Ordering::Acquire) != RECOVERING
    }

    /// Whether something was lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.0.phase.load(Ordering::Acquire) == LOST
    }

    /// Whether the server ends.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.is_draining.load(Ordering::Acquire)
    }

    /// Why a call is refused.
    pub(crate) fn refusal(&self, path: &str) -> Option<Status> {
        let message = match self.0.phase.load(Ordering::Acquire) {
            READY => return None,
            _ if path.starts_with("/grpc.") => return None,
            RECOVERING => "the server recovers its graphs: try again later",
            _ => "the journal cannot be written: the server ends",
        };
        Some(Status::unavailable(message))
    }
}
