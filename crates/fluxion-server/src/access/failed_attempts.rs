//! How often each address has shown a wrong credential lately. Whoever does so too often is not heard for a while,
//! unless it is known already; so nobody can try many, or fill the log.

#![expect(clippy::disallowed_methods, reason = "what counts is how much time has passed")]

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::access::peer::network;

/// How many may come at once.
const BURST: f64 = 64.0;

/// How many are forgotten in a second.
const EACH_SECOND: f64 = 4.0;

/// Addresses that are remembered.
const MOST: usize = 4096;

/// The failures of all addresses.
#[derive(Debug, Default)]
pub(crate) struct FailedAttempts(Mutex<BTreeMap<IpAddr, Failures>>);

#[derive(Clone, Copy, Debug)]
struct Failures {
    /// Those that are not forgotten.
    count: f64,
    since: Instant,
    /// Whether it was said that there are too many.
    is_told: bool,
}

/// Whether to say something of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailuresOfAddress {
    /// One of few.
    Few,
    /// From now on there are too many.
    TooMany,
}

impl Failures {
    fn at(self, now: Instant) -> Self {
        let passed = now.saturating_duration_since(self.since).as_secs_f64();
        let count = (self.count - passed * EACH_SECOND).max(0.0);
        Self { count, since: now, is_told: self.is_told && count > 0.0 }
    }

    /// Whether there is no room for another.
    fn is_full(self) -> bool {
        self.count > BURST - 1.0
    }
}

impl FailedAttempts {
    /// Whether nothing more is tried for an address. Callers without one are on this machine, and not counted.
    pub(crate) fn is_blocked(&self, address: Option<IpAddr>) -> bool {
        self.is_blocked_at(address, Instant::now())
    }

    fn is_blocked_at(&self, address: Option<IpAddr>, now: Instant) -> bool {
        let Some(address) = address.map(network) else { return false };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&address).is_some_and(|failures| failures.at(now).is_full())
    }

    /// Another failure.
    pub(crate) fn note(&self, address: Option<IpAddr>) -> FailuresOfAddress {
        self.note_at(address, Instant::now())
    }

    fn note_at(&self, address: Option<IpAddr>, now: Instant) -> FailuresOfAddress {
        let Some(address) = address.map(network) else { return FailuresOfAddress::Few };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&address) {
            known.retain(|_, failures| failures.at(now).count >= 1.0);
            if known.len() >= MOST {
                return FailuresOfAddress::Few;
            }
        }
        let none = Failures { count: 0.0, since: now, is_told: false };
        let failures = known.entry(address).or_insert(none);
        *failures = failures.at(now);
        failures.count += 1.0;
        match failures.is_full() && !failures.is_told {
            true => {
                failures.is_told = true;
                FailuresOfAddress::TooMany
            }
            false => FailuresOfAddress::Few,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn who_fails_too_often_waits_and_others_do_not() {
        let (attempts, start) = (FailedAttempts::default(), Instant::now());
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        for _ in 0..63 {
            assert_eq!(attempts.note_at(one, start), FailuresOfAddress::Few);
        }
        assert!(!attempts.is_blocked_at(one, start));
        assert_eq!(attempts.note_at(one, start), FailuresOfAddress::TooMany);
        assert_eq!(attempts.note_at(one, start), FailuresOfAddress::Few, "it is said once");
        assert!(attempts.is_blocked_at(one, start) && !attempts.is_blocked_at(other, start));
        assert!(!attempts.is_blocked_at(one, start + Duration::from_secs(1)));
    }

    #[test]
    fn a_network_of_version_6_is_one_address_and_a_socket_without_address_none() {
        let (attempts, start) = (FailedAttempts::default(), Instant::now());
        for _ in 0..64 {
            attempts.note_at(address("2001:db8::1"), start);
            attempts.note_at(None, start);
        }
        assert!(attempts.is_blocked_at(address("2001:db8::ffff:2"), start));
        assert!(!attempts.is_blocked_at(address("2001:db8:0:1::1"), start));
        assert!(!attempts.is_blocked_at(None, start));
    }

    #[test]
    fn what_is_remembered_has_a_limit() {
        let (attempts, start) = (FailedAttempts::default(), Instant::now());
        for number in 0..10_000_u32 {
            attempts.note_at(Some(IpAddr::V4(number.into())), start);
        }
        assert_eq!(attempts.0.lock().unwrap().len(), MOST);
        let later = start + Duration::from_secs(1);
        attempts.note_at(address("192.0.2.1"), later);
        assert_eq!(attempts.0.lock().unwrap().len(), 1);
    }
}
