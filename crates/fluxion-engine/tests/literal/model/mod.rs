//! A slow matcher, written down from the rules (`docs/semantics/matching.md`, `policies.md`, `time.md` and
//! `state.md` beside it) as literally as possible: no index, no cache, nothing pruned but what the text says.
//!
//! Where the reference is in error, it does as `docs/semantics/compatibility.md`, Deviations, says. Auxiliary
//! subsystems are ignored.

mod bookings;
mod build_selection;
#[allow(dead_code, reason = "for machines that grow and shrink, and jobs that give back a part")]
pub(crate) mod changes;
mod constraints;
mod counts;
mod deep;
mod filters;
mod policy;
mod selection;
mod slots;
pub(crate) mod variants;
#[allow(dead_code, reason = "for sessions with windows")]
pub(crate) mod windows;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use fluxion_engine::MatchOperation;
use fluxion_graph::Graph;
use fluxion_jobspec::{Element, Exclusivity, Jobspec};

pub(crate) use bookings::Window;
use bookings::{Booking, Bookings};
pub(crate) use build_selection::Emission;
use build_selection::{EmittedVertex, Walk};
use counts::Demand;
use filters::Filters;
use policy::Policy;
use selection::{Kind, Pass, Selected};
use windows::{Admitted, Closed, Question};
use world::World;

/// When the graph ends (`docs/semantics/time.md`, The end of the graph).
const GRAPH_END: i64 = 3_153_600_000;

/// How requests are laid over the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    Simple,
    Flexible,
    /// `simple`, with slots that stand by the rule `deep`.
    Deep,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Busy,
    Unsatisfiable,
    Invalid,
    /// It names a window that there is not, or that lets nobody in.
    Window,
}

/// What is granted, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) emission: Emission,
    pub(crate) window: Window,
}

/// A graph with its jobs.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    world: World,
    bookings: Bookings,
    filters: Filters,
    policy: Policy,
    rules: Rules,
    /// The weights of edges that have one (`docs/semantics/policies.md`, Order of children).
    weights: BTreeMap<usize, u64>,
    /// By name.
    windows: BTreeMap<String, Closed>,
}

/// A request with what follows from it.
struct Asked<'a> {
    jobspec: &'a Jobspec,
    variants: Vec<Vec<Element>>,
    duration: i64,
    /// Of the request as written.
    demand: Demand,
    now: i64,
    admitted: &'a Admitted,
}

impl Model {
    pub(crate) fn new(graph: &Graph, policy: &str, rules: Rules, filters: &str) -> Self {
        let world = World::of(graph);
        let filters = Filters::new(filters, &world);
        Self {
            world,
            bookings: Bookings::default(),
            filters,
            policy: Policy::named(policy),
            rules,
            weights: BTreeMap::new(),
            windows: BTreeMap::new(),
        }
    }

    /// `docs/semantics/matching.md`, Operations.
    #[allow(dead_code, reason = "for sessions without windows")]
    pub(crate) fn decide(
        &self,
        operation: MatchOperation,
        jobspec: &Jobspec,
        now: i64,
    ) -> Result<Option<Answer>, Refused> {
        self.decide_for(&Admitted::default(), operation, jobspec, now)
    }

    /// The same for a request that names windows.
    pub(crate) fn decide_for(
        &self,
        admitted: &Admitted,
        operation: MatchOperation,
        jobspec: &Jobspec,
        now: i64,
    ) -> Result<Option<Answer>, Refused> {
        let asked = self.ask(jobspec, now, admitted)?;
        if self.is_refused(admitted) {
            return Err(Refused::Window);
        }
        if operation == MatchOperation::Satisfiability {
            return if self.is_satisfiable(&asked) {
                Ok(None)
            } else {
                Err(Refused::Unsatisfiable)
            };
        }
        if self.holds_nothing(&asked) {
            return Err(Refused::Unsatisfiable);
        }
        self.check_nodes(operation, &asked)?;
        let mut found = self.pass(&asked, Kind::Now, now).map(|selected| (now, selected));
        if found.is_none() && reserves(operation) {
            found = self.reserve(&asked);
        }
        match found {
            Some((at, (resources, selected))) => {
                self.accept(operation, &asked, at, (&resources, &selected)).map(Some)
            }
            None => Err(self.refuse(operation, &asked)),
        }
    }

    /// Unsatisfiable where the operation promises to tell.
    fn refuse(&self, operation: MatchOperation, asked: &Asked<'_>) -> Refused {
        if tests_satisfiability(operation) && !self.is_satisfiable(asked) {
            Refused::Unsatisfiable
        } else {
            Refused::Busy
        }
    }

    /// `docs/semantics/slots.md`: told where slots stand by the rule `deep`.
    fn holds_nothing(&self, asked: &Asked<'_>) -> bool {
        self.rules == Rules::Deep
            && !self.policy.node_exclusive
            && !asks_exclusively(&asked.jobspec.resources)
    }

    fn ask<'a>(
        &self,
        jobspec: &'a Jobspec,
        now: i64,
        admitted: &'a Admitted,
    ) -> Result<Asked<'a>, Refused> {
        let duration = jobspec.duration;
        let valid = duration >= 0.0 && duration <= GRAPH_END as f64;
        if !valid || jobspec.resources.is_empty() {
            return Err(Refused::Invalid);
        }
        let variants = match self.rules {
            Rules::Simple | Rules::Deep => vec![jobspec.resources.clone()],
            Rules::Flexible => {
                let written = variants::variants(&jobspec.resources);
                let others = variants::other_orders(&written);
                [written, others].concat()
            }
        };
        let tracked = self.filters.tracked();
        Ok(Asked {
            jobspec,
            variants,
            duration: if duration == 0.0 { GRAPH_END } else { duration.ceil() as i64 },
            demand: counts::demand(&jobspec.resources, &tracked, self.rules),
            now,
            admitted,
        })
    }

    /// Tries the variants at one instant; the first that selects, with what it selects.
    fn pass(&self, asked: &Asked<'_>, kind: Kind, at: i64) -> Option<(Vec<Element>, Selected)> {
        let window = Window { start: at, end: at.checked_add(asked.duration)? };
        let question = match kind {
            Kind::Satisfiability => Question::Ever(asked.duration),
            Kind::Now | Kind::Later => Question::During(window),
        };
        let kept = self.kept(asked.admitted, question);
        asked.variants.iter().find_map(|resources| {
            let mut pass = Pass {
                model: self,
                constraint: asked.jobspec.constraint.as_ref(),
                kind,
                window,
                evaluated: BTreeSet::new(),
                kept: &kept,
                exclusive_types: self.exclusive_types(resources),
            };
            pass.select(resources).map(|selected| (resources.clone(), selected))
        })
    }

    /// `docs/semantics/time.md`, Reservations: the starts and ends of jobs after now, where the root's filter
    /// provides the demand; and the times at which windows stop keeping the request out.
    fn reserve(&self, asked: &Asked<'_>) -> Option<(i64, (Vec<Element>, Selected))> {
        let provided = |at: i64| {
            let Some(end) = at.checked_add(asked.duration) else { return false };
            let window = Window { start: at, end };
            self.provides(self.world.root, &asked.demand, window)
        };
        let mut times = self.bookings.changes_after(asked.now);
        times.extend(self.openings_after(asked.admitted, asked.now));
        times.sort_unstable();
        times.dedup();
        let times = times.into_iter().filter(|&at| provided(at));
        times.into_iter().find_map(|at| Some((at, self.pass(asked, Kind::Later, at)?)))
    }

    /// Whether the filter of a vertex provides a demand over a window.
    fn provides(&self, vertex: usize, demand: &Demand, window: Window) -> bool {
        self.filters.of(&self.world, vertex).iter().all(|ty| {
            let needed = demand.get(ty).copied().unwrap_or(0);
            let used = self.bookings.used_below(vertex, ty, window);
            self.filters.total(vertex, ty) >= used + needed
        })
    }

    /// A selection of which nothing can be built, though something is asked for exclusively, is none.
    fn is_satisfiable(&self, asked: &Asked<'_>) -> bool {
        let end_of_time = i64::MAX - asked.duration - 1;
        let found = self.pass(asked, Kind::Satisfiability, end_of_time);
        found.is_some_and(|(resources, selected)| {
            (self.rules != Rules::Deep && !asks_exclusively(&resources))
                || !self.build_selection(&resources, &selected).vertices.is_empty()
        })
    }

    /// `docs/semantics/matching.md`, Node pre-check.
    fn check_nodes(&self, operation: MatchOperation, asked: &Asked<'_>) -> Result<(), Refused> {
        let needed = asked.demand.get("node").copied().unwrap_or(0);
        let constrained = asked.jobspec.constraint.is_some();
        let enough = needed <= self.nodes_up()
            && (!constrained || self.usable_nodes(operation, asked) >= needed);
        match operation {
            _ if enough => Ok(()),
            MatchOperation::AllocateWithSatisfiability if self.rules != Rules::Deep => {
                Err(Refused::Unsatisfiable)
            }
            _ => Err(self.refuse(operation, asked)),
        }
    }

    /// The nodes with no down vertex on their path.
    fn nodes_up(&self) -> u64 {
        let is_up = |v: usize| self.world.vertices[v].up;
        let reachable = self.world.depth_first().into_iter();
        let nodes = reachable.filter(|&v| self.world.vertices[v].ty == "node");
        nodes.filter(|&v| is_up(v) && self.world.ancestors(v).into_iter().all(is_up)).count() as u64
    }

    /// The nodes that satisfy the constraint, are up, and are free if the operation is about now.
    fn usable_nodes(&self, operation: MatchOperation, asked: &Asked<'_>) -> u64 {
        use MatchOperation::{Allocate, AllocateWithSatisfiability, WithoutAllocating};
        let window = Window { start: asked.now, end: asked.now.saturating_add(asked.duration) };
        let is_usable = |vertex: usize| {
            let v = &self.world.vertices[vertex];
            let free = self.bookings.units(&self.world, vertex, window) == 1;
            v.ty == "node"
                && constraints::accepts(asked.jobspec.constraint.as_ref(), v)
                && (v.up || operation == AllocateWithSatisfiability)
                && (free || !matches!(operation, Allocate | WithoutAllocating))
        };
        self.world.depth_first().into_iter().filter(|&v| is_usable(v)).count() as u64
    }

    /// `docs/semantics/time.md`, The end of the graph, and nothing that collides with what other jobs hold
    /// (`docs/semantics/matching.md`, Building the selection).
    fn accept(
        &self,
        operation: MatchOperation,
        asked: &Asked<'_>,
        at: i64,
        (resources, selected): (&[Element], &Selected),
    ) -> Result<Answer, Refused> {
        if at == GRAPH_END {
            return Err(Refused::Busy);
        }
        if !(0..GRAPH_END).contains(&at) {
            return Err(Refused::Invalid);
        }
        let window = Window { start: at, end: (at + asked.duration).min(GRAPH_END) };
        let emission = self.build_selection(resources, selected);
        let until = Window { start: at, end: at + asked.duration };
        let kept = self.kept(asked.admitted, Question::During(until));
        let collides = |e: &EmittedVertex| {
            (e.exclusive && self.bookings.is_held(e.vertex, window))
                || kept.barred.contains(&e.vertex)
                || (e.exclusive && kept.shared.contains(&e.vertex))
        };
        let collides = emission.vertices.iter().any(collides);
        if emission.vertices.is_empty() {
            return Err(self.refuse(operation, asked));
        }
        if collides {
            return Err(Refused::Busy);
        }
        Ok(Answer { emission, window })
    }

    fn build_selection(&self, resources: &[Element], selected: &Selected) -> Emission {
        let exclusive_types = self.exclusive_types(resources);
        let tracked = self.filters.tracked();
        Walk::emit(&self.world, selected, &exclusive_types, &tracked, self.rules)
    }

    /// The types that policy and request make exclusive.
    fn exclusive_types(&self, resources: &[Element]) -> BTreeSet<String> {
        let mut types = BTreeSet::new();
        if self.policy.node_exclusive {
            types.insert("node".to_owned());
        }
        collect_exclusive(resources, &mut types);
        types
    }

    /// Records an answer (`docs/semantics/state.md`, What a booking records).
    pub(crate) fn book(&mut self, job: u64, answer: &Answer, now: i64) {
        for emitted in &answer.emission.vertices {
            self.bookings.0.push(Booking {
                job,
                vertex: emitted.vertex,
                window: answer.window,
                exclusive: emitted.exclusive,
                amount: emitted.amount,
                reserved: answer.window.start != now,
                listed: true,
                below: emitted.below.clone(),
            });
        }
    }

    /// `docs/semantics/policies.md`, Order of children: after every match that comes to something, booked or
    /// not.
    pub(crate) fn note_match(&mut self, answer: &Answer, now: i64) {
        let instant = Window { start: now, end: now + 1 };
        for edge in &answer.emission.edges {
            let filter = self.filters.of(&self.world, edge.target);
            let Some(last) = filter.last() else { continue };
            let used = self.bookings.used_below(edge.target, last, instant);
            // more can be in use where a shared vertex is counted below another parent
            let free = self.filters.total(edge.target, last).saturating_sub(used);
            if free > 0 || self.bookings.has_filter_span(edge.target) {
                self.weights.insert(edge.edge, free);
            }
        }
    }

    /// `docs/semantics/matching.md`, Candidates and choice; `docs/semantics/policies.md`, Order of children.
    fn children_in_gather_order(&self, vertex: usize) -> Vec<usize> {
        let mut children = self.world.vertices[vertex].children.clone();
        if self.policy.stops_early {
            let weight = |edge: usize| self.weights.get(&edge).copied().unwrap_or(u64::MAX);
            let uniq_id = |child: usize| self.world.vertices[child].uniq_id;
            children.sort_by_key(|&(edge, child)| {
                (std::cmp::Reverse(weight(edge)), std::cmp::Reverse(uniq_id(child)))
            });
        }
        children.into_iter().map(|(_, child)| child).collect()
    }

    pub(crate) fn cancel(&mut self, job: u64) {
        self.bookings.cancel(job);
    }

    pub(crate) fn set_up(&mut self, vertex: usize, up: bool) {
        self.world.vertices[vertex].up = up;
    }

    pub(crate) fn set_property(&mut self, vertex: usize, key: &str, value: &str) {
        let properties = &mut self.world.vertices[vertex].properties;
        properties.retain(|(k, _)| k != key);
        properties.push((key.to_owned(), value.to_owned()));
    }
}

fn reserves(operation: MatchOperation) -> bool {
    use MatchOperation::{AllocateOrElseReserve, WithoutAllocatingFuture};
    matches!(operation, AllocateOrElseReserve | WithoutAllocatingFuture)
}

fn tests_satisfiability(operation: MatchOperation) -> bool {
    reserves(operation) || operation == MatchOperation::AllocateWithSatisfiability
}

/// The types that a request makes exclusive (`docs/semantics/matching.md`, Exclusive types).
fn collect_exclusive(list: &[Element], types: &mut BTreeSet<String>) {
    for element in list {
        if element.exclusivity == Exclusivity::Exclusive {
            types.insert(element.ty.clone());
        }
        collect_exclusive(&element.with, types);
    }
}

pub(crate) fn asks_exclusively(list: &[Element]) -> bool {
    let one = |e: &Element| {
        e.ty == "slot" || e.exclusivity == Exclusivity::Exclusive || asks_exclusively(&e.with)
    };
    list.iter().any(one)
}
