//! The published three-call service, `fluxion.FluxionService` (`docs/semantics/compatibility.md`, The
//! published service).

#![expect(clippy::disallowed_methods, reason = "how long a load takes is logged")]

use std::sync::Arc;
use std::time::Instant;

use fluxion_context::{JobId, MatchOperation, Matched, Outcome, Wanted};
use fluxion_store::{Answer, Answered, Command, JobName, KeyedCommand, RequestId};
use tonic::{Request, Response, Status};

use crate::access::caller::Caller;
use crate::config::{Config, OnInit};
use crate::legible::legible;
use crate::proto::fluxion::fluxion_service_server::FluxionService;
use crate::proto::fluxion::{
    CancelRequest, CancelResponse, InitRequest, InitResponse, MatchRequest, MatchResponse,
};
use crate::published::operation::operation;
use crate::published::{keys, status};
use crate::transport::graph_thread::GraphThread;
use crate::transport::registry::{DEFAULT_GRAPH, Existing, Registry};
use crate::transport::served_graph::Upload;
use crate::transport::work::Done;

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

    fn graph(&self, caller: &Caller) -> Result<GraphThread, Status> {
        caller.check_graph(DEFAULT_GRAPH)?;
        let graph = self.registry.graph(DEFAULT_GRAPH).ok_or_else(status::no_graph)?;
        Ok(graph.from(caller.origin, caller.asked_by()))
    }
}

async fn execute(
    graph: &GraphThread,
    id: Option<RequestId>,
    command: Command,
) -> Result<Done, Status> {
    let done = graph.execute(KeyedCommand { id, command }).await;
    done.map_err(status::stopped)?.map_err(|refusal| {
        tracing::debug!(refusal = %legible(&refusal.to_string()), "refused");
        status::refused(&refusal)
    })
}

#[tonic::async_trait]
impl FluxionService for ThreeCalls {
    async fn init(&self, request: Request<InitRequest>) -> Result<Response<InitResponse>, Status> {
        let caller = Caller::of(&request);
        caller.check_graph(DEFAULT_GRAPH)?;
        let InitRequest { policy, jgf } = request.into_inner();
        if policy.len() > status::LONGEST_POLICY {
            return Err(status::long_policy(policy.len()));
        }
        let options = self.config.options(&policy);
        let (bytes, policy, start) = (jgf.len(), options.policy.clone(), Instant::now());
        let existing = match self.config.on_init {
            OnInit::Replace => Existing::GivesWay,
            OnInit::KeepIfSame => Existing::StaysIfSame,
            OnInit::Refuse => Existing::Stays,
        };
        let by = caller.asked_by();
        let upload = Upload { by: by.clone(), ..Upload::new(jgf, options) };
        let loading = self.registry.load(DEFAULT_GRAPH, upload, existing);
        loading.await.map_err(|error| {
            let status = status::init(&error);
            tracing::warn!(message = status.message(), "a graph was not loaded");
            status
        })?;
        let seconds = start.elapsed().as_secs_f32();
        tracing::info!(bytes, policy, seconds, principal = by.name(), "a graph was loaded");
        Ok(Response::new(InitResponse::default()))
    }

    async fn r#match(
        &self,
        request: Request<MatchRequest>,
    ) -> Result<Response<MatchResponse>, Status> {
        let id = keys::request_id("Match", &request).map_err(|error| status::key(&error))?;
        let job_key = keys::job_key(&request).map_err(|error| status::key(&error))?;
        let caller = Caller::of(&request);
        let request = request.into_inner();
        let operation = operation(&request).map_err(status::operation)?;
        let (jobspec, wanted) = (request.jobspec, Wanted::default());
        let command = Command::Match { operation, jobspec, now: NOW, wanted, job_key };
        let Done { answered, booking } = execute(&self.graph(&caller)?, id, command).await?;
        let Answered { answer: Answer::Matched(matched), seconds, .. } = answered else {
            return Err(status::mismatch());
        };
        tracing::debug!(%operation, job = %matched.job, at = matched.at, seconds, "match");
        let mut response = Response::new(answer(matched, operation, seconds as f32));
        if let Some(booking) = booking {
            response.extensions_mut().insert(booking);
        }
        Ok(response)
    }

    async fn cancel(
        &self,
        request: Request<CancelRequest>,
    ) -> Result<Response<CancelResponse>, Status> {
        let id = keys::request_id("Cancel", &request).map_err(|error| status::key(&error))?;
        let graph = self.graph(&Caller::of(&request))?;
        let number = request.into_inner().job_id;
        let job = u64::try_from(number).map(JobId).map_err(|_| status::impossible_job(number))?;
        execute(&graph, id, Command::Cancel { job: JobName::Id(job) }).await?;
        tracing::debug!(job = number, "cancel");
        Ok(Response::new(CancelResponse { job_id: number, ..CancelResponse::default() }))
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
