//! What can go wrong: no connection, no text to send, or a call that failed, with the details of `google.rpc`.

use std::error::Error as _;
use std::time::Duration;
use std::{fmt, io};

use prost::Message as _;
use tonic::Code;
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _, pb};

use crate::error::root_cause;
use crate::line::{REQUEST_ID, REVISION};
use crate::proto::v1::ExplainResponse;

/// A failed call.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The call that failed, say `Match`.
    pub call: &'static str,
    /// The gRPC status code.
    pub code: Code,
    /// What the server says is wrong, and where.
    pub message: String,
    /// The details of `google.rpc`, as far as the server sent some.
    pub details: Box<ErrorDetails>,
    /// Why a match was refused, if that was asked for ([`MatchRequest::explained`](crate::v1::MatchRequest::explained)).
    pub explanation: Option<Box<ExplainResponse>>,
    /// What the server calls the call, in its log too; nothing if it did not get there.
    pub request_id: Option<String>,
    /// The revision of the graph that the server looked at, if it did; answers have it as their `revision`.
    pub revision: Option<u64>,
}

impl Failure {
    pub(crate) fn of(call: &'static str, status: &tonic::Status) -> Self {
        // What the transport reports says little without its cause.
        let message = status.source().map_or_else(|| status.message().to_owned(), root_cause);
        let details = Box::new(status.get_error_details());
        let told = |name| status.metadata().get(name).and_then(|told| told.to_str().ok());
        let request_id = told(REQUEST_ID).map(str::to_owned);
        let revision = told(REVISION).and_then(|revision| revision.parse().ok());
        let explanation = explanation(status).map(Box::new);
        Self { call, code: status.code(), message, details, explanation, request_id, revision }
    }

    pub(crate) fn plain(call: &'static str, code: Code, message: String) -> Self {
        let (explanation, request_id, revision) = (None, None, None);
        Self { call, code, message, details: Box::default(), explanation, request_id, revision }
    }

    /// The fields that cannot be used, and why; lines and columns are in the text.
    pub fn violations(&self) -> &[FieldViolation] {
        self.details.bad_request().map_or(&[], |bad| &bad.field_violations)
    }

    /// What was not found, or is there already: its kind (`graph`, `job`, `path`, `rank`) and its name.
    pub fn resource(&self) -> Option<(&str, &str)> {
        let info = self.details.resource_info()?;
        Some((&info.resource_type, &info.resource_name))
    }

    /// Why something is exhausted, in one word: `NOTHING_FITS` for a match for which nothing is free now, `TOO_LARGE`,
    /// `TOO_MANY_GRAPHS` and so on for limits.
    pub fn reason(&self) -> Option<&str> {
        Some(self.details.error_info()?.reason.as_str())
    }

    /// When the call may be tried again, if that may help.
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.retry_info()?.retry_delay
    }
}

/// The explanation among the details of a status.
fn explanation(status: &tonic::Status) -> Option<ExplainResponse> {
    let told = pb::Status::decode(status.details()).ok()?;
    let found =
        told.details.iter().find(|any| any.type_url.ends_with("/fluxion.v1.ExplainResponse"));
    ExplainResponse::decode(&*found?.value).ok()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({:?})", self.call, self.message, self.code)
    }
}

impl std::error::Error for Failure {}

/// Why something was not done. More variants may come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no connection.
    #[error(transparent)]
    Connection(#[from] crate::Error),
    /// The text of a graph could not be read to its end; nothing was created.
    #[error("cannot read the text of the graph: {0}")]
    Read(io::Error),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] Failure),
}

impl Error {
    /// The failed call; none if it did not come to one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Call(failure) => Some(failure),
            Self::Connection(_) | Self::Read(_) => None,
        }
    }

    /// The gRPC status code of the failed call.
    pub fn code(&self) -> Option<Code> {
        self.failure().map(|failure| failure.code)
    }
}
