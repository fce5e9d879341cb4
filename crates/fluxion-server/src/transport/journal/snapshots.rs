//! Snapshots that stop nobody: a clone of the graph is written down on a thread of its own, of low priority, and handed to the
//! log thread in parts, of which one is written between two group commits. What is older than the history goes after that.

#![expect(clippy::disallowed_methods, reason = "how long they take is counted")]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Instant;

use fluxion_store::journal::{EncodedSnapshot, Log, LogError, Pruned, SnapshotHead, Time};
use tokio::sync::oneshot;

use crate::transport::journal::graph_journal::{GraphCopy, GraphJournal, Journal, now};

const NANOSECONDS: u64 = 1_000_000_000;

/// How many rows are thrown away at once.
const ROWS: u32 = 1_000;

/// How much less important than the graphs a snapshot is, as `nice` has it.
const NICENESS: i32 = 10;

/// Writes a snapshot of a copy; its head, once it is there.
pub(crate) fn write(copy: GraphCopy) -> oneshot::Receiver<SnapshotHead> {
    let (written, head) = oneshot::channel();
    let graph = Arc::clone(&copy.graph);
    let body = move || {
        // if the system does not allow it, it is as important as the others
        let _ = rustix::process::nice(NICENESS);
        let guard = Copied(Arc::clone(&copy.graph));
        if let Some(head) = encode_and_write(copy) {
            tracing::info!(
                revision = head.revision.0,
                parts = head.parts,
                "a snapshot was written"
            );
            let _ = written.send(head);
            prune(guard.0.journal());
        }
    };
    let spawned = std::thread::Builder::new().name("snapshot".to_owned()).spawn(body);
    if let Err(error) = spawned {
        tracing::warn!(%error, "no thread for a snapshot");
        graph.copied();
    }
    head
}

/// Another snapshot may be made when this is gone.
struct Copied(Arc<GraphJournal>);

impl Drop for Copied {
    fn drop(&mut self) {
        self.0.copied();
    }
}

fn encode_and_write(copy: GraphCopy) -> Option<SnapshotHead> {
    let GraphCopy { store, graph, sequence } = copy;
    let (journal, start) = (graph.journal(), Instant::now());
    let snapshot = EncodedSnapshot::of(&store, graph.id(), sequence, now(), journal.refusals());
    drop(store);
    let mut size = 0;
    for (part, bytes) in snapshot.parts() {
        size += bytes.len() as u64;
        let (head, bytes) = (snapshot.head.clone(), bytes.to_vec());
        done(journal, move |log| log.write_snapshot_part(&head, part, &bytes))?;
    }
    let head = snapshot.head.clone();
    done(journal, move |log| log.finish_snapshot(&head))?;
    let measures = journal.measures();
    measures.snapshots.time(start.elapsed());
    measures.snapshot_bytes.store(size, Ordering::Relaxed);
    measures.last_snapshot.store(now().0 / NANOSECONDS, Ordering::Relaxed);
    Some(snapshot.head)
}

/// Throws away what is older than the history, unless somebody needs all of it.
pub(super) fn prune(journal: &Journal) {
    let history = u64::try_from(journal.options().history.as_nanos()).unwrap_or(u64::MAX);
    let before = Time(now().0.saturating_sub(history));
    let desk = journal.clone();
    let prune = move |log: &mut dyn Log| match desk.is_history_held() {
        // the next snapshot will see to it
        true => Ok(Pruned::default()),
        false => log.prune(before, ROWS),
    };
    while done(journal, prune.clone()).is_some_and(|pruned| !pruned.is_empty()) {}
}

/// Does something on the log thread; nothing if it cannot.
fn done<T: Send + 'static>(
    journal: &Journal,
    what: impl FnOnce(&mut dyn Log) -> Result<T, LogError> + Send + 'static,
) -> Option<T> {
    let (sender, answer) = mpsc::channel();
    journal.send(Box::new(move |log| {
        let answer = what(log)?;
        let _ = sender.send(answer);
        Ok(())
    }));
    answer.recv().ok()
}
