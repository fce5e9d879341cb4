//! Finds against a walk over all vertices that tests each of them, by `docs/semantics/find.md`.

use std::collections::BTreeSet;
use std::fmt;

use fluxion_budget::Budget;
use fluxion_engine::{Engine, Hold, JobId};
use fluxion_graph::{PickedEdge, PickedVertex, Selection, Status, VertexId, is_upward};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;

use crate::agreement::play;
use crate::cases;
use crate::model::Rules;
use crate::scenarios::{Scenario, scenario, shared_scenario, wide_scenario};

/// A term: a test, or what stands in parentheses.
#[derive(Clone)]
enum Term {
    Test(&'static str, String),
    Group(Vec<(bool, Term)>),
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(key, value) => write!(f, "{key}={value}"),
            Self::Group(terms) => {
                f.write_str("(")?;
                for (at, (or, term)) in terms.iter().enumerate() {
                    let joint = if *or { " or " } else { " and " };
                    write!(f, "{}{term}", if at == 0 { "" } else { joint })?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn test() -> impl Strategy<Value = Term> {
    let job = || select(&["jobid-alloc", "jobid-reserved", "jobid-tag"][..]);
    let name = select(&["node", "core", "rack", "socket", "cluster", "gpu", "nothing"][..]);
    let names = vec((name, 0..5_u32), 1..3);
    let word = |key: &'static str, values: &'static [&'static str]| {
        select(values).prop_map(move |value| Term::Test(key, value.to_owned()))
    };
    prop_oneof![
        2 => word("status", &["up", "down", "down"]),
        2 => word("sched-now", &["allocated", "free"]),
        2 => word("sched-future", &["reserved", "free"]),
        3 => word("property", &["a", "b", "perf_class", "nothing"]),
        1 => word("agfilter", &["f"]),
        3 => (job(), 1..9_u64).prop_map(|(key, job)| Term::Test(key, job.to_string())),
        3 => names.prop_map(|names| {
            let names: Vec<String> = names.iter().map(|(ty, id)| format!("{ty}{id}")).collect();
            Term::Test("names", names.join(","))
        }),
    ]
}

fn expression() -> impl Strategy<Value = Term> {
    test().prop_recursive(3, 12, 4, |inner| vec((any::<bool>(), inner), 1..4).prop_map(Term::Group))
}

#[derive(Clone, Copy, Default)]
struct Above {
    down: bool,
    allocated: bool,
    reserved: bool,
}

struct Walk<'a> {
    engine: &'a Engine,
    term: &'a Term,
    seen: BTreeSet<VertexId>,
    found: Selection,
}

impl Walk<'_> {
    /// Whether a job has the vertex for itself, in a list.
    fn is_held(&self, vertex: VertexId, hold: Hold, job: impl Fn(JobId) -> bool) -> bool {
        let mut live = self.engine.jobs().filter(|(id, _)| self.engine.is_live(*id));
        live.any(|(id, record)| {
            let mut grants = record.grants.iter().filter(|g| g.exclusive && !g.unlisted);
            job(id) && record.hold == hold && grants.any(|grant| grant.vertex == vertex)
        })
    }

    fn holds(&self, term: &Term, vertex: VertexId, above: Above) -> bool {
        let graph = self.engine.graph();
        let (key, value) = match term {
            Term::Test(key, value) => (*key, value.as_str()),
            Term::Group(terms) => {
                return terms.iter().fold(false, |left, (or, term)| {
                    let right = self.holds(term, vertex, above);
                    // the first joint is left out
                    if *or || std::ptr::eq(term, &raw const terms[0].1) {
                        left || right
                    } else {
                        left && right
                    }
                });
            }
        };
        let job = value.parse().map(JobId);
        let is_named = |id| Ok(id) == job;
        match key {
            "status" => above.down == (value == "down"),
            "sched-now" => above.allocated == (value == "allocated"),
            "sched-future" => above.reserved == (value == "reserved"),
            "property" => graph.properties(vertex).any(|(known, _)| known == value),
            "jobid-alloc" => self.is_held(vertex, Hold::Allocation, is_named),
            "jobid-reserved" => self.is_held(vertex, Hold::Reservation, is_named),
            "jobid-tag" => {
                let record = job.ok().and_then(|job| self.engine.live_job(job));
                record.is_some_and(|r| r.grants.iter().any(|grant| grant.vertex == vertex))
            }
            "names" => value.split(',').any(|name| name == graph.text(graph.vertex(vertex).name)),
            _ => false,
        }
    }

    /// Selects in a subtree, children first; whether anything was selected.
    fn walk(&mut self, vertex: VertexId, depth: u32, mut above: Above) -> bool {
        let engine = self.engine;
        self.seen.insert(vertex);
        above.down |= engine.status(vertex) == Status::Down;
        above.allocated |= self.is_held(vertex, Hold::Allocation, |_| true);
        above.reserved |= self.is_held(vertex, Hold::Reservation, |_| true);
        let mut selected = self.holds(self.term, vertex, above);
        for (edge, ends) in engine.graph().numbered_edges() {
            let leads_on = ends.source == vertex && !is_upward(engine.graph(), ends);
            if leads_on
                && !self.seen.contains(&ends.target)
                && self.walk(ends.target, depth + 1, above)
            {
                self.found.edges.push(PickedEdge { edge, below_exclusive: false });
                selected = true;
            }
        }
        if selected {
            let amount = engine.graph().vertex(vertex).size;
            let picked =
                PickedVertex { vertex, amount, depth, exclusive: true, below_exclusive: false };
            self.found.vertices.push(picked);
        }
        selected
    }
}

fn compare(engine: &Engine, terms: &[Term]) -> Result<(), String> {
    for term in terms {
        let found = engine.find(&term.to_string().parse().unwrap(), 0, &Budget::UNLIMITED);
        let (seen, found) = (BTreeSet::new(), found.map(|found| found.selection));
        let mut walk = Walk { engine, term, seen, found: Selection::default() };
        walk.walk(engine.tree().root(), 1, Above::default());
        if found.as_ref() != Ok(&walk.found) {
            return Err(format!("{term}: {found:?} instead of {:?}", walk.found));
        }
    }
    Ok(())
}

fn check(scenario: &Scenario, terms: &[Term]) -> Result<(), TestCaseError> {
    play(scenario, |engine, _| compare(engine, terms)).map_err(TestCaseError::fail)
}

fn expressions() -> impl Strategy<Value = Vec<Term>> {
    vec(expression(), 8)
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn finds_are_what_a_walk_finds(scenario in scenario(Rules::Simple), terms in expressions()) {
        check(&scenario, &terms)?;
    }

    #[test]
    fn finds_with_shared_leaves(scenario in shared_scenario(Rules::Simple), terms in expressions()) {
        check(&scenario, &terms)?;
    }
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn finds_on_wide_machines(scenario in wide_scenario(Rules::Simple), terms in expressions()) {
        check(&scenario, &terms)?;
    }
}
