//! Why one vertex could not serve one element: the predicates of the search, asked for one class of blockers after the
//! other. Knows no other vertex, but for what is inherited from above.

use fluxion_graph::{TypeId, VertexId};

use super::answer::Reason;
use super::wanted::ElementNeed;
use crate::calendar::barred::Barred;
use crate::request::constraint_mask::ConstraintMask;
use crate::search::access::Access;
use crate::search::usable::is_kept;
use crate::search::{Figures, Pass};
use crate::site::Site;
use crate::state::claims::Claim;
use crate::state::{FIRST_FILTER_COLUMN, State};

/// Bookings, and the pass that looks at them.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) state: &'a State,
    pub(super) pass: Pass,
}

impl Ground<'_> {
    fn admits(&self, site: &Site, vertex: VertexId, access: Access) -> bool {
        self.pass.is_available(site, self.state, vertex)
            && (!access.is_exclusive() || self.pass.is_free_for_one(site, self.state, vertex))
    }
}

/// The machine with more and more of what blocks vertices.
#[derive(Clone, Copy)]
pub(super) struct Grounds<'a> {
    pub(super) site: &'a Site,
    pub(super) constraint: Option<&'a ConstraintMask>,
    /// What windows keep from the request now.
    pub(super) barred: Option<&'a Barred>,
    /// The types whose vertices are had with all that lies below them.
    pub(super) whole: &'a [TypeId],
    /// At the end of all timelines: what is down alone.
    pub(super) idle: Ground<'a>,
    /// Now, with allocations alone.
    pub(super) unreserved: Ground<'a>,
    /// Now.
    pub(super) now: Ground<'a>,
}

/// What is above a vertex and keeps it from serving, and when that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Barrier {
    pub(super) reason: Reason,
    pub(super) free_from: Option<i64>,
}

impl Grounds<'_> {
    /// The first reason why a vertex could not serve an element.
    pub(super) fn reason(
        &self,
        vertex: VertexId,
        wanted: &ElementNeed<'_>,
        above: Option<Barrier>,
    ) -> Reason {
        if self.is_too_small(vertex, wanted) {
            return Reason::TooSmall;
        }
        let own = self.block(vertex, wanted.access);
        match (own, above) {
            (Some(own), Some(above)) => own.min(above.reason),
            (Some(reason), None) | (None, Some(Barrier { reason, .. })) => reason,
            (None, None) => match self.is_short(vertex, wanted) {
                true => Reason::Short,
                false => Reason::Fits,
            },
        }
    }

    /// Whether a vertex could not serve an idle machine either: the search asks the same of totals and filters.
    fn is_too_small(&self, vertex: VertexId, wanted: &ElementNeed<'_>) -> bool {
        let Site { graph, layout, tree, .. } = self.site;
        let lacks = |(ty, units): (TypeId, u64)| {
            let total = layout.counted_total(vertex, ty).filter(|_| tree.is_tree());
            units > 0 && (layout.sizes(ty).1 == 0 || total.is_some_and(|total| total < units))
        };
        graph.vertex(vertex).size == 0
            || (wanted.is_inner() && layout.inner(vertex).is_none())
            || wanted.demand.iter().any(lacks)
    }

    fn is_short(&self, vertex: VertexId, wanted: &ElementNeed<'_>) -> bool {
        !self.now.pass.can_hold(self.site, self.now.state, vertex, wanted.demand)
    }

    /// What keeps a vertex from being used, what is above and below it aside.
    fn block(&self, vertex: VertexId, access: Access) -> Option<Reason> {
        let site = self.site;
        if self.constraint.is_some_and(|constraint| !constraint.accepts(site, vertex)) {
            Some(Reason::Constraint)
        } else if !self.idle.admits(site, vertex, access) {
            Some(Reason::Down)
        } else if self.is_kept(vertex, access) {
            Some(Reason::Window)
        } else if !self.unreserved.admits(site, vertex, access) {
            Some(Reason::Held)
        } else if !self.now.admits(site, vertex, access) {
            Some(Reason::Reserved)
        } else {
            None
        }
    }

    /// Whether windows keep a vertex from the request, what is above it aside.
    fn is_kept(&self, vertex: VertexId, access: Access) -> bool {
        self.barred.is_some_and(|barred| {
            is_kept(self.site, barred, vertex, |ty| {
                access.is_exclusive() || self.whole.contains(&ty)
            })
        })
    }

    /// Whether windows keep nothing of a vertex and what lies below it.
    fn is_out_of_windows(&self, vertex: VertexId) -> bool {
        self.barred.is_none_or(|barred| !barred.concerns(vertex))
    }

    /// What a vertex that is only passed through keeps from serving below itself, with what is above.
    /// `known` tells when the first vertex of a reason is free that was met before.
    pub(super) fn barrier(
        &self,
        vertex: VertexId,
        above: Option<Barrier>,
        known: impl Fn(Reason) -> Option<i64>,
    ) -> Option<Barrier> {
        let own = match self.site.graph.vertex(vertex).size {
            0 => Some(Reason::TooSmall),
            _ => self.block(vertex, Access::Shared),
        };
        let Some(reason) = own else { return above };
        if above.is_some_and(|above| above.reason <= reason) {
            return above;
        }
        let free_from = self.free_from(vertex, Access::Shared, reason, known(reason));
        Some(Barrier { reason, free_from })
    }

    /// When a vertex that is held or reserved is free for as long as the request lasts, as far as is booked. Not known
    /// where a job keeps it beyond its time; nor looked for if that is not before a time that is known of another.
    pub(super) fn free_from(
        &self,
        vertex: VertexId,
        access: Access,
        reason: Reason,
        known: Option<i64>,
    ) -> Option<i64> {
        if !matches!(reason, Reason::Held | Reason::Reserved) {
            return None;
        }
        let Pass { start: now, end, .. } = self.now.pass;
        let state = self.now.state;
        let in_the_way = state.claims().of(vertex).filter(|claim| claim.overlaps(now, end));
        if in_the_way.map(|claim| claim.end).max() >= Some(known.unwrap_or(i64::MAX)) {
            return None;
        }
        let mut claims: Vec<Claim> = state.claims().of(vertex).collect();
        claims.sort_unstable_by_key(|claim| claim.start);
        let mut from = now;
        loop {
            let before = from;
            let until = from.saturating_add(end - now);
            let next = claims.iter().filter(|claim| claim.overlaps(from, until)).map(|c| c.end);
            from = next.max().unwrap_or(from);
            if access.is_exclusive() {
                from = self.untouched_from(vertex, from, end - now)?;
            }
            if from == before {
                break;
            }
        }
        (from > now).then_some(from)
    }

    /// The first time from which no job touches a vertex for so long.
    fn untouched_from(&self, vertex: VertexId, from: i64, duration: i64) -> Option<i64> {
        let Some(planner) = self.now.state.planner(self.site, vertex) else { return Some(from) };
        let timeline = planner.timeline();
        let mut limits = vec![i64::MAX; timeline.width()];
        limits[0] = 0;
        let mut from = from;
        while let Some(taken) = timeline.first_excess(from, from.saturating_add(duration), &limits)
        {
            from = timeline.next_within(taken, &limits)?;
        }
        Some(from)
    }

    /// Whether nothing at all keeps a vertex and what lies below it from serving; vertices of constrained types below
    /// it aside.
    pub(super) fn is_quiet(&self, vertex: VertexId) -> bool {
        let Ground { state, pass } = self.now;
        let Some(inner) = self.site.layout.inner(vertex) else { return false };
        state.touching(inner) == 0
            && self.is_out_of_windows(vertex)
            && !state.down().has_own_below(&self.site.tree, vertex)
            && !state.is_touched(self.site, vertex, pass.start, pass.end)
    }

    /// Whether everything below a barrier has its reason, vertices of constrained types aside.
    pub(super) fn covers_below(&self, vertex: VertexId, barrier: Barrier) -> bool {
        let state = self.now.state;
        let is_up = || !state.down().has_own_below(&self.site.tree, vertex);
        let unallocated =
            || self.site.layout.inner(vertex).is_none_or(|inner| state.touching(inner) == 0);
        match barrier.reason {
            Reason::TooSmall | Reason::Constraint | Reason::Down => true,
            Reason::Window => is_up(),
            Reason::Held => is_up() && self.is_out_of_windows(vertex),
            _ => is_up() && self.is_out_of_windows(vertex) && unallocated(),
        }
    }

    /// Units of a type below a vertex that could be had now, as far as can be told from the vertex itself.
    pub(super) fn free_units(&self, vertex: VertexId, ty: TypeId) -> u64 {
        let Ground { state, pass } = self.now;
        let site = self.site;
        if pass.figures == Figures::Apply
            && let Some(free) = state.free_below(site, vertex, ty)
        {
            return free;
        }
        let total = site.layout.total(&site.graph, &site.tree, vertex, ty);
        let filter = site.filters.of(site.graph.vertex(vertex).ty);
        let at = filter.into_iter().position(|tracked| tracked == ty);
        let Some((column, planner)) = at.zip(state.planner(site, vertex)) else { return total };
        let used = planner.timeline().peak(pass.start, pass.end, FIRST_FILTER_COLUMN + column);
        total.saturating_sub(used.max(0).unsigned_abs())
    }
}
