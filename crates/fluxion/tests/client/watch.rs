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
    assert_snapshot!(text(&server, "watch --after 1 --count 5"), @"");
    assert_snapshot!(text(&server, "watch --after 1 --count 2 --kind booked,canceled"), @"");
}

#[test]
fn scripts_get_a_document_for_each_thing() {
    let server = busy();
    let printed = text(&server, "watch --after 1 --count 5 --output json");
    assert_snapshot!(printed, @"");
    // a cursor is where the next one begins
    let printed = run(&server.address, "watch --after 1 --count 4 --output json").stdout;
    let last = String::from_utf8(printed).unwrap().lines().last().unwrap().to_owned();
    let document: Value = serde_json::from_str(&last).unwrap();
    let line = format!("watch --after {} --count 1", document["cursor"].as_str().unwrap());
    assert_snapshot!(text(&server, &line), @"");
}

#[test]
fn what_cannot_be_watched_is_told() {
    let server = busy();
    assert_snapshot!(masked(&fails(&server, "watch --after 7", 1)), @"");
    assert_snapshot!(masked(&fails(&server, "watch --after 0123456789abcdef:1", 1)), @"");
    assert_snapshot!(masked(&fails(&server, "watch --graph absent", 5)), @"");
    assert_snapshot!(masked(&fails(&server, "watch --after x", 2)), @"");
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
    assert_snapshot!(masked(&(few.join("\n") + "\n")), @"");
    text(&server, "cancel --job-key other");
    assert_snapshot!(next(), @"");
    let number = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &number]).status().unwrap().success());
    assert_eq!(process.wait().unwrap().code(), Some(0));
}
