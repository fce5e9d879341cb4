//! What can be asked of a store, as plain data that owns its texts: it waits in a queue until its turn comes.

use fluxion_context::{
    Extent, HeldResources, JobId, MatchOperation, NewEnd, ReleaseFormat, Status, StatusTarget,
    UpdateFormat, UpdateTime, Wanted,
};

use crate::request_keys::RequestId;
use crate::window_request::WindowRequest;

/// A command, with the key under which it may be repeated.
#[derive(Clone, Debug)]
pub struct KeyedCommand {
    /// The identity of the request, if it may be repeated.
    pub id: Option<RequestId>,
    /// What is to be done.
    pub command: Command,
}

/// What is to be done. Everything that changes a graph is here.
#[derive(Clone, Debug)]
pub enum Command {
    /// Match a jobspec at a time, in seconds.
    Match {
        /// Book now, later, or not at all.
        operation: MatchOperation,
        /// The jobspec, YAML or JSON.
        jobspec: String,
        /// The time.
        now: i64,
        /// Format and policy where they are not those of the graph.
        wanted: Wanted,
        /// The key of the job that is made; none if empty.
        job_key: String,
    },
    /// Give back all that a job holds.
    Cancel {
        /// Which job.
        job: JobName,
    },
    /// Let a job end at another time.
    Retime {
        /// Which job.
        job: JobName,
        /// When.
        end: NewEnd,
    },
    /// Give back a part of what a job holds.
    PartialCancel {
        /// Which job.
        job: JobName,
        /// What the text is.
        format: ReleaseFormat,
        /// Names what is given back.
        resources: String,
    },
    /// Book a resource set that is named from outside.
    Update {
        /// The number of the job.
        job: JobId,
        /// Its key; none if empty.
        job_key: String,
        /// What the text is.
        format: UpdateFormat,
        /// The resource set.
        resources: String,
        /// When it is held.
        time: UpdateTime,
    },
    /// Mark vertices up or down.
    Mark {
        /// Which.
        target: Target,
        /// Whether all below them is marked, too.
        extent: Extent,
        /// Up or down.
        status: Status,
    },
    /// Set a property of every vertex at a path.
    SetProperty {
        /// Which.
        path: String,
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// Add vertices and edges.
    Grow {
        /// A JGF document.
        jgf: String,
    },
    /// Take vertices out, with all that lies below them.
    Shrink {
        /// Which.
        target: Target,
        /// What becomes of jobs that hold something there.
        held: HeldResources,
    },
    /// Set a window.
    SetWindow(Box<WindowRequest>),
    /// End a window.
    DropWindow {
        /// Which.
        name: String,
    },
}

/// A job as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobName {
    /// By its number.
    Id(JobId),
    /// By the key that it was given.
    Key(String),
}

impl std::fmt::Display for JobName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Key(key) => f.write_str(key),
        }
    }
}

/// Vertices as a caller names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// All vertices at a path.
    Path(String),
    /// Those of some ranks.
    Ranks(String),
}

impl Target {
    /// The same, as a context takes it.
    pub fn borrowed(&self) -> StatusTarget<'_> {
        match self {
            Self::Path(path) => StatusTarget::Path(path),
            Self::Ranks(ranks) => StatusTarget::Ranks(ranks),
        }
    }
}

impl Command {
    /// The bytes of its texts, about.
    pub fn text_bytes(&self) -> u64 {
        let bytes = match self {
            Self::Match { jobspec, .. } => jobspec.len(),
            Self::PartialCancel { resources, .. } | Self::Update { resources, .. } => {
                resources.len()
            }
            Self::SetProperty { path, key, value } => path.len() + key.len() + value.len(),
            Self::Grow { jgf } => jgf.len(),
            Self::Mark { target, .. } | Self::Shrink { target, .. } => target.text_bytes(),
            Self::SetWindow(window) => window.text_bytes(),
            Self::DropWindow { name } => name.len(),
            Self::Cancel { .. } | Self::Retime { .. } => 0,
        };
        bytes as u64
    }
}

impl Target {
    /// The bytes of its text.
    pub(crate) fn text_bytes(&self) -> usize {
        match self {
            Self::Path(text) | Self::Ranks(text) => text.len(),
        }
    }
}
