//! All connections: who gets in, who has to go for it, and the orderly end of all of them.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::live::LiveSettings;
use crate::tls::pair::TlsPair;
use crate::transport::calls::Calls;
use crate::transport::connection;
use crate::transport::listener::Listener;
use crate::transport::membership::{Membership, Roll};
use crate::transport::pace::{Lane, Pace};
use crate::transport::socket::Socket;
use crate::transport::windows::Windows;

/// How long the system is left alone when it has no descriptor or no memory for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// How long nothing more is said of that.
const SILENCE: Duration = Duration::from_secs(60);

/// How long a connection that has just come may say nothing and yet not be the first to go.
const GRACE: Duration = Duration::from_millis(100);

/// Between two connections for which others have to go: clients that come back whenever they are sent away would otherwise
/// keep the server busy with nothing else.
const INTERVAL: Duration = Duration::from_millis(1);

/// What there is too little of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scarce {
    Places,
    Descriptors,
}

/// The connections of a port.
#[derive(Clone, Debug)]
pub(crate) struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    calls: Calls,
    live: LiveSettings,
    most: Arc<Windows>,
    places: Arc<Semaphore>,
    roll: Arc<Roll>,
    lane: Lane,
    tls: Option<Arc<TlsPair>>,
}

impl Connections {
    /// Nobody is connected.
    pub(crate) fn new(
        (calls, tls): (Calls, Option<Arc<TlsPair>>),
        live: LiveSettings,
        most: Arc<Windows>,
    ) -> Self {
        let places = Arc::new(Semaphore::new(most.most.min(Semaphore::MAX_PERMITS)));
        Self(Arc::new(Shared {
            calls,
            live,
            most,
            places,
            roll: Arc::default(),
            lane: Lane::new(),
            tls,
        }))
    }

    /// Accepts connections until `stop` completes, closes all ports, and waits until every connection has ended.
    pub(crate) async fn serve(self, listeners: Vec<Listener>, stop: impl Future<Output = ()>) {
        let (draining, drain) = watch::channel(());
        let mut accepting = JoinSet::new();
        for listener in listeners {
            let (this, drain) = (self.clone(), drain.clone());
            accepting.spawn(async move { this.accept(&listener, &drain).await });
        }
        stop.await;
        // whoever connects from now on is told at once that nobody listens
        accepting.shutdown().await;
        let _ = draining.send(());
        drop(drain);
        draining.closed().await;
    }

    async fn accept(&self, listener: &Listener, drain: &watch::Receiver<()>) {
        let mut told: Option<Instant> = None;
        loop {
            match listener.accept().await {
                Ok(socket) => self.admit(socket, drain).await,
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if told.is_none_or(|told| told.elapsed() > SILENCE) {
                        tracing::warn!(%error, "no connection can be accepted: waiting");
                        told = Some(Instant::now());
                    }
                    self.make_room(Scarce::Descriptors);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn admit(&self, socket: Socket, drain: &watch::Receiver<()>) {
        let Some(membership) = self.join().await else { return };
        socket.hurry();
        let calls = (self.0.calls.clone(), self.0.tls.clone());
        let (live, place) = (self.0.live.clone(), self.0.most.admit());
        let pace = Pace::new(&self.0.lane);
        let serving =
            connection::serve(socket, membership, calls, (live, place, pace), drain.clone());
        tokio::spawn(serving);
    }

    /// A place for a connection, if need be that of the one that has been idle longest; `None` if all are busy.
    async fn join(&self) -> Option<Membership> {
        let places = Arc::clone(&self.0.places);
        let place = match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                self.0.roll.members().is_told = false;
                place
            }
            Err(_) => {
                tokio::time::sleep(INTERVAL).await;
                let has_room = self.make_room(Scarce::Places);
                self.tell(has_room);
                if !has_room {
                    return None;
                }
                places.acquire_owned().await.ok()?
            }
        };
        Some(self.0.roll.enter(place))
    }

    /// Asks the connection to leave that has been idle longest, first among those that said nothing, then among those that
    /// never made a call: who connects again and again drives out no client. Nobody has to if a place became free
    /// meanwhile. False if none is idle.
    fn make_room(&self, scarce: Scarce) -> bool {
        let mut members = self.0.roll.members();
        if scarce == Scarce::Places && self.0.places.available_permits() > 0 {
            return true;
        }
        let (now, idle) = (Instant::now(), members.by_number.iter());
        let idle = idle.filter_map(|(number, one)| {
            let activity = &one.activity;
            let idle = activity.idle_since()?;
            let is_heard = activity.has_greeted() || now < idle + GRACE;
            Some((activity.was_used(), is_heard, idle, *number))
        });
        let Some((.., number)) = idle.min() else { return false };
        if let Some(member) = members.by_number.remove(&number) {
            member.leave.notify_one();
        }
        true
    }

    fn tell(&self, has_room: bool) {
        let mut members = self.0.roll.members();
        if std::mem::replace(&mut members.is_told, true) {
            return;
        }
        let connections = self.0.most.most;
        match has_room {
            true => tracing::warn!(connections, "too many connections: the idle ones have to go"),
            false => tracing::warn!(connections, "too many connections: new ones are refused"),
        }
    }
}

/// It had gone before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
