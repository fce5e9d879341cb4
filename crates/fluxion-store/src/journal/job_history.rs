//! What the records of a range of time say about jobs: when each was booked, and when it ended. Must not know where records
//! come from, nor what becomes of a job later.

use std::collections::BTreeMap;

use fluxion_context::{Action, JobId, JobState, TimeWindow};

use crate::journal::record::{Event, Record, Settled, Time};

/// What a job takes here beside its key, about.
const JOB_BYTES: u64 = 160;

/// From when to when, by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// What happened then or later.
    pub since: Time,
    /// What happened before.
    pub until: Time,
}

impl TimeRange {
    fn has(self, time: Time) -> bool {
        self.since <= time && time < self.until
    }
}

/// A job to which something happened within the range. What the records of the range do not say is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastJob {
    /// Its key; empty if it has none, or none is known.
    pub key: Box<str>,
    /// How it was booked.
    pub state: Option<JobState>,
    /// For when it was booked, on the axis of the graph.
    pub window: Option<TimeWindow>,
    /// When it was to end instead, as was said later.
    pub new_end: Option<i64>,
    /// When it was booked.
    pub booked: Option<Time>,
    /// When it was cancelled, gave back the last that it held, or its time was over.
    pub ended: Option<Time>,
    /// What it was then.
    pub end_state: Option<JobState>,
}

impl PastJob {
    /// Adds what the record of its booking says.
    pub fn enter_booking(&mut self, record: &Record) {
        if let Event::Committed(settled) = &record.event
            && let Some(Action::Book { record: booked, .. }) = &settled.commit().change.action
        {
            self.key = settled.commit().job_key.as_str().into();
            self.state = Some(booked.state);
            self.window = Some(booked.window);
            self.booked = Some(record.time);
        }
    }
}

/// The jobs of a range of time, by number.
#[derive(Clone, Debug)]
pub struct JobHistory {
    range: TimeRange,
    jobs: BTreeMap<JobId, PastJob>,
    key_bytes: u64,
}

impl JobHistory {
    /// No record is known yet.
    pub fn new(range: TimeRange) -> Self {
        Self { range, jobs: BTreeMap::new(), key_bytes: 0 }
    }

    /// The range.
    pub fn range(&self) -> TimeRange {
        self.range
    }

    /// Adds what a record says, if it is of the range. To be called in the order of the records. O(log jobs).
    pub fn enter(&mut self, record: &Record) {
        if !self.range.has(record.time) {
            return;
        }
        if let Event::Committed(settled) = &record.event {
            self.enter_commit(record, settled);
        }
    }

    fn enter_commit(&mut self, record: &Record, settled: &Settled) {
        match &settled.commit().change.action {
            Some(Action::Book { job, .. }) => {
                self.key_bytes += settled.commit().job_key.len() as u64;
                // a number that an update gives again is a job of its own, of which the last one is told
                let mut booked = PastJob::default();
                booked.enter_booking(record);
                self.jobs.insert(*job, booked);
            }
            Some(Action::Cancel { job }) => self.conclude(*job, JobState::Canceled, record.time),
            Some(Action::End { job }) => self.conclude(*job, JobState::Ended, record.time),
            Some(Action::Keep { job, grants }) if grants.is_empty() => {
                self.conclude(*job, JobState::Canceled, record.time);
            }
            Some(Action::Keep { job, .. }) => drop(self.jobs.entry(*job).or_default()),
            Some(Action::Begin { job }) => {
                self.jobs.entry(*job).or_default().state = Some(JobState::Allocated);
            }
            Some(Action::Retime { job, end }) => {
                self.jobs.entry(*job).or_default().new_end = Some(*end);
            }
            Some(Action::SetWindow { truncated, cancelled, .. }) => {
                for &(job, end) in truncated {
                    self.jobs.entry(job).or_default().new_end = Some(end);
                }
                for &job in cancelled {
                    self.conclude(job, JobState::Canceled, record.time);
                }
            }
            _ => {}
        }
    }

    fn conclude(&mut self, job: JobId, state: JobState, time: Time) {
        let past = self.jobs.entry(job).or_default();
        (past.ended, past.end_state) = (Some(time), Some(state));
    }

    /// The jobs after one, or all, by number.
    pub fn after(&self, job: Option<JobId>) -> impl Iterator<Item = (JobId, &PastJob)> + '_ {
        let from = job.map_or(0, |job| job.0.saturating_add(1));
        self.jobs.range(JobId(from)..).map(|(&job, past)| (job, past))
    }

    /// How many jobs there are. O(1).
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether nothing happened to any job. O(1).
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// How many bytes it takes, about. O(1).
    pub fn bytes(&self) -> u64 {
        self.jobs.len() as u64 * JOB_BYTES + self.key_bytes
    }
}
