//! Bookings on their way to the client: in the extensions of the response, and in its body. Only when the transport has
//! taken the whole body is the booking kept. Bookings of a stream of answers wait in an [`Outbox`] and are kept frame by
//! frame.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::transport::work::Undelivered;

/// Bookings of the messages of a stream of answers that were handed over for transport.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox(Arc<Mutex<Vec<Undelivered>>>);

impl Outbox {
    /// Adds the booking of a message that is handed over now.
    pub(crate) fn add(&self, booking: Undelivered) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(booking);
    }

    fn take(&self) -> Vec<Undelivered> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Moves the bookings of an answer, if it has any, into the body.
pub(crate) fn guard_delivery(mut response: http::Response<Body>) -> http::Response<Body> {
    let extensions = response.extensions_mut();
    let outbox = extensions.remove::<Outbox>();
    let outbox = match extensions.remove::<Undelivered>() {
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
    on_way: Vec<Undelivered>,
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
            Poll::Ready(None) => self.outbox.take().iter().for_each(Undelivered::keep),
            Poll::Ready(Some(Ok(frame))) if frame.is_trailers() => {
                self.outbox.take().iter().for_each(Undelivered::keep);
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

    use fluxion_context::{MatchErrorKind, MatchOperation, Wanted};
    use fluxion_store::{Command, KeyedCommand, RequestError};
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::Config;
    use crate::test_graph::{GRAPH, JOBSPEC};
    use crate::transport::graph_thread::GraphThread;
    use crate::transport::served_graph::{Bounds, Home, Upload};
    use crate::transport::turns::Cost;

    async fn graph() -> GraphThread {
        let options = Config::default().options("");
        let home = Home::of_test(Bounds::default());
        GraphThread::load(Upload::new(GRAPH.to_owned(), options), home).await.unwrap()
    }

    /// Books the only node there is.
    async fn book(graph: &GraphThread) -> Result<Undelivered, MatchErrorKind> {
        let command = Command::Match {
            operation: MatchOperation::Allocate,
            jobspec: JOBSPEC.to_owned(),
            now: 0,
            wanted: Wanted::default(),
            job_key: String::new(),
        };
        match graph.execute(KeyedCommand { id: None, command }).await.unwrap() {
            Ok(done) => Ok(done.booking.unwrap()),
            Err(RequestError::Match(error)) => Err(error.kind()),
            Err(other) => panic!("{other}"),
        }
    }

    fn response(booking: Undelivered) -> http::Response<Body> {
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
        let open = graph.hold();
        let (entered, entering) = mpsc::channel();
        let mut being_served = Box::pin(book(&graph));
        tokio::select! { biased; _ = &mut being_served => {}, () = async {} => {} }
        let mut waiting = Box::pin(book(&graph));
        tokio::select! { biased; _ = &mut waiting => {}, () = async {} => {} }
        drop(waiting);
        let mut after = Box::pin(graph.read(Cost::Cheap, move |_| entered.send(()).unwrap()));
        tokio::select! { biased; _ = &mut after => {}, () = async {} => {} }
        open.send(()).unwrap();
        entering.recv().unwrap();
        drop(being_served);
        assert!(book(&graph).await.is_ok());
    }

    #[tokio::test]
    async fn a_fault_of_the_engine_ends_its_thread_only() {
        let graph = graph().await;
        let fault = graph.read(Cost::Cheap, |_| -> () { panic!("a fault made by this test") });
        assert!(fault.await.is_err());
        assert!(graph.read(Cost::Cheap, |_| ()).await.is_err());
    }
}
