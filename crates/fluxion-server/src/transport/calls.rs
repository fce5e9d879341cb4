//! A call on its way through everything that stands between the sockets and the services.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::ServiceExt as _;

use crate::config::{Limits, Timeouts};
use crate::transport::activity::OpenCall;
use crate::transport::deadline;
use crate::transport::delivery::guard_delivery;
use crate::transport::message_limit::limit_messages;

/// The services, and what is asked of every call.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    routes: Routes,
    limits: Limits,
    timeouts: Timeouts,
}

impl Calls {
    /// Calls of these services.
    pub(crate) fn new(routes: Routes, limits: Limits, timeouts: Timeouts) -> Self {
        Self { routes: routes.prepare(), limits, timeouts }
    }

    /// The answer to a call, which is open until its last byte was taken.
    pub(crate) fn answer(
        &self,
        request: http::Request<hyper::body::Incoming>,
        open: OpenCall,
    ) -> impl Future<Output = Result<http::Response<Answer>, Infallible>> + use<> {
        let timeout = deadline::timeout(request.headers());
        let request = limit_messages(request.map(Body::new), self.limits, self.timeouts.upload);
        let answering = self.routes.clone().oneshot(request);
        async move {
            let Ok(response) = match timeout {
                Some(timeout) => tokio::time::timeout(timeout, answering)
                    .await
                    .unwrap_or_else(|_| Ok(deadline::expired().into_http())),
                None => answering.await,
            };
            Ok(guard_delivery(response).map(|inner| Answer { inner, _open: open }))
        }
    }
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    inner: Body,
    _open: OpenCall,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.inner).poll_frame(task)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
