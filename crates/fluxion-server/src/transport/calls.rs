//! A call on its way through everything that stands between the sockets and the services.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use fluxion_access::{CallShape, row};
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame};
use hyper::rt::Executor;
use tokio::sync::Notify;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::ServiceExt as _;

use crate::access::caller::Identity;
use crate::access::guard::{Door, Guard};
use crate::access::lease::Lease;
use crate::access::peer::Peer;
use crate::config::Limits;
use crate::live::{LiveSettings, Tuned};
use crate::message::{Reason, exhausted_by, too_many_calls, too_many_streams};
use crate::transport::activity::OpenCall;
use crate::transport::call_record::{CallBook, CallRecord};
use crate::transport::deadline;
use crate::transport::delivery::guard_delivery;
use crate::transport::in_flight::{Full, InFlight, Share};
use crate::transport::memory::Memory;
use crate::transport::message_limit::limit_messages;
use crate::transport::parties::{Callers, OpenStream, Parties, StreamLimits, StreamPace};
use crate::transport::rate::Rate;
use crate::transport::readiness::Readiness;
use crate::transport::revisions;
use crate::transport::turns::Origin;

/// What is handed to the transport at once: it keeps that until the client takes it.
const PIECE: usize = 64 << 10;

tokio::task_local! {
    /// Ends the call that this task serves.
    static END: Arc<Notify>;
}

/// Serves each call in a task that can be ended: the transport does not look after an answer that its client does not take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tasks;

impl<F> Executor<F> for Tasks
where
    F: Future + Send + 'static,
{
    fn execute(&self, call: F) {
        let end = Arc::<Notify>::default();
        tokio::spawn(END.scope(Arc::clone(&end), async move {
            tokio::select! {
                _ = call => {}
                () = end.notified() => {}
            }
        }));
    }
}

/// The services, and what is asked of every call.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    routes: Routes,
    live: LiveSettings,
    in_flight: Arc<InFlight>,
    readiness: Readiness,
    guard: Guard,
    /// Where they come in.
    door: Door,
    book: Arc<CallBook>,
    /// For which memory is counted.
    connection: u64,
    /// For whom all else is.
    callers: Arc<Callers>,
}

/// What an admitted call has until it ends.
#[derive(Debug, Default)]
struct Admitted {
    /// Ends its answer before the time.
    lease: Option<Lease>,
    stream: Option<OpenStream>,
}

/// Checks of health are answered at any rate: whoever loses them sends all clients away.
const HEALTH: &str = "/grpc.health.";

impl Calls {
    /// Calls of these services.
    pub(crate) fn new(
        routes: Routes,
        live: LiveSettings,
        memory: Arc<Memory>,
        (readiness, guard): (Readiness, Guard),
        book: Arc<CallBook>,
    ) -> Self {
        let in_flight = InFlight::new(live.now().limits.in_flight, memory);
        let connection = in_flight.connect();
        let (routes, peer) = (routes.prepare(), Peer::default());
        let callers = Arc::new(Callers::at(&Arc::default(), &peer));
        let door = guard.door(peer);
        Self { routes, live, in_flight, readiness, guard, door, book, connection, callers }
    }

    /// All who call.
    pub(crate) fn parties(&self) -> &Arc<Parties> {
        &self.callers.parties
    }

    /// The memory of all of them.
    pub(crate) fn in_flight(&self) -> &Arc<InFlight> {
        &self.in_flight
    }

    /// The same for another connection.
    pub(crate) fn of_connection(&self, peer: Peer) -> Self {
        let callers = Arc::new(Callers::at(&self.callers.parties, &peer));
        let (connection, door) = (self.in_flight.connect(), self.guard.door(peer));
        Self { connection, callers, door, ..self.clone() }
    }

    /// The answer to a call, which is open until its last byte was taken.
    pub(crate) fn answer(
        &self,
        mut request: http::Request<hyper::body::Incoming>,
        open: OpenCall,
    ) -> impl Future<Output = Result<http::Response<AnswerBody>, Infallible>> + use<> {
        let this = self.clone();
        async move {
            let least = revisions::least(request.headers());
            let told = (request.headers(), *least.as_ref().unwrap_or(&None));
            let mut call = CallRecord::begin(&this.book, request.uri().path(), told, open);
            let share = match this.in_flight.begin(this.connection, header_bytes(request.headers()))
            {
                Ok(share) => Arc::new(share),
                Err(full) => return Ok(refuse(full, call)),
            };
            let tuned = this.live.now();
            let admitted = this.admit(&mut request, (tuned.limits, call.begun));
            let admitted = admitted.and_then(|admitted| least.map(|_| admitted));
            let identity = request.extensions().get::<Arc<Identity>>();
            call.notes.called_by(identity.map(|identity| identity.name()));
            let response = match admitted {
                Err(refusal) => refusal.into_http(),
                Ok(Admitted { lease, stream }) => {
                    call.stream = stream;
                    let served = this.serve(request.map(Body::new), tuned, &share);
                    let response = call.notes.clone().along(served).await;
                    match lease {
                        Some(lease) => lease.limit(response),
                        None => response,
                    }
                }
            };
            let (mut parts, body) = response.into_parts();
            Ok(match AnswerBody::begin(body, call, share) {
                Ok(mut body) => {
                    body.call.head(&mut parts.headers);
                    http::Response::from_parts(parts, body)
                }
                Err((full, call)) => refuse(full, call),
            })
        }
    }

    /// Whether a call is carried out.
    fn admit<B>(
        &self,
        request: &mut http::Request<B>,
        (limits, now): (Limits, Instant),
    ) -> Result<Admitted, Box<Status>> {
        let lease = self.door.admit(request)?;
        if let Some(refusal) = self.readiness.refusal(request.uri().path()) {
            return Err(refusal.into());
        }
        let identity = request.extensions().get::<Arc<Identity>>();
        let party = self.callers.party(identity.map(|identity| identity.name()));
        let parties = &self.callers.parties;
        let Limits { streams: all, streams_of_one: of_one, rate, .. } = limits;
        let path = request.uri().path();
        if let Some(most) = Rate::per_second(rate).filter(|_| !path.starts_with(HEALTH)) {
            let admitted = parties.admit(&party, most, now);
            admitted.map_err(|retry| too_many_calls(rate, retry))?;
        }
        let mut stream = None;
        if row(path).is_some_and(|row| row.shape == CallShape::Stream) {
            let opened = parties.open_stream(&party, StreamLimits { all, of_one });
            stream = Some(opened.map_err(too_many_streams)?);
            let (parties, party) = (Arc::clone(parties), Arc::clone(&party));
            let pace = StreamPace { parties, party, live: self.live.clone() };
            request.extensions_mut().insert(pace);
            request.extensions_mut().insert(self.readiness.draining());
        }
        let origin = Origin { party: party.number, connection: self.connection };
        request.extensions_mut().insert(origin);
        Ok(Admitted { lease, stream })
    }

    async fn serve(
        self,
        request: http::Request<Body>,
        Tuned { limits, timeouts, .. }: Tuned,
        share: &Arc<Share>,
    ) -> http::Response<Body> {
        let timeout = deadline::timeout(request.headers());
        let ending = self.readiness.ending(request.uri().path());
        let rest = (timeouts.upload, Arc::clone(share), ending);
        let request = limit_messages(request, limits, rest);
        let answering = self.routes.oneshot(request);
        let Ok(response) = match timeout {
            Some(timeout) => tokio::time::timeout(timeout, answering)
                .await
                .unwrap_or_else(|_| Ok(deadline::expired().into_http())),
            None => answering.await,
        };
        guard_delivery(response)
    }
}

/// Bytes of names and values.
fn header_bytes(headers: &HeaderMap) -> u64 {
    headers.iter().map(|(name, value)| (name.as_str().len() + value.len()) as u64).sum()
}

fn refuse(full: Full, mut call: CallRecord) -> http::Response<AnswerBody> {
    let mut response = Status::from(full).into_http();
    call.head(response.headers_mut());
    response.map(|inner| AnswerBody::bare(inner, call))
}

impl From<Full> for Status {
    fn from(full: Full) -> Self {
        let message = "the calls in flight take all memory that they may, which the server's --max-in-flight and \
                       --max-memory raise: try again later";
        let figures = [("limit", full.limit), ("counted", full.counted)];
        exhausted_by(Reason::Memory, message.to_owned(), figures)
    }
}

type Polled = Option<Result<Frame<Bytes>, Status>>;

/// The body of an answer, in pieces. What was made and not taken is counted.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    inner: Body,
    /// What was taken from `inner` and not handed over.
    front: Bytes,
    /// Bytes that are counted for `front`.
    counted: u64,
    /// What `inner` said when it was asked first, if that was not data.
    first: Option<Polled>,
    share: Option<Arc<Share>>,
    call: CallRecord,
}

impl AnswerBody {
    /// A small answer that is not counted.
    fn bare(inner: Body, call: CallRecord) -> Self {
        Self { inner, front: Bytes::new(), counted: 0, first: None, share: None, call }
    }

    /// Asks for what is there already, so that it is counted before the client is ready to take it.
    fn begin(inner: Body, call: CallRecord, share: Arc<Share>) -> Result<Self, (Full, CallRecord)> {
        let mut answer = Self::bare(inner, call);
        let task = &mut Context::from_waker(Waker::noop());
        if !answer.inner.is_end_stream()
            && let Poll::Ready(polled) = Pin::new(&mut answer.inner).poll_frame(task)
        {
            answer.first = Some(polled);
        }
        answer.share = Some(Arc::clone(&share));
        if let Some(Some(Ok(frame))) = &answer.first
            && let Some(data) = frame.data_ref()
        {
            (answer.front, answer.counted) = (data.clone(), data.len() as u64);
            answer.first = None;
        }
        if let Err(full) = share.add(answer.counted) {
            return Err((full, answer.call));
        }
        share.answer(END.with(Arc::clone));
        Ok(answer)
    }

    fn hand_over(&mut self) -> Option<Bytes> {
        if self.front.is_empty() {
            return None;
        }
        let piece = self.front.split_to(self.front.len().min(PIECE));
        if self.front.is_empty()
            && let Some(share) = &self.share
        {
            share.remove(std::mem::take(&mut self.counted));
        }
        Some(piece)
    }

    fn take(&mut self, task: &mut Context<'_>) -> Poll<Polled> {
        match self.first.take() {
            Some(polled) => Poll::Ready(polled),
            None => Pin::new(&mut self.inner).poll_frame(task),
        }
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Polled> {
        if let Some(share) = &self.share {
            share.add(0)?;
        }
        loop {
            if let Some(piece) = self.hand_over() {
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            match self.take(task) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if data.is_empty() => {}
                    Ok(data) => {
                        if let Some(share) = &self.share {
                            share.add(data.len() as u64)?;
                        }
                        (self.counted, self.front) = (data.len() as u64, data);
                    }
                    Err(trailers) => {
                        trailers.trailers_ref().iter().for_each(|all| self.call.answered(all));
                        return Poll::Ready(Some(Ok(trailers)));
                    }
                },
                other => return other,
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.front.is_empty() && self.first.is_none() && self.inner.is_end_stream()
    }
}
