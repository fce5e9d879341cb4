//! Health of the whole server and of each service (`grpc.health.v1`).

use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health as HealthService, HealthServer};
use tonic_health::server::HealthReporter;

use crate::proto::fluxion::fluxion_service_server::FluxionServiceServer;
use crate::proto::fluxion::v1::graph_service_server::GraphServiceServer;
use crate::proto::fluxion::v1::job_service_server::JobServiceServer;
use crate::proto::fluxion::v1::resource_service_server::ResourceServiceServer;
use crate::published::ThreeCalls;
use crate::v1::{Graphs, Jobs, Resources};

/// Empty for the whole server, as the health protocol has it.
const NAMES: [&str; 5] = [
    "",
    FluxionServiceServer::<ThreeCalls>::NAME,
    GraphServiceServer::<Graphs>::NAME,
    JobServiceServer::<Jobs>::NAME,
    ResourceServiceServer::<Resources>::NAME,
];

/// What health checks are told.
pub(crate) struct Health(HealthReporter);

impl Health {
    /// Everything is serving. Made when the port is open, so that nobody hears it too early.
    pub(crate) async fn serving() -> (Self, HealthServer<impl HealthService>) {
        let (reporter, service) = tonic_health::server::health_reporter();
        for name in NAMES {
            reporter.set_service_status(name, ServingStatus::Serving).await;
        }
        (Self(reporter), service)
    }

    /// Tells watchers that nothing is serving any more, then ends their streams, which would otherwise keep
    /// the server from finishing.
    pub(crate) async fn drain(mut self) {
        for name in NAMES {
            self.0.set_service_status(name, ServingStatus::NotServing).await;
        }
        for name in NAMES {
            self.0.clear_service_status(name).await;
        }
    }
}
