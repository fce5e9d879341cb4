//! Which vertices a constraint can be about: those that it names, or that have a property that it asks for, if it does.

use fluxion_graph::VertexId;

use super::resolved_constraint::ResolvedConstraint;
use crate::site::Site;
use crate::site::directory::{TestedNodes, tested_types};

/// Vertices of tested types, with all that pass among them.
pub(super) struct Testable {
    pub(super) vertices: Vec<VertexId>,
    /// How many are counted against the limit of terms: whatever properties are asked for, all nodes.
    pub(super) charged: usize,
}

/// See [`Testable`].
pub(super) fn testable(test: &ResolvedConstraint, site: &Site) -> Testable {
    let nodes = site.nodes();
    if let Some(vertices) = named(nodes, test) {
        return Testable { charged: vertices.len(), vertices };
    }
    let vertices = holding(site, test).unwrap_or_else(|| nodes.all.clone());
    Testable { vertices, charged: nodes.all.len() }
}

/// The vertices that a test names, with all that can pass it among them; none if it names none.
fn named(nodes: &TestedNodes, test: &ResolvedConstraint) -> Option<Vec<VertexId>> {
    match test {
        ResolvedConstraint::Hosts(names) => Some(nodes.named(names)),
        ResolvedConstraint::Ranks(ranks) if ranks.len() <= nodes.all.len() => {
            Some(ranks.iter().flat_map(|rank| nodes.ranked(rank)).collect())
        }
        ResolvedConstraint::All(tests) => tests.iter().find_map(|test| named(nodes, test)),
        _ => None,
    }
}

/// The tested vertices that have a property without which a test fails; none if there is no such property.
fn holding(site: &Site, test: &ResolvedConstraint) -> Option<Vec<VertexId>> {
    match test {
        ResolvedConstraint::Property(None, true) => Some(Vec::new()),
        ResolvedConstraint::Property(Some(key), true) => {
            let types = tested_types(&site.graph);
            let is_tested = |v: &&VertexId| types.contains(&Some(site.graph.vertex(**v).ty));
            Some(site.holders(*key).iter().filter(is_tested).copied().collect())
        }
        ResolvedConstraint::All(tests) => {
            let lists = tests.iter().filter_map(|test| holding(site, test));
            lists.min_by_key(Vec::len)
        }
        _ => None,
    }
}
