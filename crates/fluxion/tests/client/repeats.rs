//! Changes that are sent again with the same request key.

use crate::common::Server;
use crate::{document, fails, file, loaded, text};

/// A repeat gets the first answer and changes nothing; without the key it is another change.
#[track_caller]
fn check(server: &Server, line: &str) {
    let keyed = format!("{line} --request-key {}", line.replace(' ', "-"));
    let before = document(server, "stats")["revision"].clone();
    let first = text(server, &keyed);
    let after = document(server, "stats")["revision"].clone();
    assert_ne!(before, after, "{line}");
    assert_eq!(text(server, &keyed), first);
    assert_eq!(document(server, "stats")["revision"], after, "{line}");
}

#[test]
fn repeats_get_the_first_answer() {
    let server = loaded();
    check(&server, "match jobspec.yaml --job-key first");
    check(&server, "match jobspec.yaml jobspec.yaml");
    check(&server, "cancel 1 2 3");
    check(&server, "grow node2.json");
    check(&server, "status /tiny0/rack0/node2 --set down");
    check(&server, "properties /tiny0/rack0/node2 --set disk=ssd");
    check(&server, "shrink /tiny0/rack0/node2");
    text(&server, "match jobspec.yaml");
    let chosen = document(&server, "jobs 4")["resources"].as_str().unwrap().to_owned();
    text(&server, "cancel 4");
    let chosen = file(&chosen);
    check(&server, &format!("update {} --job 9 --duration 60", chosen.path().display()));
}

#[test]
fn that_nothing_is_free_is_not_repeated() {
    let server = loaded();
    text(&server, "match two_nodes.yaml");
    fails(&server, "match jobspec.yaml --request-key once", 3);
    text(&server, "cancel 1");
    let first = text(&server, "match jobspec.yaml --request-key once");
    assert_eq!(text(&server, "match jobspec.yaml --request-key once"), first);
}

#[test]
fn a_key_is_for_one_change() {
    let server = loaded();
    text(&server, "match jobspec.yaml --request-key once");
    insta::assert_snapshot!(fails(&server, "cancel 1 --request-key once", 2), @"error: job 1: --request-key: the key was used for a request with other content: expected a new key");
}

#[test]
fn a_graph_is_loaded_once_and_dropped_once() {
    let server = loaded();
    let init = "init cluster.json --graph again --replace --request-key load";
    let first = text(&server, init);
    text(&server, "match jobspec.yaml --graph again");
    assert_eq!(text(&server, init), first);
    assert_eq!(document(&server, "stats --graph again")["allocated"], 1);
    let drop = "graphs drop again default --request-key drop";
    let first = text(&server, drop);
    text(&server, "init cluster.json --graph again");
    assert_eq!(text(&server, drop), first);
    assert_eq!(document(&server, "stats --graph again")["allocated"], 0);
    insta::assert_snapshot!(fails(&server, "init cluster.json --request-key load", 2), @"error: cluster.json: --request-key: the key was used for a request with other content: expected a new key");
    let long = format!("init cluster.json --request-key {}", "k".repeat(129));
    insta::assert_snapshot!(fails(&server, &long, 2), @"error: cluster.json: --request-key: 129 bytes: expected at most 128");
}

/// What was done before the connection broke is not done again.
#[test]
fn a_longer_list_with_the_same_key_goes_on() {
    let server = loaded();
    text(&server, "match jobspec.yaml jobspec.yaml");
    let one = text(&server, "cancel 1 --request-key both");
    let two = text(&server, "cancel 1 2 --request-key both");
    assert!(two.starts_with(&one) && two.contains("job 2"), "{two}");
}
