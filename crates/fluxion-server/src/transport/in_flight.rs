//! The memory of calls in flight: requests that arrive or wait for their turn, and answers that nobody has taken yet. When
//! it is used up, the call that has not moved longest is given up; if all of them move, one of the connection that has most
//! makes room for a modest one, and any other newcomer is refused.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::byte_size::ByteSize;
use crate::transport::memory::Memory;

/// What a call takes beside its messages, about; headers, which may be as long again, are counted apart.
pub(crate) const CALL: u64 = 20 << 10;

/// Calls up to this size may use a quarter more than all others, if their connection does not have half as much already.
const SMALL: u64 = 64 << 10;

/// No call is given up that has moved within this time.
const PATIENCE: Duration = Duration::from_secs(3);

/// All calls in flight.
#[derive(Debug)]
pub(crate) struct InFlight {
    limit: u64,
    patience: Duration,
    connections: AtomicU64,
    calls: Mutex<Calls>,
}

/// There is no memory for it, or it was given up for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full {
    /// What all calls may take.
    pub(crate) limit: u64,
    /// What they took then.
    pub(crate) counted: u64,
}

#[derive(Debug)]
struct Calls {
    memory: Arc<Memory>,
    limit: u64,
    /// The most that counts of one call: the largest message must fit, and leave something for others.
    most: u64,
    /// What counts of all calls.
    total: u64,
    next: u64,
    /// By connection, so that those of one are found quickly.
    by_key: BTreeMap<Key, Call>,
    /// Bytes of each connection that has any.
    by_connection: BTreeMap<u64, u64>,
    /// Nothing can be given up before.
    retry: Instant,
}

/// A connection and the number of a call.
type Key = (u64, u64);

#[derive(Debug)]
struct Call {
    bytes: u64,
    moved: Instant,
    /// Waits for more of the request.
    request: Option<Waker>,
    /// Ends an answer that waits for its client to take it, or for something to tell.
    answer: Option<Arc<Notify>>,
}

impl Call {
    /// Whether nothing but its client, or time, makes it go on.
    fn waits(&self) -> bool {
        self.request.is_some() || self.answer.is_some()
    }
}

/// The part of a call, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    all: Arc<InFlight>,
    key: Key,
}

impl InFlight {
    /// At most so much, and a tenth of the memory.
    pub(crate) fn new(limit: ByteSize, memory: Arc<Memory>) -> Arc<Self> {
        Self::with_patience(limit.0.min(memory.limit() / 10), memory, PATIENCE)
    }

    fn with_patience(limit: u64, memory: Arc<Memory>, patience: Duration) -> Arc<Self> {
        let (by_key, retry, most) = (BTreeMap::new(), Instant::now(), limit / 4 * 3);
        let by_connection = BTreeMap::new();
        let calls = Calls { memory, limit, most, total: 0, next: 0, by_key, by_connection, retry };
        let calls = Mutex::new(calls);
        Arc::new(Self { limit, patience, connections: AtomicU64::new(0), calls })
    }

    /// A number for a connection.
    pub(crate) fn connect(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// A call of a connection begins, with headers of so many bytes.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn begin(self: &Arc<Self>, connection: u64, headers: u64) -> Result<Share, Full> {
        let now = Instant::now();
        let mut calls = self.calls();
        let key = (connection, calls.next);
        calls.next += 1;
        let call = Call { bytes: 0, moved: now, request: None, answer: None };
        calls.by_key.insert(key, call);
        drop(calls);
        let share = Share { all: Arc::clone(self), key };
        share.add(CALL + headers).map(|()| share)
    }

    /// Bytes that are counted now, and the most that may be.
    pub(crate) fn counted(&self) -> (u64, u64) {
        (self.calls().total, self.limit)
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What all may use when a call of so many bytes asks, of a connection that has `own`: one that floods shall not use up what is
    /// there for the small calls of all.
    fn limit(&self, bytes: u64, own: u64) -> u64 {
        let is_modest = bytes <= SMALL && own <= (self.limit / 8).max(2 * CALL);
        if is_modest { self.limit + self.limit / 4 } else { self.limit }
    }
}

impl Calls {
    /// Gives up what has not moved longest until an eighth of the limit is free.
    fn make_room(&mut self, limit: u64, patience: Duration, spared: Key) {
        let now = Instant::now();
        if now < self.retry {
            return;
        }
        let stalled = self.by_key.iter();
        let stalled = stalled.filter(|(key, call)| **key != spared && call.waits());
        let mut stalled: Vec<_> = stalled.map(|(key, call)| (call.moved, *key)).collect();
        stalled.sort_unstable();
        let mut left = stalled.into_iter();
        for (moved, key) in &mut left {
            if self.total <= limit - limit / 8 && !self.memory.is_exceeded() {
                return;
            }
            if now < moved + patience {
                self.retry = moved + patience;
                return;
            }
            self.give_up(key);
        }
        // whoever begins to wait now is not given up before
        self.retry = now + patience.min(Duration::from_millis(50));
    }

    /// Gives up what waits of the connections that have most, for one that has less than half as much.
    fn make_room_for_modest(&mut self, connection: u64, is_full: impl Fn(&Self) -> bool) {
        if !is_full(self) {
            return;
        }
        let own = self.of(connection);
        let greedy = self.by_connection.iter().filter(|(_, bytes)| own < **bytes / 2);
        let mut greedy: Vec<_> = greedy.map(|(of, bytes)| (*bytes, *of)).collect();
        greedy.sort_unstable();
        // what waits for its turn cannot be given up, so the next ones may have to go
        for (_, greedy) in greedy.into_iter().rev() {
            while is_full(self) {
                let mut calls = self.by_key.range((greedy, 0)..=(greedy, u64::MAX));
                let Some(key) = calls.find(|(_, call)| call.waits()).map(|(key, _)| *key) else {
                    break;
                };
                self.give_up(key);
            }
        }
    }

    /// Bytes of a connection.
    fn of(&self, connection: u64) -> u64 {
        self.by_connection.get(&connection).copied().unwrap_or(0)
    }

    /// The bytes of a call that moves; `None` if it was given up.
    fn change(&mut self, key: Key, change: impl FnOnce(u64) -> u64) -> Option<u64> {
        let call = self.by_key.get_mut(&key)?;
        let before = call.bytes;
        call.bytes = change(before);
        call.moved = Instant::now();
        let of_connection = self.by_connection.entry(key.0).or_default();
        *of_connection = (*of_connection + call.bytes).saturating_sub(before);
        self.total = self.total - before.min(self.most) + call.bytes.min(self.most);
        match call.bytes.checked_sub(before) {
            Some(more) => self.memory.pass(more),
            None => self.memory.passed(before - call.bytes),
        }
        Some(call.bytes)
    }

    /// Whether a call of so many bytes is one too much. Small ones have their limit alone, so that something can be done
    /// about a server that is full.
    fn is_full(&self, bytes: u64, limit: u64) -> bool {
        self.total > limit || bytes > SMALL && self.memory.is_exceeded()
    }

    fn full(&self) -> Full {
        Full { limit: self.limit, counted: self.total }
    }

    fn give_up(&mut self, key: Key) {
        if let Some(call) = self.by_key.remove(&key) {
            self.total -= call.bytes.min(self.most);
            self.memory.passed(call.bytes);
            if let Some(left) = self.by_connection.get_mut(&key.0) {
                *left = left.saturating_sub(call.bytes);
                if *left == 0 {
                    self.by_connection.remove(&key.0);
                }
            }
            call.request.into_iter().for_each(Waker::wake);
            call.answer.iter().for_each(|answer| answer.notify_one());
        }
    }
}

impl Share {
    /// So many bytes more; the call moves.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn add(&self, bytes: u64) -> Result<(), Full> {
        let mut calls = self.all.calls();
        let Some(call) = calls.change(self.key, |before| before + bytes) else {
            return Err(calls.full());
        };
        let limit = self.all.limit(call, calls.of(self.key.0));
        if calls.is_full(call, limit) {
            calls.make_room(self.all.limit, self.all.patience, self.key);
            calls.make_room_for_modest(self.key.0, |calls| calls.is_full(call, limit));
        }
        if calls.is_full(call, limit) {
            let full = calls.full();
            calls.give_up(self.key);
            return Err(full);
        }
        Ok(())
    }

    /// So many bytes less.
    pub(crate) fn remove(&self, bytes: u64) {
        self.all.calls().change(self.key, |before| before.saturating_sub(bytes));
    }

    /// The call waits for more of its request; ready if it is given up.
    pub(crate) fn wait(&self, task: &mut Context<'_>) -> Poll<Full> {
        let mut calls = self.all.calls();
        let full = calls.full();
        let Some(call) = calls.by_key.get_mut(&self.key) else { return Poll::Ready(full) };
        call.request = Some(task.waker().clone());
        Poll::Pending
    }

    /// More of the request has arrived.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn go_on(&self) -> Result<(), Full> {
        let mut calls = self.all.calls();
        let full = calls.full();
        let call = calls.by_key.get_mut(&self.key).ok_or(full)?;
        call.moved = Instant::now();
        call.request = None;
        Ok(())
    }

    /// From now on it is for the client to take the answer; `end` is notified if the call is given up.
    pub(crate) fn answer(&self, end: Arc<Notify>) {
        if let Some(call) = self.all.calls().by_key.get_mut(&self.key) {
            call.moved = Instant::now();
            call.answer = Some(end);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.all.calls().give_up(self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 1 << 20;

    fn waits(share: &Share) -> bool {
        share.wait(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    #[test]
    fn the_call_that_has_not_moved_longest_is_given_up_for_a_newcomer() {
        let all = InFlight::with_patience(LIMIT, Arc::default(), Duration::ZERO);
        let [first, second, third] = [(); 3].map(|()| all.begin(0, 0).unwrap());
        for share in [&first, &second, &third] {
            share.add(LIMIT / 4).unwrap();
            assert!(waits(share));
        }
        first.go_on().unwrap();
        assert!(waits(&first));
        all.begin(0, 0).unwrap().add(LIMIT / 4).unwrap();
        assert_eq!([&first, &second, &third].map(waits), [true, false, true]);
        assert_eq!(second.add(1).map_err(|_| ()), Err(()));
    }

    #[test]
    fn calls_that_are_served_or_move_stay_and_the_newcomer_is_refused() {
        let all = InFlight::with_patience(LIMIT, Arc::default(), Duration::ZERO);
        let served = all.begin(0, 0).unwrap();
        served.add(3 * LIMIT / 4).unwrap();
        assert_eq!(all.begin(0, 0).unwrap().add(LIMIT / 4).map_err(|_| ()), Err(()));
        assert!(all.begin(0, 0).unwrap().add(SMALL / 2).is_ok());
        drop(served);
        assert!(all.begin(0, 0).unwrap().add(LIMIT / 4).is_ok());
        assert_eq!(all.calls().total, 0);
        let patient = InFlight::with_patience(LIMIT, Arc::default(), Duration::from_secs(3600));
        let moves = patient.begin(0, 0).unwrap();
        moves.add(3 * LIMIT / 4).unwrap();
        assert!(waits(&moves));
        assert_eq!(patient.begin(0, 0).unwrap().add(LIMIT / 4).map_err(|_| ()), Err(()));
        assert!(waits(&moves));
    }

    /// Attackers whose calls all move left no place for others.
    #[test]
    fn the_connection_that_has_most_makes_room_for_a_modest_one() {
        let all = InFlight::with_patience(LIMIT, Arc::default(), Duration::from_secs(3600));
        let (greedy, modest) = (all.connect(), all.connect());
        let calls: Vec<Share> = std::iter::from_fn(|| {
            let call = all.begin(greedy, 0).ok()?;
            assert!(waits(&call));
            Some(call)
        })
        .collect();
        assert!(all.begin(greedy, 0).is_err());
        let text = all.begin(modest, 0).unwrap();
        text.add(SMALL).unwrap();
        assert_eq!(calls.iter().filter(|call| !waits(call)).count(), 4);
        drop((calls, text));
        assert!(all.calls().by_connection.is_empty());
    }

    /// A client that flooded a graph took what was left for small calls; as its calls waited for their turns, none could be given up.
    #[test]
    fn a_flood_that_waits_for_its_turns_leaves_room_for_small_calls() {
        let all = InFlight::with_patience(LIMIT, Arc::default(), Duration::from_secs(3600));
        let (flood, upload) = (all.connect(), all.begin(all.connect(), 0).unwrap());
        upload.add(LIMIT / 4).unwrap();
        assert!(waits(&upload));
        let calls: Vec<Share> = std::iter::from_fn(|| all.begin(flood, 0).ok()).collect();
        let others: Vec<Share> = (0..8).map(|_| all.begin(all.connect(), 0).unwrap()).collect();
        assert!(waits(&upload));
        // when that is used up as well, the upload has to go
        let more: Vec<Share> = (0..16).map(|_| all.begin(all.connect(), 0).unwrap()).collect();
        assert!(!waits(&upload));
        drop((calls, others, more, upload));
        assert!(all.calls().by_connection.is_empty());
    }

    #[test]
    fn one_message_may_be_larger_than_the_limit() {
        let all = InFlight::with_patience(LIMIT, Arc::default(), Duration::ZERO);
        let (small, large) = (all.begin(0, 0).unwrap(), all.begin(0, 0).unwrap());
        small.add(SMALL / 2).unwrap();
        large.add(4 * LIMIT).unwrap();
        assert_eq!(all.begin(0, 0).unwrap().add(2 * LIMIT).map_err(|_| ()), Err(()));
        assert!(all.begin(0, 0).unwrap().add(SMALL / 2).is_ok());
        drop((small, large));
        assert_eq!(all.calls().total, 0);
    }
}
