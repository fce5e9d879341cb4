//! Who may call now. The list may change while calls and streams are open.

#![expect(clippy::disallowed_methods, reason = "credentials expire")]

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use fluxion_access::{AccessList, Credential, Denial, Principal, UnixTime};
use tokio::sync::watch;

use crate::access::failed_attempts::FailedAttempts;

/// Who may call, and who tried to.
#[derive(Debug)]
pub(crate) struct Guarded {
    list: watch::Sender<Arc<AccessList>>,
    pub(crate) failures: FailedAttempts,
}

/// The time of now.
pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

impl Guarded {
    /// Those on the list.
    pub(crate) fn new(list: AccessList) -> Self {
        Self { list: watch::Sender::new(Arc::new(list)), failures: FailedAttempts::default() }
    }

    /// Those on another list, from now on.
    pub(crate) fn replace(&self, list: AccessList) {
        self.list.send_replace(Arc::new(list));
    }

    /// Whom a credential leads to.
    pub(crate) fn find(&self, credential: &Credential) -> Result<Arc<Principal>, Denial> {
        let list = Arc::clone(&self.list.borrow());
        list.find(credential, now()).map(Arc::clone)
    }

    /// Tells when the list changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Arc<AccessList>> {
        self.list.subscribe()
    }
}
