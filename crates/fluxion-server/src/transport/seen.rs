//! What those who only look see of a graph: as it is, or as it was. Must not know how they come by it.

use std::sync::{Arc, Mutex, PoisonError};

use fluxion_context::{Budget, JobId, JobState};
use fluxion_store::{Blocker, LateReservations, Store};

use crate::journal_options::Synced;
use crate::transport::journal::Gate;
use crate::transport::memory::{Counted, Memory};
use crate::transport::unconfirmed::Unconfirmed;

/// A graph as somebody looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) store: &'a Store,
    /// What the look may cost.
    pub(crate) budget: &'a Budget,
    pub(crate) figures: &'a Figures,
    pub(crate) unconfirmed: &'a Unconfirmed,
    /// Reservations that cannot begin; nothing if the graph does not go by a clock.
    pub(crate) late: Option<&'a LateReservations>,
    /// What the graph and its jobs take. As long as somebody has a clone of it, a change counts for a copy.
    pub(crate) held: &'a Arc<Counted>,
    /// All memory there is.
    pub(crate) memory: &'a Arc<Memory>,
    /// When what is answered is on the disk; nothing if it is kept in memory only.
    pub(crate) synced: Option<Synced>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    /// Matches since the graph was loaded.
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    /// Seconds.
    pub(crate) load: f64,
    pub(crate) all_matches: f64,
    pub(crate) longest_match: f64,
}

/// How many jobs there are in each state.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct JobCounts {
    pub(crate) allocated: u64,
    pub(crate) reserved: u64,
    pub(crate) canceled: u64,
    pub(crate) ended: u64,
}

impl Figures {
    pub(super) fn count(&mut self, succeeded: bool, seconds: f64) {
        self.all_matches += seconds;
        self.longest_match = self.longest_match.max(seconds);
        *(if succeeded { &mut self.succeeded } else { &mut self.failed }) += 1;
    }
}

impl<'a> Seen<'a> {
    /// What keeps a reservation whose time has come from beginning.
    pub(crate) fn held_up_by(&self, job: JobId) -> Option<Blocker> {
        self.late?.held_up_by(job)
    }

    /// The reservations that wait for a job whose time is over.
    pub(crate) fn held_up(&self, by: JobId) -> impl Iterator<Item = JobId> + use<'a> {
        self.late.into_iter().flat_map(move |late| late.held_up(by))
    }

    /// O(jobs).
    pub(crate) fn count_jobs(&self) -> JobCounts {
        let mut counts = JobCounts::default();
        for job in self.store.context().jobs() {
            match job.state {
                JobState::Allocated => counts.allocated += 1,
                JobState::Reserved => counts.reserved += 1,
                JobState::Canceled => counts.canceled += 1,
                JobState::Ended => counts.ended += 1,
            }
        }
        counts
    }
}

/// A graph as it was after its last change, which shares all with it that neither changes.
#[derive(Debug)]
pub(crate) struct View {
    pub(super) store: Store,
    pub(super) figures: Figures,
    pub(super) unconfirmed: Unconfirmed,
    pub(super) late: Option<Arc<LateReservations>>,
    pub(super) held: Arc<Counted>,
    pub(super) memory: Arc<Memory>,
    pub(super) synced: Option<Synced>,
    /// What an answer has to wait for that has seen it.
    pub(super) gate: Option<Arc<Gate>>,
    /// A copy for questions that remember something for speed.
    pub(super) asked: Mutex<Option<Store>>,
}

impl View {
    /// For a look that may cost so much.
    pub(crate) fn seen<'a>(&'a self, budget: &'a Budget) -> Seen<'a> {
        Seen {
            store: &self.store,
            budget,
            figures: &self.figures,
            unconfirmed: &self.unconfirmed,
            late: self.late.as_deref(),
            held: &self.held,
            memory: &self.memory,
            synced: self.synced,
        }
    }

    /// Asks something of which something may be remembered for speed, which the next question finds. Questions wait for each
    /// other.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&mut Store) -> T) -> T {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        question(asked.get_or_insert_with(|| self.store.clone()))
    }

    /// The revision of which it is.
    pub(crate) fn revision(&self) -> u64 {
        self.store.revision().0
    }

    /// The graph as it was, with its jobs.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// What the graph takes from which it is.
    pub(crate) fn held(&self) -> &Arc<Counted> {
        &self.held
    }

    /// What an answer has to wait for that has seen it.
    pub(crate) fn gate(&self) -> Option<Arc<Gate>> {
        self.gate.clone()
    }
}
