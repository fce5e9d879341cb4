//! How a connection to a target comes about, and how long is waited for an answer.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, UnixStream};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tower::{ServiceExt as _, service_fn};

use crate::Options;
use crate::credentials::{ClearText, Credentials};
use crate::error::{Error, root_cause};
use crate::line::Line;
use crate::outgoing::Gathering;
use crate::target::Target;

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);

/// Graphs are large: the default of 64 KiB would make their transfer wait for round trips.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// Connects to a target; tries until the limit has passed. A token is not sent where it could be overheard.
pub(crate) async fn open(target: &str, options: &Options) -> Result<Line, Error> {
    let Options { connect_timeout: limit, credentials, keepalive, .. } = options;
    let place = Target::read(target)?;
    let is_refused = credentials.clear_text == ClearText::Refused;
    if credentials.token.is_some() && is_refused && place.is_overheard() {
        return Err(Error::ClearTextToken { target: target.to_owned() });
    }
    let authorization = authorization(credentials)?;
    let endpoint = endpoint(&place, credentials)?;
    let endpoint = match keepalive {
        Some(silence) => endpoint.http2_keep_alive_interval(*silence),
        None => endpoint,
    };
    let mut reason = "the time was too short".to_owned();
    let attempts = connect_at_last(&place, &endpoint, &mut reason);
    let connected = within(*limit, attempts).await;
    let channel =
        connected.map_err(|_| Error::NotConnected { target: target.to_owned(), reason })?;
    Ok(Line::new(channel, authorization))
}

/// Waits for `answer`, but not longer than the limit, which is the error.
pub(crate) async fn within<T>(
    limit: Option<Duration>,
    answer: impl Future<Output = T>,
) -> Result<T, Duration> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, answer).await.map_err(|_| limit),
        None => Ok(answer.await),
    }
}

fn authorization(credentials: &Credentials) -> Result<Option<HeaderValue>, Error> {
    let Some(token) = &credentials.token else { return Ok(None) };
    let header = HeaderValue::try_from(format!("Bearer {}", token.trim()));
    let mut header = header.map_err(|_| unusable("the token has characters that no token has"))?;
    header.set_sensitive(true);
    Ok(Some(header))
}

fn unusable(reason: &str) -> Error {
    Error::Credentials { reason: reason.to_owned() }
}

fn endpoint(place: &Target, credentials: &Credentials) -> Result<Endpoint, Error> {
    let endpoint = match place {
        Target::Clear(uri) => Endpoint::from(uri.clone()),
        Target::Unix(_) => Endpoint::from(Uri::from_static("http://localhost")),
        Target::Tls(uri) => {
            let tls = Endpoint::from(uri.clone()).tls_config(tls(credentials)?);
            tls.map_err(|error| unusable(&root_cause(&error)))?
        }
    };
    Ok(endpoint
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW))
}

fn tls(credentials: &Credentials) -> Result<ClientTlsConfig, Error> {
    let Some(authorities) = &credentials.authorities else {
        return Err(unusable("https needs the certificates of those who vouch for the server"));
    };
    if !authorities.contains("-----BEGIN CERTIFICATE-----") {
        return Err(unusable("what should vouch for the server has no certificate in PEM"));
    }
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authorities));
    Ok(match &credentials.certificate {
        Some((certificate, key)) => tls.identity(Identity::from_pem(certificate, key)),
        None => tls,
    })
}

/// Opens a connection, and again when it was lost.
async fn connect(place: &Target, endpoint: &Endpoint) -> Result<Channel, tonic::transport::Error> {
    let gathering = |socket: TokioIo<TcpStream>| TokioIo::new(Gathering::new(socket.into_inner()));
    match place {
        Target::Clear(_) => {
            endpoint.connect_with_connector(connector().map_response(gathering)).await
        }
        // what is sent is put together before it is sealed
        Target::Tls(_) => endpoint.connect_with_connector(connector()).await,
        Target::Unix(path) => {
            let path: Arc<Path> = path.as_path().into();
            let connector = service_fn(move |_: Uri| {
                let path = Arc::clone(&path);
                async move { UnixStream::connect(path).await.map(Gathering::new).map(TokioIo::new) }
            });
            endpoint.connect_with_connector(connector).await
        }
    }
}

fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.enforce_http(false);
    connector
}

/// Tries until a connection stands; `reason` tells what the last attempt met with.
async fn connect_at_last(place: &Target, endpoint: &Endpoint, reason: &mut String) -> Channel {
    loop {
        match connect(place, endpoint).await {
            Ok(channel) => return channel,
            Err(error) => *reason = root_cause(&error),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
