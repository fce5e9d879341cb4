//! From a request to a decision: the pre-check on nodes, and the passes in their order: now, later, on an
//! idle machine (`docs/semantics/time.md`, The end of the graph; `docs/semantics/matching.md`, Operations).

use std::iter::successors;

use fluxion_graph::{Status, TimeWindow, VertexId};

use crate::blocks::BlockMap;
use crate::decision::Decision;
use crate::notes::{Note, Notes};
use crate::operation::{JobId, MatchOperation};
use crate::passes::Passes;
use crate::record::JobRecord;
use crate::refusal::{GRAPH_END, Refusal};
use crate::request::constraint_mask::ConstraintMask;
use crate::request::prepared::PreparedRequest;
use crate::request::slot_rule::SlotRule;
use crate::reserve::EarliestStart;
use crate::search::PassKind;

/// One decision in the making.
pub(crate) struct Matcher<'a> {
    pub(crate) passes: Passes<'a>,
    pub(crate) earliest_start: &'a mut EarliestStart,
    pub(crate) jobs: &'a BlockMap<JobId, JobRecord>,
    pub(crate) operation: MatchOperation,
    pub(crate) now: i64,
}

impl Matcher<'_> {
    /// Decides the request; a satisfiability test that succeeds decides nothing.
    pub(crate) fn decide(
        &mut self,
        prepared: &PreparedRequest<'_>,
    ) -> Result<Option<Decision>, Refusal> {
        let decided = self.decide_unless_stopped(prepared);
        self.passes.scratch.meter.check()?;
        decided
    }

    /// What is right if the decision was not told to end meanwhile.
    fn decide_unless_stopped(
        &mut self,
        prepared: &PreparedRequest<'_>,
    ) -> Result<Option<Decision>, Refusal> {
        if self.operation == MatchOperation::Satisfiability {
            let possible = self.is_satisfiable(prepared);
            return if possible {
                Ok(None)
            } else if self.holds_nothing(prepared) {
                Err(self.refuse_holding_nothing())
            } else {
                Err(Refusal::Unsatisfiable(self.notes()))
            };
        }
        if self.holds_nothing(prepared) {
            return Err(self.refuse_holding_nothing());
        }
        self.check_nodes(prepared)?;
        let found = match self.passes.run(prepared, PassKind::Now, self.now, None) {
            Some(decision) => decision,
            None => self.try_later(prepared)?,
        };
        self.confirm(found, prepared).map(Some)
    }

    fn notes(&mut self) -> Notes {
        std::mem::take(&mut self.passes.scratch.notes)
    }

    /// What a success at some time comes to; nothing that is empty, taken, or beyond the graph's end.
    fn confirm(
        &mut self,
        mut decision: Decision,
        prepared: &PreparedRequest<'_>,
    ) -> Result<Decision, Refusal> {
        let start = decision.window.start;
        if start == GRAPH_END {
            return Err(Refusal::Busy(self.notes()));
        }
        if !(0..GRAPH_END).contains(&start) {
            return Err(Refusal::Time(start));
        }
        decision.window.end = start.saturating_add(prepared.duration).min(GRAPH_END);
        let TimeWindow { start, end } = decision.window;
        let Passes { site, state, .. } = self.passes;
        let taken =
            decision.grants().any(|g| g.exclusive && state.is_taken(site, g.vertex, start, end));
        let barred = self.is_barred(&decision);
        if decision.selection.vertices.is_empty() {
            return Err(self.refuse(prepared));
        }
        if taken || barred {
            return Err(Refusal::Busy(self.notes()));
        }
        Ok(decision)
    }

    /// Whether windows keep something of what was just found from the request: where vertices have several parents, what is
    /// printed may lie on another way than the search went.
    fn is_barred(&self, decision: &Decision) -> bool {
        let Passes { barred: Some(barred), site, .. } = &self.passes else { return false };
        !site.tree.is_tree()
            && decision.grants().any(|grant| {
                barred.covers(grant.vertex) || (grant.exclusive && barred.is_above(grant.vertex))
            })
    }

    /// Busy; or unsatisfiable, where the operation promises to tell. For what the reference calls busy without a search.
    fn refuse(&mut self, prepared: &PreparedRequest<'_>) -> Refusal {
        use MatchOperation::{Allocate, WithoutAllocating};
        let tells = !matches!(self.operation, Allocate | WithoutAllocating);
        let notes = self.notes();
        match !tells || self.is_satisfiable(prepared) {
            true => Refusal::Busy(notes),
            false => Refusal::BusyForEver(notes),
        }
    }

    /// Whether a request would hold nothing, whatever is found for it; told as such where slots stand by the rule `deep`
    /// (`docs/semantics/slots.md`).
    fn holds_nothing(&self, prepared: &PreparedRequest<'_>) -> bool {
        let Passes { slots, policy, .. } = self.passes;
        slots == SlotRule::Deep
            && !policy.is_node_exclusive()
            && !prepared.whole().asks_exclusively()
    }

    fn refuse_holding_nothing(&mut self) -> Refusal {
        self.passes.scratch.notes.push(Note::HoldsNothing);
        Refusal::Unsatisfiable(self.notes())
    }

    fn try_later(&mut self, prepared: &PreparedRequest<'_>) -> Result<Decision, Refusal> {
        use MatchOperation::{Allocate, AllocateWithSatisfiability, WithoutAllocating};
        if matches!(self.operation, Allocate | WithoutAllocating) {
            return Err(Refusal::Busy(self.notes()));
        }
        if self.operation != AllocateWithSatisfiability
            && let Some(found) =
                self.earliest_start.find(&mut self.passes, prepared, self.jobs, self.now)?
        {
            return Ok(found);
        }
        if self.is_satisfiable(prepared) {
            Err(Refusal::Busy(self.notes()))
        } else {
            Err(Refusal::Unsatisfiable(self.notes()))
        }
    }

    /// Whether the request fits the machine at the end of all timelines, whatever is up or down.
    fn is_satisfiable(&mut self, prepared: &PreparedRequest<'_>) -> bool {
        let start = end_of_timelines(prepared.duration);
        let Some(decision) = self.passes.run(prepared, PassKind::Satisfiability, start, None)
        else {
            return false;
        };
        let dead = decision.selection.vertices.is_empty();
        let deep = self.passes.slots == SlotRule::Deep;
        !(dead && (deep || prepared.whole().asks_exclusively()))
    }

    /// The pre-check on nodes (`docs/semantics/matching.md`, Node pre-check).
    fn check_nodes(&mut self, prepared: &PreparedRequest<'_>) -> Result<(), Refusal> {
        let site = self.passes.site;
        let Some(node) = site.graph.type_id("node") else { return Ok(()) };
        if !site.filters.is_tracked(node) {
            return Ok(());
        }
        let needed = prepared.whole().literal_demand.of(node);
        if needed <= self.passes.state.nodes_up() && self.has_nodes(prepared, needed) {
            return Ok(());
        }
        if self.operation != MatchOperation::AllocateWithSatisfiability {
            return Err(self.refuse(prepared));
        }
        let deep = self.passes.slots == SlotRule::Deep;
        Err(match deep && self.is_satisfiable(prepared) {
            true => Refusal::BusyToday(self.notes()),
            false => Refusal::Unsatisfiable(self.notes()),
        })
    }

    /// Whether the constraint, if there is one, leaves as many usable nodes as are needed.
    fn has_nodes(&self, prepared: &PreparedRequest<'_>, needed: u64) -> bool {
        let Some(constraint) = prepared.constraint else { return true };
        let graph = &self.passes.site.graph;
        let node = graph.type_id("node");
        let end = self.now.saturating_add(prepared.duration);
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        if self.idle_nodes(constraint).take(needed).count() == needed {
            return true;
        }
        let passing = constraint.passing().iter().copied();
        let usable =
            passing.filter(|&v| Some(graph.vertex(v).ty) == node && self.is_usable(v, end));
        usable.take(needed).count() == needed
    }

    /// Nodes that the constraint lets the job use and nobody has, now or later: they are usable. The busy ones are not looked at.
    fn idle_nodes<'s>(
        &'s self,
        constraint: &'s ConstraintMask,
    ) -> impl Iterator<Item = VertexId> + 's {
        let Passes { site, state, indices, .. } = &self.passes;
        let (idle, passing) = (&indices.idle.idle, constraint.ordinals());
        let node = site.graph.type_id("node");
        let first = if state.has_later() { None } else { idle.next_common(passing, 0) };
        let ordinals = successors(first, |&at| idle.next_common(passing, at + 1));
        let vertices = ordinals.map(|ordinal| site.layout.vertex_at(ordinal));
        vertices.filter(move |&vertex| {
            let known = site.graph.vertex(vertex);
            Some(known.ty) == node && known.size == 1
        })
    }

    /// Whether the pre-check counts a node for a window that starts now.
    fn is_usable(&self, node: VertexId, end: i64) -> bool {
        use MatchOperation::{Allocate, AllocateWithSatisfiability, WithoutAllocating};
        let Passes { site, state, .. } = self.passes;
        let now = matches!(self.operation, Allocate | WithoutAllocating);
        let up = || state.status(node) == Status::Up;
        let free = || site.graph.vertex(node).size == 1 && !state.is_claimed(node, self.now, end);
        (self.operation == AllocateWithSatisfiability || up()) && (!now || free())
    }
}

/// The last time at which a pass of a duration can be made: all that is booked has ended by then.
pub(crate) fn end_of_timelines(duration: i64) -> i64 {
    i64::MAX - duration - 1
}
