//! The engine: a graph with its jobs. Deciding and booking are two steps, so that a decision can be printed, or
//! refused by its reader, before anything changes.

use std::mem::swap;
use std::sync::Arc;

use fluxion_budget::Budget;
use fluxion_graph::{Graph, Status, SubsystemId, Tree, VertexId};

use crate::blocks::BlockMap;
use crate::calendar::Calendar;
use crate::calendar::barred::BarredSets;
use crate::calendar::gate::Gate;
use crate::change::carried::CarriedSince;
use crate::change::prepared::Prepared;
use crate::decision::{Decision, Grant};
use crate::footprint::Holdings;
use crate::index::Indices;
use crate::index::weights::Weights;
use crate::matching::Matcher;
use crate::meter::Visits;
use crate::numbers::JobNumbers;
use crate::operation::{JobId, JobState, MatchOperation};
use crate::passes::Passes;
use crate::policy::Policy;
use crate::record::{Booking, JobRecord};
use crate::refusal::Refusal;
use crate::request::constraint_mask::ConstraintMasks;
use crate::request::place_tables::PlaceTables;
use crate::request::prepared::{Known, PreparedRequest, Rules};
use crate::request::recent::RecentRequests;
use crate::request::slot_rule::SlotRule;
use crate::request::traverser::Traverser;
use crate::requested::Requested;
use crate::reserve::EarliestStart;
use crate::search::scratch::Scratch;
use crate::site::layout::Layout;
use crate::site::prune::PruneFilters;
use crate::site::{SetupError, Site};
use crate::state::State;
use crate::views::{PolicyParts, View, Views};

/// How an engine chooses (`docs/semantics/matching.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineOptions {
    /// Subsystems by name, the dominant one first. All must have a root.
    pub subsystems: Vec<String>,
    /// Which candidates are preferred.
    pub policy: Policy,
    /// How requests are laid over the graph.
    pub traverser: Traverser,
    /// Where slots stand.
    pub slots: SlotRule,
    /// Which aggregates are kept.
    pub filters: PruneFilters,
}

/// No live job has this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nonexistent job {0}")]
pub struct NoSuchJob(pub JobId);

/// Vertices looked at and released by a cancel (`docs/semantics/state.md`, Cancel).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// Looked at.
    pub preorder: u64,
    /// Released.
    pub postorder: u64,
}

/// A graph with its jobs.
///
/// A clone is independent in every respect, and shares everything with the original until one of them changes a part. It
/// costs a pointer per block of the tables; what is changed afterwards is all that is copied.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) site: Site,
    pub(crate) state: State,
    pub(crate) indices: Indices,
    pub(crate) weights: Weights,
    pub(crate) policy: Policy,
    pub(crate) traverser: Traverser,
    pub(crate) slots: SlotRule,
    pub(crate) filters: PruneFilters,
    pub(crate) jobs: BlockMap<JobId, JobRecord>,
    /// The windows.
    pub(crate) calendar: Calendar,
    pub(crate) barred_sets: BarredSets,
    /// What the jobs hold together.
    pub(crate) holdings: Holdings,
    pub(crate) numbers: JobNumbers,
    pub(crate) carried: CarriedSince,
    pub(crate) prepared: Option<Box<Prepared>>,
    pub(crate) constraint_masks: ConstraintMasks,
    pub(crate) place_tables: PlaceTables,
    pub(crate) recent_requests: RecentRequests,
    pub(crate) earliest_start: EarliestStart,
    /// Other policies that were asked for.
    pub(crate) views: Views,
    pub(crate) scratch: Scratch,
}

impl Engine {
    /// Takes a loaded graph into service.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(graph: Graph, options: &EngineOptions) -> Result<Self, SetupError> {
        if options.slots == SlotRule::Deep && options.traverser == Traverser::Flexible {
            return Err(SetupError::DeepSlots);
        }
        let subsystem = dominant(&graph, &options.subsystems)?;
        let site = Site::of(graph, subsystem, options.policy, &options.filters)?;
        let weights = Weights::under(options.policy, &site.layout);
        let mut indices = Indices::new(&site);
        let is_down = |&v: &VertexId| site.graph.vertex(v).status == Status::Down;
        let state = State::new(&site, site.graph.vertex_ids().filter(is_down), &mut indices);
        Ok(Self {
            site,
            state,
            indices,
            weights,
            policy: options.policy,
            traverser: options.traverser,
            slots: options.slots,
            filters: options.filters.clone(),
            jobs: BlockMap::default(),
            calendar: Calendar::default(),
            barred_sets: BarredSets::default(),
            holdings: Holdings::default(),
            numbers: JobNumbers::default(),
            carried: CarriedSince::default(),
            prepared: None,
            constraint_masks: ConstraintMasks::default(),
            place_tables: PlaceTables::default(),
            recent_requests: RecentRequests::default(),
            earliest_start: EarliestStart::default(),
            views: Views::default(),
            scratch: Scratch::default(),
        })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.site.graph
    }

    /// The dominant subsystem.
    pub fn tree(&self) -> &Tree {
        &self.site.tree
    }

    /// Decides a request at time `now`, within a budget; books nothing. A successful satisfiability test decides nothing. What follows a
    /// success is [`Engine::decide_booking`] or, where nothing is booked, [`Engine::note_match`].
    ///
    /// # Errors
    /// [`Refusal`]; nothing has changed.
    pub fn decide<'r>(
        &mut self,
        operation: MatchOperation,
        request: impl Into<Requested<'r>>,
        now: i64,
        budget: &Budget,
    ) -> Result<Option<Decision>, Refusal> {
        self.decide_under(None, operation, request.into(), now, budget)
    }

    /// As [`Engine::decide`], by another policy, to which all edges have their first weight. O(graph) more when a policy
    /// is first asked for, or was not for long.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn decide_by<'r>(
        &mut self,
        policy: Policy,
        operation: MatchOperation,
        request: impl Into<Requested<'r>>,
        now: i64,
        budget: &Budget,
    ) -> Result<Option<Decision>, Refusal> {
        self.decide_under(Some(policy), operation, request.into(), now, budget)
    }

    /// By another policy, or by the graph's.
    pub(crate) fn decide_under(
        &mut self,
        other: Option<Policy>,
        operation: MatchOperation,
        request: Requested<'_>,
        now: i64,
        budget: &Budget,
    ) -> Result<Option<Decision>, Refusal> {
        self.consider(other, request, budget, |prepared, passes, earliest_start, jobs| {
            Matcher { passes, earliest_start, jobs, operation, now }.decide(prepared)
        })
    }

    /// Makes a request ready by another policy, or by the graph's, and looks at it within a budget.
    pub(crate) fn consider<T>(
        &mut self,
        other: Option<Policy>,
        request: Requested<'_>,
        budget: &Budget,
        look: impl FnOnce(
            &PreparedRequest<'_>,
            Passes<'_>,
            &mut EarliestStart,
            &BlockMap<JobId, JobRecord>,
        ) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let parts = match other {
            Some(policy) => match self.views.of(policy, &self.site, &self.state, budget) {
                Some(view) => view.parts(),
                None => {
                    // there is no memory to remember the policy
                    let mut fork = self.under(policy);
                    let seen = fork.consider(None, request, budget, look);
                    self.scratch.meter = fork.scratch.meter;
                    return seen;
                }
            },
            None => PolicyParts {
                policy: self.policy,
                site: &self.site,
                indices: &mut self.indices,
                weights: &self.weights,
                constraint_masks: &mut self.constraint_masks,
                earliest_start: &mut self.earliest_start,
            },
        };
        let PolicyParts { policy, site, indices, weights, constraint_masks, earliest_start } =
            parts;
        let (scratch, slots, jobs) = (&mut self.scratch, self.slots, &self.jobs);
        scratch.start_decision(budget);
        let rules = Rules { traverser: self.traverser, policy, slots };
        let known = Known { requests: &mut self.recent_requests, places: &mut self.place_tables };
        let Requested { jobspec, admission } = request;
        let prepared = PreparedRequest::of(jobspec, site, rules, constraint_masks, known, budget)?;
        let gate = match self.calendar.is_empty() && admission.is_none() {
            true => None,
            false => Some(Box::new(Gate::of(&self.calendar, admission, &mut self.barred_sets)?)),
        };
        let state = &self.state;
        let passes =
            Passes { site, state, gate, barred: None, indices, weights, policy, slots, scratch };
        look(&prepared, passes, earliest_start, jobs)
    }

    /// Goes over to the policy of a view, which gets what belongs to the policy of before.
    pub(crate) fn exchange(&mut self, view: &mut View) {
        swap(&mut self.policy, &mut view.policy);
        swap(&mut self.site, &mut view.site);
        swap(&mut self.indices, &mut view.indices);
        swap(&mut self.weights, &mut view.weights);
        swap(&mut self.constraint_masks, &mut view.constraint_masks);
        swap(&mut self.earliest_start, &mut view.earliest_start);
    }

    /// How much the last decision, or refusal, looked at.
    pub fn visits(&self) -> Visits {
        self.scratch.meter.visits()
    }

    /// Books what a record says and puts it into the table.
    pub(crate) fn record(&mut self, job: JobId, record: JobRecord) {
        let (grants, booking) = (&record.grants, record.booking(job));
        let observer = &mut self.views.beside(&mut self.indices);
        self.state.book(&self.site, grants, booking, observer);
        self.earliest_start.enter(&self.site, grants, booking);
        self.views.enter(grants, booking);
        self.holdings.add(grants);
        self.jobs.insert(job, record);
    }

    /// Takes a record out of the table and releases what it holds.
    pub(crate) fn unrecord(&mut self, job: JobId) -> Option<JobRecord> {
        let record = self.jobs.remove(&job)?;
        self.give_back(&record.grants, record.booking(job));
        Some(record)
    }

    /// Takes back what [`Engine::record`] booked.
    fn give_back(&mut self, grants: &[Grant], booking: Booking) {
        let observer = &mut self.views.beside(&mut self.indices);
        self.state.release(&self.site, grants, booking, observer);
        self.earliest_start.leave(booking);
        self.views.leave(booking);
        self.holdings.remove(grants);
    }

    /// Releases what a live job holds; its record stays in the table, in another state.
    pub(crate) fn release(&mut self, job: JobId, state: JobState) {
        let Some(record) = self.jobs.get_mut(&job) else { return };
        let booking = record.booking(job);
        record.state = state;
        let grants = std::mem::take(&mut record.grants);
        self.give_back(&grants, booking);
    }

    /// The job table: every job that was ever booked and not forgotten, ascending.
    pub fn jobs(&self) -> impl Iterator<Item = (JobId, &JobRecord)> + '_ {
        self.jobs.iter().map(|(&job, record)| (job, record))
    }

    /// The jobs of the table from a number on, ascending. O(log jobs) to the first one.
    pub fn jobs_from(&self, least: JobId) -> impl Iterator<Item = (JobId, &JobRecord)> + '_ {
        let jobs = self.jobs.from(move |job| *job < least);
        jobs.map(|(&job, record)| (job, record))
    }

    /// What the table says about a job. O(log jobs).
    pub fn job(&self, job: JobId) -> Option<&JobRecord> {
        self.jobs.get(&job)
    }

    /// How many jobs the table has. O(1).
    pub fn job_count(&self) -> usize {
        self.jobs.len()
    }

    /// Whether a job holds resources.
    pub fn is_live(&self, job: JobId) -> bool {
        self.live_job(job).is_some()
    }

    /// The record of a job that holds resources.
    pub fn live_job(&self, job: JobId) -> Option<&JobRecord> {
        self.jobs.get(&job).filter(|record| record.is_live())
    }

    /// How many jobs hold resources. O(1).
    pub fn live_jobs(&self) -> usize {
        self.numbers.live
    }

    /// What the graph and its jobs take, in bytes, about. O(1).
    pub fn footprint(&self) -> u64 {
        let Site { graph, layout, directory, .. } = &self.site;
        let site = graph.footprint(layout.inner_count()) + directory.footprint();
        let jobs = self.holdings.footprint_of(self.jobs.len(), self.state.planner_count());
        site + jobs + self.calendar.footprint() + self.views.footprint()
    }

    /// The number that the next job gets.
    pub fn next_job(&self) -> JobId {
        self.numbers.next
    }

    /// The vertex's own status, whatever is above it.
    pub fn status(&self, vertex: VertexId) -> Status {
        self.state.status(vertex)
    }

    /// A fork that chooses by another policy. O(graph). Decisions of the fork can be booked here as long as
    /// neither has changed. Weights of edges start anew (`docs/semantics/policies.md`, Order of children).
    #[must_use]
    pub fn under(&self, policy: Policy) -> Self {
        let mut fork = self.clone();
        fork.exchange(&mut View::new(policy, &self.site, &self.state));
        fork.views = Views::default();
        fork
    }

    /// Makes scores and all that is ordered by them anew. O(graph).
    pub(crate) fn relayout(&mut self) {
        let Site { graph, tree, .. } = &self.site;
        self.constraint_masks.forget();
        self.site.layout = Arc::new(Layout::of(graph, tree, self.policy));
        self.indices = Indices::of(&self.site, &self.state);
        self.earliest_start = EarliestStart::default();
    }
}

fn dominant(graph: &Graph, subsystems: &[String]) -> Result<SubsystemId, SetupError> {
    let mut found = None;
    for name in subsystems {
        let id = graph.subsystem_id(name).filter(|&id| graph.root(id).is_some());
        let id = id.ok_or_else(|| SetupError::NoRoot(name.clone()))?;
        found.get_or_insert(id);
    }
    found.ok_or_else(|| SetupError::NoRoot(String::new()))
}
