//! One session: what the commands share (`docs/semantics/compatibility.md`, The command line).

use std::collections::BTreeMap;
use std::time::Duration;

use fluxion_context::Context;
use fluxion_engine::JobId;

use super::channels::Channels;
use super::parsed_args::Timing;

/// How the session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Read on.
    Continue,
    /// The session is over.
    Quit,
}

/// The time of every command: a session does not know clocks, it lives at the beginning of time.
pub(crate) const NOW: i64 = 0;

/// What the job table of the context does not keep.
#[derive(Clone, Debug)]
pub(crate) struct JobDetails {
    /// The file that the jobspec came from.
    pub(crate) file: String,
    /// How long the match took.
    pub(crate) overhead: Duration,
}

/// How long matches took, all in all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MatchTimes {
    /// How many there were.
    pub(crate) count: u64,
    /// The shortest; none before the first.
    pub(crate) least: Option<Duration>,
    /// The longest.
    pub(crate) most: Duration,
    /// The sum.
    pub(crate) total: Duration,
}

impl MatchTimes {
    fn add(&mut self, time: Duration) {
        self.count += 1;
        self.least = Some(self.least.map_or(time, |least| least.min(time)));
        self.most = self.most.max(time);
        self.total = self.total.saturating_add(time);
    }
}

/// What the commands work on.
#[derive(Debug)]
pub(crate) struct Session {
    /// The graph and its jobs.
    pub(crate) context: Context,
    /// Where texts go.
    pub(crate) channels: Channels,
    /// Whether times are printed.
    pub(crate) timing: Timing,
    /// By job, of those that the context knows, and at most as many again.
    pub(crate) details: BTreeMap<JobId, JobDetails>,
    /// Of all jobs that were ever booked.
    pub(crate) matches: MatchTimes,
    /// Whether to read on.
    pub(crate) flow: Flow,
}

impl Session {
    /// A session in which nothing has happened yet.
    pub(crate) fn new(context: Context, channels: Channels, timing: Timing) -> Self {
        let (details, matches) = (BTreeMap::new(), MatchTimes::default());
        Self { context, channels, timing, details, matches, flow: Flow::Continue }
    }

    /// Keeps what is known of a job that was booked. Amortised O(log n).
    pub(crate) fn booked(&mut self, job: JobId, details: JobDetails) {
        self.matches.add(details.overhead);
        self.details.insert(job, details);
        if self.details.len() > 2 * self.context.job_count() {
            let context = &self.context;
            self.details.retain(|&job, _| context.job(job).is_some());
        }
    }
}
