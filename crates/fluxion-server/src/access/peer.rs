//! The other end of a connection.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
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

    /// What it has if it has one address.
    pub(crate) fn network(&self) -> Option<IpAddr> {
        self.address.map(network)
    }
}

/// What somebody has who has one address: with version 6 that is a network of 64 bits.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}
