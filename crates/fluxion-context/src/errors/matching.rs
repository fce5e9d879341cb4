//! Why a match did not succeed.

use fluxion_engine::{JobId, Refusal};
use fluxion_formats::read::Position;
use fluxion_formats::write::WriteError;
use fluxion_jobspec::JobspecError;

use crate::explain::told::ExplainedWhy;

/// A match that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct MatchError {
    /// The number that the job would have had.
    pub job: JobId,
    /// What stood in the way.
    pub reason: MatchFault,
    /// Why the engine did not place it, if that was asked for.
    pub why: Option<Box<ExplainedWhy>>,
}

/// What stood in the way of a match.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatchFault {
    /// The jobspec is not valid.
    #[error(transparent)]
    Jobspec(#[from] JobspecError),
    /// The engine did not place it.
    #[error("{}", refusal(.0))]
    Refused(#[from] Refusal),
    /// The result cannot be printed in the match format; nothing was booked.
    #[error(transparent)]
    Writer(#[from] WriteError),
}

/// What the search has to say, or else what can always be said.
fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Busy(notes)
        | Refusal::BusyToday(notes)
        | Refusal::Unsatisfiable(notes)
        | Refusal::BusyForEver(notes)
            if !notes.is_empty() =>
        {
            notes.to_string()
        }
        other => other.to_string(),
    }
}

/// What sort of failure a match was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchErrorKind {
    /// Nothing fits now (EBUSY).
    Busy,
    /// It can never run (ENODEV).
    Unsatisfiable,
    /// The jobspec is not valid (EINVAL).
    Jobspec,
    /// It names a window that there is not, or that lets nobody in (EINVAL).
    Window,
    /// The request is not valid, say its duration (EINVAL).
    Invalid,
    /// A limit of the search was exceeded (EOVERFLOW).
    Overflow,
    /// The result cannot be printed in the match format; nothing was booked.
    Writer,
    /// The search would look at more than it may; nothing is known of the answer.
    Budget,
    /// The caller has left, or its time is over.
    Stopped,
}

impl MatchError {
    pub(crate) fn new(job: JobId, reason: impl Into<MatchFault>) -> Self {
        Self { job, reason: reason.into(), why: None }
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> MatchErrorKind {
        match &self.reason {
            MatchFault::Jobspec(_) => MatchErrorKind::Jobspec,
            MatchFault::Writer(WriteError::Stopped(_)) => MatchErrorKind::Stopped,
            MatchFault::Writer(_) => MatchErrorKind::Writer,
            MatchFault::Refused(refusal) => match refusal {
                Refusal::Stopped => MatchErrorKind::Stopped,
                Refusal::Busy(_) | Refusal::BusyToday(_) => MatchErrorKind::Busy,
                Refusal::Unsatisfiable(_) | Refusal::BusyForEver(_) => {
                    MatchErrorKind::Unsatisfiable
                }
                Refusal::TooManyVariants | Refusal::TooManyTerms { .. } => MatchErrorKind::Overflow,
                Refusal::NoSuchWindow(_) | Refusal::Maintenance(_) => MatchErrorKind::Window,
                Refusal::TooManyVisits { .. } => MatchErrorKind::Budget,
                Refusal::Duration(_) | Refusal::NoResources | Refusal::Time(_) => {
                    MatchErrorKind::Invalid
                }
            },
        }
    }

    /// Where in the jobspec, if the fault has a place; `Display` does not tell it.
    pub fn position(&self) -> Option<Position> {
        let MatchFault::Jobspec(error) = &self.reason else { return None };
        let place = error.position()?;
        Some(Position { line: place.line as usize, column: place.column as usize })
    }
}
