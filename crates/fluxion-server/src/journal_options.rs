//! How the journal under the graphs is kept.

use std::time::Duration;

/// How the journal under the graphs is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalOptions {
    /// How often the log is synced, if it does not do that by itself with each commit.
    pub sync_every: Option<Duration>,
    /// A snapshot is made of a graph after so many records.
    pub snapshot_records: u64,
    /// Or after records of so many bytes.
    pub snapshot_bytes: u64,
    /// How long records are kept that no recovery needs any more.
    pub history: Duration,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            sync_every: None,
            snapshot_records: 100_000,
            snapshot_bytes: 64 << 20,
            history: Duration::from_secs(7 * 24 * 3600),
        }
    }
}
