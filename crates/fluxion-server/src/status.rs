//! Failures as gRPC statuses. The table is documented in `proto/fluxion.proto`.
//!
//! Three failures of a match must be told apart by code alone: no graph (load one), nothing free (try later)
//! and never possible (give up). Hence OUT_OF_RANGE, which says "beyond what there is", for the last.

use fluxion_context::{CancelError, LoadError, MatchError, MatchErrorKind, Position};
use tonic::{Code, Status};

use crate::graph_thread::{StartError, Stopped};
use crate::operation::OperationError;

/// How published services begin the message of a match that found nothing; clients look for it.
const NOT_POSSIBLE: &str = "Allocation was not possible";

/// How the reference reports a policy that it does not know.
const UNKNOWN_POLICY: &str = "can't create matcher";

/// Match or Cancel before the first Init.
pub(crate) fn no_graph() -> Status {
    Status::failed_precondition("no graph is loaded: call Init first")
}

/// An Init with `policy` failed.
pub(crate) fn init(error: StartError, policy: &str) -> Status {
    match error {
        StartError::Load(error) => load(&error, policy),
        StartError::Thread(_) => Status::resource_exhausted(error.to_string()),
        StartError::Stopped(error) => stopped(error),
    }
}

fn load(error: &LoadError, policy: &str) -> Status {
    if error.what.contains(UNKNOWN_POLICY) {
        return Status::invalid_argument(format!("policy: unknown match policy `{policy}`"));
    }
    let what = located("jgf", one_line(&error.what), error.position);
    Status::invalid_argument(what)
}

/// The request asks for no operation.
pub(crate) fn operation(error: OperationError) -> Status {
    Status::invalid_argument(error.to_string())
}

/// A match failed.
pub(crate) fn no_match(error: &MatchError) -> Status {
    let detail = one_line(&error.message);
    let (code, message) = match error.kind {
        MatchErrorKind::Busy => {
            (Code::ResourceExhausted, not_possible("nothing that fits is free now", &detail))
        }
        MatchErrorKind::Unsatisfiable => {
            (Code::OutOfRange, not_possible("the graph can never satisfy the jobspec", &detail))
        }
        MatchErrorKind::Jobspec | MatchErrorKind::Invalid => {
            (Code::InvalidArgument, located("jobspec", detail, error.position))
        }
        MatchErrorKind::Overflow => {
            (Code::ResourceExhausted, located("jobspec", detail, error.position))
        }
        MatchErrorKind::Writer => (
            Code::FailedPrecondition,
            format!(
                "the loaded graph cannot be printed in the match format of the server: {detail}"
            ),
        ),
        _ => (Code::Internal, detail),
    };
    Status::new(code, message)
}

/// A cancel failed.
pub(crate) fn no_cancel(error: CancelError) -> Status {
    match error {
        CancelError::NoSuchJob(_) => Status::not_found(error.to_string()),
    }
}

/// A job id that no job can have.
pub(crate) fn impossible_job(id: i64) -> Status {
    Status::not_found(format!("nonexistent job {id}"))
}

/// The engine ended.
pub(crate) fn stopped(error: Stopped) -> Status {
    Status::internal(error.to_string())
}

fn not_possible(reason: &str, detail: &str) -> String {
    if detail.is_empty() {
        format!("{NOT_POSSIBLE}: {reason}")
    } else {
        format!("{NOT_POSSIBLE}: {reason} ({detail})")
    }
}

fn located(field: &str, what: String, position: Option<Position>) -> String {
    match position {
        Some(Position { line, column }) => format!("{field}, line {line}, column {column}: {what}"),
        None => format!("{field}: {what}"),
    }
}

/// The lines of a reference text, which has prefixes and final newlines made for a terminal, as one line.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.map(|line| line.strip_prefix("resource_query_t: ERROR: ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use fluxion_engine::JobId;

    use super::*;

    #[track_caller]
    fn check(status: Status, code: Code, message: &str) {
        assert_eq!((status.code(), status.message()), (code, message));
    }

    fn load_error(what: &str, position: Option<(usize, usize)>) -> StartError {
        let position = position.map(|(line, column)| Position { line, column });
        StartError::Load(LoadError { what: what.to_owned(), position })
    }

    fn match_error(
        kind: MatchErrorKind,
        message: &str,
        position: Option<(usize, usize)>,
    ) -> Status {
        let position = position.map(|(line, column)| Position { line, column });
        no_match(&MatchError { kind, job: JobId(1), message: message.to_owned(), position })
    }

    #[test]
    fn a_bad_graph_is_an_invalid_argument_with_its_place() {
        let text =
            "resource_query_t: ERROR: fetch_jgf: not JSON\nERROR: error generating resources\n";
        check(
            init(load_error(text, Some((3, 7))), "first"),
            Code::InvalidArgument,
            "jgf, line 3, column 7: fetch_jgf: not JSON; ERROR: error generating resources",
        );
        check(
            init(load_error("fetch_jgf: no graph\n", None), "first"),
            Code::InvalidArgument,
            "jgf: fetch_jgf: no graph",
        );
    }

    #[test]
    fn a_bad_policy_is_named() {
        let error = load_error("resource_query_t: ERROR: can't create matcher\n", None);
        check(init(error, "best"), Code::InvalidArgument, "policy: unknown match policy `best`");
    }

    #[test]
    fn nothing_found_keeps_the_published_text() {
        check(
            match_error(MatchErrorKind::Busy, "", None),
            Code::ResourceExhausted,
            "Allocation was not possible: nothing that fits is free now",
        );
        check(
            match_error(MatchErrorKind::Unsatisfiable, "why\n", None),
            Code::OutOfRange,
            "Allocation was not possible: the graph can never satisfy the jobspec (why)",
        );
    }

    #[test]
    fn a_bad_jobspec_is_an_invalid_argument_with_its_place() {
        let text = "Jobspec error for 1: Missing key \"tasks\" in top level mapping";
        check(
            match_error(MatchErrorKind::Jobspec, text, Some((2, 1))),
            Code::InvalidArgument,
            "jobspec, line 2, column 1: Jobspec error for 1: Missing key \"tasks\" in top level mapping",
        );
        check(
            match_error(MatchErrorKind::Invalid, "traverser: Invalid argument", None),
            Code::InvalidArgument,
            "jobspec: traverser: Invalid argument",
        );
    }

    #[test]
    fn other_failures_of_a_match() {
        check(
            match_error(MatchErrorKind::Overflow, "too many variants", None),
            Code::ResourceExhausted,
            "jobspec: too many variants",
        );
        check(
            match_error(MatchErrorKind::Writer, "match writer emit: Invalid argument", None),
            Code::FailedPrecondition,
            "the loaded graph cannot be printed in the match format of the server: match writer emit: Invalid argument",
        );
    }

    #[test]
    fn unknown_jobs_are_not_found() {
        check(no_cancel(CancelError::NoSuchJob(JobId(7))), Code::NotFound, "nonexistent job 7");
        check(impossible_job(-1), Code::NotFound, "nonexistent job -1");
    }

    #[test]
    fn a_stopped_engine_asks_for_a_new_graph() {
        let text = "the engine stopped after an internal error: call Init again";
        check(stopped(Stopped), Code::Internal, text);
        check(init(StartError::Stopped(Stopped), "first"), Code::Internal, text);
    }
}
