//! What may help after a failure. A hint never names what was just done, and nothing that cannot help.

use std::fmt;

use fluxion_client::Code;
use fluxion_client::v1::{Error, Failure, MatchOperation};

/// The reason of a match for which nothing is free now.
pub(super) const NOTHING_FITS: &str = "NOTHING_FITS";

/// What was asked of which graph.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) deed: Deed,
    /// The name of the graph; none where a command names several, or none.
    pub(super) graph: Option<String>,
}

/// What was asked for, as far as hints differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Init,
    DropGraphs,
    Match(MatchOperation),
    /// One job is shown.
    ShowJob,
    Find,
    Shrink,
    Other,
}

/// What may help.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hint {
    StartServer,
    ListGraphs,
    LoadGraph(OfGraph),
    ListJobs(OfGraph),
    /// The same command without the job.
    ListJobsInstead,
    ReplaceGraph,
    ReleaseJobs,
    Criteria,
    Reserve,
    AskWhen,
    /// The graph is not the one that was meant.
    OtherIncarnation,
    /// Nothing comes free by itself.
    SeeWhatIsHeld(OfGraph),
}

/// The option for a graph; empty for the one that is meant without it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OfGraph(Option<String>);

impl OfGraph {
    fn of(asked: &Asked) -> Self {
        Self::named(asked.graph.as_deref())
    }

    /// The one that a call did not find.
    fn missing(failure: &Failure) -> Self {
        Self::named(failure.resource().map(|(_, name)| name))
    }

    fn named(name: Option<&str>) -> Self {
        Self(name.filter(|&name| name != "default").map(str::to_owned))
    }
}

impl fmt::Display for OfGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, " --graph {name}"))
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartServer => f.write_str(
                "`fluxion serve` starts a server; --server or FLUXION_ADDRESS says where it is",
            ),
            Self::ListGraphs => f.write_str("`fluxion graphs` lists those that are there"),
            Self::LoadGraph(graph) => write!(
                f,
                "`fluxion init FILE{graph}` loads a graph, `fluxion graphs` lists those that are there"
            ),
            Self::ListJobs(graph) => write!(f, "`fluxion jobs{graph}` lists the jobs"),
            Self::ListJobsInstead => f.write_str("without a number or key, `fluxion jobs` lists them"),
            Self::ReplaceGraph => f.write_str(
                "--replace puts the new graph in its place, --graph gives it another name",
            ),
            Self::ReleaseJobs => f.write_str("--release takes from jobs what they hold there"),
            Self::Criteria => {
                f.write_str("criteria are, say, `status=down` or `sched-now=free and property=ssd`")
            }
            Self::Reserve => f.write_str(
                "--operation allocate_orelse_reserve books the earliest time at which it fits, if there is one",
            ),
            Self::AskWhen => f.write_str(
                "--operation without_allocating_future tells the earliest time at which it fits, if there is one",
            ),
            Self::OtherIncarnation => f.write_str(
                "the graph was loaded anew, and its jobs are gone: `fluxion graphs` tells the incarnations",
            ),
            Self::SeeWhatIsHeld(graph) => write!(
                f,
                "no end of a job makes room for it: `fluxion jobs{graph}` lists the jobs, \
                 `fluxion find status=down{graph}` shows what is down"
            ),
        }
    }
}

/// What may help, if anything is known to.
pub(super) fn of(error: &Error, asked: &Asked) -> Option<Hint> {
    if matches!(error, Error::Connection(fluxion_client::Error::NotConnected { .. })) {
        return Some(Hint::StartServer);
    }
    let failure = error.failure()?;
    let kind = failure.resource().map(|(kind, _)| kind);
    match (failure.code, kind, asked.deed) {
        (Code::NotFound, Some("graph"), Deed::DropGraphs | Deed::Init) => Some(Hint::ListGraphs),
        (Code::NotFound, Some("graph"), _) => Some(Hint::LoadGraph(OfGraph::missing(failure))),
        (Code::NotFound, Some("job"), Deed::ShowJob) => Some(Hint::ListJobsInstead),
        (Code::NotFound, Some("job"), _) => Some(Hint::ListJobs(OfGraph::of(asked))),
        (Code::AlreadyExists, Some("graph"), Deed::Init) => Some(Hint::ReplaceGraph),
        (Code::FailedPrecondition, _, Deed::Shrink) if is_refused_for(failure, "HELD") => {
            Some(Hint::ReleaseJobs)
        }
        (Code::FailedPrecondition, ..) if is_refused_for(failure, "OTHER_INCARNATION") => {
            Some(Hint::OtherIncarnation)
        }
        (Code::InvalidArgument, _, Deed::Find) if is_no_expression(failure) => Some(Hint::Criteria),
        (Code::ResourceExhausted, _, Deed::Match(operation)) if is_nothing_free(failure) => {
            of_nothing_free(operation, asked)
        }
        _ => None,
    }
}

/// What may help where nothing fits now.
fn of_nothing_free(operation: MatchOperation, asked: &Asked) -> Option<Hint> {
    match operation {
        MatchOperation::Allocate | MatchOperation::AllocateWithSatisfiability => {
            Some(Hint::Reserve)
        }
        MatchOperation::WithoutAllocating => Some(Hint::AskWhen),
        MatchOperation::AllocateOrelseReserve | MatchOperation::WithoutAllocatingFuture => {
            Some(Hint::SeeWhatIsHeld(OfGraph::of(asked)))
        }
        MatchOperation::Satisfiability | MatchOperation::Unspecified => None,
    }
}

/// Whether something is exhausted because nothing fits now, and not because a limit was exceeded.
pub(super) fn is_nothing_free(failure: &Failure) -> bool {
    failure.reason() == Some(NOTHING_FITS)
}

/// Whether this stands in the way.
fn is_refused_for(failure: &Failure, kind: &str) -> bool {
    let violations = failure.details.precondition_failure().map(|failure| &failure.violations);
    violations.is_some_and(|violations| violations.iter().any(|one| one.r#type == kind))
}

/// Whether the criteria of a find are to blame, and not their number or the name of the graph.
fn is_no_expression(failure: &Failure) -> bool {
    let is_of_syntax = |what: &str| what.starts_with("invalid criteria");
    failure.violations().iter().any(|one| one.field == "criteria" && is_of_syntax(&one.description))
}

#[cfg(test)]
mod tests {
    use fluxion_client::v1::ErrorDetails;

    use super::*;

    const OPERATIONS: [(MatchOperation, &str); 6] = [
        (MatchOperation::Allocate, "--operation allocate "),
        (MatchOperation::AllocateOrelseReserve, "--operation allocate_orelse_reserve"),
        (MatchOperation::AllocateWithSatisfiability, "--operation allocate_with_satisfiability"),
        (MatchOperation::Satisfiability, "--operation satisfiability"),
        (MatchOperation::WithoutAllocating, "--operation without_allocating "),
        (MatchOperation::WithoutAllocatingFuture, "--operation without_allocating_future"),
    ];

    /// Each deed, with the words by which a hint would name it.
    fn deeds() -> Vec<(Deed, &'static str)> {
        let others = [
            (Deed::Init, "fluxion init"),
            (Deed::DropGraphs, "fluxion graphs drop"),
            (Deed::ShowJob, "`fluxion jobs` lists the jobs"),
            (Deed::Find, "`fluxion find"),
            (Deed::Shrink, "fluxion shrink"),
            (Deed::Other, "nothing that is known here"),
        ];
        let matches = OPERATIONS.map(|(operation, words)| (Deed::Match(operation), words));
        others.into_iter().chain(matches).collect()
    }

    fn failure(code: Code, details: ErrorDetails) -> Error {
        let message = "why".to_owned();
        Failure {
            call: "Call",
            code,
            message,
            details: Box::new(details),
            explanation: None,
            request_id: None,
            revision: None,
        }
        .into()
    }

    fn resource(code: Code, kind: &str) -> Error {
        failure(code, ErrorDetails::with_resource_info(kind, "default", "", ""))
    }

    fn nothing_fits() -> Error {
        let details = ErrorDetails::with_error_info("NOTHING_FITS", "fluxion.v1", []);
        failure(Code::ResourceExhausted, details)
    }

    fn held() -> Error {
        let details = ErrorDetails::with_precondition_failure_violation("HELD", "job 1", "");
        failure(Code::FailedPrecondition, details)
    }

    fn violation(field: &str, what: &str) -> Error {
        failure(Code::InvalidArgument, ErrorDetails::with_bad_request_violation(field, what))
    }

    fn told(error: &Error, deed: Deed, graph: &str) -> String {
        let asked = Asked { deed, graph: Some(graph.to_owned()) };
        of(error, &asked).map(|hint| hint.to_string()).unwrap_or_default()
    }

    #[test]
    fn no_hint_names_what_was_just_done() {
        let errors = [
            resource(Code::NotFound, "graph"),
            resource(Code::NotFound, "job"),
            resource(Code::AlreadyExists, "graph"),
            nothing_fits(),
            held(),
            violation("criteria", "invalid criteria: x."),
        ];
        for error in &errors {
            let hints =
                deeds().into_iter().map(|(deed, words)| (told(error, deed, "default"), words));
            let hints: Vec<_> = hints.filter(|(hint, _)| !hint.is_empty()).collect();
            assert!(!hints.is_empty(), "{error}");
            for (hint, words) in hints {
                assert!(!hint.contains(words), "{hint}");
            }
        }
    }

    #[track_caller]
    fn check(error: &Error, deed: Deed, beginning: &str) {
        let hint = told(error, deed, "spare");
        let agrees =
            if beginning.is_empty() { hint.is_empty() } else { hint.starts_with(beginning) };
        assert!(agrees, "{deed:?}: {hint}");
    }

    #[test]
    fn where_nothing_fits_it_depends_on_the_operation() {
        for (operation, hint) in [
            (MatchOperation::Allocate, "--operation allocate_orelse_reserve books"),
            (
                MatchOperation::AllocateWithSatisfiability,
                "--operation allocate_orelse_reserve books",
            ),
            (MatchOperation::WithoutAllocating, "--operation without_allocating_future tells"),
            (
                MatchOperation::AllocateOrelseReserve,
                "no end of a job makes room for it: `fluxion jobs --graph spare`",
            ),
            (MatchOperation::WithoutAllocatingFuture, "no end of a job makes room for it: "),
            (MatchOperation::Satisfiability, ""),
        ] {
            check(&nothing_fits(), Deed::Match(operation), hint);
        }
    }

    #[test]
    fn hints_are_given_only_where_they_help() {
        let graph = resource(Code::NotFound, "graph");
        check(&graph, Deed::Other, "`fluxion init FILE` loads a graph");
        check(&graph, Deed::DropGraphs, "`fluxion graphs` lists");
        let job = resource(Code::NotFound, "job");
        check(&job, Deed::Other, "`fluxion jobs --graph spare` lists");
        check(&job, Deed::ShowJob, "without a number or key");
        check(&resource(Code::AlreadyExists, "job"), Deed::Other, "");
        check(&violation("criteria", "the expression has 900 terms"), Deed::Find, "");
        check(&violation("header.name", "invalid criteria"), Deed::Find, "");
        check(&resource(Code::NotFound, "path"), Deed::Shrink, "");
        check(&failure(Code::FailedPrecondition, ErrorDetails::new()), Deed::Shrink, "");
        check(
            &failure(Code::ResourceExhausted, ErrorDetails::new()),
            Deed::Match(MatchOperation::Allocate),
            "",
        );
    }
}
