//! The context itself: a loaded graph, its jobs and their numbers.

use std::fmt;

use fluxion_engine::{
    Criteria, Decision, Engine, EngineOptions, JobId, JobRecord, JobState, MatchOperation, Policy,
    PruneFilters, Refusal, Released, Traverser, Visits,
};
use fluxion_formats::read::jgf::JgfWarning;
use fluxion_formats::write::{self, Printed, WriteError};
use fluxion_graph::{Graph, Status, TimeWindow, VertexId};
use fluxion_jobspec::{Element, Jobspec};
use rustc_hash::FxHashMap;

use crate::decided::Decided;
use crate::errors::{CancelError, FindError, LoadError, MatchError};
use crate::load::read_graph;
use crate::options::{GraphFormat, MatchFormat, Options};
use crate::recent_jobspecs::RecentJobspecs;
use crate::subsystems::subsystems_of;
use fluxion_engine::Inconsistency;

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
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vertices = self.graph().vertices().len();
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

/// How a match succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Booked from now.
    Allocated,
    /// Booked from a later time.
    Reserved,
    /// Found, nothing booked.
    Matched,
    /// Could run; nothing chosen.
    Satisfiable,
}

/// A match that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The number of the job, or the number the next job will get if nothing was booked.
    pub job: JobId,
    /// What was done.
    pub outcome: Outcome,
    /// When the job starts, in seconds.
    pub at: i64,
    /// What was chosen, in the format of the context, final newline included; may be empty.
    pub resources: String,
}

/// What a match asks for that the context does otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How the result is printed.
    pub format: Option<MatchFormat>,
    /// By which policy resources are chosen. O(graph) more.
    pub policy: Option<Policy>,
}

/// A job of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its state.
    pub state: JobState,
    /// When it starts or started, in seconds.
    pub at: i64,
    /// When it ends or was to end, in seconds: the first one that is not part of it.
    pub end: i64,
}

impl Job {
    fn of(id: JobId, record: &JobRecord) -> Self {
        let TimeWindow { start, end } = record.window;
        Self { id, state: record.state, at: start, end }
    }
}

/// Vertices looked at while cancelling (chapter 06, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelCounts {
    /// Looked at.
    pub preorder: u64,
    /// Released.
    pub postorder: u64,
}

impl Context {
    /// Loads a graph. O(text).
    ///
    /// # Errors
    /// [`LoadError`] for a bad option as well as for a bad graph.
    pub fn load(text: &str, options: &Options) -> Result<Self, LoadError> {
        Self::load_with_warning(text, options).map(|loaded| loaded.context)
    }

    /// As [`Context::load`], with what is odd about the text of the graph.
    ///
    /// # Errors
    /// [`LoadError`], as there.
    pub fn load_with_warning(text: &str, options: &Options) -> Result<Loaded, LoadError> {
        let policy: Policy = options.policy.parse()?;
        let traverser: Traverser = options.traverser.parse()?;
        let (graph, warning) = read_graph(text, options)?;
        let filters: PruneFilters = options.prune_filters.parse()?;
        let subsystems = subsystems_of(&options.subsystems)?;
        let setup = EngineOptions { subsystems, policy, traverser, filters };
        let engine = Engine::new(graph, &setup)?;
        let recent = RecentJobspecs::default();
        let context = Self { engine, format: options.match_format, recent };
        Ok(Loaded { context, warning })
    }

    /// Matches a jobspec (YAML or JSON text) at time `now`, in seconds.
    ///
    /// # Errors
    /// [`MatchError`]; nothing has changed, except that a job number is spent where nothing fits now.
    pub fn match_jobspec(
        &mut self,
        operation: MatchOperation,
        jobspec: &str,
        now: i64,
    ) -> Result<Matched, MatchError> {
        self.match_with(operation, jobspec, now, &Wanted::default())
    }

    /// As [`Context::match_jobspec`], in another format or by another policy.
    ///
    /// # Errors
    /// [`MatchError`], as there.
    pub fn match_with(
        &mut self,
        operation: MatchOperation,
        jobspec: &str,
        now: i64,
        wanted: &Wanted,
    ) -> Result<Matched, MatchError> {
        let decided = self.decide_match(operation, jobspec, now, wanted)?;
        Ok(self.perform(decided))
    }

    /// What a match comes to.
    ///
    /// # Errors
    /// [`MatchError`]; a job number is spent where nothing fits now, and is carried to the next change.
    pub fn decide_match(
        &mut self,
        operation: MatchOperation,
        jobspec: &str,
        now: i64,
        wanted: &Wanted,
    ) -> Result<Decided<Matched>, MatchError> {
        let jobspec = self
            .recent
            .read(jobspec, self.engine.graph())
            .map_err(|error| MatchError { job: self.next_job(), reason: error.into() })?;
        self.decide_parsed(operation, &jobspec, now, wanted)
    }

    fn decide_parsed(
        &mut self,
        operation: MatchOperation,
        jobspec: &Jobspec,
        now: i64,
        wanted: &Wanted,
    ) -> Result<Decided<Matched>, MatchError> {
        let job = self.next_job();
        let decided = match wanted.policy {
            Some(policy) => self.engine.decide_by(policy, operation, jobspec, now),
            None => self.engine.decide(operation, jobspec, now),
        };
        let decision = match decided {
            Ok(Some(decision)) => decision,
            Ok(None) => return Ok(Decided::idle(self.satisfiable(now))),
            Err(refusal) => return Err(self.refuse(operation, refusal)),
        };
        let resources = self
            .print(&decision, jobspec, wanted.format.unwrap_or(self.format))
            .map_err(|error| MatchError { job, reason: error.into() })?;
        let at = decision.window.start;
        if !operation.books() {
            self.engine.note_match(&decision, now);
            return Ok(Decided::idle(Matched { job, outcome: Outcome::Matched, at, resources }));
        }
        let outcome = if at == now { Outcome::Allocated } else { Outcome::Reserved };
        let matched = Matched { job, outcome, at, resources };
        Ok(Decided::changing(matched, self.engine.decide_booking(&decision, now)))
    }

    fn satisfiable(&self, now: i64) -> Matched {
        let outcome = Outcome::Satisfiable;
        Matched { job: self.next_job(), outcome, at: now, resources: String::new() }
    }

    /// A plain "no" spends a job number where a "yes" would have (chapter 06, section 3.1).
    fn refuse(&mut self, operation: MatchOperation, refusal: Refusal) -> MatchError {
        let job = self.next_job();
        let plain = matches!(refusal, Refusal::Busy(_) | Refusal::Unsatisfiable(_));
        if plain && operation.books() {
            self.engine.spend_number();
        }
        MatchError { job, reason: refusal.into() }
    }

    fn print(
        &self,
        decision: &Decision,
        jobspec: &Jobspec,
        format: MatchFormat,
    ) -> Result<String, WriteError> {
        let labels = labels_of(&jobspec.resources);
        let graph = self.engine.graph();
        let label =
            |vertex: VertexId| labels.get(graph.type_name(graph.vertex(vertex).ty)).copied();
        let printed = Printed {
            graph,
            tree: self.engine.tree(),
            selection: &decision.selection,
            window: decision.window,
            queue: jobspec.queue.as_deref(),
            labels: (!labels.is_empty()).then_some(&label),
            aggregates: None,
        };
        let mut text = String::new();
        write::write(format.into(), &printed, &mut text)?;
        Ok(text)
    }

    /// Releases all that a job holds. O(what it holds). The job stays in the table until
    /// [`MOST_CANCELLED`](crate::MOST_CANCELLED) others were cancelled after it.
    ///
    /// # Errors
    /// [`CancelError::NoSuchJob`] if it was never placed, or was cancelled before.
    pub fn cancel(&mut self, job: JobId) -> Result<CancelCounts, CancelError> {
        let decided = self.decide_cancel(job)?;
        Ok(self.perform(decided))
    }

    /// What a cancel comes to.
    ///
    /// # Errors
    /// [`CancelError::NoSuchJob`] if it was never placed, or was cancelled before.
    pub fn decide_cancel(&self, job: JobId) -> Result<Decided<CancelCounts>, CancelError> {
        let decided = self.engine.decide_cancel(job);
        let (change, Released { preorder, postorder }) =
            decided.map_err(|_| CancelError::NoSuchJob(job))?;
        Ok(Decided::changing(CancelCounts { preorder, postorder }, change))
    }

    /// Finds vertices by an expression (chapter 06, section 12) at time `now`. The text is in the context's
    /// format, and empty if nothing is found.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find(&self, criteria: &str, now: i64) -> Result<String, FindError> {
        let parsed: Criteria = criteria.parse()?;
        let (terms, most) = (parsed.tests(), most_terms(self.graph().vertices().len()));
        if terms > most {
            return Err(FindError::TooManyTerms { terms, most });
        }
        let found = self.engine.find(&parsed, now);
        let figures = |vertex: VertexId| found.figures.as_ref()?.get(&vertex).cloned();
        let printed = Printed {
            graph: self.engine.graph(),
            tree: self.engine.tree(),
            selection: &found.selection,
            window: TimeWindow::default(),
            queue: None,
            labels: None,
            aggregates: found.figures.is_some().then_some(&figures),
        };
        let mut text = String::new();
        write::write(self.format.into(), &printed, &mut text)?;
        Ok(text)
    }

    /// The jobs of the table, ascending, the last cancelled ones included.
    pub fn jobs(&self) -> impl Iterator<Item = Job> + '_ {
        let jobs = self.engine.jobs().iter();
        jobs.map(|(&id, record)| Job::of(id, record))
    }

    /// How many jobs hold resources. O(1).
    pub fn live_jobs(&self) -> usize {
        self.engine.live_jobs()
    }

    /// How many jobs the table has. O(1).
    pub fn job_count(&self) -> usize {
        self.engine.jobs().len()
    }

    /// One job of the table.
    pub fn job(&self, id: JobId) -> Option<Job> {
        self.engine.jobs().get(&id).map(|record| Job::of(id, record))
    }

    /// How much the last match looked at. One whose jobspec could not be read does not count.
    pub fn visits(&self) -> Visits {
        self.engine.visits()
    }

    /// The number that the next job gets.
    pub fn next_job(&self) -> JobId {
        self.engine.next_job()
    }

    /// The own status of a vertex, whatever is above it.
    pub fn status_of(&self, vertex: VertexId) -> Status {
        self.engine.status(vertex)
    }

    /// Sets a property on every vertex at a path; how many there are (0: no such path).
    pub fn set_property(&mut self, path: &str, key: &str, value: &str) -> usize {
        let decided = self.decide_property(path, key, value);
        self.perform(decided)
    }

    /// What setting a property comes to.
    pub fn decide_property(&self, path: &str, key: &str, value: &str) -> Decided<usize> {
        let vertices = self.graph().vertices_at(path).to_vec();
        match vertices.len() {
            0 => Decided::idle(0),
            meant => Decided::changing(meant, self.engine.decide_property(vertices, key, value)),
        }
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
}

/// The most tests of vertices in one find: they take about half a second.
const MOST_TESTS: usize = 1 << 26;

/// How many terms may be tried on each of so many vertices; a few on any graph.
fn most_terms(vertices: usize) -> usize {
    (MOST_TESTS / vertices.max(1)).max(16)
}

/// Labels of elements other than slots, by type.
fn labels_of(resources: &[Element]) -> FxHashMap<&str, &str> {
    let mut labels = FxHashMap::default();
    let mut open: Vec<&Element> = resources.iter().rev().collect();
    while let Some(element) = open.pop() {
        if let Some(label) = element.label.as_deref().filter(|l| !l.is_empty())
            && !matches!(element.ty.as_str(), "slot" | "xor_slot")
        {
            labels.insert(element.ty.as_str(), label);
        }
        open.extend(element.with.iter().rev());
    }
    labels
}
