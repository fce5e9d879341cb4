//! Many matches over one stream: carried out and answered in their order, some of them on their way at the same time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use prost::Message as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::Stream;
use tonic::{Status, Streaming};

use crate::access::caller::Caller;
use crate::message::no_memory;
use crate::proto::fluxion::v1::match_many_response::Result as Answered;
use crate::proto::fluxion::v1::{MatchFailure, MatchManyResponse, MatchRequest};
use crate::transport::call_notes::CallNotes;
use crate::transport::delivery::Outbox;
use crate::transport::memory::Counted;
use crate::transport::registry::Registry;
use crate::transport::work::Undelivered;
use crate::v1::in_order::InOrder;
use crate::v1::targets::{Named, graph_name};
use crate::v1::{failure, matching};

/// How many answers may wait for a client that reads slowly.
const WAITING: usize = 16;

/// How many requests may be on their way: the graph has something to do while answers are written.
const AHEAD: usize = 16;

/// How many bytes of answers may wait: a longer one waits alone.
const WINDOW: usize = 1 << 20;

/// An answer, with what it is counted for.
struct Unread {
    response: MatchManyResponse,
    booking: Option<Undelivered>,
    _counted: Counted,
    /// Its part of the window, once it waits.
    _place: Option<OwnedSemaphorePermit>,
}

type Item = Result<Unread, Status>;

/// The answers. Those that are handed over leave their bookings in the outbox.
pub(crate) struct Answers {
    ready: mpsc::Receiver<Item>,
    outbox: Outbox,
}

impl Stream for Answers {
    type Item = Result<MatchManyResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.ready.poll_recv(task).map(|item| {
            item.map(|answer| {
                answer.map(|Unread { response, booking, .. }| {
                    booking.into_iter().for_each(|booking| self.outbox.add(booking));
                    response
                })
            })
        })
    }
}

/// Answers the requests of a stream in their order.
pub(crate) fn answers(
    registry: Arc<Registry>,
    requests: Streaming<MatchRequest>,
    caller: Caller,
) -> (Answers, Outbox) {
    let (answer, ready) = mpsc::channel(WAITING);
    let outbox = Outbox::default();
    tokio::spawn(CallNotes::carry(async move {
        if let Err(status) = serve(&registry, requests, caller, &answer).await {
            let _ = answer.send(Err(status)).await;
        }
    }));
    (Answers { ready, outbox: outbox.clone() }, outbox)
}

/// Ends when the requests do, or when nobody listens any more.
async fn serve(
    registry: &Registry,
    mut requests: Streaming<MatchRequest>,
    caller: Caller,
    answer: &mpsc::Sender<Item>,
) -> Result<(), Status> {
    let Some(first) = requests.message().await? else { return Ok(()) };
    let graph = Named::find(registry, &first.graph, &caller)?;
    let (mut ahead, window) = (InOrder::new(), Arc::new(Semaphore::new(WINDOW)));
    ahead.begin(counted(registry, &graph, first)).await;
    let mut end = None;
    while end.is_none() || !ahead.is_empty() {
        tokio::select! {
            request = next(&mut requests, &caller), if end.is_none() && ahead.len() < AHEAD => match request {
                Ok(Some(request)) => match caller.recheck(graph.name()) {
                    Ok(()) => ahead.begin(counted(registry, &graph, request)).await,
                    Err(refusal) => end = Some(Err(refusal)),
                },
                Ok(None) => end = Some(Ok(())),
                Err(status) => end = Some(Err(status)),
            },
            answered = ahead.next() => {
                let Some(waiting) = place(&window, answered).await else { return Ok(()) };
                if answer.send(Ok(waiting)).await.is_err() {
                    return Ok(());
                }
            }
            () = answer.closed() => return Ok(()),
        }
    }
    end.unwrap_or(Ok(()))
}

/// The next request, when its caller may make one: who asks too often is not refused, but read more slowly. If the future is
/// dropped, no request is lost.
async fn next(
    requests: &mut Streaming<MatchRequest>,
    caller: &Caller,
) -> Result<Option<MatchRequest>, Status> {
    caller.ready().await;
    let request = requests.message().await?;
    if request.is_some() {
        caller.charge();
    }
    Ok(request)
}

/// An answer that is counted until it is handed over; one for which there is no memory becomes a failure, and its job is
/// taken back.
async fn counted(registry: &Registry, graph: &Named, request: MatchRequest) -> Unread {
    let (response, booking) = one(graph, request).await;
    match registry.memory().hold(response.encoded_len() as u64) {
        Ok(counted) => Unread { response, booking, _counted: counted, _place: None },
        Err(refusal) => {
            let result = Some(Answered::Failure(as_value(&no_memory(&refusal))));
            let response = MatchManyResponse { result };
            Unread { response, booking: None, _counted: registry.memory().note(0), _place: None }
        }
    }
}

/// Waits until there is room in the window.
async fn place(window: &Arc<Semaphore>, answer: Unread) -> Option<Unread> {
    let bytes = answer.response.encoded_len().min(WINDOW);
    let permits = u32::try_from(bytes).unwrap_or(u32::MAX);
    let place = Arc::clone(window).acquire_many_owned(permits).await.ok()?;
    Some(Unread { _place: Some(place), ..answer })
}

async fn one(graph: &Named, request: MatchRequest) -> (MatchManyResponse, Option<Undelivered>) {
    let answered = if request.graph.is_empty() || graph_name(&request.graph) == graph.name() {
        match graph.check(&request.incarnation) {
            Ok(()) => matching::run(graph, request).await,
            Err(another) => Err(another),
        }
    } else {
        let what =
            format!("expected `{}`, the graph of the first request, or nothing", graph.name());
        Err(failure::invalid("graph", what))
    };
    let (result, booking) = match answered {
        Ok(matching::Reply { response, booking }) => (Answered::Match(response), booking),
        Err(status) => (Answered::Failure(as_value(&status)), None),
    };
    (MatchManyResponse { result: Some(result) }, booking)
}

fn as_value(status: &Status) -> MatchFailure {
    MatchFailure {
        code: status.code().into(),
        message: status.message().to_owned(),
        status_details: status.details().to_vec(),
    }
}
