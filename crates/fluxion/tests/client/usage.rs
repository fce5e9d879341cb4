//! Command lines that cannot be read, of every command: what is told, and how it ends.

use std::process::{Command, Output};

use serde_json::Value;

use crate::examples;

/// Every command, with what it needs at least, and what it is told to need if that is left out.
const COMMANDS: [(&str, &str, &str); 45] = [
    ("serve", "", ""),
    ("query", "", ""),
    ("demo", "", ""),
    ("init", "cluster.json", "<FILE>"),
    ("graphs", "", ""),
    ("graphs export", "default", "<NAME>"),
    ("graphs drop", "default", "<NAME>..."),
    ("fork", "default", "<GRAPH>"),
    ("stats", "", ""),
    ("time", "", ""),
    ("snapshot", "", ""),
    ("match", "jobspec.yaml", "<JOBSPEC>..."),
    ("explain", "jobspec.yaml", "<JOBSPEC|--job <JOB>|--job-key <KEY>>"),
    ("watch", "", ""),
    ("top", "", ""),
    ("windows", "", ""),
    ("windows show", "w", "<NAME>"),
    (
        "windows set",
        "w /tiny0 --maintenance --lead 60",
        "<--maintenance|--reservation> <--from <SECONDS>|--repeat <RULE>|--lead <SECONDS>> <PATH|--ranks <RANKS>|--find <CRITERIA>|--jobspec <FILE>> <NAME>",
    ),
    ("windows drop", "w", "<NAME>"),
    ("cancel", "1", "<JOB>..."),
    (
        "retime",
        "1 --later-by 60",
        "<--end <SECONDS>|--duration <SECONDS>|--later-by <SECONDS>> <JOB>",
    ),
    ("update", "node2.json --job 1 --duration 1", "<FILE>"),
    ("jobs", "", ""),
    ("find", "status=up", "<CRITERIA>"),
    ("status", "/tiny0", "<PATH|--ranks <RANKS>>"),
    ("properties", "/tiny0", "<PATH>"),
    ("grow", "node2.json", "<FILE>"),
    ("shrink", "/tiny0", "<PATH|--ranks <RANKS>>"),
    ("check", "data", "<DIR>"),
    ("log", "data", "<DIR>"),
    ("backup", "data target", "<SOURCE> <TARGET>"),
    ("restore", "backup data", "<BACKUP> <DIR>"),
    ("compact", "data", "<DIR>"),
    ("repair", "data", "<DIR>"),
    ("token", "", ""),
    ("token new", "", ""),
    ("token list", "auth.toml", "<FILE>"),
    ("generate", "", ""),
    ("convert", "cluster.json", "<FROM>"),
    ("validate", "cluster.json", "<FILE>..."),
    ("bench", "", ""),
    ("bench serve", "", ""),
    ("bench abuse", "", ""),
    ("completions", "bash", "<SHELL>"),
    ("man", "", ""),
];

/// Runs a command that shall not reach any server.
fn run(line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(line.split_whitespace())
        .current_dir(examples())
        .env("FLUXION_ADDRESS", "127.0.0.1:1")
        .output()
        .unwrap()
}

#[track_caller]
fn refused(line: &str) -> String {
    let output = run(line);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{line}: {told}");
    told
}

#[test]
fn a_wrong_option_ends_every_command_with_2() {
    for (command, needed, _) in COMMANDS {
        let told = refused(&format!("{command} {needed} --no-such-option"));
        assert!(told.contains("--no-such-option"), "{command}: {told}");
        assert!(told.contains("--help"), "{command}: {told}");
    }
}

#[test]
fn what_is_missing_is_told_with_the_usage() {
    for (command, _, missing) in COMMANDS.into_iter().filter(|(_, _, missing)| !missing.is_empty())
    {
        let told = refused(command);
        assert!(told.contains(missing) && told.contains("Usage: fluxion"), "{command}: {told}");
    }
}

#[test]
fn every_command_is_in_the_table() {
    let overview = String::from_utf8(run("--help").stdout).unwrap();
    let list = overview.split("Commands:\n").nth(1).unwrap();
    let list = list.split("\n\n").next().unwrap();
    let listed = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    for command in listed.filter(|command| !["", "help"].contains(command)) {
        assert!(COMMANDS.iter().any(|(known, ..)| *known == command), "{command}");
    }
}

#[test]
fn scripts_get_documents_of_what_is_wrong() {
    let document = |line: &str| -> Value { serde_json::from_str(&refused(line)).unwrap() };
    insta::assert_snapshot!(format!("{:#}", document("jobs -o json --guess")), @r#"
    {
      "errors": [
        {
          "code": null,
          "exit_status": 2,
          "hint": "to pass '--guess' as a value, use '-- --guess'",
          "message": "unexpected argument '--guess' found"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(format!("{:#}", document("match --output=json")), @r#"
    {
      "errors": [
        {
          "code": null,
          "exit_status": 2,
          "hint": null,
          "message": "the following required arguments were not provided: <JOBSPEC>..."
        }
      ]
    }
    "#);
    insta::assert_snapshot!(format!("{:#}", document("match - - --output json")), @r#"
    {
      "errors": [
        {
          "code": null,
          "exit_status": 2,
          "hint": null,
          "message": "`-` stands for one jobspec: expected it once"
        }
      ]
    }
    "#);
    let unreachable = run("jobs -o json --wait 0");
    assert_eq!((unreachable.status.code(), unreachable.stdout.len()), (Some(6), 0));
    let told: Value = serde_json::from_slice(&unreachable.stderr).unwrap();
    assert_eq!(told["errors"][0]["exit_status"], 6);
}

#[test]
fn a_word_that_is_no_number_may_be_a_key() {
    insta::assert_snapshot!(refused("cancel batch-17"), @"
    error: invalid value 'batch-17' for '[JOB]...': expected a number; `--job-key batch-17` means a job by its key

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("jobs batch-17"), @"
    error: invalid value 'batch-17' for '[JOB]': expected a number; `--job-key batch-17` means a job by its key

    For more information, try '--help'.
    ");
}

#[test]
fn policies_are_listed() {
    for command in ["init", "match", "serve", "demo"] {
        let page = run(&format!("{command} --help")).stdout;
        let page = String::from_utf8(page).unwrap();
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains("first, firstnodex,") || page.contains("hinodex, lonodex"), "{page}");
    }
}

#[test]
fn help_and_versions_are_found_where_they_are_looked_for() {
    let told = |line: &str| {
        let output = run(line);
        assert_eq!(output.status.code(), Some(0), "{line}");
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    assert_eq!(told("help query"), told("query --help"));
    assert!(told("help query").contains("--load-file"));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(told("serve --version"), format!("fluxion-serve {version}\n"));
    assert_eq!(told("--version"), format!("fluxion {version}\n"));
}
