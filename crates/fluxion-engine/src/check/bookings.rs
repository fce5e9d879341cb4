//! Do claims, timelines and figures say what the job records and the statuses say?

use std::collections::BTreeMap;

use fluxion_graph::{Inconsistency, Status, VertexId};

use super::compare::{Checked, same};
use super::jobs::Expected;
use crate::engine::Engine;
use crate::site::Site;
use crate::state::claims::{Claim, Claims};
use crate::state::{MOST_JOBS, State};

pub(super) fn check(engine: &Engine, expected: &Expected) -> Checked {
    let Engine { site, state, .. } = engine;
    check_claims(state.claims(), expected)?;
    for vertex in (0..site.graph.vertices().len() as u32).map(VertexId) {
        let at = vertex.index();
        same(vertex, "down on the path", expected.down[at] > 0, state.down().covers(vertex))?;
        if site.tree.position(vertex).is_some() {
            same(vertex, "held on the path", expected.held[at] > 0, state.held().covers(vertex))?;
            same(vertex, "held itself", expected.own_held[at], state.held().count(vertex))?;
        }
        check_use(site, state, vertex, expected)?;
    }
    check_free(site, state, expected)?;
    check_sums(site, state, expected)
}

/// Every claim of a job, once each; and every link of the table in one list or among the free ones.
fn check_claims(claims: &Claims, expected: &Expected) -> Checked {
    let in_order = |mut claims: Vec<Claim>| {
        claims.sort_by_key(|claim| (claim.job, claim.start));
        claims
    };
    for (number, of_vertex) in (0..).zip(&expected.claims) {
        let found = claims.of(VertexId(number)).take(claims.link_count()).collect();
        let expected = in_order(of_vertex.clone());
        same(VertexId(number), "the claims", expected, in_order(found))?;
    }
    let used: usize = expected.claims.iter().map(Vec::len).sum();
    same(None, "the table of claims", used + claims.count_free(), claims.link_count())
}

/// Every column of the planner, and the allocations that touch the vertex.
fn check_use(site: &Site, state: &State, vertex: VertexId, expected: &Expected) -> Checked {
    let Some(number) = site.layout.inner(vertex) else { return Ok(()) };
    let touched = expected.touched[vertex.index()];
    same(vertex, "touching allocations", touched, state.touching(number))?;
    let spans = &expected.spans[vertex.index()];
    let Some(planner) = state.planner(site, vertex) else {
        return same(vertex, "the spans without a planner", 0, spans.len());
    };
    let pool = site.graph.vertex(vertex);
    let below = || site.tree.subtree(vertex).iter().skip(1).map(|&v| site.graph.vertex(v));
    let total = |ty| below().filter(|v| v.ty == ty).map(|v| i64::from(v.size)).sum();
    let totals = [MOST_JOBS as i64; 2].into_iter().chain(site.filters.of(pool.ty).map(total));
    same(vertex, "the totals of the planner", totals.collect(), planner.totals().to_vec())?;
    planner.timeline().check(spans).map_err(|fault| Inconsistency {
        vertex: Some(vertex),
        figure: "the use over time".to_owned(),
        expected: "what the jobs have there".to_owned(),
        found: fault.to_string(),
    })?;
    let peak = |column| planner.timeline().peak(i64::MIN, i64::MAX, column);
    let fits = planner.totals().iter().enumerate().all(|(column, &total)| peak(column) <= total);
    same(vertex, "use within the totals", true, fits || !site.tree.is_tree())
}

/// Units below each inner vertex that are neither down nor held.
fn check_free(site: &Site, state: &State, expected: &Expected) -> Checked {
    for &vertex in site.tree.order() {
        for &ty in &site.layout.counted.types {
            let is_free =
                |v: &&VertexId| expected.down[v.index()] == 0 && expected.held[v.index()] == 0;
            let free = site.tree.subtree(vertex).iter().skip(1).filter(is_free);
            let of_type = free.map(|&v| site.graph.vertex(v)).filter(|pool| pool.ty == ty);
            let units = of_type.map(|pool| u64::from(pool.size)).sum();
            let expected = site.layout.inner(vertex).map(|_| units);
            let found = state.free_below(site, vertex, ty);
            same(vertex, "the free units below", expected, found)?;
        }
    }
    Ok(())
}

fn check_sums(site: &Site, state: &State, expected: &Expected) -> Checked {
    let is_node = |v: &&VertexId| site.graph.type_name(site.graph.vertex(**v).ty) == "node";
    let is_up = |v: &&VertexId| {
        let mut path = std::iter::successors(Some(**v), |&v| above(site, v));
        path.all(|v| state.status(v) == Status::Up)
    };
    let nodes = site.tree.order().iter().filter(is_node).filter(is_up).count() as u64;
    same(None, "the nodes that are up", nodes, state.nodes_up())?;
    same(None, "the bookings besides allocations", expected.later, state.later())?;
    let ends: BTreeMap<i64, u32> = state.ends().iter().map(|(&end, &n)| (end, n)).collect();
    same(None, "the ends of allocations", &expected.ends, &ends)?;
    let late = state.latest_start() >= expected.latest_start;
    same(None, "that no allocation starts after the latest start", true, late)
}

fn above(site: &Site, vertex: VertexId) -> Option<VertexId> {
    site.tree.edge_to(vertex).map(|edge| site.graph.edges()[edge.index()].source)
}
