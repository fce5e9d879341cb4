//! The largest request that is read, per method.
//!
//! The framework has one limit per service, but an Init carries a whole graph while a Match never should. So
//! this layer, which sits before all services, reads the length that precedes each message and refuses the call
//! before the message is received, let alone decoded, and shows the framework no message before at least half of it
//! has arrived ([`Arrivals`]). The limit of the framework itself is off.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use tokio::time::Sleep;
use tonic::Status;
use tonic::body::Body;

use crate::byte_size::ByteSize;
use crate::config::Limits;
use crate::message::{Reason, exhausted};
use crate::transport::arrivals::Arrivals;
use crate::transport::in_flight::Share;
use crate::transport::readiness::{Ending, farewell};

/// The methods that carry graphs.
const GRAPH_METHODS: [&str; 3] = [
    "/fluxion.FluxionService/Init",
    "/fluxion.v1.GraphService/CreateGraph",
    "/fluxion.v1.ResourceService/Grow",
];

/// Limits the messages of a call, and how long its client may be silent before it has sent all of them.
pub(crate) fn limit_messages(
    request: http::Request<Body>,
    limits: Limits,
    (silence, share, ending): (Duration, Arc<Share>, Option<Ending>),
) -> http::Request<Body> {
    let is_graph = GRAPH_METHODS.contains(&request.uri().path());
    let limit = if is_graph {
        Limit { size: limits.graph, flag: "--max-graph-size" }
    } else {
        Limit { size: limits.message, flag: "--max-message-size" }
    };
    let (arrivals, silence) = (Arrivals::default(), Silence::new(silence));
    let sum = if is_graph { Sum::Call } else { Sum::Message };
    let body = |inner| Limited { inner, arrivals, limit, silence, share, ending, sum, counted: 0 };
    request.map(|inner| Body::new(body(inner)))
}

#[derive(Clone, Copy)]
struct Limit {
    size: ByteSize,
    flag: &'static str,
}

impl Limit {
    fn check(self, length: u32) -> Result<(), Status> {
        let Self { size, flag } = self;
        if u64::from(length) <= size.0 {
            return Ok(());
        }
        let message = format!(
            "a message of {length} bytes is larger than the limit of {size}, which the server's {flag} raises"
        );
        Err(exhausted(Reason::TooLarge, message))
    }
}

struct Limited {
    inner: Body,
    arrivals: Arrivals,
    limit: Limit,
    silence: Silence,
    share: Arc<Share>,
    /// Ends a stream that its client would keep open.
    ending: Option<Ending>,
    sum: Sum,
    counted: u64,
}

/// What the service keeps of a request, and what is counted therefore.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sum {
    /// A message after the other.
    Message,
    /// The text of a graph that comes in many messages.
    Call,
}

/// How long nothing has arrived although somebody waits for it.
struct Silence {
    limit: Duration,
    /// Begins when somebody waits.
    end: Option<Pin<Box<Sleep>>>,
}

impl Silence {
    fn new(limit: Duration) -> Self {
        Self { limit, end: None }
    }

    /// Somebody waits.
    fn poll(&mut self, task: &mut TaskContext<'_>) -> Poll<Status> {
        let end = self.end.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.limit)));
        ready!(end.as_mut().poll(task));
        Poll::Ready(Status::deadline_exceeded(format!(
            "the request did not move for {} seconds, which the server's --upload-timeout raises",
            self.limit.as_secs_f64()
        )))
    }

    /// Something has arrived.
    fn interrupt(&mut self) {
        self.end = None;
    }
}

impl Limited {
    /// A body that ends within a message; how it would be decoded is not told.
    fn end(&self) -> Option<Result<Frame<Bytes>, Status>> {
        let is_whole = self.arrivals.is_between_messages();
        (!is_whole).then(|| Err(Status::invalid_argument("the request ends within a message")))
    }
}

impl Limited {
    fn count(&mut self, bytes: usize) -> Result<(), Status> {
        if self.sum == Sum::Message && self.arrivals.is_between_messages() {
            self.share.remove(std::mem::take(&mut self.counted));
        }
        self.counted += bytes as u64;
        Ok(self.share.add(bytes as u64)?)
    }
}

impl HttpBody for Limited {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            if let Some(piece) = self.arrivals.pop() {
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            let Poll::Ready(polled) = Pin::new(&mut self.inner).poll_frame(task) else {
                if let Poll::Ready(full) = self.share.wait(task) {
                    return Poll::Ready(Some(Err(full.into())));
                }
                if let Some(ending) = &mut self.ending
                    && ending.as_mut().poll(task).is_ready()
                {
                    self.ending = None;
                    return Poll::Ready(Some(Err(farewell())));
                }
                return self.silence.poll(task).map(|status| Some(Err(status)));
            };
            self.silence.interrupt();
            self.share.go_on()?;
            let Some(frame) = polled.transpose()? else { return Poll::Ready(self.end()) };
            match frame.into_data() {
                Ok(data) => {
                    self.count(data.len())?;
                    let limit = self.limit;
                    self.arrivals.push(data, |length| limit.check(length))?;
                }
                Err(trailers) => {
                    return Poll::Ready(Some(self.end().unwrap_or(Ok(trailers))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream() && self.arrivals.is_between_messages()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed() {
        let limit = Limit { size: ByteSize(1024), flag: "--max-message-size" };
        assert!(limit.check(1024).is_ok());
        let status = limit.check(1025).unwrap_err();
        assert_eq!(status.code(), tonic::Code::ResourceExhausted);
        assert_eq!(
            status.message(),
            "a message of 1025 bytes is larger than the limit of 1 KiB, which the server's --max-message-size raises"
        );
    }
}
