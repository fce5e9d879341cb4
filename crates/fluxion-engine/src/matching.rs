//! From a jobspec to a decision: the time request, the node pre-check, the passes and their order
//! (chapter 03, section 8; chapter 04, section 10).

use std::collections::BTreeMap;

use fluxion_graph::{TimeWindow, TypeId, VertexId};
use fluxion_jobspec::{Element, Jobspec};
use fluxion_planner::Candidates;

use crate::choice::decision::Decision;
use crate::choice::realise::realise;
use crate::engine::JobRecord;
use crate::index::agenda::Agenda;
use crate::index::shelf::Shelves;
use crate::index::weights::Weights;
use crate::notes::Notes;
use crate::operation::{JobId, JobState, MatchOperation};
use crate::policy::Policy;
use crate::request::acceptance::{Acceptance, Acceptances};
use crate::request::node_need::NodeNeed;
use crate::request::{Request, Traverser, variants};
use crate::search::vacancy::{Fitting, Vacancy};
use crate::search::{Figures, Kind, Pass, Scratch, Search, Visits};
use crate::site::Site;
use crate::state::State;

/// When the graph ends, in seconds: 100 years of 365 days (chapter 01, section 1.6).
pub const GRAPH_END: i64 = 3_153_600_000;

/// Why a request was not placed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing fits at the times that were tried (EBUSY). Holds what the search had to say.
    #[error("no matching resources found")]
    Busy(Notes),
    /// It could not run even if everything were idle and up (ENODEV).
    #[error("the request can never be satisfied")]
    Unsatisfiable(Notes),
    /// The duration is negative, not a number, or longer than the graph lives (EINVAL).
    #[error("invalid duration {0}: expected seconds between 0 and {GRAPH_END}")]
    Duration(String),
    /// The request lists no resource (EINVAL).
    #[error("the request lists no resources")]
    NoResources,
    /// The job would start outside of the graph's life (EINVAL).
    #[error("the start time {0} lies outside of the life of the graph, 0 to {GRAPH_END}")]
    Time(i64),
    /// The alternatives of `xor_slot` multiply beyond all bounds (EOVERFLOW).
    #[error("too many alternatives: at most 1000 combinations of xor_slot are tried")]
    TooManyVariants,
}

/// One decision in the making.
pub(crate) struct Matcher<'a> {
    pub(crate) site: &'a Site,
    pub(crate) state: &'a State,
    pub(crate) shelves: &'a mut Shelves,
    pub(crate) weights: &'a Weights,
    pub(crate) policy: Policy,
    pub(crate) traverser: Traverser,
    pub(crate) acceptances: &'a mut Acceptances,
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) jobs: &'a BTreeMap<JobId, JobRecord>,
    pub(crate) now: i64,
}

/// A request with everything that its passes share.
struct Asked {
    /// As written; its demand decides pre-check and candidate times.
    whole: Request,
    /// What is tried in turn; empty if `whole` is the only one.
    variants: Vec<Request>,
    duration: i64,
    /// The place of the constraint among the remembered ones.
    constraint: Option<usize>,
    /// Whether an idle machine could hold it, as far as is known without a search.
    is_possible: bool,
}

impl Matcher<'_> {
    pub(crate) fn decide(
        &mut self,
        operation: MatchOperation,
        jobspec: &Jobspec,
    ) -> Result<Option<Decision>, Refusal> {
        self.scratch.notes.clear();
        self.scratch.visits = Visits::default();
        let asked = self.prepare(jobspec)?;
        if operation == MatchOperation::Satisfiability {
            let possible = self.is_satisfiable(&asked);
            return if possible { Ok(None) } else { Err(Refusal::Unsatisfiable(self.notes())) };
        }
        self.check_nodes(operation, &asked)?;
        let found = match self.pass(&asked, Kind::Now, self.now, None) {
            Some(decision) => decision,
            None => self.try_later(operation, &asked)?,
        };
        self.admit(found, asked.duration).map(Some)
    }

    fn notes(&mut self) -> Notes {
        std::mem::take(&mut self.scratch.notes)
    }

    fn prepare(&mut self, jobspec: &Jobspec) -> Result<Asked, Refusal> {
        let duration = duration(jobspec.duration)?;
        self.scratch.mixes.clear();
        if jobspec.resources.is_empty() {
            return Err(Refusal::NoResources);
        }
        let graph = &self.site.graph;
        let largest = |ty: TypeId| self.site.layout.sizes(ty).1;
        let request = |list: &[Element]| Request::new(list, graph, &largest, self.traverser);
        let whole = request(&jobspec.resources);
        let expanded = match self.traverser {
            Traverser::Simple => Vec::new(),
            Traverser::Flexible => {
                variants(&jobspec.resources).map_err(|_| Refusal::TooManyVariants)?
            }
        };
        let variants = expanded.iter().map(|v| request(v)).collect();
        let constraint = jobspec.constraint.as_ref().map(|c| self.acceptances.enter(c, self.site));
        let acceptance = constraint.and_then(|at| self.acceptances.get(at));
        let is_possible = whole.is_possible(self.site, acceptance);
        Ok(Asked { whole, variants, duration, constraint, is_possible })
    }

    /// One pass per variant until one selects something that can be realised.
    fn pass(
        &mut self,
        asked: &Asked,
        kind: Kind,
        start: i64,
        fitting: Option<Fitting<'_>>,
    ) -> Option<Decision> {
        if !asked.is_possible {
            return None;
        }
        let end = start.checked_add(asked.duration)?;
        let counted = kind == Kind::Now && self.site.tree.is_tree() && self.state.speaks_for(start);
        let figures = if counted { Figures::Apply } else { Figures::Ignore };
        let Asked { whole, variants, constraint, .. } = asked;
        let requests = if variants.is_empty() { std::slice::from_ref(whole) } else { variants };
        for request in requests {
            let mut search = Search {
                site: self.site,
                state: self.state,
                shelves: self.shelves,
                weights: self.weights,
                policy: self.policy,
                request,
                acceptance: constraint.and_then(|at| self.acceptances.get(at)),
                fitting,
                pass: Pass { kind, start, end, figures },
                scratch: self.scratch,
            };
            let Some(choice) = search.run() else { continue };
            let exclusive = self.exclusive_types(request);
            let selection = realise(self.site, self.scratch, &choice, &exclusive);
            return Some(Decision { selection, window: TimeWindow { start, end } });
        }
        None
    }

    fn exclusive_types(&self, request: &Request) -> Vec<TypeId> {
        let node = self.site.graph.type_id("node").filter(|_| self.policy.is_node_exclusive());
        request.exclusive_types.iter().copied().chain(node).collect()
    }

    /// What a success at some time comes to; nothing that is empty, taken, or beyond the graph's end.
    fn admit(&mut self, mut decision: Decision, duration: i64) -> Result<Decision, Refusal> {
        let start = decision.window.start;
        if start == GRAPH_END {
            return Err(Refusal::Busy(self.notes()));
        }
        if !(0..GRAPH_END).contains(&start) {
            return Err(Refusal::Time(start));
        }
        decision.window.end = start.saturating_add(duration).min(GRAPH_END);
        let TimeWindow { start, end } = decision.window;
        let taken =
            decision.grants().any(|g| g.exclusive && self.state.is_claimed(g.vertex, start, end));
        if decision.selection.vertices.is_empty() || taken {
            return Err(Refusal::Busy(self.notes()));
        }
        Ok(decision)
    }

    fn try_later(&mut self, operation: MatchOperation, asked: &Asked) -> Result<Decision, Refusal> {
        use MatchOperation::{Allocate, AllocateWithSatisfiability, WithoutAllocating};
        if matches!(operation, Allocate | WithoutAllocating) {
            return Err(Refusal::Busy(self.notes()));
        }
        if operation != AllocateWithSatisfiability
            && let Some(found) = self.reserve(asked)?
        {
            return Ok(found);
        }
        if self.is_satisfiable(asked) {
            Err(Refusal::Busy(self.notes()))
        } else {
            Err(Refusal::Unsatisfiable(self.notes()))
        }
    }

    /// Tries the times at which some booking starts or ends, as far as the root's filter can provide the
    /// demand (chapter 05, section 7.3).
    fn reserve(&mut self, asked: &Asked) -> Result<Option<Decision>, Refusal> {
        let (state, site) = (self.state, self.site);
        let root = site.tree.root();
        let planner = state.planner(site, root).filter(|_| asked.is_possible);
        let Some(planner) = planner else { return Ok(None) };
        let ty = site.graph.vertex(root).ty;
        let demand: Vec<u64> = [0, 0]
            .into_iter()
            .chain(site.filters.of(ty).map(|ty| asked.whole.literal_demand.of(ty)))
            .collect();
        let from = self.now.checked_add(1).ok_or(Refusal::Time(self.now))?;
        let Ok(times) = planner.candidates(from, asked.duration, &demand) else {
            return Ok(None);
        };
        let need = self.node_need(asked);
        // the passes change the other indices
        let agenda = self.shelves.agenda.take();
        let found = self.first_fit(asked, times, need, agenda.as_ref());
        self.shelves.agenda = agenda;
        Ok(found)
    }

    /// What is known about the nodes that a request needs, with an agenda to follow it in time.
    fn node_need(&mut self, asked: &Asked) -> Option<NodeNeed> {
        let plain = asked.variants.is_empty()
            && !asked.whole.filters_show
            && asked.whole.traverser == Traverser::Simple
            && self.state.speaks_for(self.now);
        let need = plain.then(|| NodeNeed::of(&asked.whole, self.site)).flatten()?;
        if self.shelves.agenda.is_none() {
            let live = self.jobs.iter().filter(|(_, record)| record.state != JobState::Canceled);
            let bookings = live.map(|(&job, record)| (record.booking(job), record.grants()));
            self.shelves.agenda = Some(Agenda::of(self.site, bookings));
        }
        Some(need)
    }

    /// The first of some ascending times at which a request fits.
    fn first_fit(
        &mut self,
        asked: &Asked,
        mut times: Candidates<'_>,
        need: Option<NodeNeed>,
        agenda: Option<&Agenda>,
    ) -> Option<Decision> {
        let Some((need, agenda)) = need.zip(agenda) else {
            return times.find_map(|time| self.pass(asked, Kind::Later, time, None));
        };
        let mut first = times.next()?;
        // other policies look at everything in any case
        if self.policy.stops_early()
            && asked.constraint.is_none()
            && self.has_untouched(&need, agenda, first, first.saturating_add(asked.duration))
        {
            let found = self.pass(asked, Kind::Later, first, None);
            if found.is_some() {
                return found;
            }
            first = times.next()?;
        }
        self.first_vacancy(asked, first, times, need, agenda)
    }

    /// Whether the jobs of a window leave as many nodes alone as are needed, so that there is no need to know which.
    fn has_untouched(&self, need: &NodeNeed, agenda: &Agenda, start: i64, end: i64) -> bool {
        let touched = agenda.touched_within(start, end) as u64;
        agenda.unclear == 0 && touched.saturating_add(need.count) <= self.state.nodes_up()
    }

    /// [`Matcher::first_fit`] with what is known about nodes.
    fn first_vacancy(
        &mut self,
        asked: &Asked,
        first: i64,
        mut times: Candidates<'_>,
        need: NodeNeed,
        agenda: &Agenda,
    ) -> Option<Decision> {
        let acceptance = asked.constraint.and_then(|at| self.acceptances.get(at)).cloned();
        let is_all = need.is_all;
        let (site, state) = (self.site, self.state);
        let room = std::mem::take(&mut self.scratch.room);
        let vacancy = Vacancy::new(site, state, agenda, acceptance.as_ref(), need, room);
        let Some(mut vacancy) = vacancy else {
            let mut times = std::iter::once(first).chain(times);
            return times.find_map(|time| self.pass(asked, Kind::Later, time, None));
        };
        let (mut next, mut found) = (Some(first), None);
        while let Some(time) = next
            && found.is_none()
        {
            if vacancy.move_to(time, time.saturating_add(asked.duration)) {
                let fitting = is_all.then(|| vacancy.fitting());
                found = self.pass(asked, Kind::Later, time, fitting);
                next = times.next();
            } else {
                next = vacancy.next_chance().and_then(|chance| {
                    times.seek(chance);
                    times.next()
                });
            }
        }
        self.scratch.room = vacancy.into_room();
        found
    }

    /// Whether the request fits the machine at the end of all timelines, whatever is up or down.
    fn is_satisfiable(&mut self, asked: &Asked) -> bool {
        let start = i64::MAX - asked.duration - 1;
        let Some(decision) = self.pass(asked, Kind::Satisfiability, start, None) else {
            return false;
        };
        let dead = decision.selection.vertices.is_empty();
        !(dead && asked.whole.asks_exclusively())
    }

    /// The pre-check on nodes (chapter 04, section 10.2).
    fn check_nodes(&mut self, operation: MatchOperation, asked: &Asked) -> Result<(), Refusal> {
        let Some(node) = self.site.graph.type_id("node") else { return Ok(()) };
        if !self.site.filters.is_tracked(node) {
            return Ok(());
        }
        let needed = asked.whole.literal_demand.of(node);
        let enough = needed <= self.state.nodes_up()
            && (asked.constraint.is_none() || self.has_nodes(operation, asked, needed));
        match (enough, operation) {
            (true, _) => Ok(()),
            (false, MatchOperation::AllocateWithSatisfiability) => {
                Err(Refusal::Unsatisfiable(self.notes()))
            }
            (false, _) => Err(Refusal::Busy(self.notes())),
        }
    }

    fn has_nodes(&mut self, operation: MatchOperation, asked: &Asked, needed: u64) -> bool {
        use MatchOperation::{Allocate, AllocateWithSatisfiability, WithoutAllocating};
        let found = asked.constraint.and_then(|at| self.acceptances.get(at));
        let Some(acceptance): Option<&Acceptance> = found else { return true };
        let now = matches!(operation, Allocate | WithoutAllocating);
        let end = self.now.saturating_add(asked.duration);
        let usable = |v: VertexId| {
            let pool = self.site.graph.vertex(v);
            let up = self.state.status(v) == fluxion_graph::Status::Up;
            let free = pool.size == 1 && !self.state.is_claimed(v, self.now, end);
            (up || operation == AllocateWithSatisfiability) && (free || !now)
        };
        if needed == 0 {
            return true;
        }
        let mut missing = needed;
        let node = self.site.graph.type_id("node");
        for &vertex in acceptance.passing() {
            if Some(self.site.graph.vertex(vertex).ty) == node && usable(vertex) {
                missing -= 1;
                if missing == 0 {
                    return true;
                }
            }
        }
        false
    }
}

/// Whole seconds, from what a jobspec asks for.
fn duration(asked: f64) -> Result<i64, Refusal> {
    if asked.is_nan() || asked < 0.0 || asked > GRAPH_END as f64 {
        return Err(Refusal::Duration(asked.to_string()));
    }
    if asked == 0.0 { Ok(GRAPH_END) } else { Ok(asked.ceil() as i64) }
}
