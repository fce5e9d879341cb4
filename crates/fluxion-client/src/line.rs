//! A connection on which each call shows the token of the client, if it has one.

use std::task::{Context, Poll};

use http::HeaderValue;
use http::header::AUTHORIZATION;
use tonic::body::Body;
use tonic::transport::Channel;
use tower::Service;

/// A connection. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    channel: Channel,
    /// Marked as sensitive, so that it is not printed.
    authorization: Option<HeaderValue>,
}

impl Line {
    /// Shows this with each call.
    pub(crate) fn new(channel: Channel, authorization: Option<HeaderValue>) -> Self {
        Self { channel, authorization }
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
        self.channel.call(request)
    }
}
