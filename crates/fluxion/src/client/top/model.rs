//! What is known of a graph, and how that changes with what is told. Knows no server, no terminal and no clock: what time
//! it is comes with what is told.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use fluxion_client::v1::{
    Clock, Cursor, Event, EventChange, GetStatsResponse, GetTimeResponse, JobState, Watched,
    Window, WindowSet, WindowWhen,
};

use super::rate::Rate;
use super::upcoming::{LiveJob, UpcomingJobs};

/// How many changes are remembered.
pub(super) const MOST_CHANGES: usize = 500;

/// What is told.
#[derive(Clone, Debug)]
pub(super) enum Tidings {
    /// There is a connection, and a watch over it.
    Connected,
    /// There is none, and why.
    Lost(String),
    /// What a watch tells.
    Watched(Watched),
    /// What happened before the watch began, in its order.
    Before(Vec<Event>),
    /// The figures of the graph.
    Figures(GetStatsResponse),
    /// What time it is.
    Time(GetTimeResponse),
    /// How many vertices of each type are down, and held.
    Counts(BTreeMap<String, TypeCounts>),
}

/// How many vertices of a type there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TypeCounts {
    pub(super) down: u64,
    /// Up, and in use, whole or in part.
    pub(super) held: u64,
}

/// Whether the server can be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Connecting,
    Up,
    Lost { since: Duration, reason: String },
}

/// The time of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    /// Matches bring it, or it was not told yet.
    Manual,
    /// At a time of the model it was so late.
    System { at: Duration, now: i64 },
}

/// All that is known.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) server: String,
    pub(super) graph: String,
    pub(super) link: Link,
    /// Where the graph is, as far as was told.
    pub(super) cursor: Option<Cursor>,
    pub(super) jobs: UpcomingJobs,
    pub(super) figures: Option<GetStatsResponse>,
    pub(super) counts: BTreeMap<String, TypeCounts>,
    /// By name, as they were set.
    pub(super) windows: BTreeMap<String, WindowSet>,
    /// The newest first.
    pub(super) changes: VecDeque<Event>,
    pub(super) matches: Rate,
    pub(super) change_rate: Rate,
    /// How many changes were seen since the beginning.
    seen: u64,
    axis: Axis,
    /// How much time has passed since the beginning.
    pub(super) at: Duration,
}

impl Model {
    /// Nothing is known yet.
    pub(super) fn new(server: &str, graph: &str) -> Self {
        Self {
            server: server.to_owned(),
            graph: graph.to_owned(),
            link: Link::Connecting,
            cursor: None,
            jobs: UpcomingJobs::default(),
            figures: None,
            counts: BTreeMap::new(),
            windows: BTreeMap::new(),
            changes: VecDeque::new(),
            matches: Rate::default(),
            change_rate: Rate::default(),
            seen: 0,
            axis: Axis::Manual,
            at: Duration::ZERO,
        }
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, at: Duration) {
        self.at = at;
        self.change_rate.note(at, self.seen);
    }

    /// Something is told.
    pub(super) fn learn(&mut self, told: Tidings) {
        match told {
            Tidings::Connected => self.link = Link::Up,
            Tidings::Lost(reason) => self.lose(reason),
            Tidings::Watched(watched) => self.watch(watched),
            Tidings::Before(events) => self.remember(events),
            Tidings::Figures(figures) => {
                self.matches.note(self.at, figures.matches_succeeded + figures.matches_failed);
                self.figures = Some(figures);
            }
            Tidings::Time(time) => {
                self.axis = match time.clock() {
                    Clock::System => Axis::System { at: self.at, now: time.now },
                    Clock::Manual | Clock::Unspecified => Axis::Manual,
                }
            }
            Tidings::Counts(counts) => self.counts = counts,
        }
    }

    /// What time it is on the axis of the graph, if that has a clock.
    pub(super) fn now(&self) -> Option<i64> {
        match self.axis {
            Axis::Manual => None,
            Axis::System { at, now } => {
                let passed = self.at.saturating_sub(at).as_secs();
                Some(now.saturating_add_unsigned(passed))
            }
        }
    }

    fn lose(&mut self, reason: String) {
        let since = match self.link {
            Link::Lost { since, .. } => since,
            Link::Connecting | Link::Up => self.at,
        };
        self.link = Link::Lost { since, reason };
    }

    fn watch(&mut self, watched: Watched) {
        self.link = Link::Up;
        if let Some(cursor) = watched.cursor() {
            self.cursor = Some(cursor.clone());
        }
        match watched {
            Watched::State(state, _) => {
                self.jobs = UpcomingJobs::new(state.jobs);
                let windows = state.windows.into_iter().map(as_set);
                self.windows = windows.map(|window| (window.name.clone(), window)).collect();
                self.changes.clear();
            }
            Watched::Event(event) => {
                self.seen += 1;
                self.hear(event);
            }
            Watched::Begun(_) | Watched::Bookmark(_) => {}
        }
    }

    /// What happened before goes behind what was heard since.
    fn remember(&mut self, events: Vec<Event>) {
        let room = MOST_CHANGES.saturating_sub(self.changes.len());
        self.changes.extend(events.into_iter().rev().take(room));
    }

    fn hear(&mut self, event: Event) {
        if let Axis::System { .. } = self.axis
            && self.now() < Some(event.now)
        {
            self.axis = Axis::System { at: self.at, now: event.now };
        }
        if let Some(change) = &event.change {
            self.happen(change);
        }
        self.changes.push_front(event);
        self.changes.truncate(MOST_CHANGES);
    }

    fn happen(&mut self, change: &EventChange) {
        match change {
            EventChange::JobBooked(told) => {
                if let Some(job) = &told.job {
                    self.jobs.insert(LiveJob::from(job.clone()));
                }
            }
            EventChange::JobCanceled(told) => self.jobs.remove(told.job_id),
            EventChange::JobEnded(told) => self.jobs.remove(told.job_id),
            EventChange::JobBegun(told) => {
                self.jobs.change(told.job_id, |job| job.state = JobState::Allocated);
            }
            EventChange::JobRetimed(told) => {
                self.jobs.change(told.job_id, |job| job.end = told.end);
            }
            EventChange::Shrunk(told) => told.canceled.iter().for_each(|id| self.jobs.remove(*id)),
            EventChange::WindowSet(told) => {
                told.canceled.iter().for_each(|id| self.jobs.remove(*id));
                for retimed in &told.truncated {
                    self.jobs.change(retimed.job_id, |job| job.end = retimed.end);
                }
                self.windows.insert(told.name.clone(), told.clone());
            }
            EventChange::WindowEnded(told) => drop(self.windows.remove(&told.name)),
            EventChange::JobReleased(_)
            | EventChange::StatusSet(_)
            | EventChange::PropertySet(_)
            | EventChange::Grown(_) => {}
        }
    }
}

/// A window of the state, as the event would have told it by which it was set.
fn as_set(window: Window) -> WindowSet {
    let floating_lead = match window.when {
        Some(WindowWhen::FloatingLead(lead)) => lead,
        _ => 0,
    };
    WindowSet {
        name: window.name,
        kind: window.kind,
        vertices: window.vertices,
        spans: window.next,
        floating_lead,
        ..WindowSet::default()
    }
}
