//! Connections of the admin port: few at a time, one request on each, none for long.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::access::peer::Peer;
use crate::admin::observed::Observed;
use crate::admin::pages::{AdminHooks, AdminPages};

/// Who connects beyond that is sent away.
const MOST_CONNECTIONS: usize = 32;

/// How long headers may take.
const HEADERS: Duration = Duration::from_secs(5);

/// How long a connection may last.
const LONGEST: Duration = Duration::from_secs(30);

/// How long the system is left alone when it has no descriptor for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// An admin port that is open, and answers once its server runs.
#[derive(Debug)]
pub struct AdminPort {
    listener: TcpListener,
    hooks: Arc<dyn AdminHooks>,
}

impl AdminPort {
    /// Opens the port at an address, `host:port`.
    ///
    /// # Errors
    /// The system does not allow it.
    pub async fn bind(address: &str, hooks: Arc<dyn AdminHooks>) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, hooks })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not know.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers for ever.
    pub(crate) async fn serve(self, server: Arc<Observed>) {
        let Self { listener, hooks } = self;
        let (pages, places) =
            (AdminPages { server, hooks }, Arc::new(Semaphore::new(MOST_CONNECTIONS)));
        loop {
            let Ok((stream, peer)) = listener.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
            let pages = pages.clone();
            tokio::spawn(async move {
                let _ = tokio::time::timeout(LONGEST, converse(stream, peer, pages)).await;
                drop(place);
            });
        }
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, pages: AdminPages) {
    let door = pages.server.guard.door(Peer::at(Some(peer)));
    let service = service_fn(move |request| {
        let (pages, door) = (pages.clone(), door.clone());
        async move { Ok::<_, Infallible>(pages.answer(request, &door).await) }
    });
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS).keep_alive(false);
    if let Err(error) = builder.serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(%error, "a connection of the admin port failed");
    }
}
