//! Passes of one decision: one per variant of the request, and the decision that comes of it. Books nothing; why a
//! pass is made at its time is not known here.

use std::sync::Arc;

use fluxion_graph::{TimeWindow, TypeId};

use crate::calendar::barred::Barred;
use crate::calendar::gate::Gate;
use crate::decision::Decision;
use crate::index::Indices;
use crate::index::weights::Weights;
use crate::policy::Policy;
use crate::request::Request;
use crate::request::constraint_mask::ConstraintMask;
use crate::request::prepared::PreparedRequest;
use crate::request::slot_rule::SlotRule;
use crate::search::node_mask::NodeMask;
use crate::search::scratch::Scratch;
use crate::search::{Figures, Pass, PassKind, Search};
use crate::selection::build::build_selection;
use crate::site::Site;
use crate::state::State;

/// What all passes of a decision look at.
pub(crate) struct Passes<'a> {
    pub(crate) site: &'a Site,
    pub(crate) state: &'a State,
    /// What windows mean to the request; none if nothing.
    pub(crate) gate: Option<Box<Gate<'a>>>,
    /// What windows barred during the last pass.
    pub(crate) barred: Option<Arc<Barred>>,
    pub(crate) indices: &'a mut Indices,
    pub(crate) weights: &'a Weights,
    pub(crate) policy: Policy,
    pub(crate) slots: SlotRule,
    pub(crate) scratch: &'a mut Scratch,
}

impl Passes<'_> {
    /// What windows bar during a pass.
    pub(crate) fn barred_during(
        &mut self,
        kind: PassKind,
        start: i64,
        end: i64,
    ) -> Option<Arc<Barred>> {
        let gate = self.gate.as_mut()?;
        match kind {
            PassKind::Satisfiability => gate.always(self.site, end.saturating_sub(start)),
            PassKind::Now | PassKind::Unreserved | PassKind::Later => {
                gate.during(self.site, start, end)
            }
        }
    }

    /// One pass per variant until one selects something that can be built; none once the decision is to end.
    pub(crate) fn run(
        &mut self,
        prepared: &PreparedRequest<'_>,
        kind: PassKind,
        start: i64,
        node_mask: Option<NodeMask<'_>>,
    ) -> Option<Decision> {
        if self.gate.is_none() || !prepared.is_possible {
            return self.run_within(prepared, kind, start, node_mask, None);
        }
        let barred = self.barred_during(kind, start, start.checked_add(prepared.duration)?);
        let found = self.run_within(prepared, kind, start, node_mask, barred.as_deref());
        self.barred = barred;
        found
    }

    /// The constraint together with what windows bar, where that is worth orders of its own.
    #[inline(never)]
    fn narrowed(
        &mut self,
        constraint: Option<&ConstraintMask>,
        kind: PassKind,
        barred: &Barred,
    ) -> Option<Arc<ConstraintMask>> {
        let gate = self.gate.as_ref()?;
        let is_usual = kind == PassKind::Now && self.site.tree.is_tree() && gate.is_worth_orders();
        is_usual.then(|| self.indices.narrowed.of(self.site, constraint, barred))
    }

    /// As [`Passes::run`], whatever windows bar at that time: as if they barred this.
    pub(crate) fn run_within(
        &mut self,
        prepared: &PreparedRequest<'_>,
        kind: PassKind,
        start: i64,
        node_mask: Option<NodeMask<'_>>,
        barred: Option<&Barred>,
    ) -> Option<Decision> {
        if !prepared.is_possible {
            return None;
        }
        let end = start.checked_add(prepared.duration)?;
        let narrowed = barred.and_then(|barred| self.narrowed(prepared.constraint, kind, barred));
        let constraint = narrowed.as_deref().or(prepared.constraint);
        let pass = Pass { kind, start, end, figures: self.figures(kind, start) };
        for request in prepared.requests() {
            let mut search = Search {
                site: self.site,
                state: self.state,
                indices: self.indices,
                weights: self.weights,
                policy: self.policy,
                request,
                constraint,
                barred,
                node_mask,
                pass,
                scratch: self.scratch,
            };
            let choice = search.run();
            if self.scratch.meter.is_stopped() {
                return None;
            }
            let Some(choice) = choice else { continue };
            let exclusive = self.exclusive_types(request);
            let selection =
                build_selection(self.site, self.scratch, &choice, &exclusive, self.slots);
            return Some(Decision { selection, window: TimeWindow { start, end } });
        }
        None
    }

    /// Whether the figures of the state speak for a pass.
    pub(crate) fn figures(&self, kind: PassKind, start: i64) -> Figures {
        let present = matches!(kind, PassKind::Now | PassKind::Unreserved);
        let counted = present && self.site.tree.is_tree() && self.state.speaks_for(start);
        if counted { Figures::Apply } else { Figures::Ignore }
    }

    /// The types whose vertices are had with all that lies below them, whichever variant is placed.
    pub(crate) fn types_taken_whole(&self, prepared: &PreparedRequest<'_>) -> Vec<TypeId> {
        let (first, others) = match prepared.requests() {
            [] => return Vec::new(),
            [first, others @ ..] => (first, others),
        };
        let mut types = self.exclusive_types(first);
        types.retain(|ty| others.iter().all(|other| self.exclusive_types(other).contains(ty)));
        types
    }

    fn exclusive_types(&self, request: &Request) -> Vec<TypeId> {
        let node = self.site.graph.type_id("node").filter(|_| self.policy.is_node_exclusive());
        request.exclusive_types.iter().copied().chain(node).collect()
    }
}
