//! One graph on a thread of its own.
//!
//! A dedicated thread, not a lock around the store: connections take turns (`turns`), each in the order of its own calls, a
//! call whose client left while it waited is skipped, and a fault of the engine ends this thread and nothing else. The
//! thread, and with it the graph, ends when the last handle is dropped. Must not know gRPC.
//!
//! A brief call that finds nobody else is served where it comes from, which saves waking the thread and being woken by it.
//! It is tried within a small budget; if that does not do, it has kept nothing and takes its place in the queue. So the
//! engine runs on a thread of the runtime for some tens of microseconds at most.

use std::hash::BuildHasher as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use fluxion_context::{LoadError, Options, Outcome, Stop};
use fluxion_store::{Answer, Command, Incarnation, KeyedCommand, LoadSource, RequestError, Store};
use tokio::sync::oneshot;

use crate::measures::match_measures::MatchMeasures;
use crate::transport::asked_by::AskedBy;
use crate::transport::call_notes::CallNotes;
use crate::transport::faults::{StartError, Stopped};
use crate::transport::fork_of::ForkOf;
use crate::transport::graph_loop::{GraphLoop, Ready};
use crate::transport::journal::{Gate, GraphJournal};
use crate::transport::readers::Reading;
use crate::transport::seen::View;
use crate::transport::served_graph::{Extent, Home, ServedGraph, Upload, lock};
use crate::transport::serving::Summary;
use crate::transport::turns::{self, Cost, Crowded, Origin, Waiting};
use crate::transport::watch::{JournalPlace, Watcher};
use crate::transport::work::{self, Asked, Done, GatedReply, Turn, Work};

/// A handle on the thread of a graph; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct GraphThread {
    queue: Waiting<Turn>,
    shared: Arc<ServedGraph>,
    /// For whom calls enter the queue.
    origin: Origin,
    /// Who makes them.
    by: AskedBy,
}

/// Ends a load when nobody waits for it any more.
struct StopLoading(Stop);

impl Drop for StopLoading {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Ends a call when nobody waits for it any more, and takes it, with its texts, out of the queue.
struct Stopping<T: Stoppable> {
    stop: Stop,
    /// Where it waits; nothing once it was answered.
    line: Option<(Waiting<T>, Origin)>,
}

/// What can be ended while it waits.
trait Stoppable {
    fn is_stopped(&self) -> bool;
}

impl Stoppable for Turn {
    fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }
}

impl Stoppable for Reading {
    fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }
}

impl<T: Stoppable> Stopping<T> {
    /// Of something that waits nowhere.
    fn alone() -> Self {
        Self { stop: Stop::default(), line: None }
    }
}

impl<T: Stoppable> Drop for Stopping<T> {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some((queue, origin)) = &self.line {
            queue.leave(*origin, T::is_stopped);
        }
    }
}

/// What a future comes to, if that does not take too long.
async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Result<T, Stopped> {
    let outcome = tokio::time::timeout(limit, future).await;
    outcome.map_err(|_| Stopped::TooLong(limit))
}

impl GraphThread {
    /// Loads a graph on a new thread; returns when it is ready. If the future is dropped before, the load ends.
    pub(crate) async fn load(upload: Upload, home: Home) -> Result<Self, StartError> {
        let incarnation = new_incarnation();
        let served = ServedGraph::new(upload.options.clone(), incarnation, home);
        let (graph, thread) = Self::new(served);
        let stop = Stop::default();
        let budget = stop.budget().with_account(thread.shared.account());
        let stopping = StopLoading(stop);
        let loaded = run(move |ready| thread.load(upload, budget, ready))?;
        let loaded = within(graph.shared.home.bounds.load, loaded).await?;
        drop(stopping);
        loaded.map_err(|_| Stopped::Fault)??;
        Ok(graph)
    }

    /// A graph that was recovered, on a new thread.
    pub(crate) async fn resume(
        store: Store,
        journal: Arc<GraphJournal>,
        home: Home,
    ) -> Result<Self, StartError> {
        let served = ServedGraph::new(store.options().clone(), store.incarnation(), home);
        let _ = served.journal.set(journal);
        let (graph, thread) = Self::new(served);
        let begun = run(move |ready| thread.serve(store, 0.0, ready))?;
        begun.await.map_err(|_| Stopped::Fault)??;
        Ok(graph)
    }

    /// A copy of a graph, on a new thread. It goes by no clock.
    pub(crate) async fn fork(view: Arc<View>, of: ForkOf, home: Home) -> Result<Self, StartError> {
        let (incarnation, options) = (new_incarnation(), view.store().options().clone());
        let served = ServedGraph::new(options, incarnation, home).forked(of);
        let (graph, thread) = Self::new(served);
        let begun = run(move |ready| thread.serve_fork(&view, ready))?;
        begun.await.map_err(|_| Stopped::Fault)??;
        Ok(graph)
    }

    fn new(served: ServedGraph) -> (Self, GraphLoop) {
        let (queue, work) = turns::queue(served.home.bounds.queue);
        let shared = Arc::new(served);
        let thread = GraphLoop { shared: Arc::clone(&shared), work };
        (Self { queue, shared, origin: Origin::SERVER, by: AskedBy::default() }, thread)
    }

    /// The same graph, for the calls that somebody makes over a connection.
    pub(crate) fn from(self, origin: Origin, by: AskedBy) -> Self {
        Self { origin, by, ..self }
    }

    /// How the graph was loaded.
    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Whether it was loaded from this, and is served, or will be.
    pub(crate) fn is_from(&self, source: LoadSource) -> bool {
        let lives = self.journal().is_some() || !self.queue.is_closed();
        lives && self.shared.source.get() == Some(&source)
    }

    /// Which load of a graph it is: the same for as long as the thread lives, so that nobody need wait for it.
    pub(crate) fn incarnation(&self) -> Incarnation {
        self.shared.incarnation
    }

    /// Of what it is a fork, if it is one.
    pub(crate) fn fork_of(&self) -> Option<&ForkOf> {
        self.shared.fork.as_ref()
    }

    /// What is counted of it.
    pub(crate) fn measures(&self) -> &MatchMeasures {
        &self.shared.home.measures
    }

    /// How many requests wait for it.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Whether its thread has ended although it was not dropped.
    pub(crate) fn is_dead(&self) -> bool {
        self.queue.is_closed() && !self.is_dropped()
    }

    fn is_dropped(&self) -> bool {
        self.shared.dropped.load(Ordering::SeqCst)
    }

    /// What the graph was after the last request that was carried out. Does not wait.
    pub(crate) fn summary(&self) -> Summary {
        *lock(&self.shared.summary)
    }

    /// From now on calls that wait, or are yet to come, fail with [`Stopped::Dropped`]; what has its turn is stopped.
    pub(crate) fn retire(&self) {
        self.shared.dropped.store(true, Ordering::SeqCst);
        lock(&self.shared.running).stop();
        self.shared.readers.end();
        self.shared.views.withdraw();
        self.shared.heralds.end();
    }

    /// From now on it is no part of what all graphs have: another has its place, or none.
    pub(crate) fn count_no_more(&self) {
        self.shared.occupied.end();
        self.shared.fork.iter().for_each(ForkOf::end);
    }

    /// Carries a request out when its turn comes. If the future is dropped before, the request is skipped; if it is
    /// dropped later, the search stops, and a job that nobody could find again is taken back before anyone else has a
    /// turn. A request with a key goes on, as its client may ask for the answer again.
    pub(crate) async fn execute(
        &self,
        request: KeyedCommand,
    ) -> Result<Result<Done, RequestError>, Stopped> {
        let notes = CallNotes::of_task();
        if let Some(notes) = &notes {
            self.note(notes, &request.command);
        }
        if let Some(journal) = self.journal() {
            within(self.shared.home.bounds.call, journal.room()).await??;
        }
        let has_key = request.id.is_some();
        // the call that brought a request with a key may end before it has its turn
        let held = match self.shared.home.memory.hold(if has_key {
            request.command.text_bytes()
        } else {
            0
        }) {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let (reply, answer) = oneshot::channel();
        let cost = work::cost(&request.command);
        let asked = Asked { request, by: self.by.clone(), reply, queue: self.queue.clone() };
        let entered = self.enter(cost, Work::Execute(asked))?;
        let answered = self.clone().answered(entered, answer);
        let answered = match has_key {
            false => answered.await,
            true => {
                let kept = async move {
                    let answered = answered.await;
                    drop(held);
                    answered
                };
                tokio::spawn(kept).await.unwrap_or(Err(Stopped::Fault))
            }
        };
        if let (Some(notes), Ok(Ok(done))) = (&notes, &answered) {
            notes.saw(done.answered.revision.0);
        }
        if let (Some(notes), Ok(Ok(done))) = (&notes, &answered)
            && let Answer::Matched(matched) = &done.answered.answer
            && matched.outcome != Outcome::Satisfiable
        {
            notes.job(matched.job.0);
        }
        answered
    }

    fn note(&self, notes: &CallNotes, command: &Command) {
        let name = &self.shared.home.name;
        match work::change(command) {
            (true, job) => notes.change(name, job.map(|job| job.0)),
            (false, _) => notes.look(name),
        }
    }

    /// Records all that there is: the server ends.
    pub(crate) async fn put_away(&self) {
        let (done, put_away) = oneshot::channel();
        self.queue.enter(Origin::SERVER, Cost::Cheap, Work::PutAway(done).into());
        // a graph that is gone has nothing to record
        if let Ok(Some(snapshot)) = put_away.await {
            let _ = snapshot.await;
        }
    }

    /// Queues a piece of work, behind what its origin has queued before, if there is room.
    fn enter(&self, cost: Cost, work: Work) -> Result<Stopping<Turn>, Stopped> {
        let is_brief = matches!(work, Work::Execute(_)) && cost == Cost::Cheap;
        self.enter_as(if is_brief { Extent::Brief } else { Extent::Whole }, cost, work)
    }

    /// The same; what may be brief is tried at once.
    fn enter_as(&self, extent: Extent, cost: Cost, work: Work) -> Result<Stopping<Turn>, Stopped> {
        let stop = Stop::default();
        let turn = Turn::new(work, stop.clone());
        // If the engine stopped, whoever waits for an answer is told by the end of what is dropped here.
        let entered = match extent {
            Extent::Brief => self.enter_brief(turn),
            Extent::Whole => self.queue.enter_if_room(self.origin, cost, turn),
        };
        entered.map_err(|Crowded| Stopped::Crowded(self.shared.home.bounds.queue))?;
        Ok(Stopping { stop, line: Some((self.queue.clone(), self.origin)) })
    }

    /// Does what is brief here and now, if nobody has the turn; anything else is queued.
    fn enter_brief(&self, turn: Turn) -> Result<(), Crowded> {
        let Some(own) = self.queue.turn_at_once(self.origin) else {
            return self.queue.enter_if_room(self.origin, Cost::Cheap, turn);
        };
        let serve = AssertUnwindSafe(|| self.shared.serve(turn, Extent::Brief));
        match catch_unwind(serve) {
            Ok(None) if self.shared.is_due_early() => {
                self.queue.enter(Origin::SERVER, Cost::Cheap, Work::CatchUp.into());
            }
            Ok(None) => {}
            Ok(Some(turn)) => self.queue.enter(self.origin, Cost::Cheap, turn),
            // as if the thread had met it
            Err(_) => own.close(),
        }
        Ok(())
    }

    /// Waits for an answer, and until all that it has seen is durable; what is not waited for any more is stopped.
    async fn answered<T>(
        self,
        mut stopping: Stopping<Turn>,
        answer: oneshot::Receiver<GatedReply<T>>,
    ) -> Result<T, Stopped> {
        let answered = async {
            let reply = answer.await;
            stopping.line = None;
            match reply {
                Ok(reply) => Ok(reply.released().await?),
                Err(_) => Err(self.shared.why_stopped().await),
            }
        };
        self.within_a_call(answered).await
    }

    /// What a call comes to, if that does not take too long.
    async fn within_a_call<T>(
        &self,
        call: impl Future<Output = Result<T, Stopped>>,
    ) -> Result<T, Stopped> {
        within(self.shared.home.bounds.call, call).await?
    }

    /// Passed when its thread ends, lost if that is a fault.
    pub(crate) fn ending(&self) -> Arc<Gate> {
        Arc::clone(&self.shared.ending)
    }

    /// A place in what happens to it, which does not keep it from ending.
    pub(crate) fn watch(&self) -> Watcher {
        let shared = &self.shared;
        let begin = || drop(tokio::spawn(Arc::clone(shared).herald()));
        let horizon = shared.heralds.watch(begin);
        let past = self.journal().cloned().map(JournalPlace::of);
        Watcher::new(shared.incarnation, Arc::clone(&shared.ring), past, horizon)
    }

    /// How many watch it.
    pub(crate) fn watchers(&self) -> usize {
        self.shared.heralds.watchers()
    }

    /// Where the graph is written down; nothing if it is kept in memory only.
    pub(crate) fn journal(&self) -> Option<&Arc<GraphJournal>> {
        self.shared.journal.get()
    }

    /// Waits until all that was done until now is durable.
    pub(crate) async fn durable(&self) -> Result<(), Stopped> {
        Ok(self.shared.durable().await?)
    }

    /// Keeps the graph busy until something is sent. Returns when it is.
    #[cfg(test)]
    pub(crate) fn hold(&self) -> std::sync::mpsc::Sender<()> {
        let (open, gate) = std::sync::mpsc::channel();
        let (begin, begun) = std::sync::mpsc::channel();
        let work = Work::Look(Box::new(move |_| {
            begin.send(()).unwrap();
            gate.recv().unwrap();
        }));
        self.queue.enter(self.origin, Cost::Cheap, work.into());
        begun.recv().unwrap();
        open
    }
}

/// Starts the thread of a graph; what it says when it is ready.
fn run(
    body: impl FnOnce(Ready) + Send + 'static,
) -> io::Result<oneshot::Receiver<Result<(), LoadError>>> {
    let (ready, begun) = oneshot::channel();
    thread::Builder::new().name("graph".to_owned()).spawn(move || body(ready))?;
    Ok(begun)
}

/// A number that no load had before, as far as 64 random bits can tell.
#[expect(clippy::disallowed_types, reason = "that it differs from run to run is the point")]
fn new_incarnation() -> Incarnation {
    Incarnation(std::hash::RandomState::new().hash_one(()))
}

mod looking;
#[cfg(test)]
mod looking_tests;
#[cfg(test)]
mod tests;
