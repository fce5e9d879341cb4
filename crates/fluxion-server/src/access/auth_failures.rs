//! How often calls were refused for what their callers showed, by reason: those of one process, as refusals are made where nothing else
//! is known.

use std::sync::atomic::{AtomicU64, Ordering};

/// Why somebody may not call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthFailure {
    /// Nothing was shown.
    NoCredential,
    /// Nobody has it.
    WrongCredential,
    /// Its time is over.
    ExpiredCredential,
    /// The role does not include the call.
    RoleTooSmall,
    /// The graph is none of the caller's.
    GraphOutOfScope,
    /// Too many wrong credentials came from the address.
    FailedAttempts,
}

static SEEN: [AtomicU64; AuthFailure::ALL.len()] =
    [const { AtomicU64::new(0) }; AuthFailure::ALL.len()];

impl AuthFailure {
    /// All of them, by number.
    pub(crate) const ALL: [Self; 6] = [
        Self::NoCredential,
        Self::WrongCredential,
        Self::ExpiredCredential,
        Self::RoleTooSmall,
        Self::GraphOutOfScope,
        Self::FailedAttempts,
    ];

    /// The word that clients see in `google.rpc.ErrorInfo`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NoCredential => "NO_CREDENTIAL",
            Self::WrongCredential => "WRONG_CREDENTIAL",
            Self::ExpiredCredential => "EXPIRED_CREDENTIAL",
            Self::RoleTooSmall => "ROLE_TOO_SMALL",
            Self::GraphOutOfScope => "GRAPH_OUT_OF_SCOPE",
            Self::FailedAttempts => "FAILED_ATTEMPTS",
        }
    }

    /// Another one.
    pub(crate) fn count(self) {
        if let Some(seen) = SEEN.get(self as usize) {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many there were since the process began.
    pub(crate) fn seen(self) -> u64 {
        SEEN.get(self as usize).map_or(0, |seen| seen.load(Ordering::Relaxed))
    }
}
