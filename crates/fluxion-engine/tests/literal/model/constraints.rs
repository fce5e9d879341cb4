//! Constraints (`docs/semantics/jobspec.md`, Constraints).

use fluxion_jobspec::Constraint;

use super::world::Vertex;

/// Whether a job with a constraint may use a vertex, as far as this vertex is concerned.
pub(crate) fn accepts(constraint: Option<&Constraint>, vertex: &Vertex) -> bool {
    let tested = vertex.ty == "node" || vertex.ty == "storage_node";
    !tested || constraint.is_none_or(|c| holds(c, vertex))
}

fn holds(constraint: &Constraint, vertex: &Vertex) -> bool {
    let has = |name: &str| vertex.properties.iter().any(|(key, _)| key == name);
    match constraint {
        Constraint::Properties(tests) => tests.iter().all(|t| has(&t.name) != t.negated),
        Constraint::Hostlist(hosts) => {
            let mut is_named = false;
            hosts.for_each(|host| is_named |= host == vertex.name);
            is_named
        }
        Constraint::Ranks(ranks) => {
            ranks.iter().any(|rank| i64::from(rank) == i64::from(vertex.rank))
        }
        Constraint::And(all) => all.iter().all(|c| holds(c, vertex)),
        Constraint::Or(any) => any.iter().any(|c| holds(c, vertex)),
        Constraint::Not(all) => !all.iter().all(|c| holds(c, vertex)),
    }
}
