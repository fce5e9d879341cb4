//! How the journal under the graphs is kept.

use std::time::Duration;

/// How the journal under the graphs is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct JournalOptions {
    /// How often the log is synced, if it does not do that by itself with each commit.
    pub sync_every: Option<Duration>,
}
