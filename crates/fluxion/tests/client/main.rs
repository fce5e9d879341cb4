//! The commands that talk to a server, as people and scripts see them.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/masked.rs"]
mod masked;

mod backup;
mod day;
mod documents;
mod exits;
mod explain;
mod help;
mod history;
mod messages;
mod pseudo_terminal;
mod repeats;
mod several;
mod tables;
mod top;
mod usage;
mod watch;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::Server;
use masked::masked;
use serde_json::Value;

/// What a command prints that succeeds.
#[track_caller]
fn text(server: &Server, line: &str) -> String {
    let output = run(&server.address, line);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.as_str()), (Some(0), ""), "{line}");
    masked(&String::from_utf8(output.stdout).unwrap())
}

/// The document that a command prints, whether or not it succeeds.
#[track_caller]
fn document(server: &Server, line: &str) -> Value {
    let output = run(&server.address, &format!("{line} --output json"));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// What a command tells that fails with an exit status.
#[track_caller]
fn fails(server: &Server, line: &str, status: i32) -> String {
    let output = run(&server.address, line);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{line}: {told}");
    told
}

fn run(address: &str, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(line.split_whitespace())
        .current_dir(examples())
        .env("FLUXION_ADDRESS", address)
        .output()
        .unwrap()
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// A server that holds the cluster of the examples, by the policy `lonode`.
fn loaded() -> Server {
    let server = Server::start();
    text(&server, "init cluster.json --policy lonode");
    server
}

/// A server that keeps its graphs in a directory, once it serves.
fn kept(directory: &Path) -> Server {
    kept_with(directory, &[])
}

fn kept_with(directory: &Path, options: &[&str]) -> Server {
    let directory = ["--data-dir", directory.to_str().unwrap()];
    let server = Server::with(&[&directory, &["--port", "0"][..], options].concat());
    while run(&server.address, "graphs").status.code() != Some(0) {}
    server
}

/// A file with a text.
fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}
