//! Events of a graph as its watchers see them.

use fluxion_context::{Extent, JobId, Status as Mark, TimeWindow, Window, WindowTimes};
use fluxion_store::{Happening, Incarnation, NamedVertices, Target as Named};

use crate::proto::fluxion::v1::event::Change;
use crate::proto::fluxion::v1::{
    Cursor, Event, EventKind, Grown, Job, JobBegun, JobBooked, JobCanceled, JobEnded, JobReleased,
    JobRetimed, PropertySet, Shrunk, Status, StatusSet, Target, WindowEnded, WindowSet, target,
};
use crate::transport::watch::Told;
use crate::v1::{names, windows};

/// A place in what happens to a graph.
pub(crate) fn cursor(incarnation: Incarnation, revision: u64) -> Cursor {
    Cursor { incarnation: incarnation.to_string(), revision }
}

/// What an event is about.
pub(crate) fn kind(what: &Happening) -> EventKind {
    match what {
        Happening::Booked { .. } => EventKind::JobBooked,
        Happening::Cancelled(_) => EventKind::JobCanceled,
        Happening::Begun(_) => EventKind::JobBegun,
        Happening::Ended(_) => EventKind::JobEnded,
        Happening::Released(_) => EventKind::JobReleased,
        Happening::Retimed { .. } => EventKind::JobRetimed,
        Happening::Marked { .. } => EventKind::StatusSet,
        Happening::PropertySet { .. } => EventKind::PropertySet,
        Happening::Grown { .. } => EventKind::Grown,
        Happening::Shrunk { .. } => EventKind::Shrunk,
        Happening::WindowSet { .. } => EventKind::WindowSet,
        Happening::WindowEnded(_) => EventKind::WindowEnded,
    }
}

/// An event.
pub(crate) fn tell(incarnation: Incarnation, told: &Told) -> Event {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Event {
        cursor: Some(cursor(incarnation, told.revision)),
        now: told.time,
        principal: text(told.by.name()),
        request_id: text(told.by.request_id()),
        change: Some(change(&told.what)),
    }
}

/// A job as it is told with others.
pub(crate) fn job(id: JobId, key: &str, state: fluxion_context::JobState, at: TimeWindow) -> Job {
    Job {
        job_id: id.0,
        job_key: key.to_owned(),
        state: names::state(state).into(),
        start: at.start,
        end: at.end,
        ..Job::default()
    }
}

fn change(what: &Happening) -> Change {
    match what {
        Happening::Booked { job: id, key, state, window } => {
            Change::JobBooked(JobBooked { job: Some(job(*id, key, *state, *window)) })
        }
        Happening::Cancelled(job) => Change::JobCanceled(JobCanceled { job_id: job.0 }),
        Happening::Begun(job) => Change::JobBegun(JobBegun { job_id: job.0 }),
        Happening::Ended(job) => Change::JobEnded(JobEnded { job_id: job.0 }),
        Happening::Released(job) => Change::JobReleased(JobReleased { job_id: job.0 }),
        Happening::Retimed { job, end } => {
            Change::JobRetimed(JobRetimed { job_id: job.0, end: *end })
        }
        Happening::Marked { subject, status, vertices } => Change::StatusSet(StatusSet {
            target: subject.as_deref().map(target_of),
            subtree: subject.as_ref().is_some_and(|subject| subject.extent == Extent::Subtree),
            status: match status {
                Mark::Up => Status::Up,
                Mark::Down => Status::Down,
            }
            .into(),
            vertices: *vertices,
        }),
        Happening::PropertySet { subject, key, value, vertices } => {
            let path = match subject.as_deref().map(|subject| &subject.target) {
                Some(Named::Path(path)) => path.clone(),
                _ => String::new(),
            };
            let (key, value) = (key.to_string(), value.to_string());
            Change::PropertySet(PropertySet { path, key, value, vertices: *vertices })
        }
        Happening::Grown { vertices, paths } => {
            Change::Grown(Grown { vertices: *vertices, paths: paths.to_vec() })
        }
        Happening::Shrunk { subject, vertices } => {
            Change::Shrunk(shrunk(subject.as_deref(), *vertices))
        }
        Happening::WindowSet { window, cancelled, truncated } => {
            Change::WindowSet(window_set(window, cancelled, truncated))
        }
        Happening::WindowEnded(name) => Change::WindowEnded(WindowEnded { name: name.to_string() }),
    }
}

fn shrunk(subject: Option<&NamedVertices>, vertices: u64) -> Shrunk {
    let losses = subject.map(|subject| &subject.losses);
    let jobs = |jobs: &[JobId]| jobs.iter().map(|job| job.0).collect();
    Shrunk {
        target: subject.map(target_of),
        vertices,
        canceled: losses.map_or_else(Vec::new, |losses| jobs(&losses.cancelled)),
        released: losses.map_or_else(Vec::new, |losses| jobs(&losses.released)),
    }
}

fn window_set(window: &Window, cancelled: &[JobId], truncated: &[(JobId, i64)]) -> WindowSet {
    let lead = match window.times {
        WindowTimes::Spans(_) => 0,
        WindowTimes::Floating { lead } => lead,
    };
    let retimed = |&(job, end): &(JobId, i64)| JobRetimed { job_id: job.0, end };
    WindowSet {
        name: window.name.to_string(),
        kind: windows::kind(window.kind).into(),
        vertices: window.roots.len() as u64,
        spans: windows::spans(window).collect(),
        floating_lead: lead,
        canceled: cancelled.iter().map(|job| job.0).collect(),
        truncated: truncated.iter().map(retimed).collect(),
    }
}

fn target_of(subject: &NamedVertices) -> Target {
    let target = match &subject.target {
        Named::Path(path) => target::Target::Path(path.clone()),
        Named::Ranks(ranks) => target::Target::Ranks(ranks.clone()),
    };
    Target { target: Some(target) }
}
