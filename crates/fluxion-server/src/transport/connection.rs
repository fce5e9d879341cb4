//! One connection, from its preface to its end.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tower::BoxError;

use crate::config::Timeouts;
use crate::live::LiveSettings;
use crate::tls::pair::TlsPair;
use crate::transport::activity::{Overdue, Watched};
use crate::transport::calls::{Calls, Tasks};
use crate::transport::membership::Membership;
use crate::transport::outgoing::Outgoing;
use crate::transport::pace::Pace;
use crate::transport::socket::{OpenSocket, Socket};
use crate::transport::windows::Window;

/// Enough for a burst, small enough that a connection cannot take all memory.
const MAX_STREAMS: u32 = 1024;

/// As good as never.
const LONGEST: Duration = Duration::from_secs(86_400);

/// How long an idle client may take to confirm that it goes.
const FAREWELL: Duration = Duration::from_secs(5);

/// What ends the wait for the transport.
enum Event {
    Ended,
    Drain,
    Leave,
    Look,
}

/// Serves until the client leaves, or has to.
pub(crate) async fn serve(
    socket: Socket,
    membership: Membership,
    (calls, tls): (Calls, Option<Arc<TlsPair>>),
    (live, place, pace): (LiveSettings, Window, Pace),
    mut drain: watch::Receiver<()>,
) {
    let activity = membership.activity.clone();
    if !has_spoken(&socket, &membership, &live, &mut drain).await {
        return;
    }
    let opening = socket.open(tls.as_deref());
    let Some(open) = opened(opening, &membership, live.now().timeouts, &mut drain).await else {
        return;
    };
    let OpenSocket { incoming, written, peer } = open;
    let answering = activity.clone();
    let calls = calls.of_connection(peer);
    let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
        calls.answer(request, answering.begin_call())
    });
    let driver = Driver { pace, outgoing: Outgoing::new(written) };
    let halves = (incoming, driver.outgoing.clone());
    let socket = TokioIo::new(Watched::new(halves, activity.clone(), driver.pace.clone()));
    let mut transport =
        pin!(builder(&place, live.now().timeouts).serve_connection(socket, service));
    let mut look = Instant::now();
    let mut is_draining = false;
    loop {
        let event = tokio::select! {
            ended = poll_fn(|task| driver.poll(transport.as_mut(), task)) => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection failed");
                }
                Event::Ended
            }
            _ = drain.changed(), if !is_draining => Event::Drain,
            () = membership.leave.notified() => Event::Leave,
            () = sleep_until(look) => Event::Look,
        };
        match event {
            Event::Ended => return,
            Event::Drain => {
                is_draining = true;
                transport.as_mut().graceful_shutdown();
            }
            Event::Leave => {
                transport.as_mut().graceful_shutdown();
                return poll_once(|task| driver.poll(transport.as_mut(), task)).await;
            }
            Event::Look => match activity.check(live.now().timeouts, Instant::now()) {
                Ok(next) => look = next,
                Err(Overdue::Idle) if activity.was_used() => {
                    transport.as_mut().graceful_shutdown();
                    let end = poll_fn(|task| driver.poll(transport.as_mut(), task));
                    let _ = tokio::time::timeout(FAREWELL, end).await;
                    return;
                }
                Err(overdue) => {
                    tracing::debug!(?overdue, "a silent connection is closed");
                    return;
                }
            },
        }
    }
}

/// Whether a client says something before it has to go. Until then a connection is a socket and nothing else.
async fn has_spoken(
    socket: &Socket,
    membership: &Membership,
    live: &LiveSettings,
    drain: &mut watch::Receiver<()>,
) -> bool {
    let mut look = Instant::now();
    loop {
        tokio::select! {
            readable = socket.readable() => return readable.is_ok(),
            _ = drain.changed() => return false,
            () = membership.leave.notified() => return false,
            () = sleep_until(look) => match membership.activity.check(live.now().timeouts, Instant::now()) {
                Ok(next) => look = next,
                Err(_) => return false,
            },
        }
    }
}

/// The connection, unless its handshake fails or takes too long, or it has to go meanwhile.
async fn opened(
    opening: impl Future<Output = io::Result<OpenSocket>>,
    membership: &Membership,
    timeouts: Timeouts,
    drain: &mut watch::Receiver<()>,
) -> Option<OpenSocket> {
    let opened = tokio::select! {
        opened = tokio::time::timeout(timeouts.headers, opening) => opened.ok()?,
        _ = drain.changed() => return None,
        () = membership.leave.notified() => return None,
    };
    if let Err(error) = &opened {
        tracing::debug!(%error, "a handshake failed");
    }
    opened.ok()
}

/// Lets the transport send what it has to say.
async fn poll_once<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) {
    poll_fn(|task| {
        let _ = poll(task);
        Poll::Ready(())
    })
    .await;
}

/// What goes along whenever the transport goes on.
struct Driver {
    pace: Pace,
    outgoing: Outgoing,
}

impl Driver {
    /// Lets the transport go on, and sends what it has to say.
    fn poll(
        &self,
        transport: Pin<&mut impl Future<Output = hyper::Result<()>>>,
        task: &mut Context<'_>,
    ) -> Poll<Result<(), BoxError>> {
        let polled = self.pace.go(task, |task| transport.poll(task));
        let sent = self.outgoing.poll_send(task);
        match (polled, sent) {
            (Poll::Ready(ended), _) => Poll::Ready(ended.map_err(BoxError::from)),
            (Poll::Pending, Poll::Ready(Err(error))) => Poll::Ready(Err(error.into())),
            (Poll::Pending, _) => Poll::Pending,
        }
    }
}

fn builder(place: &Window, timeouts: Timeouts) -> Builder<Tasks> {
    let mut builder = Builder::new(Tasks);
    builder
        .timer(TokioTimer::new())
        .initial_stream_window_size(place.stream_window())
        .initial_connection_window_size(place.window())
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval((timeouts.keepalive < Duration::MAX).then_some(timeouts.keepalive))
        .keep_alive_timeout(timeouts.keepalive_answer.min(LONGEST));
    builder
}
