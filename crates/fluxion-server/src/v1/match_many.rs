//! Many matches over one stream, one after the other.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use tokio::sync::mpsc;
use tokio_stream::Stream;
use tonic::{Status, Streaming};

use crate::proto::fluxion::v1::match_many_response::Result as Answered;
use crate::proto::fluxion::v1::{MatchFailure, MatchManyResponse, MatchRequest};
use crate::transport::delivery::Outbox;
use crate::transport::registry::Registry;
use crate::transport::turns::Origin;
use crate::transport::work::Undelivered;
use crate::v1::targets::{Named, graph_name};
use crate::v1::{failure, matching};

/// How many answers may wait for a client that reads slowly.
const WAITING: usize = 16;

type Item = Result<(MatchManyResponse, Option<Undelivered>), Status>;

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
                answer.map(|(response, booking)| {
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
    origin: Origin,
) -> (Answers, Outbox) {
    let (answer, ready) = mpsc::channel(WAITING);
    let outbox = Outbox::default();
    tokio::spawn(async move {
        if let Err(status) = serve(&registry, requests, origin, &answer).await {
            let _ = answer.send(Err(status)).await;
        }
    });
    (Answers { ready, outbox: outbox.clone() }, outbox)
}

/// Ends when the requests do, or when nobody listens any more.
async fn serve(
    registry: &Registry,
    mut requests: Streaming<MatchRequest>,
    origin: Origin,
    answer: &mpsc::Sender<Item>,
) -> Result<(), Status> {
    let Some(first) = requests.message().await? else { return Ok(()) };
    let graph = Named::find(registry, &first.graph, origin)?;
    let mut next = Some(first);
    while let Some(request) = next {
        let item = tokio::select! {
            item = one(&graph, request) => item,
            () = answer.closed() => return Ok(()),
        };
        if answer.send(Ok(item)).await.is_err() {
            return Ok(());
        }
        next = requests.message().await?;
    }
    Ok(())
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
