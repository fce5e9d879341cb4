//! Failures as gRPC statuses with details of `google.rpc`. The table is documented in `proto/fluxion/v1`.
//!
//! Messages and details travel in a trailer of which clients take 8 KiB or so, so both are cut.

use fluxion_context::{
    AttachError, AttachErrorKind, CancelError, ExplainError, FindError, HoldingsError, LoadError,
    LoadFormat, MatchError, MatchFault, NoSuchWindow, OptionName, PartialCancelFailure, Refusal,
    RemoveError, RetimeError, StatusError, UpdateError, UpdateErrorKind, WindowError, WriteError,
};
use fluxion_store::journal::{LogError, SeekError};
use fluxion_store::{Incarnation, RequestError};
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

use crate::message::{
    DOMAIN, Reason, answer_too_large, as_sent, call_too_long, crowded, cut, exhausted, interrupted,
    load_too_long, no_memory, not_possible, over_quota, told, too_many_forks, too_many_graphs,
    too_many_visits, unprintable, unwritten,
};
use crate::transport::faults::{StartError, Stopped};
use crate::transport::registry::{CreateError, DropError, other_incarnation};
use crate::v1::explained_refusal::explained;
use crate::v1::statuses::{MOST_BYTES, detailed, precondition, resource};
use crate::v1::window_failure;

pub(crate) use crate::v1::statuses::{invalid, invalid_text, not_found};

/// What came after a cursor is not known any more.
const TOO_OLD: &str = "TOO_OLD";

/// The graph was loaded anew.
const OTHER_INCARNATION: &str = "OTHER_INCARNATION";

/// There is no graph of this name.
pub(crate) fn no_graph(name: &str) -> Status {
    not_found("graph", name, format!("there is no graph named `{name}`"))
}

/// The graph that is watched is not served any more.
pub(crate) fn no_graph_any_more(name: &str) -> Status {
    let message = format!("the graph `{name}` was dropped, or another took its place");
    not_found("graph", name, message)
}

/// Some of what came after a revision is not known any more.
pub(crate) fn too_old(name: &str, revision: u64, (oldest, newest): (u64, u64)) -> Status {
    let message = format!(
        "not all that came after revision {revision} of graph `{name}` is known any more: it is after {oldest}; begin with the state"
    );
    let known =
        [("oldest".to_owned(), oldest.to_string()), ("newest".to_owned(), newest.to_string())];
    let details = ErrorDetails::with_error_info(TOO_OLD, DOMAIN, known);
    detailed(Code::OutOfRange, message, details)
}

/// A client did not read the state with which its watch began.
pub(crate) fn state_given_up() -> Status {
    let message = "the state was not read within two minutes";
    exhausted(Reason::TooManyExports, message.to_owned())
}

/// The graph is another than the one that was meant, if there is one.
pub(crate) fn another(name: &str, expected: Incarnation, found: Option<Incarnation>) -> Status {
    let message = other_incarnation(name, expected, found);
    let mut details = ErrorDetails::new();
    let found = found.map(|found| found.to_string()).unwrap_or_default();
    let named = [("expected".to_owned(), expected.to_string()), ("found".to_owned(), found)];
    details.set_error_info(OTHER_INCARNATION, DOMAIN, named);
    details.add_precondition_failure_violation(OTHER_INCARNATION, name, message.clone());
    detailed(Code::FailedPrecondition, message, details)
}

/// The name or the number of a new job is that of a live one.
fn job_exists(name: &str) -> Status {
    let message = format!("a live job has the number or key `{name}`");
    resource(Code::AlreadyExists, "job", name, message)
}

/// The graph went while a call waited for it.
pub(crate) fn stopped(graph: &str, error: Stopped) -> Status {
    match error {
        Stopped::Dropped => no_graph(graph),
        Stopped::Fault => {
            Status::internal("the engine stopped after an internal error: create the graph again")
        }
        Stopped::Unwritten => unwritten(),
        Stopped::Recovering => Status::unavailable(error.to_string()),
        Stopped::TooLong(limit) => call_too_long(limit),
        Stopped::Crowded(most) => crowded(error, most),
        Stopped::Behind { .. } => precondition("BEHIND", graph, error.to_string()),
    }
}

/// A graph was not created.
pub(crate) fn not_created(name: &str, error: &CreateError) -> Status {
    let message = error.to_string();
    match error {
        CreateError::Exists(_) => resource(Code::AlreadyExists, "graph", name, message),
        CreateError::OtherIncarnation { expected, found, .. } => another(name, *expected, *found),
        CreateError::Lost(_) => resource(Code::Aborted, "graph", name, message),
        CreateError::Start(StartError::Load(LoadError::Stopped(_))) => interrupted(),
        CreateError::Start(StartError::Load(LoadError::Exhausted(refusal))) => no_memory(refusal),
        CreateError::Start(StartError::Load(error)) => not_loaded(error),
        CreateError::Start(StartError::Stopped(Stopped::TooLong(limit))) => load_too_long(*limit),
        CreateError::Start(StartError::Stopped(Stopped::Unwritten)) => unwritten(),
        CreateError::Start(StartError::Stopped(_)) => {
            Status::internal("the engine failed while loading the graph")
        }
        CreateError::Memory(error) => no_memory(error),
        CreateError::TooMany(most) => too_many_graphs(message, *most),
        CreateError::TooManyForks(most) => too_many_forks(message, *most),
        CreateError::OverQuota(error) => over_quota(error),
        CreateError::TooManyLoads => exhausted(Reason::QueueFull, message),
        CreateError::Start(StartError::Thread(_)) => exhausted(Reason::System, message),
    }
}

/// A graph was not forked.
pub(crate) fn not_forked(origin: &str, name: &str, error: &CreateError) -> Status {
    match error {
        CreateError::Start(StartError::Stopped(stopped)) => self::stopped(origin, *stopped),
        error => not_created(name, error),
    }
}

/// There is nothing into which a snapshot could be written.
pub(crate) fn memory_only(name: &str) -> Status {
    let message = "the server keeps its graphs in memory only: start it with --data-dir";
    precondition("MEMORY_ONLY", name, message.to_owned())
}

/// One backup at a time.
pub(crate) fn backup_on_its_way() -> Status {
    Status::unavailable("another backup is being made: try again later")
}

/// The client of a backup took no piece.
pub(crate) fn backup_given_up() -> Status {
    let message = "the backup was not read for a minute";
    exhausted(Reason::TooManyExports, message.to_owned())
}

/// A page token that no page has told, or that of another list.
pub(crate) fn no_token(token: &str) -> Status {
    let what = format!("`{token}` is no token: expected that of the page before");
    invalid("page_token", what)
}

/// A range of time has more jobs than can be told of.
pub(crate) fn too_long_a_range(most: usize) -> Status {
    let message = format!("the range has more than {most} jobs: ask for a shorter one");
    exhausted(Reason::TooLarge, message)
}

/// What is kept could not be read.
pub(crate) fn unread(error: &SeekError) -> Status {
    match error {
        SeekError::Log(LogError::Poisoned(_)) => unwritten(),
        error => {
            let hint = "stop the server, and let `fluxion check` look at its data directory";
            Status::data_loss(told(
                &format!("the history cannot be read: {error}: {hint}"),
                MOST_BYTES,
            ))
        }
    }
}

/// One snapshot of a graph at a time.
pub(crate) fn snapshot_on_its_way() -> Status {
    Status::unavailable("another snapshot of the graph is being written: try again later")
}

/// A graph was not dropped.
pub(crate) fn not_dropped(name: &str, error: DropError) -> Status {
    match error {
        DropError::NoGraph => no_graph(name),
        DropError::Unwritten => unwritten(),
        DropError::OtherIncarnation { expected, found } => another(name, expected, Some(found)),
    }
}

/// The text of a graph is too large.
pub(crate) fn too_large(message: String) -> Status {
    exhausted(Reason::TooLarge, message)
}

/// Too many clients export graphs.
pub(crate) fn too_many_exports() -> Status {
    let message = "too many graphs are exported at the same time: try again later";
    exhausted(Reason::TooManyExports, message.to_owned())
}

/// Others waited for an export whose client did not read.
pub(crate) fn export_given_up() -> Status {
    let message = "the export was not read while others waited for their turn";
    exhausted(Reason::TooManyExports, message.to_owned())
}

fn not_loaded(error: &LoadError) -> Status {
    let field = match error.option() {
        Some(OptionName::Policy) => "header.options.policy",
        Some(OptionName::Traverser) => "header.options.traverser",
        Some(OptionName::Slots) => "header.options.slots",
        Some(OptionName::Subsystems) => "header.options.subsystems",
        Some(OptionName::PruneFilters) => "header.options.prune_filters",
        None => "text",
    };
    let wanted = error.better_format().map(|format| match format {
        LoadFormat::Rv1exec => " (format: GRAPH_FORMAT_RV1EXEC)",
        _ => " (format: GRAPH_FORMAT_JGF)",
    });
    let what = format!("{error}{}", wanted.unwrap_or_default());
    invalid_text(field, &what, error.untold_position())
}

/// The key of a request was used for another one.
pub(crate) fn key_reused() -> Status {
    invalid("request_key", RequestError::KeyReused.to_string())
}

/// A graph gave the answer to another request: a defect of this server.
pub(crate) fn mismatch() -> Status {
    Status::internal("the graph answered another request")
}

/// A request was refused.
pub(crate) fn refused(error: &RequestError) -> Status {
    match error {
        RequestError::KeyReused => key_reused(),
        RequestError::JobExists(name) => job_exists(name),
        RequestError::UnknownJob(name) => no_job(name),
        RequestError::NoSuchPath(path) => no_path(path),
        RequestError::Exhausted(refusal) => no_memory(refusal),
        RequestError::OverQuota(refusal) => over_quota(refusal),
        RequestError::Match(error) => no_match(error),
        RequestError::Explained(error, why) => explained(&no_match(error), why),
        RequestError::Cancel(error) => no_cancel(*error),
        RequestError::Retime(error) => no_retime(error),
        RequestError::TimeGiven(_) => invalid("now", error.to_string()),
        RequestError::PartialCancel(job, error) => no_partial_cancel(&job.to_string(), error),
        RequestError::Update(job, error) => no_update(&job.to_string(), error),
        RequestError::Mark(error) => no_status(error),
        RequestError::Grow(error) => not_attached(error),
        RequestError::Shrink(error) => not_removed(error),
        RequestError::Window(error) => no_window_set(error),
        RequestError::NoSuchWindow(NoSuchWindow(name)) => window_failure::no_window(name),
        RequestError::Recurrence(error) => window_failure::no_recurrence(error),
        RequestError::NeedsClock | RequestError::NoOccurrence => {
            invalid("window.recurrence", error.to_string())
        }
        RequestError::TooManyWindows(_) => {
            precondition("TOO_MANY_WINDOWS", "window.name", error.to_string())
        }
        RequestError::Sent(sent) => as_sent(sent),
        _ => Status::internal(error.to_string()),
    }
}

/// A match failed.
fn no_match(error: &MatchError) -> Status {
    match &error.reason {
        MatchFault::Refused(Refusal::Busy(notes) | Refusal::BusyToday(notes)) => {
            exhausted(Reason::NothingFits, not_possible("nothing that fits is free now", notes))
        }
        MatchFault::Refused(Refusal::Unsatisfiable(notes) | Refusal::BusyForEver(notes)) => {
            let message = not_possible("the graph can never satisfy the jobspec", notes);
            Status::new(Code::OutOfRange, cut(message, MOST_BYTES))
        }
        MatchFault::Refused(
            Refusal::Duration(_)
            | Refusal::NoResources
            | Refusal::Time(_)
            | Refusal::TooManyVariants
            | Refusal::TooManyTerms { .. },
        )
        | MatchFault::Jobspec(_) => invalid_text("jobspec", &error.to_string(), error.position()),
        MatchFault::Refused(Refusal::NoSuchWindow(name)) => window_failure::no_window(name),
        MatchFault::Refused(Refusal::Maintenance(_)) => invalid("windows", error.to_string()),
        MatchFault::Refused(Refusal::TooManyVisits { most }) => too_many_visits(*most),
        MatchFault::Refused(Refusal::Stopped) | MatchFault::Writer(WriteError::Stopped(_)) => {
            interrupted()
        }
        MatchFault::Writer(WriteError::TooLarge { most }) => answer_too_large(*most),
        MatchFault::Writer(WriteError::Exhausted(refusal)) => no_memory(refusal),
        MatchFault::Writer(fault) => {
            let what =
                format!("the result cannot be printed in this format: {}", unprintable(fault));
            invalid("resource_format", what)
        }
    }
}

/// A window is not set.
fn no_window_set(error: &WindowError) -> Status {
    let message = error.to_string();
    match error {
        WindowError::Target(error) => no_status(error),
        WindowError::Criteria(error) => no_find(error),
        WindowError::Jobspec(error) => no_match(error),
        WindowError::Stopped(_) => interrupted(),
        WindowError::NoVertices => not_found("vertex", "window.targets", message),
        WindowError::JobspecWithoutTime => invalid("window.targets.jobspec", message),
        WindowError::Overlap { name, .. } => precondition("WINDOW_OVERLAP", name, message),
        WindowError::Refused(_) => invalid("window", message),
        WindowError::Jobs(conflicts) => window_failure::jobs_in_the_way(message, conflicts),
    }
}

/// There is no such job.
fn no_job(name: &str) -> Status {
    not_found("job", name, format!("nonexistent job {name}"))
}

/// A cancel failed.
fn no_cancel(error: CancelError) -> Status {
    match error {
        CancelError::NoSuchJob(job) => no_job(&job.to_string()),
    }
}

/// A job does not end at another time.
fn no_retime(error: &RetimeError) -> Status {
    match error {
        RetimeError::NoSuchJob(job) => no_job(&job.to_string()),
        RetimeError::Window { .. } => invalid("new_end", error.to_string()),
        RetimeError::Taken { by, .. } => {
            precondition("MEETS_JOB", &by.to_string(), error.to_string())
        }
        RetimeError::Barred { window, .. } => {
            precondition("MEETS_WINDOW", window, error.to_string())
        }
    }
}

/// A partial cancel failed.
fn no_partial_cancel(job: &str, error: &PartialCancelFailure) -> Status {
    match error {
        PartialCancelFailure::NoSuchJob(_) => no_job(job),
        PartialCancelFailure::UnknownRank(_)
        | PartialCancelFailure::NothingOnRank(_)
        | PartialCancelFailure::NotHeld(_) => precondition("NOT_HELD", job, error.to_string()),
        PartialCancelFailure::Jgf(_)
        | PartialCancelFailure::Rv1(_)
        | PartialCancelFailure::NoRanks => invalid("resources.text", error.to_string()),
    }
}

/// An update failed.
fn no_update(job: &str, error: &UpdateError) -> Status {
    match error.kind() {
        UpdateErrorKind::LiveJob => job_exists(job),
        UpdateErrorKind::Time => invalid("duration", error.to_string()),
        UpdateErrorKind::Busy => precondition("TAKEN", job, error.to_string()),
        UpdateErrorKind::Absent => precondition("NOT_IN_GRAPH", job, error.to_string()),
        UpdateErrorKind::Invalid => invalid("resources.text", unreadable(error)),
        UpdateErrorKind::Stopped => interrupted(),
        UpdateErrorKind::TooLarge(most) => answer_too_large(most),
        UpdateErrorKind::Exhausted(refusal) => no_memory(&refusal),
    }
}

fn unreadable(error: &UpdateError) -> String {
    match error {
        UpdateError::Writer(fault) => unprintable(fault),
        other => other.to_string(),
    }
}

/// The resources of a job cannot be shown.
pub(crate) fn no_holdings(error: &HoldingsError) -> Status {
    match error {
        HoldingsError::NoSuchJob(job) => no_job(&job.to_string()),
        HoldingsError::Writer(WriteError::Stopped(_)) => interrupted(),
        HoldingsError::Writer(WriteError::TooLarge { most }) => answer_too_large(*most),
        HoldingsError::Writer(WriteError::Exhausted(refusal)) => no_memory(refusal),
        HoldingsError::Writer(fault) => precondition("UNPRINTABLE", "graph", unprintable(fault)),
    }
}

/// Something could not be explained.
pub(crate) fn no_explanation(error: &ExplainError) -> Status {
    match error {
        ExplainError::Request(error) => no_match(error),
        ExplainError::NoSuchJob(job) => no_job(&job.to_string()),
        ExplainError::Vertex(error) => no_status(error),
    }
}

/// A find failed.
pub(crate) fn no_find(error: &FindError) -> Status {
    match error {
        FindError::Stopped(_) | FindError::Writer(WriteError::Stopped(_)) => interrupted(),
        FindError::Writer(WriteError::TooLarge { most }) => answer_too_large(*most),
        FindError::Writer(WriteError::Exhausted(refusal)) => no_memory(refusal),
        FindError::Writer(fault) => precondition("UNPRINTABLE", "graph", unprintable(fault)),
        FindError::Criteria(_) | FindError::TooManyTerms { .. } => {
            invalid("criteria", error.to_string())
        }
    }
}

/// Vertices are not there, by path or by rank.
pub(crate) fn no_path(path: &str) -> Status {
    not_found("path", path, format!("no such path: {path}"))
}

fn no_rank(rank: u32) -> Status {
    not_found("rank", &rank.to_string(), format!("no such rank: {rank}"))
}

/// A status was not read or set.
pub(crate) fn no_status(error: &StatusError) -> Status {
    match error {
        StatusError::Path(path) => no_path(path),
        StatusError::Rank(rank) => no_rank(*rank),
        StatusError::Ranks(_) => invalid("target.ranks", error.to_string()),
        StatusError::TooLarge { most } => answer_too_large(*most),
    }
}

/// A subgraph was not attached.
fn not_attached(error: &AttachError) -> Status {
    if let Some(refusal) = error.exhausted() {
        return no_memory(&refusal);
    }
    match error.kind() {
        AttachErrorKind::Stopped => interrupted(),
        AttachErrorKind::Invalid | AttachErrorKind::Exists | AttachErrorKind::Exhausted => {
            invalid("jgf", error.to_string())
        }
    }
}

/// Nothing was removed.
fn not_removed(error: &RemoveError) -> Status {
    let message = error.to_string();
    match error {
        RemoveError::Path(path) => no_path(path),
        RemoveError::Rank(rank) => no_rank(*rank),
        RemoveError::Ranks(_) => invalid("target.ranks", message),
        RemoveError::Held(job) => precondition("HELD", &format!("job {job}"), message),
        RemoveError::Engine(_) => precondition("NOT_REMOVABLE", "target", message),
    }
}
