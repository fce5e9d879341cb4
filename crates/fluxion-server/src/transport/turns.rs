//! The queue of a graph: parties take turns, within a party its connections, and each connection is served in the order of its own
//! calls. So a client with many calls, or with dear ones, makes itself wait and not the others. Cheap calls go first; a dear one has its turn
//! when none of them waits, or when enough of them have passed it. Where nobody serves and nothing waits, a call may have
//! its turn at once, and need not wait for whoever serves to wake up. As much may wait as is agreed; beyond that a party may still
//! enter what is its share, or one call: a flood is refused, and the others are not.
//! Must not know what waits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

pub(crate) use crate::transport::turn_order::Origin;
use crate::transport::turn_order::TurnOrder;

/// Whether others notice that they wait for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    /// Microseconds.
    Cheap,
    /// It may look at every vertex or job, or read a long text.
    Dear,
}

/// How many cheap calls pass a dear one before it has its turn.
const PASSES: usize = 256;

/// As much waits as may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crowded;

/// The two ends of a queue in which so many may wait.
pub(crate) fn queue<T>(most: usize) -> (Waiting<T>, Turns<T>) {
    let state = Mutex::new(State::default());
    let shared = Arc::new(Shared { state, changed: Condvar::new(), most });
    (Waiting(Arc::new(Entrance(Arc::clone(&shared)))), Turns(shared))
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    most: usize,
}

struct State<T> {
    /// What waits, by its origin; no list is empty.
    lines: BTreeMap<Origin, VecDeque<(Cost, T)>>,
    /// How much waits in all lines.
    waiting: usize,
    /// The same of each party that has something waiting.
    of_party: BTreeMap<u64, usize>,
    /// Whose turn comes next: each origin with a line once, by what is first in it.
    cheap: TurnOrder,
    dear: TurnOrder,
    /// Cheap calls since a dear one could have had its turn.
    passed: usize,
    /// Whoever serves waits for something. Nobody else need be woken, which is a call of the system.
    is_idle: bool,
    /// A call has its turn without whoever serves.
    is_lent: bool,
    /// Nobody can enter anything any more.
    is_abandoned: bool,
    /// Nobody serves any more.
    is_closed: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self {
            lines: BTreeMap::new(),
            waiting: 0,
            of_party: BTreeMap::new(),
            cheap: TurnOrder::default(),
            dear: TurnOrder::default(),
            passed: 0,
            is_idle: false,
            is_lent: false,
            is_abandoned: false,
            is_closed: false,
        }
    }
}

fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, State<T>> {
    shared.state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where calls enter. Clones share the queue.
pub(crate) struct Waiting<T>(Arc<Entrance<T>>);

/// Tells when the last one who could enter something is gone.
struct Entrance<T>(Arc<Shared<T>>);

impl<T> Drop for Entrance<T> {
    fn drop(&mut self) {
        lock(&self.0).is_abandoned = true;
        self.0.changed.notify_one();
    }
}

impl<T> Waiting<T> {
    /// Enters at the end of the line of its origin, however much waits: what the server itself has to do. What is entered
    /// when nobody serves any more is dropped.
    pub(crate) fn enter(&self, origin: Origin, cost: Cost, item: T) {
        self.enter_into(lock(&self.0.0), origin, cost, item);
    }

    /// The same, if there is room.
    ///
    /// # Errors
    /// [`Crowded`], if as much waits as may wait, and its share of it from this party.
    pub(crate) fn enter_if_room(&self, origin: Origin, cost: Cost, item: T) -> Result<(), Crowded> {
        let Entrance(shared) = &*self.0;
        let state = lock(shared);
        if state.waiting >= shared.most && !state.has_share_left(origin.party, shared.most) {
            return Err(Crowded);
        }
        self.enter_into(state, origin, cost, item);
        Ok(())
    }

    /// How much waits.
    pub(crate) fn len(&self) -> usize {
        lock(&self.0.0).waiting
    }

    fn enter_into(&self, mut state: MutexGuard<'_, State<T>>, origin: Origin, cost: Cost, item: T) {
        if state.is_closed {
            // outside of the lock: it may enter something itself
            drop(state);
            return;
        }
        state.waiting += 1;
        *state.of_party.entry(origin.party).or_default() += 1;
        let line = state.lines.entry(origin).or_default();
        line.push_back((cost, item));
        if line.len() == 1 {
            state.order(cost).push(origin);
        }
        let is_idle = std::mem::take(&mut state.is_idle);
        // who is woken wants the lock
        drop(state);
        if is_idle {
            self.0.0.changed.notify_one();
        }
    }

    /// Whether nobody serves any more.
    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.0.0).is_closed
    }

    /// A turn at once, if nobody has one and nothing waits.
    pub(crate) fn turn_at_once(&self) -> Option<OwnTurn<'_, T>> {
        let Entrance(shared) = &*self.0;
        let mut state = lock(shared);
        if !state.is_idle || state.is_closed {
            return None;
        }
        (state.is_idle, state.is_lent) = (false, true);
        Some(OwnTurn(shared))
    }

    /// Takes what is meant out of the line of an origin. O(length of the line).
    pub(crate) fn leave(&self, origin: Origin, is_meant: impl Fn(&T) -> bool) {
        let mut state = lock(&self.0.0);
        let Some(line) = state.lines.get_mut(&origin) else { return };
        let before = line.front().map(|(cost, _)| *cost);
        let (gone, left): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(line).into_iter().partition(|(_, item)| is_meant(item));
        let after = left.front().map(|(cost, _)| *cost);
        *line = left;
        state.have_left(origin.party, gone.len());
        state.reorder(origin, before, after);
        drop(state);
        // outside of the lock: it may enter something itself
        drop(gone);
    }
}

impl<T> Clone for Waiting<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> std::fmt::Debug for Waiting<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting")
    }
}

/// A turn of one's own: nobody else serves until it is dropped.
pub(crate) struct OwnTurn<'a, T>(&'a Shared<T>);

impl<T> OwnTurn<'_, T> {
    /// Nobody is served any more.
    pub(crate) fn close(self) {
        close(self.0);
    }
}

impl<T> Drop for OwnTurn<'_, T> {
    fn drop(&mut self) {
        let mut state = lock(self.0);
        state.is_lent = false;
        state.is_idle = state.lines.is_empty() && !state.is_closed;
        let is_idle = state.is_idle;
        drop(state);
        if !is_idle {
            self.0.changed.notify_one();
        }
    }
}

/// What waits, and is yet to come, is dropped.
fn close<T>(shared: &Shared<T>) {
    // outside of the lock: it may enter something itself
    let left = {
        let mut state = lock(shared);
        (state.is_closed, state.waiting) = (true, 0);
        state.of_party.clear();
        std::mem::take(&mut state.lines)
    };
    drop(left);
}

/// Where calls are served.
pub(crate) struct Turns<T>(Arc<Shared<T>>);

impl<T> Turns<T> {
    /// Whether somebody has ended it.
    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.0).is_closed
    }

    /// The next one, as soon as there is one; none once nobody can enter any more, or all is closed.
    pub(crate) fn next(&self) -> Option<T> {
        let mut state = lock(&self.0);
        loop {
            if state.is_closed {
                return None;
            }
            if !state.is_lent
                && let Some(item) = state.take()
            {
                return Some(item);
            }
            if state.is_abandoned {
                return None;
            }
            state.is_idle = !state.is_lent;
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Drop for Turns<T> {
    fn drop(&mut self) {
        close(&self.0);
    }
}

impl<T> State<T> {
    /// Whether a party has less waiting than it could if all that wait had the same.
    fn has_share_left(&self, party: u64, most: usize) -> bool {
        let own = self.of_party.get(&party).copied();
        let parties = self.of_party.len() + usize::from(own.is_none());
        own.unwrap_or_default() < (most / parties.max(1)).max(1)
    }

    /// So much of a party waits no more. O(log parties).
    fn have_left(&mut self, party: u64, gone: usize) {
        self.waiting = self.waiting.saturating_sub(gone);
        let Some(waiting) = self.of_party.get_mut(&party) else { return };
        *waiting = waiting.saturating_sub(gone);
        if *waiting == 0 {
            self.of_party.remove(&party);
        }
    }

    fn order(&mut self, cost: Cost) -> &mut TurnOrder {
        match cost {
            Cost::Cheap => &mut self.cheap,
            Cost::Dear => &mut self.dear,
        }
    }

    /// Something else is first in the line of an origin, or nothing any more.
    fn reorder(&mut self, origin: Origin, before: Option<Cost>, after: Option<Cost>) {
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.order(before).remove(origin);
        }
        match after {
            Some(after) => self.order(after).push(origin),
            None => drop(self.lines.remove(&origin)),
        }
    }

    fn take(&mut self) -> Option<T> {
        let origin = self.next()?;
        let line = self.lines.get_mut(&origin)?;
        let (_, item) = line.pop_front()?;
        match line.front() {
            Some((cost, _)) => {
                let cost = *cost;
                self.order(cost).push(origin);
            }
            None => drop(self.lines.remove(&origin)),
        }
        self.have_left(origin.party, 1);
        Some(item)
    }

    /// Takes the origin out of its order that has its turn.
    fn next(&mut self) -> Option<Origin> {
        let is_dear_next = self.cheap.is_empty() || self.passed >= PASSES;
        if is_dear_next && let Some(dear) = self.dear.pop() {
            self.passed = 0;
            return Some(dear);
        }
        self.passed = if self.dear.is_empty() { 0 } else { self.passed + 1 };
        self.cheap.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a party that has no other.
    fn connection(number: u64) -> Origin {
        Origin { party: number, connection: number }
    }

    #[test]
    fn connections_take_turns_and_each_keeps_its_order() {
        let (waiting, turns) = queue(usize::MAX);
        for call in 1..=4 {
            waiting.enter(connection(1), Cost::Cheap, format!("a{call}"));
        }
        for call in 1..=2 {
            waiting.enter(connection(2), Cost::Cheap, format!("b{call}"));
        }
        let first = turns.next();
        waiting.enter(connection(3), Cost::Cheap, "c1".to_owned());
        drop(waiting);
        let served: Vec<String> =
            first.into_iter().chain(std::iter::from_fn(|| turns.next())).collect();
        assert_eq!(served, ["a1", "b1", "a2", "c1", "b2", "a3", "a4"]);
    }

    /// A principal with a hundred connections had a hundred turns while another one waited for its own.
    #[test]
    fn a_party_has_the_turns_of_one_however_many_connections_it_has() {
        let (waiting, turns) = queue(usize::MAX);
        for connection in 1..=100 {
            for call in 1..=2 {
                let origin = Origin { party: 1, connection };
                waiting.enter(origin, Cost::Cheap, format!("crowd {connection}.{call}"));
            }
        }
        let alone = Origin { party: 2, connection: 101 };
        (1..=3).for_each(|call| waiting.enter(alone, Cost::Cheap, format!("alone {call}")));
        drop(waiting);
        let served: Vec<String> = std::iter::from_fn(|| turns.next()).collect();
        let first = ["crowd 1.1", "alone 1", "crowd 2.1", "alone 2", "crowd 3.1", "alone 3"];
        assert_eq!(served[..6], first);
        assert_eq!((&*served[99], &*served[103], served.len()), ("crowd 97.1", "crowd 1.2", 203));
    }

    /// Sixty finds made everybody else wait for six of them at each turn.
    #[test]
    fn cheap_calls_go_first_and_no_dear_one_waits_for_ever() {
        let (waiting, turns) = queue(usize::MAX);
        waiting.enter(connection(1), Cost::Dear, "find");
        waiting.enter(connection(1), Cost::Cheap, "behind the find");
        waiting.enter(connection(2), Cost::Dear, "other find");
        for _ in 0..PASSES + 1 {
            waiting.enter(connection(3), Cost::Cheap, "match");
        }
        drop(waiting);
        let served: Vec<&str> = std::iter::from_fn(|| turns.next()).collect();
        assert!(served[..PASSES].iter().all(|call| *call == "match"));
        assert_eq!(served[PASSES..], ["find", "match", "behind the find", "other find"]);
    }

    #[test]
    fn a_line_whose_first_call_leaves_waits_among_those_of_the_next_one() {
        let (waiting, turns) = queue(usize::MAX);
        waiting.enter(connection(1), Cost::Dear, 1);
        waiting.enter(connection(1), Cost::Cheap, 2);
        waiting.enter(connection(2), Cost::Dear, 3);
        waiting.leave(connection(1), |call| *call == 1);
        drop(waiting);
        let served: Vec<i32> = std::iter::from_fn(|| turns.next()).collect();
        assert_eq!(served, [2, 3]);
    }

    #[test]
    fn what_leaves_makes_room_at_once_and_keeps_the_order_of_the_others() {
        let (waiting, turns) = queue(usize::MAX);
        for call in 1..=3 {
            waiting.enter(connection(1), Cost::Cheap, Arc::new(call));
        }
        let gone = Arc::new(4);
        waiting.enter(connection(2), Cost::Cheap, Arc::clone(&gone));
        waiting.leave(connection(2), |call| **call == 4);
        waiting.leave(connection(1), |call| **call == 2);
        waiting.leave(connection(3), |_| true);
        assert_eq!(Arc::strong_count(&gone), 1);
        drop(waiting);
        let served: Vec<i32> = std::iter::from_fn(|| turns.next()).map(|call| *call).collect();
        assert_eq!(served, [1, 3]);
    }

    #[test]
    fn the_queue_ends_when_nobody_can_enter_any_more() {
        let (waiting, turns) = queue(usize::MAX);
        let other = waiting.clone();
        drop(waiting);
        let server = std::thread::spawn(move || std::iter::from_fn(|| turns.next()).count());
        other.enter(Origin::SERVER, Cost::Cheap, ());
        drop(other);
        assert_eq!(server.join().unwrap(), 1);
    }

    #[test]
    fn a_turn_at_once_is_for_whoever_comes_when_nothing_goes_on() {
        let (waiting, turns) = queue(usize::MAX);
        assert!(waiting.turn_at_once().is_none(), "nobody serves yet");
        let (began, begins) = std::sync::mpsc::channel();
        let server = std::thread::spawn(move || {
            std::iter::from_fn(|| turns.next()).inspect(|call| began.send(*call).unwrap()).count()
        });
        let own = loop {
            match waiting.turn_at_once() {
                Some(own) => break own,
                None => std::thread::yield_now(),
            }
        };
        assert!(waiting.turn_at_once().is_none(), "somebody has a turn");
        waiting.enter(connection(1), Cost::Cheap, 1);
        assert!(begins.try_recv().is_err(), "what comes meanwhile waits");
        drop(own);
        assert_eq!(begins.recv(), Ok(1));
        drop(waiting);
        assert_eq!(server.join().unwrap(), 1);
    }

    #[test]
    fn a_turn_that_ends_badly_ends_all() {
        let (waiting, turns) = queue(usize::MAX);
        lock(&waiting.0.0).is_idle = true;
        let own = waiting.turn_at_once().unwrap();
        let (alive, gone) = std::sync::mpsc::channel::<()>();
        waiting.enter(Origin::SERVER, Cost::Cheap, alive);
        own.close();
        assert!(gone.recv().is_err() && turns.next().is_none());
        assert!(waiting.turn_at_once().is_none());
    }

    #[test]
    fn what_nobody_serves_is_dropped() {
        let (waiting, turns) = queue(usize::MAX);
        let (alive, gone) = std::sync::mpsc::channel::<()>();
        waiting.enter(Origin::SERVER, Cost::Cheap, alive.clone());
        drop(turns);
        waiting.enter(Origin::SERVER, Cost::Cheap, alive);
        assert!(gone.recv().is_err());
    }

    #[test]
    fn a_flood_is_refused_and_who_has_nothing_waiting_is_not() {
        let (waiting, turns) = queue(3);
        let enter = |port, what| waiting.enter_if_room(connection(port), Cost::Cheap, what);
        assert_eq!([1, 2, 3].map(|call| enter(1, call)), [Ok(()); 3]);
        assert_eq!(enter(1, 4), Err(Crowded));
        assert_eq!(enter(2, 5), Ok(()));
        assert_eq!((enter(2, 6), waiting.len()), (Err(Crowded), 4));
        waiting.enter(Origin::SERVER, Cost::Cheap, 7);
        assert_eq!([turns.next(), turns.next(), turns.next()], [Some(1), Some(5), Some(7)]);
        assert_eq!((enter(1, 8), waiting.len()), (Ok(()), 3));
        waiting.leave(connection(1), |call| *call == 2);
        assert_eq!((enter(1, 9), waiting.len()), (Ok(()), 3));
    }

    /// A party with many connections could have one call waiting while another one flooded the queue.
    #[test]
    fn in_a_full_queue_each_party_has_its_share() {
        let (waiting, turns) = queue(12);
        let mut connections = 0;
        let mut enter = |party, calls: usize| {
            let entered = (0..calls).filter(|_| {
                connections += 1;
                let origin = Origin { party, connection: connections };
                waiting.enter_if_room(origin, Cost::Cheap, party).is_ok()
            });
            entered.count()
        };
        assert_eq!([enter(1, 100), enter(2, 100), enter(3, 100)], [12, 6, 4]);
        assert_eq!([enter(1, 1), enter(2, 1), enter(3, 1)], [0; 3]);
        for _ in 0..3 {
            turns.next();
        }
        // each had a turn, and there is as much as may be still
        assert_eq!([enter(1, 9), enter(2, 9), enter(3, 9)], [0, 0, 1]);
        while waiting.len() > 0 {
            turns.next();
        }
        assert!(lock(&waiting.0.0).of_party.is_empty());
        assert_eq!(enter(3, 100), 12);
    }

    #[test]
    fn a_flood_over_many_connections_is_that_of_one_party() {
        let (waiting, _turns) = queue(2);
        let enter = |party, connection| {
            waiting.enter_if_room(Origin { party, connection }, Cost::Cheap, ())
        };
        assert_eq!([enter(1, 1), enter(1, 2)], [Ok(()); 2]);
        assert_eq!((enter(1, 3), enter(2, 4), enter(2, 5)), (Err(Crowded), Ok(()), Err(Crowded)));
    }
}
