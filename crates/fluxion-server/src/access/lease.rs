//! The right to an answer that goes on. It ends, and the answer with it, when the credential expires or is withdrawn.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame};
use tonic::Status;
use tonic::body::Body;

use crate::access::caller::Identity;
use crate::access::guarded;

/// How long is waited before the clock is looked at again: it may be set.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Completes with what is told when the right has ended.
pub(crate) struct Lease(Pin<Box<dyn Future<Output = Status> + Send>>);

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lease")
    }
}

impl Lease {
    /// For as long as somebody may make the call.
    pub(crate) fn of(identity: &Arc<Identity>) -> Self {
        Self(Box::pin(ended(Arc::clone(identity))))
    }

    /// An answer that ends with the right to it.
    pub(crate) fn limit(self, answer: http::Response<Body>) -> http::Response<Body> {
        answer.map(|inner| Body::new(Leased { inner: Some(inner), lease: self }))
    }
}

async fn ended(identity: Arc<Identity>) -> Status {
    let Some(list) = identity.guarded() else { return std::future::pending().await };
    let mut changes = list.changes();
    loop {
        let left = match identity.recheck() {
            Err(refusal) => return refusal,
            Ok(principal) => principal.and_then(|principal| principal.expires).map(|expires| {
                let seconds = expires.0.saturating_sub(guarded::now().0);
                Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
            }),
        };
        tokio::select! {
            _ = changes.changed() => {}
            () = tokio::time::sleep(left.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)) => {}
        }
    }
}

/// An answer that may end before its time.
struct Leased {
    inner: Option<Body>,
    lease: Lease,
}

impl HttpBody for Leased {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { inner, lease } = &mut *self;
        let Some(body) = inner else { return Poll::Ready(None) };
        if let Poll::Ready(refusal) = lease.0.as_mut().poll(task) {
            // whoever works for the answer is told by its end
            *inner = None;
            let mut trailers = HeaderMap::new();
            let told = refusal.add_header(&mut trailers);
            return Poll::Ready(Some(told.map(|()| Frame::trailers(trailers))));
        }
        Pin::new(body).poll_frame(task)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(HttpBody::is_end_stream)
    }
}
