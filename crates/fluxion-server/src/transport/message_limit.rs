//! The largest request that is read, per method.
//!
//! The framework has one limit per service, but an Init carries a whole graph while a Match never should. So
//! this layer, which sits before all services, reads the length that precedes each message (five bytes: one
//! of flags, four of length) and refuses the call before the message is received, let alone decoded. The
//! limit of the framework itself is off.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::{Buf as _, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::byte_size::ByteSize;
use crate::config::Limits;

/// The methods that carry graphs.
const GRAPH_METHODS: [&str; 3] = [
    "/fluxion.FluxionService/Init",
    "/fluxion.v1.GraphService/CreateGraph",
    "/fluxion.v1.ResourceService/Grow",
];

/// Limits the messages of a call.
pub(crate) fn limit_messages(request: http::Request<Body>, limits: Limits) -> http::Request<Body> {
    let limit = if GRAPH_METHODS.contains(&request.uri().path()) {
        Limit { size: limits.graph, flag: "--max-graph-size" }
    } else {
        Limit { size: limits.message, flag: "--max-message-size" }
    };
    request.map(|inner| Body::new(Limited { inner, lengths: Lengths::default(), limit }))
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
        Err(Status::resource_exhausted(format!(
            "a message of {length} bytes is larger than the limit of {size}, which the server's {flag} raises"
        )))
    }
}

struct Limited {
    inner: Body,
    lengths: Lengths,
    limit: Limit,
}

impl HttpBody for Limited {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(task);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            let limit = self.limit;
            if let Err(status) = self.lengths.scan(data.clone(), |length| limit.check(length)) {
                return Poll::Ready(Some(Err(status)));
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Finds the lengths in a stream of messages, however it is cut into chunks.
#[derive(Default)]
struct Lengths {
    /// How much of the five bytes before a message has been seen.
    seen: usize,
    /// The length as far as it was seen.
    length: u32,
    /// What is missing of the current message.
    missing: u32,
}

impl Lengths {
    fn scan(
        &mut self,
        mut chunk: Bytes,
        check: impl Fn(u32) -> Result<(), Status>,
    ) -> Result<(), Status> {
        while chunk.has_remaining() {
            if self.missing > 0 {
                self.skip(&mut chunk);
            } else if self.prefix(chunk.get_u8()) {
                check(self.missing)?;
            }
        }
        Ok(())
    }

    /// Passes over what the chunk has of the message.
    fn skip(&mut self, chunk: &mut Bytes) {
        let here = u32::try_from(chunk.remaining()).unwrap_or(u32::MAX).min(self.missing);
        chunk.advance(here as usize);
        self.missing -= here;
    }

    /// Takes a byte of the prefix in; true if it was the last one.
    fn prefix(&mut self, byte: u8) -> bool {
        if self.seen > 0 {
            self.length = self.length << 8 | u32::from(byte);
        }
        self.seen += 1;
        if self.seen < 5 {
            return false;
        }
        *self = Self { missing: self.length, ..Self::default() };
        true
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// A stream of messages of these lengths.
    fn stream(lengths: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for &length in lengths {
            bytes.push(0);
            bytes.extend(length.to_be_bytes());
            bytes.extend(std::iter::repeat_n(0xff, length as usize));
        }
        bytes
    }

    #[test]
    fn every_length_is_found_however_the_stream_is_cut() {
        let lengths = [3, 0, 300, 0, 70_000, 1];
        let bytes = stream(&lengths);
        for size in [1, 2, 3, 5, 6, 64, 1000, bytes.len()] {
            let found = RefCell::new(Vec::new());
            let mut scanner = Lengths::default();
            for chunk in bytes.chunks(size) {
                let chunk = Bytes::copy_from_slice(chunk);
                let scan = scanner.scan(chunk, |length| {
                    found.borrow_mut().push(length);
                    Ok(())
                });
                assert!(scan.is_ok());
            }
            assert_eq!(*found.borrow(), lengths, "chunks of {size}");
        }
    }

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
