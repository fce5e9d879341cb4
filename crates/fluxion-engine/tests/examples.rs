//! Worked examples of matching (`docs/semantics/matching.md`), and a table of outcomes by operation.
//!
//! Where an example shows a quirk that is to be mended, the sane answer stands here.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use fluxion_engine::Traverser;
use fluxion_jobspec::{Constraint, PropertyTest};
use support::{Layout, Setup, check};

fn flexible<'a>(policy: &'a str, graph: &'a str) -> Setup<'a> {
    Setup { traverser: Traverser::Flexible, ..Setup::new(policy, graph) }
}

/// With a constraint on all nodes: `a` must be there, `^a` must not.
fn with_property<'a>(property: &str, setup: Setup<'a>) -> Setup<'a> {
    let name = property.trim_start_matches('^').to_owned();
    let negated = property.starts_with('^');
    let constraint = Some(Constraint::Properties(vec![PropertyTest { name, negated }]));
    Setup { constraint, ..setup }
}

#[test]
fn example_1_omitted_levels_ties_node_centric() {
    let granted = |policy: &str, expected: &str| {
        let graph = "cluster0(rack{0-1}(node{0-1}(core{0-1})))";
        check(&Setup::new(policy, graph), &[("a slot[3]→core[1]", expected)]);
    };
    granted("low", "rack0/node0/core0 rack0/node1/core0 rack1/node0/core0");
    granted("lonode", "rack0/node0/core0 rack0/node0/core1 rack1/node0/core0");
    granted("hinode", "rack0/node1/core1 rack1/node1/core0 rack1/node1/core1");
    granted("first", "rack1/node0/core1 rack1/node1/core0 rack1/node1/core1");
}

#[test]
fn example_2_gaps() {
    let graph = "cluster0(node{0-1}(socket{0-1}(core{0-1})))";
    check(
        &Setup::new("low", graph),
        &[
            ("a node[1]→slot[1]→core[1]", "busy"),
            // a dead selection; the reference calls it satisfiable
            ("s node[1]→slot[1]→core[1]", "unsatisfiable"),
            ("a node[1]→socket[1]→slot[1]→core[1]", "node0/socket0/core0"),
        ],
    );
    check(
        &Setup::new("lonodex", graph),
        &[(
            "a node[1]→slot[1]→core[1]",
            "node0/socket0/core0 node0/socket0/core1 node0/socket0 \
         node0/socket1/core0 node0/socket1/core1 node0/socket1 node0",
        )],
    );
    check(
        &Setup::new("low", "cluster0(rack{0-1}(node{0-1}(core{0-1})))"),
        &[
            ("a rack[1]→slot[3]→core[1]", "busy"),
            ("a rack[1]→node[1]→slot[3]→core[1]", "busy"),
            ("a cluster[1]→node[1]→slot[1]→core[1]", "busy"),
        ],
    );
}

#[test]
fn example_3_whole_pools() {
    let graph = "cluster0(node{0-1}(core{0-3} memory{0-1}:4))";
    let low = Setup::new("low", graph);
    check(
        &low,
        &[(
            "a node[1]→slot[1]→(core[1], memory[6])",
            "node0/core0 node0/memory0:4 node0/memory1:4",
        )],
    );
    check(
        &Setup::new("high", graph),
        &[(
            "a slot[3]→(core[1], memory[1])",
            "node0/core2 node0/core3 node0/memory0:4 node0/memory1:4 node1/core3 node1/memory1:4",
        )],
    );
    check(
        &low,
        &[
            ("a slot[1]→memory[9]", "busy"),
            ("s slot[1]→memory[9]", "unsatisfiable"),
            ("s node[2]→memory[8]!", "ok"),
        ],
    );
}

#[test]
fn example_4_exclusivity() {
    let graph = "cluster0(node{0-2}(core{0-1} gpu0))";
    check(
        &Setup::new("low", graph),
        &[
            ("a slot[1]→node[1]→core[1]", "node0/core0 node0"),
            ("a node[1]→slot[1]→core[1]", "node1/core0"),
            ("a node[1]!→slot[1]→core[1]", "node2/core0 node2/core1 node2/gpu0 node2"),
            ("a slot[1]→core[1]", "node1/core1"),
            ("a slot[1]→gpu[1]", "node1/gpu0"),
            ("a slot[2]→gpu[1]", "busy"),
        ],
    );
    check(
        &Setup::new("lonodex", graph),
        &[
            ("a slot[1]→core[1]", "node0/core0 node0/core1 node0/gpu0 node0"),
            (
                "a slot[3]→core[1]",
                "node1/core0 node1/core1 node1/gpu0 node1 node2/core0 node2/core1 node2/gpu0 node2",
            ),
        ],
    );
    check(
        &Setup::new("low", "cluster0(node{0-1})"),
        &[(
            "a slot[1]→node[1 !false]",
            "busy; node0 cannot be shared: something above it is asked for exclusively; \
             node1 cannot be shared: something above it is asked for exclusively",
        )],
    );
    let small = Setup::new("low", "cluster0(node{0-1}(core0))");
    check(
        &small,
        &[("a cluster[1]!→node[1]→core[1]", "node0/core0 node0 node1/core0 node1 cluster0")],
    );
    check(
        &small,
        &[("a slot[1]→core[1]", "node0/core0"), ("a cluster[1]!→node[1]→core[1]", "busy")],
    );
}

#[test]
fn example_5_moldable() {
    let setup = Setup::new("low", "cluster0(node{0-4}(core{0-3}))");
    check(
        &setup,
        &[
            ("a node[1..4 *2]→slot[1]→core[1]", "node0/core0 node1/core0 node2/core0 node3/core0"),
            (
                "a node[2..9 +2]→slot[1..9 +2]→core[1]",
                "node0/core1 node0/core2 node0/core3 node1/core1 node1/core2 node1/core3 \
             node2/core1 node2/core2 node2/core3 node3/core1 node3/core2 node3/core3",
            ),
            ("a node[1]→slot[2]→core[1..4 +1]", "busy"),
            ("a node[1]→slot[1]→core[1..3 +1]", "node4/core0 node4/core1 node4/core2"),
        ],
    );
}

#[test]
fn example_6_first() {
    let setup = Setup::new("first", "cluster0(node{0-2}(core{0-3}))");
    check(
        &setup,
        &[
            ("a slot[1]→core[1]", "node2/core3"),
            ("a slot[1]→core[1]", "node1/core3"),
            ("a slot[1]→core[1]", "node0/core3"),
            ("a slot[1]→core[1]", "node2/core2"),
            ("cancel 1", ""),
            ("cancel 4", ""),
            ("o slot[1]→core[1]", "node1/core2"),
            ("a slot[1]→core[1]", "node1/core2"),
            ("a node[2]→slot[1]→core[2]", "node0/core1 node0/core2 node2/core2 node2/core3"),
        ],
    );
    check(
        &setup,
        &[
            ("o slot[1]→core[1]", "node2/core3"),
            ("o slot[1]→core[1]", "node1/core3"),
            ("a slot[1]→core[1]", "node0/core3"),
        ],
    );
}

#[test]
fn example_6b_more_gathered_than_needed() {
    let setup = Setup::new("first", "cluster0(rack0(node{3-5}(core0)) rack1(node{0-2}(core0)))");
    check(&setup, &[("a node[2]→slot[1]→core[1]", "rack1/node1/core0 rack1/node2/core0")]);
    check(
        &setup,
        &[(
            "a node[4]→slot[1]→core[1]",
            "rack0/node3/core0 rack0/node4/core0 rack0/node5/core0 rack1/node2/core0",
        )],
    );
}

#[test]
fn example_7_locality() {
    let holes = Setup::new("locality", "cluster0(node{0-2} node3! node{4-6} node7! node{8-9})");
    check(
        &holes,
        &[
            ("a slot[4]→node[1]", "node5 node6 node8 node9"),
            ("a slot[3]→node[1]", "node1 node2 node4"),
            ("a slot[1]→node[1]", "node0"),
        ],
    );
    check(
        &holes,
        &[("a node[4]!", "node4 node5 node8 node9"), ("a node[3]!", "node0 node1 node6")],
    );
    let idle = Setup::new("locality", "cluster0(node{0-9})");
    check(
        &idle,
        &[
            ("a slot[1]→node[1]", "node9"),
            ("a slot[1]→node[1]", "node8"),
            ("a slot[1]→node[1]", "node7"),
        ],
    );
    check(&idle, &[("a node[1]!", "node0")]);
}

#[test]
fn example_8_variation() {
    let setup = Setup::new(
        "variation",
        "cluster0(node0[perf_class=3](core{0-1}) node1[perf_class=1](core{0-1}) \
         node2[perf_class=1](core{0-1}) node3(core{0-1}) node4[perf_class=2x](core{0-1}))",
    );
    check(
        &setup,
        &[
            ("a node[2]→slot[1]→core[1]", "node1/core0 node2/core0"),
            ("a node[3]→slot[1]→core[1]", "node1/core1 node2/core1 node4/core0"),
        ],
    );
    check(&setup, &[("a slot[1]→node[2]→core[1]", "node1/core0 node1 node4/core0 node4")]);
}

#[test]
fn example_9_several_top_level_elements() {
    let setup = Setup::new("low", "cluster0(rack0(node{0-1}(core{0-1})) pfs0(bandwidth{0-1}:10))");
    check(
        &setup,
        &[
            ("a [node[1]→slot[1]→core[1], pfs[1]→bandwidth[15]]", "rack0/node0/core0"),
            (
                "a [node[1]→slot[1]→core[1], pfs[1]→bandwidth[15]!]",
                "rack0/node0/core1 pfs0/bandwidth0:10 pfs0/bandwidth1:10",
            ),
            ("a [node[1]→slot[1]→core[1], pfs[1]→bandwidth[1]]", "busy"),
        ],
    );
}

#[test]
fn example_10_nested_slots() {
    let setup = Setup::new("high", "cluster0(rack{0-1}(node{0-1}(core{0-3} gpu0)))");
    check(
        &setup,
        &[
            (
                "a rack[1]→slot[1]→node[2]→slot[1]→(core[1], gpu[1])",
                "rack1/node0/core3 rack1/node0/gpu0 rack1/node0 \
             rack1/node1/core3 rack1/node1/gpu0 rack1/node1",
            ),
            (
                "a slot[2]→node[1]→slot[2]→core[1]",
                "rack0/node0/core2 rack0/node0/core3 rack0/node0 \
             rack0/node1/core2 rack0/node1/core3 rack0/node1",
            ),
        ],
    );
}

#[test]
fn example_11_reservation_times() {
    let graph = "cluster0(node{0-1}(core{0-1}))";
    // the reference finds nothing with `ALL:core`: its root keeps no record of the first job
    for filters in ["ALL:core,ALL:node", "ALL:core"] {
        check(
            &Setup { filters, ..Setup::new("low", graph) },
            &[("a 100 slot[2]→node[1]", "node0 node1"), ("r 10 slot[1]→node[1]", "node0 at 100")],
        );
    }
    check(
        &Setup::new("low", graph),
        &[
            ("a 100 node[1]→slot[2]→core[1]", "node0/core0 node0/core1"),
            ("a 50 slot[1]→node[1]", "node1"),
            ("r 30 slot[2]→node[1]", "node0 node1 at 100"),
            ("r 30 slot[1]→node[1]", "node1 at 50"),
            ("r 51 slot[1]→node[1]", "node0 at 130"),
            // the reference says busy
            ("r slot[3]→node[1]", "unsatisfiable"),
            ("r node[1]→slot[1]→core[3]", "unsatisfiable"),
            ("f 10 slot[2]→node[1]", "node0 node1 at 181"),
        ],
    );
}

#[test]
fn example_12_constraint_and_status() {
    let graph = "cluster0(node0[a](core0) node1[a](core0) node2(core0))";
    check(
        &with_property("a", Setup::new("low", graph)),
        &[
            ("down /cluster0/node0", ""),
            ("a node[1]→slot[1]→core[1]", "node1/core0"),
            ("w node[1]→slot[1]→core[1]", "busy"),
            ("w node[3]→slot[1]→core[1]", "unsatisfiable"),
            ("w node[2]→slot[1]→core[1]", "busy"),
            ("s node[2]→slot[1]→core[1]", "ok"),
        ],
    );
    let transparent = || Setup::new("low", "cluster0(node0[a](core{0-1}) node1(core{0-1}))");
    check(&with_property("a", transparent()), &[("a slot[3]→core[1]", "busy")]);
    check(&with_property("^a", transparent()), &[("a slot[2]→core[1]", "node1/core0 node1/core1")]);
}

#[test]
fn example_13_slot_score() {
    let setup = Setup::new(
        "lonode",
        "cluster0(node8(core0 memory{0-1}:2) node9(core0 memory0:4) node10(core0 memory0:4))",
    );
    check(
        &setup,
        &[
            ("a slot[1]→(core[1], memory[3])", "node9/core0 node9/memory0:4"),
            ("a slot[1]→(core[1], memory[3])", "node10/core0 node10/memory0:4"),
            ("a slot[1]→(core[1], memory[3])", "node8/core0 node8/memory0:2 node8/memory1:2"),
        ],
    );
}

#[test]
fn example_14_sibling_slots() {
    let siblings = "a node[1]→(slot[2]→core[2], slot[1]→gpu[1])";
    check(
        &Setup::new("low", "cluster0(node0(core{0-3} gpu{0-1}))"),
        &[
            (siblings, "node0/gpu0"),
            (
                "a (slot[2]→core[2], slot[1]→gpu[1])",
                "busy; siblings ask for the same resource type `cluster`",
            ),
        ],
    );
    check(&Setup::new("low", "cluster0(node0(core{0-3} gpu0))"), &[(siblings, "busy")]);
}

#[test]
fn example_15_containment_alone() {
    let graph = "cluster0(node{0-1}(core{0-1}))";
    let granted = |request: &str, expected: &str| {
        check(&Setup::new("low", graph), &[(request, expected)]);
    };
    granted("a node[1]→slot[1]→core[1]", "node0/core0");
    granted("a slot[1]→node[1]", "node0");
    granted("a node[1]→core[1]!", "node0/core0");
    granted("a cluster[1]→node[1]!", "node0/core0 node0/core1 node0");
    granted("a node[1]!", "node0/core0 node0/core1 node0");
}

#[test]
fn example_16_or_slots() {
    let graph = "cluster0(node0(core{0-9} gpu{0-1}))";
    let either = "a node[1]→(slot[1]→(core[4], gpu[1]), slot[1]→core[6])";
    check(
        &flexible("low", graph),
        &[
            (either, "node0/core0 node0/core1 node0/core2 node0/core3 node0/gpu0"),
            (either, "node0/core4 node0/core5 node0/core6 node0/core7 node0/gpu1"),
            (either, "busy"),
        ],
    );
    let two = "a node[1]→(slot[2]→(core[4], gpu[1]), slot[2]→core[3])";
    check(
        &flexible("low", graph),
        &[(
            two,
            "node0/core0 node0/core1 node0/core2 node0/core3 node0/core4 node0/core5 node0/core6 node0/gpu0",
        )],
    );
    check(
        &flexible("high", graph),
        &[(
            two,
            "node0/core3 node0/core4 node0/core5 node0/core6 node0/core7 node0/core8 node0/core9 node0/gpu1",
        )],
    );
}

#[test]
fn example_16b_alternatives_in_either_order() {
    let setup = flexible("low", "cluster0(node0(core{0-3}) node1(core{0-3} gpu{0-1}))");
    // the reference refuses the first order: it prunes by the last alternative alone
    for either in ["a [slot[1]→core[2], slot[1]→gpu[1]]", "a [slot[1]→gpu[1], slot[1]→core[2]]"]
    {
        check(
            &setup,
            &[("a slot[1]→gpu[2]", "node1/gpu0 node1/gpu1"), (either, "node0/core0 node0/core1")],
        );
    }
}

#[test]
fn example_17_xor() {
    let graph = "cluster0(node0(socket{0-1}(core{0-1})) node1(socket{0-1}(core{0-1} gpu0)))";
    let either =
        "a [xor_slot[1]→socket[1]→(core[2], gpu[1]), xor_slot[1]→node[1]→socket[2]→core[2]]";
    let socket = |n: u32| {
        format!("node1/socket{n}/core0 node1/socket{n}/core1 node1/socket{n}/gpu0 node1/socket{n}")
    };
    check(
        &flexible("low", graph),
        &[
            (either, &socket(0)),
            (either, &socket(1)),
            (
                either,
                "node0/socket0/core0 node0/socket0/core1 node0/socket0 \
             node0/socket1/core0 node0/socket1/core1 node0/socket1 node0",
            ),
            (either, "busy"),
        ],
    );
}

#[test]
fn example_18_overrunning() {
    let graph = "cluster0(node{0-1}(core{0-3}))";
    check(
        &Setup::new("low", graph),
        &[
            ("a 10 slot[1]→node[1]", "node0"),
            ("now 50", ""),
            ("a 10 slot[1]→node[1]", "node1"),
            ("a 10 slot[1]→node[1]", "busy"),
            ("r 10 slot[1]→node[1]", "node0 at 60"),
            ("s 10 slot[1]→node[1]", "ok"),
            ("cancel 1", ""),
            ("a 10 slot[1]→node[1]", "node0"),
        ],
    );
    check(
        &Setup::new("low", graph),
        &[
            ("a 10 slot[2]→node[1]", "node0 node1"),
            ("now 50", ""),
            ("r 10 slot[1]→node[1]", "busy"),
            // the reference books a core inside of node0 twice
            ("a 10 node[1]→slot[1]→core[1]", "busy"),
        ],
    );
}

#[test]
fn example_19_shared_leaf() {
    let layout = Layout {
        edges: &[
            ("/cluster0/rack0/node0", "/cluster0/rack0/ssd0"),
            ("/cluster0/rack0/node1", "/cluster0/rack0/ssd0"),
        ],
        ..Layout::default()
    };
    let setup = Setup { layout, ..Setup::new("low", "cluster0(rack0(node{0-1}(core0) ssd0:4))") };
    check(
        &setup,
        &[
            ("a slot[1]→(core[1], ssd[1])", "rack0/node0/core0 rack0/ssd0:4"),
            ("a slot[1]→(core[1], ssd[1])", "busy"),
        ],
    );
    check(
        &setup,
        &[
            ("a node[1]!→slot[1]→core[1]", "rack0/node0/core0 rack0/ssd0:4 rack0/node0"),
            // ssd0 is in use; the reference grants node1 and silently leaves it out
            ("a node[1]!→slot[1]→core[1]", "busy"),
        ],
    );
}

#[test]
fn example_20_many_ties() {
    let graph = format!("cluster0({})", ["gpu0"; 20].join(" "));
    let expected: Vec<String> = (1..=6).map(|n| format!("gpu0#{n}")).collect();
    check(&Setup::new("low", &graph), &[("a gpu[6]!", &expected.join(" "))]);
}

/// A row of the table of outcomes: all six operations after the same preparation.
#[track_caller]
fn outcomes(setup: &Setup<'_>, before: &[(&str, &str)], request: &str, expected: [&str; 6]) {
    for (letter, expected) in "awrsof".chars().zip(expected) {
        let command = format!("{letter} {request}");
        let mut dialogue = before.to_vec();
        dialogue.push((&command, expected));
        check(setup, &dialogue);
    }
}

const B: &str = "busy";
const D: &str = "unsatisfiable";
const I: &str = "invalid";
const OK: &str = "ok";

#[test]
fn table_of_outcomes() {
    let low = Setup::new("low", "cluster0(node{0-1}(core{0-3}))");
    let booked = |command: &'static str| [(command, "node0 node1")];
    let node = "slot[1]→node[1]";
    let at = "node0 at 100";
    outcomes(&low, &booked("a 100 slot[2]→node[1]"), node, [B, B, at, OK, B, at]);
    // the reference says busy for `r` and `f`
    outcomes(&low, &[], "slot[3]→node[1]", [B, D, D, D, B, D]);
    outcomes(&low, &[], "node[1]→slot[1]→core[5]", [B, D, D, D, B, D]);
    outcomes(&low, &[], "cluster[2]→slot[1]→node[1]", [B, D, D, D, B, D]);
    outcomes(&low, &booked("a 0 slot[2]→node[1]"), node, [B, B, B, OK, B, B]);
    let down = [("down /cluster0/node0", "")];
    outcomes(&low, &down, "slot[2]→node[1]", [B, D, B, OK, B, B]);
    let untracked = Setup { filters: "ALL:core", ..low.clone() };
    outcomes(&untracked, &down, "slot[2]→node[1]", [B, B, B, OK, B, B]);
    let twins = "busy; siblings ask for the same resource type `core`";
    let never = "unsatisfiable; siblings ask for the same resource type `core`";
    let request = "node[1]→slot[1]→(core[1], core[1])";
    outcomes(&low, &[], request, [twins, never, never, never, twins, never]);
    outcomes(&low, &[], "4e9 slot[1]→node[1]", [I; 6]);
    outcomes(&low, &[], "()", [I; 6]);
}

#[test]
fn table_of_outcomes_with_a_constraint() {
    let setup = || {
        let graph = "cluster0(node0[a](core{0-3}) node1(core{0-3}))";
        with_property("a", Setup::new("low", graph))
    };
    let node = "slot[1]→node[1]";
    outcomes(&setup(), &[], "slot[2]→node[1]", [B, D, D, D, B, D]);
    let booked = |command: &'static str| [(command, "node0")];
    let at = "node0 at 50";
    outcomes(&setup(), &booked("a 50 slot[1]→node[1]"), node, [B, B, at, OK, B, at]);
    // the reference says unsatisfiable for `w`: it tests availability at the end of the graph
    outcomes(&setup(), &booked("a 0 slot[1]→node[1]"), node, [B, B, B, OK, B, B]);
}

#[test]
fn table_of_outcomes_at_the_end_of_the_graph() {
    let low = Setup::new("low", "cluster0(node{0-1}(core{0-3}))");
    let request = "10 slot[1]→node[1]";
    let granted = "node0";
    outcomes(
        &low,
        &[("now 3153599995", "")],
        request,
        [granted, granted, granted, OK, granted, granted],
    );
    outcomes(&low, &[("now 3153600000", "")], request, [B, B, B, OK, B, B]);
    outcomes(&low, &[("now 3153600001", "")], request, [I, I, I, OK, I, I]);
}
