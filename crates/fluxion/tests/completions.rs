//! The scripts of `fluxion completions`.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod common;

use std::io::{ErrorKind, Write as _};
use std::process::Command;

/// Each shell is told whom to ask, and a shell that is there can read its script.
#[track_caller]
fn check(shell: &str) {
    let arguments = ["completions", shell];
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let script = String::from_utf8(output.stdout).unwrap();
    assert!(script.contains("FLUXION_COMPLETE"), "{shell}: {script}");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(script.as_bytes()).unwrap();
    match Command::new(shell).arg("-n").arg(file.path()).output() {
        Ok(read) => {
            assert!(read.status.success() && read.stderr.is_empty(), "{shell}: {read:?}");
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{shell}: {error}"),
    }
}

#[test]
fn shells_complete_the_commands() {
    ["bash", "zsh", "fish"].into_iter().for_each(check);
}

/// What bash offers for the last of some words, and what is printed on the terminal meanwhile: nothing.
#[track_caller]
fn offers(address: &str, words: &[&str], expected: &str) {
    let place = words.len() - 1;
    let (last, before) = (words[place], words[place - 1]);
    let quoted: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
    let script = format!(
        "source <(fluxion completions bash); COMP_WORDS=({}); COMP_CWORD={place}; \
         _clap_complete_fluxion fluxion {last:?} {before:?}; echo ${{COMPREPLY[@]}}",
        quoted.join(" "),
    );
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_fluxion")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let mut bash = Command::new("bash");
    bash.args(["-c", &script]).env("PATH", path).env("FLUXION_ADDRESS", address);
    match bash.output() {
        Ok(output) => {
            let told = String::from_utf8(output.stderr).unwrap();
            let told = told.lines().filter(|line| !line.contains("compopt")).collect::<String>();
            assert_eq!(told, "", "{words:?}");
            assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), expected, "{words:?}");
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
    }
}

/// Where no server is.
const NOWHERE: &str = "127.0.0.1:1";

#[test]
fn commands_options_and_words_are_completed() {
    let check = |words: &[&str], expected: &str| offers(NOWHERE, words, expected);
    check(&["fluxion", "gra"], "graphs");
    check(&["fluxion", "graphs", "ex"], "export");
    check(&["fluxion", "cancel", "--re"], "--request-key");
    check(&["fluxion", "match", "--operation", "sat"], "satisfiability");
    check(&["fluxion", "match", "--policy", "lo"], "low lonode lonodex locality");
    check(&["fluxion", "serve", "--policy", "fi"], "first firstnodex");
    check(&["fluxion", "serve", "--match-format", "jgf_"], "jgf_shorthand jgf_full");
    check(&["fluxion", "query", "--load-f"], "--load-file --load-format");
    check(&["fluxion", "query", "-f", "rv1exec_"], "rv1exec_force");
    check(&["fluxion", "status", "/tiny0", "--set", "d"], "down");
    check(&["fluxion", "generate", "--format", ""], "jgf grug r");
    check(&["fluxion", "convert", "--from", "hw"], "hwloc");
    check(&["fluxion", "convert", "--to", "r"], "r rv1 rlite");
    check(&["fluxion", "validate", "--format", "job"], "jobspec");
}

#[test]
fn graphs_jobs_keys_and_paths_are_completed_as_the_server_knows_them() {
    let server = common::Server::start();
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fluxion"));
        command.args(words).env("FLUXION_ADDRESS", &server.address);
        command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples"));
        assert!(command.output().unwrap().status.success(), "{words:?}");
    };
    run(&["init", "cluster.json"]);
    run(&["init", "cluster.json", "--graph", "spare"]);
    run(&["match", "jobspec.yaml", "--job-key", "batch-17"]);
    run(&["match", "jobspec.yaml", "--job-key", "other", "--graph", "spare"]);
    let check = |words: &[&str], expected: &str| offers(&server.address, words, expected);
    check(&["fluxion", "jobs", "--graph", ""], "default spare");
    check(&["fluxion", "graphs", "drop", "sp"], "spare");
    check(&["fluxion", "cancel", "--job-key", "b"], "batch-17");
    check(&["fluxion", "cancel", "--graph", "spare", "--job-key", ""], "other");
    check(&["fluxion", "cancel", "1"], "1");
    check(&["fluxion", "status", "/"], "/tiny0");
    check(&["fluxion", "properties", "/tiny0/rack0/n"], "/tiny0/rack0/node0 /tiny0/rack0/node1");
    check(&["fluxion", "status", "--graph", "none", "/"], "");
    offers(
        NOWHERE,
        &["fluxion", "cancel", "--server", &server.address, "--job-key", ""],
        "batch-17",
    );
}

#[test]
fn without_a_server_nothing_is_offered_and_nothing_said() {
    offers(NOWHERE, &["fluxion", "jobs", "--graph", "d"], "");
    offers(NOWHERE, &["fluxion", "status", "/ti"], "");
    offers("no address", &["fluxion", "jobs", "--graph", "d"], "");
}

#[test]
fn other_shells_are_refused() {
    let arguments = ["completions", "tcsh"];
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
