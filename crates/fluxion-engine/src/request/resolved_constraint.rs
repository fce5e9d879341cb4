//! A constraint with its names resolved on one graph.

use fluxion_graph::{Graph, Symbol, VertexId};
use fluxion_jobspec::{Constraint, PropertyTest};
use fluxion_sets::Idset;

/// A constraint whose names are resolved.
#[derive(Clone, Debug)]
pub(super) enum ResolvedConstraint {
    /// A property that must be there, or must not; none if the graph knows no such name.
    Property(Option<Symbol>, bool),
    /// Ascending, each once; those that the graph knows.
    Hosts(Vec<Symbol>),
    Ranks(Idset),
    All(Vec<ResolvedConstraint>),
    Any(Vec<ResolvedConstraint>),
    NotAll(Vec<ResolvedConstraint>),
}

/// Resolves the names of a constraint.
pub(super) fn resolve(constraint: &Constraint, graph: &Graph) -> ResolvedConstraint {
    let all = |list: &[Constraint]| list.iter().map(|c| resolve(c, graph)).collect();
    match constraint {
        Constraint::Properties(tests) => {
            let one =
                |t: &PropertyTest| ResolvedConstraint::Property(graph.symbol(&t.name), !t.negated);
            ResolvedConstraint::All(tests.iter().map(one).collect())
        }
        Constraint::Hostlist(hosts) => {
            let mut names = Vec::new();
            hosts.for_each(|host| names.extend(graph.symbol(host)));
            names.sort_unstable();
            names.dedup();
            ResolvedConstraint::Hosts(names)
        }
        Constraint::Ranks(ranks) => ResolvedConstraint::Ranks(ranks.clone()),
        Constraint::And(list) => ResolvedConstraint::All(all(list)),
        Constraint::Or(list) => ResolvedConstraint::Any(all(list)),
        Constraint::Not(list) => ResolvedConstraint::NotAll(all(list)),
    }
}

impl ResolvedConstraint {
    /// How many tests of a vertex there are, lists included.
    pub(super) fn terms(&self) -> usize {
        match self {
            Self::Property(..) | Self::Hosts(_) | Self::Ranks(_) => 1,
            Self::All(tests) | Self::Any(tests) | Self::NotAll(tests) => {
                1 + tests.iter().map(Self::terms).sum::<usize>()
            }
        }
    }

    pub(super) fn holds(&self, graph: &Graph, vertex: VertexId) -> bool {
        let pool = graph.vertex(vertex);
        match self {
            Self::Property(name, present) => {
                let has = name.is_some_and(|name| graph.property(vertex, name).is_some());
                has == *present
            }
            Self::Hosts(names) => names.binary_search(&pool.name).is_ok(),
            Self::Ranks(ranks) => u32::try_from(pool.rank).is_ok_and(|rank| ranks.contains(rank)),
            Self::All(tests) => tests.iter().all(|t| t.holds(graph, vertex)),
            Self::Any(tests) => tests.iter().any(|t| t.holds(graph, vertex)),
            Self::NotAll(tests) => !tests.iter().all(|t| t.holds(graph, vertex)),
        }
    }
}
