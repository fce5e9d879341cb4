//! The worked examples of `docs/semantics/slots.md`: where slots stand by the rule `deep`, beside the published rule.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use fluxion_engine::{EngineOptions, SetupError, SlotRule, Traverser};
use fluxion_jobspec::{Constraint, PropertyTest};
use support::{Setup, check};

/// The same dialogue by both rules: command, what the published rule says, what `deep` says.
#[track_caller]
fn both(policy: &str, graph: &str, dialogue: &[(&str, &str, &str)]) {
    let published: Vec<_> = dialogue.iter().map(|&(say, answer, _)| (say, answer)).collect();
    check(&Setup::new(policy, graph), &published);
    let deep: Vec<_> = dialogue.iter().map(|&(say, _, answer)| (say, answer)).collect();
    check(&Setup { slots: SlotRule::Deep, ..Setup::new(policy, graph) }, &deep);
}

const NODE_SOCKET_CORE: &str = "cluster0(node{0-1}(socket{0-1}(core{0-1})))";

#[test]
fn cores_in_sockets_of_a_node_that_is_named() {
    let three = "node0/socket0/core0 node0/socket0/core1 node0/socket1/core0 \
                 node1/socket0/core0 node1/socket0/core1 node1/socket1/core0";
    both(
        "low",
        NODE_SOCKET_CORE,
        &[
            ("s node[2]→slot[3]→core[1]", "unsatisfiable", "ok"),
            ("a node[2]→slot[3]→core[1]", "busy", three),
        ],
    );
    both("low", NODE_SOCKET_CORE, &[("a node[1]→slot[1]→core[1]", "busy", "node0/socket0/core0")]);
}

#[test]
fn cores_in_sockets_and_gpus_at_the_node() {
    let both_nodes = "node0/socket0/core0 node0/socket1/core0 node0/gpu0 \
                      node1/socket0/core0 node1/socket1/core0 node1/gpu0";
    both(
        "low",
        "cluster0(node{0-1}(socket{0-1}(core{0-1}) gpu{0-1}))",
        &[
            ("s slot[2]→(core[2], gpu[1])", "unsatisfiable", "ok"),
            ("a slot[2]→(core[2], gpu[1])", "busy", both_nodes),
        ],
    );
}

#[test]
fn a_slot_larger_than_a_socket_stands_at_the_node() {
    let graph = "cluster0(node{0-1}(socket{0-1}(core{0-3})))";
    let ten = "node0/socket0/core0 node0/socket0/core1 node0/socket0/core2 node0/socket1/core0 \
               node0/socket1/core1 node1/socket0/core0 node1/socket0/core1 node1/socket0/core2 \
               node1/socket1/core0 node1/socket1/core1";
    both("low", graph, &[("a slot[2]→core[5]", "busy", ten)]);
    let nine = "node0/socket0/core0 node0/socket0/core1 node0/socket0/core2 node0/socket1/core0 \
                node0/socket1/core1 node0/socket1/core2 node1/socket0/core0 node1/socket0/core1 \
                node1/socket0/core2";
    both("low", graph, &[("a slot[3]→core[3]", nine, nine)]);
}

#[test]
fn a_place_does_not_move_up_when_it_is_busy() {
    let two = |socket: &str| format!("node0/{socket}/core0 node0/{socket}/core1");
    let [first, second] = [two("socket0"), two("socket1")];
    let graph = "cluster0(node0(socket{0-1}(core{0-3})))";
    both(
        "low",
        graph,
        &[
            ("a slot[1]→core[2]", &first, &first),
            ("a slot[1]→core[2]", &second, &second),
            ("a slot[1]→core[3]", "busy", "busy"),
        ],
    );
}

#[test]
fn nodes_below_chassis_and_one_beside_them() {
    let graph = "cluster0(node0(core0) chassis{0-1}(node{1-2}(core0)))";
    let five = "node0/core0 node0 chassis0/node1/core0 chassis0/node1 chassis0/node2/core0 \
                chassis0/node2 chassis1/node1/core0 chassis1/node1 chassis1/node2/core0 \
                chassis1/node2";
    both("low", graph, &[("a slot[5]→node[1]→core[1]", "busy", five)]);
    let three = "node0/core0 node0 chassis0/node1/core0 chassis0/node1 chassis1/node1/core0 \
                 chassis1/node1";
    both("low", graph, &[("a slot[1]→node[3]→core[1]", "busy", three)]);
}

/// The published rule books a node without its cores, and says success.
#[test]
fn a_member_has_all_that_it_asks_for() {
    let graph = "cluster0(rack0(node{0-1}(socket{0-1}(core{0-1}))))";
    let whole = "rack0/node0/socket0/core0 rack0/node0/socket0/core1 rack0/node0/socket1/core0 \
                 rack0/node0";
    let setup = Setup { slots: SlotRule::Deep, ..Setup::new("low", graph) };
    check(&setup, &[("a rack[1]→slot[1]→node[1]→slot[3]→core[1]", whole)]);
}

#[test]
fn near_and_far_places_compete_by_score() {
    let graph = "cluster0(node0(socket{0-1}(core{0-1})) node1(socket0(core{0-2})))";
    let near = "node1/socket0/core0 node1/socket0/core1 node1/socket0/core2";
    let far = "node0/socket0/core0 node0/socket0/core1 node0/socket1/core0";
    both("low", graph, &[("a slot[1]→core[3]", near, far)]);
    both("low", graph, &[("a slot[2]→core[3]", "busy", &format!("{far} {near}"))]);
}

#[test]
fn pools_of_both_sockets_serve_one_slot() {
    let graph = "cluster0(node0(core{0-3} socket{0-1}(memory{0-1}:16)))";
    let taken = "node0/core0 node0/core1 node0/socket0/memory0:16 node0/socket0/memory1:16 \
                 node0/socket1/memory0:16 node0/socket1/memory1:16";
    both(
        "low",
        graph,
        &[
            ("s slot[3]→(core[1], memory[20])", "unsatisfiable", "unsatisfiable"),
            ("a slot[2]→(core[1], memory[20])", "busy", taken),
        ],
    );
}

#[test]
fn nothing_inside_a_node_counts_outside_of_it() {
    let graph = "cluster0(node{0-1}(core{0-3}))";
    both("low", graph, &[("s slot[1]→core[5]", "unsatisfiable", "unsatisfiable")]);
}

#[test]
fn constraints_do_not_move_a_place() {
    let graph = "cluster0(rack0(node0[a](core0) node1(core0)) rack1(node2[a](core0) node3(core0)))";
    let test = PropertyTest { name: "a".to_owned(), negated: false };
    let constraint = Some(Constraint::Properties(vec![test]));
    for slots in [SlotRule::Published, SlotRule::Deep] {
        let setup = Setup { slots, constraint: constraint.clone(), ..Setup::new("low", graph) };
        check(&setup, &[("s slot[1]→node[2]", "unsatisfiable")]);
    }
}

#[test]
fn what_is_exclusive_by_type_is_taken_whole_on_the_way() {
    let whole = "node0/socket0/core0 node0/socket0/core1 node0/socket0 node0/socket1/core0 \
                 node0/socket1/core1 node0/socket1 node0";
    both("lonodex", NODE_SOCKET_CORE, &[("a node[1]→slot[1]→core[3]", "busy", whole)]);
}

#[test]
fn what_is_passed_through_is_touched() {
    let graph = "cluster0(node0(socket{0-1}(core{0-3})))";
    let five = "node0/socket0/core0 node0/socket0/core1 node0/socket0/core2 node0/socket1/core0 \
                node0/socket1/core1";
    both(
        "low",
        graph,
        &[
            ("a node[1]→slot[1]→core[5]", "busy", five),
            ("a slot[1]→socket[1]", "node0/socket0", "busy"),
        ],
    );
}

#[test]
fn members_from_two_levels() {
    let graph = "cluster0(rack0(node0(core{0-1}) storage_node0(ssd0:100)))";
    let taken = "rack0/node0 rack0/storage_node0/ssd0:100";
    both("low", graph, &[("a slot[1]→(node[1], ssd[10])", "busy", taken)]);
}

#[test]
fn no_gaps_below_members_and_a_slot_stays_alone() {
    let graph = "cluster0(node{0-1}(socket{0-1}(core{0-1}) gpu{0-1}))";
    let refused = "unsatisfiable";
    both("low", graph, &[("s slot[1]→node[1]→core[1]", refused, refused)]);
    let siblings = "unsatisfiable; siblings ask for the same resource type `gpu`";
    both("low", graph, &[("s node[1]→(slot[1]→core[1], gpu[1])", siblings, refused)]);
}

#[test]
fn deep_is_refused_under_the_flexible_traverser() {
    let options = EngineOptions {
        subsystems: vec!["containment".to_owned()],
        policy: "low".parse().unwrap(),
        traverser: Traverser::Flexible,
        slots: SlotRule::Deep,
        filters: "ALL:core".parse().unwrap(),
    };
    let graph =
        support::graph::build(&support::graph::item("cluster0(node0)"), support::Layout::default());
    assert_eq!(fluxion_engine::Engine::new(graph, &options).unwrap_err(), SetupError::DeepSlots);
}
