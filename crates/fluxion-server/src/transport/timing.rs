//! The time of a graph as it is served: what its store is told of the clock, and what is due. Must not know who waits.

use std::sync::Arc;
use std::time::Duration;

use fluxion_context::{Action, Change, JobId};
use fluxion_store::{Agenda, Blocker, Commit, LateReservations, Store};

use crate::legible::legible;
use crate::transport::wall_clock::WallClock;

/// At least this often whoever serves a graph that has something to do later looks at the clock: it may be set.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// So many lines about what has become due are written at once.
const LINES: usize = 16;

/// When nothing is due.
pub(super) const NEVER: i64 = i64::MAX;

/// The clock of a graph, and what is to happen by it.
#[derive(Debug, Default)]
pub(crate) struct Timing {
    clock: WallClock,
    /// Nothing if the graph does not go by a clock.
    agenda: Option<Agenda>,
}

impl Timing {
    /// That of a graph, by this clock. O(jobs).
    pub(super) fn of(store: &mut Store, clock: WallClock) -> Self {
        store.tell_time(clock.seconds());
        Self { agenda: Agenda::of(store), clock }
    }

    /// Whether anything can ever be due.
    pub(super) fn goes_by_a_clock(&self) -> bool {
        self.agenda.is_some()
    }

    /// Tells the store what time it is.
    pub(super) fn tell(&self, store: &mut Store) {
        if self.agenda.is_some() {
            store.tell_time(self.clock.seconds());
        }
    }

    pub(super) fn is_due(&self, store: &Store) -> bool {
        self.agenda.as_ref().is_some_and(|agenda| agenda.is_due(store.now()))
    }

    /// When something is to be done next.
    pub(super) fn next(&self) -> i64 {
        self.agenda.as_ref().and_then(Agenda::next).unwrap_or(NEVER)
    }

    /// What is to be done next of what is due.
    pub(super) fn due(&mut self, store: &Store) -> Option<Commit> {
        self.agenda.as_mut()?.due(store)
    }

    pub(super) fn note(&mut self, change: &Change, store: &Store) {
        if let Some(agenda) = &mut self.agenda {
            agenda.note(change, store);
        }
    }

    /// Reservations that cannot begin; nothing if the graph does not go by a clock.
    pub(super) fn late(&self) -> Option<&Arc<LateReservations>> {
        self.agenda.as_ref().map(Agenda::late)
    }

    /// The reservations that were found to wait since the last time.
    pub(super) fn newly_late(&mut self) -> Vec<(JobId, Blocker)> {
        self.agenda.as_mut().map(Agenda::take_newly_late).unwrap_or_default()
    }
}

/// How long to wait until a time has come, and at most; for ever if it never does.
pub(super) fn wait(next: i64, now: i64) -> Option<Duration> {
    let seconds = next.saturating_sub(now).max(0).unsigned_abs();
    (next != NEVER).then(|| Duration::from_secs(seconds).min(LONGEST_WAIT))
}

/// What has happened to jobs by itself, for the log.
#[derive(Debug, Default)]
pub(crate) struct Happened {
    actions: Vec<Action>,
    late: Vec<(JobId, Blocker)>,
    more: usize,
}

impl Happened {
    pub(super) fn note(&mut self, action: Option<&Action>) {
        match action {
            Some(action) if self.actions.len() < LINES => self.actions.push(action.clone()),
            _ => self.more += 1,
        }
    }

    pub(super) fn note_late(&mut self, late: Vec<(JobId, Blocker)>) {
        self.more += late.len().saturating_sub(LINES);
        self.late.extend(late.into_iter().take(LINES));
    }

    /// Writes a line for each, up to a number.
    pub(super) fn log(&self, graph: &str) {
        let graph = &*legible(graph);
        for action in &self.actions {
            match action {
                Action::Begin { job } => tracing::info!(graph, %job, "a reservation has begun"),
                Action::End { job } => tracing::info!(graph, %job, "the time of a job is over"),
                _ => {}
            }
        }
        for (job, blocker) in &self.late {
            match blocker {
                Blocker::Job(by) => {
                    tracing::warn!(graph, %job, %by, "a reservation cannot begin: a job holds what it needs");
                }
                Blocker::Down => {
                    tracing::warn!(graph, %job, "a reservation cannot begin: something it needs is down");
                }
            }
        }
        if self.more > 0 {
            tracing::info!(graph, jobs = self.more, "more jobs have begun, ended, or wait");
        }
    }
}
