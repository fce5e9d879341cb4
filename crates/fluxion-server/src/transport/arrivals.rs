//! The messages of a body as they arrive.
//!
//! The framework reserves the length that precedes a message (five bytes: one of flags, four of length) as soon as it
//! reads it, so five bytes could make it reserve a gibibyte. Here a message is held back until at least half of it is
//! there: never more than twice of what has arrived is reserved. Must not know what a message says.

use std::collections::VecDeque;

use bytes::{Buf as _, Bytes, BytesMut};

/// Pieces below this size are copied together: held as they are, each would keep a buffer of the transport alive.
const SMALL: usize = 1 << 10;

/// About the size of what is copied together.
const JOINED: usize = 16 << 10;

/// Cuts a stream of messages, however it is chunked, into what may be decoded and what has to wait.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    /// How much of the five bytes before a message has been seen.
    seen: usize,
    /// The length as far as it was seen.
    length: u32,
    /// What has arrived of the current message, and what is missing.
    arrived: usize,
    missing: usize,
    held: Held,
    ready: VecDeque<Bytes>,
}

impl Arrivals {
    /// Takes a chunk in. `check` is asked about each length that was announced.
    ///
    /// # Errors
    /// The first of `check`.
    pub(crate) fn push<E>(
        &mut self,
        mut chunk: Bytes,
        check: impl Fn(u32) -> Result<(), E>,
    ) -> Result<(), E> {
        let may_go = self.scan(&chunk, check)?;
        if may_go > 0 {
            self.held.release(&mut self.ready);
            self.ready.push_back(chunk.split_to(may_go));
        }
        self.held.add(chunk);
        Ok(())
    }

    /// The next piece that may be decoded.
    pub(crate) fn pop(&mut self) -> Option<Bytes> {
        self.ready.pop_front()
    }

    /// Whether nothing waits to be taken or to be completed.
    pub(crate) fn is_between_messages(&self) -> bool {
        self.ready.is_empty() && self.seen == 0 && self.missing == 0
    }

    /// How much of the chunk, and with it all before, may go.
    fn scan<E>(&mut self, chunk: &Bytes, check: impl Fn(u32) -> Result<(), E>) -> Result<usize, E> {
        let (mut rest, mut may_go) = (chunk.as_ref(), 0);
        while !rest.is_empty() {
            if self.missing > 0 {
                self.skip(&mut rest);
            } else if self.prefix(rest.get_u8()) {
                check(self.length)?;
                self.missing = self.length as usize;
                (self.seen, self.arrived, self.length) = (0, 0, 0);
            }
            let is_complete = self.missing == 0 && self.seen == 0;
            let is_half_there = self.missing > 0 && self.arrived >= self.missing;
            if is_complete || is_half_there {
                may_go = chunk.len() - rest.len();
            }
        }
        Ok(may_go)
    }

    /// Passes over what there is of the message.
    fn skip(&mut self, rest: &mut &[u8]) {
        let here = rest.len().min(self.missing);
        rest.advance(here);
        self.missing -= here;
        self.arrived = if self.missing == 0 { 0 } else { self.arrived + here };
    }

    /// Takes a byte of the prefix in; true if it was the last one.
    fn prefix(&mut self, byte: u8) -> bool {
        if self.seen > 0 {
            self.length = self.length << 8 | u32::from(byte);
        }
        self.seen += 1;
        self.seen == 5
    }
}

/// What waits.
#[derive(Debug, Default)]
struct Held {
    pieces: VecDeque<Bytes>,
    /// Small pieces, behind all others.
    joined: BytesMut,
}

impl Held {
    fn add(&mut self, piece: Bytes) {
        if piece.len() < SMALL {
            self.joined.extend_from_slice(&piece);
            if self.joined.len() >= JOINED {
                self.flush();
            }
        } else {
            self.flush();
            self.pieces.push_back(piece);
        }
    }

    fn flush(&mut self) {
        if !self.joined.is_empty() {
            self.pieces.push_back(std::mem::take(&mut self.joined).freeze());
        }
    }

    fn release(&mut self, ready: &mut VecDeque<Bytes>) {
        self.flush();
        ready.append(&mut self.pieces);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::convert::Infallible;

    use super::*;

    /// A stream of messages of these lengths.
    fn stream(lengths: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for &length in lengths {
            bytes.push(0);
            bytes.extend(length.to_be_bytes());
            bytes.extend((0..length).map(|i| i as u8));
        }
        bytes
    }

    fn pop_all(arrivals: &mut Arrivals) -> Vec<u8> {
        std::iter::from_fn(|| arrivals.pop()).flatten().collect()
    }

    #[test]
    fn every_length_and_every_byte_is_found_however_the_stream_is_cut() {
        let lengths = [3, 0, 300, 0, 70_000, 1];
        let bytes = stream(&lengths);
        for size in [1, 2, 3, 5, 6, 64, 1000, 1024, bytes.len()] {
            let found = RefCell::new(Vec::new());
            let mut arrivals = Arrivals::default();
            let mut taken = Vec::new();
            for chunk in bytes.chunks(size) {
                let note = |length| {
                    found.borrow_mut().push(length);
                    Ok::<(), Infallible>(())
                };
                arrivals.push(Bytes::copy_from_slice(chunk), note).unwrap();
                taken.extend(pop_all(&mut arrivals));
            }
            assert_eq!(*found.borrow(), lengths, "chunks of {size}");
            assert!(taken == bytes && arrivals.is_between_messages(), "chunks of {size}");
        }
    }

    /// A decoder that reserves what is announced never has more than twice of what was sent.
    #[test]
    fn what_is_announced_is_seen_only_when_half_of_it_has_arrived() {
        for length in [1_u32, 2, 3, 1000, 70_000] {
            let bytes = stream(&[length]);
            for size in [1, 7, 100, 4000] {
                let (mut arrivals, mut sent, mut seen) = (Arrivals::default(), 0, 0);
                for chunk in bytes.chunks(size) {
                    arrivals
                        .push(Bytes::copy_from_slice(chunk), |_| Ok::<(), Infallible>(()))
                        .unwrap();
                    sent += chunk.len();
                    seen += pop_all(&mut arrivals).len();
                    assert!(seen == 0 || 2 * (sent - 5) >= length as usize, "{length} by {size}");
                }
                assert_eq!(seen, bytes.len());
            }
        }
    }

    #[test]
    fn a_length_that_is_refused_ends_it() {
        let mut arrivals = Arrivals::default();
        let refuse = |length| if length > 2 { Err(length) } else { Ok(()) };
        assert_eq!(arrivals.push(Bytes::from(stream(&[1, 3])), refuse), Err(3));
    }
}
