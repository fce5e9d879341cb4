//! What the statuses of both services have in common: how a match that found nothing is told, how long a message may
//! be, and why something is exhausted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fluxion_context::{Exhausted, Notes, WriteError};
use fluxion_store::{OverQuota, Quota, SentRefusal};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::legible::legible;
use crate::transport::faults::Stopped;
use crate::transport::parties::TooManyStreams;

/// The domain of all reasons.
pub(crate) const DOMAIN: &str = "fluxion.v1";

/// When a match for which nothing is free now may be tried again.
const RETRY: Duration = Duration::from_secs(1);

/// The most bytes of a text in the details.
const MOST_DETAILS: usize = 1000;

/// Why something is exhausted: RESOURCE_EXHAUSTED alone does not say whether waiting helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Nothing that fits is free now; it may be once something is released.
    NothingFits,
    /// A text or a message is larger than the server takes.
    TooLarge,
    /// There are as many graphs as there may be.
    TooManyGraphs,
    /// There are as many forks as there may be.
    TooManyForks,
    /// There is no memory for it: for calls in flight, try again later; for graphs, drop one first.
    Memory,
    /// As many graphs are exported as may be at a time.
    TooManyExports,
    /// As much waits as may wait: try again later.
    QueueFull,
    /// The search looked at as much as it may.
    Budget,
    /// The alternatives of a request multiply beyond all bounds.
    TooManyVariants,
    /// The system gave no thread.
    System,
    /// An address has shown too many wrong credentials.
    FailedAttempts,
    /// As many streams are open as may be, of all or of one client.
    Streams,
    /// A client makes more calls in a second than it may.
    Rate,
    /// All graphs together have as many vertices as they may.
    TooManyVertices,
    /// All graphs together have as many live jobs as they may.
    TooManyJobs,
}

/// How often each reason was given, by number: those of one process, as they are made where nothing else is known.
static GIVEN: [AtomicU64; Reason::ALL.len()] = [const { AtomicU64::new(0) }; Reason::ALL.len()];

impl Reason {
    /// All of them, by number.
    pub(crate) const ALL: [Self; 15] = [
        Self::NothingFits,
        Self::TooLarge,
        Self::TooManyGraphs,
        Self::TooManyForks,
        Self::Memory,
        Self::TooManyExports,
        Self::QueueFull,
        Self::Budget,
        Self::TooManyVariants,
        Self::System,
        Self::FailedAttempts,
        Self::Streams,
        Self::Rate,
        Self::TooManyVertices,
        Self::TooManyJobs,
    ];

    fn count(self) {
        if let Some(given) = GIVEN.get(self as usize) {
            given.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often it was given since the process began.
    pub(crate) fn given(self) -> u64 {
        GIVEN.get(self as usize).map_or(0, |given| given.load(Ordering::Relaxed))
    }

    /// The word that clients see in `google.rpc.ErrorInfo`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NothingFits => "NOTHING_FITS",
            Self::TooLarge => "TOO_LARGE",
            Self::TooManyGraphs => "TOO_MANY_GRAPHS",
            Self::TooManyForks => "TOO_MANY_FORKS",
            Self::Memory => "MEMORY",
            Self::TooManyExports => "TOO_MANY_EXPORTS",
            Self::QueueFull => "QUEUE_FULL",
            Self::Budget => "BUDGET",
            Self::TooManyVariants => "TOO_MANY_VARIANTS",
            Self::System => "SYSTEM",
            Self::FailedAttempts => "FAILED_ATTEMPTS",
            Self::Streams => "STREAMS",
            Self::Rate => "RATE",
            Self::TooManyVertices => "TOO_MANY_VERTICES",
            Self::TooManyJobs => "TOO_MANY_JOBS",
        }
    }

    /// Whether the same may do after a while.
    const fn may_pass(self) -> bool {
        matches!(self, Self::NothingFits | Self::QueueFull | Self::Streams | Self::FailedAttempts)
    }

    /// What has a limit.
    const fn quota(self) -> Option<&'static str> {
        match self {
            Self::NothingFits | Self::FailedAttempts => None,
            Self::TooLarge => Some("text"),
            Self::TooManyGraphs => Some("graphs"),
            Self::TooManyForks => Some("forks"),
            Self::Memory => Some("memory"),
            Self::TooManyExports => Some("exports"),
            Self::QueueFull => Some("queue"),
            Self::Budget => Some("visits"),
            Self::TooManyVariants => Some("variants"),
            Self::System => Some("system"),
            Self::Streams => Some("streams"),
            Self::Rate => Some("rate"),
            Self::TooManyVertices => Some("vertices"),
            Self::TooManyJobs => Some("jobs"),
        }
    }
}

/// RESOURCE_EXHAUSTED with its reason, and with when to try again or which limit was reached.
pub(crate) fn exhausted(reason: Reason, message: String) -> Status {
    exhausted_by(reason, message, [])
}

/// What does not fit into the memory of the server, with what there is.
pub(crate) fn no_memory(error: &Exhausted) -> Status {
    let Exhausted { limit, counted, asked } = *error;
    let figures = [("limit", limit), ("counted", counted), ("asked", asked)];
    let message = format!(
        "{asked} bytes more do not fit into the memory of the server: {counted} of {limit} are taken, which its \
         --max-memory raises"
    );
    exhausted_by(Reason::Memory, message, figures)
}

/// A search looked at as much as it may.
pub(crate) fn too_many_visits(most: u64) -> Status {
    let message = format!(
        "the search was ended after it had looked at {most} vertices and slots, the most that the server (--max-visits), the \
         graph or the request allows: whether the jobspec fits is not known"
    );
    exhausted_by(Reason::Budget, message, [("looked_at", most)])
}

/// An answer would be larger than the server makes.
pub(crate) fn answer_too_large(most: usize) -> Status {
    let message = format!(
        "the answer would have more than {most} bytes, which the server's --max-answer-size raises: ask for less, in a \
         shorter format, or for an export, which comes in pieces"
    );
    exhausted_by(Reason::TooLarge, message, [("limit", most as u64)])
}

/// The same with figures of the limit, as the metadata of the reason.
pub(crate) fn exhausted_by<const N: usize>(
    reason: Reason,
    message: String,
    figures: [(&str, u64); N],
) -> Status {
    exhausted_until(reason, message, figures, reason.may_pass().then_some(RETRY))
}

/// The same, with how long it lasts.
fn exhausted_until<const N: usize>(
    reason: Reason,
    message: String,
    figures: [(&str, u64); N],
    retry: Option<Duration>,
) -> Status {
    reason.count();
    let mut details = ErrorDetails::new();
    let figures = figures.map(|(name, value)| (name.to_owned(), value.to_string()));
    details.set_error_info(reason.as_str(), DOMAIN, figures);
    if let Some(quota) = reason.quota() {
        details.add_quota_failure_violation(quota, told(&message, MOST_DETAILS));
    }
    if retry.is_some() {
        details.set_retry_info(retry);
    }
    Status::with_error_details(Code::ResourceExhausted, told(&message, MOST_DETAILS), details)
}

/// The graph was dropped while it answered.
pub(crate) fn interrupted() -> Status {
    Status::aborted("the call was stopped before it was done")
}

/// So much waits for a graph that no more may.
pub(crate) fn crowded(error: Stopped, most: usize) -> Status {
    exhausted_by(Reason::QueueFull, error.to_string(), [("limit", most as u64)])
}

/// All graphs together have as much as they may.
pub(crate) fn over_quota(error: &OverQuota) -> Status {
    let OverQuota { quota, limit, counted, asked } = *error;
    let (reason, option) = match quota {
        Quota::Vertices => (Reason::TooManyVertices, "--max-vertices"),
        Quota::Jobs => (Reason::TooManyJobs, "--max-jobs"),
    };
    let figures = [("limit", limit), ("counted", counted), ("asked", asked)];
    exhausted_by(reason, format!("{error}, which the server's {option} raises"), figures)
}

/// There are as many graphs as may be.
pub(crate) fn too_many_graphs(message: String, most: usize) -> Status {
    exhausted_by(Reason::TooManyGraphs, message, [("limit", most as u64)])
}

/// There are as many forks as may be.
pub(crate) fn too_many_forks(message: String, most: usize) -> Status {
    exhausted_by(Reason::TooManyForks, message, [("limit", most as u64)])
}

/// As many streams are open as may be.
pub(crate) fn too_many_streams(error: TooManyStreams) -> Status {
    let (whose, most, option) = match error {
        TooManyStreams::OfAll(most) => ("the server", most, "--max-streams"),
        TooManyStreams::OfOne(most) => ("the client", most, "--max-streams-per-principal"),
    };
    let message = format!(
        "{whose} has {most} streams open, which is the most (the server's {option}): end one, or try again later"
    );
    exhausted_by(Reason::Streams, message, [("limit", most as u64)])
}

/// A client makes too many calls.
pub(crate) fn too_many_calls(most: u64, retry: Duration) -> Status {
    let message = format!(
        "more than {most} calls in a second, the most that one client may make (the server's --max-rate): try again in {retry:?}"
    );
    exhausted_until(Reason::Rate, message, [("limit", most)], Some(retry))
}

/// The journal failed under a call.
pub(crate) fn unwritten() -> Status {
    Status::unavailable(Stopped::Unwritten.to_string())
}

/// A call took longer than the server allows.
pub(crate) fn call_too_long(limit: Duration) -> Status {
    too_long("the call", limit, "--max-call-time")
}

/// A graph took longer to load than the server allows.
pub(crate) fn load_too_long(limit: Duration) -> Status {
    too_long("loading the graph", limit, "--max-load-time")
}

fn too_long(what: &str, limit: Duration, option: &str) -> Status {
    let seconds = limit.as_secs_f64();
    Status::deadline_exceeded(format!(
        "{what} took longer than {seconds} s, which the server's {option} raises"
    ))
}

/// How published services begin the message of a match that found nothing; clients look for it.
const NOT_POSSIBLE: &str = "Allocation was not possible";

/// Why a result cannot be printed in its format, and what would help.
pub(crate) fn unprintable(fault: &WriteError) -> String {
    let others = "the forms of simple and jgf need none";
    match fault {
        WriteError::NegativeRank { .. } => {
            format!("{fault}: give each node a rank in the graph, or use another format ({others})")
        }
        WriteError::NegativeId { .. } => {
            format!(
                "{fault}: give each core and gpu an id in the graph, or use another format ({others})"
            )
        }
        WriteError::NoCoreOrGpu => {
            format!(
                "{fault}: ask for cores or gpus of nodes, or use another format (the forms of simple and jgf list all)"
            )
        }
        WriteError::TooLarge { .. } | WriteError::Exhausted(_) | WriteError::Stopped(_) => {
            fault.to_string()
        }
    }
}

/// The message, or its first `most` bytes and an ellipsis.
pub(crate) fn cut(mut message: String, most: usize) -> String {
    if message.len() > most {
        let end = (0..=most).rev().find(|&end| message.is_char_boundary(end));
        message.truncate(end.unwrap_or(0));
        message.push_str("...");
    }
    message
}

/// The message as people may see it, not longer than `most` bytes or so.
pub(crate) fn told(message: &str, most: usize) -> String {
    cut(legible(message).into_owned(), most)
}

/// The message of a match that found nothing, with what the search has to say.
pub(crate) fn not_possible(reason: &str, notes: &Notes) -> String {
    if notes.is_empty() {
        format!("{NOT_POSSIBLE}: {reason}")
    } else {
        format!("{NOT_POSSIBLE}: {reason} ({notes})")
    }
}

/// A refusal of an earlier life of the server, in the words of then.
pub(crate) fn as_sent(sent: &SentRefusal) -> Status {
    let SentRefusal { code, message, details, .. } = sent;
    Status::with_details(Code::from_i32(*code), message.clone(), details.clone().into())
}
