//! What the comparison once found, by name.

use crate::support::{Layout, Setup, check};
use fluxion_engine::Traverser;

/// A node without children beside one with some: nothing is free below it, and asking must not fail.
#[test]
fn a_leaf_among_nodes_that_must_have_room() {
    let setup = Setup::new("lonode", "cluster0(node0 node1(core0))");
    check(&setup, &[("a node[1]→core[1]!", "node1/core0")]);
}

/// Gathering at the cluster stops once the *last* alternative's count is there, here after one node: too little for the
/// first one, so the other order is tried.
#[test]
fn sibling_or_slots_share_one_account_when_gathering_stops_early() {
    let setup = Setup {
        traverser: Traverser::Flexible,
        ..Setup::new("policy=low stop_on_1_matches=true", "cluster0(node{0-1}(core0))")
    };
    check(
        &setup,
        &[
            ("a (slot[2]→core[1], slot[1]→core[1])", "node0/core0 node1/core0"),
            ("cancel 1", ""),
            ("a (slot[1]→core[1], slot[2]→core[1])", "node0/core0 node1/core0"),
        ],
    );
}

/// Stopping early limits what is gathered, not how many slots are formed of it: the second one scores higher.
#[test]
fn slots_beyond_the_count_are_formed_of_what_was_gathered() {
    let setup = Setup::new("first", "cluster0(socket0(core0) node0(core0 core1 core2:2))");
    check(&setup, &[("a slot[1]→core[2..6 +3]", "node0/core0 node0/core1")]);
}

/// A job whose time is over keeps what it holds, but what lies above counts as untouched by it.
#[test]
fn what_lies_above_an_overrunning_job_may_be_held_alone() {
    for policy in ["low", "high", "locality", "first", "variation"] {
        let setup = Setup::new(policy, "cluster0(rack0(node0(core{0-1})))");
        check(
            &setup,
            &[
                ("down /cluster0/rack0/node0/core1", ""),
                ("a 1 rack[1]→node[1]→slot[1]→core[1]", "rack0/node0/core0"),
                ("up /cluster0/rack0/node0/core1", ""),
                ("now 1", ""),
                ("a 1 slot[1]→rack[1]→node[1]→core[1]", "rack0/node0/core1 rack0/node0 rack0"),
            ],
        );
    }
}

/// One node of two units serves `node[2]`, and one gpu below it is enough.
#[test]
fn demands_count_vertices_of_pools_with_children() {
    let setup = Setup::new("low", "cluster0(rack0(node{0-1}:2(core0 gpu0)) rack1(node{0-1}))");
    check(
        &setup,
        &[(
            "a rack[1]→slot[2]→node[2]→gpu[1]",
            "rack0/node0/gpu0 rack0/node0:2 rack0/node1/gpu0 rack0/node1:2",
        )],
    );
}

/// The first edge to memory0 comes from node1, but a depth-first walk reaches it below node0, which counts it.
#[test]
fn a_shared_leaf_is_taken_from_the_figures_that_count_it() {
    let layout =
        Layout { edges: &[("/cluster0/node0", "/cluster0/node1/memory0")], ..Layout::default() };
    let graph = "cluster0(node0(core0) node1(core0 memory0))";
    check(
        &Setup { layout, ..Setup::new("low", graph) },
        &[
            ("a slot[1]→(core[1], memory[1])", "node0/core0 node1/memory0"),
            ("a slot[1]→(core[1], memory[1])", "busy"),
            ("cancel 1", ""),
            ("a slot[1]→(core[1], memory[1])", "node0/core0 node1/memory0"),
        ],
    );
}

/// A depth-first walk reaches the cluster's memory below node0; it still is a child of the cluster, which anchors.
#[test]
fn a_shared_leaf_lets_every_parent_anchor() {
    let layout = Layout { edges: &[("/cluster0/node0", "/cluster0/memory7")], ..Layout::default() };
    let setup = Setup { layout, ..Setup::new("low", "cluster0(node0(memory0) memory7)") };
    check(&setup, &[("a slot[1]→memory[1]", "memory7")]);
}

/// node0 comes first but asks nothing of memory0, which the cluster then gets.
#[test]
fn a_shared_leaf_goes_to_the_first_parent_that_asks_for_it_under_or_slots_too() {
    let layout = Layout { edges: &[("/cluster0/node0", "/cluster0/memory0")], ..Layout::default() };
    let setup = Setup {
        layout,
        traverser: Traverser::Flexible,
        ..Setup::new("low", "cluster0(node0(core0) memory0)")
    };
    check(&setup, &[("a (slot[1]→memory[1], slot[1]→node[1]→core[1])", "memory0")]);
}

/// node2 is visited first and takes its memory0, which node0 shares: it counts as lying below node2.
#[test]
fn a_shared_leaf_scores_by_the_way_to_it() {
    let layout =
        Layout { edges: &[("/cluster0/node0", "/cluster0/node2/memory0")], ..Layout::default() };
    let graph = "cluster0(node0(core0:2 memory1) node2(core0 memory0))";
    let setup = Setup { layout, ..Setup::new("first", graph) };
    check(&setup, &[("a (core[2], memory[1]!)", "node2/memory0")]);
}

/// One rack of two units would do, but the filter of the cluster counts three nodes for each.
#[test]
fn filters_count_units_under_both_traversers() {
    for traverser in [Traverser::Simple, Traverser::Flexible] {
        let graph = "cluster0(rack0(node{0-1}(core0)) rack1:2(node{0-2}(core0)))";
        check(
            &Setup { traverser, ..Setup::new("low", graph) },
            &[
                ("s cluster[1]→rack[2]→node[3]→core[1]!", "unsatisfiable"),
                ("s cluster[1]→rack[2]→node[2]→core[1]!", "ok"),
            ],
        );
    }
}

/// Between memory0 and memory2 lies a pool without units: they are two runs, and the upper one comes first.
#[test]
fn pools_without_units_do_not_join_runs() {
    let graph = "cluster0(socket0(memory0 memory1:0) socket1(memory2 memory3:0))";
    check(&Setup::new("locality", graph), &[("a slot[1]→memory[1]", "socket1/memory2")]);
}

#[test]
fn or_slots_that_fit_in_one_order_fit_in_the_other() {
    for policy in crate::served::POLICIES {
        for graph in ["cluster0(node0(core{0-3}))", "cluster0(core{0-3})"] {
            let setup = Setup { traverser: Traverser::Flexible, ..Setup::new(policy, graph) };
            for request in [
                "(slot[2]→core[1], slot[1]→core[1])",
                "(slot[1]→core[1], slot[2]→core[1])",
                "(slot[1]→core[2], slot[2]→core[1], slot[1]→core[1])",
            ] {
                check(&setup, &[(&format!("s {request}"), "ok")]);
            }
        }
    }
}

/// Of two shapes with the same count the first says which nodes serve, and the second fits none of them.
#[test]
fn or_slots_of_nodes_fit_in_any_order() {
    let graph = "cluster0(node{0-1}(core{0-1}))";
    let setup = Setup { traverser: Traverser::Flexible, ..Setup::new("low", graph) };
    for request in [
        "(slot[2]→node[1]→core[2], slot[1]→node[1]→core[4])",
        "(slot[1]→node[1]→core[4], slot[2]→node[1]→core[2])",
    ] {
        check(&setup, &[(&format!("s {request}"), "ok")]);
    }
}

/// A slot of two units that takes the pool of four leaves too little for a third one; a slot of three does not.
#[test]
fn or_slots_of_uneven_pools_fit_in_any_order() {
    let graph = "cluster0(node0(memory0:2 memory1:2 memory2:3))";
    let setup = Setup { traverser: Traverser::Flexible, ..Setup::new("low", graph) };
    for request in
        ["(slot[3]→memory[3], slot[3]→memory[2])", "(slot[3]→memory[2], slot[3]→memory[3])"]
    {
        check(&setup, &[(&format!("s {request}"), "ok")]);
    }
}
