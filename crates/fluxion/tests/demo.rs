//! `fluxion demo` as a user sees it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::process::{Command, Output};

fn demo(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fluxion")).arg("demo").args(arguments).output().unwrap()
}

/// The output without what differs from run to run: the port and the times.
fn stable(output: &[u8]) -> String {
    let text = std::str::from_utf8(output).unwrap();
    let lines = text.lines().map(|line| {
        let line = line.split("127.0.0.1:").next().unwrap_or_default();
        let timed = line.strip_suffix(" ms").and_then(|rest| rest.rsplit_once(' '));
        timed.map_or(line, |(before, _)| before).trim_end()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_main_job() {
    let output = demo(&[]);
    insta::assert_snapshot!(stable(&output.stdout), @"
    Serve   gRPC on
    Init    examples/cluster.json loaded, policy lonode
    Match   examples/jobspec.yaml: job 1, starts now

            tiny0              cluster  1  shared
            └─ rack0           rack     1  shared
               └─ node0        node     1  shared
                  └─ socket0   socket   1  exclusive
                     └─ core0  core     1  exclusive

    Cancel  job 1: all released
    ");
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn failures_say_what_to_do() {
    let missing = demo(&["--graph", "/nonexistent/graph.json"]);
    assert_eq!(missing.status.code(), Some(1));
    let message = String::from_utf8(missing.stderr).unwrap();
    assert!(message.starts_with("error: cannot read /nonexistent/graph.json: "), "{message}");

    let policy = demo(&["--policy", "best"]);
    assert_eq!(policy.status.code(), Some(1));
    let message = String::from_utf8(policy.stderr).unwrap();
    let expected =
        "error: Init of examples/cluster.json failed: policy: unknown match policy `best`";
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn a_jobspec_of_ones_own() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "version: 1\nresources: [\n").unwrap();
    let output = demo(&["--jobspec", file.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("Match of "), "{message}");
    assert!(message.contains("line 3, column 1"), "{message}");
}
