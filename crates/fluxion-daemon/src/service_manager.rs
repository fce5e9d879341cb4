//! What the service manager is told (`sd_notify(3)`): that the server serves, that it ends, and that it lives. Nothing where no
//! manager asked to be told.

use std::env;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// Whoever started the server and wants to know how it is.
#[derive(Debug)]
pub(crate) struct ServiceManager {
    socket: UnixDatagram,
    /// How often it wants to hear that the server lives.
    pub(crate) watchdog: Option<Duration>,
}

impl ServiceManager {
    /// The one that the environment names, if any.
    ///
    /// # Errors
    /// It is named, and cannot be told anything.
    pub(crate) fn of_environment() -> io::Result<Option<Self>> {
        let Some(path) = env::var("NOTIFY_SOCKET").ok().filter(|path| !path.is_empty()) else {
            return Ok(None);
        };
        Self::at(&path, watchdog(env::var("WATCHDOG_USEC").ok().as_deref())).map(Some)
    }

    fn at(path: &str, watchdog: Option<Duration>) -> io::Result<Self> {
        let address = match path.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(path)?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        // a manager that does not listen must not stop the server
        socket.set_nonblocking(true)?;
        Ok(Self { socket, watchdog })
    }

    /// The server serves.
    pub(crate) fn ready(&self) {
        self.tell("READY=1\nSTATUS=serving");
    }

    /// The server ends.
    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=draining");
    }

    /// The server lives.
    pub(crate) fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    fn tell(&self, what: &str) {
        if let Err(error) = self.socket.send(what.as_bytes()) {
            tracing::debug!(%error, "the service manager was not told");
        }
    }
}

/// Half of the time after which the manager takes the server for dead.
fn watchdog(microseconds: Option<&str>) -> Option<Duration> {
    let microseconds: u64 = microseconds?.parse().ok()?;
    (microseconds > 1).then(|| Duration::from_micros(microseconds / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_hears_what_happens_at_a_path_or_an_abstract_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notify");
        let name = format!("@{}", path.display());
        let abstract_address = SocketAddr::from_abstract_name(&name[1..]).unwrap();
        for (place, socket) in [
            (path.display().to_string(), UnixDatagram::bind(&path).unwrap()),
            (name, UnixDatagram::bind_addr(&abstract_address).unwrap()),
        ] {
            let manager = ServiceManager::at(&place, None).unwrap();
            manager.ready();
            manager.alive();
            manager.stopping();
            let mut heard = Vec::new();
            for _ in 0..3 {
                let mut bytes = [0; 64];
                let length = socket.recv(&mut bytes).unwrap();
                heard.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
            }
            let expected = ["READY=1\nSTATUS=serving", "WATCHDOG=1", "STOPPING=1\nSTATUS=draining"];
            assert_eq!(heard, expected, "{place}");
        }
        assert!(ServiceManager::at("/nowhere/notify", None).is_err());
    }

    #[test]
    fn the_watchdog_is_fed_twice_as_often_as_it_wants() {
        assert_eq!(watchdog(Some("30000000")), Some(Duration::from_secs(15)));
        for none in [None, Some(""), Some("x"), Some("0")] {
            assert_eq!(watchdog(none), None);
        }
    }
}
