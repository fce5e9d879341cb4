//! A graph as whoever has the turn serves it, on its thread or where a call comes from. Must not know who that is.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use fluxion_context::{Account, Budget, JobId, Options, Stop};
use fluxion_store::{Incarnation, LoadSource, RequestError, RequestId};

use crate::measures::match_measures::MatchMeasures;
use crate::transport::asked_by::AskedBy;
use crate::transport::faults::Stopped;
use crate::transport::fork_of::ForkOf;
use crate::transport::journal::{Gate, GraphJournal, Journal, Unwritten};
use crate::transport::memory::Memory;
use crate::transport::numbers::Numbers;
use crate::transport::readers::Readers;
use crate::transport::serving::{Serving, Summary};
use crate::transport::timing::{NEVER, wait};
use crate::transport::totals::{Occupied, Totals};
use crate::transport::views::Views;
use crate::transport::wall_clock::WallClock;
use crate::transport::watch::{Heralds, Horizon, Ring};
use crate::transport::work::{Asked, Turn, Work};

/// A graph, and what can be known of it without a turn.
#[derive(Debug)]
pub(super) struct ServedGraph {
    pub(super) options: Options,
    pub(super) incarnation: Incarnation,
    pub(super) home: Home,
    /// Of what it is a fork, if it is one.
    pub(super) fork: Option<ForkOf>,
    /// The graph, once it is loaded, for whoever has the turn.
    pub(super) serving: Mutex<Option<Serving>>,
    pub(super) dropped: AtomicBool,
    /// Ends what has its turn.
    pub(super) running: Mutex<Stop>,
    pub(super) summary: Mutex<Summary>,
    /// What stands for the graph while it is busy.
    pub(super) views: Arc<Views>,
    /// Where those look at it who take long.
    pub(super) readers: Readers,
    /// How many turns there were.
    turns: AtomicU64,
    /// Where it is written down; nothing if it is kept in memory only, or is not loaded.
    pub(super) journal: OnceLock<Arc<GraphJournal>>,
    /// What it was loaded from.
    pub(super) source: OnceLock<LoadSource>,
    /// Passed when its thread ends, lost if that is a fault.
    pub(super) ending: Arc<Gate>,
    /// Its part of what all graphs have.
    pub(super) occupied: Arc<Occupied>,
    /// What has happened of late.
    pub(super) ring: Arc<Ring>,
    /// Who is told of it.
    pub(super) heralds: Arc<Heralds>,
    /// When something is due, and when its thread will look, in seconds.
    due: AtomicI64,
    alarm: AtomicI64,
}

/// Where a graph lives: its name, and what it shares with others.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) name: String,
    pub(crate) numbers: Numbers,
    pub(crate) bounds: Bounds,
    pub(crate) memory: Arc<Memory>,
    /// Where it is to be written down; nothing if it is kept in memory only.
    pub(crate) journal: Option<Journal>,
    /// What is counted of it.
    pub(crate) measures: Arc<MatchMeasures>,
    /// What all graphs have.
    pub(crate) totals: Arc<Totals>,
    /// By what it goes, if it does not go by its clients.
    pub(crate) clock: WallClock,
}

/// What a graph is to be loaded from, and how.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) text: String,
    pub(crate) options: Options,
    /// The request, if it may be repeated.
    pub(crate) asked: Option<RequestId>,
    /// Who wants it.
    pub(crate) by: AskedBy,
}

impl Upload {
    /// One that nobody repeats under a key.
    pub(crate) fn new(text: String, options: Options) -> Self {
        Self { text, options, asked: None, by: AskedBy::default() }
    }
}

#[cfg(test)]
impl Home {
    /// Of a graph that is alone.
    pub(crate) fn of_test(bounds: Bounds) -> Self {
        let numbers = crate::transport::numbers::NumbersByName::default().of("default");
        let (name, memory) = ("default".to_owned(), Arc::default());
        let (measures, totals, clock) = Default::default();
        Self { name, numbers, bounds, memory, journal: None, measures, totals, clock }
    }
}

/// How long the graphs of a server may be kept busy, and how much they may print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// By a call, its wait included.
    pub(crate) call: Duration,
    /// By a load.
    pub(crate) load: Duration,
    /// Bytes of a text that is printed.
    pub(crate) largest_text: usize,
    /// Requests that may wait for one graph.
    pub(crate) queue: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            call: Duration::MAX,
            load: Duration::MAX,
            largest_text: usize::MAX,
            queue: usize::MAX,
        }
    }
}

/// How much of a turn is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Nothing, unless it is brief.
    Brief,
    /// All of it.
    Whole,
}

impl ServedGraph {
    /// A graph that is not there yet.
    pub(super) fn new(options: Options, incarnation: Incarnation, home: Home) -> Self {
        let occupied = Arc::new(Occupied::new(&home.totals));
        let ring = Arc::new(Ring::new(&home.memory));
        let readers = Readers::new(home.bounds.queue);
        Self {
            options,
            incarnation,
            home,
            fork: None,
            serving: Mutex::default(),
            dropped: AtomicBool::new(false),
            running: Mutex::default(),
            summary: Mutex::default(),
            views: Arc::default(),
            readers,
            turns: AtomicU64::new(0),
            journal: OnceLock::new(),
            source: OnceLock::new(),
            ending: Arc::default(),
            occupied,
            ring,
            heralds: Arc::default(),
            due: AtomicI64::new(NEVER),
            alarm: AtomicI64::new(NEVER),
        }
    }

    /// The same, as a fork.
    pub(super) fn forked(self, of: ForkOf) -> Self {
        Self { fork: Some(of), ..self }
    }

    /// Whether its last record was made.
    pub(super) fn is_closed(&self) -> bool {
        self.journal.get().is_some_and(|journal| journal.is_closed())
    }

    /// Whether something was lost that it has recorded.
    pub(super) fn is_lost(&self) -> bool {
        self.journal.get().is_some_and(|journal| journal.is_lost())
    }

    /// Serves whoever has the turn; gives back what was not brief.
    pub(super) fn serve(&self, turn: Turn, extent: Extent) -> Option<Turn> {
        self.turns.fetch_add(1, Ordering::Relaxed);
        let mut serving = lock(&self.serving);
        let serving = serving.as_mut()?;
        if serving.is_due() {
            if extent == Extent::Brief {
                return Some(turn);
            }
            self.catch_up(serving);
        }
        let most = self.home.bounds.largest_text;
        serving.budget = turn.stop.budget().with_largest_text(most).with_account(self.account());
        serving.stop = turn.stop.clone();
        let (stop, since) = (turn.stop.clone(), turn.since);
        if extent == Extent::Whole {
            self.home.measures.waits.time(since.elapsed());
        }
        *lock(&self.running) = turn.stop;
        let mut left = None;
        match turn.work {
            Work::Execute(asked) => left = self.execute(serving, asked, extent),
            // who waits is told by the end of what is dropped here
            Work::Look(_) if self.dropped.load(Ordering::SeqCst) => {}
            Work::Look(look) => look(serving),
            Work::PutAway(done) => {
                let _ = done.send(serving.put_away());
            }
            Work::TakeBack(job) if !serving.is_over() => {
                serving.take_back(job);
                self.tell(serving);
            }
            Work::TakeBack(_) | Work::CatchUp => {}
        }
        if extent == Extent::Whole && serving.is_due() {
            self.catch_up(serving);
        }
        self.plan(serving);
        // gives back what was drawn
        serving.budget = Budget::UNLIMITED;
        serving.by = AskedBy::default();
        if extent == Extent::Brief && left.is_none() {
            self.home.measures.waits.time(Duration::ZERO);
        }
        left.map(|asked| Turn { work: Work::Execute(asked), stop, since })
    }

    /// Does what is due by itself.
    pub(super) fn catch_up(&self, serving: &mut Serving) {
        if serving.is_over() || self.dropped.load(Ordering::SeqCst) {
            return;
        }
        serving.catch_up().log(&self.home.name);
        self.tell(serving);
    }

    /// Notes when something is due.
    pub(super) fn plan(&self, serving: &Serving) {
        if !serving.timing.goes_by_a_clock() {
            return;
        }
        let is_gone = serving.is_over() || self.dropped.load(Ordering::SeqCst);
        let due = if is_gone { NEVER } else { serving.timing.next() };
        self.due.store(due, Ordering::SeqCst);
    }

    /// How long whoever serves may wait for calls; for ever if nothing is to happen by itself.
    pub(super) fn patience(&self) -> Option<Duration> {
        let due = self.due.load(Ordering::SeqCst);
        self.alarm.store(due, Ordering::SeqCst);
        wait(due, self.home.clock.seconds())
    }

    /// Whether something is due before whoever serves will look.
    pub(super) fn is_due_early(&self) -> bool {
        self.due.load(Ordering::SeqCst) < self.alarm.load(Ordering::SeqCst)
    }

    /// How many turns there were.
    pub(super) fn turns(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }

    pub(super) fn account(&self) -> Arc<dyn Account> {
        Arc::<Memory>::clone(&self.home.memory)
    }

    /// Carries a request out and answers it; gives it back if it was not brief.
    fn execute(&self, serving: &mut Serving, asked: Asked, extent: Extent) -> Option<Asked> {
        if asked.reply.is_closed() || self.dropped.load(Ordering::SeqCst) || serving.is_over() {
            return None;
        }
        serving.by = asked.by.clone();
        let result = self.number(serving, |serving| match extent {
            Extent::Brief => serving.execute_if_brief(&asked.request),
            Extent::Whole => Some(serving.execute_with_a_view(&asked.request)),
        });
        let Some(result) = result else { return Some(asked) };
        // nor has it the figures of before
        self.views.withdraw();
        self.tell(serving);
        if result.as_ref().is_err_and(RequestError::is_stopped) || serving.is_over() {
            // only who does not wait any more, or whose graph is gone, is stopped: the end of `asked` tells
            return None;
        }
        let revision = serving.store.revision().0;
        let (drawn, gate) = (serving.budget.clone(), serving.gate());
        if let Some(job) = asked.answer(result, drawn, (gate, revision)) {
            serving.take_back(job);
            self.tell(serving);
        }
        None
    }

    /// Does something that may give a number to a job: one that no graph of the name has given before.
    fn number<T>(&self, serving: &mut Serving, work: impl FnOnce(&mut Serving) -> T) -> T {
        let taken = self.home.numbers.take();
        serving.store.number_from(JobId(taken.number()));
        let done = work(serving);
        taken.settle(serving.store.context().next_job().0);
        done
    }

    /// Waits until all that was done until now is durable.
    pub(super) async fn durable(&self) -> Result<(), Unwritten> {
        match self.journal.get() {
            Some(journal) => journal.durable().await,
            None => Ok(()),
        }
    }

    /// Why nothing is answered any more. That it was dropped is told when that is durable.
    pub(super) async fn why_stopped(&self) -> Stopped {
        if self.durable().await.is_err() || self.is_lost() {
            return Stopped::Unwritten;
        }
        match self.dropped.load(Ordering::SeqCst) || self.is_closed() {
            true => Stopped::Dropped,
            false if self.ending.is_open() => Stopped::Dropped,
            false if self.journal.get().is_some() => Stopped::Recovering,
            false => Stopped::Fault,
        }
    }

    /// Tells all watchers how far they may go, for as long as there are any.
    pub(super) async fn herald(self: Arc<Self>) {
        loop {
            // before all else: what was done before the end is told, too
            let is_over = self.heralds.is_over();
            let over = match self.durable().await {
                Err(lost) => Some(lost.into()),
                Ok(()) if is_over => Some(self.why_stopped().await),
                Ok(()) => None,
            };
            let revision = match self.journal.get() {
                Some(journal) => journal.durable_revision(),
                None => self.ring.newest(),
            };
            if !self.heralds.tell(Horizon { revision, over }) {
                return;
            }
            self.heralds.wait().await;
        }
    }

    /// Publishes what can be known without waiting.
    pub(super) fn tell(&self, serving: &Serving) {
        *lock(&self.summary) = serving.summary();
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
