//! The graphs of the server by name. Looking one up never waits for a load; loads of one name take turns.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fluxion_store::journal::source_of;
use fluxion_store::{Incarnation, RequestId};
use tokio::sync::{Mutex as TurnLock, watch};

use crate::measures::watch_measures::WatchMeasures;
use crate::transport::asked_by::AskedBy;
use crate::transport::call_notes::CallNotes;
use crate::transport::faults::{StartError, Stopped};
use crate::transport::graph_thread::GraphThread;
use crate::transport::journal::{DroppedGraph, Found, GraphJournal, Journal, RecoveredGraph};
use crate::transport::memory::Memory;
use crate::transport::numbers::{Numbers, NumbersByName};
use crate::transport::served_graph::{Bounds, Home, Upload};
use crate::transport::totals::Totals;
use crate::transport::wall_clock::WallClock;

mod errors;
mod forking;

pub(crate) use errors::{CreateError, DropError, other_incarnation};

use errors::MOST_LOADS;

/// The graph of the published three-call service.
pub(crate) const DEFAULT_GRAPH: &str = "default";

/// The longest name of a graph.
pub(crate) const LONGEST_GRAPH_NAME: usize = 63;

/// Whether a graph may have such a name.
pub(crate) fn is_graph_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=LONGEST_GRAPH_NAME).contains(&name.len()) && name.chars().all(is_allowed)
}

/// What a load takes while it waits, beside its text, about.
const LOAD: u64 = 32 << 10;

/// What becomes of a graph that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and the new one is refused.
    Stays,
    /// It gives way once the new one has loaded.
    GivesWay,
    /// As `GivesWay`, unless it was loaded from the same text with the same options.
    StaysIfSame,
    /// As `GivesWay`, but there must be one, of this incarnation.
    GivesWayAs(Incarnation),
}

#[derive(Debug, Default)]
struct Slot {
    graph: Option<GraphThread>,
    /// Held while a graph is loading (the lock is fair): the last to arrive is the one that stays.
    turn: Arc<TurnLock<()>>,
    /// How many loads hold or await the turn.
    loads: usize,
    /// Held while a graph is entered or taken out, until that is durable.
    entering: Arc<TurnLock<()>>,
}

/// All graphs.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    memory: Arc<Memory>,
    slots: Mutex<BTreeMap<String, Slot>>,
    numbers: Mutex<NumbersByName>,
    limits: Bounds,
    totals: Arc<Totals>,
    clock: WallClock,
    journal: Option<Journal>,
    /// How many forks there are.
    forks: Arc<AtomicUsize>,
    /// How watches of its graphs ended.
    watches: Arc<WatchMeasures>,
    /// Told when a graph comes or goes.
    changed: watch::Sender<()>,
}

impl Registry {
    /// No graphs yet; what they take is drawn from `memory`.
    pub(crate) fn new(limits: Bounds, memory: Arc<Memory>, journal: Option<Journal>) -> Self {
        Self { limits, memory, journal, ..Self::default() }
    }

    /// The same; what its graphs have counts there.
    pub(crate) fn counted(self, totals: Arc<Totals>) -> Self {
        Self { totals, ..self }
    }

    /// The same, by this clock.
    pub(crate) fn timed(self, clock: WallClock) -> Self {
        Self { clock, ..self }
    }

    /// How watches of its graphs ended.
    pub(crate) fn watches(&self) -> &Arc<WatchMeasures> {
        &self.watches
    }

    /// What all graphs have, and may have.
    pub(crate) fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Enters what a journal holds, before anybody asks.
    pub(crate) async fn resume(self: &Arc<Self>, found: Found) -> Result<(), StartError> {
        for DroppedGraph { name, next_job, .. } in found.dropped {
            self.numbers(&name).raise(next_job.0);
        }
        for RecoveredGraph { name, store, end, records } in found.graphs {
            let Some(journal) = self.journal.clone() else { break };
            let home = self.home(&name);
            home.numbers.raise(store.context().next_job().0);
            let numbers = home.numbers.clone();
            let journal = GraphJournal::of_recovered(journal, end, records, &store, numbers);
            let graph = GraphThread::resume(store, journal, home).await?;
            self.watch(&name, &graph);
            self.slots().entry(name).or_default().graph = Some(graph);
        }
        self.changed.send_replace(());
        Ok(())
    }

    /// If the thread of a graph meets a fault, recovers the graph from the journal, if there is one.
    fn watch(self: &Arc<Self>, name: &str, graph: &GraphThread) {
        let (ending, name, registry) = (graph.ending(), name.to_owned(), Arc::downgrade(self));
        let journal = graph.journal().cloned();
        tokio::spawn(async move {
            if ending.passed().await.is_err()
                && let Some(registry) = registry.upgrade()
            {
                registry.changed.send_replace(());
                if let Some(journal) = journal
                    && let Err(error) = registry.revive(&name, journal).await
                {
                    tracing::error!(graph = name, error, "a graph is not served any more");
                }
            }
        });
    }

    async fn revive(
        self: &Arc<Self>,
        name: &str,
        journal: Arc<GraphJournal>,
    ) -> Result<(), String> {
        tracing::error!(graph = name, "its thread met a fault: it is recovered from the journal");
        // a graph that has given way, or is written no more, stays as it is
        if journal.durable().await.is_err() || journal.is_closed() {
            return Ok(());
        }
        let recovered = journal.recover().await.map_err(|fault| fault.to_string())?;
        let store = recovered.store;
        let incarnation = store.incarnation();
        let graph = GraphThread::resume(store, journal, self.home(name)).await;
        let graph = graph.map_err(|error| error.to_string())?;
        self.watch(name, &graph);
        if let Some(slot) = self.slots().get_mut(name)
            && slot.graph.as_ref().is_some_and(|graph| graph.incarnation() == incarnation)
        {
            slot.graph = Some(graph);
        }
        self.changed.send_replace(());
        Ok(())
    }

    /// Tells when a graph has come or gone, or its thread has met a fault.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Records what is carried by each graph: the server ends.
    pub(crate) async fn put_away(&self) {
        for (_, graph) in self.graphs() {
            graph.put_away().await;
        }
    }

    fn home(&self, name: &str) -> Home {
        let Self { limits: bounds, memory, journal, .. } = self;
        let (name, numbers) = (name.to_owned(), self.numbers(name));
        Home {
            name,
            numbers,
            bounds: *bounds,
            memory: Arc::clone(memory),
            journal: journal.clone(),
            measures: Arc::default(),
            totals: Arc::clone(&self.totals),
            clock: self.clock.clone(),
        }
    }

    /// From what graphs, and everything that is made of them, are drawn.
    pub(crate) fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    /// Where the graphs are written down; nothing if they are kept in memory only.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<String, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A graph as it is now. Whoever got it goes on with it, whatever replaces it.
    pub(crate) fn graph(&self, name: &str) -> Option<GraphThread> {
        self.slots().get(name)?.graph.clone()
    }

    fn numbers(&self, name: &str) -> Numbers {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).of(name)
    }

    /// All graphs, by name.
    pub(crate) fn graphs(&self) -> Vec<(String, GraphThread)> {
        let slots = self.slots();
        slots.iter().filter_map(|(name, s)| Some((name.clone(), s.graph.clone()?))).collect()
    }

    /// Takes a graph out, if it is of the incarnation that is expected. Calls that wait for it fail. `asked` is the request, if
    /// that may be repeated, and who made it.
    pub(crate) async fn drop_graph(
        self: &Arc<Self>,
        name: &str,
        expected: Option<Incarnation>,
        (asked, by): (Option<RequestId>, AskedBy),
    ) -> Result<(), DropError> {
        CallNotes::of_task().iter().for_each(|notes| notes.change(name, None));
        let (registry, name) = (Arc::clone(self), name.to_owned());
        // what has begun is done, whether its client waits or not
        let dropping =
            tokio::spawn(async move { registry.take_out(&name, expected, (asked, by)).await });
        dropping.await.unwrap_or(Err(DropError::Unwritten))
    }

    async fn take_out(
        &self,
        name: &str,
        expected: Option<Incarnation>,
        (asked, by): (Option<RequestId>, AskedBy),
    ) -> Result<(), DropError> {
        let entering = self.entering(name).ok_or(DropError::NoGraph)?;
        let _held = entering.lock().await;
        let graph = self.graph(name).ok_or(DropError::NoGraph)?;
        let found = graph.incarnation();
        if let Some(expected) = expected.filter(|&expected| expected != found) {
            return Err(DropError::OtherIncarnation { expected, found });
        }
        if let Some(journal) = graph.journal() {
            journal.end(asked, &by).await.map_err(|_| DropError::Unwritten)?;
        }
        graph.retire();
        graph.count_no_more();
        let mut slots = self.slots();
        if let Some(slot) = slots.get_mut(name) {
            slot.graph = None;
            if slot.loads == 0 {
                slots.remove(name);
            }
        }
        drop(slots);
        self.changed.send_replace(());
        Ok(())
    }

    fn entering(&self, name: &str) -> Option<Arc<TurnLock<()>>> {
        self.slots().get(name).map(|slot| Arc::clone(&slot.entering))
    }

    /// Whether a graph of this name may be created now.
    pub(crate) fn check(&self, name: &str, existing: Existing) -> Result<(), CreateError> {
        check(&self.slots(), name, (existing, self.most_graphs()))
    }

    fn most_graphs(&self) -> usize {
        self.totals.limits().graphs
    }

    /// Loads a graph under a name. A load that has begun goes on when the future is dropped: clients with short
    /// deadlines come back and find their graph.
    pub(crate) async fn load(
        self: &Arc<Self>,
        name: &str,
        upload: Upload,
        existing: Existing,
    ) -> Result<GraphThread, CreateError> {
        CallNotes::of_task().iter().for_each(|notes| notes.change(name, None));
        let (pending, turn) = PendingLoad::new(self, name, existing)?;
        // the load goes on when the call that brought the text has ended
        let held = self.memory.hold(LOAD + upload.text.len() as u64)?;
        let turn = turn.lock_owned().await;
        let load = tokio::spawn(async move {
            pending.registry.check(&pending.name, existing).map_err(|error| match error {
                CreateError::Exists(name) => CreateError::Lost(name),
                other => other,
            })?;
            if existing == Existing::StaysIfSame
                && let Some(same) = pending.same(&upload)
            {
                return Ok(same);
            }
            let home = pending.registry.home(&pending.name);
            let graph = GraphThread::load(upload, home).await?;
            pending.put(graph.clone(), existing).await?;
            drop((pending, turn, held));
            Ok(graph)
        });
        load.await.unwrap_or(Err(CreateError::Start(StartError::Stopped(Stopped::Fault))))
    }
}

/// Graphs beside `default`, those included that are loading.
fn others(slots: &BTreeMap<String, Slot>) -> usize {
    slots.len() - usize::from(slots.contains_key(DEFAULT_GRAPH))
}

fn check(
    slots: &BTreeMap<String, Slot>,
    name: &str,
    (existing, most): (Existing, usize),
) -> Result<(), CreateError> {
    if let Existing::GivesWayAs(expected) = existing {
        let graph = slots.get(name).and_then(|slot| slot.graph.as_ref());
        let found = graph.map(GraphThread::incarnation);
        if found != Some(expected) {
            let name = name.to_owned();
            return Err(CreateError::OtherIncarnation { name, expected, found });
        }
    }
    match slots.get(name) {
        Some(Slot { graph: Some(_), .. }) if existing == Existing::Stays => {
            Err(CreateError::Exists(name.to_owned()))
        }
        None if name != DEFAULT_GRAPH && others(slots) >= most => Err(CreateError::TooMany(most)),
        _ => Ok(()),
    }
}

/// A load that holds its place in the registry.
#[derive(Debug)]
struct PendingLoad {
    registry: Arc<Registry>,
    name: String,
}

impl PendingLoad {
    fn new(
        registry: &Arc<Registry>,
        name: &str,
        existing: Existing,
    ) -> Result<(Self, Arc<TurnLock<()>>), CreateError> {
        let mut slots = registry.slots();
        check(&slots, name, (existing, registry.most_graphs()))?;
        if slots.values().map(|slot| slot.loads).sum::<usize>() >= MOST_LOADS {
            return Err(CreateError::TooManyLoads);
        }
        let slot = slots.entry(name.to_owned()).or_default();
        slot.loads += 1;
        let turn = Arc::clone(&slot.turn);
        Ok((Self { registry: Arc::clone(registry), name: name.to_owned() }, turn))
    }

    /// The graph that there is, if it was loaded from the same.
    fn same(&self, Upload { text, options, .. }: &Upload) -> Option<GraphThread> {
        let graph = self.registry.graph(&self.name)?;
        let is_same = graph.is_from(source_of(text, options));
        is_same.then(|| {
            tracing::info!(graph = self.name, "the same graph was sent again: its jobs stay");
            graph
        })
    }

    /// Enters the graph, once that is durable. The graph that was to give way may have been dropped while the new one
    /// loaded.
    async fn put(&self, graph: GraphThread, existing: Existing) -> Result<(), CreateError> {
        let entering = self.registry.entering(&self.name);
        let _held = match &entering {
            Some(entering) => Some(entering.lock().await),
            None => None,
        };
        if matches!(existing, Existing::GivesWayAs(_)) {
            self.registry.check(&self.name, existing)?;
        }
        let before = self.registry.graph(&self.name);
        let vertices = |graph: &GraphThread| graph.summary().vertices;
        let fits =
            self.registry.totals.check_new(vertices(&graph), before.as_ref().map_or(0, vertices));
        // nobody waits until its thread has put it away
        fits.inspect_err(|_| graph.count_no_more())?;
        if let Some(journal) = graph.journal() {
            let replaced = before.as_ref().and_then(|graph| graph.journal().cloned());
            journal.create(replaced).await.map_err(|lost| StartError::Stopped(lost.into()))?;
            // what is done there from now on would not be written
            before.iter().for_each(GraphThread::retire);
        }
        before.iter().for_each(GraphThread::count_no_more);
        self.registry.watch(&self.name, &graph);
        if let Some(slot) = self.registry.slots().get_mut(&self.name) {
            slot.graph = Some(graph);
        }
        self.registry.changed.send_replace(());
        if before.is_some() {
            tracing::info!(graph = self.name, "the previous graph and its jobs were replaced");
        }
        Ok(())
    }
}

impl Drop for PendingLoad {
    fn drop(&mut self) {
        let mut slots = self.registry.slots();
        if let Some(slot) = slots.get_mut(&self.name) {
            slot.loads -= 1;
            if slot.loads == 0 && slot.graph.is_none() {
                slots.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests;
