//! A constraint with its names resolved on one graph, and the vertices that it can be about.

use fluxion_graph::{Graph, Symbol, TypeId, VertexId};
use fluxion_jobspec::{Constraint, PropertyTest};
use fluxion_sets::Idset;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::site::Site;

/// A constraint whose names are resolved.
#[derive(Clone, Debug)]
pub(super) enum ResolvedConstraint {
    /// A property that must be there, or must not; none if the graph knows no such name.
    Property(Option<Symbol>, bool),
    Hosts(FxHashSet<Symbol>),
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
            ResolvedConstraint::Hosts(hosts.iter().filter_map(|host| graph.symbol(host)).collect())
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
            Self::Hosts(hosts) => hosts.contains(&pool.name),
            Self::Ranks(ranks) => u32::try_from(pool.rank).is_ok_and(|rank| ranks.contains(rank)),
            Self::All(tests) => tests.iter().all(|t| t.holds(graph, vertex)),
            Self::Any(tests) => tests.iter().any(|t| t.holds(graph, vertex)),
            Self::NotAll(tests) => !tests.iter().all(|t| t.holds(graph, vertex)),
        }
    }
}

/// The vertices that constraints test, by what constraints name: so that a pinned job costs what it names.
#[derive(Clone, Debug, Default)]
pub(super) struct Tested {
    pub(super) all: Vec<VertexId>,
    by_name: FxHashMap<Symbol, Vec<VertexId>>,
    by_rank: FxHashMap<u32, Vec<VertexId>>,
}

impl Tested {
    pub(super) fn of(site: &Site) -> Self {
        let types = tested_types(&site.graph);
        let mut tested = Self::default();
        for &vertex in site.tree.order() {
            let pool = site.graph.vertex(vertex);
            if types.contains(&Some(pool.ty)) {
                tested.all.push(vertex);
                tested.by_name.entry(pool.name).or_default().push(vertex);
                if let Ok(rank) = u32::try_from(pool.rank) {
                    tested.by_rank.entry(rank).or_default().push(vertex);
                }
            }
        }
        tested
    }

    /// The vertices that a test names, with all that can pass it among them; none if it names none.
    pub(super) fn named(&self, test: &ResolvedConstraint) -> Option<Vec<VertexId>> {
        match test {
            ResolvedConstraint::Hosts(names) => {
                Some(names.iter().filter_map(|n| self.by_name.get(n)).flatten().copied().collect())
            }
            ResolvedConstraint::Ranks(ranks) if ranks.len() <= self.all.len() => {
                Some(ranks.iter().filter_map(|r| self.by_rank.get(&r)).flatten().copied().collect())
            }
            ResolvedConstraint::All(tests) => tests.iter().find_map(|test| self.named(test)),
            _ => None,
        }
    }
}

/// The types whose vertices constraints test.
pub(super) fn tested_types(graph: &Graph) -> [Option<TypeId>; 2] {
    [graph.type_id("node"), graph.type_id("storage_node")]
}
