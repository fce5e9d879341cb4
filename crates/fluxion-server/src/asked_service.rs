//! By which service a request came that may be repeated. Both refuse in words of their own, and neither the store nor the journal
//! knows them; so the fingerprint of a request says it, in its highest bit. That bit is on disk: it keeps its meaning.

use std::sync::Arc;

use fluxion_store::RequestId;

/// By which service a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedService {
    /// The three calls.
    Published,
    /// `fluxion.v1`.
    Full,
}

const PUBLISHED: u64 = 1 << 63;

impl AskedService {
    /// The identity of a request that says so much.
    pub(crate) fn id(self, key: Arc<str>, content: u64) -> RequestId {
        let fingerprint = match self {
            Self::Published => content | PUBLISHED,
            Self::Full => content & !PUBLISHED,
        };
        RequestId { key, fingerprint }
    }

    /// By which service it came.
    pub(crate) fn of(id: &RequestId) -> Self {
        if id.fingerprint & PUBLISHED == 0 { Self::Full } else { Self::Published }
    }
}
