//! A constraint made ready for one graph: which nodes a job may use (chapter 03, section 7.2).

use fluxion_graph::{Graph, Symbol, TypeId, VertexId};
use fluxion_jobspec::Constraint;
use rustc_hash::FxHashSet;

/// A constraint whose names are resolved.
#[derive(Clone, Debug)]
enum Test {
    /// A property that must be there, or must not; none if the graph knows no such name.
    Property(Option<Symbol>, bool),
    Hosts(FxHashSet<Symbol>),
    Ranks(fluxion_sets::Idset),
    All(Vec<Test>),
    Any(Vec<Test>),
    NotAll(Vec<Test>),
}

fn resolve(constraint: &Constraint, graph: &Graph) -> Test {
    let all = |list: &[Constraint]| list.iter().map(|c| resolve(c, graph)).collect();
    match constraint {
        Constraint::Properties(tests) => {
            let one = |t: &fluxion_jobspec::PropertyTest| {
                Test::Property(graph.symbol(&t.name), !t.negated)
            };
            Test::All(tests.iter().map(one).collect())
        }
        Constraint::Hostlist(hosts) => {
            Test::Hosts(hosts.iter().filter_map(|host| graph.symbol(host)).collect())
        }
        Constraint::Ranks(ranks) => Test::Ranks(ranks.clone()),
        Constraint::And(list) => Test::All(all(list)),
        Constraint::Or(list) => Test::Any(all(list)),
        Constraint::Not(list) => Test::NotAll(all(list)),
    }
}

impl Test {
    fn holds(&self, graph: &Graph, vertex: VertexId) -> bool {
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

/// A resolved constraint. Only `node` and `storage_node` vertices are tested; all others pass.
#[derive(Clone, Debug)]
pub(crate) struct Acceptance {
    /// Tells constraints apart, those of times before a property changed included.
    serial: u64,
    test: Test,
    tested: [Option<TypeId>; 2],
    /// What is known by vertex.
    known: Vec<Verdict>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Unknown,
    Accepted,
    Refused,
}

impl Acceptance {
    fn of(constraint: &Constraint, graph: &Graph, serial: u64) -> Self {
        let tested = [graph.type_id("node"), graph.type_id("storage_node")];
        let known = vec![Verdict::Unknown; graph.vertices().len()];
        Self { serial, test: resolve(constraint, graph), tested, known }
    }

    /// A number that no other constraint has, nor the same one before a property changed.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    /// The types whose vertices are tested.
    pub(crate) fn tested(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.tested.iter().flatten().copied()
    }

    /// Whether a job may use a vertex, its ancestors aside.
    pub(crate) fn accepts(&mut self, graph: &Graph, vertex: VertexId) -> bool {
        let verdict = &mut self.known[vertex.index()];
        if *verdict == Verdict::Unknown {
            let ty = Some(graph.vertex(vertex).ty);
            let accepted = !self.tested.contains(&ty) || self.test.holds(graph, vertex);
            *verdict = if accepted { Verdict::Accepted } else { Verdict::Refused };
        }
        *verdict == Verdict::Accepted
    }
}

impl Acceptance {
    fn agrees_with(&self, constraint: &Constraint, graph: &Graph) -> bool {
        let mut fresh = Self::of(constraint, graph, self.serial);
        let mut is_right = |vertex: VertexId| match self.known.get(vertex.index()) {
            Some(Verdict::Unknown) => true,
            Some(verdict) => (*verdict == Verdict::Accepted) == fresh.accepts(graph, vertex),
            None => false,
        };
        (0..graph.vertices().len() as u32).map(VertexId).all(&mut is_right)
    }
}

/// The constraints that were asked last: the same ones come again and again. Forgotten when a property changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acceptances {
    recent: Vec<(Constraint, Acceptance)>,
    next_serial: u64,
}

/// How many constraints are remembered.
const MOST_RECENT: usize = 8;

impl Acceptances {
    /// The place of a constraint among the remembered ones; it becomes one if it was not.
    pub(crate) fn enter(&mut self, constraint: &Constraint, graph: &Graph) -> usize {
        if let Some(at) = self.recent.iter().position(|(known, _)| known == constraint) {
            return at;
        }
        if self.recent.len() == MOST_RECENT {
            self.recent.remove(0);
        }
        let acceptance = Acceptance::of(constraint, graph, self.next_serial);
        self.next_serial += 1;
        self.recent.push((constraint.clone(), acceptance));
        self.recent.len() - 1
    }

    /// Forgets all, because the graph changed.
    pub(crate) fn forget(&mut self) {
        self.recent.clear();
    }

    /// Whether what is remembered holds on a graph as it is.
    pub(crate) fn agree_with(&self, graph: &Graph) -> bool {
        self.recent.iter().all(|(constraint, known)| known.agrees_with(constraint, graph))
    }

    /// A remembered constraint.
    pub(crate) fn get(&mut self, at: usize) -> Option<&mut Acceptance> {
        self.recent.get_mut(at).map(|(_, acceptance)| acceptance)
    }
}
