//! Who calls, as far as limits and turns are concerned: a party is a principal; where nobody says who it is, an address beyond this
//! machine; and on this machine, where all have the same address, a connection. All connections of a party share what one may
//! have. Must not know what the calls of a party say, nor what it may do.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::access::peer::Peer;
use crate::live::LiveSettings;
use crate::transport::rate::{Meter, Rate};

/// Parties that are remembered before it is looked which of them matter no more.
const MANY: usize = 1024;

/// Somebody whose calls count together. Connections and calls share it.
#[derive(Debug)]
pub(crate) struct Party {
    /// Not 0.
    pub(crate) number: u64,
    streams: AtomicUsize,
    calls: Meter,
}

/// What is known of a party that comes again on another connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PartyName {
    Principal(Arc<str>),
    Address(IpAddr),
}

/// All parties of a server.
#[derive(Debug)]
pub(crate) struct Parties {
    begin: Instant,
    next: AtomicU64,
    /// Streams of all parties.
    streams: AtomicUsize,
    named: Mutex<Named>,
}

#[derive(Debug, Default)]
struct Named {
    parties: BTreeMap<PartyName, Arc<Party>>,
    /// How many there may be before those go that matter no more.
    sweep: usize,
}

/// How many streams there may be: of all, and of one party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamLimits {
    pub(crate) all: usize,
    pub(crate) of_one: usize,
}

/// As many streams are open as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooManyStreams {
    OfAll(usize),
    OfOne(usize),
}

/// A stream that counts until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenStream {
    parties: Arc<Parties>,
    party: Arc<Party>,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.party.streams.fetch_sub(1, Ordering::Relaxed);
        self.parties.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Parties {
    fn default() -> Self {
        let named = Mutex::new(Named { sweep: MANY, ..Named::default() });
        let (next, streams) = (AtomicU64::new(1), AtomicUsize::new(0));
        Self { begin: Instant::now(), next, streams, named }
    }
}

impl Parties {
    /// The party of a connection on which nobody says who it is.
    pub(crate) fn of_peer(&self, peer: &Peer) -> Arc<Party> {
        match peer.network() {
            Some(address) if !peer.is_near() => self.named(PartyName::Address(address)),
            _ => self.new_party(),
        }
    }

    /// The party of a principal.
    pub(crate) fn of_principal(&self, name: &Arc<str>) -> Arc<Party> {
        self.named(PartyName::Principal(Arc::clone(name)))
    }

    fn named(&self, name: PartyName) -> Arc<Party> {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(party) = named.parties.get(&name) {
            return Arc::clone(party);
        }
        if named.parties.len() >= named.sweep {
            let now = self.nanoseconds(Instant::now());
            // who begins anew shall not find all that it did forgotten
            named
                .parties
                .retain(|_, party| Arc::strong_count(party) > 1 || !party.calls.is_clear(now));
            named.sweep = MANY.max(2 * named.parties.len());
        }
        let party = self.new_party();
        named.parties.insert(name, Arc::clone(&party));
        party
    }

    fn new_party(&self) -> Arc<Party> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Arc::new(Party { number, streams: AtomicUsize::new(0), calls: Meter::default() })
    }

    /// Streams that are open.
    pub(crate) fn streams(&self) -> usize {
        self.streams.load(Ordering::Relaxed)
    }

    /// A party opens a stream.
    ///
    /// # Errors
    /// [`TooManyStreams`].
    pub(crate) fn open_stream(
        self: &Arc<Self>,
        party: &Arc<Party>,
        limits: StreamLimits,
    ) -> Result<OpenStream, TooManyStreams> {
        take(&party.streams, limits.of_one).map_err(|()| TooManyStreams::OfOne(limits.of_one))?;
        if take(&self.streams, limits.all).is_err() {
            party.streams.fetch_sub(1, Ordering::Relaxed);
            return Err(TooManyStreams::OfAll(limits.all));
        }
        Ok(OpenStream { parties: Arc::clone(self), party: Arc::clone(party) })
    }

    /// A party makes a call, if it has not made too many.
    ///
    /// # Errors
    /// After how long it may.
    pub(crate) fn admit(&self, party: &Party, rate: Rate, now: Instant) -> Result<(), Duration> {
        party.calls.admit(rate, self.nanoseconds(now)).map_err(Duration::from_nanos)
    }

    /// Waits until a party may make another call.
    pub(crate) async fn ready(&self, party: &Party, rate: Rate) {
        let wait = party.calls.wait(rate, self.nanoseconds(Instant::now()));
        if wait > 0 {
            tokio::time::sleep(Duration::from_nanos(wait)).await;
        }
    }

    /// A party made a call for which it has waited.
    pub(crate) fn charge(&self, party: &Party, rate: Rate) {
        party.calls.charge(rate, self.nanoseconds(Instant::now()));
    }

    fn nanoseconds(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.begin).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// The parties of the calls of one connection.
#[derive(Debug)]
pub(crate) struct Callers {
    pub(crate) parties: Arc<Parties>,
    /// Of calls of which nobody says who makes them.
    peer: Arc<Party>,
    /// The last principal.
    last: Mutex<Option<(Arc<str>, Arc<Party>)>>,
}

impl Callers {
    /// Those of a connection.
    pub(crate) fn at(parties: &Arc<Parties>, peer: &Peer) -> Self {
        let (parties, peer) = (Arc::clone(parties), parties.of_peer(peer));
        Self { parties, peer, last: Mutex::default() }
    }

    /// The party of a call that a principal makes, if that is known.
    pub(crate) fn party(&self, principal: Option<&Arc<str>>) -> Arc<Party> {
        let Some(principal) = principal else { return Arc::clone(&self.peer) };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, party)) = &*last
            && name == principal
        {
            return Arc::clone(party);
        }
        let party = self.parties.of_principal(principal);
        *last = Some((Arc::clone(principal), Arc::clone(&party)));
        party
    }
}

/// How fast the requests of a stream may come: each counts as a call of its party. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct StreamPace {
    pub(crate) parties: Arc<Parties>,
    pub(crate) party: Arc<Party>,
    pub(crate) live: LiveSettings,
}

impl StreamPace {
    /// Waits until there may be another request. If the future is dropped, nothing has changed.
    pub(crate) async fn ready(&self) {
        if let Some(rate) = self.rate() {
            self.parties.ready(&self.party, rate).await;
        }
    }

    /// There was another request.
    pub(crate) fn charge(&self) {
        if let Some(rate) = self.rate() {
            self.parties.charge(&self.party, rate);
        }
    }

    fn rate(&self) -> Option<Rate> {
        Rate::per_second(self.live.now().limits.rate)
    }
}

/// One more, if there are not as many as may be.
fn take(open: &AtomicUsize, most: usize) -> Result<(), ()> {
    let more = |open: usize| (open < most).then_some(open + 1);
    open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).map(drop).map_err(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parties: &Parties, address: &str) -> u64 {
        parties.of_peer(&Peer::at(Some(address.parse().unwrap()))).number
    }

    #[test]
    fn who_comes_again_is_the_same_party_but_on_this_machine() {
        let parties = Parties::default();
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(of(&parties, one) == of(&parties, other), expected, "{one} {other}");
        };
        check("192.0.2.1:1", "192.0.2.1:2", true);
        check("192.0.2.1:1", "192.0.2.2:1", false);
        check("[::ffff:192.0.2.1]:1", "192.0.2.1:9", true);
        check("[2001:db8::1]:1", "[2001:db8::2]:1", true);
        check("[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false);
        check("127.0.0.1:1", "127.0.0.1:2", false);
        check("[::1]:1", "[::1]:1", false);
        let near = || parties.of_peer(&Peer::at(None)).number;
        assert_ne!(near(), near());
        let principal = |name: &str| parties.of_principal(&name.into()).number;
        assert_eq!(principal("ci"), principal("ci"));
        assert_ne!(principal("ci"), principal("cd"));
    }

    #[test]
    fn streams_are_counted_of_each_and_of_all() {
        let parties = Arc::new(Parties::default());
        let [one, two] = ["one", "two"].map(|name| parties.of_principal(&name.into()));
        let limits = StreamLimits { all: 3, of_one: 2 };
        let open = |party| parties.open_stream(party, limits);
        let (first, second) = (open(&one).unwrap(), open(&one).unwrap());
        assert_eq!(open(&one).unwrap_err(), TooManyStreams::OfOne(2));
        let third = open(&two).unwrap();
        assert_eq!(open(&two).unwrap_err(), TooManyStreams::OfAll(3));
        drop(first);
        let fourth = open(&two).unwrap();
        assert_eq!((open(&one).unwrap_err(), parties.streams()), (TooManyStreams::OfAll(3), 3));
        drop((second, third, fourth));
        assert_eq!(parties.streams(), 0);
    }

    #[tokio::test]
    async fn what_is_remembered_of_parties_has_a_limit_and_none_gets_a_second_burst() {
        let (parties, rate) = (Parties::default(), Rate::per_second(1).unwrap());
        let party = |number: u32| parties.named(PartyName::Address(IpAddr::V4(number.into())));
        let busy =
            |number| parties.admit(&party(number), rate, parties.begin + Duration::from_secs(3600));
        assert_eq!(busy(7), Ok(()));
        let held = party(8).number;
        let kept = party(8);
        (100..100 + 2 * MANY as u32).for_each(|number| drop(party(number)));
        assert!(parties.named.lock().unwrap().parties.len() <= MANY);
        assert_eq!(busy(7), Err(Duration::from_secs(1)));
        assert_eq!((party(8).number, kept.number), (held, held));
    }
}
