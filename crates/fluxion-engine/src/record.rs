//! What is recorded about a job: plain data, from which everything that is booked follows.

use std::sync::Arc;

use fluxion_graph::TimeWindow;

use crate::decision::Grant;
use crate::operation::{JobId, JobState};

/// Whether a booking holds now or later. Decides in which of the reference's lists the job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// An allocation.
    Allocation,
    /// A reservation.
    Reservation,
    /// In use, but in neither list.
    Unlisted,
}

/// The times of a booking and how it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Booking {
    pub(crate) job: JobId,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) hold: Hold,
}

/// What the job table says about a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRecord {
    /// Its state.
    pub state: JobState,
    /// From when to when.
    pub window: TimeWindow,
    /// What it holds and passes through, children first; empty once it is cancelled or has ended.
    pub grants: Arc<[Grant]>,
    /// How the graph lists it, whatever its state says.
    pub hold: Hold,
}

impl JobRecord {
    /// Whether the job holds resources.
    pub(crate) fn is_live(&self) -> bool {
        self.state.is_live()
    }

    /// The time of a reservation has come.
    pub(crate) fn begin(&mut self) {
        (self.state, self.hold) = (JobState::Allocated, Hold::Allocation);
    }

    /// What is booked for the job under its number.
    pub(crate) fn booking(&self, job: JobId) -> Booking {
        let TimeWindow { start, end } = self.window;
        Booking { job, start, end, hold: self.hold }
    }
}
