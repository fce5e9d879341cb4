//! Whether a vertex may be used by an element, what is above it and the request regarded (`docs/semantics/matching.md`,
//! Usable vertices). What the bookings say of it is asked of [`super::usable`].

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;

use super::access::Access;
use super::usable::is_kept;
use super::{Figures, Search};
use crate::bitmap::Bitmap;
use crate::calendar::barred::Barred;
use crate::notes::Note;
use crate::request::constraint_mask::ConstraintMask;
use crate::site::demand::{Demand, Needs};

impl<'a> Search<'a> {
    /// Whether a vertex on the way, or a shared one, is usable: up, accepted, free during the window. Nothing is once
    /// the decision is to end.
    /// Its ancestors are taken to be open.
    pub(super) fn is_open(&mut self, vertex: VertexId) -> bool {
        self.scratch.meter.visit()
            && self.is_in_node_mask(vertex)
            && self.barred.is_none_or(|barred| !self.is_kept_by(barred, vertex))
            && self.pass.is_available(self.site, self.state, vertex)
            && self.is_accepted(vertex)
    }

    /// Whether all ancestors of a vertex are open.
    pub(super) fn is_path_open(&mut self, vertex: VertexId) -> bool {
        let site = self.site;
        site.tree.ancestors(vertex).all(|above| self.is_open(above))
    }

    /// Whether windows keep a vertex from the request; apart, so that whoever has none does not pay for it.
    #[inline(never)]
    fn is_kept_by(&self, barred: &Barred, vertex: VertexId) -> bool {
        is_kept(self.site, barred, vertex, |ty| self.is_taken_whole(ty))
    }

    /// Whether the vertices of a type are had with all that lies below them, however they are asked for.
    fn is_taken_whole(&self, ty: TypeId) -> bool {
        let is_node = || self.site.graph.type_id("node") == Some(ty);
        self.request.exclusive_types.contains(&ty) || (self.policy.is_node_exclusive() && is_node())
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
        !inherited.below(exclusivity).is_exclusive()
            || (self.pass.is_free_for_one(self.site, self.state, vertex)
                && self.barred.is_none_or(|barred| !barred.is_above(vertex)))
    }

    fn note_conflict(&mut self, vertex: VertexId, element: usize) {
        let label = &self.request.elements[element].label;
        let vertex = self.site.graph.text(self.site.graph.vertex(vertex).name);
        self.scratch.notes.push(Note::SharedBelowExclusive { label, vertex });
    }

    /// Whether the subtree of a vertex can hold a demand: a necessary condition.
    pub(super) fn can_hold(&self, vertex: VertexId, demand: &Demand) -> bool {
        self.pass.can_hold(self.site, self.state, vertex, demand)
    }

    /// Whether the filter of a vertex can provide a demand during the window.
    pub(super) fn filter_holds(&self, vertex: VertexId, demand: &Demand) -> bool {
        self.pass.filter_holds(self.site, self.state, vertex, demand)
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
