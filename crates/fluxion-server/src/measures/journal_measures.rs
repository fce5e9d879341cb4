//! The journal, snapshots, and how far recovery is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::measures::exposition::{Exposition, Kind};
use crate::measures::histogram::{Histogram, NUMBERS, SECONDS};

/// What is counted of the journal of a server.
#[derive(Debug)]
pub(crate) struct JournalMeasures {
    /// Group commits, what syncs them included.
    pub(crate) syncs: Histogram,
    pub(crate) frame_records: Histogram,
    pub(crate) bytes: AtomicU64,
    pub(crate) snapshots: Histogram,
    /// Bytes of the last one.
    pub(crate) snapshot_bytes: AtomicU64,
    /// Seconds since 1970; 0 if there was none.
    pub(crate) last_snapshot: AtomicU64,
    pub(crate) recovery: Recovery,
}

impl Default for JournalMeasures {
    fn default() -> Self {
        Self {
            syncs: Histogram::new(SECONDS),
            frame_records: Histogram::new(NUMBERS),
            bytes: AtomicU64::new(0),
            snapshots: Histogram::new(SECONDS),
            snapshot_bytes: AtomicU64::new(0),
            last_snapshot: AtomicU64::new(0),
            recovery: Recovery::default(),
        }
    }
}

/// How far the recovery at the start is.
#[derive(Debug, Default)]
pub(crate) struct Recovery {
    graphs: AtomicU64,
    done: AtomicU64,
    /// The graph that is read, and how many hundredths of it are.
    current: Mutex<(String, u64)>,
    /// Of each phase.
    nanoseconds: [AtomicU64; RecoveryPhase::ALL.len()],
}

/// What recovery does, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecoveryPhase {
    /// Snapshots and what came after them are read and done again.
    Read,
    /// Graphs get their threads.
    Serve,
}

impl RecoveryPhase {
    /// All of them, by number.
    pub(crate) const ALL: [Self; 2] = [Self::Read, Self::Serve];

    /// As a label.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Serve => "serve",
        }
    }
}

impl Recovery {
    /// So many graphs are to be recovered.
    pub(crate) fn begin(&self, graphs: usize) {
        self.graphs.store(graphs as u64, Ordering::Relaxed);
    }

    /// So much of a graph is there.
    pub(crate) fn reach(&self, graph: &str, percent: u64) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = (graph.to_owned(), percent);
    }

    /// A graph is there.
    pub(crate) fn next(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// A phase is over.
    pub(crate) fn end(&self, phase: RecoveryPhase, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        if let Some(of_phase) = self.nanoseconds.get(phase as usize) {
            of_phase.store(time, Ordering::Relaxed);
        }
    }

    /// How far it is, in a line.
    pub(crate) fn told(&self) -> String {
        let (done, all) = (self.done.load(Ordering::Relaxed), self.graphs.load(Ordering::Relaxed));
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let (graph, percent) = &*current;
        match graph.is_empty() || done == all {
            true => format!("{done} of {all} graphs are recovered"),
            false => format!("{done} of {all} graphs are recovered; {graph}: {percent} %"),
        }
    }
}

impl JournalMeasures {
    /// Writes what was counted.
    pub(crate) fn expose(&self, text: &mut Exposition, failed: bool) {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let help = "Group commits of the journal, with what syncs them.";
        text.family("journal_sync_seconds", Kind::Histogram, help);
        text.histogram(&[], self.syncs.distribution());
        let help = "Records that a graph has in one group commit.";
        text.family("journal_frame_records", Kind::Histogram, help);
        text.histogram(&[], self.frame_records.distribution());
        let help = "Bytes of records that were written.";
        text.single("journal_bytes_total", Kind::Counter, help, load(&self.bytes));
        let help = "1 once the journal could not be written: the server ends.";
        text.single("journal_failed", Kind::Gauge, help, u8::from(failed));
        text.family("snapshot_seconds", Kind::Histogram, "Snapshots of graphs.");
        text.histogram(&[], self.snapshots.distribution());
        let help = "Size of the last snapshot.";
        text.single("snapshot_bytes", Kind::Gauge, help, load(&self.snapshot_bytes));
        let help = "When the last snapshot was finished; 0 if none was since the start.";
        let last = load(&self.last_snapshot);
        text.single("snapshot_last_success_timestamp_seconds", Kind::Gauge, help, last);
        let help = "How long recovery took at the start, by phase; 0 before the end of a phase.";
        text.family("recovery_seconds", Kind::Gauge, help);
        for (phase, nanoseconds) in RecoveryPhase::ALL.iter().zip(&self.recovery.nanoseconds) {
            text.sample(&[("phase", phase.as_str())], load(nanoseconds) as f64 / 1e9);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_how_far_recovery_is() {
        let recovery = Recovery::default();
        recovery.begin(2);
        assert_eq!(recovery.told(), "0 of 2 graphs are recovered");
        recovery.reach("g", 40);
        assert_eq!(recovery.told(), "0 of 2 graphs are recovered; g: 40 %");
        recovery.next();
        recovery.next();
        assert_eq!(recovery.told(), "2 of 2 graphs are recovered");
    }
}
