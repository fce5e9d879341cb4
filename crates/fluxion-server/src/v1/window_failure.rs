//! Why windows are not set, as statuses.

use fluxion_context::{Conflict, Fate, WindowError};
use fluxion_store::RecurrenceError;
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

use crate::v1::statuses::{detailed, invalid, not_found, precondition};

/// How many jobs the details name; they travel in a trailer.
const MOST_JOBS: usize = 50;

/// There is no window of this name.
pub(crate) fn no_window(name: &str) -> Status {
    not_found("window", name, format!("there is no window named `{name}`"))
}

/// A window is not set.
pub(crate) fn no_window_set(error: &WindowError) -> Status {
    let message = error.to_string();
    match error {
        WindowError::Target(_) => invalid("window.targets", message),
        WindowError::Criteria(_) => invalid("window.targets.criteria", message),
        WindowError::Jobspec(_) => invalid("window.targets.jobspec", message),
        WindowError::Stopped(_) => crate::message::interrupted(),
        WindowError::NoVertices => not_found("vertex", "window.targets", message),
        WindowError::JobspecWithoutTime => invalid("window.targets.jobspec", message),
        WindowError::Overlap { name, .. } => precondition("WINDOW_OVERLAP", name, message),
        WindowError::Refused(_) => invalid("window", message),
        WindowError::Jobs(conflicts) => {
            let mut details = ErrorDetails::new();
            let blocking = |conflict: &Conflict| conflict.fate == Fate::InTheWay;
            let blocking = conflicts.iter().filter(|named| blocking(&named.conflict));
            for named in blocking.take(MOST_JOBS) {
                let job = named.conflict.job.to_string();
                let what = crate::message::cut(named.path.to_string(), 60);
                details.add_precondition_failure_violation("WINDOW_CONFLICT", job, what);
            }
            detailed(Code::FailedPrecondition, message, details)
        }
    }
}

/// How a window recurs cannot be used.
pub(crate) fn no_recurrence(error: &RecurrenceError) -> Status {
    let field = match error {
        RecurrenceError::Start(_) => "window.recurrence.start",
        RecurrenceError::Zone(_) => "window.recurrence.time_zone",
        RecurrenceError::Duration(_) => "window.recurrence.duration",
        _ => "window.recurrence.rule",
    };
    invalid(field, error.to_string())
}
