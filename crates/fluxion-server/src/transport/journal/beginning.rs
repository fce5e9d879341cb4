//! Recovery of all graphs when a server starts. What does not fit is refused, and nothing is served.

#![expect(clippy::disallowed_methods, reason = "how long it takes is told")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use fluxion_context::JobId;
use fluxion_store::journal::{
    ChainEnd, Event, GraphEntry, Life, Log, LogError, Progress, Recovered, Sequence, recover,
};
use fluxion_store::{CreatedBy, Incarnation, RequestId, Store};

use crate::measures::journal_measures::Recovery;
use crate::transport::journal::fault::JournalFault;

/// How often it is told how far a recovery is.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// What a journal holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The graphs that are served.
    pub(crate) graphs: Vec<RecoveredGraph>,
    /// Those that were dropped.
    pub(crate) dropped: Vec<DroppedGraph>,
}

/// What is still to be known of a graph that was dropped.
#[derive(Debug)]
pub(crate) struct DroppedGraph {
    pub(crate) name: String,
    pub(crate) incarnation: Incarnation,
    /// The first number that no job of it had; its name may come again.
    pub(crate) next_job: JobId,
    /// The requests by which it was created and dropped, if they may be repeated.
    pub(crate) created_by: Option<Arc<CreatedBy>>,
    pub(crate) dropped_by: Option<RequestId>,
}

/// A graph as it was.
#[derive(Debug)]
pub(crate) struct RecoveredGraph {
    pub(crate) name: String,
    pub(crate) store: Store,
    pub(crate) end: ChainEnd,
    /// How many records came after the snapshot with which it began.
    pub(crate) records: u64,
}

pub(super) fn recover_all(log: &mut dyn Log, reached: &Recovery) -> Result<Found, JournalFault> {
    let mut found = Found::default();
    let graphs = log.graphs()?;
    reached.begin(graphs.len());
    for entry in graphs {
        match entry.life {
            Life::Dropped => found.dropped.push(last_words(log, &entry)?),
            Life::Served => found.graphs.push(recover_one(log, &entry, reached)?),
        }
        reached.next();
    }
    Ok(found)
}

/// A graph as it was after its last record.
pub(super) fn recover_one(
    log: &mut dyn Log,
    entry: &GraphEntry,
    reached: &Recovery,
) -> Result<RecoveredGraph, JournalFault> {
    let (start, mut told) = (Instant::now(), Instant::now());
    let mut tell = |Progress { done, of }: Progress| {
        reached.reach(&entry.name, done * 100 / of.max(1));
        if told.elapsed() < TOLD_EVERY || done == 0 {
            return;
        }
        told = Instant::now();
        let left = start.elapsed().as_secs_f64() * (of.saturating_sub(done)) as f64 / done as f64;
        let (percent, seconds_left) = (done * 100 / of.max(1), left.ceil() as u64);
        tracing::info!(graph = entry.name, percent, seconds_left, "recovering");
    };
    let Recovered { store, end, records, .. } = recover(log, entry, &mut tell)?;
    let (seconds, revision) = (start.elapsed().as_secs_f64(), store.revision().0);
    let jobs = store.context().live_jobs();
    tracing::info!(graph = entry.name, revision, jobs, records, seconds, "a graph was recovered");
    Ok(RecoveredGraph { name: entry.name.clone(), store, end, records })
}

/// What the last record of a dropped graph tells.
fn last_words(log: &mut dyn Log, entry: &GraphEntry) -> Result<DroppedGraph, LogError> {
    let frames = log.read_frames(entry.id, Sequence(entry.last.0.saturating_sub(1)), 1)?;
    // what cannot be read is told when somebody asks for it: nothing is served of it
    let mut records = frames.last().and_then(|frame| frame.records().ok()).unwrap_or_default();
    let (next_job, dropped_by, created_by) = match records.pop().map(|(_, record)| record.event) {
        Some(Event::Dropped { next_job, request, created_by }) => (next_job, request, created_by),
        _ => (JobId(0), None, None),
    };
    let (name, incarnation) = (entry.name.clone(), entry.incarnation);
    Ok(DroppedGraph { name, incarnation, next_job, created_by, dropped_by })
}
