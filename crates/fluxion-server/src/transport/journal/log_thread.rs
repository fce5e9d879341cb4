//! The thread that has the log: one transaction for all that the graphs have, then the answers may go.

#![expect(clippy::disallowed_methods, reason = "syncs come after a time")]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use fluxion_store::journal::{GroupCommit, Log, LogError};
use tokio::sync::oneshot;

use crate::journal_options::JournalOptions;
use crate::transport::journal::beginning::{self, Found};
use crate::transport::journal::desk::{Errand, SharedRefusals, Step};
use crate::transport::journal::fault::JournalFault;
use crate::transport::journal::graph_journal::{GraphJournal, Journal, SealedFrame, TakenFrame};

/// Starts the thread, which first recovers all graphs, and tells what it has found.
pub(crate) fn start(
    log: Box<dyn Log>,
    options: JournalOptions,
    refusals: SharedRefusals,
) -> Result<(Journal, oneshot::Receiver<Result<Found, JournalFault>>), JournalFault> {
    let desk = Journal::new(options, refusals);
    let (found, finding) = oneshot::channel();
    let sync_every = options.sync_every;
    let thread = LogThread { log, desk: desk.clone(), sync_every, unsynced: None };
    let spawned = std::thread::Builder::new().name("journal".to_owned());
    let spawned = spawned.spawn(move || thread.run(found));
    spawned.map_err(|error| JournalFault::Thread(error.to_string()))?;
    Ok((desk, finding))
}

/// See the module documentation.
struct LogThread {
    log: Box<dyn Log>,
    desk: Journal,
    sync_every: Option<Duration>,
    /// When the first commit was made that was not synced.
    unsynced: Option<Instant>,
}

impl LogThread {
    /// Recovers all graphs, then writes until it is told to end.
    fn run(mut self, found: oneshot::Sender<Result<Found, JournalFault>>) {
        let recovered = beginning::recover_all(&mut *self.log, &self.desk.measures().recovery);
        if let Err(fault) = &recovered {
            self.desk.fail(fault.clone());
        }
        let _ = found.send(recovered);
        loop {
            match self.desk.next(self.until_sync()) {
                Step::Work(listed, errand) => self.work(listed, errand),
                Step::Nothing => {}
                Step::Over(closing) => {
                    self.sync_now();
                    drop(self.log);
                    let _ = closing.send(());
                    return;
                }
            }
            if self.until_sync() == Some(Duration::ZERO) {
                self.sync_now();
            }
        }
    }

    fn work(&mut self, listed: Vec<Arc<GraphJournal>>, errand: Option<Errand>) {
        if !listed.is_empty() {
            self.write(listed);
        }
        if let Some(errand) = errand.filter(|_| !self.desk.is_failed()) {
            let done = errand(&mut *self.log);
            self.note(done);
        }
    }

    /// How long there is until the next sync.
    fn until_sync(&self) -> Option<Duration> {
        let (every, since) = (self.sync_every?, self.unsynced?);
        Some(every.saturating_sub(since.elapsed()))
    }

    fn sync_now(&mut self) {
        if self.unsynced.take().is_some() && !self.desk.is_failed() {
            let synced = self.log.sync();
            self.note(synced);
        }
    }

    fn note(&self, done: Result<(), LogError>) {
        if let Err(error) = done {
            self.desk.fail(error.into());
        }
    }

    /// One group commit. After a failure nothing is written any more: whoever waits is told.
    fn write(&mut self, listed: Vec<Arc<GraphJournal>>) {
        let taken = self.take(listed);
        let (mut commit, mut graphs) = (GroupCommit::default(), Vec::new());
        for (graph, taken) in taken {
            let (created, is_last) = (taken.created.clone(), taken.is_last);
            let (frame, written) = taken.seal();
            commit.created.extend(created.map(|name| (frame.graph, name)));
            commit.dropped.extend(is_last.then_some(frame.graph));
            commit.frames.push(frame);
            graphs.push((graph, written));
        }
        if commit.frames.is_empty() {
            return;
        }
        if !self.desk.is_failed() {
            let start = Instant::now();
            let done = self.log.append(&commit);
            self.count(start.elapsed(), &graphs);
            self.note(done);
        }
        if self.sync_every.is_some() && self.unsynced.is_none() {
            self.unsynced = Some(Instant::now());
        }
        for (graph, written) in graphs {
            match self.desk.is_failed() {
                false => graph.written(&written),
                true => written.gate.lose(),
            }
        }
    }

    fn count(&self, time: Duration, written: &[(Arc<GraphJournal>, SealedFrame)]) {
        let measures = self.desk.measures();
        measures.syncs.time(time);
        for (_, frame) in written {
            measures.frame_records.count(frame.records);
            measures.bytes.fetch_add(frame.bytes as u64, Ordering::Relaxed);
        }
    }

    /// What there is of each graph, once. What gives way ends in the commit in which its successor begins.
    fn take(&mut self, listed: Vec<Arc<GraphJournal>>) -> Vec<(Arc<GraphJournal>, TakenFrame)> {
        let mut all: Vec<Arc<GraphJournal>> = Vec::new();
        for graph in &listed {
            if let Some(replaced) = graph.take_replaced() {
                replaced.close(None, graph.created_for());
                all.push(replaced);
            }
        }
        all.extend(listed);
        if all.iter().any(|graph| graph.is_torn()) {
            let torn = "the thread of a graph met a fault in the middle of a record";
            self.desk.fail(LogError::Poisoned(torn.to_owned()).into());
        }
        let log = &mut self.log;
        let taken = all.into_iter().filter_map(|graph| {
            let taken = graph.take(|| log.next_graph())?;
            Some((graph, taken))
        });
        taken.collect()
    }
}
