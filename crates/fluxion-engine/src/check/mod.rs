//! Proves from scratch that all records of an engine agree: what follows from the graph, the statuses and the job
//! records is computed afresh, slowly and plainly, and compared with what is kept.
//!
//! * [`jobs`] reads the job records alone; what it finds is what the bookings must say.
//! * [`site`] checks what follows from the graph, [`directory`] what vertices are called.
//! * [`bookings`] checks claims, timelines and figures, [`indices`] the indices built on them.
//!
//! Changes nothing, and uses none of the code that keeps the records.

mod bookings;
mod compare;
mod directory;
mod indices;
mod jobs;
mod site;

use fluxion_graph::Inconsistency;

use crate::check::compare::{Checked, same};
use crate::engine::Engine;
use crate::footprint::Holdings;
use crate::views::Views;

impl Engine {
    /// Proves that graph, indices, claims, timelines and figures agree with the vertices and the job records,
    /// and that no two jobs hold the same at the same time. An index that was not built yet, or knows that it is
    /// behind, may be so; score tables are compared with themselves, as what is in them takes a search.
    /// O(graph × depth + bookings × log bookings).
    ///
    /// # Errors
    /// The first [`Inconsistency`]: a defect of the engine.
    pub fn check(&self) -> Result<(), Inconsistency> {
        site::check(self)?;
        directory::check(&self.site)?;
        let expected = jobs::Expected::of(self)?;
        numbers(self)?;
        windows(self)?;
        bookings::check(self, &expected)?;
        indices::check(self, &expected)?;
        self.views.iter().try_for_each(|view| {
            let mut by_policy = Self { views: Views::default(), ..self.clone() };
            by_policy.exchange(&mut view.clone());
            site::check(&by_policy)?;
            same(None, "the weights of another policy", 0, by_policy.weights.weight.len())?;
            indices::check(&by_policy, &expected)
        })
    }
}

fn numbers(engine: &Engine) -> Checked {
    let live = engine.jobs.values().filter(|record| record.is_live()).count();
    same(None, "the live jobs", live, engine.numbers.live)?;
    let mut holdings = Holdings::default();
    engine.jobs.values().for_each(|record| holdings.add(&record.grants));
    same(None, "what the jobs hold", holdings, engine.holdings)?;
    same(None, "the next number", false, engine.is_live(engine.numbers.next))
}

/// Windows are about what is there, and are kept as their times say.
fn windows(engine: &Engine) -> Checked {
    for window in engine.windows() {
        let unknown = window.roots.iter().copied().find(|&root| !engine.site.graph.has(root));
        same(unknown, "a window about what is there", None, unknown)?;
        same(None, "a window in order", true, window.is_in_order())?;
    }
    same(None, "the occurrences of the windows", true, engine.calendar.agrees_with_itself())?;
    let agree = engine.barred_sets.agree_with(&engine.calendar, &engine.site);
    same(None, "what windows bar", true, agree)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use fluxion_budget::Budget;
    use fluxion_graph::{CONTAINMENT, Graph, VertexId, VertexSpec};
    use fluxion_jobspec::{Count, Element, Exclusivity, Jobspec};

    use super::*;
    use crate::blocks::BlockMap;
    use crate::engine::EngineOptions;
    use crate::index::Indices;
    use crate::operation::{JobId, MatchOperation};
    use crate::record::JobRecord;
    use crate::request::slot_rule::SlotRule;
    use crate::request::traverser::Traverser;
    use crate::state::marks::Marked;

    /// Two nodes with a core each, one of them held.
    fn engine() -> Engine {
        let mut graph = Graph::new();
        let vertices = [("cluster", "/c"), ("node", "/c/a"), ("core", "/c/a/x"), ("node", "/c/b")];
        for (n, (ty, path)) in (0..).zip(vertices.into_iter().chain([("core", "/c/b/x")])) {
            let vertex = graph.add_vertex(&VertexSpec::new(ty, n, n)).unwrap();
            graph.set_path(vertex, CONTAINMENT, path);
        }
        graph.set_root(CONTAINMENT, VertexId(0)).unwrap();
        for (source, target) in [(0, 1), (1, 2), (0, 3), (3, 4)] {
            graph.add_edge(VertexId(source), VertexId(target), CONTAINMENT).unwrap();
        }
        let options = EngineOptions {
            subsystems: vec!["containment".to_owned()],
            policy: "first".parse().unwrap(),
            traverser: Traverser::Simple,
            slots: SlotRule::Published,
            filters: "ALL:core,ALL:node".parse().unwrap(),
        };
        let mut engine = Engine::new(graph, &options).unwrap();
        let element = |ty: &str, label: Option<&str>, with| Element {
            ty: ty.to_owned(),
            count: Count::exactly(1),
            exclusivity: Exclusivity::Unspecified,
            label: label.map(str::to_owned),
            with,
        };
        let resources = vec![element("slot", Some("s"), vec![element("core", None, vec![])])];
        let jobspec = Jobspec { resources, duration: 60.0, queue: None, constraint: None };
        let decision = engine
            .decide(MatchOperation::Allocate, &jobspec, 0, &Budget::UNLIMITED)
            .unwrap()
            .unwrap();
        engine.apply(&engine.decide_booking(&decision, 0)).unwrap();
        engine
    }

    /// The record of the only job.
    fn record(engine: &mut Engine) -> &mut JobRecord {
        engine.jobs.get_mut(&JobId(1)).unwrap()
    }

    /// The figure that is wrong after a record was tampered with.
    #[track_caller]
    fn check<T>(tamper: impl FnOnce(&mut Engine) -> T, expected: &str) {
        let mut engine = engine();
        assert_eq!(engine.check(), Ok(()));
        tamper(&mut engine);
        assert_eq!(engine.check().map_err(|wrong| wrong.figure), Err(expected.to_owned()));
    }

    #[test]
    fn a_record_that_is_wrong_is_named() {
        let job = JobId(1);
        check(|e| e.numbers.next = job, "the next number");
        check(|e| *e.state.parts().nodes_up += 1, "the nodes that are up");
        check(|e| e.state.parts().down.cover(VertexId(0), Marked::Yes), "down on the path");
        check(|e| e.state.parts().held.cover(VertexId(2), Marked::Yes), "held on the path");
        check(|e| e.state.parts().held.add(VertexId(4)), "held itself");
        check(|e| e.state.parts().touched[0] += 1, "touching allocations");
        check(|e| e.state.parts().free[0] += 1, "the free units below");
        check(|e| e.state.parts().planners[0] = None, "the spans without a planner");
        check(|e| *e.state.parts().later += 1, "the bookings besides allocations");
        check(|e| *e.state.parts().ends = BlockMap::default(), "the ends of allocations");
        check(|e| e.state.parts().claims.remove(VertexId(4), job), "the claims");
        check(|e| e.jobs.remove(&job), "the live jobs");
        check(|e| record(e).window.end += 1, "the claims");
        check(|e| record(e).grants = [].into(), "holding something of job 1");
        check(|e| e.indices.idle.idle.remove(1), "being idle");
        check(|e| e.weights.weight = BlockMap::default(), "the children of first weight");
        check(|e| Arc::make_mut(&mut e.site.layout).totals[0] += 1, "the units below");
        check(
            |e| Arc::make_mut(&mut e.site.layout).by_ordinal.swap(0, 1),
            "the children in order of preference",
        );
    }

    #[test]
    fn indices_do_not_show_in_a_fingerprint() {
        let (mut one, other) = (engine(), engine());
        one.indices = Indices::default();
        assert_eq!(one.fingerprint(), other.fingerprint());
        one.jobs = BlockMap::default();
        assert_ne!(one.fingerprint(), other.fingerprint());
    }
}
