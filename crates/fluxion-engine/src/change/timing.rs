//! When jobs begin, end, and end at another time than they were to. What time it is, and which jobs are due, is said by
//! whoever calls: the engine has no clock.

use std::sync::Arc;

use fluxion_graph::{Status, TimeWindow, VertexId};

use crate::change::action::{Action, Change};
use crate::decision::Grant;
use crate::engine::{Engine, NoSuchJob};
use crate::operation::{JobId, JobState};
use crate::record::JobRecord;
use crate::refusal::GRAPH_END;
use crate::state::claims::Claim;
use crate::state::overrun::Overrun;

/// What keeps a reservation from becoming an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// An allocation has something of it.
    Job(JobId),
    /// A vertex of it is down.
    Down(VertexId),
}

/// Why a reservation does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeginRefusal {
    /// No live job of the number is reserved.
    #[error("job {0} is not reserved")]
    NoReservation(JobId),
    /// What it needs is not free.
    #[error("a resource of it is not free")]
    HeldUp(Obstacle),
}

/// Why a job cannot end at another time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetimeRefusal {
    /// It was never booked, or holds nothing any more.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// It would end before it starts, or after the graph.
    #[error("expected an end after the start, {start}, and not after {GRAPH_END}")]
    Window {
        /// When it starts, in seconds.
        start: i64,
    },
    /// It would meet another job.
    #[error("job {by} has a resource of it in that time")]
    Taken {
        /// Where.
        vertex: VertexId,
        /// Which.
        by: JobId,
    },
    /// It would go on into a window that it was not in before.
    #[error("a resource of it is kept for the window {window} in that time")]
    Barred {
        /// Where.
        vertex: VertexId,
        /// Which.
        window: Arc<str>,
    },
}

/// How a caller says when a job is to end, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewEnd {
    /// Then.
    At(i64),
    /// So long after its start.
    AfterStart(i64),
    /// So much later than before, or earlier if negative.
    Later(i64),
}

impl NewEnd {
    fn of(self, record: &JobRecord) -> Option<i64> {
        let end = match self {
            Self::At(end) => Some(end),
            Self::AfterStart(duration) => record.window.start.checked_add(duration),
            Self::Later(seconds) => record.window.end.checked_add(seconds),
        };
        end.filter(|&end| record.window.start < end && end <= GRAPH_END)
    }
}

impl Engine {
    /// The same, for a graph that goes by a clock: an allocation whose time is over keeps from others all that it kept from them
    /// before.
    #[must_use]
    pub fn guarding_overruns(mut self) -> Self {
        self.state.overrun = Overrun::HeldAndAbove;
        self
    }

    /// The change by which a reservation becomes an allocation, at a time in its window. O(what it holds), and what lies below that if
    /// something is in its way.
    ///
    /// # Errors
    /// [`BeginRefusal`].
    pub fn decide_begin(&self, job: JobId, now: i64) -> Result<Change, BeginRefusal> {
        let record = self.live_job(job).filter(|record| record.state == JobState::Reserved);
        let record = record.ok_or(BeginRefusal::NoReservation(job))?;
        match self.obstacle(job, record, now) {
            None => Ok(self.change(Action::Begin { job })),
            Some(obstacle) => Err(BeginRefusal::HeldUp(obstacle)),
        }
    }

    fn obstacle(&self, job: JobId, record: &JobRecord, now: i64) -> Option<Obstacle> {
        record.grants.iter().find_map(|grant| {
            if self.state.status(grant.vertex) == Status::Down {
                return Some(Obstacle::Down(grant.vertex));
            }
            self.holder(job, grant, now).map(Obstacle::Job)
        })
    }

    /// Another job that has begun, and has something of a grant, though its time may be over.
    pub(super) fn holder(&self, job: JobId, grant: &Grant, now: i64) -> Option<JobId> {
        let has_begun = |claim: &Claim| {
            let state = || self.jobs.get(&claim.job).map(|record| record.state);
            claim.job != job && claim.start <= now && state() == Some(JobState::Allocated)
        };
        let Self { state, site, .. } = self;
        let own = state.claims().of(grant.vertex).find(has_begun);
        let below = || state.allocated_below(site, grant.vertex, &has_begun);
        let found = own.or_else(|| if grant.exclusive { below() } else { None });
        found.map(|claim| claim.job)
    }

    /// The change by which a job whose time is over gives back all that it holds. O(what it holds).
    ///
    /// # Errors
    /// [`NoSuchJob`] if it was never booked, or holds nothing any more.
    pub fn decide_end(&self, job: JobId) -> Result<Change, NoSuchJob> {
        self.live_job(job).ok_or(NoSuchJob(job))?;
        Ok(self.change(Action::End { job }))
    }

    /// The change by which a job ends at another time. None of what it holds may be taken in the time that is added, nor
    /// kept for a window whose occurrence begins only then: nobody remembers which windows a job was let into, but one that it is in
    /// already has let it in. O(what it holds); a refusal also looks at what lies below, or at all jobs.
    ///
    /// # Errors
    /// [`RetimeRefusal`].
    pub fn decide_retime(
        &self,
        job: JobId,
        end: NewEnd,
    ) -> Result<(Change, TimeWindow), RetimeRefusal> {
        let record = self.live_job(job).ok_or(RetimeRefusal::NoSuchJob(job))?;
        let start = record.window.start;
        let end = end.of(record).ok_or(RetimeRefusal::Window { start })?;
        if let Some((vertex, by)) = self.meeting(job, record, end) {
            return Err(RetimeRefusal::Taken { vertex, by });
        }
        if let Some((vertex, window)) = self.window_met_until(record, end) {
            return Err(RetimeRefusal::Barred { vertex, window });
        }
        Ok((self.change(Action::Retime { job, end }), TimeWindow { start, end }))
    }

    /// Where a job that goes on until `end` meets another, and which.
    fn meeting(&self, job: JobId, record: &JobRecord, end: i64) -> Option<(VertexId, JobId)> {
        let from = record.window.end;
        if end <= from {
            return None;
        }
        let is_met = |grant: &&Grant| match grant.exclusive {
            true => self.state.is_touched(&self.site, grant.vertex, from, end),
            false => self.state.is_claimed(grant.vertex, from, end),
        };
        let vertex = record.grants.iter().find(is_met)?.vertex;
        let meets = |claim: &Claim| claim.job != job && claim.overlaps(from, end);
        let by = self.state.claims().of(vertex).find(meets).map(|claim| claim.job);
        let by = by.or_else(|| {
            // reservations count as well, which nothing is known of from above
            let below = self.state.claim_below(&self.site, vertex, &|_| true, &meets);
            below.map(|claim| claim.job)
        });
        Some((vertex, by.or_else(|| self.touching(vertex, job, from, end)).unwrap_or(job)))
    }

    /// Another job that passes through a vertex in some time. O(all that jobs hold).
    fn touching(&self, vertex: VertexId, job: JobId, from: i64, end: i64) -> Option<JobId> {
        let overlaps = |record: &JobRecord| record.window.start < end && from < record.window.end;
        let touches = |record: &JobRecord| record.grants.iter().any(|g| g.vertex == vertex);
        let mut others = self.jobs().filter(|&(other, record)| other != job && record.is_live());
        others.find(|(_, record)| overlaps(record) && touches(record)).map(|(other, _)| other)
    }
}
