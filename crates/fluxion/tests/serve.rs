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
