//! Whether calls are carried out: not before what was kept is there again, nor after something of it was lost. Health,
//! reflection and whatever else begins with `/grpc.` is answered always.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tonic::Status;

/// What is said of the server as a whole; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness(Arc<AtomicU8>);

const READY: u8 = 0;
const RECOVERING: u8 = 1;
const LOST: u8 = 2;

impl Readiness {
    /// The graphs are being recovered.
    pub(crate) fn recovering() -> Self {
        Self(Arc::new(AtomicU8::new(RECOVERING)))
    }

    /// All graphs are there.
    pub(crate) fn begin(&self) {
        self.0.store(READY, Ordering::Release);
    }

    /// Something was lost.
    pub(crate) fn end(&self) {
        self.0.store(LOST, Ordering::Release);
    }

    /// Why a call is refused.
    pub(crate) fn refusal(&self, path: &str) -> Option<Status> {
        let message = match self.0.load(Ordering::Acquire) {
            READY => return None,
            _ if path.starts_with("/grpc.") => return None,
            RECOVERING => "the server recovers its graphs: try again later",
            _ => "the journal cannot be written: the server ends",
        };
        Some(Status::unavailable(message))
    }
}
