//! The kinds of statuses, with details of `google.rpc`. Must not know for what they are given.
//!
//! Messages and details travel in a trailer of which clients take 8 KiB or so, so both are cut.

use fluxion_context::Position;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::message::{cut, told};

/// The most bytes of a message, and of a text in the details.
pub(crate) const MOST_BYTES: usize = 1000;

pub(crate) fn detailed(code: Code, message: String, details: ErrorDetails) -> Status {
    Status::with_error_details(code, told(&message, MOST_BYTES), details)
}

/// A field cannot be used.
pub(crate) fn invalid(field: &str, what: String) -> Status {
    let what = told(&what, MOST_BYTES);
    let details = ErrorDetails::with_bad_request_violation(field, what.clone());
    detailed(Code::InvalidArgument, format!("{field}: {what}"), details)
}

/// A text in a field cannot be used.
pub(crate) fn invalid_text(field: &str, what: &str, position: Option<Position>) -> Status {
    match position {
        Some(place) => invalid(field, format!("{place}: {what}")),
        None => invalid(field, what.to_owned()),
    }
}

pub(crate) fn resource(code: Code, kind: &str, name: &str, message: String) -> Status {
    let name = cut(name.to_owned(), MOST_BYTES);
    let details =
        ErrorDetails::with_resource_info(kind, name, "", cut(message.clone(), MOST_BYTES));
    detailed(code, message, details)
}

pub(crate) fn precondition(kind: &str, subject: &str, message: String) -> Status {
    let subject = cut(subject.to_owned(), MOST_BYTES);
    let what = cut(message.clone(), MOST_BYTES);
    let details = ErrorDetails::with_precondition_failure_violation(kind, subject, what);
    detailed(Code::FailedPrecondition, message, details)
}

/// A job, path or rank is not there.
pub(crate) fn not_found(kind: &str, name: &str, message: String) -> Status {
    resource(Code::NotFound, kind, name, message)
}
