//! What graph and bookings say of one vertex at the instant of a pass: whether it may be used, whether one job may
//! have it alone, whether its subtree can hold a demand (`docs/semantics/matching.md`, Usable vertices).
//!
//! The search asks this at every visit, and explanations ask the same of every vertex, so that the two cannot differ.
//! Must not know requests, constraints or ancestors.

use fluxion_graph::{Status, TypeId, VertexId};

use super::{Figures, Pass, PassKind};
use crate::calendar::barred::Barred;
use crate::record::Hold;
use crate::site::Site;
use crate::site::demand::Demand;
use crate::state::claims::Claim;
use crate::state::{FIRST_FILTER_COLUMN, State};

impl Pass {
    /// Whether a vertex is up, and nobody has it alone during the window; its ancestors are taken to be open.
    #[inline]
    pub(crate) fn is_available(&self, site: &Site, state: &State, vertex: VertexId) -> bool {
        if self.figures == Figures::Apply {
            if state.is_blocked(vertex) {
                return false;
            }
        } else {
            let down = state.status(vertex) == Status::Down;
            if (down && self.kind != PassKind::Satisfiability) || self.is_overrun(state, vertex) {
                return false;
            }
        }
        // what an allocation has is blocked already
        site.graph.vertex(vertex).size > 0
            && (!state.is_claimed(vertex, self.start, self.end)
                || self.kind == PassKind::Unreserved)
    }

    /// A job whose time is over still blocks what it holds, as long as the question is about now.
    fn is_overrun(&self, state: &State, vertex: VertexId) -> bool {
        let over = |claim: Claim| claim.hold != Hold::Reservation && claim.end <= self.start;
        self.kind == PassKind::Now && state.claims().of(vertex).any(over)
    }

    /// Whether an available vertex may be held by one job alone during the window.
    #[inline]
    pub(crate) fn is_free_for_one(&self, site: &Site, state: &State, vertex: VertexId) -> bool {
        let now = self.kind == PassKind::Now;
        let allocated = || state.claims().of(vertex).any(|c| c.hold == Hold::Allocation);
        if now && self.figures == Figures::Ignore && allocated() {
            return false;
        }
        if now && state.is_overrun_below(site, vertex, self.start) {
            return false;
        }
        !state.is_touched(site, vertex, self.start, self.end)
            || (self.kind == PassKind::Unreserved && is_unallocated(site, state, vertex))
    }

    /// Whether the subtree of a vertex can hold a demand: a necessary condition.
    #[inline]
    pub(crate) fn can_hold(
        &self,
        site: &Site,
        state: &State,
        vertex: VertexId,
        demand: &Demand,
    ) -> bool {
        if !site.tree.is_tree() {
            return true;
        }
        match self.figures {
            Figures::Apply => demand.iter().all(|(ty, units)| {
                let free = state.free_below(site, vertex, ty);
                free.is_none_or(|free| units <= free)
            }),
            Figures::Ignore => {
                let fits = |(ty, units): (TypeId, u64)| {
                    let total = site.layout.counted_total(vertex, ty);
                    total.is_none_or(|total| units <= total)
                };
                demand.iter().all(fits) && self.filter_holds(site, state, vertex, demand)
            }
        }
    }

    /// Whether the filter of a vertex can provide a demand during the window.
    pub(crate) fn filter_holds(
        &self,
        site: &Site,
        state: &State,
        vertex: VertexId,
        demand: &Demand,
    ) -> bool {
        let ty = site.graph.vertex(vertex).ty;
        let Some(inner) = site.layout.inner(vertex) else { return true };
        debug_assert!(inner < site.layout.inner_count());
        let Some(planner) = state.planner(site, vertex) else {
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
        planner.timeline().first_excess(self.start, self.end, &limits).is_none()
    }
}

/// Whether windows keep a vertex from a request: what is had with all that lies below it, because of its type, must have
/// nothing below it that they keep.
#[inline]
pub(crate) fn is_kept(
    site: &Site,
    barred: &Barred,
    vertex: VertexId,
    is_taken_whole: impl FnOnce(TypeId) -> bool,
) -> bool {
    barred.covers(vertex)
        || (barred.is_above(vertex) && is_taken_whole(site.graph.vertex(vertex).ty))
}

/// Whether no allocation touches a vertex that none has above it.
fn is_unallocated(site: &Site, state: &State, vertex: VertexId) -> bool {
    site.layout.inner(vertex).is_none_or(|inner| state.touching(inner) == 0)
}
