//! Somebody who calls, and what they may do.

use std::sync::Arc;

use crate::role::{AccessRole, Permission};
use crate::scope::GraphScope;
use crate::unix_time::UnixTime;

/// Somebody who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// What it is called in logs and journals.
    pub id: Arc<str>,
    /// What it may do.
    pub role: AccessRole,
    /// On which graphs.
    pub graphs: GraphScope,
    /// From when on it is unknown; never if nothing.
    pub expires: Option<UnixTime>,
}

impl Principal {
    /// Whether it may do what needs this permission.
    #[must_use]
    pub fn permits(&self, permission: Permission) -> bool {
        self.role.permits(permission)
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: UnixTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}
