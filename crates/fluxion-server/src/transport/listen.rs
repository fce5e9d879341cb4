//! Where the service listens.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use tokio::net::TcpListener;

use crate::transport::listener::{Listener, UnixPlace};

/// A TCP port; 0 asks the system for a free one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(pub u16);

/// The text is no port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a port: expected a number up to 65535, say `4242` or `:4242`")]
pub struct InvalidPort(String);

impl Port {
    /// The port of the published service.
    pub const DEFAULT: Self = Self(4242);
}

impl FromStr for Port {
    type Err = InvalidPort;

    /// Accepts `4242` and `:4242`. `tcp://...` stands for the default: Kubernetes sets such a `FLUXION_PORT`
    /// in every pod beside a service of the name `fluxion`, and it is not meant for us.
    fn from_str(text: &str) -> Result<Self, InvalidPort> {
        if text.starts_with("tcp://") {
            return Ok(Self::DEFAULT);
        }
        let digits = text.strip_prefix(':').unwrap_or(text);
        digits.parse().map(Self).map_err(|_| InvalidPort(text.to_owned()))
    }
}

/// A place to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Name or address of an interface; empty for all of them.
    pub host: String,
    /// The port.
    pub port: Port,
}

/// A place to listen: a port, or a socket in the file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// Reached over the network.
    Tcp(Listen),
    /// Reached on this machine.
    Unix(PathBuf),
}

/// The text is no place to listen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no place to listen: expected `HOST:PORT`, `:PORT` or `unix:PATH`")]
pub struct InvalidListenAddress(String);

impl FromStr for ListenAddress {
    type Err = InvalidListenAddress;

    fn from_str(text: &str) -> Result<Self, InvalidListenAddress> {
        let invalid = || InvalidListenAddress(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(invalid()) } else { Ok(Self::Unix(path.into())) };
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(invalid)?;
        let is_bare = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
        let port = port.parse().map(Port).map_err(|_| invalid())?;
        if is_bare { Err(invalid()) } else { Ok(Self::Tcp(Listen { host: host.to_owned(), port })) }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(Listen { host, port: Port(port) }) if host.is_empty() => {
                write!(f, "all interfaces, port {port}")
            }
            Self::Tcp(Listen { host, port: Port(port) }) => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl ListenAddress {
    /// Begins to listen.
    pub(crate) async fn bind(&self) -> Result<Listener, ListenError> {
        match self {
            Self::Tcp(listen) => listen.bind().await.map(Listener::Tcp),
            Self::Unix(path) => {
                let failed = |error| ListenError { address: self.to_string(), error };
                UnixPlace::bind(path).map(Listener::Unix).map_err(failed)
            }
        }
    }
}

/// The place cannot be listened at.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {error}")]
pub struct ListenError {
    /// What was tried.
    address: String,
    /// Why not.
    error: io::Error,
}

impl Listen {
    /// Opens the port. All interfaces means both IP versions where the system has both.
    pub(crate) async fn bind(&self) -> Result<TcpListener, ListenError> {
        let Port(port) = self.port;
        if self.host.is_empty() { bind_all(port).await } else { self.bind_host(port).await }
    }

    async fn bind_host(&self, port: u16) -> Result<TcpListener, ListenError> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let failed = |error| ListenError { address: format!("{}:{port}", self.host), error };
        let found = tokio::net::lookup_host((host, port)).await.map_err(failed)?;
        let mut addresses: Vec<_> = found.collect();
        // As the published service: `localhost` is 127.0.0.1 where it is both.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        TcpListener::bind(addresses.as_slice()).await.map_err(failed)
    }
}

async fn bind_all(port: u16) -> Result<TcpListener, ListenError> {
    let every = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
    let error = match TcpListener::bind(every).await {
        Ok(listener) => return Ok(listener),
        Err(error) => error,
    };
    if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) {
        return Err(ListenError { address: every.to_string(), error });
    }
    tracing::debug!(%error, "no IPv6: listening on IPv4 only");
    let every = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let bound = TcpListener::bind(every).await;
    bound.map_err(|error| ListenError { address: every.to_string(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u16>) {
        assert_eq!(text.parse::<Port>().ok(), expected.map(Port), "{text}");
    }

    #[test]
    fn ports() {
        check("4242", Some(4242));
        check(":4242", Some(4242));
        check("0", Some(0));
        check("tcp://10.0.0.7:80", Some(4242));
        for text in ["", ":", "::4242", "65536", "-1", "http", "4242x"] {
            check(text, None);
        }
    }

    #[test]
    fn places() {
        let check = |text: &str, expected: Option<&str>| {
            let told = text.parse::<ListenAddress>().ok().map(|place| place.to_string());
            assert_eq!(told.as_deref(), expected, "{text}");
        };
        check("127.0.0.1:4242", Some("127.0.0.1:4242"));
        check("[::1]:1", Some("[::1]:1"));
        check("localhost:0", Some("localhost:0"));
        check(":4242", Some("all interfaces, port 4242"));
        check("unix:/run/fluxion.sock", Some("unix:/run/fluxion.sock"));
        check("unix:///run/fluxion.sock", Some("unix:/run/fluxion.sock"));
        for wrong in ["", "4242", "::1:4242", "localhost", "localhost:x", "unix:", "a:65536"] {
            check(wrong, None);
        }
    }

    #[tokio::test]
    async fn a_host_and_all_interfaces_can_be_bound() {
        for host in ["", "localhost", "127.0.0.1"] {
            let listen = Listen { host: host.to_owned(), port: Port(0) };
            let listener = listen.bind().await.unwrap();
            let address = listener.local_addr().unwrap();
            assert_ne!(address.port(), 0);
            assert_eq!(address.ip().is_unspecified(), host.is_empty());
        }
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_reported() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(port) };
        let message = listen.bind().await.unwrap_err().to_string();
        assert!(message.starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{message}");
    }
}
