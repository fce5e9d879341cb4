//! Health of the whole server and of each service (`grpc.health.v1`).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use tokio::sync::Notify;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::{Code, Status};
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health as HealthService, HealthServer};
use tonic_health::server::HealthReporter;
use tower::Service;

use crate::proto::fluxion::fluxion_service_server::FluxionServiceServer;
use crate::proto::fluxion::v1::graph_service_server::GraphServiceServer;
use crate::proto::fluxion::v1::insight_service_server::InsightServiceServer;
use crate::proto::fluxion::v1::job_service_server::JobServiceServer;
use crate::proto::fluxion::v1::maintenance_service_server::MaintenanceServiceServer;
use crate::proto::fluxion::v1::resource_service_server::ResourceServiceServer;
use crate::published::ThreeCalls;
use crate::transport::readiness::farewell;
use crate::v1::{Graphs, Insight, Jobs, Maintenance, Resources};

/// Empty for the whole server, as the health protocol has it.
const NAMES: [&str; 7] = [
    "",
    FluxionServiceServer::<ThreeCalls>::NAME,
    GraphServiceServer::<Graphs>::NAME,
    JobServiceServer::<Jobs>::NAME,
    ResourceServiceServer::<Resources>::NAME,
    MaintenanceServiceServer::<Maintenance>::NAME,
    InsightServiceServer::<Insight>::NAME,
];

/// What health checks are told.
#[derive(Clone)]
pub(crate) struct Health {
    reporter: HealthReporter,
    begun: Arc<Notify>,
}

impl Health {
    /// Nothing is serving yet.
    pub(crate) async fn begin() -> (Self, Readable<HealthServer<impl HealthService>>) {
        let (reporter, service) = tonic_health::server::health_reporter();
        let health = Self { reporter, begun: Arc::default() };
        health.tell(ServingStatus::NotServing).await;
        (health, Readable(service))
    }

    /// Everything is serving. Told when the port is open and the graphs are there, so that nobody hears it too early.
    pub(crate) async fn serving(&self) {
        self.tell(ServingStatus::Serving).await;
        self.begun.notify_one();
    }

    /// Completes once when everything is serving.
    pub(crate) async fn begun(&self) {
        self.begun.notified().await;
    }

    async fn tell(&self, status: ServingStatus) {
        for name in NAMES {
            self.reporter.set_service_status(name, status).await;
        }
    }

    /// Nothing is serving any more, but for who comes all the same.
    pub(crate) async fn leaving(&self) {
        self.tell(ServingStatus::NotServing).await;
    }

    /// Tells watchers that nothing is serving any more, then ends their streams, which would otherwise keep
    /// the server from finishing.
    pub(crate) async fn drain(mut self) {
        self.tell(ServingStatus::NotServing).await;
        for name in NAMES {
            self.reporter.clear_service_status(name).await;
        }
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
        let is_watch = request.uri().path().ends_with("/Watch");
        let answer = self.0.call(request);
        Box::pin(async move {
            let mut answer = answer.await?;
            if let Some(status) = answer.headers_mut().get_mut(Status::GRPC_STATUS)
                && Code::from_bytes(status.as_bytes()) == Code::Internal
            {
                *status = (Code::InvalidArgument as i32).into();
            }
            Ok(answer.map(|inner| if is_watch { Body::new(Watch(inner)) } else { inner }))
        })
    }
}

/// The answers to a watch, which ends with the server only, and says so.
struct Watch(Body);

impl HttpBody for Watch {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.0).poll_frame(task);
        let is_end = |trailers: &http::HeaderMap| {
            let status = trailers.get(Status::GRPC_STATUS);
            status.is_some_and(|status| Code::from_bytes(status.as_bytes()) == Code::Ok)
        };
        polled.map(|frame| match frame {
            Some(Ok(frame)) if frame.trailers_ref().is_some_and(is_end) => {
                let mut trailers = http::HeaderMap::new();
                let added = farewell().add_header(&mut trailers);
                Some(added.map(|()| Frame::trailers(trailers)))
            }
            other => other,
        })
    }
}
