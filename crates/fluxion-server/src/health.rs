//! Health of the whole server, of each service and of each graph (`grpc.health.v1`). The server and its services serve once what was
//! kept is there again, with graphs or without; `graph/NAME` serves while there is a graph of the name.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{Notify, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus as Told;
use tonic_health::pb::health_server::{Health as HealthService, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tower::Service;

use crate::access::caller::Caller;
use crate::proto::fluxion::fluxion_service_server::FluxionServiceServer;
use crate::proto::fluxion::v1::calendar_service_server::CalendarServiceServer;
use crate::proto::fluxion::v1::graph_service_server::GraphServiceServer;
use crate::proto::fluxion::v1::insight_service_server::InsightServiceServer;
use crate::proto::fluxion::v1::job_service_server::JobServiceServer;
use crate::proto::fluxion::v1::maintenance_service_server::MaintenanceServiceServer;
use crate::proto::fluxion::v1::resource_service_server::ResourceServiceServer;
use crate::published::ThreeCalls;
use crate::transport::readiness::farewell;
use crate::transport::registry::{Registry, is_graph_name};
use crate::v1::{Calendars, Graphs, Insight, Jobs, Maintenance, Resources};

/// Empty for the whole server, as the health protocol has it.
const NAMES: [&str; 8] = [
    "",
    FluxionServiceServer::<ThreeCalls>::NAME,
    GraphServiceServer::<Graphs>::NAME,
    JobServiceServer::<Jobs>::NAME,
    ResourceServiceServer::<Resources>::NAME,
    MaintenanceServiceServer::<Maintenance>::NAME,
    InsightServiceServer::<Insight>::NAME,
    CalendarServiceServer::<Calendars>::NAME,
];

/// What the name of a graph stands behind.
const GRAPH: &str = "graph/";

/// How the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It recovers, or is about to end.
    NotServing,
    Serving,
    /// Watches end with it.
    Ended,
}

/// What health checks are told; clones share it.
#[derive(Clone)]
pub(crate) struct Health {
    phase: Arc<watch::Sender<Phase>>,
    begun: Arc<Notify>,
    registry: Arc<Registry>,
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health").field("phase", &*self.phase.borrow()).finish_non_exhaustive()
    }
}

impl Health {
    /// Nothing is serving yet.
    pub(crate) fn of(registry: Arc<Registry>) -> Self {
        let phase = Arc::new(watch::Sender::new(Phase::NotServing));
        Self { phase, begun: Arc::default(), registry }
    }

    /// What answers for it.
    pub(crate) fn service(&self) -> Readable<HealthServer<Self>> {
        Readable(HealthServer::new(self.clone()))
    }

    /// Everything is serving. Told when the port is open and the graphs are there, so that nobody hears it too early.
    pub(crate) fn serving(&self) {
        self.phase.send_replace(Phase::Serving);
        self.begun.notify_one();
    }

    /// Completes once when everything is serving.
    pub(crate) async fn begun(&self) {
        self.begun.notified().await;
    }

    /// Nothing is serving any more, but for who comes all the same.
    pub(crate) fn leaving(&self) {
        self.phase.send_replace(Phase::NotServing);
    }

    /// Tells watchers that nothing is serving any more, then ends their streams, which would otherwise keep
    /// the server from finishing.
    pub(crate) fn drain(&self) {
        self.phase.send_replace(Phase::Ended);
    }

    fn told(&self, subject: &Subject, caller: &Caller) -> Told {
        let serving = match *self.phase.borrow() {
            Phase::Serving => Told::Serving,
            Phase::NotServing | Phase::Ended => Told::NotServing,
        };
        match subject {
            Subject::Server => serving,
            Subject::Graph(name) if caller.may_see(name) && caller.recheck(name).is_ok() => {
                match self.registry.graph(name) {
                    Some(graph) if graph.is_dead() => Told::NotServing,
                    Some(_) => serving,
                    None => Told::ServiceUnknown,
                }
            }
            Subject::Graph(_) | Subject::Nothing => Told::ServiceUnknown,
        }
    }

    /// Tells how a subject is, whenever that changes, until nobody listens or the server ends.
    async fn follow(self, subject: Subject, caller: Caller, answers: Answers) {
        let (mut phases, mut graphs) = (self.phase.subscribe(), self.registry.changes());
        let mut last = None;
        loop {
            let is_over = *phases.borrow_and_update() == Phase::Ended;
            graphs.mark_unchanged();
            let told = self.told(&subject, &caller);
            if last.replace(told) != Some(told) && answers.send(Ok(answer(told))).await.is_err() {
                return;
            }
            if is_over {
                let _ = answers.send(Err(farewell())).await;
                return;
            }
            tokio::select! {
                _ = phases.changed() => {}
                _ = graphs.changed() => {}
                () = answers.closed() => return,
            }
        }
    }
}

type Answers = mpsc::Sender<Result<HealthCheckResponse, Status>>;

fn answer(told: Told) -> HealthCheckResponse {
    HealthCheckResponse { status: told.into() }
}

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    /// The server or a service.
    Server,
    /// A graph, be there one or not.
    Graph(String),
    /// Something that can never be.
    Nothing,
}

impl Subject {
    fn of(name: &str) -> Self {
        match name.strip_prefix(GRAPH) {
            Some(graph) if is_graph_name(graph) => Self::Graph(graph.to_owned()),
            None if NAMES.contains(&name) => Self::Server,
            _ => Self::Nothing,
        }
    }
}

#[tonic::async_trait]
impl HealthService for Health {
    type WatchStream = ReceiverStream<Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let subject = Subject::of(&request.get_ref().service);
        match self.told(&subject, &Caller::of(&request)) {
            Told::ServiceUnknown => Err(Status::not_found("nothing of this name is served")),
            told => Ok(Response::new(answer(told))),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let (caller, subject) = (Caller::of(&request), Subject::of(&request.get_ref().service));
        let (answers, told) = mpsc::channel(1);
        tokio::spawn(self.clone().follow(subject, caller, answers));
        Ok(Response::new(ReceiverStream::new(told)))
    }
}

/// The health service, which tells a client whose request cannot be read that this is its own fault. The framework calls it
/// an internal error, and the service itself has no errors of that sort.
#[derive(Clone, Debug)]
pub(crate) struct Readable<S>(S);

impl<S: NamedService> NamedService for Readable<S> {
    const NAME: &'static str = S::NAME;
}

impl<R, S> Service<http::Request<R>> for Readable<S>
where
    S: Service<http::Request<R>, Response = http::Response<Body>, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(task)
    }

    fn call(&mut self, request: http::Request<R>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move {
            let mut answer = answer.await?;
            if let Some(status) = answer.headers_mut().get_mut(Status::GRPC_STATUS)
                && Code::from_bytes(status.as_bytes()) == Code::Internal
            {
                *status = (Code::InvalidArgument as i32).into();
            }
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_stands_for() {
        let check =
            |name: &str, expected: Subject| assert_eq!(Subject::of(name), expected, "{name}");
        check("", Subject::Server);
        check("fluxion.v1.JobService", Subject::Server);
        check("graph/default", Subject::Graph("default".to_owned()));
        for nothing in ["graph/", "graph", "graph/a b", "graph/a/b", "default", "Graph/default"] {
            check(nothing, Subject::Nothing);
        }
        check(&format!("graph/{}", "x".repeat(64)), Subject::Nothing);
    }
}
