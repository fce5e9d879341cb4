//! Who asked for what is done, as logs and journals tell it. Must not know what they may do.

use std::sync::Arc;

/// The name of a principal; empty if nobody is known, or the server does it by itself. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedBy(Option<Arc<str>>);

impl AskedBy {
    /// Somebody.
    pub(crate) fn principal(name: &Arc<str>) -> Self {
        Self(Some(Arc::clone(name)))
    }

    /// The name, if there is one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }
}
