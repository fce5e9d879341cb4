//! Where a client stands within the frames that it sends (RFC 9113): a silent client is harmless between two frames, but
//! one that has begun something and does not end it holds the connection. Reads nine bytes of each frame, and must not
//! know what is in them.

use bytes::Buf as _;

/// Bytes with which a client begins.
const PREFACE: usize = 24;

/// Bytes before the payload of a frame: three of length, type, flags, four of the stream.
const HEADER: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// Where a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FramePosition {
    /// Before the end of the preface and its first frame.
    Preface,
    /// Everything that was begun has been ended.
    Between,
    /// Within the headers of a call: how many there have been, these included.
    Headers(u64),
    /// Within another frame.
    Frame,
}

/// Follows the frames of a connection.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// Bytes of the preface that were seen.
    preface: usize,
    is_open: bool,
    header: [u8; HEADER],
    /// How much of the header of the current frame was seen.
    seen: usize,
    /// What is missing of its payload.
    missing: usize,
    headers_are_open: bool,
    headers: u64,
    begun: u64,
}

impl Frames {
    /// Takes bytes in.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> FramePosition {
        let preface = bytes.len().min(PREFACE - self.preface);
        self.preface += preface;
        bytes.advance(preface);
        while !bytes.is_empty() {
            if self.missing > 0 {
                let here = bytes.len().min(self.missing);
                self.missing -= here;
                bytes.advance(here);
            } else if let Some(place) = self.header.get_mut(self.seen) {
                *place = bytes.get_u8();
                self.seen += 1;
                if self.seen == HEADER {
                    self.begin();
                }
            }
            if self.missing == 0 && self.seen == HEADER {
                self.end();
            }
        }
        self.place()
    }

    /// Where the client stands.
    pub(crate) fn place(&self) -> FramePosition {
        match self {
            Self { is_open: false, .. } => FramePosition::Preface,
            Self { headers_are_open: true, .. } => FramePosition::Headers(self.headers),
            Self { seen: 0, .. } => FramePosition::Between,
            _ => FramePosition::Frame,
        }
    }

    /// Bytes that are missing of the payload of the current frame.
    pub(crate) fn missing(&self) -> usize {
        self.missing
    }

    /// How many frames have begun that ask for work: all but data and what a reader says.
    pub(crate) fn begun(&self) -> u64 {
        self.begun
    }

    fn begin(&mut self) {
        let [high, middle, low, kind, ..] = self.header;
        self.begun += u64::from(kind != DATA && kind != WINDOW_UPDATE);
        self.missing = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        if kind == HEADERS {
            self.headers_are_open = true;
            self.headers += 1;
        }
    }

    fn end(&mut self) {
        let [_, _, _, kind, flags, ..] = self.header;
        if matches!(kind, HEADERS | CONTINUATION) && flags & END_HEADERS != 0 {
            self.headers_are_open = false;
        }
        self.seen = 0;
        self.is_open = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: usize) -> Vec<u8> {
        let mut bytes = vec![0, 0, payload as u8, kind, flags, 0, 0, 0, 1];
        bytes.extend(std::iter::repeat_n(0xff, payload));
        bytes
    }

    #[test]
    fn a_client_is_followed_byte_by_byte() {
        let mut frames = Frames::default();
        let mut check = |bytes: &[u8], within: FramePosition, after: FramePosition| {
            let (last, first) = bytes.split_last().unwrap();
            for byte in first {
                let place = frames.push(&[*byte]);
                assert!(place == within || place == FramePosition::Frame, "{place:?} {within:?}");
            }
            assert_eq!(frames.push(&[*last]), after);
        };
        check(&[b'x'; PREFACE], FramePosition::Preface, FramePosition::Preface);
        check(&frame(4, 0, 6), FramePosition::Preface, FramePosition::Between);
        check(&frame(HEADERS, END_HEADERS, 30), FramePosition::Headers(1), FramePosition::Between);
        check(&frame(0, 1, 200), FramePosition::Frame, FramePosition::Between);
        check(&frame(HEADERS, 0, 30), FramePosition::Headers(2), FramePosition::Headers(2));
        check(&frame(CONTINUATION, 0, 0), FramePosition::Headers(2), FramePosition::Headers(2));
        check(
            &frame(CONTINUATION, END_HEADERS, 3),
            FramePosition::Headers(2),
            FramePosition::Between,
        );
    }

    #[test]
    fn many_frames_at_once_leave_it_where_the_last_one_does() {
        let all = [vec![b'x'; PREFACE], frame(4, 0, 0), frame(HEADERS, END_HEADERS, 9)].concat();
        assert_eq!(Frames::default().push(&all), FramePosition::Between);
        assert_eq!(Frames::default().push(all.split_last().unwrap().1), FramePosition::Headers(1));
    }
}
