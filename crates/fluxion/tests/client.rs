//! The commands that talk to a server, as a user sees them.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// A server on a free port; it ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_fluxion"))
            .args(["serve", "--host", "127.0.0.1", "--port", "0", "--log", "off"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { process, address }
    }

    fn run(&self, line: &str) -> Output {
        run(&self.address, line)
    }

    /// What a command prints that succeeds.
    #[track_caller]
    fn text(&self, line: &str) -> String {
        let output = self.run(line);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told.as_str()), (Some(0), ""), "{line}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// How a command fails, and what it tells.
    #[track_caller]
    fn fails(&self, line: &str, status: i32, part: &str) {
        let output = self.run(line);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{line}: {told}");
        assert!(told.contains(part), "{line}: {told}");
    }
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
    let init = server.text("init cluster.json --policy lonode --resource-format simple");
    assert!(init.starts_with("graph default: "), "{init}");
    let both = server.text("match two_nodes.yaml --job-key both");
    assert!(both.starts_with("job 1: allocated, at 0\n") && both.contains("node1"), "{both}");
    server.text("match jobspec.yaml --operation allocate_orelse_reserve");
    insta::assert_snapshot!(server.text("jobs"), @"
    JOB  STATE      START   END  KEY
      1  allocated      0  3600  both
      2  reserved    3600  7200
    ");
    assert!(server.text("jobs --job-key both").starts_with("job    1\nkey    both\n"));
    assert_eq!(server.text("grow node2.json"), "4 vertices came\n");
    assert_eq!(server.text("status /tiny0/rack0/node2 --set down"), "1 vertices are down\n");
    insta::assert_snapshot!(server.text("status /tiny0/rack0/node2"), @"
    STATUS  PATH
    down    /tiny0/rack0/node2
    ");
    assert!(server.text("find status=down").contains("node2"));
    assert_eq!(server.text("shrink /tiny0/rack0/node2"), "4 vertices went\n");
    assert!(server.text("cancel 2 --job-key both").starts_with("job 2: "));
    let listed: Value = serde_json::from_str(&server.text("jobs --output json")).unwrap();
    assert_eq!(listed["jobs"][0]["state"], "canceled");
    let stats: Value = serde_json::from_str(&server.text("stats --output json")).unwrap();
    assert_eq!((&stats["matches_succeeded"], &stats["canceled"]), (&2.into(), &2.into()));
    assert!(server.text("graphs").contains("default  lonode"));
}

#[test]
fn exit_statuses() {
    let server = Server::start();
    server.fails("jobs", 5, "there is no graph named `default`");
    server.text("init cluster.json");
    server.fails("init cluster.json", 1, "default");
    server.fails("match cluster.json", 1, "field `jobspec`: ");
    server.fails("match", 2, "Usage");
    server.fails("match jobspec.yaml --operation guess", 2, "expected allocate");
    server.text("match two_nodes.yaml");
    server.fails("match jobspec.yaml", 3, "nothing that fits is free now");
    server.fails("match absent.yaml", 1, "cannot read absent.yaml");
    server.fails("shrink /tiny0/rack0/node0", 1, "error: ");
    server.fails("cancel 77", 5, "nonexistent job 77");
    server.fails("status /nowhere", 5, "no such path");
    let address = server.address.clone();
    drop(server);
    assert_eq!(run(&address, "jobs --wait 0").status.code(), Some(6));
}

#[test]
fn several_jobspecs_are_all_tried() {
    let server = Server::start();
    server.text("init cluster.json");
    let output = server.run("match two_nodes.yaml jobspec.yaml --output json");
    assert_eq!(output.status.code(), Some(3));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["matches"][0]["outcome"], "allocated");
    assert_eq!(answer["matches"][1]["error"]["code"], "ResourceExhausted");
}
