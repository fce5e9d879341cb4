//! A state gives up vertices that no job holds or passes through any more, without booking the others again.

use fluxion_graph::VertexId;

use crate::site::Site;
use crate::site::splicing::GivenUp;
use crate::state::State;
use crate::state::marks::Marked;

impl State {
    /// Whether any job may hold, or pass through, something of subtrees: `tops`, with all of `gone`. Wrong only in that
    /// nothing may be found where something was held once. O(what goes).
    pub(crate) fn may_concern_jobs(
        &self,
        site: &Site,
        tops: &[VertexId],
        gone: &[VertexId],
    ) -> bool {
        let is_used = |&top: &VertexId| {
            let inner =
                if site.layout.inner(top).is_some() { Some(top) } else { site.tree.parent(top) };
            let planner = inner.and_then(|vertex| self.planner(site, vertex));
            planner.is_some_and(|planner| !planner.is_empty())
        };
        tops.iter().any(is_used) || gone.iter().any(|&vertex| self.claims.has_any(vertex))
    }

    /// Gives up subtrees: `tops`, with all of `gone`, ascending, which `site` still has. No job holds anything there, and none
    /// is down itself; what is above may block them. O(what goes + inner vertices).
    pub(crate) fn give_up(
        &mut self,
        site: &Site,
        tops: &[VertexId],
        gone: &[VertexId],
        given_up: &GivenUp,
    ) {
        let width = site.layout.counted.width();
        let open: Vec<VertexId> = tops.iter().copied().filter(|&v| !self.is_blocked(v)).collect();
        for top in open {
            let units = site.layout.units_of(&site.graph, top);
            for row in site.tree.ancestors(top).filter_map(|above| site.layout.inner(above)) {
                (0..width).for_each(|column| self.free[row * width + column] -= units[column]);
            }
        }
        let node = site.graph.type_id("node");
        let is_node_up =
            |&&v: &&VertexId| Some(site.graph.vertex(v).ty) == node && !self.down.covers(v);
        self.nodes_up -= gone.iter().filter(is_node_up).count() as u64;
        for &vertex in gone {
            self.down.cover(vertex, Marked::No);
            self.held.cover(vertex, Marked::No);
        }
        let rows = || given_up.rows.iter().cloned().flatten();
        self.planner_count -= rows().filter(|&row| self.planners[row].is_some()).count();
        self.planners.remove(&given_up.rows);
        self.touched.remove(&given_up.rows);
        let figures = given_up.rows.iter().map(|rows| rows.start * width..rows.end * width);
        self.free.remove(&figures.collect::<Vec<_>>());
    }
}
