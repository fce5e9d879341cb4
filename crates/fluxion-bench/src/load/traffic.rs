//! Many clients at once, each with a connection of its own.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fluxion_client::{Error, FluxionClient, MatchOperation};
use tokio::task::JoinSet;

use super::Process;
use crate::jobspecs::Job;
use crate::measure::{self, Samples};
use crate::memory;
use crate::progress::Progress;
use crate::report::{Column, Row};

/// What each client does, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Match a core.
    Place,
    /// Match a core and cancel the job.
    PlaceAndRelease,
}

/// Clients and what they do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traffic {
    pub(crate) clients: usize,
    pub(crate) pattern: Pattern,
}

/// When the clients stop.
#[derive(Debug, Default)]
pub(crate) struct Until {
    /// After so many calls; at once if 0.
    pub(crate) calls: usize,
    /// Or when somebody says so.
    pub(crate) told: AtomicBool,
}

/// What was seen of the calls.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) matches: Samples,
    pub(crate) cancels: Samples,
    pub(crate) errors: usize,
    /// Calls made and memory of the server then, in ten steps.
    pub(crate) memory: Vec<(usize, Option<u64>)>,
}

/// How often the memory is looked at.
const LOOKS: usize = 10;

struct Shared {
    until: Arc<Until>,
    begun: AtomicUsize,
    answered: AtomicUsize,
    errors: AtomicUsize,
    server: String,
    memory: Mutex<Vec<(usize, Option<u64>)>>,
    progress: Mutex<Progress>,
}

impl Shared {
    /// Whether there is something left to do.
    fn begin(&self, calls: usize) -> bool {
        let begun = self.begun.fetch_add(calls, Ordering::Relaxed);
        begun < self.until.calls && !self.until.told.load(Ordering::Relaxed)
    }

    fn note<T>(
        &self,
        samples: &mut Samples,
        answer: Result<T, Error>,
        took: Duration,
    ) -> Option<T> {
        samples.add(took);
        let answered = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        let step = (self.until.calls / LOOKS).max(1);
        if answered.is_multiple_of(step) && self.until.calls < usize::MAX {
            let look = (answered, memory::resident(&self.server));
            self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(look);
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            progress.step(answered, self.until.calls);
        }
        if answer.is_err() {
            self.errors.fetch_add(1, Ordering::Relaxed);
        }
        answer.ok()
    }
}

impl Traffic {
    /// Runs the clients until all are done; what was seen, and how long it took. Connecting is not part of it.
    ///
    /// # Errors
    /// No connection, or a client died. Calls that fail are counted.
    pub(crate) async fn run(
        self,
        server: &Process,
        until: Arc<Until>,
        progress: Progress,
    ) -> anyhow::Result<(Seen, Duration)> {
        let shared = Arc::new(Shared {
            until,
            begun: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
            errors: AtomicUsize::new(0),
            server: server.id(),
            memory: Mutex::default(),
            progress: Mutex::new(progress),
        });
        let mut connections = Vec::new();
        for _ in 0..self.clients {
            connections.push(server.connect().await?);
        }
        let (all, took) = measure::time_async(self.play(connections, &shared)).await;
        let mut seen = all?;
        seen.errors = shared.errors.load(Ordering::Relaxed);
        seen.memory =
            std::mem::take(&mut *shared.memory.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((seen, took))
    }

    async fn play(
        self,
        connections: Vec<FluxionClient>,
        shared: &Arc<Shared>,
    ) -> anyhow::Result<Seen> {
        let mut clients = JoinSet::new();
        for connection in connections {
            clients.spawn(client(connection, self.pattern, Arc::clone(shared)));
        }
        let mut seen = Seen::default();
        while let Some(one) = clients.join_next().await {
            let (matches, cancels) = one?;
            seen.matches.join(matches);
            seen.cancels.join(cancels);
        }
        Ok(seen)
    }
}

async fn client(
    connection: FluxionClient,
    pattern: Pattern,
    shared: Arc<Shared>,
) -> (Samples, Samples) {
    let jobspec = Job::units(1, 0).json();
    let (mut matches, mut cancels) = (Samples::default(), Samples::default());
    let calls = if pattern == Pattern::Place { 1 } else { 2 };
    while shared.begin(calls) {
        let call = connection.match_jobspec(jobspec.as_str(), MatchOperation::Allocate);
        let (answer, took) = measure::time_async(call).await;
        let matched = shared.note(&mut matches, answer, took);
        if let (Pattern::PlaceAndRelease, Some(matched)) = (pattern, matched) {
            let (answer, took) = measure::time_async(connection.cancel(matched.jobid)).await;
            shared.note(&mut cancels, answer, took);
        }
    }
    (matches, cancels)
}

/// The row of all calls together.
pub(crate) fn seen_row(seen: &Seen, what: impl Into<String>, took: Duration) -> Row {
    let mut all = seen.matches.clone();
    all.join(seen.cancels.clone());
    all.timed_row(what, took).with(Column::Errors, seen.errors as f64)
}
