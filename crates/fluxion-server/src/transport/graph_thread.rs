//! One graph on a thread of its own.
//!
//! A dedicated thread, not a lock around the store: connections take turns (`turns`), each in the order of its own calls, a
//! call whose client left while it waited is skipped, and a fault of the engine ends this thread and nothing else. The
//! thread, and with it the graph, ends when the last handle is dropped. Must not know gRPC.
//!
//! A brief call that finds nobody else is served where it comes from, which saves waking the thread and being woken by it.
//! It is tried within a small budget; if that does not do, it has kept nothing and takes its place in the queue. So the
//! engine runs on a thread of the runtime for some tens of microseconds at most.

#![expect(clippy::disallowed_methods, reason = "how long a load takes is told to clients")]

use std::hash::BuildHasher as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use fluxion_context::{Budget, Context, LoadError, Loaded, Options, Stop};
use fluxion_store::{Incarnation, KeyedCommand, RequestError, Store};
use tokio::sync::oneshot;

use crate::transport::faults::{StartError, Stopped};
use crate::transport::memory::Memory;
use crate::transport::numbers::Numbers;
use crate::transport::served_graph::{Bounds, Extent, ServedGraph, lock};
use crate::transport::serving::{Serving, Summary};
use crate::transport::turns::{self, Cost, Origin, Turns, Waiting};
use crate::transport::work::{self, Asked, Done, Turn, Work};

/// A handle on the thread of a graph; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct GraphThread {
    queue: Waiting<Turn>,
    shared: Arc<ServedGraph>,
    /// For whom calls enter the queue.
    origin: Origin,
}

/// Ends a load when nobody waits for it any more.
struct StopLoading(Stop);

impl Drop for StopLoading {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Ends a call when nobody waits for it any more, and takes it, with its texts, out of the queue.
struct Stopping {
    stop: Stop,
    /// Where it waits; nothing once it was answered.
    line: Option<(Waiting<Turn>, Origin)>,
}

impl Drop for Stopping {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some((queue, origin)) = &self.line {
            queue.leave(*origin, |turn| turn.stop.is_stopped());
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
    pub(crate) async fn load(
        text: String,
        options: Options,
        numbers: Numbers,
        limits: Bounds,
        memory: Arc<Memory>,
    ) -> Result<Self, StartError> {
        let incarnation = new_incarnation();
        let (queue, work) = turns::queue();
        let (ready, loaded) = oneshot::channel();
        let shared = Arc::new(ServedGraph {
            options,
            incarnation,
            numbers,
            bounds: limits,
            memory,
            serving: Mutex::default(),
            dropped: AtomicBool::new(false),
            running: Mutex::default(),
            summary: Mutex::default(),
        });
        let thread = Thread { shared: Arc::clone(&shared), work };
        let stop = Stop::default();
        let budget = stop.budget().with_account(thread.shared.account());
        let body = move || thread.run(text, incarnation, budget, ready);
        thread::Builder::new().name("graph".to_owned()).spawn(body)?;
        let stopping = StopLoading(stop);
        let loaded = within(limits.load, loaded).await?;
        drop(stopping);
        loaded.map_err(|_| Stopped::Fault)??;
        Ok(Self { queue, shared, origin: Origin::Server })
    }

    /// The same graph, for the calls of a connection.
    pub(crate) fn from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// How the graph was loaded.
    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Which load of a graph it is: the same for as long as the thread lives, so that nobody need wait for it.
    pub(crate) fn incarnation(&self) -> Incarnation {
        self.shared.incarnation
    }

    /// What the graph was after the last request that was carried out. Does not wait.
    pub(crate) fn summary(&self) -> Summary {
        *lock(&self.shared.summary)
    }

    /// From now on calls that wait, or are yet to come, fail with [`Stopped::Dropped`]; what has its turn is stopped.
    pub(crate) fn retire(&self) {
        self.shared.dropped.store(true, Ordering::SeqCst);
        lock(&self.shared.running).stop();
    }

    /// Carries a request out when its turn comes. If the future is dropped before, the request is skipped; if it is
    /// dropped later, the search stops, and a job that nobody could find again is taken back before anyone else has a
    /// turn. A request with a key goes on, as its client may ask for the answer again.
    pub(crate) async fn execute(
        &self,
        request: KeyedCommand,
    ) -> Result<Result<Done, RequestError>, Stopped> {
        let has_key = request.id.is_some();
        // the call that brought a request with a key may end before it has its turn
        let held =
            match self.shared.memory.hold(if has_key { request.command.text_bytes() } else { 0 }) {
                Ok(held) => held,
                Err(refusal) => return Ok(Err(refusal.into())),
            };
        let (reply, answer) = oneshot::channel();
        let cost = work::cost(&request.command);
        let asked = Asked { request, reply, queue: self.queue.clone() };
        let answered = self.clone().answered(self.enter(cost, Work::Execute(asked)), answer);
        match has_key {
            false => answered.await,
            true => {
                let kept = async move {
                    let answered = answered.await;
                    drop(held);
                    answered
                };
                tokio::spawn(kept).await.unwrap_or(Err(Stopped::Fault))
            }
        }
    }

    /// Looks at the graph when its turn comes. If the future is dropped before, the turn is skipped.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        cost: Cost,
        look: impl FnOnce(&Serving) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Read(Box::new(move |serving| {
            if !reply.is_closed() {
                let _ = reply.send((look(serving), serving.budget.clone()));
            }
        }));
        self.clone().answered(self.enter(cost, work), answer).await
    }

    /// Queues a piece of work, behind what its origin has queued before.
    fn enter(&self, cost: Cost, work: Work) -> Stopping {
        let stop = Stop::default();
        let turn = Turn { work, stop: stop.clone() };
        // If the engine stopped, whoever waits for an answer is told by the end of what is dropped here.
        match &turn.work {
            Work::Execute(_) if cost == Cost::Cheap => self.enter_brief(turn),
            _ => self.queue.enter(self.origin, cost, turn),
        }
        Stopping { stop, line: Some((self.queue.clone(), self.origin)) }
    }

    /// Does what is brief here and now, if nobody has the turn; anything else is queued.
    fn enter_brief(&self, turn: Turn) {
        let Some(own) = self.queue.turn_at_once() else {
            return self.queue.enter(self.origin, Cost::Cheap, turn);
        };
        let serve = AssertUnwindSafe(|| self.shared.serve(turn, Extent::Brief));
        match catch_unwind(serve) {
            Ok(None) => {}
            Ok(Some(turn)) => self.queue.enter(self.origin, Cost::Cheap, turn),
            // as if the thread had met it
            Err(_) => own.close(),
        }
    }

    /// Waits for an answer; what is not waited for any more is stopped.
    async fn answered<T>(
        self,
        mut stopping: Stopping,
        answer: oneshot::Receiver<(T, Budget)>,
    ) -> Result<T, Stopped> {
        let answered = within(self.shared.bounds.call, answer).await?;
        stopping.line = None;
        // what the answer has drawn is counted until somebody takes it
        answered.map(|(answer, _)| answer).map_err(|_| self.why_stopped())
    }

    fn why_stopped(&self) -> Stopped {
        match self.shared.dropped.load(Ordering::SeqCst) {
            true => Stopped::Dropped,
            false => Stopped::Fault,
        }
    }

    /// Keeps the graph busy until something is sent.
    #[cfg(test)]
    pub(crate) fn hold(&self) -> std::sync::mpsc::Sender<()> {
        let (open, gate) = std::sync::mpsc::channel();
        let work = Work::Read(Box::new(move |_| gate.recv().unwrap()));
        self.queue.enter(self.origin, Cost::Cheap, Turn { work, stop: Stop::default() });
        open
    }
}

/// A number that no load had before, as far as 64 random bits can tell.
#[expect(clippy::disallowed_types, reason = "that it differs from run to run is the point")]
fn new_incarnation() -> Incarnation {
    Incarnation(std::hash::RandomState::new().hash_one(()))
}

/// The thread itself.
struct Thread {
    shared: Arc<ServedGraph>,
    work: Turns<Turn>,
}

impl Drop for Thread {
    /// The graph goes here, not where the last handle goes: that takes long, and must not wait for it after a fault.
    fn drop(&mut self) {
        drop(lock(&self.shared.serving).take());
    }
}

impl Thread {
    /// Loads, says so, and works until the last handle is gone.
    fn run(
        self,
        text: String,
        incarnation: Incarnation,
        budget: Budget,
        ready: oneshot::Sender<Result<(), LoadError>>,
    ) {
        let start = Instant::now();
        let loaded = Context::load_within(&text, &self.shared.options, &budget);
        drop((text, budget));
        let seconds = start.elapsed().as_secs_f64();
        let serving = match loaded {
            Ok(Loaded { context, warning }) => {
                if let Some(warning) = warning {
                    tracing::warn!(%warning, "the graph is odd");
                }
                let store = Store::new(context, self.shared.options.clone(), incarnation);
                Serving::new(store, seconds, &self.shared.memory)
            }
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        self.shared.tell(&serving);
        *lock(&self.shared.serving) = Some(serving);
        if ready.send(Ok(())).is_ok() {
            std::iter::from_fn(|| self.work.next()).for_each(|turn| {
                self.shared.serve(turn, Extent::Whole);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use fluxion_context::{JobId, LoadFormat, MatchOperation, Wanted};
    use fluxion_store::{Command, RequestId};

    use super::*;
    use crate::Config;
    use crate::test_graph::{GRAPH, JOBSPEC};
    use crate::transport::numbers::NumbersByName;

    /// Four million vertices.
    const MILLIONS: &str = r#"{"version": 1, "execution": {"R_lite":
        [{"rank": "0-3999", "children": {"core": "0-999"}}], "nodelist": ["n[0-3999]"], "starttime": 0, "expiration": 0}}"#;

    async fn graph(limits: Bounds) -> GraphThread {
        let numbers = NumbersByName::default().of("default");
        let options = Config::default().options("");
        GraphThread::load(GRAPH.to_owned(), options, numbers, limits, Arc::default()).await.unwrap()
    }

    /// Keeps the graph busy for as long as its budget lasts.
    async fn spin(graph: &GraphThread, begun: mpsc::Sender<()>) -> Result<(), Stopped> {
        let spin = move |serving: &Serving| {
            begun.send(()).unwrap();
            while !serving.budget.is_stopped() {
                thread::yield_now();
            }
        };
        graph.read(Cost::Cheap, spin).await
    }

    /// Lets a future run until it waits for something.
    async fn begin<T>(future: &mut (impl Future<Output = T> + Unpin)) {
        tokio::select! { biased; _ = future => {}, () = async {} => {} }
    }

    /// A graph went on for a minute after a deadline of a second.
    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_stopped() {
        let graph = graph(Bounds::default()).await;
        let (begun, running) = mpsc::channel();
        let mut call = Box::pin(spin(&graph, begun));
        begin(&mut call).await;
        running.recv().unwrap();
        drop(call);
        assert_eq!(graph.read(Cost::Cheap, |_| ()).await, Ok(()));
    }

    #[tokio::test]
    async fn a_call_that_takes_too_long_is_stopped() {
        let limit = Duration::from_millis(20);
        let graph = graph(Bounds { call: limit, ..Bounds::default() }).await;
        let (begun, _running) = mpsc::channel();
        assert_eq!(spin(&graph, begun).await, Err(Stopped::TooLong(limit)));
    }

    #[tokio::test]
    async fn what_has_its_turn_is_stopped_when_its_graph_is_dropped() {
        let graph = graph(Bounds::default()).await;
        let (begun, running) = mpsc::channel();
        let mut call = Box::pin(spin(&graph, begun));
        begin(&mut call).await;
        running.recv().unwrap();
        graph.retire();
        assert_eq!(call.await, Ok(()));
        assert_eq!(graph.read(Cost::Cheap, |_| ()).await, Err(Stopped::Dropped));
    }

    #[tokio::test]
    async fn a_request_with_a_key_goes_on_without_its_client_and_any_other_does_not() {
        let graph = graph(Bounds::default()).await;
        let open = graph.hold();
        for id in [None, Some(RequestId { key: "k".into(), fingerprint: 1 })] {
            let command = Command::Match {
                operation: MatchOperation::Allocate,
                jobspec: JOBSPEC.to_owned(),
                now: 0,
                wanted: Wanted::default(),
                job_key: String::new(),
            };
            let mut call = Box::pin(graph.execute(KeyedCommand { id, command }));
            begin(&mut call).await;
        }
        let mut jobs =
            Box::pin(graph.read(Cost::Cheap, |serving| serving.store.context().live_jobs()));
        begin(&mut jobs).await;
        open.send(()).unwrap();
        assert_eq!(jobs.await, Ok(1));
    }

    /// A graph whose thread has nothing to do.
    async fn idle(text: &str, options: Options) -> GraphThread {
        let numbers = NumbersByName::default().of("default");
        let bounds = Bounds::default();
        let loaded = GraphThread::load(text.to_owned(), options, numbers, bounds, Arc::default());
        let graph = loaded.await.unwrap();
        while graph.queue.turn_at_once().is_none() {
            thread::yield_now();
        }
        graph
    }

    fn request(jobspec: &str) -> KeyedCommand {
        let command = Command::Match {
            operation: MatchOperation::Allocate,
            jobspec: jobspec.to_owned(),
            now: 0,
            wanted: Wanted::default(),
            job_key: String::new(),
        };
        KeyedCommand { id: None, command }
    }

    fn job(answer: Result<Result<Done, RequestError>, Stopped>) -> Result<JobId, String> {
        let done = answer.unwrap().map_err(|error| error.to_string())?;
        done.booking.unwrap().keep();
        match done.answered.answer {
            fluxion_store::Answer::Matched(matched) => Ok(matched.job),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_brief_call_waits_for_no_thread() {
        let graph = idle(GRAPH, Config::default().options("")).await;
        let mut call = Box::pin(graph.execute(request(JOBSPEC)));
        let answer = tokio::select! {
            biased;
            answer = &mut call => Some(answer),
            () = async {} => None,
        };
        assert_eq!(answer.map(job), Some(Ok(JobId(1))));
    }

    #[tokio::test]
    async fn a_call_that_is_not_brief_is_made_on_the_thread_and_leaves_no_other_trace() {
        const NODES: &str = r#"{"version": 1, "execution": {"R_lite":
            [{"rank": "0-299", "children": {"core": "0-9"}}], "nodelist": ["n[0-299]"], "starttime": 0, "expiration": 0}}"#;
        let options = Options { load_format: LoadFormat::Rv1exec, ..Config::default().options("") };
        let graph = idle(NODES, options).await;
        let jobspec = JOBSPEC.replacen("\"count\": 1", "\"count\": 300", 1);
        assert_eq!(job(graph.execute(request(&jobspec)).await), Ok(JobId(1)));
        let look = |serving: &Serving| (serving.figures, serving.store.context().visits());
        let (figures, visits) = graph.read(Cost::Cheap, look).await.unwrap();
        assert_eq!((figures.succeeded, figures.failed), (1, 0));
        assert!(visits.preorder + visits.postorder > 256, "{visits:?}");
    }

    #[tokio::test]
    async fn a_fault_in_a_brief_call_ends_the_graph() {
        let graph = idle(GRAPH, Config::default().options("")).await;
        let work = Work::Read(Box::new(|_| panic!("a fault made by this test")));
        graph.enter_brief(work.into());
        assert_eq!(graph.read(Cost::Cheap, |_| ()).await, Err(Stopped::Fault));
        assert_eq!(graph.execute(request(JOBSPEC)).await.unwrap_err(), Stopped::Fault);
    }

    #[tokio::test]
    async fn a_load_that_takes_too_long_is_stopped() {
        let limit = Duration::from_millis(1);
        let limits = Bounds { load: limit, ..Bounds::default() };
        let numbers = NumbersByName::default().of("default");
        let load_format = LoadFormat::Rv1exec;
        let options = Options { load_format, ..Config::default().options("") };
        let loaded =
            GraphThread::load(MILLIONS.to_owned(), options, numbers, limits, Arc::default()).await;
        let expected = StartError::Stopped(Stopped::TooLong(limit));
        assert_eq!(loaded.unwrap_err().to_string(), expected.to_string());
    }
}
