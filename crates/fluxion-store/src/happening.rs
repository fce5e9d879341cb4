//! What a change means for those who watch a graph: what has happened, without what it takes to do it again.

use std::sync::Arc;

use fluxion_context::{Action, Addition, JobId, JobState, Status, TimeWindow, Window};
use rustc_hash::FxHashSet;

use crate::commit::{Commit, bytes_of_window};
use crate::subject::NamedVertices;

/// The most paths of vertices that are named of an addition.
const MOST_PATHS: usize = 1000;

/// What a happening takes beside its texts, in bytes, about.
const HAPPENING: u64 = 200;

/// What has happened to a graph or a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A job was booked.
    Booked {
        /// Its number.
        job: JobId,
        /// Its key; empty if it has none.
        key: Box<str>,
        /// Whether it has its resources, or will have them.
        state: JobState,
        /// When.
        window: TimeWindow,
    },
    /// A job gave back all that it held.
    Cancelled(JobId),
    /// The time of a reservation came.
    Begun(JobId),
    /// The time of a job was over.
    Ended(JobId),
    /// A job gave back a part of what it held.
    Released(JobId),
    /// A job ends at another time.
    Retimed {
        /// Which.
        job: JobId,
        /// When.
        end: i64,
    },
    /// Vertices were marked.
    Marked {
        /// Which; unknown if an early version noted it.
        subject: Option<Arc<NamedVertices>>,
        /// How.
        status: Status,
        /// How many.
        vertices: u64,
    },
    /// Vertices got a property.
    PropertySet {
        /// Which; unknown if an early version noted it.
        subject: Option<Arc<NamedVertices>>,
        /// Its name.
        key: Box<str>,
        /// Its value.
        value: Box<str>,
        /// How many.
        vertices: u64,
    },
    /// Vertices came.
    Grown {
        /// How many.
        vertices: u64,
        /// Where: the first 1000 that are not below others of them.
        paths: Box<[String]>,
    },
    /// Vertices went.
    Shrunk {
        /// Which, and what jobs lost; unknown if an early version noted it.
        subject: Option<Arc<NamedVertices>>,
        /// How many.
        vertices: u64,
    },
    /// A window was set.
    WindowSet {
        /// The window.
        window: Arc<Window>,
        /// Jobs that were cancelled for it.
        cancelled: Box<[JobId]>,
        /// Jobs that end at another time by it.
        truncated: Box<[(JobId, i64)]>,
    },
    /// A window ended.
    WindowEnded(Arc<str>),
}

impl Happening {
    /// What a commit means; nothing if it makes no revision. O(what it names, without what jobs hold).
    pub fn of(commit: &Commit) -> Option<Self> {
        let subject = || commit.subject.clone();
        Some(match commit.change.action.as_ref()? {
            Action::Book { job, record, .. } => Self::Booked {
                job: *job,
                key: commit.job_key.as_str().into(),
                state: record.state,
                window: record.window,
            },
            Action::Cancel { job } => Self::Cancelled(*job),
            Action::Keep { job, grants } if grants.is_empty() => Self::Cancelled(*job),
            Action::Keep { job, .. } => Self::Released(*job),
            Action::Begin { job } => Self::Begun(*job),
            Action::End { job } => Self::Ended(*job),
            Action::Retime { job, end } => Self::Retimed { job: *job, end: *end },
            Action::Mark { vertices, status } => Self::Marked {
                subject: subject(),
                status: *status,
                vertices: vertices.len() as u64,
            },
            Action::SetProperty { vertices, key, value } => Self::PropertySet {
                subject: subject(),
                key: key.as_str().into(),
                value: value.as_str().into(),
                vertices: vertices.len() as u64,
            },
            Action::Grow(addition) => {
                let vertices = addition.vertices.len() as u64;
                Self::Grown { vertices, paths: tops(addition) }
            }
            Action::Shrink(vertices) => {
                Self::Shrunk { subject: subject(), vertices: vertices.len() as u64 }
            }
            Action::SetWindow { window, truncated, cancelled } => Self::WindowSet {
                window: Arc::clone(window),
                cancelled: cancelled.as_slice().into(),
                truncated: truncated.as_slice().into(),
            },
            Action::DropWindow { name } => Self::WindowEnded(Arc::clone(name)),
        })
    }

    /// What it takes, in bytes, about.
    pub fn bytes(&self) -> u64 {
        let own = match self {
            Self::Booked { key, .. } => key.len() as u64,
            Self::Marked { subject, .. } | Self::Shrunk { subject, .. } => bytes(subject),
            Self::PropertySet { subject, key, value, .. } => {
                bytes(subject) + (key.len() + value.len()) as u64
            }
            Self::WindowSet { window, cancelled, truncated } => {
                let jobs = cancelled.len() * 8 + truncated.len() * 16;
                (bytes_of_window(window) + jobs) as u64
            }
            Self::Grown { paths, .. } => paths.iter().map(|path| 24 + path.len() as u64).sum(),
            _ => 0,
        };
        HAPPENING + own
    }
}

fn bytes(subject: &Option<Arc<NamedVertices>>) -> u64 {
    subject.as_ref().map_or(0, |subject| subject.bytes())
}

/// The paths of new vertices that are not below another new one there.
fn tops(addition: &Addition) -> Box<[String]> {
    let paths = || addition.vertices.iter().flat_map(|vertex| &vertex.paths);
    let new: FxHashSet<&str> = paths().map(|path| path.path.as_str()).collect();
    let is_top = |path: &&str| path.rsplit_once('/').is_none_or(|(above, _)| !new.contains(above));
    let tops = paths().map(|path| path.path.as_str()).filter(is_top);
    tops.take(MOST_PATHS).map(str::to_owned).collect()
}
