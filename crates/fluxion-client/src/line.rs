//! A connection on which each call shows the token of the client, if it has one, and what the client calls it.

use std::task::{Context, Poll};

use http::HeaderValue;
use http::header::AUTHORIZATION;
use tonic::body::Body;
use tonic::transport::Channel;
use tower::Service;

/// What a call is named by, in its metadata and in those of its answer.
pub(crate) const REQUEST_ID: &str = "fluxion-request-id";

/// Which revision an answer is to be of at least, and of which one it is.
const LEAST_REVISION: &str = "fluxion-min-revision";
pub(crate) const REVISION: &str = "fluxion-revision";

/// A connection. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    channel: Channel,
    /// Marked as sensitive, so that it is not printed.
    authorization: Option<HeaderValue>,
    /// What the caller calls its calls.
    request_id: Option<HeaderValue>,
    /// The revision that the answers are to be of at least.
    least_revision: Option<u64>,
}

impl Line {
    /// Shows this with each call.
    pub(crate) fn new(channel: Channel, authorization: Option<HeaderValue>) -> Self {
        Self { channel, authorization, request_id: None, least_revision: None }
    }

    /// The same connection, for calls of this name.
    pub(crate) fn with_request_id(self, id: HeaderValue) -> Self {
        Self { request_id: Some(id), ..self }
    }

    /// The same connection, for calls whose answers are of this revision or a later one.
    pub(crate) fn with_least_revision(self, revision: u64) -> Self {
        Self { least_revision: Some(revision), ..self }
    }
}

impl Service<http::Request<Body>> for Line {
    type Response = <Channel as Service<http::Request<Body>>>::Response;
    type Error = <Channel as Service<http::Request<Body>>>::Error;
    type Future = <Channel as Service<http::Request<Body>>>::Future;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::<http::Request<Body>>::poll_ready(&mut self.channel, task)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        if let Some(authorization) = &self.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(id) = &self.request_id {
            request.headers_mut().insert(REQUEST_ID, id.clone());
        }
        if let Some(revision) = self.least_revision {
            request.headers_mut().insert(LEAST_REVISION, revision.into());
        }
        self.channel.call(request)
    }
}
