//! Who asked for what is done, as logs and journals tell it. Must not know what they may do.

use std::sync::Arc;

use crate::transport::call_notes::CallNotes;

/// Names of a principal and of a request; empty if nobody is known, or the server does it by itself. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedBy {
    principal: Option<Arc<str>>,
    request_id: Option<Arc<str>>,
}

impl AskedBy {
    /// Somebody, if that is known, by the call that this task serves.
    pub(crate) fn principal(name: Option<&Arc<str>>) -> Self {
        let request_id = CallNotes::of_task().map(|notes| Arc::clone(notes.request_id()));
        Self { principal: name.cloned(), request_id }
    }

    /// Whoever it was, as it is written down: empty if nobody is known.
    pub(crate) fn written(principal: &str, request_id: &str) -> Self {
        let name = |name: &str| (!name.is_empty()).then(|| name.into());
        Self { principal: name(principal), request_id: name(request_id) }
    }

    /// The name of the principal, if there is one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.principal.as_deref()
    }

    /// The name of the request, if it has one.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
