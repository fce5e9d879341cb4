//! The state with which a watch may begin: a copy of the graph as it was, told in pieces. It is held for a while only, as a copy
//! takes more and more memory the more the graph changes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fluxion_context::{JobId, TimeWindow};
use fluxion_store::Store;
use tonic::Status;

use crate::message::no_memory;
use crate::proto::fluxion::v1::{DownVertex, GraphState};
use crate::transport::memory::Counted;
use crate::transport::seen::Seen;
use crate::v1::{events, failure, windows};

/// Jobs of a piece, and vertices that are looked at for one.
const JOBS: usize = 1000;
const VERTICES: usize = 64 << 10;

/// Vertices of a piece: paths may be long.
const DOWN: usize = 1000;

/// How long a client may take to read all of it.
const PATIENCE: Duration = Duration::from_secs(120);

/// A state that is being told.
#[derive(Debug)]
pub(crate) struct TellingState {
    copied: Arc<Mutex<Option<StateCopy>>>,
    place: Option<StatePlace>,
}

/// A graph as it was.
#[derive(Debug)]
pub(crate) struct StateCopy {
    store: Store,
    /// Its own part, and that of the graph from which it is.
    _taken: (Counted, Arc<Counted>),
}

/// Where the next piece begins.
#[derive(Clone, Copy, Debug)]
enum StatePlace {
    /// With this job.
    Job(JobId),
    /// With the vertex of this number.
    Vertex(usize),
    /// With the windows.
    Windows,
}

impl StateCopy {
    /// A copy of a graph, which shares what neither changes.
    pub(crate) fn of(seen: Seen<'_>) -> Result<Self, Status> {
        let whole = seen.held;
        let own = seen.memory.hold(whole.bytes() / 4).map_err(|full| no_memory(&full))?;
        Ok(Self { store: seen.store.clone(), _taken: (own, Arc::clone(whole)) })
    }

    /// The revision of which it is.
    pub(crate) fn revision(&self) -> u64 {
        self.store.revision().0
    }

    fn piece(&self, place: StatePlace) -> (GraphState, Option<StatePlace>) {
        match place {
            StatePlace::Job(least) => self.jobs(least),
            StatePlace::Vertex(place) => self.down(place),
            StatePlace::Windows => (self.windows(), None),
        }
    }

    fn jobs(&self, least: JobId) -> (GraphState, Option<StatePlace>) {
        let live = self.store.context().jobs_from(least).filter(|job| job.state.is_live());
        let mut live = live.peekable();
        let jobs = live.by_ref().take(JOBS).map(|job| {
            let window = TimeWindow { start: job.at, end: job.end };
            events::job(job.id, self.store.job_key(job.id), job.state, window)
        });
        let state = GraphState { jobs: jobs.collect(), ..GraphState::default() };
        let next = live.peek().map_or(StatePlace::Vertex(0), |job| StatePlace::Job(job.id));
        (state, Some(next))
    }

    fn down(&self, place: usize) -> (GraphState, Option<StatePlace>) {
        let (mut down, mut next, mut looked_at) = (Vec::new(), Some(place), 0);
        while let Some(place) = next
            && looked_at < VERTICES
            && down.len() < DOWN
        {
            let found = self.store.context().down_vertices(place, DOWN);
            looked_at += DOWN;
            next = found.next;
            down.extend(found.down.into_iter().map(|(path, rank)| DownVertex { path, rank }));
        }
        let next = next.map_or(StatePlace::Windows, StatePlace::Vertex);
        (GraphState { down, ..GraphState::default() }, Some(next))
    }

    /// All of them: there are few.
    fn windows(&self) -> GraphState {
        let (store, now) = (&self.store, self.store.now());
        let windows = store.context().windows().map(|window| windows::tell(store, window, now));
        GraphState { windows: windows.collect(), ..GraphState::default() }
    }
}

impl TellingState {
    /// Tells a copy from the beginning.
    pub(crate) fn of(copied: StateCopy) -> Self {
        let copied = Arc::new(Mutex::new(Some(copied)));
        let held = Arc::downgrade(&copied);
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            if let Some(held) = held.upgrade() {
                held.lock().unwrap_or_else(PoisonError::into_inner).take();
            }
        });
        Self { copied, place: Some(StatePlace::Job(JobId(0))) }
    }

    /// The next piece; nothing if all was told.
    pub(crate) fn next(&mut self) -> Result<Option<GraphState>, Status> {
        while let Some(place) = self.place {
            let copied = self.copied.lock().unwrap_or_else(PoisonError::into_inner);
            let copied = copied.as_ref().ok_or_else(failure::state_given_up)?;
            let (state, next) = copied.piece(place);
            self.place = next;
            if state != GraphState::default() {
                return Ok(Some(state));
            }
        }
        Ok(None)
    }
}
