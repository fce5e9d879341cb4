//! The server: one port, all services, and an orderly end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fluxion_store::journal::Log;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::service::Routes;

use crate::admin::{AdminPort, KnownUnits, Observed};
use crate::config::{Config, Limits};
use crate::health::Health;
use crate::journal_options::JournalOptions;
use crate::keeping::{Keeping, Kept, ServeError};
use crate::live::LiveSettings;
use crate::measures::call_measures::CallMeasures;
use crate::proto::fluxion::fluxion_service_server::FluxionServiceServer;
use crate::proto::fluxion::v1::calendar_service_server::CalendarServiceServer;
use crate::proto::fluxion::v1::graph_service_server::GraphServiceServer;
use crate::proto::fluxion::v1::insight_service_server::InsightServiceServer;
use crate::proto::fluxion::v1::job_service_server::JobServiceServer;
use crate::proto::fluxion::v1::maintenance_service_server::MaintenanceServiceServer;
use crate::proto::fluxion::v1::resource_service_server::ResourceServiceServer;
use crate::published::ThreeCalls;
use crate::reflection::{self, Reflection};
use crate::security::Security;
use crate::transport::call_record::CallBook;
use crate::transport::calls::Calls;
use crate::transport::connections::Connections;
use crate::transport::descriptors::{self, TooFewDescriptors};
use crate::transport::listen::{Listen, ListenAddress, ListenError};
use crate::transport::listener::Listener;
use crate::transport::memory::Memory;
use crate::transport::readiness::Readiness;
use crate::transport::registry::Registry;
use crate::transport::served_graph::Bounds;
use crate::transport::totals::Totals;
use crate::transport::wall_clock::WallClock;
use crate::transport::windows::Windows;
use crate::v1::{Calendars, Graphs, Insight, Jobs, Maintenance, Repeats, Resources};

/// A server whose port is open.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<Listener>,
    config: Config,
    security: Security,
    live: LiveSettings,
    kept: Option<Kept>,
    ready: Option<oneshot::Sender<()>>,
    admin: Option<AdminPort>,
    clock: WallClock,
}

/// How long the graphs may take to be put away.
const PUT_AWAY: Duration = Duration::from_secs(10);

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every call in flight was answered.
    Finished,
    /// The grace period passed first.
    GraceElapsed,
}

impl Server {
    /// Opens the port. Clients can connect from now on and are served from [`Server::run`] on.
    pub async fn bind(listen: &Listen, config: Config) -> Result<Self, ListenError> {
        Self::bind_all(&[ListenAddress::Tcp(listen.clone())], config).await
    }

    /// The same at several places.
    pub async fn bind_all(places: &[ListenAddress], config: Config) -> Result<Self, ListenError> {
        let mut listeners = Vec::new();
        for place in places {
            listeners.push(place.bind().await?);
        }
        let (security, live) = (Security::default(), LiveSettings::new(&config));
        let (kept, ready, admin, clock) = (None, None, None, WallClock::default());
        Ok(Self { listeners, config, security, live, kept, ready, admin, clock })
    }

    /// The same, for those who may call.
    #[must_use]
    pub fn secured(self, security: Security) -> Self {
        Self { security, ..self }
    }

    /// The same with a journal: the graphs that it holds are recovered first, and whatever is answered from then on is in it.
    #[must_use]
    pub fn keeping(self, log: Box<dyn Log>, options: JournalOptions) -> Self {
        Self { kept: Some(Kept { log, options }), ..self }
    }

    /// The same; it is told when everything is served: with a journal, when all graphs are there.
    #[must_use]
    pub fn telling(self, ready: oneshot::Sender<()>) -> Self {
        Self { ready: Some(ready), ..self }
    }

    /// The same with an admin port, which answers from the beginning of recovery to the end of draining.
    #[must_use]
    pub fn administered(self, admin: AdminPort) -> Self {
        Self { admin: Some(admin), ..self }
    }

    /// The same by another clock than that of the system: graphs whose clock is that of the server go by it.
    #[must_use]
    pub fn timed(self, clock: WallClock) -> Self {
        Self { clock, ..self }
    }

    /// What can be changed while it serves.
    #[must_use]
    pub fn live(&self) -> LiveSettings {
        self.live.clone()
    }

    /// The first address at which the server listens.
    ///
    /// # Errors
    /// It has none, as at a Unix socket.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        let address = self.listeners.iter().find_map(|listener| match listener {
            Listener::Tcp(listener) => Some(listener.local_addr()),
            Listener::Unix(_) => None,
        });
        address.unwrap_or_else(|| Err(io::ErrorKind::AddrNotAvailable.into()))
    }

    /// Where the server listens, as people read it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn places(&self) -> io::Result<Vec<String>> {
        self.listeners.iter().map(Listener::place).collect()
    }

    /// Recovers what the journal holds, if there is one. Serves until `shutdown` completes, then drains: takes no more connections
    /// and calls, and waits for the calls in flight, but not longer than the grace period.
    ///
    /// # Errors
    /// [`ServeError::Journal`] if what is kept cannot be served, or something was lost meanwhile: then nothing that was
    /// answered is.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<Drained, ServeError> {
        let Self { listeners, config, security, live, kept, ready, admin, clock } = self;
        let Config { limits, timeouts, log_rate, .. } = config;
        let (memory, places) = begin(limits)?;
        let largest_text = usize::try_from(limits.answer.0).unwrap_or(usize::MAX);
        let bounds =
            Bounds { call: timeouts.call, load: timeouts.load, largest_text, queue: limits.queue };
        let keeping = Keeping::start(kept)?;
        let journal = keeping.journal.clone();
        let totals = Arc::new(Totals::new(live.clone()));
        let registry = Registry::new(bounds, Arc::clone(&memory), journal.clone())
            .counted(totals)
            .timed(clock);
        let registry = Arc::new(registry);
        let repeats = Arc::<Repeats>::default();
        let (health, routes) = routes(config, Arc::clone(&registry), Arc::clone(&repeats))?;
        let readiness = keeping.readiness.clone();
        let measures = CallMeasures::new(reflection::methods()?);
        let book = CallBook::new(Arc::clone(&measures), log_rate);
        let (of_calls, all) = (Arc::clone(&book), Arc::clone(&memory));
        let calls =
            Calls::new(routes, live.clone(), all, (readiness.clone(), security.guard()), of_calls);
        let observed = Observed {
            readiness: readiness.clone(),
            registry: Arc::clone(&registry),
            calls: measures,
            in_flight: Arc::clone(calls.in_flight()),
            places: Arc::clone(&places),
            memory,
            parties: Arc::clone(calls.parties()),
            live: live.clone(),
            guard: security.guard(),
            tls: security.tls(),
            journal: journal.clone(),
            units: KnownUnits::default(),
        };
        let _admin = admin.map(|port| Observing(tokio::spawn(port.serve(Arc::new(observed)))));
        if journal.is_none() {
            health.serving();
        }
        let (draining, drained) = oneshot::channel();
        let stop = async {
            let is_asked = tokio::select! {
                () = shutdown => true,
                () = keeping.lost() => false,
            };
            leave(&readiness, &health, is_asked.then(|| live.now().drain_delay)).await;
            health.drain();
            let _ = draining.send(());
        };
        let told = async {
            health.begun().await;
            let _ = ready.map(|ready| ready.send(()));
            std::future::pending().await
        };
        let ended = tokio::select! {
            ended = told => ended,
            () = Connections::new((calls, security.tls()), live.clone(), places).serve(listeners, stop) => Drained::Finished,
            () = elapsed(drained, &live) => Drained::GraceElapsed,
            () = book.log.tell(&live) => Drained::Finished,
            never = security.watch() => match never {},
            error = keeping.recovered(&registry, &repeats, &health) => {
                keeping.close().await;
                return Err(error);
            }
        };
        if journal.is_some() {
            // what is carried can wait for the next start, if a graph is too busy
            let _ = tokio::time::timeout(PUT_AWAY, registry.put_away()).await;
        }
        keeping.close().await;
        keeping.fault().map_or(Ok(ended), |fault| Err(fault.into()))
    }
}

/// Tells everybody that the server ends, and waits until balancers know; not at all if nobody has ever asked.
async fn leave(readiness: &Readiness, health: &Health, delay: Option<Duration>) {
    match delay {
        Some(_) => tracing::info!("draining"),
        None => tracing::error!("the journal failed: the server ends"),
    }
    health.leaving();
    readiness.leave();
    if let Some(delay) = delay.filter(|delay| !delay.is_zero() && readiness.is_watched()) {
        tokio::time::sleep(delay).await;
    }
    readiness.drain();
}

/// The admin port, closed when this is dropped.
struct Observing(JoinHandle<()>);

impl Drop for Observing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The account of all memory, and how many may connect; told to whoever reads the log.
fn begin(limits: Limits) -> Result<(Arc<Memory>, Arc<Windows>), TooFewDescriptors> {
    let bytes = limits.memory.resolve();
    let memory = Memory::new(bytes);
    let places = Windows::within(&memory, descriptors::most_connections(limits.connections)?);
    let (connections, answer) = (places.most, limits.answer);
    tracing::info!(memory = %bytes, %answer, connections, "at most");
    Ok((memory, places))
}

/// Completes `grace` after draining began; never if it does not begin.
async fn elapsed(draining: oneshot::Receiver<()>, live: &LiveSettings) {
    if draining.await.is_ok() {
        tokio::time::sleep(live.now().grace).await;
    } else {
        std::future::pending().await
    }
}

/// All services of the port, over the graphs of a registry.
pub(crate) fn routes(
    config: Config,
    registry: Arc<Registry>,
    repeats: Arc<Repeats>,
) -> Result<(Health, Routes), ServeError> {
    let health = Health::of(Arc::clone(&registry));
    let graphs =
        GraphServiceServer::new(Graphs::new(config.clone(), Arc::clone(&registry), repeats))
            .max_decoding_message_size(usize::MAX);
    let jobs = JobServiceServer::new(Jobs::new(Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let resources = ResourceServiceServer::new(Resources::new(Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let maintenance = MaintenanceServiceServer::new(Maintenance::new(Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let insight = InsightServiceServer::new(Insight::new(Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let calendar = CalendarServiceServer::new(Calendars::new(Arc::clone(&registry)))
        .max_decoding_message_size(usize::MAX);
    let three_calls = FluxionServiceServer::new(ThreeCalls::new(config, registry))
        .max_decoding_message_size(usize::MAX);
    let routes = Routes::new(three_calls)
        .add_service(graphs)
        .add_service(jobs)
        .add_service(resources)
        .add_service(maintenance)
        .add_service(insight)
        .add_service(calendar)
        .add_service(health.service())
        .add_service(Reflection::v1()?)
        .add_service(Reflection::v1alpha()?);
    Ok((health, routes))
}
