//! The other end of a connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use fluxion_access::CertificateName;

/// The other end of a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peer {
    /// Where it is; nothing if that has no address, as at a Unix socket.
    pub(crate) address: Option<IpAddr>,
    /// The names in its certificate, which was verified; none if it has none.
    pub(crate) names: Arc<[CertificateName]>,
}

impl Peer {
    /// One that has shown no certificate.
    pub(crate) fn at(address: Option<SocketAddr>) -> Self {
        Self { address: address.map(|address| address.ip().to_canonical()), ..Self::default() }
    }

    /// Whether it is on this machine.
    pub(crate) fn is_near(&self) -> bool {
        self.address.is_none_or(|address| address.is_loopback())
    }
}
