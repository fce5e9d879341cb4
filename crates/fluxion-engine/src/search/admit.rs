//! Whether a vertex may be used at all (`docs/semantics/matching.md`, Usable vertices), and whether its
//! subtree can hold what is asked for.

use fluxion_graph::{Status, TypeId, VertexId};
use fluxion_jobspec::Exclusivity;

use super::access::Access;
use super::{Figures, PassKind, Search};
use crate::bitmap::Bitmap;
use crate::notes::Note;
use crate::record::Hold;
use crate::request::constraint_mask::ConstraintMask;
use crate::site::demand::{Demand, Needs};
use crate::state::FIRST_FILTER_COLUMN;
use crate::state::claims::Claim;

impl<'a> Search<'a> {
    /// Whether a vertex on the way, or a shared one, is usable: up, accepted, free during the window. Nothing is once
    /// the decision is to end.
    /// Its ancestors are taken to be open.
    pub(super) fn is_open(&mut self, vertex: VertexId) -> bool {
        self.scratch.meter.visit()
            && self.is_in_node_mask(vertex)
            && self.is_available(vertex)
            && self.is_accepted(vertex)
    }

    /// Whether all ancestors of a vertex are open.
    pub(super) fn is_path_open(&mut self, vertex: VertexId) -> bool {
        let site = self.site;
        site.tree.ancestors(vertex).all(|above| self.is_open(above))
    }

    /// Whether a vertex is no node, or one that could serve as far as is known.
    pub(super) fn is_in_node_mask(&self, vertex: VertexId) -> bool {
        self.node_mask.is_none_or(|mask| mask.admits(self.site, vertex))
    }

    /// The ordinals of a type that are worth a visit; none if all are.
    pub(super) fn worthwhile(&self, ty: TypeId) -> Option<&'a Bitmap> {
        let by_time = self.node_mask.filter(|mask| mask.node == ty).map(|mask| mask.ordinals);
        by_time.or_else(|| self.constraint.filter(|a| a.tests(ty)).map(ConstraintMask::ordinals))
    }

    fn is_available(&self, vertex: VertexId) -> bool {
        let pass = &self.pass;
        if pass.figures == Figures::Apply {
            if self.state.is_blocked(vertex) {
                return false;
            }
        } else {
            let down = self.state.status(vertex) == Status::Down;
            if (down && pass.kind != PassKind::Satisfiability) || self.is_overrun(vertex) {
                return false;
            }
        }
        self.site.graph.vertex(vertex).size > 0
            && !self.state.is_claimed(vertex, pass.start, pass.end)
    }

    /// A job whose time is over still blocks what it holds, as long as the question is about now.
    fn is_overrun(&self, vertex: VertexId) -> bool {
        let start = self.pass.start;
        let over = |claim: Claim| claim.hold != Hold::Reservation && claim.end <= start;
        self.pass.kind == PassKind::Now && self.state.claims().of(vertex).any(over)
    }

    fn is_accepted(&self, vertex: VertexId) -> bool {
        self.constraint.is_none_or(|constraint| constraint.accepts(self.site, vertex))
    }

    /// Whether a vertex that an element matches is usable for it.
    pub(super) fn is_admissible(
        &mut self,
        vertex: VertexId,
        element: usize,
        inherited: Access,
    ) -> bool {
        if !self.is_open(vertex) {
            return false;
        }
        let exclusivity = self.request.elements[element].exclusivity;
        if inherited.is_exclusive() && exclusivity == Exclusivity::Shared {
            self.note_conflict(vertex, element);
            return false;
        }
        !inherited.below(exclusivity).is_exclusive() || self.is_free_for_one(vertex)
    }

    /// Whether a vertex may be held by one job alone during the window.
    fn is_free_for_one(&self, vertex: VertexId) -> bool {
        let pass = &self.pass;
        let now = pass.kind == PassKind::Now;
        let allocated = || self.state.claims().of(vertex).any(|c| c.hold == Hold::Allocation);
        if now && pass.figures == Figures::Ignore && allocated() {
            return false;
        }
        if now && self.state.is_overrun_below(self.site, vertex, pass.start) {
            return false;
        }
        !self.state.is_touched(self.site, vertex, pass.start, pass.end)
    }

    fn note_conflict(&mut self, vertex: VertexId, element: usize) {
        let label = &self.request.elements[element].label;
        let vertex = self.site.graph.text(self.site.graph.vertex(vertex).name);
        self.scratch.notes.push(Note::SharedBelowExclusive { label, vertex });
    }

    /// Whether the subtree of a vertex can hold a demand: a necessary condition.
    pub(super) fn can_hold(&self, vertex: VertexId, demand: &Demand) -> bool {
        if !self.site.tree.is_tree() {
            return true;
        }
        match self.pass.figures {
            Figures::Apply => demand.iter().all(|(ty, units)| {
                let free = self.state.free_below(self.site, vertex, ty);
                free.is_none_or(|free| units <= free)
            }),
            Figures::Ignore => {
                let site = self.site;
                let fits = |(ty, units): (TypeId, u64)| {
                    let total = site.layout.counted_total(vertex, ty);
                    total.is_none_or(|total| units <= total)
                };
                demand.iter().all(fits) && self.filter_holds(vertex, demand)
            }
        }
    }

    /// Whether the filter of a vertex can provide a demand during the window.
    pub(super) fn filter_holds(&self, vertex: VertexId, demand: &Demand) -> bool {
        let site = self.site;
        let ty = site.graph.vertex(vertex).ty;
        let Some(inner) = site.layout.inner(vertex) else { return true };
        debug_assert!(inner < site.layout.inner_count());
        let Some(planner) = self.state.planner(site, vertex) else {
            let total = |ty| site.layout.total(&site.graph, &site.tree, vertex, ty);
            return site.filters.of(ty).all(|ty| demand.of(ty) == 0 || demand.of(ty) <= total(ty));
        };
        let mut limits = planner.totals().to_vec();
        for (limit, ty) in limits[FIRST_FILTER_COLUMN..].iter_mut().zip(site.filters.of(ty)) {
            *limit -= i64::try_from(demand.of(ty)).unwrap_or(i64::MAX);
            if *limit < 0 {
                return false;
            }
        }
        planner.timeline().first_excess(self.pass.start, self.pass.end, &limits).is_none()
    }

    /// Where filters show in the result (several slots in a list, shared vertices), they are asked as the
    /// reference asks them.
    pub(super) fn literal_filter_holds(&self, vertex: VertexId, demand: &Demand) -> bool {
        let shared = !self.site.tree.is_tree();
        !(self.request.filters_show || shared) || self.filter_holds(vertex, demand)
    }

    /// Whether only what is idle can be a candidate for an element.
    pub(super) fn must_be_idle(&self, element: usize, inherited: Access) -> bool {
        let exclusivity = self.request.elements[element].exclusivity;
        let alone = inherited.below(exclusivity).is_exclusive();
        alone && exclusivity != Exclusivity::Shared && self.idle_shows()
    }

    /// Whether what is not idle cannot be held alone at the instant of the pass.
    pub(super) fn idle_shows(&self) -> bool {
        // a job whose time is over blocks what it holds, but not what is above (`docs/semantics/matching.md`,
        // Usable vertices)
        self.pass.figures == Figures::Apply && !self.state.overruns(self.pass.start)
    }

    /// What an element needs below itself, of counted types.
    pub(super) fn needs(&self, element: usize) -> Needs {
        self.request.elements[element].demand.needs(&self.site.layout.counted)
    }
}
