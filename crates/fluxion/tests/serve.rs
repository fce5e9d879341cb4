//! `fluxion serve`; the tests of `fluxion-daemon` say more about the process.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

mod common;

use std::process::Command;

#[test]
fn serve_serves() {
    let server = common::Server::start();
    let mut graphs = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    let output = graphs.arg("graphs").env("FLUXION_ADDRESS", &server.address).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn serve_takes_the_last_of_several() {
    let arguments = ["serve", "--port", "0", "--policy", "first", "--policy", "best"];
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("--policy") && message.contains("best"), "{message}");
}

/// A file that is shipped, with a line of it put in force.
#[track_caller]
fn check_settings(text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fluxion.toml");
    std::fs::write(&path, text).unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    let output = serve.args(["serve", "--check-config", "--config"]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{text}\n{output:?}");
}

#[test]
fn the_settings_that_are_shipped_are_good_and_so_is_what_stands_there_in_comments() {
    let text = include_str!("../../../packaging/fluxion.toml");
    check_settings(text);
    let commented =
        |line: &str| line.starts_with("# [") || line.contains(" = ") && line.starts_with("# ");
    let all: Vec<&str> =
        text.lines().map(|line| if commented(line) { &line[2..] } else { line }).collect();
    assert!(all.iter().filter(|line| line.contains(" = ")).count() > 6, "{all:?}");
    check_settings(&all.join("\n"));
}

#[test]
fn the_service_is_started_with_options_that_there_are() {
    let unit = include_str!("../../../packaging/systemd/fluxion.service");
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/fluxion "));
    let words = line.unwrap().replace("/etc/fluxion/fluxion.toml", "");
    let words = words.replace("--config ", "");
    let mut fluxion = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    let output = fluxion.args(words.split_whitespace()).arg("--print-config").output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
