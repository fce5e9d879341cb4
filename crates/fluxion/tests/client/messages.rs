//! What people are told when something is not done.

use crate::common::Server;
use crate::{fails, file, loaded, run, text};

#[test]
fn errors_say_what_may_help() {
    let server = Server::start();
    insta::assert_snapshot!(fails(&server, "jobs", 5), @"
    error: there is no graph named `default`
    hint: `fluxion init FILE` loads a graph, `fluxion graphs` lists those that are there
    ");
    text(&server, "init cluster.json");
    insta::assert_snapshot!(fails(&server, "init cluster.json", 1), @"
    error: cluster.json: there is a graph named `default`
    hint: --replace puts the new graph in its place, --graph gives it another name
    ");
    text(&server, "match two_nodes.yaml");
    insta::assert_snapshot!(fails(&server, "match jobspec.yaml", 3), @"
    error: jobspec.yaml: Allocation was not possible: nothing that fits is free now
    hint: --operation allocate_orelse_reserve books the earliest time at which it fits, if there is one
    ");
    text(&server, "status /tiny0/rack0/node1 --set down");
    text(&server, "cancel 1");
    insta::assert_snapshot!(fails(&server, "match two_nodes.yaml --operation allocate_orelse_reserve", 3), @"
    error: two_nodes.yaml: Allocation was not possible: nothing that fits is free now
    hint: no end of a job makes room for it: `fluxion jobs` lists the jobs, `fluxion find status=down` shows what is down
    ");
    insta::assert_snapshot!(fails(&server, "match two_nodes.yaml --operation without_allocating", 3), @"
    error: two_nodes.yaml: Allocation was not possible: nothing that fits is free now
    hint: --operation without_allocating_future tells the earliest time at which it fits, if there is one
    ");
    text(&server, "status /tiny0/rack0/node1 --set up");
    text(&server, "match two_nodes.yaml");
    insta::assert_snapshot!(fails(&server, "shrink /tiny0/rack0/node0", 1), @"
    error: job 4 holds resources there
    hint: --release takes from jobs what they hold there
    ");
    insta::assert_snapshot!(fails(&server, "cancel 77", 5), @"
    error: nonexistent job 77
    hint: `fluxion jobs` lists the jobs
    ");
    insta::assert_snapshot!(fails(&server, "jobs 77", 5), @"
    error: nonexistent job 77
    hint: without a number or key, `fluxion jobs` lists them
    ");
    insta::assert_snapshot!(fails(&server, "graphs drop other", 5), @"
    error: there is no graph named `other`
    hint: `fluxion graphs` lists those that are there
    ");
    insta::assert_snapshot!(fails(&server, "stats --graph other", 5), @"
    error: there is no graph named `other`
    hint: `fluxion init FILE --graph other` loads a graph, `fluxion graphs` lists those that are there
    ");
    insta::assert_snapshot!(fails(&server, "find status=sideways", 2), @"
    error: invalid criteria: status=sideways
    hint: criteria are, say, `status=down` or `sched-now=free and property=ssd`
    ");
}

#[test]
fn errors_speak_of_files_and_options() {
    let server = loaded();
    let told = [
        fails(&server, "init jobspec.yaml --graph other", 1),
        fails(&server, "init cluster.json --graph a/b", 2),
        fails(&server, "init cluster.json --graph other --prune-filters core", 2),
        fails(&server, "match absent.yaml", 1),
        fails(&server, "match cluster.json", 1),
        fails(&server, "grow jobspec.yaml", 1),
        fails(&server, "status --ranks x", 2),
        fails(&server, "status /nowhere", 5),
        fails(&server, "update node2.json --job 9 --duration 0", 2),
        fails(&server, "update node2.json --job 9 --duration 1 --format simple", 2),
        fails(&server, "match jobspec.yaml two_nodes.yaml --job-key one", 2),
        fails(&server, "cancel 1 2 --part jobspec.yaml", 2),
    ];
    insta::assert_snapshot!(told.concat(), @r#"
    error: jobspec.yaml: not JSON: expected value (line 1, column 1)
    error: cluster.json: --graph: `a/b`: expected 1 to 63 letters, digits, `.`, `_` or `-`
    error: cluster.json: --prune-filters: invalid pruning filter `core`: expected pairs such as `ALL:core,rack:node`
    error: cannot read absent.yaml: No such file or directory (os error 2)
    error: cluster.json: line 1, column 1: Missing key "version" in top level mapping
    error: jobspec.yaml: not JSON: expected value (line 1, column 1)
    error: --ranks: invalid ranks `x`: expected a set such as 0-3,7 or the word all
    error: no such path: /nowhere
    error: node2.json: --duration: 0: expected at least 1, and an end not after 3153600000
    error: node2.json: --format: `simple` cannot be read: expected JGF, JGF_SHORTHAND or a form of RV1
    error: --job-key names one job: expected one jobspec with it
    error: --part is of one job: expected one number or key
    "#);
}

#[test]
fn what_cannot_be_printed_says_what_would_help() {
    let server = Server::start();
    let cluster = include_str!("../../../../examples/cluster.json");
    let without_ranks = cluster.replace(r#""rank": 0"#, r#""rank": -1"#);
    let without_ranks = file(&without_ranks.replace(r#""rank": 1"#, r#""rank": -1"#));
    text(&server, &format!("init {} --resource-format rv1", without_ranks.path().display()));
    let mut told = fails(&server, "match jobspec.yaml", 2);
    text(&server, "match jobspec.yaml --resource-format jgf");
    told += &fails(&server, "jobs 1", 1);
    told += &fails(&server, "find sched-now=allocated", 1);
    let memory = file(&include_str!("../../../../examples/jobspec.yaml").replace("core", "memory"));
    let memory = memory.path().display().to_string();
    told += &fails(&server, &format!("match {memory} --resource-format rlite"), 2)
        .replace(&memory, "memory.yaml");
    insta::assert_snapshot!(told, @"
    error: jobspec.yaml: --resource-format: the result cannot be printed in this format: /tiny0/rack0/node1 has rank -1: resource set formats need a rank of 0 or more: give each node a rank in the graph, or use another format (the forms of simple and jgf need none)
    error: /tiny0/rack0/node1 has rank -1: resource set formats need a rank of 0 or more: give each node a rank in the graph, or use another format (the forms of simple and jgf need none)
    error: /tiny0/rack0/node1 has rank -1: resource set formats need a rank of 0 or more: give each node a rank in the graph, or use another format (the forms of simple and jgf need none)
    error: memory.yaml: --resource-format: the result cannot be printed in this format: the resources contain no core or gpu below a node, and rlite lists nothing else: ask for cores or gpus of nodes, or use another format (the forms of simple and jgf list all)
    ");
}

#[test]
fn a_server_that_is_not_there() {
    let server = Server::start();
    let address = server.address.clone();
    drop(server);
    let output = run(&address, "jobs --wait 0");
    let told = String::from_utf8(output.stderr).unwrap().replace(&address, "ADDRESS");
    // its number differs from system to system
    let told = told.replace(" (os error 111)", "");
    insta::assert_snapshot!(told, @"
    error: cannot connect to ADDRESS: Connection refused
    hint: `fluxion serve` starts a server; --server or FLUXION_ADDRESS says where it is
    ");
}

/// What is left out, and why there is so little.
#[test]
fn notes_go_to_standard_error() {
    let server = Server::start();
    let told = |line: &str| {
        let output = run(&server.address, line);
        assert_eq!(output.status.code(), Some(0), "{line}");
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    insta::assert_snapshot!(told("graphs"), @"
    NAME  POLICY  VERTICES  EDGES  JOBS  REVISION  INCARNATION
    note: the server has no graphs: `fluxion init FILE` loads one
    ");
    text(&server, "init cluster.json");
    text(&server, "grow node2.json");
    insta::assert_snapshot!(told("find status=down"), @"note: no resources meet the criteria");
    insta::assert_snapshot!(told("grow node2.json"), @"
    0 vertices added
    note: all vertices of the file are in the graph already
    ");
    assert!(!told("find status=down -o json").contains("note: "));
}
