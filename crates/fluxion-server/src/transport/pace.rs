//! How fast a connection may begin calls: a burst is free; with more it waits in a lane where one connection reads at a
//! time, and little. So a connection with a thousand calls makes itself wait, and not those with one. Must not know what
//! is read.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Calls that a connection may begin before it has to wait.
const BURST: u64 = 16;

/// The least that is read at once, which is about ten calls; and the most.
const LEAST: usize = 1 << 10;
const MOST: usize = 64 << 10;

/// Where connections of a server wait that begin many calls; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Lane(Arc<Semaphore>);

impl Lane {
    /// Nobody waits.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// The pace of a connection; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Pace(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    lane: Lane,
    standing: Standing,
    /// Calls begun since there was nothing left to read.
    begun: u64,
    /// What may be read at once.
    size: usize,
}

enum Standing {
    /// Reads as long as the burst lasts.
    Free,
    /// Waits for the lane.
    Waits(Pin<Box<dyn Future<Output = Option<OwnedSemaphorePermit>> + Send>>),
    /// Has the lane, and lets everything go first that is ready.
    IsNext(OwnedSemaphorePermit),
    /// May read once.
    Reads { _place: OwnedSemaphorePermit },
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Free => "Free",
            Self::Waits(_) => "Waits",
            Self::IsNext(_) => "IsNext",
            Self::Reads { .. } => "Reads",
        })
    }
}

impl Standing {
    /// At the end of the lane.
    fn in_lane(lane: &Lane) -> Self {
        let places = Arc::clone(&lane.0);
        Self::Waits(Box::pin(async move { places.acquire_owned().await.ok() }))
    }

    /// The same, further on if the lane is free.
    fn advance(self, task: &mut Context<'_>) -> Self {
        let Self::Waits(mut place) = self else { return self };
        match place.as_mut().poll(task) {
            Poll::Pending => Self::Waits(place),
            Poll::Ready(None) => Self::Free,
            Poll::Ready(Some(place)) => {
                task.waker().wake_by_ref();
                Self::IsNext(place)
            }
        }
    }
}

impl Pace {
    /// A connection that has not begun anything.
    pub(crate) fn new(lane: &Lane) -> Self {
        let (lane, standing) = (lane.clone(), Standing::Free);
        Self(Arc::new(Mutex::new(State { lane, standing, begun: 0, size: LEAST })))
    }

    /// Lets the transport go on. Whoever has the lane and does not read gives it up: it would hold up the others.
    pub(crate) fn go<T>(
        &self,
        task: &mut Context<'_>,
        transport: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.state().begin(task);
        let polled = transport(task);
        self.state().end();
        polled
    }

    /// How much may be read now.
    pub(crate) fn poll_read(&self, task: &mut Context<'_>) -> Poll<usize> {
        self.state().poll_read(task)
    }

    /// So many bytes were read, in which so many calls begin.
    pub(crate) fn read(&self, bytes: usize, calls: u64) {
        self.state().read(bytes, calls);
    }

    /// There is nothing left to read.
    pub(crate) fn rest(&self) {
        self.state().begun = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn stand(&mut self, change: impl FnOnce(Standing) -> Standing) {
        self.standing = change(std::mem::replace(&mut self.standing, Standing::Free));
    }

    fn begin(&mut self, task: &mut Context<'_>) {
        self.stand(|standing| match standing {
            Standing::IsNext(place) => Standing::Reads { _place: place },
            other => other.advance(task),
        });
    }

    fn end(&mut self) {
        if matches!(self.standing, Standing::Reads { .. }) {
            self.standing = Standing::Free;
        }
    }

    fn poll_read(&mut self, task: &mut Context<'_>) -> Poll<usize> {
        match self.standing {
            Standing::Reads { .. } => Poll::Ready(self.size),
            Standing::Free if self.begun < BURST => Poll::Ready(self.size),
            Standing::Free => {
                self.standing = Standing::in_lane(&self.lane).advance(task);
                Poll::Pending
            }
            Standing::Waits(_) | Standing::IsNext(_) => Poll::Pending,
        }
    }

    fn read(&mut self, bytes: usize, calls: u64) {
        self.end();
        self.begun += calls;
        let has_many_calls = calls * LEAST as u64 > bytes as u64;
        self.size = if has_many_calls { LEAST } else { (2 * self.size).min(MOST) };
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// What a connection reads when its transport goes on: calls, by reads, of as many as there are.
    fn go(pace: &Pace, calls: &mut u64) -> Vec<u64> {
        let task = &mut Context::from_waker(Waker::noop());
        let mut reads = Vec::new();
        let _ = pace.go(task, |task| {
            while *calls > 0
                && let Poll::Ready(size) = pace.poll_read(task)
            {
                let read = (size as u64 / 100).min(*calls);
                pace.read(read as usize * 100, read);
                *calls -= read;
                reads.push(read);
            }
            Poll::<()>::Pending
        });
        reads
    }

    /// Clients with a thousand calls on each of many connections made everybody wait for a quarter of a second.
    #[test]
    fn a_burst_is_free_and_then_one_connection_reads_at_a_time() {
        let lane = Lane::new();
        let [first, second] = [(); 2].map(|()| Pace::new(&lane));
        let (mut many, mut more) = (34, 30);
        assert_eq!(go(&first, &mut many), [10, 10]);
        assert_eq!(go(&second, &mut more), [10, 10]);
        assert_eq!(go(&second, &mut more), [0; 0], "the first one has the lane");
        assert_eq!(go(&first, &mut many), [10]);
        assert_eq!(go(&second, &mut more), [0; 0], "whatever is ready goes first");
        assert_eq!(go(&second, &mut more), [10]);
        second.rest();
        assert_eq!(go(&second, &mut 20), [10, 10]);
    }

    #[test]
    fn who_has_the_lane_and_does_not_read_gives_it_up() {
        let lane = Lane::new();
        let [first, second] = [(); 2].map(|()| Pace::new(&lane));
        let (mut many, mut more) = (100, 30);
        go(&first, &mut many);
        go(&first, &mut 0);
        assert_eq!(go(&second, &mut more), [10, 10]);
        assert_eq!(go(&second, &mut more), [10]);
    }

    #[test]
    fn whoever_waits_leaves_no_gap_when_it_goes() {
        let lane = Lane::new();
        let [first, second, third] = [(); 3].map(|()| Pace::new(&lane));
        for pace in [&first, &second, &third] {
            go(pace, &mut 100);
        }
        drop((first, second));
        assert_eq!(go(&third, &mut 100), [0; 0]);
        assert_eq!(go(&third, &mut 100), [10]);
    }

    #[test]
    fn long_messages_are_read_in_large_pieces() {
        let pace = Pace::new(&Lane::new());
        let task = &mut Context::from_waker(Waker::noop());
        for _ in 0..10 {
            pace.read(LEAST, 0);
        }
        assert_eq!(pace.poll_read(task), Poll::Ready(MOST));
        pace.read(MOST, 100);
        pace.rest();
        assert_eq!(pace.poll_read(task), Poll::Ready(LEAST));
    }
}
