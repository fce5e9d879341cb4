//! What waits for the thread of a graph: requests that may change it, and readers that cannot.
//!
//! A job that its client never heard of would hold its resources for ever. So a job that nobody could find again
//! travels as a [`Undelivered`], which takes the job back when it is dropped, with its answer, from the thread of the graph
//! to the transport (`delivery`).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fluxion_context::{Budget, JobId, Stop};
use fluxion_store::journal::SnapshotHead;
use fluxion_store::{Answer, Answered, Command, JobName, KeyedCommand, RequestError};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::transport::asked_by::AskedBy;
use crate::transport::journal::{Gate, Unwritten};
use crate::transport::serving::Serving;
use crate::transport::turns::{Cost, Origin, Waiting};

/// A turn of the thread of a graph.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) work: Work,
    /// Ends it.
    pub(crate) stop: Stop,
    /// When it came.
    pub(crate) since: Instant,
}

impl Turn {
    /// Work that comes now, and can be ended.
    pub(crate) fn new(work: Work, stop: Stop) -> Self {
        Self { work, stop, since: Instant::now() }
    }
}

impl From<Work> for Turn {
    /// Work that nobody waits for: it is never stopped.
    fn from(work: Work) -> Self {
        Self::new(work, Stop::default())
    }
}

/// What is done in a turn.
pub(crate) enum Work {
    /// A request.
    Execute(Asked),
    /// Somebody looks, or wants something that changes nothing.
    Look(Box<dyn FnOnce(&mut Serving) + Send>),
    /// The client of a job left before it heard of it.
    TakeBack(JobId),
    /// Something is due sooner than before.
    CatchUp,
    /// The server ends.
    PutAway(oneshot::Sender<Option<oneshot::Receiver<SnapshotHead>>>),
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Execute(asked) => f.debug_tuple("Execute").field(&asked.request).finish(),
            Self::Look(_) => f.write_str("Look"),
            Self::TakeBack(job) => f.debug_tuple("TakeBack").field(job).finish(),
            Self::CatchUp => f.write_str("CatchUp"),
            Self::PutAway(_) => f.write_str("PutAway"),
        }
    }
}

/// Texts up to this length are read in no time.
const SHORT_TEXT: u64 = 64 << 10;

/// Whether others notice a request.
pub(crate) fn cost(command: &Command) -> Cost {
    let looks_far = matches!(
        command,
        Command::SetProperty { .. }
            | Command::Grow { .. }
            | Command::Shrink { .. }
            | Command::SetWindow(_)
    );
    let is_dear = looks_far || command.text_bytes() > SHORT_TEXT;
    if is_dear { Cost::Dear } else { Cost::Cheap }
}

/// Whether a request would change something, and which job it names.
pub(crate) fn change(command: &Command) -> (bool, Option<JobId>) {
    match command {
        Command::Match { operation, .. } => (operation.books(), None),
        Command::Cancel { job: JobName::Id(job) } => (true, Some(*job)),
        _ => (true, None),
    }
}

/// A request, with the one who waits for its answer.
pub(crate) struct Asked {
    pub(crate) request: KeyedCommand,
    pub(crate) by: AskedBy,
    pub(crate) reply: oneshot::Sender<GatedReply<Result<Done, RequestError>>>,
    /// Leads back to the graph.
    pub(crate) queue: Waiting<Turn>,
}

/// An answer on its way from the graph.
#[derive(Debug)]
pub(crate) struct GatedReply<T> {
    pub(crate) answer: T,
    /// What it has drawn is counted until somebody takes it.
    pub(crate) drawn: Budget,
    /// What it has seen is durable once this is open.
    pub(crate) gate: Option<Arc<Gate>>,
    /// The revision that it has seen.
    pub(crate) revision: u64,
}

impl<T> GatedReply<T> {
    /// The answer, once all that it has seen is durable.
    pub(crate) async fn released(self) -> Result<T, Unwritten> {
        let Self { answer, drawn, gate, .. } = self;
        if let Some(gate) = gate {
            gate.passed().await?;
        }
        drop(drawn);
        Ok(answer)
    }
}

/// A request that was carried out.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) answered: Answered,
    /// A job that is taken back unless its client hears of it.
    pub(crate) booking: Option<Undelivered>,
}

impl Asked {
    /// Gives the answer, with what it has drawn; the job that is to be taken back if nobody waits for it any more.
    pub(crate) fn answer(
        self,
        result: Result<Answered, RequestError>,
        drawn: Budget,
        (gate, revision): (Option<Arc<Gate>>, u64),
    ) -> Option<JobId> {
        let Self { request, reply, queue, .. } = self;
        let done = result.map(|answered| {
            let job = orphan(&request, &answered.answer);
            let booking = job.map(|job| Undelivered::new(queue, job));
            Done { answered, booking }
        });
        let reply = reply.send(GatedReply { answer: done, drawn, gate, revision });
        let unsent = reply.err()?.answer.ok()?;
        let booking = unsent.booking?;
        booking.keep();
        Some(booking.0.job)
    }
}

/// The job that nobody could find again if the answer were lost.
fn orphan(request: &KeyedCommand, answer: &Answer) -> Option<JobId> {
    match (&request.command, answer) {
        (Command::Match { operation, job_key, .. }, Answer::Matched(matched)) => {
            let can_be_found = request.id.is_some() || !job_key.is_empty();
            (operation.books() && !can_be_found).then_some(matched.job)
        }
        _ => None,
    }
}

/// A job that is taken back unless it is kept. Clones share the job.
#[derive(Clone, Debug)]
pub(crate) struct Undelivered(Arc<Pending>);

#[derive(Debug)]
struct Pending {
    queue: Waiting<Turn>,
    job: JobId,
    kept: AtomicBool,
}

impl Undelivered {
    fn new(queue: Waiting<Turn>, job: JobId) -> Self {
        Self(Arc::new(Pending { queue, job, kept: AtomicBool::new(false) }))
    }

    /// The client has its answer, or the job is taken back already.
    pub(crate) fn keep(&self) {
        self.0.kept.store(true, Ordering::Relaxed);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.kept.load(Ordering::Relaxed) {
            self.queue.enter(Origin::SERVER, Cost::Cheap, Work::TakeBack(self.job).into());
        }
    }
}
