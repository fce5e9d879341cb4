//! What is known of a connection while it is served: the calls that are open, and since when its client owes the rest of
//! something that it has begun.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use crate::config::Timeouts;
use crate::transport::frames::{FramePosition, Frames};
use crate::transport::outgoing::Outgoing;
use crate::transport::pace::Pace;
use crate::transport::socket::Incoming;

/// As good as never.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Activity(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    open: AtomicUsize,
    calls: AtomicUsize,
    times: Mutex<Times>,
}

#[derive(Debug)]
struct Times {
    place: FramePosition,
    /// Since when the client stands there; the last bytes of another frame.
    since: Instant,
    /// When the last call ended.
    idle: Instant,
}

/// Why a connection ends before its client wants it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// The preface or the headers of a call are not complete in time.
    Headers,
    /// A frame was begun and nothing more came.
    Frame,
    /// There was no call for a long time.
    Idle,
}

impl Activity {
    /// A connection that was accepted now.
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        let times = Mutex::new(Times { place: FramePosition::Preface, since: now, idle: now });
        Self(Arc::new(Shared { open: AtomicUsize::new(0), calls: AtomicUsize::new(0), times }))
    }

    /// A call begins; it ends when the guard is dropped.
    pub(crate) fn begin_call(&self) -> OpenCall {
        self.0.open.fetch_add(1, Ordering::AcqRel);
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        OpenCall(self.clone())
    }

    /// Since when no call is open; `None` while there is one.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        (self.0.open.load(Ordering::Acquire) == 0).then(|| self.times().idle)
    }

    /// Whether there was ever a call.
    pub(crate) fn was_used(&self) -> bool {
        self.0.calls.load(Ordering::Relaxed) > 0
    }

    /// Whether the client has shown, by the preface, that it speaks HTTP/2.
    pub(crate) fn has_greeted(&self) -> bool {
        self.times().place != FramePosition::Preface
    }

    /// What the client owes at `now`, and if nothing, when to look again.
    pub(crate) fn check(&self, limits: Timeouts, now: Instant) -> Result<Instant, Overdue> {
        let idle = self.idle_since().map(|since| (Overdue::Idle, since, limits.idle));
        let times = self.times();
        let owed = match times.place {
            FramePosition::Preface | FramePosition::Headers(_) => {
                Some((Overdue::Headers, limits.headers))
            }
            FramePosition::Frame => Some((Overdue::Frame, limits.upload)),
            FramePosition::Between => None,
        };
        let owed = owed.map(|(what, limit)| (what, times.since, limit));
        // whatever begins now is not overdue before that
        let mut next = now + limits.headers.min(limits.upload).min(limits.idle).min(LONGEST);
        for (what, since, limit) in owed.into_iter().chain(idle) {
            let end = since + limit.min(LONGEST);
            if end <= now {
                return Err(what);
            }
            next = next.min(end);
        }
        Ok(next)
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self, place: FramePosition, now: Instant) {
        let mut times = self.times();
        if place == FramePosition::Frame || place != times.place {
            times.since = now;
        }
        times.place = place;
    }

    fn end_call(&self, now: Instant) {
        self.times().idle = now;
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A call that has not ended.
#[derive(Debug)]
pub(crate) struct OpenCall(Activity);

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.0.end_call(Instant::now());
    }
}

/// A socket that notes what it reads, and reads at the pace of its connection.
#[derive(Debug)]
pub(crate) struct Watched {
    incoming: Incoming,
    outgoing: Outgoing,
    frames: Frames,
    activity: Activity,
    pace: Pace,
}

impl Watched {
    /// Watches from the first byte on.
    pub(crate) fn new(
        (incoming, outgoing): (Incoming, Outgoing),
        activity: Activity,
        pace: Pace,
    ) -> Self {
        Self { incoming, outgoing, frames: Frames::default(), activity, pace }
    }

    fn note(&mut self, bytes: &[u8]) {
        let before = self.frames.begun();
        let place = self.frames.push(bytes);
        self.activity.moved(place, Instant::now());
        self.pace.read(bytes.len(), self.frames.begun() - before);
    }
}

/// Reads so many bytes and no more.
fn read_some(
    incoming: Pin<&mut Incoming>,
    task: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
    most: usize,
) -> Poll<io::Result<()>> {
    if most >= buffer.remaining() {
        return incoming.poll_read(task, buffer);
    }
    let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
    let polled = incoming.poll_read(task, &mut part);
    let read = part.filled().len();
    buffer.advance(read);
    polled
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let most = ready!(self.pace.poll_read(task)) + self.frames.missing();
        let polled = read_some(Pin::new(&mut self.incoming), task, buffer, most);
        if polled.is_pending() {
            self.pace.rest();
        }
        if let Some(bytes) = buffer.filled().get(before..).filter(|bytes| !bytes.is_empty()) {
            self.note(bytes);
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.outgoing).poll_write(task, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.outgoing).poll_write_vectored(task, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.outgoing.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.outgoing).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.outgoing).poll_shutdown(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Timeouts = Timeouts {
        headers: Duration::from_secs(10),
        upload: Duration::from_secs(60),
        idle: Duration::from_secs(1800),
        call: Duration::MAX,
        load: Duration::MAX,
        keepalive: Duration::MAX,
        keepalive_answer: Duration::MAX,
    };

    #[test]
    fn what_is_begun_has_to_be_ended_and_what_is_idle_may_stay_for_a_while() {
        let activity = Activity::new();
        let start = activity.times().idle;
        let after = |seconds| start + Duration::from_secs(seconds);
        let at = |seconds| activity.check(LIMITS, after(seconds));
        assert_eq!(at(9), Ok(after(10)));
        assert_eq!(at(10), Err(Overdue::Headers));
        assert!(!activity.has_greeted());
        activity.moved(FramePosition::Between, after(1));
        assert!(activity.has_greeted());
        assert!(at(1799).is_ok());
        assert_eq!(at(1800), Err(Overdue::Idle));
        let call = activity.begin_call();
        assert!(at(1_000_000).is_ok());
        activity.moved(FramePosition::Frame, after(2));
        activity.moved(FramePosition::Frame, after(3));
        assert_eq!((at(62).is_ok(), at(63)), (true, Err(Overdue::Frame)));
        activity.moved(FramePosition::Headers(1), after(4));
        activity.moved(FramePosition::Headers(1), after(12));
        assert_eq!((at(13).is_ok(), at(14)), (true, Err(Overdue::Headers)));
        activity.moved(FramePosition::Headers(2), after(12));
        assert!(at(14).is_ok());
        activity.moved(FramePosition::Between, after(15));
        assert_eq!(activity.idle_since(), None);
        drop(call);
        assert!(activity.idle_since().is_some() && activity.was_used());
    }
}
