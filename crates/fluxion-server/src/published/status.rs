//! Failures as gRPC statuses. The table is documented in `proto/fluxion.proto`.
//!
//! Three failures of a match must be told apart by code alone: no graph (load one), nothing free (try later)
//! and never possible (give up). Hence OUT_OF_RANGE, which says "beyond what there is", for the last.

use fluxion_context::{LoadError, MatchError, MatchErrorKind, Position};
use fluxion_store::Refusal;
use tonic::{Code, Status};

use crate::message::cut;
use crate::published::operation::OperationError;
use crate::transport::graph_thread::{StartError, Stopped};
use crate::transport::registry::CreateError;

/// How published services begin the message of a match that found nothing; clients look for it.
const NOT_POSSIBLE: &str = "Allocation was not possible";

/// By this text of the reference a context tells that it does not know the policy.
const UNKNOWN_POLICY: &str = "can't create matcher";

/// The most bytes of a message. It travels in a header, where clients take 8 KiB or so, and it can quote the request.
const MOST_BYTES: usize = 2000;

/// Match or Cancel before the first Init.
pub(crate) fn no_graph() -> Status {
    Status::failed_precondition("no graph is loaded: call Init first")
}

/// An Init failed.
pub(crate) fn init(error: CreateError) -> Status {
    match error {
        CreateError::Start(StartError::Load(error)) => load(&error),
        CreateError::Start(StartError::Stopped(error)) => stopped(error),
        other => status(Code::ResourceExhausted, other.to_string()),
    }
}

fn load(error: &LoadError) -> Status {
    let field = if error.what.contains(UNKNOWN_POLICY) { "policy" } else { "jgf" };
    status(Code::InvalidArgument, located(field, &error.detail, error.position))
}

/// The request asks for no operation.
pub(crate) fn operation(error: OperationError) -> Status {
    status(Code::InvalidArgument, error.to_string())
}

/// A match failed.
fn no_match(error: &MatchError) -> Status {
    let detail = error.detail.trim();
    let in_jobspec = || located("jobspec", detail, error.position);
    let (code, message) = match error.kind {
        MatchErrorKind::Busy => {
            (Code::ResourceExhausted, not_possible("nothing that fits is free now", detail))
        }
        MatchErrorKind::Unsatisfiable => {
            (Code::OutOfRange, not_possible("the graph can never satisfy the jobspec", detail))
        }
        MatchErrorKind::Jobspec | MatchErrorKind::Invalid => (Code::InvalidArgument, in_jobspec()),
        MatchErrorKind::Overflow => (Code::ResourceExhausted, in_jobspec()),
        MatchErrorKind::Writer => (
            Code::FailedPrecondition,
            format!("the graph cannot be printed in the match format of the server: {detail}"),
        ),
        _ => (Code::Internal, detail.to_owned()),
    };
    status(code, message)
}

/// A match or a cancel was refused.
pub(crate) fn refused(refusal: &Refusal) -> Status {
    match refusal {
        Refusal::Match(error) => no_match(error),
        Refusal::Cancel(_) | Refusal::UnknownJob(_) => Status::not_found(refusal.to_string()),
        other => status(Code::Internal, other.to_string()),
    }
}

/// A job id that no job can have.
pub(crate) fn impossible_job(id: i64) -> Status {
    Status::not_found(format!("nonexistent job {id}"))
}

/// A graph gave the answer to another request: a defect of this server.
pub(crate) fn mismatch() -> Status {
    Status::internal("the graph answered another request")
}

/// The graph is gone.
pub(crate) fn stopped(error: Stopped) -> Status {
    match error {
        Stopped::Fault => Status::internal(error.to_string()),
        Stopped::Dropped => no_graph(),
    }
}

/// A status whose message is cut to what can travel.
fn status(code: Code, message: String) -> Status {
    Status::new(code, cut(message, MOST_BYTES))
}

fn not_possible(reason: &str, detail: &str) -> String {
    if detail.is_empty() {
        format!("{NOT_POSSIBLE}: {reason}")
    } else {
        format!("{NOT_POSSIBLE}: {reason} ({detail})")
    }
}

/// What is wrong with a field of the request, and where, unless the text says where by itself.
fn located(field: &str, what: &str, position: Option<Position>) -> String {
    let place = position.map(|p| format!("line {}, column {}", p.line, p.column));
    match place.filter(|place| !what.contains(place)) {
        Some(place) => format!("{field}, {place}: {what}"),
        None => format!("{field}: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use fluxion_context::{CancelError, JobId};

    use super::*;

    #[track_caller]
    fn check(status: Status, code: Code, message: &str) {
        assert_eq!((status.code(), status.message()), (code, message));
    }

    fn place(position: Option<(usize, usize)>) -> Option<Position> {
        position.map(|(line, column)| Position { line, column })
    }

    fn load_error(what: &str, detail: &str, position: Option<(usize, usize)>) -> Status {
        let (what, detail) = (what.to_owned(), detail.to_owned());
        init(CreateError::from(StartError::Load(LoadError {
            what,
            detail,
            position: place(position),
        })))
    }

    fn match_error(kind: MatchErrorKind, detail: &str, position: Option<(usize, usize)>) -> Status {
        let (message, detail) = ("not for us".to_owned(), detail.to_owned());
        no_match(&MatchError { kind, job: JobId(1), message, detail, position: place(position) })
    }

    #[test]
    fn a_bad_graph_is_an_invalid_argument_with_its_place() {
        check(
            load_error("reading failed\n", "not JSON", Some((3, 7))),
            Code::InvalidArgument,
            "jgf, line 3, column 7: not JSON",
        );
        check(
            load_error("reading failed\n", "not JSON (line 3, column 7)", Some((3, 7))),
            Code::InvalidArgument,
            "jgf: not JSON (line 3, column 7)",
        );
        check(
            load_error("reading failed\n", "no `graph`", None),
            Code::InvalidArgument,
            "jgf: no `graph`",
        );
    }

    #[test]
    fn a_bad_policy_is_named() {
        check(
            load_error(
                "resource_query_t: ERROR: can't create matcher\n",
                "unknown policy `best`",
                None,
            ),
            Code::InvalidArgument,
            "policy: unknown policy `best`",
        );
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
        check(
            match_error(MatchErrorKind::Jobspec, "Missing key \"tasks\"", Some((2, 1))),
            Code::InvalidArgument,
            "jobspec, line 2, column 1: Missing key \"tasks\"",
        );
        check(
            match_error(MatchErrorKind::Invalid, "the duration is negative", None),
            Code::InvalidArgument,
            "jobspec: the duration is negative",
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
            "the graph cannot be printed in the match format of the server: match writer emit: Invalid argument",
        );
    }

    #[test]
    fn a_message_that_quotes_the_request_is_cut_to_what_can_travel() {
        let status = match_error(MatchErrorKind::Jobspec, &"é".repeat(1 << 20), None);
        assert!(status.message().len() < 2010 && status.message().ends_with("é..."), "{status:?}");
    }

    #[test]
    fn unknown_jobs_are_not_found() {
        let cancelled = Refusal::Cancel(CancelError::NoSuchJob(JobId(7)));
        check(refused(&cancelled), Code::NotFound, "nonexistent job 7");
        check(refused(&Refusal::UnknownJob("7".into())), Code::NotFound, "nonexistent job 7");
        check(impossible_job(-1), Code::NotFound, "nonexistent job -1");
    }

    #[test]
    fn a_stopped_engine_asks_for_a_new_graph() {
        let text = "the engine stopped after an internal error: call Init again";
        check(stopped(Stopped::Fault), Code::Internal, text);
        check(init(StartError::Stopped(Stopped::Fault).into()), Code::Internal, text);
    }
}
