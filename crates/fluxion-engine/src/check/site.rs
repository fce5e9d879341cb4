//! Does what is kept about the graph follow from it?

use fluxion_graph::{Graph, Inconsistency, VertexId};

use super::compare::{Checked, same};
use crate::engine::Engine;
use crate::site::Site;
use crate::site::capacity::Capacity;
use crate::site::layout::Layout;

pub(super) fn check(engine: &Engine) -> Checked {
    let site = &engine.site;
    site.graph.check()?;
    site.tree.check(&site.graph)?;
    check_totals(site)?;
    let fresh =
        Site::of(Graph::clone(&site.graph), site.tree.subsystem(), engine.policy, &engine.filters);
    let fresh = fresh.map_err(|error| Inconsistency {
        vertex: None,
        figure: "the graph".to_owned(),
        expected: "one that can be served".to_owned(),
        found: error.to_string(),
    })?;
    same(None, "the filters", &fresh.filters, &site.filters)?;
    same(None, "the classes", true, site.classes.are_like(&fresh.classes))?;
    let capacity = Capacity::of(&site.layout, &site.classes);
    same(None, "the capacity of the classes", &capacity, &*site.capacity)?;
    check_layout(site, &fresh.layout)
}

fn check_layout(site: &Site, fresh: &Layout) -> Checked {
    let layout = &site.layout;
    for vertex in (0..site.graph.vertices().len() as u32).map(VertexId) {
        let figures = |of: &Layout| {
            let at = vertex.index();
            (
                of.inner(vertex),
                of.score(&site.graph, &site.tree, vertex),
                of.ordinal_of.get(at).copied(),
            )
        };
        let figure = "the number among inner ones, the score, the ordinal";
        same(vertex, figure, figures(fresh), figures(layout))?;
    }
    same(None, "the counted types", &fresh.counted, &layout.counted)?;
    same(None, "the number of inner vertices", fresh.inner_count(), layout.inner_count())?;
    same(None, "the children in order of preference", &fresh.by_ordinal, &layout.by_ordinal)?;
    same(None, "where children start", &fresh.first_ordinal, &layout.first_ordinal)?;
    same(None, "what there is of each type", fresh.census(), layout.census())
}

/// Units below each inner vertex, a shared one below the parent that the walk reaches first.
fn check_totals(site: &Site) -> Checked {
    for &vertex in site.tree.order() {
        for &ty in &site.layout.counted.types {
            let below = site.tree.subtree(vertex).iter().skip(1).map(|&v| site.graph.vertex(v));
            let units = below.filter(|pool| pool.ty == ty).map(|pool| u64::from(pool.size)).sum();
            let expected = site.layout.inner(vertex).map(|_| units);
            let found = site.layout.counted_total(vertex, ty);
            same(vertex, "the units below", expected, found)?;
        }
    }
    Ok(())
}
