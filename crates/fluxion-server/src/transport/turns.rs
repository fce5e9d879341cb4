//! The queue of a graph: parties take turns, within a party its connections, and each connection is served in the order of its own
//! calls. So a client with many calls, or with dear ones, makes itself wait and not the others. Cheap calls go first; a dear one has its turn
//! when none of them waits, or when enough of them have passed it. Where nobody serves and nothing waits, a call may have
//! its turn at once, and need not wait for whoever serves to wake up. As much may wait as is agreed; beyond that a party may still
//! enter what is its share, or one call: a flood is refused, and the others are not.
//! Must not know what waits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
    /// Whose turn it is.
    current: Option<Origin>,
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
            current: None,
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

    /// Whether somebody has a turn, or waits for one.
    pub(crate) fn is_busy(&self) -> bool {
        let state = lock(&self.0.0);
        !state.is_idle && !state.is_closed
    }

    /// Whether it is the turn of an origin, or something of it waits that is meant; before its own item, if that waits. O(length
    /// of the line).
    pub(crate) fn has_of(
        &self,
        origin: Origin,
        is_meant: impl Fn(&T) -> bool,
        is_own: impl Fn(&T) -> bool,
    ) -> bool {
        let state = lock(&self.0.0);
        let line = state.lines.get(&origin).into_iter().flatten().map(|(_, item)| item);
        let mut before = line.take_while(|item| !is_own(item));
        state.current == Some(origin) || before.any(is_meant)
    }

    /// Nobody is served any more.
    pub(crate) fn close(&self) {
        close(&self.0.0);
        self.0.0.changed.notify_one();
    }

    /// A turn of an origin at once, if nobody has one and nothing waits.
    pub(crate) fn turn_at_once(&self, origin: Origin) -> Option<OwnTurn<'_, T>> {
        let Entrance(shared) = &*self.0;
        let mut state = lock(shared);
        if !state.is_idle || state.is_closed {
            return None;
        }
        (state.is_idle, state.is_lent, state.current) = (false, true, Some(origin));
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
        (state.is_lent, state.current) = (false, None);
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

    /// The next one, as soon as there is one; nothing if there is none for so long.
    pub(crate) fn next_within(&self, patience: Option<Duration>) -> Next<T> {
        let mut state = lock(&self.0);
        if !state.is_lent {
            state.current = None;
        }
        loop {
            if state.is_closed {
                return Next::Over;
            }
            if !state.is_lent
                && let Some(item) = state.take()
            {
                return Next::Turn(item);
            }
            if state.is_abandoned {
                return Next::Over;
            }
            state.is_idle = !state.is_lent;
            let is_over;
            (state, is_over) = wait(&self.0.changed, state, patience);
            if is_over && state.waiting == 0 {
                state.is_idle = false;
                return Next::Nothing;
            }
        }
    }
}

/// Waits until something has changed; whether the time was over before.
fn wait<'a, T>(
    changed: &Condvar,
    state: MutexGuard<'a, State<T>>,
    patience: Option<Duration>,
) -> (MutexGuard<'a, State<T>>, bool) {
    let Some(patience) = patience else {
        return (changed.wait(state).unwrap_or_else(PoisonError::into_inner), false);
    };
    let waited = changed.wait_timeout(state, patience);
    let (state, elapsed) = waited.unwrap_or_else(PoisonError::into_inner);
    (state, elapsed.timed_out())
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Next<T> {
    /// A turn.
    Turn(T),
    /// Nothing, for as long as somebody is patient.
    Nothing,
    /// Nothing any more: nobody can enter anything, or all is closed.
    Over,
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
        self.current = Some(origin);
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
mod tests;
