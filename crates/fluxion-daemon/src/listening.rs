//! Where to listen: the options, and which of the places other machines can reach.

use std::net::{IpAddr, ToSocketAddrs as _};

use clap::Args;
use fluxion_server::{Listen, ListenAddress, Port};

/// Where to listen.
#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    /// Where to listen: `HOST:PORT`, `:PORT` for all interfaces, or `unix:PATH`; several are separated by commas, or each has
    /// the option. Stands for --host and --port, which are ignored then.
    #[arg(long, env = "FLUXION_LISTEN", value_name = "ADDRESS", value_delimiter = ',')]
    listen: Vec<ListenAddress>,

    /// Name or address of the interface to listen on, all of them if empty. By default 127.0.0.1 for `fluxion serve`, and all of
    /// them for `server`.
    #[arg(long, env = "FLUXION_HOST")]
    host: Option<String>,

    /// Port to listen on, `4242` or `:4242`; 0 for a free one.
    #[arg(long, env = "FLUXION_PORT", default_value = "4242")]
    port: Port,
}

/// By which name the service was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// `fluxion serve`, which lets nobody in unasked.
    Own,
    /// `server`, which does as the published service does.
    Published,
}

impl ListenArgs {
    /// All places.
    pub(crate) fn places(&self, manner: Manner) -> Vec<ListenAddress> {
        if !self.listen.is_empty() {
            return self.listen.clone();
        }
        let unsaid = match manner {
            Manner::Own => "127.0.0.1",
            Manner::Published => "",
        };
        let host = self.host.clone().unwrap_or_else(|| unsaid.to_owned());
        vec![ListenAddress::Tcp(Listen { host, port: self.port })]
    }
}

/// Whether other machines can reach it. A name is looked up; one that leads nowhere cannot be listened at either.
pub(crate) fn is_exposed(place: &ListenAddress) -> bool {
    let ListenAddress::Tcp(Listen { host, port }) = place else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return true;
    }
    match host.parse::<IpAddr>() {
        Ok(address) => !address.to_canonical().is_loopback(),
        Err(_) => (host, port.0)
            .to_socket_addrs()
            .is_ok_and(|mut found| found.any(|address| !address.ip().is_loopback())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(place: &str, expected: bool) {
        assert_eq!(is_exposed(&place.parse().unwrap()), expected, "{place}");
    }

    #[test]
    fn loopback_and_sockets_are_not_exposed() {
        check("127.0.0.1:4242", false);
        check("127.9.9.9:4242", false);
        check("[::1]:4242", false);
        check("[::ffff:127.0.0.1]:4242", false);
        check("localhost:4242", false);
        check("unix:/run/fluxion.sock", false);
        check(":4242", true);
        check("0.0.0.0:4242", true);
        check("[::]:4242", true);
        check("192.0.2.1:4242", true);
    }
}
