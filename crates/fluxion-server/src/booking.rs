//! Bookings whose answer is on its way.
//!
//! A job that its client never heard of would hold its resources for ever. So a fresh job travels as a
//! [`Booking`], which cancels the job when it is dropped, with the answer: from the engine's thread to the
//! handler, in the extensions of the response, and in its body. Only when the transport has taken the whole
//! body is the booking kept. Bookings of a stream of answers wait in an [`Outbox`] and are kept frame by frame.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use fluxion_engine::JobId;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::graph_thread::GraphThread;
use crate::v1::served::Served;

/// A job that is cancelled unless it is kept. Clones share the job.
#[derive(Clone, Debug)]
pub(crate) struct Booking(Arc<Pending>);

#[derive(Debug)]
struct Pending {
    graph: GraphThread,
    job: JobId,
    kept: AtomicBool,
}

impl Booking {
    /// A booking of `job` on `graph`.
    pub(crate) fn new(graph: GraphThread, job: JobId) -> Self {
        Self(Arc::new(Pending { graph, job, kept: AtomicBool::new(false) }))
    }

    /// Cancels the job at once.
    pub(crate) fn roll_back(&self, served: &mut Served) {
        self.keep();
        release(served, self.0.job);
    }

    /// The client has its answer.
    pub(crate) fn keep(&self) {
        self.0.kept.store(true, Ordering::Relaxed);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.kept.load(Ordering::Relaxed) {
            let job = self.job;
            self.graph.post(move |served| release(served, job));
        }
    }
}

fn release(served: &mut Served, job: JobId) {
    tracing::info!(%job, "the client left before its answer was sent: the job is rolled back");
    // It may be gone already, if another client guessed its number.
    let _ = served.cancel(job);
}

/// Bookings of the messages of a stream of answers that were handed over for transport.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox(Arc<Mutex<Vec<Booking>>>);

impl Outbox {
    /// Adds the booking of a message that is handed over now.
    pub(crate) fn add(&self, booking: Booking) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(booking);
    }

    fn take(&self) -> Vec<Booking> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Moves the bookings of an answer, if it has any, into the body.
pub(crate) fn guard_delivery(mut response: http::Response<Body>) -> http::Response<Body> {
    let extensions = response.extensions_mut();
    let outbox = extensions.remove::<Outbox>();
    let outbox = match extensions.remove::<Booking>() {
        Some(booking) => {
            let outbox = outbox.unwrap_or_default();
            outbox.add(booking);
            Some(outbox)
        }
        None => outbox,
    };
    match outbox {
        Some(outbox) => {
            response.map(|inner| Body::new(Delivery { inner, outbox, on_way: Vec::new() }))
        }
        None => response,
    }
}

/// A body that keeps the bookings of a frame when the next one is asked for, or its end has been taken.
struct Delivery {
    inner: Body,
    outbox: Outbox,
    on_way: Vec<Booking>,
}

impl HttpBody for Delivery {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.on_way.drain(..).for_each(|booking| booking.keep());
        let polled = Pin::new(&mut self.inner).poll_frame(task);
        match &polled {
            Poll::Ready(None) => self.outbox.take().iter().for_each(Booking::keep),
            Poll::Ready(Some(Ok(frame))) if frame.is_trailers() => {
                self.outbox.take().iter().for_each(Booking::keep);
            }
            Poll::Ready(Some(Ok(_))) => self.on_way = self.outbox.take(),
            _ => {}
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use fluxion_context::MatchErrorKind;
    use fluxion_engine::MatchOperation;
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::Config;
    use crate::test_graph::{GRAPH, JOBSPEC};

    async fn graph() -> GraphThread {
        GraphThread::load(GRAPH.to_owned(), Config::default().options("")).await.unwrap()
    }

    /// Books the only node there is.
    async fn book(graph: &GraphThread) -> Result<Booking, MatchErrorKind> {
        let thread = graph.clone();
        let matched = graph.call(move |served| {
            let matched = served.context.match_jobspec(MatchOperation::Allocate, JOBSPEC, 0);
            matched.map(|matched| Booking::new(thread, matched.job)).map_err(|error| error.kind())
        });
        matched.await.unwrap()
    }

    fn response(booking: Booking) -> http::Response<Body> {
        let mut response = http::Response::new(Body::new("answer".to_owned()));
        response.extensions_mut().insert(booking);
        guard_delivery(response)
    }

    #[tokio::test]
    async fn a_dropped_booking_is_rolled_back() {
        let graph = graph().await;
        drop(book(&graph).await.unwrap());
        assert!(book(&graph).await.is_ok());
    }

    #[tokio::test]
    async fn a_kept_booking_stays() {
        let graph = graph().await;
        book(&graph).await.unwrap().keep();
        assert_eq!(book(&graph).await.unwrap_err(), MatchErrorKind::Busy);
    }

    #[tokio::test]
    async fn an_answer_that_was_not_sent_is_rolled_back() {
        let graph = graph().await;
        drop(response(book(&graph).await.unwrap()));
        let mut begun = response(book(&graph).await.unwrap());
        begun.frame().await.unwrap().unwrap();
        drop(begun);
        assert!(book(&graph).await.is_ok());
    }

    #[tokio::test]
    async fn an_answer_that_was_sent_stays() {
        let graph = graph().await;
        response(book(&graph).await.unwrap()).collect().await.unwrap();
        assert_eq!(book(&graph).await.unwrap_err(), MatchErrorKind::Busy);
    }

    #[tokio::test]
    async fn a_client_that_leaves_while_it_waits_or_is_served_holds_nothing() {
        let graph = graph().await;
        let (open, gate) = mpsc::channel();
        graph.post(move |_| gate.recv().unwrap());
        let (entered, served) = mpsc::channel();
        let (go, going) = mpsc::channel();
        let thread = graph.clone();
        let slow = move |served: &mut Served| {
            entered.send(()).unwrap();
            going.recv().unwrap();
            let matched =
                served.context.match_jobspec(MatchOperation::Allocate, JOBSPEC, 0).unwrap();
            Booking::new(thread, matched.job)
        };
        let undo = |served: &mut Served, booking: Booking| booking.roll_back(served);
        let mut being_served = Box::pin(graph.call_or_undo(slow, undo));
        let mut waiting = Box::pin(book(&graph));
        tokio::select! { biased; _ = &mut being_served => {}, _ = &mut waiting => {}, () = async {} => {} }
        drop(waiting);
        open.send(()).unwrap();
        served.recv().unwrap();
        drop(being_served);
        go.send(()).unwrap();
        assert!(book(&graph).await.is_ok());
    }

    #[tokio::test]
    async fn a_fault_of_the_engine_ends_its_thread_only() {
        let graph = graph().await;
        let fault = graph.call(|_| -> () { panic!("a fault made by this test") });
        assert!(fault.await.is_err());
        assert!(graph.call(|_| ()).await.is_err());
    }
}
