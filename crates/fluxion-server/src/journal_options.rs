//! How the journal under the graphs is kept.

use std::time::Duration;

/// When what is answered is on the disk: what clients are told. The log does what it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synced {
    /// Before it is answered.
    #[default]
    First,
    /// A while later.
    Later,
    /// Nobody knows.
    Never,
}

/// How the journal under the graphs is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalOptions {
    /// When the log syncs.
    pub synced: Synced,
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
            synced: Synced::default(),
            sync_every: None,
            snapshot_records: 100_000,
            snapshot_bytes: 64 << 20,
            history: Duration::from_secs(7 * 24 * 3600),
        }
    }
}
