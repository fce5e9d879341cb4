//! Times that requests name: within the life of a graph.

use fluxion_context::GRAPH_END;
use tonic::Status;

use crate::v1::failure;

/// Refuses a time before the start of a graph or after its end.
pub(crate) fn check_time(field: &str, time: i64) -> Result<(), Status> {
    if (0..=GRAPH_END).contains(&time) {
        return Ok(());
    }
    let what = format!("{time} is outside the life of a graph: expected 0 to {GRAPH_END}");
    Err(failure::invalid(field, what))
}

/// Refuses a duration without an end within the life of a graph.
pub(crate) fn check_duration(start: i64, duration: i64) -> Result<(), Status> {
    if duration >= 1 && start.checked_add(duration).is_some_and(|end| end <= GRAPH_END) {
        return Ok(());
    }
    let what = format!("{duration}: expected at least 1, and an end not after {GRAPH_END}");
    Err(failure::invalid("duration", what))
}
