//! Who calls, and whether they may: from what a caller shows to what the services ask of it. The rules are data
//! (`fluxion-access`); here they meet connections, calls and streams. Must not know what a call does.

pub(crate) mod access_file;
pub(crate) mod auth_failures;
pub(crate) mod caller;
pub(crate) mod failed_attempts;
pub(crate) mod guard;
pub(crate) mod guarded;
pub(crate) mod lease;
pub(crate) mod peer;
pub(crate) mod refusal;
