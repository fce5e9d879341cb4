//! Where those look at a view who take long: on a thread beside that of the graph, where they take turns as they would there. It
//! begins with the first of them. Must not know what they look at.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use fluxion_context::Stop;

use crate::transport::turns::{self, Next, Turns, Waiting};

/// Somebody who looks.
pub(crate) struct Reading {
    /// Ends it.
    pub(crate) stop: Stop,
    pub(crate) look: Box<dyn FnOnce() + Send>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reading")
    }
}

/// The thread of those who look at one graph.
#[derive(Debug)]
pub(crate) struct Readers {
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    queue: Option<Waiting<Reading>>,
    /// Ends what goes on.
    running: Arc<Mutex<Stop>>,
    is_over: bool,
}

impl Readers {
    /// Nobody looks yet; so many may wait.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, state: Mutex::default() }
    }

    /// Where they wait. Who enters a queue that has ended is dropped.
    pub(crate) fn queue(&self) -> Waiting<Reading> {
        let mut state = self.state();
        if let Some(queue) = &state.queue {
            return queue.clone();
        }
        let (queue, readings) = turns::queue(self.most);
        if !state.is_over {
            // where there is no thread, the end of what waits tells
            let running = Arc::clone(&state.running);
            let work = move || work(&readings, &running);
            let _ = thread::Builder::new().name("reader".to_owned()).spawn(work);
        }
        state.queue = Some(queue.clone());
        queue
    }

    /// Nobody looks any more: what goes on is stopped, and who waits is dropped.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        let (queue, running) = (state.queue.clone(), Arc::clone(&state.running));
        drop(state);
        lock(&running).stop();
        queue.iter().for_each(Waiting::close);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(readings: &Turns<Reading>, running: &Mutex<Stop>) {
    while let Next::Turn(Reading { look, stop }) = readings.next_within(None) {
        *lock(running) = stop;
        // who waits is told by the end of what is dropped here
        let _ = catch_unwind(AssertUnwindSafe(look));
    }
}
