//! The context itself: a loaded graph, its jobs and their numbers.

use std::fmt;

use fluxion_budget::Budget;
use fluxion_engine::{
    Carried, Change, EdgeWeight, Engine, EngineOptions, Inapplicable, Inconsistency, JobId, Policy,
    PruneFilters, Traverser, Visits,
};
use fluxion_formats::read::jgf::JgfWarning;
use fluxion_formats::write;
use fluxion_graph::{Graph, Status, VertexId};

use crate::decided::Decided;
use crate::errors::LoadError;
use crate::load::read_graph;
use crate::options::{Clock, GraphFormat, MatchFormat, Options};
use crate::recent_jobspecs::RecentJobspecs;
use crate::subsystems::subsystems_of;

/// A loaded graph with its jobs.
///
/// ```
/// use fluxion_context::{Context, LoadFormat, MatchOperation, Options};
/// let graph = r#"{"graph": {"nodes": [
///     {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/cluster0"}}},
///     {"id": "1", "metadata": {"type": "node", "id": 0, "rank": 0, "paths": {"containment": "/cluster0/node0"}}}],
///     "edges": [{"source": "0", "target": "1"}]}}"#;
/// let options = Options { load_format: LoadFormat::Jgf, ..Options::default() };
/// let mut context = Context::load(graph, &options).unwrap();
/// let jobspec = r#"{"version": 1, "tasks": [], "attributes": {"system": {"duration": 60}},
///     "resources": [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "node", "count": 1}]}]}"#;
/// let matched = context.match_jobspec(MatchOperation::Allocate, jobspec, 0).unwrap();
/// assert_eq!(matched.resources, "      ------node0[1:x]\n      ---cluster0[1:s]\n");
/// context.cancel(matched.job).unwrap();
/// ```
#[derive(Clone)]
pub struct Context {
    pub(crate) engine: Engine,
    pub(crate) format: MatchFormat,
    pub(crate) recent: RecentJobspecs,
    /// How many times a decision may look at vertices.
    pub(crate) max_visits: u64,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vertices = self.graph().vertex_count();
        f.debug_struct("Context")
            .field("vertices", &vertices)
            .field("next", &self.next_job())
            .finish()
    }
}

/// A loaded context.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The context.
    pub context: Context,
    /// What is odd about the text of the graph, which is for people to know.
    pub warning: Option<JgfWarning>,
}

impl Context {
    /// Loads a graph. O(text).
    ///
    /// # Errors
    /// [`LoadError`] for a bad option as well as for a bad graph.
    pub fn load(text: &str, options: &Options) -> Result<Self, LoadError> {
        Self::load_within(text, options, &Budget::UNLIMITED).map(|loaded| loaded.context)
    }

    /// As [`Context::load`], within a budget, and with what is odd about the text of the graph.
    ///
    /// # Errors
    /// [`LoadError`], as there; [`LoadError::Stopped`] if the budget ended before, and [`LoadError::Exhausted`] if its
    /// memory did.
    pub fn load_within(
        text: &str,
        options: &Options,
        budget: &Budget,
    ) -> Result<Loaded, LoadError> {
        let loaded = Self::read(text, options, budget);
        loaded.map_err(|error| match (budget.check(), budget.exhausted()) {
            (Err(stopped), _) => stopped.into(),
            (Ok(()), Some(refusal)) => refusal.into(),
            (Ok(()), None) => error,
        })
    }

    fn read(text: &str, options: &Options, budget: &Budget) -> Result<Loaded, LoadError> {
        let policy: Policy = options.policy.parse()?;
        let traverser: Traverser = options.traverser.parse()?;
        let (graph, warning) = read_graph(text, options, budget)?;
        let filters: PruneFilters = options.prune_filters.parse()?;
        let subsystems = subsystems_of(&options.subsystems)?;
        let setup = EngineOptions { subsystems, policy, traverser, slots: options.slots, filters };
        let engine = guarded(Engine::new(graph, &setup)?, options);
        let recent = RecentJobspecs::default();
        let (format, max_visits) = (options.match_format, options.max_visits);
        let context = Self { engine, format, recent, max_visits };
        Ok(Loaded { context, warning })
    }

    /// Does what a change says; nothing else changes a context, but for what is carried to the next change
    /// ([`Context::carried`]).
    ///
    /// # Errors
    /// [`Inapplicable`] if the change was decided on another state; nothing has changed.
    pub fn apply(&mut self, change: &Change) -> Result<(), Inapplicable> {
        self.engine.apply(change)
    }

    /// As [`Context::apply`]; tells which edges a booking has weighed, and how.
    ///
    /// # Errors
    /// [`Inapplicable`]; nothing has changed.
    pub fn apply_weighed(&mut self, change: &Change) -> Result<Vec<EdgeWeight>, Inapplicable> {
        self.engine.apply_weighed(change)
    }

    /// What moved since the last change, and travels with the next one: the job numbers that failed matches spent, and
    /// the order in which children are looked at.
    pub fn carried(&self) -> Carried {
        self.engine.carried()
    }

    /// Does what was decided a moment ago.
    pub(crate) fn perform<T>(&mut self, decided: Decided<T>) -> T {
        if let Some(change) = &decided.change {
            let applied = self.apply(change);
            debug_assert_eq!(applied, Ok(()), "it was decided on this state");
        }
        decided.answer
    }

    /// The next job gets no number below `least`. What that moves is carried to the next change.
    pub fn number_from(&mut self, least: JobId) {
        if self.next_job() < least {
            self.engine.pass_number(JobId(least.0 - 1));
        }
    }

    /// The next job gets the first free number after `job`.
    pub(crate) fn pass_number(&mut self, job: JobId) {
        self.engine.pass_number(job);
    }

    // --- what can be read ---

    /// The graph, for listings and properties.
    pub fn graph(&self) -> &Graph {
        self.engine.graph()
    }

    /// Writes the graph as it is now, piece by piece, for tools that draw or analyse it. O(graph).
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_graph(&self, format: GraphFormat, out: &mut dyn fmt::Write) -> fmt::Result {
        write::write_graph(format.into(), self.graph(), &|vertex| self.status_of(vertex), out)
    }

    /// How results are printed.
    pub fn match_format(&self) -> MatchFormat {
        self.format
    }

    /// How much the last match looked at. One whose jobspec could not be read does not count.
    pub fn visits(&self) -> Visits {
        self.engine.visits()
    }

    /// What the graph and its jobs take, in bytes, about. O(1).
    pub fn footprint(&self) -> u64 {
        self.engine.footprint()
    }

    /// The number that the next job gets.
    pub fn next_job(&self) -> JobId {
        self.engine.next_job()
    }

    /// The own status of a vertex, whatever is above it.
    pub fn status_of(&self, vertex: VertexId) -> Status {
        self.engine.status(vertex)
    }

    /// Proves from scratch that all records agree: indices with the graph, claims and timelines with the job
    /// table, figures and short cuts with those. O(graph × depth + bookings × log bookings).
    ///
    /// # Errors
    /// The first [`Inconsistency`]: a defect of this library.
    pub fn check(&self) -> Result<(), Inconsistency> {
        self.engine.check()
    }

    /// A number for all that can influence what the context answers or lists, but for the next job number: a
    /// call that fails may spend that, and changes nothing else. Contexts that agree in this and in
    /// [`Context::next_job`] answer alike. It may change from version to version. O(graph + jobs).
    pub fn fingerprint(&self) -> u64 {
        self.engine.fingerprint()
    }
}

/// Where jobs begin and end by a clock, nobody is to have what another one still holds.
pub(crate) fn guarded(engine: Engine, options: &Options) -> Engine {
    match options.clock {
        Clock::Manual => engine,
        Clock::System => engine.guarding_overruns(),
    }
}

/// The options of an engine, as they were read when the graph was loaded.
pub(crate) fn engine_options(options: &Options) -> Result<EngineOptions, LoadError> {
    Ok(EngineOptions {
        subsystems: subsystems_of(&options.subsystems)?,
        policy: options.policy.parse()?,
        traverser: options.traverser.parse()?,
        slots: options.slots,
        filters: options.prune_filters.parse()?,
    })
}
