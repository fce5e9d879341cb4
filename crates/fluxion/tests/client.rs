//! The commands that talk to a server, as a user sees them.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::Server;
use serde_json::Value;

/// What a command prints that succeeds.
#[track_caller]
fn text(server: &Server, line: &str) -> String {
    let output = run(&server.address, line);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.as_str()), (Some(0), ""), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

/// How a command fails, and what it tells.
#[track_caller]
fn fails(server: &Server, line: &str, status: i32, part: &str) -> String {
    let output = run(&server.address, line);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{line}: {told}");
    assert!(told.contains(part), "{line}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

fn run(address: &str, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(line.split_whitespace())
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"))
        .env("FLUXION_ADDRESS", address)
        .output()
        .unwrap()
}

#[test]
fn a_day_with_a_cluster() {
    let server = Server::start();
    let init = text(&server, "init cluster.json --policy lonode --resource-format simple");
    assert!(init.starts_with("graph default: "), "{init}");
    let both = text(&server, "match two_nodes.yaml --job-key both");
    assert!(both.starts_with("job 1: allocated, at 0\n") && both.contains("node1"), "{both}");
    text(&server, "match jobspec.yaml --operation allocate_orelse_reserve");
    insta::assert_snapshot!(text(&server, "jobs"), @"
    JOB  STATE      START   END  KEY
      1  allocated      0  3600  both
      2  reserved    3600  7200
    ");
    assert!(text(&server, "jobs --job-key both").starts_with("job    1\nkey    both\n"));
    assert_eq!(text(&server, "grow node2.json"), "4 vertices came\n");
    assert_eq!(text(&server, "status /tiny0/rack0/node2 --set down"), "1 vertices are down\n");
    insta::assert_snapshot!(text(&server, "status /tiny0/rack0/node2"), @"
    STATUS  PATH
    down    /tiny0/rack0/node2
    ");
    assert!(text(&server, "find status=down").contains("node2"));
    assert_eq!(text(&server, "shrink /tiny0/rack0/node2"), "4 vertices went\n");
    assert!(text(&server, "cancel 2 --job-key both").starts_with("job 2: "));
    let listed: Value = serde_json::from_str(&text(&server, "jobs --output json")).unwrap();
    assert_eq!(listed["jobs"][0]["state"], "canceled");
    let stats: Value = serde_json::from_str(&text(&server, "stats --output json")).unwrap();
    assert_eq!((&stats["matches_succeeded"], &stats["canceled"]), (&2.into(), &2.into()));
    assert!(text(&server, "graphs").contains("default  lonode"));
}

#[test]
fn exit_statuses() {
    let server = Server::start();
    fails(&server, "jobs", 5, "there is no graph named `default`");
    text(&server, "init cluster.json");
    fails(&server, "init cluster.json", 1, "default");
    fails(&server, "match cluster.json", 1, "field `jobspec`: ");
    fails(&server, "match", 2, "Usage");
    fails(&server, "match jobspec.yaml --operation guess", 2, "expected allocate");
    text(&server, "match two_nodes.yaml");
    fails(&server, "match jobspec.yaml", 3, "nothing that fits is free now");
    fails(&server, "match absent.yaml", 1, "cannot read absent.yaml");
    fails(&server, "shrink /tiny0/rack0/node0", 1, "error: ");
    fails(&server, "cancel 77", 5, "nonexistent job 77");
    fails(&server, "status /nowhere", 5, "no such path");
    let address = server.address.clone();
    drop(server);
    assert_eq!(run(&address, "jobs --wait 0").status.code(), Some(6));
}

#[test]
fn several_jobspecs_are_all_tried() {
    let server = Server::start();
    text(&server, "init cluster.json");
    let output = run(&server.address, "match two_nodes.yaml jobspec.yaml --output json");
    assert_eq!(output.status.code(), Some(3));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["matches"][0]["outcome"], "allocated");
    assert_eq!(answer["matches"][1]["error"]["code"], "ResourceExhausted");
}
