//! Who has something below a vertex.

use fluxion_graph::VertexId;

use crate::record::Hold;
use crate::site::Site;
use crate::state::State;
use crate::state::claims::Claim;
use crate::state::overrun::Overrun;

impl State {
    /// Whether an allocation whose time is over at `now` keeps others from having a vertex alone. O(1) but where there is one.
    #[inline]
    pub(crate) fn is_overrun_below(&self, site: &Site, vertex: VertexId, now: i64) -> bool {
        self.overrun == Overrun::HeldAndAbove && self.overruns(now) && {
            let is_over = |claim: &Claim| claim.hold != Hold::Reservation && claim.end <= now;
            self.allocated_below(site, vertex, &is_over).is_some()
        }
    }

    /// A claim of an allocation below a vertex. O(what allocations touch there).
    pub(crate) fn allocated_below(
        &self,
        site: &Site,
        vertex: VertexId,
        is_meant: &dyn Fn(&Claim) -> bool,
    ) -> Option<Claim> {
        let is_touched = |vertex: VertexId| {
            site.layout.inner(vertex).is_some_and(|inner| self.touching(inner) > 0)
        };
        self.claim_below(site, vertex, &is_touched, is_meant)
    }

    /// A claim below a vertex, looked for below those that are worth it. O(what lies below those).
    pub(crate) fn claim_below(
        &self,
        site: &Site,
        vertex: VertexId,
        is_worth_it: &dyn Fn(VertexId) -> bool,
        is_meant: &dyn Fn(&Claim) -> bool,
    ) -> Option<Claim> {
        let mut open = vec![vertex];
        while let Some(vertex) = open.pop() {
            if !is_worth_it(vertex) {
                continue;
            }
            for edge in site.tree.child_edges(&site.graph, vertex) {
                let child = site.graph.edges()[edge.index()].target;
                if let Some(claim) = self.claims().of(child).find(is_meant) {
                    return Some(claim);
                }
                open.push(child);
            }
        }
        None
    }
}
