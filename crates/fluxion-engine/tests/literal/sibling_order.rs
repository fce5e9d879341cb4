//! Whether a request could ever be met does not depend on the order in which siblings are written, as long as there are not
//! more orders than are tried (`docs/semantics/matching.md`, The flexible traverser).

use fluxion_budget::Budget;
use fluxion_engine::MatchOperation;
use fluxion_graph::Graph;
use fluxion_jobspec::{Element, Jobspec};
use proptest::prelude::*;
use proptest::sample::select;

use crate::agreement::engine;
use crate::model::Rules;
use crate::model::variants::{all_orders_are_tried, variants};
use crate::print;
use crate::requests::resources;
use crate::served::{FILTERS, POLICIES};
use crate::support::graph::{Item, Layout, build, order};
use crate::worlds::{SHAPES, world};
use crate::{USUAL, cases};

#[derive(Clone, Debug)]
struct Question {
    root: Item,
    rules: Rules,
    policy: &'static str,
    filters: &'static str,
    resources: Vec<Element>,
    seed: u64,
}

fn question() -> impl Strategy<Value = Question> {
    let rules = prop_oneof![1 => Just(Rules::Simple), 5 => Just(Rules::Flexible)];
    (select(&SHAPES[..]), rules).prop_flat_map(|(shape, rules)| {
        let served = (select(&POLICIES[..]), select(&FILTERS[..]));
        (world(shape), served, resources(shape, rules), 1..u64::MAX).prop_map(
            move |(root, (policy, filters), resources, seed)| Question {
                root,
                rules,
                policy,
                filters,
                resources,
                seed,
            },
        )
    })
}

/// A list and all below it in another order. Under `simple`, where the last of several slots counts, these stay as
/// they are.
fn shuffled(list: &[Element], rules: Rules, seed: u64) -> Vec<Element> {
    let below = |e: &Element| Element { with: shuffled(&e.with, rules, seed), ..e.clone() };
    let several = list.iter().filter(|e| e.ty == "slot").count() > 1;
    let kept = rules != Rules::Flexible && several;
    let order = order(list.len(), if kept { 0 } else { seed });
    order.into_iter().map(|at| below(&list[at])).collect()
}

/// Whether a request could ever be met, and whether an idle machine meets it at once.
fn answers(question: &Question, resources: Vec<Element>) -> (bool, bool) {
    let Question { root, rules, policy, filters, .. } = question;
    let graph: Graph = build(root, Layout { shuffle: 0, edges: &[] });
    let jobspec = Jobspec { resources, duration: 60.0, queue: None, constraint: None };
    let ask = |operation| {
        let mut engine = engine(graph.clone(), policy, *rules, filters);
        engine.decide(operation, &jobspec, 0, &Budget::UNLIMITED).is_ok()
    };
    (ask(MatchOperation::Satisfiability), ask(MatchOperation::Allocate))
}

proptest! {
    #![proptest_config(cases(USUAL))]

    #[test]
    fn the_order_of_siblings_decides_no_refusal(question in question()) {
        let Question { rules, resources, seed, .. } = &question;
        prop_assume!(all_orders_are_tried(&variants(resources)));
        let other = shuffled(resources, *rules, *seed);
        let (one, two) = (answers(&question, resources.clone()), answers(&question, other.clone()));
        prop_assert_eq!(one, two, "{} and {}", print::list(resources), print::list(&other));
    }
}
