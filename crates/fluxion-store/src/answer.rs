//! What a command comes to. Answers and refusals are plain data: those of requests with a key are kept, to be given again.

use std::sync::Arc;

use fluxion_context::{
    AttachError, AttachErrorKind, CancelCounts, CancelError, Exhausted, ExplainedWhy, JobId,
    MatchError, MatchErrorKind, MatchFault, Matched, NamedConflict, NoSuchWindow,
    PartialCancelFailure, Remainder, RemoveError, RetimeError, StatusError, TimeWindow,
    UpdateError, UpdateErrorKind, WindowError, WriteError,
};
use fluxion_recurrence::RecurrenceError;

use crate::quota::OverQuota;
use crate::request_keys::{Remembered, Weighty};
use crate::revision::{CommitError, Incarnation, Revision};

/// An answer, and the revision that it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// What was done.
    pub answer: Answer,
    /// The revision after it.
    pub revision: Revision,
    /// How long it took to decide, in seconds.
    pub seconds: f64,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A match succeeded.
    Matched(Matched),
    /// A job was cancelled.
    Cancelled(JobId, CancelCounts),
    /// A part of a job was given back.
    Released(JobId, Remainder),
    /// A job holds what it holds during this time.
    Retimed(JobId, TimeWindow),
    /// A resource set was booked.
    Updated(Matched),
    /// So many vertices were marked.
    Marked(usize),
    /// So many vertices got the property.
    PropertySet(usize),
    /// So many vertices were added.
    Grown(usize),
    /// So many vertices were taken out.
    Shrunk(usize),
    /// A window was set, or a try has shown that it could be.
    WindowSet(WindowAnswer),
    /// A window ended.
    WindowDropped,
}

/// What is told of a window that was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowAnswer {
    /// Its name.
    pub name: Box<str>,
    /// The jobs that it meets, and what becomes of each.
    pub conflicts: Vec<NamedConflict>,
}

impl RequestError {
    /// Whether the same request may be answered otherwise at another time, though nothing is wrong with it: such a
    /// refusal is not remembered under its key.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Match(error) | Self::Explained(error, _) => {
                use MatchErrorKind::{Budget, Busy, Stopped};
                matches!(error.kind(), Busy | Budget | Stopped)
                    || matches!(error.reason, MatchFault::Writer(WriteError::Exhausted(_)))
            }
            Self::Update(_, error) => {
                use UpdateErrorKind::{Busy, Exhausted, Stopped};
                matches!(error.kind(), Busy | Exhausted(_) | Stopped)
            }
            Self::Retime(error) => {
                matches!(error, RetimeError::Taken { .. } | RetimeError::Barred { .. })
            }
            Self::Window(error) => match error {
                WindowError::Jobspec(error) => {
                    matches!(error.kind(), MatchErrorKind::Busy | MatchErrorKind::Budget)
                }
                WindowError::Jobs(_) | WindowError::Overlap { .. } => true,
                WindowError::Stopped(_) => true,
                _ => false,
            },
            Self::Grow(error) => {
                use AttachErrorKind::{Exhausted, Stopped};
                matches!(error.kind(), Exhausted | Stopped)
            }
            Self::Inapplicable(_) | Self::Exhausted(_) => true,
            _ => false,
        }
    }

    /// The same without an explanation: that is of the moment, and is not remembered.
    pub(crate) fn unexplained(&self) -> Self {
        match self {
            Self::Explained(error, _) => Self::Match(error.clone()),
            other => other.clone(),
        }
    }

    /// Whether the budget of the request ended before it was decided.
    pub fn is_stopped(&self) -> bool {
        match self {
            Self::Match(error) => error.kind() == MatchErrorKind::Stopped,
            Self::Update(_, error) => error.kind() == UpdateErrorKind::Stopped,
            Self::Grow(error) => error.kind() == AttachErrorKind::Stopped,
            Self::Window(error) => matches!(error, WindowError::Stopped(_)),
            _ => false,
        }
    }
}

/// Why a request or a job does not start now, with what the store knows beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What was found.
    pub why: ExplainedWhy,
    /// The keys of the jobs in the way, in their order; empty where there is none.
    pub job_keys: Vec<String>,
    /// Those of the jobs that would have to go.
    pub preempted_keys: Vec<String>,
    /// When it was asked for, in seconds on the axis of the graph.
    pub now: i64,
    /// The load of the graph that it speaks of.
    pub incarnation: Incarnation,
    /// The revision that it speaks of.
    pub revision: Revision,
}

/// What is kept of a request with a key.
pub type Kept = Remembered<Result<Answered, RequestError>>;

impl Weighty for Result<Answered, RequestError> {
    fn text_bytes(&self) -> usize {
        match self {
            Ok(answered) => answered.answer.text_bytes(),
            Err(RequestError::Sent(sent)) => sent.weight,
            Err(refusal) => refusal.to_string().len(),
        }
    }
}

impl Answer {
    /// Bytes of the texts in it.
    fn text_bytes(&self) -> usize {
        match self {
            Self::Matched(matched) | Self::Updated(matched) => matched.resources.len(),
            Self::WindowSet(told) => {
                told.conflicts.iter().map(|named| named.path.len() + 64).sum::<usize>()
            }
            _ => 0,
        }
    }
}

/// A refusal as it was sent: what is left of one that an earlier life of the server gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentRefusal {
    /// The code of the status.
    pub code: i32,
    /// Its message.
    pub message: String,
    /// Its details, as they were sent.
    pub details: Vec<u8>,
    /// What it counts where answers are bounded, in bytes.
    pub weight: usize,
}

/// Why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The request key was used for another request.
    #[error("the key was used for a request with other content: expected a new key")]
    KeyReused,
    /// The key or the number of a new job is that of a live one.
    #[error("a live job has the number or key `{0}`")]
    JobExists(String),
    /// No job of the table has the number or key.
    #[error("nonexistent job {0}")]
    UnknownJob(String),
    /// No vertex has the path.
    #[error("no such path: {0}")]
    NoSuchPath(String),
    /// A match brings a time, and the graph has a clock.
    #[error("the graph goes by the clock of the server: expected no time, found {0}")]
    TimeGiven(i64),
    /// There is no memory for what would result.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// Whoever has the store allows no more of what would result.
    #[error(transparent)]
    OverQuota(#[from] OverQuota),
    /// A match failed.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// A match failed, and it was asked for why.
    #[error("{0}")]
    Explained(MatchError, Box<Explained>),
    /// A cancel failed.
    #[error(transparent)]
    Cancel(#[from] CancelError),
    /// A partial cancel failed.
    #[error("{1}")]
    PartialCancel(JobId, PartialCancelFailure),
    /// A job does not end at another time.
    #[error(transparent)]
    Retime(#[from] RetimeError),
    /// An update failed.
    #[error("{1}")]
    Update(JobId, UpdateError),
    /// Marking failed.
    #[error(transparent)]
    Mark(#[from] StatusError),
    /// Growing failed.
    #[error(transparent)]
    Grow(#[from] AttachError),
    /// Shrinking failed.
    #[error(transparent)]
    Shrink(#[from] RemoveError),
    /// A window is not set.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// There is no such window.
    #[error(transparent)]
    NoSuchWindow(#[from] NoSuchWindow),
    /// A graph has as many windows as it may have.
    #[error("the graph has {0} windows: no more are kept")]
    TooManyWindows(usize),
    /// How a window recurs cannot be used.
    #[error(transparent)]
    Recurrence(#[from] RecurrenceError),
    /// A window recurs, and the graph has no clock.
    #[error("only a graph that goes by the clock of the server has windows that recur")]
    NeedsClock,
    /// A window recurs, but not within the time that is looked ahead.
    #[error("it does not occur within the next 400 days")]
    NoOccurrence,
    /// It was refused in an earlier life, in these words.
    #[error("{}", .0.message)]
    Sent(Arc<SentRefusal>),
    /// What was decided does not apply: a defect of this library.
    #[error("what was decided does not apply: {0}")]
    Inapplicable(#[from] CommitError),
}
