//! Exit statuses, which are a promise to scripts.

use crate::common::Server;
use crate::{fails, file, loaded, run, text};

#[test]
fn done_is_0() {
    let server = loaded();
    for line in ["jobs", "stats", "graphs", "find status=up", "graphs export default"] {
        text(&server, line);
    }
}

#[test]
fn refused_or_failed_is_1() {
    let server = loaded();
    text(&server, "match two_nodes.yaml");
    for line in [
        "init cluster.json",
        "init jobspec.yaml --graph other",
        "init absent.json --graph other",
        "match cluster.json",
        "match absent.yaml",
        "grow jobspec.yaml",
        "shrink /tiny0",
        "shrink /tiny0/rack0/node0",
        "update jobspec.yaml --job 9 --duration 60",
        "cancel 1 --part jobspec.yaml",
        "graphs export default --file /absent/graph.json",
    ] {
        fails(&server, line, 1);
    }
}

#[test]
fn wrong_options_are_2() {
    let server = Server::start();
    for line in [
        "match",
        "match jobspec.yaml --operation guess",
        "match jobspec.yaml two_nodes.yaml --job-key one",
        "match - -",
        "cancel",
        "cancel one",
        "cancel 1 2 --part jobspec.yaml",
        "cancel 1 --format jgf",
        "jobs 1 --job-key one",
        "jobs --state down",
        "status",
        "status /tiny0 --ranks 0",
        "status /tiny0 --subtree",
        "properties /tiny0 --set disk",
        "update jobspec.yaml --job 9",
        "graphs drop",
        "graphs --graph default",
        "jobs --output xml",
        "jobs --server localhost",
    ] {
        fails(&server, line, 2);
    }
}

#[test]
fn nothing_fits_now_is_3() {
    let server = loaded();
    text(&server, "match two_nodes.yaml");
    fails(&server, "match jobspec.yaml", 3);
    fails(&server, "match jobspec.yaml --operation without_allocating", 3);
}

/// More than the cluster has.
fn three_nodes() -> tempfile::NamedTempFile {
    let two = include_str!("../../../../examples/two_nodes.yaml");
    file(&two.replace("count: 2", "count: 3"))
}

#[test]
fn never_fits_is_4() {
    let server = loaded();
    let jobspec = three_nodes();
    let jobspec = jobspec.path().display();
    fails(&server, &format!("match {jobspec}"), 3);
    for operation in ["satisfiability", "allocate_with_satisfiability"] {
        fails(&server, &format!("match {jobspec} --operation {operation}"), 4);
    }
}

#[test]
fn not_found_is_5() {
    let server = loaded();
    for line in [
        "cancel 77",
        "cancel --job-key none",
        "jobs 77",
        "jobs --job-key none",
        "status /nowhere",
        "status --ranks 77",
        "properties /nowhere",
        "shrink /nowhere",
        "graphs export none",
        "graphs drop none",
        "stats --graph none",
        "match jobspec.yaml --graph none",
    ] {
        fails(&server, line, 5);
    }
}

#[test]
fn unreachable_is_6() {
    let server = Server::start();
    let address = server.address.clone();
    drop(server);
    for line in ["jobs --wait 0", "match jobspec.yaml --wait 0", "init cluster.json --wait 0"] {
        assert_eq!(run(&address, line).status.code(), Some(6), "{line}");
    }
}

/// What the server says of an option is a wrong option too.
#[test]
fn options_that_the_server_refuses_are_2() {
    let server = loaded();
    for line in [
        "match jobspec.yaml --policy guess",
        "init cluster.json --graph a/b",
        "find status=sideways",
        "status --ranks x",
        "cancel 1 --incarnation yesterday",
    ] {
        fails(&server, line, 2);
    }
}
