//! The published three-call service, `fluxion.FluxionService` (chapter 08, part C).

#![expect(clippy::disallowed_methods, reason = "how long a load takes is logged")]

use std::sync::Arc;
use std::time::Instant;

use fluxion_context::{CancelCounts, MatchError, Matched, Outcome, Wanted};
use fluxion_engine::{JobId, MatchOperation};
use tonic::{Request, Response, Status};

use crate::booking::Booking;
use crate::config::Config;
use crate::graph_thread::GraphThread;
use crate::operation::operation;
use crate::proto::fluxion::fluxion_service_server::FluxionService;
use crate::proto::fluxion::{
    CancelRequest, CancelResponse, InitRequest, InitResponse, MatchRequest, MatchResponse,
};
use crate::registry::{DEFAULT_GRAPH, Existing, Registry};
use crate::status;
use crate::v1::served::{Served, Timed};

/// The engine's clock stands still: the published interface has no way to advance it.
const NOW: i64 = 0;

/// The number that stands for "no job was made".
const NO_JOB: i64 = -1;

/// The service over the graph named `default`.
#[derive(Debug)]
pub(crate) struct ThreeCalls {
    config: Config,
    registry: Arc<Registry>,
}

impl ThreeCalls {
    /// The service before its first Init.
    pub(crate) fn new(config: Config, registry: Arc<Registry>) -> Self {
        Self { config, registry }
    }

    fn graph(&self) -> Result<GraphThread, Status> {
        self.registry.graph(DEFAULT_GRAPH).ok_or_else(status::no_graph)
    }
}

#[tonic::async_trait]
impl FluxionService for ThreeCalls {
    async fn init(&self, request: Request<InitRequest>) -> Result<Response<InitResponse>, Status> {
        let InitRequest { policy, jgf } = request.into_inner();
        let options = self.config.options(&policy);
        let (bytes, policy, start) = (jgf.len(), options.policy.clone(), Instant::now());
        let loading = self.registry.load(DEFAULT_GRAPH, jgf, options, Existing::GivesWay);
        loading.await.map_err(|error| {
            let status = status::init(error);
            tracing::warn!(message = status.message(), "a graph was not loaded");
            status
        })?;
        let seconds = start.elapsed().as_secs_f32();
        tracing::info!(bytes, policy, seconds, "a graph was loaded");
        Ok(Response::new(InitResponse::default()))
    }

    async fn r#match(
        &self,
        request: Request<MatchRequest>,
    ) -> Result<Response<MatchResponse>, Status> {
        let request = request.into_inner();
        let operation = operation(&request).map_err(status::operation)?;
        let graph = self.graph()?;
        let thread = graph.clone();
        let work = move |served: &mut Served| book(served, thread, operation, &request.jobspec);
        let found = graph.call_or_undo(work, undo).await.map_err(status::stopped)?;
        let Found { matched, seconds, booking } = found.map_err(|error| {
            tracing::debug!(%operation, %error, kind = ?error.kind(), "no match");
            status::no_match(&error)
        })?;
        tracing::debug!(%operation, job = %matched.job, at = matched.at, seconds, "match");
        let mut response = Response::new(answer(matched, operation, seconds));
        if let Some(booking) = booking {
            response.extensions_mut().insert(booking);
        }
        Ok(response)
    }

    async fn cancel(
        &self,
        request: Request<CancelRequest>,
    ) -> Result<Response<CancelResponse>, Status> {
        let id = request.into_inner().job_id;
        let graph = self.graph()?;
        let job = u64::try_from(id).map(JobId).map_err(|_| status::impossible_job(id))?;
        let cancelled = graph.call(move |served| served.cancel(job)).await;
        let CancelCounts { postorder, .. } =
            cancelled.map_err(status::stopped)?.map_err(status::no_cancel)?;
        tracing::debug!(%job, vertices = postorder, "cancel");
        Ok(Response::new(CancelResponse { job_id: id, ..CancelResponse::default() }))
    }
}

/// A match that succeeded, on its way to the client.
struct Found {
    matched: Matched,
    seconds: f32,
    booking: Option<Booking>,
}

fn book(
    served: &mut Served,
    graph: GraphThread,
    operation: MatchOperation,
    jobspec: &str,
) -> Result<Found, MatchError> {
    let Timed { matched, seconds } =
        served.match_jobspec(operation, jobspec, NOW, &Wanted::default(), "")?;
    let booking = operation.books().then(|| Booking::new(graph, matched.job));
    Ok(Found { matched, seconds: seconds as f32, booking })
}

/// The client left while its job was booked.
fn undo(served: &mut Served, found: Result<Found, MatchError>) {
    if let Ok(Found { booking: Some(booking), .. }) = found {
        booking.roll_back(served);
    }
}

fn answer(matched: Matched, operation: MatchOperation, overhead: f32) -> MatchResponse {
    let job = if operation.books() { i64::try_from(matched.job.0).ok() } else { None };
    MatchResponse {
        allocation: matched.resources,
        jobid: job.unwrap_or(NO_JOB),
        reserved: matched.outcome == Outcome::Reserved,
        at: matched.at,
        overhead,
        ..MatchResponse::default()
    }
}
