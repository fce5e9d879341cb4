//! The reservations of a graph with a clock whose time has come and that cannot begin. Must not know how that is found out.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_context::{JobId, Obstacle};
use rustc_hash::FxHashMap;

/// What keeps a reservation from becoming an allocation although its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blocker {
    /// An allocation has something of it, though its time may be over.
    Job(JobId),
    /// A vertex of it is down.
    Down,
}

impl From<Obstacle> for Blocker {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Job(job) => Self::Job(job),
            Obstacle::Down(_) => Self::Down,
        }
    }
}

/// Which reservations are late, and for whom they wait.
#[derive(Clone, Debug, Default)]
pub struct LateReservations {
    /// By what is in their way; by start, so that who was to begin first does.
    late: BTreeMap<Blocker, BTreeSet<(i64, JobId)>>,
    /// The same, by job.
    blockers: FxHashMap<JobId, (i64, Blocker)>,
}

impl LateReservations {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.blockers.len()
    }

    /// What keeps a reservation whose time has come from beginning.
    pub fn held_up_by(&self, job: JobId) -> Option<Blocker> {
        self.blockers.get(&job).map(|(_, blocker)| *blocker)
    }

    /// The reservations that wait for a job, by start.
    pub fn held_up(&self, by: JobId) -> impl Iterator<Item = JobId> + '_ {
        self.late.get(&Blocker::Job(by)).into_iter().flatten().map(|&(_, job)| job)
    }

    /// A reservation that was to begin waits; what it has waited for until now.
    pub(crate) fn enter(
        &mut self,
        (start, job): (i64, JobId),
        blocker: Blocker,
    ) -> Option<(i64, Blocker)> {
        self.late.entry(blocker).or_default().insert((start, job));
        self.blockers.insert(job, (start, blocker))
    }

    /// Whether a job waits.
    pub(crate) fn has(&self, job: JobId) -> bool {
        self.blockers.contains_key(&job)
    }

    /// A job does not wait any more.
    pub(crate) fn forget(&mut self, job: JobId) {
        let Some((start, blocker)) = self.blockers.remove(&job) else { return };
        if let Some(waiting) = self.late.get_mut(&blocker) {
            waiting.remove(&(start, job));
            if waiting.is_empty() {
                self.late.remove(&blocker);
            }
        }
    }

    /// Whether anybody waits for something.
    pub(crate) fn waits_for(&self, blocker: Blocker) -> bool {
        self.late.contains_key(&blocker)
    }

    /// Takes out whoever waits for something, by start.
    pub(crate) fn free(&mut self, blocker: Blocker) -> BTreeSet<(i64, JobId)> {
        let freed = self.late.remove(&blocker).unwrap_or_default();
        for (_, job) in &freed {
            self.blockers.remove(job);
        }
        freed
    }

    /// All that somebody waits for.
    pub(crate) fn blockers(&self) -> Vec<Blocker> {
        self.late.keys().copied().collect()
    }
}
