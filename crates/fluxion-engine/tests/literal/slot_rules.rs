//! What holds of the two rules for slots (`docs/semantics/slots.md`): operations agree with one another, and the rules
//! agree where they say the same.

use fluxion_budget::Budget;
use fluxion_engine::{Engine, MatchOperation, Refusal};
use fluxion_graph::Status;
use fluxion_jobspec::{Element, Jobspec};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::agreement::engine;
use crate::model::{Model, Rules, asks_exclusively};
use crate::print;
use crate::requests::resources;
use crate::served::{FILTERS, POLICIES};
use crate::support::graph::{Item, Layout, build};
use crate::worlds::{SHAPES, world};
use crate::{USUAL, cases};

#[derive(Clone, Debug)]
struct Question {
    root: Item,
    policy: &'static str,
    filters: &'static str,
    requests: Vec<Vec<Element>>,
}

/// A machine of which nothing is down, and up to so many requests.
fn question(most: usize) -> impl Strategy<Value = Question> {
    select(&SHAPES[..]).prop_flat_map(move |shape| {
        let served = (select(&POLICIES[..]), select(&FILTERS[..]));
        let requests = vec(resources(shape, Rules::Deep), 1..most + 1);
        (world(shape), served, requests).prop_map(|(root, (policy, filters), requests)| Question {
            root: up(root),
            policy,
            filters,
            requests,
        })
    })
}

fn up(item: Item) -> Item {
    let children = item.children.into_iter().map(up).collect();
    // the pre-check counts vertices, where a demand is in units
    let size = if item.ty == "node" { 1 } else { item.size };
    Item { status: Status::Up, size, children, ..item }
}

fn ask(
    engine: &mut Engine,
    operation: MatchOperation,
    resources: &[Element],
) -> Result<Option<fluxion_engine::Decision>, Refusal> {
    let resources = resources.to_vec();
    let jobspec = Jobspec { resources, duration: 60.0, queue: None, constraint: None };
    engine.decide(operation, &jobspec, 0, &Budget::UNLIMITED)
}

/// Leaves out what is of a type that stands elsewhere at another depth.
fn one_depth_per_type(item: &Item, depth: usize, known: &mut Vec<(String, usize)>) -> Item {
    let mut kept = Item { children: Vec::new(), ..item.clone() };
    for child in &item.children {
        let of_type = known.iter().find(|(ty, _)| *ty == child.ty).map(|&(_, at)| at);
        if of_type.is_none() {
            known.push((child.ty.clone(), depth + 1));
        }
        if of_type.is_none_or(|at| at == depth + 1) {
            kept.children.push(one_depth_per_type(child, depth + 1, known));
        }
    }
    kept
}

/// Whether some slot has places with all members directly below, and others.
fn is_mixed(model: &Model, list: &[Element]) -> bool {
    list.iter().any(|e| (e.ty == "slot" && model.has_mixed_places(e)) || is_mixed(model, &e.with))
}

proptest! {
    #![proptest_config(cases(USUAL))]

    /// Satisfiable means that an idle machine allocates at once, and what is not is told by all that promise to.
    #[test]
    fn operations_agree_on_what_is_possible(question in question(1)) {
        let Question { root, policy, filters, requests } = question;
        let graph = build(&root, Layout { shuffle: 0, edges: &[] });
        let request = &requests[0];
        for rules in [Rules::Simple, Rules::Deep] {
            if rules == Rules::Simple && !asks_exclusively(request) {
                continue;
            }
            let mut engine = engine(graph.clone(), policy, rules, filters);
            let possible = ask(&mut engine, MatchOperation::Satisfiability, request).is_ok();
            for operation in MatchOperation::ALL {
                let tells = !matches!(operation, MatchOperation::Allocate | MatchOperation::WithoutAllocating);
                let answer = ask(&mut engine, operation, request);
                let agrees = match &answer {
                    Ok(_) => possible,
                    Err(Refusal::Unsatisfiable(_) | Refusal::BusyForEver(_)) => !possible,
                    Err(_) => !possible && !tells,
                };
                prop_assert!(agrees, "{rules:?} {operation} {}: {answer:?}", print::list(request));
            }
        }
    }

    /// Where each type stands at one depth, and no slot has both places with all members directly below and others,
    /// whatever the published rule grants is granted just so.
    #[test]
    fn what_is_published_is_granted_just_so_on_regular_machines(question in question(6)) {
        let Question { root, policy, filters, requests } = question;
        let root = one_depth_per_type(&root, 0, &mut vec![(root.ty.clone(), 0)]);
        let graph = build(&root, Layout { shuffle: 0, edges: &[] });
        let model = Model::new(&graph, policy, Rules::Deep, filters);
        let mut published = engine(graph.clone(), policy, Rules::Simple, filters);
        let mut deep = engine(graph.clone(), policy, Rules::Deep, filters);
        for request in requests.iter().filter(|r| !is_mixed(&model, r)) {
            let operation = MatchOperation::AllocateOrElseReserve;
            let Ok(Some(granted)) = ask(&mut published, operation, request) else { continue };
            let other = ask(&mut deep, operation, request);
            prop_assert_eq!(other, Ok(Some(granted.clone())), "{}", print::list(request));
            for engine in [&mut published, &mut deep] {
                engine.apply(&engine.decide_booking(&granted, 0)).unwrap();
            }
        }
    }
}
