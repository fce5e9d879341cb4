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

#[test]
fn other_shells_are_refused() {
    let arguments = ["completions", "tcsh"];
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
