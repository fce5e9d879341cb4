//! How a connection to a target comes about, and how long is waited for an answer.

use std::future::Future;
use std::time::Duration;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tonic::transport::{Channel, Endpoint};
use tower::ServiceExt as _;

use crate::error::{Error, root_cause};
use crate::outgoing::Gathering;

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);

/// Graphs are large: the default of 64 KiB would make their transfer wait for round trips.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// Connects to `name:port`, or `http://name:port`; tries until the limit has passed.
pub(crate) async fn open(
    target: &str,
    limit: Option<Duration>,
    keepalive: Option<Duration>,
) -> Result<Channel, Error> {
    let endpoint = endpoint(target)?;
    let endpoint = match keepalive {
        Some(silence) => endpoint.http2_keep_alive_interval(silence),
        None => endpoint,
    };
    let mut reason = "the time was too short".to_owned();
    let attempts = connect_at_last(&endpoint, &mut reason);
    let connected = within(limit, attempts).await;
    connected.map_err(|_| Error::NotConnected { target: target.to_owned(), reason })
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

fn endpoint(target: &str) -> Result<Endpoint, Error> {
    let invalid = || Error::InvalidTarget { target: target.to_owned() };
    let authority = target.strip_prefix("http://").unwrap_or(target);
    let endpoint = Endpoint::from_shared(format!("http://{authority}")).map_err(|_| invalid())?;
    let uri = endpoint.uri();
    if uri.port().is_none() || uri.host().is_none_or(str::is_empty) || uri.path() != "/" {
        return Err(invalid());
    }
    Ok(endpoint
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW))
}

/// Opens a connection, and again when it was lost.
async fn connect(endpoint: &Endpoint) -> Result<Channel, tonic::transport::Error> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let gathering = |socket: TokioIo<TcpStream>| TokioIo::new(Gathering::new(socket.into_inner()));
    endpoint.connect_with_connector(connector.map_response(gathering)).await
}

/// Tries until a connection stands; `reason` tells what the last attempt met with.
async fn connect_at_last(endpoint: &Endpoint, reason: &mut String) -> Channel {
    loop {
        match connect(endpoint).await {
            Ok(channel) => return channel,
            Err(error) => *reason = root_cause(&error),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, expected: Option<&str>) {
        let uri = endpoint(target).ok().map(|endpoint| endpoint.uri().to_string());
        assert_eq!(uri.as_deref(), expected, "{target:?}");
    }

    #[test]
    fn targets() {
        check("localhost:4242", Some("http://localhost:4242/"));
        check("http://10.0.0.7:80/", Some("http://10.0.0.7:80/"));
        check("[::1]:4242", Some("http://[::1]:4242/"));
        for target in
            ["", "localhost", ":4242", "https://a:1", "a:b", "a:1/path", "a b:1", "a:99999"]
        {
            check(target, None);
        }
    }
}
