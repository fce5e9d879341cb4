//! Exit statuses, and what is told on standard error.

use std::io::{self, Write as _};
use std::process::ExitCode;

use fluxion_client::Code;
use fluxion_client::v1::{Error, Failure};

/// What the help of each command ends with.
pub(super) const HELP: &str = "\
Exit status: 0 done, 1 refused or failed, 2 wrong options, 3 nothing fits now,
4 can never fit, 5 not found, 6 the server cannot be reached.";

/// How a command ended. 2, for wrong options, is that of the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    Done = 0,
    Failed = 1,
    NothingFits = 3,
    NeverFits = 4,
    NotFound = 5,
    Unreachable = 6,
}

impl Exit {
    pub(super) fn code(self) -> ExitCode {
        ExitCode::from(self as u8)
    }

    /// How an error ends a command.
    pub(super) fn of(error: &anyhow::Error) -> Self {
        error.downcast_ref().map_or(Self::Failed, Self::of_error)
    }

    fn of_error(error: &Error) -> Self {
        match error {
            Error::Connection(_) => Self::Unreachable,
            Error::Call(failure) => Self::of_failure(failure),
            _ => Self::Failed,
        }
    }

    /// How a failed call ends a command.
    pub(super) fn of_failure(failure: &Failure) -> Self {
        match failure.code {
            // Without a hint to try again it is a limit that was exceeded.
            Code::ResourceExhausted if failure.retry_after().is_some() => Self::NothingFits,
            Code::OutOfRange => Self::NeverFits,
            Code::NotFound => Self::NotFound,
            Code::Unavailable | Code::DeadlineExceeded => Self::Unreachable,
            _ => Self::Failed,
        }
    }
}

/// Tells an error. If even standard error is gone there is nobody left to tell.
pub(super) fn complain(error: &anyhow::Error) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "error: {error:#}");
    let failure = error.downcast_ref().and_then(Error::failure);
    for violation in failure.map_or(&[][..], Failure::violations) {
        let _ = writeln!(out, "  field `{}`: {}", violation.field, violation.description);
    }
}
