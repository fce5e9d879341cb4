//! What is to be written of one graph: a frame that is being filled, and the gate at which answers wait for it.

#![expect(clippy::disallowed_methods, reason = "records carry the time of the server")]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use fluxion_context::JobId;
use fluxion_store::journal::{
    ChainEnd, Event, Frame, GraphId, LogError, OpenFrame, Record, Sequence, Time,
};
use fluxion_store::{CreatedBy, RequestId, Store};
use tokio::sync::oneshot;

use crate::journal_options::Synced;
use crate::transport::asked_by::AskedBy;
use crate::transport::journal::beginning::{RecoveredGraph, recover_one};
use crate::transport::journal::desk::{Desk, News};
use crate::transport::journal::fault::JournalFault;
use crate::transport::journal::gate::{Gate, Unwritten};
use crate::transport::numbers::Numbers;

/// A handle on the journal of all graphs; clones share it.
pub(crate) type Journal = Desk<GraphJournal>;

/// Beyond so many bytes that are not durable a graph takes no new work.
const MOST_ON_WAY: usize = 16 << 20;

/// One graph of a journal.
#[derive(Debug)]
pub(crate) struct GraphJournal {
    journal: Journal,
    numbers: Numbers,
    /// Who wanted it; nobody once it was recovered.
    created_for: AskedBy,
    /// The request by which the graph was created, if that may be repeated.
    created_by: Option<Arc<CreatedBy>>,
    /// Bytes that are not durable yet.
    on_way: AtomicUsize,
    /// The last revision that is durable.
    durable: AtomicU64,
    state: Mutex<Pages>,
}

#[derive(Debug)]
struct Pages {
    /// Where the frames end that were taken.
    end: ChainEnd,
    /// What was not taken yet.
    frame: OpenFrame,
    gate: Arc<Gate>,
    /// The gate of the frame that is being written, or that was lost.
    writing: Option<Arc<Gate>>,
    /// Whether the log thread knows that there is something.
    is_listed: bool,
    phase: Phase,
    /// The graph that gives way when this one is created.
    replaces: Option<Arc<GraphJournal>>,
    /// The last record.
    last: Sequence,
    /// The revision that it made.
    revision: u64,
    /// What came after the last snapshot.
    news: News,
    /// A snapshot is being made.
    is_copied: bool,
}

/// A clone of a graph, for a snapshot.
#[derive(Debug)]
pub(crate) struct GraphCopy {
    pub(super) store: Store,
    pub(super) graph: Arc<GraphJournal>,
    /// The last record that it knows of.
    pub(super) sequence: Sequence,
}

/// Whether there is enough new for a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    Enough,
    Little,
}

/// How far the life of a graph is written.
#[derive(Debug, PartialEq, Eq)]
enum Phase {
    /// Its first record is in the frame, under this name.
    New(String),
    Alive,
    /// Its last record is in the frame.
    Ending,
    Over,
}

/// The graph takes no more records: it was dropped, or gave way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed;

/// A frame that is taken to be written.
#[derive(Debug)]
pub(super) struct TakenFrame {
    pub(super) frame: OpenFrame,
    gate: Arc<Gate>,
    revision: u64,
    pub(super) end: ChainEnd,
    /// The name of a graph that is created with it.
    pub(super) created: Option<String>,
    /// The graph ends with it.
    pub(super) is_last: bool,
}

/// The time of now.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// What happens now.
fn record(by: &AskedBy, event: Event) -> Record {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let (principal, request_id) = (text(by.name()), text(by.request_id()));
    Record { principal, request_id, ..Record::new(now(), event) }
}

impl GraphJournal {
    /// A graph that is to be created ([`GraphJournal::create`]), with all that there is of it. O(graph).
    pub(crate) fn of_new(
        journal: Journal,
        name: &str,
        store: &Store,
        (numbers, by): (Numbers, AskedBy),
    ) -> Arc<Self> {
        let mut frame = OpenFrame::new();
        let event = Event::Created { name: name.to_owned(), store: Box::new(store.clone()) };
        frame.push(&record(&by, event), journal.refusals());
        // its number is given when it is written
        let end = ChainEnd::start(GraphId(0), store.incarnation());
        let pages = Pages::new(end, frame, Phase::New(name.to_owned()));
        Self::with(journal, (numbers, by), store, pages)
    }

    /// A graph that was recovered.
    pub(crate) fn of_recovered(
        journal: Journal,
        end: ChainEnd,
        records: u64,
        store: &Store,
        numbers: Numbers,
    ) -> Arc<Self> {
        let mut pages = Pages::new(end, OpenFrame::new(), Phase::Alive);
        (pages.last, pages.news.records) = (end.sequence, records);
        Self::with(journal, (numbers, AskedBy::default()), store, pages)
    }

    /// The graph as it was after the last record that is durable, from the log.
    pub(crate) async fn recover(&self) -> Result<RecoveredGraph, JournalFault> {
        let (sender, recovered) = oneshot::channel();
        let (id, journal) = (self.id(), self.journal.clone());
        self.journal.send(Box::new(move |log| {
            let entry = log.graphs()?.into_iter().find(|entry| entry.id == id);
            let _ = sender
                .send(entry.map(|entry| recover_one(log, &entry, &journal.measures().recovery)));
            Ok(())
        }));
        match recovered.await {
            Ok(Some(recovered)) => recovered,
            _ => Err(JournalFault::Thread("it knows no such graph".to_owned())),
        }
    }

    fn with(
        journal: Journal,
        (numbers, created_for): (Numbers, AskedBy),
        store: &Store,
        pages: Pages,
    ) -> Arc<Self> {
        let on_way = AtomicUsize::new(pages.frame.bytes());
        let (created_by, revision) = (store.created_by().cloned(), store.revision().0);
        let (durable, state) = (AtomicU64::new(revision), Mutex::new(Pages { revision, ..pages }));
        Arc::new(Self { journal, numbers, created_for, created_by, on_way, durable, state })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes that the graph is there, and that the one it replaces is not any more: both or nothing. Returns when that is
    /// durable.
    pub(crate) async fn create(
        self: &Arc<Self>,
        replaces: Option<Arc<Self>>,
    ) -> Result<(), Unwritten> {
        self.pages().replaces = replaces;
        self.list();
        self.durable().await
    }

    /// Writes that the graph was dropped, and by which request if that may be repeated. Returns when that is durable.
    pub(crate) async fn end(
        self: &Arc<Self>,
        asked: Option<RequestId>,
        by: &AskedBy,
    ) -> Result<(), Unwritten> {
        self.close(asked, by);
        self.list();
        self.durable().await
    }

    /// Adds something that happened. O(what it says).
    pub(crate) fn record(self: &Arc<Self>, by: &AskedBy, event: Event) -> Result<Recorded, Closed> {
        let revision = match &event {
            Event::Committed(settled) => Some(settled.commit().revision.0),
            _ => None,
        };
        let record = record(by, event);
        let mut pages = self.pages();
        if pages.is_over() {
            return Err(Closed);
        }
        pages.revision = revision.unwrap_or(pages.revision);
        self.push(&mut pages, &record);
        let is_listed = std::mem::replace(&mut pages.is_listed, true);
        let is_due = !pages.is_copied && self.journal.is_due(pages.news);
        drop(pages);
        if !is_listed {
            self.journal.list(Arc::clone(self));
        }
        Ok(if is_due { Recorded::Enough } else { Recorded::Little })
    }

    /// Takes a clone of the graph as it is after the last record; nothing if a snapshot is being made, or nothing is written any
    /// more.
    pub(crate) fn copy(self: &Arc<Self>, store: &Store) -> Option<GraphCopy> {
        let mut pages = self.pages();
        if pages.is_copied || pages.is_over() || self.is_lost() {
            return None;
        }
        (pages.is_copied, pages.news) = (true, News::default());
        Some(GraphCopy { store: store.clone(), graph: Arc::clone(self), sequence: pages.last })
    }

    /// The last revision that is durable.
    pub(crate) fn durable_revision(&self) -> u64 {
        self.durable.load(Ordering::Relaxed)
    }

    /// Whether a snapshot would have something new to say.
    pub(crate) fn has_news(&self) -> bool {
        self.pages().news.records > 0
    }

    /// The snapshot was written, or will not be.
    pub(super) fn copied(&self) {
        self.pages().is_copied = false;
    }

    /// When what is recorded is on the disk.
    pub(crate) fn synced(&self) -> Synced {
        self.journal.options().synced
    }

    /// Which graph of the log it is.
    pub(super) fn id(&self) -> GraphId {
        self.pages().end.graph
    }

    /// Its last record that is durable.
    pub(crate) fn last_written(&self) -> Sequence {
        self.pages().end.sequence
    }

    /// Frames of the graph; see [`Journal::frames`]. Waits: for a thread that may.
    ///
    /// # Errors
    /// [`LogError`].
    pub(crate) fn frames(
        &self,
        after: Sequence,
        most_bytes: usize,
    ) -> Result<Vec<Frame>, LogError> {
        self.journal.frames(self.id(), after, most_bytes)
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    fn push(&self, pages: &mut Pages, record: &Record) {
        let before = pages.frame.bytes();
        pages.frame.push(record, self.journal.refusals());
        let bytes = pages.frame.bytes() - before;
        self.on_way.fetch_add(bytes, Ordering::Relaxed);
        pages.last.0 += 1;
        pages.news.add(bytes as u64);
    }

    fn list(self: &Arc<Self>) {
        if !std::mem::replace(&mut self.pages().is_listed, true) {
            self.journal.list(Arc::clone(self));
        }
    }

    /// The last record, unless there is one.
    pub(super) fn close(&self, request: Option<RequestId>, by: &AskedBy) {
        let mut pages = self.pages();
        if pages.is_over() {
            return;
        }
        let (next_job, created_by) = (JobId(self.numbers.peek()), self.created_by.clone());
        let dropped = Event::Dropped { next_job, request, created_by };
        self.push(&mut pages, &record(by, dropped));
        pages.phase = Phase::Ending;
    }

    /// Who wanted the graph; nobody once it was recovered.
    pub(super) fn created_for(&self) -> &AskedBy {
        &self.created_for
    }

    /// Whether it takes no more records.
    pub(crate) fn is_closed(&self) -> bool {
        self.pages().is_over()
    }

    /// Whether something was lost: nothing is served any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.journal.fault().is_some()
    }

    /// What an answer has to wait for that has seen all until now; nothing if that is durable.
    pub(crate) fn gate(&self) -> Option<Arc<Gate>> {
        let pages = self.pages();
        match pages.frame.is_empty() {
            false => Some(Arc::clone(&pages.gate)),
            true => pages.writing.clone(),
        }
    }

    /// Waits until all that was recorded until now is durable.
    pub(crate) async fn durable(&self) -> Result<(), Unwritten> {
        let gate = self.gate();
        match gate {
            Some(gate) => gate.passed().await,
            None => Ok(()),
        }
    }

    /// Waits while more is on its way than may be.
    pub(crate) async fn room(&self) -> Result<(), Unwritten> {
        while self.on_way.load(Ordering::Relaxed) > MOST_ON_WAY {
            self.durable().await?;
        }
        Ok(())
    }

    // --- for the log thread ---

    /// The graph that gives way to this one, once.
    pub(super) fn take_replaced(&self) -> Option<Arc<Self>> {
        self.pages().replaces.take()
    }

    /// Whether a record was begun and not ended, as the thread of the graph met a fault: what is there must not be written.
    pub(super) fn is_torn(&self) -> bool {
        self.state.is_poisoned()
    }

    /// What there is to be written; `next` gives a number to a graph that is created.
    pub(super) fn take(&self, next: impl FnOnce() -> GraphId) -> Option<TakenFrame> {
        let mut pages = self.pages();
        pages.is_listed = false;
        if pages.frame.is_empty() {
            return None;
        }
        let created = pages.take_name();
        if created.is_some() {
            pages.end.graph = next();
        }
        let is_last = pages.phase == Phase::Ending;
        if is_last {
            pages.phase = Phase::Over;
        }
        let frame = std::mem::take(&mut pages.frame);
        let gate = std::mem::take(&mut pages.gate);
        pages.writing = Some(Arc::clone(&gate));
        let (end, revision) = (pages.end, pages.revision);
        Some(TakenFrame { frame, gate, revision, end, created, is_last })
    }

    /// What was taken is durable: the frames end there now.
    pub(super) fn written(&self, taken: &SealedFrame) {
        let mut pages = self.pages();
        pages.end = taken.end;
        pages.writing = None;
        drop(pages);
        self.durable.store(taken.revision, Ordering::Relaxed);
        self.on_way.fetch_sub(taken.bytes, Ordering::Relaxed);
        taken.gate.open();
    }
}

/// A frame that was sealed.
#[derive(Debug)]
pub(super) struct SealedFrame {
    pub(super) gate: Arc<Gate>,
    pub(super) end: ChainEnd,
    pub(super) bytes: usize,
    pub(super) records: u64,
    revision: u64,
}

impl TakenFrame {
    /// The frame, and what is to be told of it.
    pub(super) fn seal(self) -> (Frame, SealedFrame) {
        let Self { frame, gate, revision, mut end, .. } = self;
        let (bytes, records) = (frame.bytes(), frame.records());
        let frame = frame.seal(&mut end, 0);
        (frame, SealedFrame { gate, end, bytes, records, revision })
    }
}

impl Pages {
    fn new(end: ChainEnd, frame: OpenFrame, phase: Phase) -> Self {
        let last = Sequence(frame.records());
        Self {
            end,
            frame,
            gate: Arc::default(),
            writing: None,
            is_listed: false,
            phase,
            replaces: None,
            last,
            revision: 0,
            news: News::default(),
            is_copied: false,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ending | Phase::Over)
    }

    fn take_name(&mut self) -> Option<String> {
        match std::mem::replace(&mut self.phase, Phase::Alive) {
            Phase::New(name) => Some(name),
            other => {
                self.phase = other;
                None
            }
        }
    }
}
