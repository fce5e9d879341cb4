//! Exit statuses, and what is told on standard error.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::process::ExitCode;

use fluxion_client::Code;
use fluxion_client::v1::{Error, ExplainResponse, Failure, FieldViolation};
use fluxion_server::legible;
use serde_json::{Value, json};

use super::explanation;
use super::hint::{self, Asked};
use super::options::Output;

/// Options that the parser cannot refuse.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) &'static str);

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    Done = 0,
    Failed = 1,
    /// As the parser of options says it too.
    Usage = 2,
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
        if error.is::<Usage>() {
            return Self::Usage;
        }
        error.downcast_ref().map_or(Self::Failed, Self::of_error)
    }

    fn of_error(error: &Error) -> Self {
        match error {
            Error::Connection(
                fluxion_client::Error::InvalidTarget { .. }
                | fluxion_client::Error::Credentials { .. }
                | fluxion_client::Error::ClearTextToken { .. },
            ) => Self::Usage,
            Error::Connection(_) => Self::Unreachable,
            Error::Call(failure) => Self::of_failure(failure),
            _ => Self::Failed,
        }
    }

    fn of_failure(failure: &Failure) -> Self {
        match failure.code {
            // With any other reason it is a limit that was exceeded.
            Code::ResourceExhausted if hint::is_nothing_free(failure) => Self::NothingFits,
            Code::OutOfRange => Self::NeverFits,
            Code::NotFound => Self::NotFound,
            Code::InvalidArgument if option(failure).is_some() => Self::Usage,
            Code::Unavailable | Code::DeadlineExceeded => Self::Unreachable,
            _ => Self::Failed,
        }
    }
}

/// An error for scripts.
pub(super) fn error_json(error: &Error) -> Value {
    let message = error.failure().map_or_else(|| error.to_string(), explain);
    let mut document = json!({
        "exit_status": Exit::of_error(error) as u8,
        "code": error.code().map(|code| format!("{code:?}")),
        "message": message,
    });
    if let Some(why) = error.failure().and_then(|failure| failure.explanation.as_ref()) {
        document["explanation"] = explanation::document(why);
    }
    document
}

/// Tells errors of what was asked for, each hint once; scripts get them as one document. If even standard error is gone
/// there is nobody left to tell.
pub(super) fn complain(errors: &[anyhow::Error], asked: &Asked, output: Output) {
    let mut out = io::stderr().lock();
    if output == Output::Json {
        if !errors.is_empty() {
            let errors: Vec<_> = errors.iter().map(|error| json_of(error, asked)).collect();
            let _ = writeln!(out, "{:#}", json!({ "errors": errors }));
        }
        return;
    }
    for error in errors {
        let _ = writeln!(out, "error: {}", legible(&sentence(error)));
        if let Some(why) = explanation_of(error) {
            let _ = writeln!(out, "why: {}", legible(&why.sentence));
        }
    }
    let hints: BTreeSet<_> =
        errors.iter().filter_map(|error| hint::of(error.downcast_ref()?, asked)).collect();
    for hint in hints {
        let _ = writeln!(out, "hint: {}", legible(&hint.to_string()));
    }
}

/// Why a match was refused, if that was asked for.
fn explanation_of(error: &anyhow::Error) -> Option<&ExplainResponse> {
    error.downcast_ref().and_then(Error::failure)?.explanation.as_deref()
}

fn json_of(error: &anyhow::Error, asked: &Asked) -> Value {
    let known = error.downcast_ref::<Error>();
    json!({
        "exit_status": Exit::of(error) as u8,
        "code": known.and_then(Error::code).map(|code| format!("{code:?}")),
        "message": sentence(error),
        "hint": known.and_then(|known| hint::of(known, asked)).map(|hint| hint.to_string()),
    })
}

/// What went wrong, in a line for people.
pub(super) fn reason(error: &Error) -> String {
    one_line(&error.failure().map_or_else(|| error.to_string(), explain))
}

/// A text of several lines as one.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was done, and why it failed.
fn sentence(error: &anyhow::Error) -> String {
    let cause = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref().and_then(Error::failure).map_or_else(|| cause.to_string(), explain)
    };
    error.chain().map(cause).collect::<Vec<_>>().join(": ")
}

/// The texts of files.
const TEXTS: [&str; 4] = ["text", "jgf", "jobspec", "resources.text"];

/// The fields of requests as options.
const OPTIONS: [(&str, &str); 15] = [
    ("header.name", "--graph: "),
    ("header.request_key", "--request-key: "),
    ("header.options.policy", "--policy: "),
    ("header.options.prune_filters", "--prune-filters: "),
    ("header.options.slots", "--slots: "),
    ("resources.format", "--format: "),
    ("target.ranks", "--ranks: "),
    ("policy", "--policy: "),
    ("resource_format", "--resource-format: "),
    ("request_key", "--request-key: "),
    ("header.incarnation", "--incarnation: "),
    ("incarnation", "--incarnation: "),
    ("job_key", "--job-key: "),
    ("duration", "--duration: "),
    ("criteria", ""),
];

/// What was wrong on the command line, if the server says so.
fn option(failure: &Failure) -> Option<&'static str> {
    let field = &failure.violations().first()?.field;
    OPTIONS.iter().find(|(name, _)| name == field).map(|(_, option)| *option)
}

/// Sentences that stand alone end without a full stop; an ellipsis stays.
fn without_stop(mut text: String) -> String {
    if text.ends_with('.') && !text.ends_with("..") {
        text.pop();
    }
    text
}

/// What the server said, with call and code where it is not the server that explains.
fn explain(failure: &Failure) -> String {
    match failure.code {
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::ResourceExhausted
        | Code::OutOfRange => {
            let violation = failure.violations().first();
            let is_text = |violation: &&FieldViolation| TEXTS.contains(&&*violation.field);
            let place = option(failure).or(violation.filter(is_text).map(|_| ""));
            let told = place.zip(violation).map(|(at, told)| format!("{at}{}", told.description));
            without_stop(told.unwrap_or_else(|| failure.message.clone()))
        }
        _ => failure.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use fluxion_client::v1::ErrorDetails;

    use super::super::hint::NOTHING_FITS;
    use super::*;

    #[track_caller]
    fn check(code: Code, details: ErrorDetails, expected: Exit) {
        let message = "why".to_owned();
        let failure = Failure {
            call: "Match",
            code,
            message,
            details: Box::new(details),
            explanation: None,
            request_id: None,
            revision: None,
        };
        assert_eq!(Exit::of(&anyhow::Error::from(Error::from(failure))), expected, "{code:?}");
    }

    #[test]
    fn codes_end_commands() {
        let reason = |word: &str| ErrorDetails::with_error_info(word, "fluxion.v1", []);
        check(Code::ResourceExhausted, reason(NOTHING_FITS), Exit::NothingFits);
        // a limit was exceeded
        check(Code::ResourceExhausted, reason("TOO_LARGE"), Exit::Failed);
        check(Code::ResourceExhausted, ErrorDetails::new(), Exit::Failed);
        check(Code::OutOfRange, ErrorDetails::new(), Exit::NeverFits);
        check(Code::NotFound, ErrorDetails::new(), Exit::NotFound);
        check(Code::Unavailable, ErrorDetails::new(), Exit::Unreachable);
        check(Code::DeadlineExceeded, ErrorDetails::new(), Exit::Unreachable);
        check(Code::AlreadyExists, ErrorDetails::new(), Exit::Failed);
        check(Code::Internal, ErrorDetails::new(), Exit::Failed);
    }

    #[test]
    fn other_errors_end_commands() {
        assert_eq!(Exit::of(&Usage("why").into()), Exit::Usage);
        assert_eq!(Exit::of(&anyhow::anyhow!("why").context("what")), Exit::Failed);
        let target = "nowhere".to_owned();
        let error = Error::from(fluxion_client::Error::InvalidTarget { target });
        assert_eq!(Exit::of(&anyhow::Error::from(error).context("what")), Exit::Usage);
    }

    #[test]
    fn fields_are_told_as_options() {
        let told = |field: &str, what: &str| {
            let message = format!("{field}: {what}");
            let details = Box::new(ErrorDetails::with_bad_request_violation(field, what));
            explain(&Failure {
                call: "Match",
                code: Code::InvalidArgument,
                message,
                details,
                explanation: None,
                request_id: None,
                revision: None,
            })
        };
        assert_eq!(told("policy", "unknown"), "--policy: unknown");
        assert_eq!(told("jobspec", "line 1: no"), "line 1: no");
        assert_eq!(told("other", "no"), "other: no");
        let message = "policy: no field is meant".to_owned();
        let details = Box::default();
        let plain = Failure {
            call: "Match",
            code: Code::InvalidArgument,
            message,
            details,
            explanation: None,
            request_id: None,
            revision: None,
        };
        assert_eq!(explain(&plain), "policy: no field is meant");
    }
}
