//! Explanations against the matcher, and against counts that are made vertex by vertex from the job table: verdict and
//! time are those of a match, each cause holds when what blocks is taken away by cancelling jobs and by bringing vertices
//! up, each hint holds when it is tried, each vertex is counted once and for the right reason, and nothing has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fluxion_budget::Budget;
use fluxion_engine::{
    Cause, Decision, ElementPath, Engine, ExplainOptions, Explanation, FunnelLevel, Hint, Hold,
    JobId, JobRecord, MOST_BLOCKERS, MatchOperation, Necessity, Policy, Proof, Reason, Refusal,
    Verdict, VertexUse, Window, WindowTimes,
};
use fluxion_graph::{Status, VertexId};
use fluxion_jobspec::{Constraint, Count, Element, Exclusivity, Jobspec};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::agreement::play;
use crate::cases;
use crate::model::Rules;
use crate::scenarios::{Scenario, jobspecs, scenario, shared_scenario, wide_scenario};
use crate::windows::with_windows;

/// Something that is not as it should be.
type Difference = String;

/// An engine, and a request at a time.
struct Question<'a> {
    engine: &'a Engine,
    jobspec: &'a Jobspec,
    now: i64,
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Difference> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

impl Question<'_> {
    fn decide(&self, operation: MatchOperation) -> Result<Option<Decision>, Refusal> {
        decide(self.engine, operation, self.jobspec, self.now)
    }

    fn explain(
        &self,
        budget: &Budget,
    ) -> Result<(Engine, Result<Explanation, Refusal>), Difference> {
        let mut engine = self.engine.clone();
        let vertices = engine.graph().vertices().len() as i64;
        let why_not = Some(VertexId((self.now.rem_euclid(vertices)) as u32));
        let options = ExplainOptions { examples: 3, why_not, ..ExplainOptions::default() };
        let explained = engine.explain(self.jobspec, self.now, &options, budget);
        engine.check().map_err(|wrong| format!("explaining left behind: {wrong}"))?;
        let same = engine.fingerprint() == self.engine.fingerprint()
            && engine.next_job() == self.engine.next_job();
        ensure(same, || "explaining changed the state".to_owned())?;
        Ok((engine, explained))
    }

    fn check(&self) -> Result<(), Difference> {
        let (engine, explained) = self.explain(&Budget::UNLIMITED)?;
        let decided = self.decide(MatchOperation::AllocateOrElseReserve);
        let explanation = match explained {
            Ok(explanation) => explanation,
            Err(refusal) => {
                return ensure(decided == Err(refusal.clone()), || {
                    format!("explaining fails: {refusal:?}, a match says {decided:?}")
                });
            }
        };
        let context = |difference| format!("{difference}\n{explanation:#?}");
        let after = decide(&engine, MatchOperation::AllocateOrElseReserve, self.jobspec, self.now);
        ensure(after == decided, || "explaining changed what a match says".to_owned())?;
        self.check_verdict(&explanation, decided.as_ref()).map_err(context)?;
        self.check_cause(&explanation).map_err(context)?;
        self.check_levels(&explanation).map_err(context)?;
        self.check_blockers(&explanation, decided.as_ref().ok()).map_err(context)?;
        explanation.hints.iter().try_for_each(|hint| self.check_hint(hint)).map_err(context)?;
        self.check_budgets(&explanation).map_err(context)
    }

    fn check_verdict(
        &self,
        explanation: &Explanation,
        decided: Result<&Option<Decision>, &Refusal>,
    ) -> Result<(), Difference> {
        let expected = match decided {
            Ok(Some(decision)) if decision.window.start == self.now => Verdict::FitsNow,
            Ok(Some(decision)) => Verdict::FitsLater(decision.window.start),
            Err(Refusal::Busy(_)) => Verdict::NotForeseen,
            Err(Refusal::Unsatisfiable(_) | Refusal::BusyForEver(_)) => Verdict::Never,
            other => return Err(format!("a match says {other:?}")),
        };
        ensure(explanation.verdict == expected, || format!("a match says {expected:?}"))?;
        ensure(explanation.is_complete, || "it is not complete".to_owned())?;
        let possible = self.decide(MatchOperation::Satisfiability).is_ok();
        // with more up and free the matcher may choose worse: what fits now may find no place on the idle machine
        ensure(possible || expected != Verdict::NotForeseen, || {
            "it cannot be satisfied".to_owned()
        })?;
        let allocated = self.decide(MatchOperation::Allocate).is_ok();
        ensure(!allocated || expected == Verdict::FitsNow, || "it can be allocated".to_owned())?;
        let explained = explanation.cause.is_none() && explanation.proof.is_none();
        ensure(explained == (expected == Verdict::FitsNow), || "a cause is missing".to_owned())
    }

    /// Takes away by itself what the ladder leaves out.
    fn check_cause(&self, explanation: &Explanation) -> Result<(), Difference> {
        let Some(cause) = explanation.cause else { return Ok(()) };
        let unconstrained = Jobspec { constraint: None, ..self.jobspec.clone() };
        let open = without_windows(self.engine);
        let fits_idle = |jobspec: &Jobspec| {
            decide(&open, MatchOperation::Satisfiability, jobspec, self.now).is_ok()
        };
        let fits_without = |engine: &Engine, gone: &dyn Fn(&JobRecord) -> bool| {
            let mut engine = engine.clone();
            let live =
                |(id, record): &(JobId, &JobRecord)| self.engine.is_live(*id) && gone(record);
            for (job, _) in self.engine.jobs().filter(live) {
                let (change, _) = engine.decide_cancel(job).unwrap();
                engine.apply(&change).unwrap();
            }
            let operation = MatchOperation::AllocateOrElseReserve;
            let found = decide(&engine, operation, self.jobspec, self.now);
            found.is_ok_and(|found| found.is_some_and(|d| d.window.start == self.now))
        };
        let rungs = [
            fits_idle(&unconstrained),
            fits_idle(self.jobspec),
            fits_without(&open, &|_| true),
            fits_without(self.engine, &|_| true),
            fits_without(self.engine, &|record| record.hold != Hold::Allocation),
            fits_without(self.engine, &|_| false),
        ];
        let fails_at = match cause {
            Cause::Shape => 0,
            Cause::Constraint => 1,
            Cause::Down => 2,
            Cause::Window => 3,
            Cause::Busy | Cause::Fragmented => 4,
            Cause::Reserved => 5,
            // the check of how many nodes are up, or something that would hold nothing
            Cause::Limit => return Ok(()),
        };
        // what the verdict says of the first rungs; with less in the way the matcher may choose worse, and find nothing
        let known = match explanation.verdict {
            Verdict::NotForeseen => 2,
            Verdict::FitsLater(_) => 3,
            _ => 0,
        };
        let expected = (known..rungs.len()).find(|&rung| !rungs[rung]);
        ensure(expected == Some(fails_at) || self.is_beside_the_rungs(cause), || {
            format!("it fits {rungs:?}")
        })
    }

    /// What holds nothing is found everywhere, and is refused all the same.
    fn is_beside_the_rungs(&self, cause: Cause) -> bool {
        cause == Cause::Shape && !crate::model::asks_exclusively(&self.jobspec.resources)
    }

    fn check_levels(&self, explanation: &Explanation) -> Result<(), Difference> {
        let mut wanted = Vec::new();
        let above = Above { exclusive: false, times: 1, necessary: true, path: Vec::new() };
        self.collect(&self.jobspec.resources, &above, &mut wanted);
        let levels = &explanation.levels;
        ensure(levels.len() == wanted.len(), || format!("{} levels are wanted", wanted.len()))?;
        for (level, wanted) in levels.iter().zip(&wanted) {
            self.check_level(level, wanted)
                .map_err(|difference| format!("level {:?}: {difference}", level.element))?;
        }
        let Some(why_not) = explanation.why_not else {
            return Err("nothing is said of a vertex".to_owned());
        };
        let ty = self.engine.graph().vertex(why_not.vertex).ty;
        let at = levels.iter().position(|level| level.ty == Some(ty));
        ensure(why_not.level == at, || "the vertex stands elsewhere".to_owned())?;
        let decided = self.decide(MatchOperation::AllocateOrElseReserve).ok().flatten();
        let is_used = decided.is_some_and(|decision| {
            decision.selection.vertices.iter().any(|picked| picked.vertex == why_not.vertex)
        });
        let told = why_not.usage == VertexUse::Used;
        ensure(told == is_used, || "the vertex is not used as told".to_owned())?;
        match at {
            Some(at) if self.engine.tree().is_tree() => {
                let expected = self.reason(why_not.vertex, &wanted[at]);
                let same = why_not.reason.is_some_and(|reason| self.is_alike(reason, expected));
                ensure(same, || format!("of the vertex {expected:?} holds"))
            }
            _ => Ok(()),
        }
    }

    fn check_level(&self, level: &FunnelLevel, wanted: &Wanted<'_>) -> Result<(), Difference> {
        let graph = self.engine.graph();
        ensure(level.element == wanted.element, || format!("{:?} is next", wanted.element))?;
        ensure(level.needed == wanted.needed, || format!("{} are needed", wanted.needed))?;
        ensure((level.necessity == Necessity::Needed) == wanted.necessary, || {
            "it is not as necessary".to_owned()
        })?;
        let is_wanted = |v: &&VertexId| graph.type_name(graph.vertex(**v).ty) == wanted.ty;
        let all: Vec<VertexId> =
            self.engine.tree().order().iter().filter(is_wanted).copied().collect();
        ensure(level.total == all.len() as u64, || format!("there are {}", all.len()))?;
        let sum: u64 = level.buckets.iter().map(|bucket| bucket.count).sum();
        ensure(sum == level.total, || format!("the buckets come to {sum}"))?;
        let in_order = level.buckets.windows(2).all(|pair| pair[0].reason < pair[1].reason);
        let is_plain = level
            .buckets
            .iter()
            .all(|bucket| bucket.count > 0 && bucket.examples.len() as u64 == bucket.count.min(3));
        ensure(in_order && is_plain, || "the buckets are out of order".to_owned())?;
        if !self.engine.tree().is_tree() {
            return Ok(());
        }
        let mut counts: BTreeMap<Reason, u64> = BTreeMap::new();
        for &vertex in &all {
            *counts.entry(self.merged(self.reason(vertex, wanted))).or_default() += 1;
        }
        let mut found: BTreeMap<Reason, u64> = BTreeMap::new();
        for bucket in &level.buckets {
            *found.entry(self.merged(bucket.reason)).or_default() += bucket.count;
            for &example in &bucket.examples {
                let reason = self.reason(example, wanted);
                ensure(self.is_alike(bucket.reason, reason), || {
                    format!("of {example:?} {reason:?} holds, not {:?}", bucket.reason)
                })?;
            }
        }
        ensure(found == counts, || format!("one by one there are {counts:?}"))
    }

    /// What is short is told by filters where the figures do not apply; that is not counted here once more.
    fn merged(&self, reason: Reason) -> Reason {
        if reason == Reason::Short && !self.figures_apply() { Reason::Fits } else { reason }
    }

    fn is_alike(&self, a: Reason, b: Reason) -> bool {
        self.merged(a) == self.merged(b)
    }

    fn figures_apply(&self) -> bool {
        self.live().all(|job| job.hold != Hold::Allocation || job.window.start <= self.now)
            && self.latest_start() <= self.now
    }

    /// Allocations of the past count, too: time does not go back in these scenarios but for the first one.
    fn latest_start(&self) -> i64 {
        let all = self.engine.jobs().filter(|(_, job)| job.hold == Hold::Allocation);
        all.map(|(_, job)| job.window.start).max().unwrap_or(i64::MIN)
    }

    fn live(&self) -> impl Iterator<Item = &JobRecord> {
        self.engine.jobs().filter(|(id, _)| self.engine.is_live(*id)).map(|(_, job)| job)
    }

    fn end(&self) -> i64 {
        let seconds = self.jobspec.duration.ceil() as i64;
        self.now + if seconds == 0 { 3_153_600_000 } else { seconds }
    }

    /// The first reason by the job table.
    fn reason(&self, vertex: VertexId, wanted: &Wanted<'_>) -> Reason {
        let (graph, tree) = (self.engine.graph(), self.engine.tree());
        let path = || std::iter::once(vertex).chain(tree.ancestors(vertex));
        let below = |ty: &str, counts: &dyn Fn(VertexId) -> bool| -> u64 {
            let below = tree.subtree(vertex).iter().skip(1).copied();
            let of_type = below.filter(|&v| graph.type_name(graph.vertex(v).ty) == ty);
            of_type.filter(|&v| counts(v)).map(|v| u64::from(graph.vertex(v).size)).sum()
        };
        let lacks = |counts: &dyn Fn(VertexId) -> bool| {
            wanted.demand.iter().any(|(ty, units)| below(ty, counts) < *units)
        };
        let has_units = |v: VertexId| graph.vertex(v).size > 0;
        if !path().all(has_units) || lacks(&|_| true) {
            return Reason::TooSmall;
        }
        if !path().all(|v| self.is_accepted(v)) {
            return Reason::Constraint;
        }
        let is_down = |v: VertexId| self.engine.status(v) == Status::Down;
        if path().any(is_down) {
            return Reason::Down;
        }
        if self.is_kept(vertex, wanted.exclusive) {
            return Reason::Window;
        }
        let allocation = |job: &JobRecord| job.hold == Hold::Allocation;
        let later = |job: &JobRecord| job.hold != Hold::Allocation;
        if path().any(|v| self.is_held(v, allocation))
            || (wanted.exclusive && self.is_touched(vertex, allocation))
        {
            return Reason::Held;
        }
        if path().any(|v| self.is_held(v, later))
            || (wanted.exclusive && self.is_touched(vertex, later))
        {
            return Reason::Reserved;
        }
        let is_free = |v: VertexId| {
            let path = std::iter::once(v).chain(tree.ancestors(v));
            path.into_iter().all(|v| !is_down(v) && !self.is_held(v, allocation))
        };
        if lacks(&is_free) { Reason::Short } else { Reason::Fits }
    }

    /// Whether windows keep a vertex, what is above it regarded; `alone` if the job would have it so.
    fn is_kept(&self, vertex: VertexId, alone: bool) -> bool {
        let (graph, tree) = (self.engine.graph(), self.engine.tree());
        let bars = |window: &&Arc<Window>| match &window.times {
            WindowTimes::Spans(spans) => {
                spans.iter().any(|span| span.start < self.end() && self.now < span.end)
            }
            WindowTimes::Floating { lead } => self.end() - self.now > *lead,
        };
        let barring = self.engine.windows().filter(bars);
        let barred: BTreeSet<VertexId> =
            barring.flat_map(|window| self.engine.with_all_below(&window.roots)).collect();
        let has_below = |v: VertexId| tree.subtree(v).iter().any(|below| barred.contains(below));
        let whole = |v: VertexId| {
            let ty = graph.type_name(graph.vertex(v).ty);
            is_exclusive(ty, &self.jobspec.resources)
                || (ty == "node" && TAKES_NODES.with(std::cell::Cell::get))
        };
        let mut path = std::iter::once(vertex).chain(tree.ancestors(vertex));
        (alone && has_below(vertex))
            || path.any(|v| barred.contains(&v) || (whole(v) && has_below(v)))
    }

    fn is_held(&self, vertex: VertexId, is_meant: impl Fn(&JobRecord) -> bool) -> bool {
        let (now, end) = (self.now, self.end());
        let figures = self.figures_apply();
        self.live().filter(|job| is_meant(job)).any(|job| {
            let overlaps = job.window.start < end && now < job.window.end;
            job.grants.iter().filter(|g| g.vertex == vertex && g.exclusive).any(|grant| {
                let is_reservation = job.hold == Hold::Reservation && !grant.unlisted;
                let is_over = !figures && !is_reservation && job.window.end <= now;
                overlaps || is_over || (figures && job.hold == Hold::Allocation)
            })
        })
    }

    fn is_touched(&self, vertex: VertexId, is_meant: impl Fn(&JobRecord) -> bool) -> bool {
        let (now, end) = (self.now, self.end());
        let figures = self.figures_apply();
        self.live().filter(|job| is_meant(job)).any(|job| {
            let overlaps = job.window.start < end && now < job.window.end;
            let allocated = !figures && job.hold == Hold::Allocation;
            job.grants.iter().any(|grant| {
                grant.vertex == vertex
                    && (overlaps || (allocated && grant.exclusive && !grant.unlisted))
            })
        })
    }

    fn is_accepted(&self, vertex: VertexId) -> bool {
        let graph = self.engine.graph();
        let v = graph.vertex(vertex);
        let tested = matches!(graph.type_name(v.ty), "node" | "storage_node");
        !tested || self.jobspec.constraint.as_ref().is_none_or(|c| holds(c, self.engine, vertex))
    }

    fn collect<'e>(&self, list: &'e [Element], above: &Above, wanted: &mut Vec<Wanted<'e>>) {
        let is_slot = |element: &Element| element.ty == "slot" || element.ty == "xor_slot";
        let slots = list.iter().filter(|element| is_slot(element)).count();
        for (at, element) in list.iter().enumerate() {
            let is_simple = self.is_simple();
            let is_slot = element.ty == "slot" || (!is_simple && element.ty == "xor_slot");
            let slots = if is_simple {
                list.iter().filter(|element| element.ty == "slot").count()
            } else {
                slots
            };
            let below = Above {
                exclusive: is_slot
                    || above.exclusive
                    || element.exclusivity == Exclusivity::Exclusive,
                times: above.times * self.vertices(element, is_slot),
                necessary: above.necessary && slots < 2,
                path: above.path.iter().copied().chain([at]).collect(),
            };
            if !is_slot {
                wanted.push(Wanted {
                    element: ElementPath(below.path.clone()),
                    ty: &element.ty,
                    needed: below.times,
                    necessary: below.necessary,
                    exclusive: below.exclusive,
                    demand: self.demand(&element.with),
                });
            }
            self.collect(&element.with, &below, wanted);
        }
    }

    /// Otherwise alternatives are slots.
    fn is_simple(&self) -> bool {
        self.rules() != Rules::Flexible
    }

    /// How many vertices an element takes at least.
    fn vertices(&self, element: &Element, is_slot: bool) -> u64 {
        let graph = self.engine.graph();
        let of_type = |v: &&VertexId| graph.type_name(graph.vertex(**v).ty) == element.ty;
        let sizes = self.engine.tree().order().iter().filter(of_type);
        let largest = sizes.map(|&v| u64::from(graph.vertex(v).size)).max().unwrap_or(1).max(1);
        u64::from(element.count.min).div_ceil(if is_slot { 1 } else { largest })
    }

    /// The least that a list needs: of several slots what all of them need, or the last one.
    fn demand(&self, list: &[Element]) -> BTreeMap<String, u64> {
        let mut sum = BTreeMap::new();
        let mut slots = Vec::new();
        let is_simple = self.is_simple();
        for element in list {
            let is_slot = element.ty == "slot" || (!is_simple && element.ty == "xor_slot");
            let times = self.vertices(element, is_slot);
            let below = self.demand(&element.with);
            let below = below.into_iter().map(|(ty, units)| (ty, units * times));
            if is_slot {
                slots.push(below.collect::<BTreeMap<String, u64>>());
                continue;
            }
            if u64::from(element.count.min) > 0 {
                *sum.entry(element.ty.clone()).or_default() += u64::from(element.count.min);
            }
            below.for_each(|(ty, units)| *sum.entry(ty).or_default() += units);
        }
        let of_slots = match self.rules() {
            Rules::Flexible => slots.into_iter().reduce(|a, b| {
                a.into_iter()
                    .filter_map(|(ty, units)| Some((ty.clone(), units.min(*b.get(&ty)?))))
                    .collect()
            }),
            _ => slots.pop(),
        };
        for (ty, units) in of_slots.unwrap_or_default() {
            *sum.entry(ty).or_default() += units;
        }
        // what no vertex could have is not part of a demand
        sum.retain(|ty, units| self.engine.graph().type_id(ty).is_some() && *units > 0);
        sum
    }

    fn rules(&self) -> Rules {
        RULES.with(std::cell::Cell::get)
    }

    fn check_blockers(
        &self,
        explanation: &Explanation,
        decided: Option<&Option<Decision>>,
    ) -> Result<(), Difference> {
        let blockers = &explanation.blockers;
        let Some(Some(decision)) = decided else {
            return ensure(blockers.is_empty(), || "nothing is in the way".to_owned());
        };
        if explanation.verdict == Verdict::FitsNow {
            return ensure(blockers.is_empty(), || "nothing is in the way".to_owned());
        }
        let end = self.now + (decision.window.end - decision.window.start);
        let wanted: Vec<_> = decision.grants().collect();
        let mut expected = Vec::new();
        for (job, record) in self.engine.jobs().filter(|(id, _)| self.engine.is_live(*id)) {
            let collides = |grant: &fluxion_engine::Grant| {
                let same = wanted.iter().filter(|own| own.vertex == grant.vertex);
                same.into_iter().any(|own| own.exclusive || grant.exclusive)
            };
            let vertices = record.grants.iter().filter(|g| collides(g)).count() as u64;
            let is_there = record.window.end > self.now || record.hold != Hold::Reservation;
            if vertices > 0 && record.window.start < end && is_there {
                expected.push((std::cmp::Reverse(record.window.end), job, vertices));
            }
        }
        expected.sort_unstable();
        expected.truncate(MOST_BLOCKERS);
        let last = expected.first().map(|&(end, ..)| end);
        let found: Vec<_> =
            blockers.iter().map(|b| (std::cmp::Reverse(b.end), b.job, b.vertices)).collect();
        let marked = blockers.iter().all(|b| b.is_last == (Some(std::cmp::Reverse(b.end)) == last));
        ensure(found == expected && marked, || format!("in the way are {expected:?}"))
    }

    fn check_hint(&self, hint: &Hint) -> Result<(), Difference> {
        let mut engine = self.engine.clone();
        let mut jobspec = self.jobspec.clone();
        match hint {
            Hint::DurationAtMost(seconds) => jobspec.duration = *seconds as f64,
            Hint::CountAtMost { element, count } => {
                let (first, rest) = element.0.split_first().unwrap();
                let mut at = &mut jobspec.resources[*first];
                for step in rest {
                    at = &mut at.with[*step];
                }
                let fewer = *count < at.count.min;
                ensure(fewer, || format!("{count} are no fewer"))?;
                at.count = Count::exactly(*count);
            }
            Hint::WithoutConstraint(part) => {
                jobspec.constraint = without(jobspec.constraint.as_ref().unwrap(), part);
            }
            Hint::WithoutWindow(name) => {
                let change = engine.decide_end_of_window(name).unwrap();
                engine.apply(&change).unwrap();
            }
            Hint::BringUp(vertex) => {
                let change = engine.decide_mark(vec![*vertex], Status::Up);
                engine.apply(&change).unwrap();
            }
        }
        let fits = decide(&engine, MatchOperation::Allocate, &jobspec, self.now).is_ok();
        ensure(fits, || format!("{hint:?} does not hold"))
    }

    /// With less to spend, what is said is the same as far as it goes.
    fn check_budgets(&self, whole: &Explanation) -> Result<(), Difference> {
        for budget in [0, 1, 20, 40, 100, 300, whole.visits / 2, whole.visits.saturating_sub(1)] {
            let spend = Budget::UNLIMITED.with_visits(budget);
            let (_, Ok(part)) = self.explain(&spend)? else {
                return Err(format!("with {budget} visits explaining fails"));
            };
            let told = |difference: &str| format!("with {budget} visits {difference}: {part:#?}");
            ensure(part.visits <= budget.max(part.visits), || told("it spends more"))?;
            ensure(!part.is_complete || part.hints == whole.hints, || told("it is complete"))?;
            let same = part.verdict == whole.verdict || part.verdict == Verdict::Unknown;
            ensure(same, || told("the verdict is another one"))?;
            let unknown = part.verdict == Verdict::Unknown && part.is_complete;
            ensure(!unknown, || told("it is complete and says nothing"))?;
            let cause = part.cause.is_none() || part.levels.len() < whole.levels.len();
            ensure(cause || part.cause == whole.cause, || told("the cause is another one"))?;
            let proof = part.verdict == Verdict::FitsNow || part.cause.is_some();
            ensure(proof || part.proof == Some(Proof::Budget), || told("nothing is proved"))?;
            let known = part.levels.iter().all(|level| whole.levels.contains(level));
            ensure(known, || told("levels differ"))?;
        }
        Ok(())
    }
}

/// What holds for a list because of what is above it.
struct Above {
    exclusive: bool,
    times: u64,
    necessary: bool,
    path: Vec<usize>,
}

/// What one element needs.
struct Wanted<'e> {
    element: ElementPath,
    ty: &'e str,
    needed: u64,
    necessary: bool,
    exclusive: bool,
    demand: BTreeMap<String, u64>,
}

fn decide(
    engine: &Engine,
    operation: MatchOperation,
    jobspec: &Jobspec,
    now: i64,
) -> Result<Option<Decision>, Refusal> {
    engine.clone().decide(operation, jobspec, now, &Budget::UNLIMITED)
}

fn without_windows(engine: &Engine) -> Engine {
    let mut open = engine.clone();
    for window in engine.windows() {
        let change = open.decide_end_of_window(&window.name).unwrap();
        open.apply(&change).unwrap();
    }
    open
}

/// Whether a type is asked for exclusively anywhere.
fn is_exclusive(ty: &str, list: &[Element]) -> bool {
    list.iter().any(|element| {
        let own = element.ty == ty && element.exclusivity == Exclusivity::Exclusive;
        own || is_exclusive(ty, &element.with)
    })
}

fn holds(constraint: &Constraint, engine: &Engine, vertex: VertexId) -> bool {
    let graph = engine.graph();
    let known = graph.vertex(vertex);
    match constraint {
        Constraint::Properties(tests) => tests
            .iter()
            .all(|test| graph.properties(vertex).any(|(key, _)| key == test.name) != test.negated),
        Constraint::Hostlist(hosts) => {
            let mut is_named = false;
            hosts.for_each(|host| is_named |= host == graph.text(known.name));
            is_named
        }
        Constraint::Ranks(ranks) => {
            ranks.iter().any(|rank| i64::from(rank) == i64::from(known.rank))
        }
        Constraint::And(all) => all.iter().all(|c| holds(c, engine, vertex)),
        Constraint::Or(any) => any.iter().any(|c| holds(c, engine, vertex)),
        Constraint::Not(all) => !all.iter().all(|c| holds(c, engine, vertex)),
    }
}

/// What is left of a constraint without one of its parts.
fn without(constraint: &Constraint, part: &Constraint) -> Option<Constraint> {
    if constraint == part {
        return None;
    }
    match (constraint, part) {
        (Constraint::And(all), part) => {
            let mut rest = all.clone();
            rest.remove(all.iter().position(|c| c == part).unwrap());
            Some(Constraint::And(rest))
        }
        (Constraint::Properties(all), Constraint::Properties(part)) => {
            let mut rest = all.clone();
            rest.remove(all.iter().position(|test| *test == part[0]).unwrap());
            Some(Constraint::Properties(rest))
        }
        other => panic!("{other:?} is no part"),
    }
}

std::thread_local! {
    /// Whether the policy takes whole nodes.
    static TAKES_NODES: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    static RULES: std::cell::Cell<Rules> = const { std::cell::Cell::new(Rules::Simple) };
}

fn check(scenario: &Scenario, jobspecs: &[Jobspec]) -> Result<(), TestCaseError> {
    RULES.with(|rules| rules.set(scenario.rules));
    let policy: Policy = scenario.policy.parse().unwrap();
    TAKES_NODES.with(|takes| takes.set(policy.is_node_exclusive()));
    let ask = |engine: &Engine, now: i64| {
        jobspecs.iter().try_for_each(|jobspec| {
            let question = Question { engine, jobspec, now };
            question.check().map_err(|difference| format!("{jobspec:?}: {difference}"))
        })
    };
    play(scenario, ask).map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn simple_requests_are_explained(
        scenario in scenario(Rules::Simple), jobspecs in jobspecs(Rules::Simple),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn flexible_requests_are_explained(
        scenario in scenario(Rules::Flexible), jobspecs in jobspecs(Rules::Flexible),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn requests_that_windows_keep_out_are_explained(
        scenario in with_windows(scenario(Rules::Simple)), jobspecs in jobspecs(Rules::Simple),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn deep_requests_that_windows_keep_out_are_explained(
        scenario in with_windows(scenario(Rules::Deep)), jobspecs in jobspecs(Rules::Deep),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn deep_requests_are_explained(
        scenario in scenario(Rules::Deep), jobspecs in jobspecs(Rules::Deep),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn requests_for_shared_leaves_are_explained(
        scenario in shared_scenario(Rules::Simple), jobspecs in jobspecs(Rules::Simple),
    ) {
        check(&scenario, &jobspecs)?;
    }
}

proptest! {
    #![proptest_config(cases(10))]

    #[test]
    fn requests_that_windows_keep_out_of_wide_machines_are_explained(
        scenario in with_windows(wide_scenario(Rules::Simple)), jobspecs in jobspecs(Rules::Simple),
    ) {
        check(&scenario, &jobspecs)?;
    }

    #[test]
    fn requests_on_wide_machines_are_explained(
        scenario in wide_scenario(Rules::Simple), jobspecs in jobspecs(Rules::Simple),
    ) {
        check(&scenario, &jobspecs)?;
    }
}
