//! The scripts of `fluxion completions`.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::io::{ErrorKind, Write as _};
use std::process::Command;

/// Each shell completes all commands, and a shell that is there can read its script.
#[track_caller]
fn check(shell: &str) {
    let arguments = ["completions", shell];
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let script = String::from_utf8(output.stdout).unwrap();
    for word in [
        "serve",
        "init",
        "match",
        "cancel",
        "jobs",
        "shrink",
        "export",
        "job-key",
        "request-key",
        "allocate_orelse_reserve",
        "generate",
        "convert",
        "validate",
        "number-nodes",
        "completions",
    ] {
        assert!(script.contains(word), "{shell}: {word}");
    }
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

/// What bash offers for the last of some words.
#[track_caller]
fn offers(words: &[&str], expected: &str) {
    let place = words.len() - 1;
    let (last, before) = (words[place], words[place - 1]);
    let script = format!(
        "source <({} completions bash); COMP_WORDS=({}); COMP_CWORD={place}; \
         _fluxion fluxion {last:?} {before:?}; echo ${{COMPREPLY[@]}}",
        env!("CARGO_BIN_EXE_fluxion"),
        words.join(" "),
    );
    match Command::new("bash").args(["-c", &script]).output() {
        Ok(output) => {
            assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), expected, "{words:?}");
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
    }
}

#[test]
fn commands_options_and_words_are_completed() {
    offers(&["fluxion", "gra"], "graphs");
    offers(&["fluxion", "graphs", "ex"], "export");
    offers(&["fluxion", "cancel", "--re"], "--request-key");
    offers(&["fluxion", "match", "--operation", "sat"], "satisfiability");
    offers(&["fluxion", "query", "--load-f"], "--load-file --load-format");
    offers(&["fluxion", "generate", "--format", ""], "jgf grug r");
    offers(&["fluxion", "convert", "--from", "hw"], "hwloc");
    offers(&["fluxion", "convert", "--to", "r"], "r rv1 rlite");
    offers(&["fluxion", "validate", "--format", "job"], "jobspec");
    offers(&["fluxion", "status", "/tiny0", "--set", "d"], "down");
}

#[test]
fn other_shells_are_refused() {
    let arguments = ["completions", "tcsh"];
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
