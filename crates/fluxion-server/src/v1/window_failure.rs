//! Why windows are not set, as statuses.

use fluxion_context::{Fate, NamedConflict};
use fluxion_store::RecurrenceError;
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

use crate::message::cut;
use crate::v1::statuses::{detailed, invalid, not_found};

/// How many jobs the details name; they travel in a trailer.
const MOST_JOBS: usize = 50;

/// The most bytes of what each of them holds.
const LONGEST_PATH: usize = 60;

/// There is no window of this name.
pub(crate) fn no_window(name: &str) -> Status {
    not_found("window", name, format!("there is no window named `{name}`"))
}

/// Jobs keep a window from being set.
pub(crate) fn jobs_in_the_way(message: String, conflicts: &[NamedConflict]) -> Status {
    let mut details = ErrorDetails::new();
    let blocking = conflicts.iter().filter(|named| named.conflict.fate == Fate::InTheWay);
    for named in blocking.take(MOST_JOBS) {
        let job = named.conflict.job.to_string();
        let what = cut(named.path.to_string(), LONGEST_PATH);
        details.add_precondition_failure_violation("WINDOW_CONFLICT", job, what);
    }
    detailed(Code::FailedPrecondition, message, details)
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
