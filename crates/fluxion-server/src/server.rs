//! The server: one port, all services, and an orderly end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tower::ServiceBuilder;

use crate::config::Config;
use crate::health::Health;
use crate::proto::DESCRIPTORS;
use crate::proto::fluxion::fluxion_service_server::FluxionServiceServer;
use crate::proto::fluxion::v1::graph_service_server::GraphServiceServer;
use crate::proto::fluxion::v1::job_service_server::JobServiceServer;
use crate::proto::fluxion::v1::resource_service_server::ResourceServiceServer;
use crate::published::ThreeCalls;
use crate::transport::delivery::guard_delivery;
use crate::transport::listen::{Listen, ListenError};
use crate::transport::message_limit::limit_messages;
use crate::transport::registry::Registry;
use crate::v1::{Graphs, Jobs, Resources};

/// A server whose port is open.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    config: Config,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every call in flight was answered.
    Finished,
    /// The grace period passed first.
    GraceElapsed,
}

/// Serving failed.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The transport failed.
    #[error("the server failed")]
    Transport(#[from] tonic::transport::Error),
    /// The protocol cannot be described to clients.
    #[error("the protocol descriptors are broken")]
    Descriptors(#[from] tonic_reflection::server::Error),
}

/// Enough for a burst, small enough that a connection cannot take all memory.
const MAX_STREAMS_PER_CONNECTION: u32 = 1024;

/// Graphs are large: the default of 64 KiB would make their transfer wait for round trips.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// A client that vanished without a word is noticed, and its bookings are undone, after about this time.
const KEEPALIVE: Duration = Duration::from_secs(30);

impl Server {
    /// Opens the port. Clients can connect from now on and are served from [`Server::run`] on.
    pub async fn bind(listen: &Listen, config: Config) -> Result<Self, ListenError> {
        Ok(Self { listener: listen.bind().await?, config })
    }

    /// Where the server listens.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `shutdown` completes, then drains: takes no more connections and calls, and waits for the
    /// calls in flight, but not longer than the grace period.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<Drained, ServeError> {
        let Self { listener, config } = self;
        let (limits, grace) = (config.limits, config.grace);
        let (health, routes) = routes(config, Arc::default()).await?;
        let (draining, drained) = oneshot::channel();
        let stop = async {
            shutdown.await;
            tracing::info!("draining");
            health.drain().await;
            let _ = draining.send(());
        };
        let layers = ServiceBuilder::new()
            .map_request(move |request| limit_messages(request, limits))
            .map_response(guard_delivery);
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let server = transport().layer(layers).add_routes(routes);
        let serving = server.serve_with_incoming_shutdown(incoming, stop);
        tokio::select! {
            served = serving => served.map(|()| Drained::Finished).map_err(ServeError::from),
            () = elapsed(drained, grace) => Ok(Drained::GraceElapsed),
        }
    }
}

/// Completes `grace` after draining began; never if it does not begin.
async fn elapsed(draining: oneshot::Receiver<()>, grace: Duration) {
    if draining.await.is_ok() {
        tokio::time::sleep(grace).await;
    } else {
        std::future::pending().await
    }
}

fn transport() -> tonic::transport::Server {
    tonic::transport::Server::builder()
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(MAX_STREAMS_PER_CONNECTION)
        .http2_keepalive_interval(Some(KEEPALIVE))
}

/// All services of the port, over the graphs of a registry.
pub(crate) async fn routes(
    config: Config,
    registry: Arc<Registry>,
) -> Result<(Health, Routes), ServeError> {
    let (health, health_service) = Health::serving().await;
    let graphs = GraphServiceServer::new(Graphs::new(config.clone(), Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let jobs = JobServiceServer::new(Jobs::new(Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let resources = ResourceServiceServer::new(Resources::new(Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let three_calls = FluxionServiceServer::new(ThreeCalls::new(config, registry))
        .max_decoding_message_size(usize::MAX);
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let routes = Routes::new(three_calls)
        .add_service(graphs)
        .add_service(jobs)
        .add_service(resources)
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    Ok((health, routes))
}
