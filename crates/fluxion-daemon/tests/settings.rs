//! The file of settings: what it may say, what comes before it, and what is said of one that cannot be used.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn server(directory: &TempDir, text: &str) -> Command {
    let path = directory.path().join("fluxion.toml");
    fs::write(&path, text).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_server"));
    server.current_dir(directory.path()).env_clear().args(["--config", "fluxion.toml"]);
    server
}

/// What is printed of the settings that do not have their defaults.
fn told(output: Output) -> String {
    let text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    let lines =
        text.lines().filter(|line| !line.ends_with("# default") && !line.ends_with("# not set"));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

#[track_caller]
fn check(text: &str, flags: &[&str], environment: &[(&str, &str)], expected: &str) {
    let directory = TempDir::new().unwrap();
    let mut server = server(&directory, text);
    server.args(flags).envs(environment.iter().copied()).arg("--print-config");
    assert_eq!(told(server.output().unwrap()), expected, "{text}");
}

#[test]
fn flags_come_before_the_environment_and_that_before_the_file() {
    let text = "policy = 'low'\nport = 1\n[max]\nconnections = 5\ncall-time = 7\n";
    check(
        text,
        &["--port", "3"],
        &[("FLUXION_PORT", "2"), ("FLUXION_POLICY", "high")],
        "port = 3 # command line\n\
         policy = \"high\" # environment, FLUXION_POLICY\n\
         max-connections = 5 # file\n\
         max-call-time = 7 # file\n",
    );
    check("", &["-host", "localhost"], &[], "host = \"localhost\" # command line\n");
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let directory = TempDir::new().unwrap();
    for how in ["--check-config", "--print-config"] {
        let output = server(&directory, text).arg(how).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("error: fluxion.toml:{expected}\n"), "{text}");
        assert_eq!(output.status.code(), Some(78), "{text}");
    }
}

#[test]
fn what_a_file_must_not_say_is_refused_with_its_place() {
    refused("a = ", "1:5: string values must be quoted, expected literal string");
    refused("\npolcy = 'low'", "2:1: there is no setting `polcy`; did you mean `policy`?");
    refused("zzz = 1", "1:1: there is no setting `zzz`: they are named as the options of `serve`");
    refused(
        "config = 'x'",
        "1:1: there is no setting `config`: they are named as the options of `serve`",
    );
    refused(
        "port = 'x'",
        "1:8: port: `x` is not a port: expected a number up to 65535, say `4242` or `:4242`",
    );
    refused("durability = 'no'", "1:14: durability: `no`: expected one of fsync, interval, none");
    refused("port = [1, 2]", "1:8: port: expected one value");
    refused("port = true", "1:8: port: expected a text or a number");
    refused("[max]\nvisits = -1", "2:10: max-visits: invalid digit found in string");
}

#[test]
fn a_good_file_is_called_good_and_a_server_starts_with_it() {
    let directory = TempDir::new().unwrap();
    let output = server(&directory, "port = 0").arg("--check-config").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "fluxion: the settings are good\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_only_the_server_knows_to_be_wrong_is_found_as_well() {
    let directory = TempDir::new().unwrap();
    let output = server(&directory, "policy = 'best'").arg("--check-config").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: --policy: unknown match policy `best`"), "{said}");
    assert_eq!(output.status.code(), Some(78));
}

#[test]
fn what_is_printed_can_be_used_as_a_file() {
    let directory = TempDir::new().unwrap();
    let print = |text: &str| {
        let output = server(&directory, text).arg("--print-config").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = print("policy = 'policy=low node_centric=true'\ndata-dir = '/a \"b\"'");
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split("  #").next().unwrap().trim_end().to_owned()).collect()
    };
    assert_eq!(values(&print(&printed)), values(&printed));
    assert!(printed.contains("data-dir"), "{printed}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["--config", "/nowhere/fluxion.toml"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: /nowhere/fluxion.toml: No such file"), "{said}");
    assert_eq!(output.status.code(), Some(78));
    assert!(!Path::new("/nowhere").exists());
}
