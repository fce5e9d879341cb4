//! `watch`, as people and scripts see it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::common::Server;
use crate::{fails, loaded, masked, run, text};

/// A server to whose graph some things have happened.
fn busy() -> Server {
    let server = loaded();
    for line in [
        "match jobspec.yaml --job-key mine",
        "status /tiny0/rack0/node1 --set down --subtree",
        "properties /tiny0/rack0 --set colour=red",
        "retime 1 --end 100",
        "cancel 1",
    ] {
        text(&server, line);
    }
    server
}

#[test]
fn lines_line_up() {
    let server = busy();
    assert_snapshot!(text(&server, "watch --after 1 --count 5"), @r"
    1  begin         5f0c3a9e1b7d2468
    2  booked        job 1 allocated from 0 to 3600 key mine
    3  status        /tiny0/rack0/node1 and all below down
    4  property      /tiny0/rack0 colour=red
    5  retimed       job 1 until 100
    6  canceled      job 1
    ");
    assert_snapshot!(text(&server, "watch --after 1 --count 2 --kind booked,canceled"), @r"
    1  begin         5f0c3a9e1b7d2468
    2  booked        job 1 allocated from 0 to 3600 key mine
    6  canceled      job 1
    ");
}

/// The same for every run.
fn without_request_ids(lines: &str) -> String {
    let masked = |line: &str| {
        let mut document: Value = serde_json::from_str(line).unwrap();
        if let Some(id) = document.get_mut("request_id") {
            assert_ne!(id.as_str(), Some(""));
            *id = "-".into();
        }
        document.to_string() + "\n"
    };
    lines.lines().map(masked).collect()
}

#[test]
fn scripts_get_a_document_for_each_thing() {
    let server = busy();
    let printed = text(&server, "watch --after 1 --count 5 --output json");
    assert_snapshot!(without_request_ids(&printed), @r#"
    {"cursor":"5f0c3a9e1b7d2468:1","item":"begin"}
    {"cursor":"5f0c3a9e1b7d2468:2","end":3600,"event":"booked","item":"event","job_id":1,"job_key":"mine","now":0,"principal":"","request_id":"-","start":0,"state":"allocated"}
    {"cursor":"5f0c3a9e1b7d2468:3","event":"status","item":"event","now":0,"principal":"","request_id":"-","status":"down","subtree":true,"target":{"path":"/tiny0/rack0/node1"},"vertices":49}
    {"cursor":"5f0c3a9e1b7d2468:4","event":"property","item":"event","key":"colour","now":0,"path":"/tiny0/rack0","principal":"","request_id":"-","value":"red","vertices":1}
    {"cursor":"5f0c3a9e1b7d2468:5","end":100,"event":"retimed","item":"event","job_id":1,"now":0,"principal":"","request_id":"-"}
    {"cursor":"5f0c3a9e1b7d2468:6","event":"canceled","item":"event","job_id":1,"now":0,"principal":"","request_id":"-"}
    "#);
    // a cursor is where the next one begins
    let printed = run(&server.address, "watch --after 1 --count 4 --output json").stdout;
    let last = String::from_utf8(printed).unwrap().lines().last().unwrap().to_owned();
    let document: Value = serde_json::from_str(&last).unwrap();
    let line = format!("watch --after {} --count 1", document["cursor"].as_str().unwrap());
    assert_snapshot!(text(&server, &line), @r"
    5  begin         5f0c3a9e1b7d2468
    6  canceled      job 1
    ");
}

#[test]
fn what_cannot_be_watched_is_told() {
    let server = busy();
    assert_snapshot!(masked(&fails(&server, "watch --after 7", 1)), @r"
    error: after.revision: 7: expected 1 to 6, the last revision until now
    ");
    assert_snapshot!(masked(&fails(&server, "watch --after 0123456789abcdef:1", 1)), @r"
    error: graph `default` is of incarnation 5f0c3a9e1b7d2468, not 5f0c3a9e1b7d2468
    hint: the graph was loaded anew, and its jobs are gone: `fluxion graphs` tells the incarnations
    ");
    assert_snapshot!(masked(&fails(&server, "watch --graph absent", 5)), @r"
    error: there is no graph named `absent`
    hint: `fluxion init FILE --graph absent` loads a graph, `fluxion graphs` lists those that are there
    ");
    assert_snapshot!(masked(&fails(&server, "watch --after x", 2)), @r"
    error: invalid value 'x' for '--after <CURSOR>': expected a revision, such as 17 or 5f0c3a9e1b7d2468:17

    For more information, try '--help'.
    ");
}

#[test]
fn the_state_comes_first_and_an_interrupt_ends_it_with_0() {
    let server = busy();
    text(&server, "match jobspec.yaml --job-key other");
    let mut process = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(["watch", "--state"])
        .env("FLUXION_ADDRESS", &server.address)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap() + "\n";
    let mut printed = String::new();
    while !printed.contains("begin") {
        printed += &next();
    }
    let few: Vec<&str> = printed.lines().take(3).chain(printed.lines().last()).collect();
    assert_snapshot!(masked(&(few.join("\n") + "\n")), @r"
    7  state         job 2 allocated from 0 to 3600 key other
    7  state         /tiny0/rack0/node1 is down
    7  state         /tiny0/rack0/node1/socket0 is down
    7  begin         5f0c3a9e1b7d2468
    ");
    text(&server, "cancel --job-key other");
    assert_snapshot!(next(), @r"
    8  canceled      job 2
    ");
    let number = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &number]).status().unwrap().success());
    assert_eq!(process.wait().unwrap().code(), Some(0));
}
