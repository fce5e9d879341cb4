//! Failures as gRPC statuses. The table is documented in `proto/fluxion.proto`.
//!
//! Three failures of a match must be told apart by code alone: no graph (load one), nothing free (try later)
//! and never possible (give up). Hence OUT_OF_RANGE, which says "beyond what there is", for the last.

use fluxion_context::{
    CancelError, LoadError, MatchError, MatchFault, OptionName, Position, Refusal, WriteError,
};
use fluxion_store::RequestError;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::message::{
    Reason, answer_too_large, as_sent, call_too_long, crowded, exhausted, interrupted,
    load_too_long, no_memory, not_possible, over_quota, told, too_many_graphs, too_many_visits,
    unprintable, unwritten,
};
use crate::published::keys::{BadKey, REQUEST_KEY};
use crate::published::operation::OperationError;
use crate::transport::faults::{StartError, Stopped};
use crate::transport::registry::CreateError;

/// The most bytes of a message. It travels in a header, where clients take 8 KiB or so, and it can quote the request.
const MOST_BYTES: usize = 2000;

/// The most bytes of a text in the details, which travel beside the message.
const MOST_DETAILS: usize = 1000;

/// The longest policy, in bytes.
pub(crate) const LONGEST_POLICY: usize = 4 << 10;

/// Match or Cancel before the first Init.
pub(crate) fn no_graph() -> Status {
    let message = "no graph is loaded: call Init first";
    let details = ErrorDetails::with_precondition_failure_violation("NO_GRAPH", "graph", message);
    Status::with_error_details(Code::FailedPrecondition, message, details)
}

/// An Init failed.
pub(crate) fn init(error: &CreateError) -> Status {
    match error {
        CreateError::Start(StartError::Load(LoadError::Exhausted(refusal))) => no_memory(refusal),
        CreateError::Start(StartError::Load(error)) => load(error),
        CreateError::Start(StartError::Stopped(Stopped::TooLong(limit))) => load_too_long(*limit),
        CreateError::Start(StartError::Stopped(error)) => stopped(*error),
        CreateError::Start(StartError::Thread(_)) => exhausted(Reason::System, error.to_string()),
        CreateError::Memory(error) => no_memory(error),
        CreateError::TooMany(most) => too_many_graphs(error.to_string(), *most),
        CreateError::OverQuota(error) => over_quota(error),
        CreateError::TooManyLoads => exhausted(Reason::QueueFull, error.to_string()),
        CreateError::Exists(_) | CreateError::Lost(_) => already_loaded(),
        // an Init means no incarnation, and makes no fork
        CreateError::OtherIncarnation { .. } | CreateError::TooManyForks(_) => {
            status(Code::Aborted, error.to_string())
        }
    }
}

/// The server keeps the graph that it has (`--on-init refuse`).
fn already_loaded() -> Status {
    let message =
        "a graph is loaded already, and the server keeps it (--on-init refuse): go on without Init";
    let details = ErrorDetails::with_resource_info("graph", "default", "", message);
    Status::with_error_details(Code::AlreadyExists, message, details)
}

fn load(error: &LoadError) -> Status {
    let field = match error.option() {
        Some(OptionName::Policy) => "policy",
        // the server itself sets all other options
        Some(
            OptionName::Traverser
            | OptionName::Slots
            | OptionName::Subsystems
            | OptionName::PruneFilters,
        )
        | None => "jgf",
    };
    invalid(field, &error.to_string(), error.untold_position())
}

/// The policy of an Init is longer than any that is known.
pub(crate) fn long_policy(bytes: usize) -> Status {
    let what = format!("{bytes} bytes: expected at most {LONGEST_POLICY}");
    invalid("policy", &what, None)
}

/// The request asks for no operation.
pub(crate) fn operation(error: OperationError) -> Status {
    violated("request", error.to_string())
}

/// A match failed.
fn no_match(error: &MatchError) -> Status {
    let in_jobspec = || invalid("jobspec", &error.to_string(), error.position());
    match &error.reason {
        MatchFault::Jobspec(_) => in_jobspec(),
        MatchFault::Refused(refusal) => match refusal {
            Refusal::Busy(notes) | Refusal::BusyToday(notes) => {
                exhausted(Reason::NothingFits, not_possible("nothing that fits is free now", notes))
            }
            Refusal::Unsatisfiable(notes) | Refusal::BusyForEver(notes) => {
                let message = not_possible("the graph can never satisfy the jobspec", notes);
                status(Code::OutOfRange, message)
            }
            Refusal::TooManyVisits { most } => too_many_visits(*most),
            Refusal::Stopped => interrupted(),
            Refusal::TooManyTerms { .. } => in_jobspec(),
            Refusal::TooManyVariants => {
                let message = located("jobspec", &error.to_string(), error.position());
                exhausted(Reason::TooManyVariants, message)
            }
            Refusal::Duration(_)
            | Refusal::NoResources
            | Refusal::Time(_)
            | Refusal::NoSuchWindow(_)
            | Refusal::Maintenance(_) => in_jobspec(),
        },
        MatchFault::Writer(WriteError::Stopped(_)) => interrupted(),
        MatchFault::Writer(WriteError::TooLarge { most }) => answer_too_large(*most),
        MatchFault::Writer(WriteError::Exhausted(refusal)) => no_memory(refusal),
        MatchFault::Writer(fault) => status(
            Code::FailedPrecondition,
            format!(
                "the graph cannot be printed in the match format of the server: {}",
                unprintable(fault)
            ),
        ),
    }
}

/// A match or a cancel was refused.
pub(crate) fn refused(error: &RequestError) -> Status {
    match error {
        RequestError::Exhausted(refusal) => no_memory(refusal),
        RequestError::OverQuota(refusal) => over_quota(refusal),
        RequestError::Match(error) | RequestError::Explained(error, _) => no_match(error),
        RequestError::KeyReused => violated(REQUEST_KEY, format!("{REQUEST_KEY}: {error}")),
        RequestError::JobExists(name) => {
            let details = ErrorDetails::with_resource_info("job", name, "", error.to_string());
            Status::with_error_details(Code::AlreadyExists, error.to_string(), details)
        }
        RequestError::Cancel(CancelError::NoSuchJob(job)) => no_job(&job.to_string()),
        RequestError::UnknownJob(name) => no_job(name),
        RequestError::Sent(sent) => as_sent(sent),
        other => status(Code::Internal, other.to_string()),
    }
}

fn no_job(name: &str) -> Status {
    let message = format!("nonexistent job {name}");
    let details = ErrorDetails::with_resource_info("job", name, "", message.clone());
    Status::with_error_details(Code::NotFound, message, details)
}

/// A key in the metadata of a call cannot be used.
pub(crate) fn key(error: &BadKey) -> Status {
    violated(error.name(), error.to_string())
}

/// A job id that no job can have.
pub(crate) fn impossible_job(id: i64) -> Status {
    no_job(&id.to_string())
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
        Stopped::Unwritten => unwritten(),
        Stopped::Recovering => Status::unavailable(error.to_string()),
        Stopped::TooLong(limit) => call_too_long(limit),
        Stopped::Crowded(most) => crowded(error, most),
        // its calls only change
        Stopped::Behind { .. } => Status::failed_precondition(error.to_string()),
    }
}

/// A status whose message is cut to what can travel.
fn status(code: Code, message: String) -> Status {
    Status::new(code, told(&message, MOST_BYTES))
}

/// A field of the request cannot be used.
fn invalid(field: &str, what: &str, position: Option<Position>) -> Status {
    violated(field, located(field, what, position))
}

fn violated(field: &str, message: String) -> Status {
    let what = told(&message, MOST_DETAILS);
    let details = ErrorDetails::with_bad_request_violation(field, what);
    Status::with_error_details(Code::InvalidArgument, told(&message, MOST_BYTES), details)
}

/// What is wrong with a field of the request, and where.
fn located(field: &str, what: &str, position: Option<Position>) -> String {
    match position {
        Some(place) => format!("{field}, {place}: {what}"),
        None => format!("{field}: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use fluxion_context::{Context, JobId, MatchFormat, MatchOperation, Options};

    use super::*;

    #[track_caller]
    fn check(status: Status, code: Code, message: &str) {
        assert_eq!((status.code(), status.message()), (code, message));
    }

    fn not_loaded(text: &str, policy: &str) -> Status {
        let options = crate::Config::default().options(policy);
        let error = Context::load(text, &options).unwrap_err();
        init(&CreateError::from(StartError::Load(error)))
    }

    /// What is said of a jobspec on a graph of one node with one core and the rank -1.
    fn not_matched(resources: &str, duration: f64) -> Status {
        let jobspec = format!(
            r#"{{"version": 1, "tasks": [], "resources": {resources}, "attributes": {{"system": {{"duration": {duration}}}}}}}"#
        );
        failure(&jobspec)
    }

    fn failure(jobspec: &str) -> Status {
        let options = Options {
            match_format: MatchFormat::Rv1Nosched,
            traverser: "flexible".to_owned(),
            ..crate::Config::default().options("")
        };
        let mut context = Context::load(UNRANKED, &options).unwrap();
        let matched = context.match_jobspec(MatchOperation::Allocate, jobspec, 0);
        no_match(&matched.unwrap_err())
    }

    const UNRANKED: &str = r#"{"graph": {"nodes": [
        {"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/cluster0"}}},
        {"id": "1", "metadata": {"type": "node", "paths": {"containment": "/cluster0/node1"}}},
        {"id": "2", "metadata": {"type": "core", "paths": {"containment": "/cluster0/node1/core2"}}}],
        "edges": [{"source": "0", "target": "1"}, {"source": "1", "target": "2"}]}}"#;

    fn slots(count: u32, with: &str) -> String {
        format!(r#"[{{"type": "slot", "label": "s", "count": {count}, "with": [{with}]}}]"#)
    }

    const CORE: &str = r#"{"type": "core", "count": 1}"#;

    #[test]
    fn a_bad_graph_is_an_invalid_argument_with_its_place() {
        check(
            not_loaded("{\n  ?", ""),
            Code::InvalidArgument,
            "jgf: not JSON: key must be a string (line 2, column 3)",
        );
        check(not_loaded("{}", ""), Code::InvalidArgument, "jgf: expected a key `graph`");
    }

    #[test]
    fn a_bad_policy_is_named() {
        let status = not_loaded("{}", "best");
        assert_eq!(status.code(), Code::InvalidArgument);
        let start = "policy: unknown match policy `best`: expected first, ";
        assert!(status.message().starts_with(start), "{status:?}");
    }

    /// A vertex may have any name, and be called as an option is.
    #[test]
    fn a_graph_is_blamed_at_its_place_whatever_its_vertices_are_named() {
        for name in ["can't create matcher", "prune", "policy", "line 2, column 9", "a\nb"] {
            let id = serde_json::Value::from(name);
            let text = format!(
                "{{\"graph\": {{\"nodes\": [\n        {{\"id\": {id}}}], \"edges\": []}}}}"
            );
            let expected = format!(
                "jgf: vertex `{}`: expected an object with a key `metadata` (line 2, column 9)",
                name.replace('\n', r"\n")
            );
            check(not_loaded(&text, ""), Code::InvalidArgument, &expected);
        }
    }

    #[test]
    fn nothing_found_keeps_the_published_text() {
        check(
            not_matched(&slots(2, CORE), 1.0),
            Code::ResourceExhausted,
            "Allocation was not possible: nothing that fits is free now",
        );
        let shared = r#"{"type": "node", "count": 1, "exclusive": false}"#;
        check(
            not_matched(&slots(1, shared), 1.0),
            Code::ResourceExhausted,
            "Allocation was not possible: nothing that fits is free now \
             (node1 cannot be shared: something above it is asked for exclusively)",
        );
    }

    #[test]
    fn a_bad_jobspec_is_an_invalid_argument_with_its_place() {
        check(
            failure("\n{}"),
            Code::InvalidArgument,
            r#"jobspec, line 2, column 1: Missing key "version" in top level mapping"#,
        );
        check(
            failure("version: [\n"),
            Code::InvalidArgument,
            "jobspec, line 2, column 1: while parsing a node, did not find expected node content",
        );
        check(
            not_matched(&slots(1, CORE), -1.0),
            Code::InvalidArgument,
            "jobspec: invalid duration -1: expected seconds between 0 and 3153600000",
        );
    }

    #[test]
    fn other_failures_of_a_match() {
        let one = format!(r#"{{"type": "xor_slot", "label": "s", "count": 1, "with": [{CORE}]}}"#);
        let alternatives = vec![one; 4].join(", ");
        let level = |inner: &str| format!(r#"{{"type": "node", "count": 1, "with": [{inner}]}}"#);
        let many = vec![level(&alternatives); 6].join(", ");
        check(
            not_matched(&format!("[{many}]"), 1.0),
            Code::ResourceExhausted,
            "jobspec: too many alternatives: at most 1000 combinations of xor_slot are tried",
        );
        check(
            not_matched(&slots(1, CORE), 1.0),
            Code::FailedPrecondition,
            "the graph cannot be printed in the match format of the server: \
             /cluster0/node1 has rank -1: resource set formats need a rank of 0 or more: \
             give each node a rank in the graph, or use another format (the forms of simple and jgf need none)",
        );
    }

    #[test]
    fn a_message_that_quotes_the_request_is_cut_to_what_can_travel() {
        let status = not_loaded("{}", &"é".repeat(1 << 20));
        assert!(status.message().len() < 2010 && status.message().ends_with("é..."), "{status:?}");
    }

    #[test]
    fn unknown_jobs_are_not_found() {
        let cancelled = RequestError::Cancel(CancelError::NoSuchJob(JobId(7)));
        check(refused(&cancelled), Code::NotFound, "nonexistent job 7");
        check(refused(&RequestError::UnknownJob("7".into())), Code::NotFound, "nonexistent job 7");
        check(impossible_job(-1), Code::NotFound, "nonexistent job -1");
    }

    #[test]
    fn a_stopped_engine_asks_for_a_new_graph() {
        let text = "the engine stopped after an internal error: call Init again";
        check(stopped(Stopped::Fault), Code::Internal, text);
        check(init(&StartError::Stopped(Stopped::Fault).into()), Code::Internal, text);
    }
}
