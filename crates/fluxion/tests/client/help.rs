//! The help pages.

use std::process::Command;

/// The page of a command, as wide as where no terminal says otherwise.
fn page(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(command.split_whitespace())
        .arg("--help")
        .env_remove("FLUXION_ADDRESS")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{command}");
    String::from_utf8(output.stdout).unwrap()
}

const COMMANDS: [&str; 25] = [
    "init",
    "graphs",
    "graphs export",
    "graphs drop",
    "fork",
    "stats",
    "time",
    "snapshot",
    "match",
    "explain",
    "watch",
    "top",
    "windows",
    "windows show",
    "windows set",
    "windows drop",
    "cancel",
    "retime",
    "update",
    "jobs",
    "find",
    "status",
    "properties",
    "grow",
    "shrink",
];

#[test]
fn pages() {
    for command in COMMANDS {
        insta::assert_snapshot!(command.replace(' ', "_"), page(command));
    }
}

#[test]
fn each_page_has_an_example_and_the_exit_statuses() {
    for command in COMMANDS {
        let page = page(command);
        assert!(
            page.contains("Examples:\n") && page.contains(&format!("  fluxion {command}")),
            "{page}"
        );
        for status in ["0 done", "1 refused", "2 wrong options", "6 the server cannot be reached"] {
            assert!(page.contains(status), "{command}: {status}");
        }
    }
}

/// A command that is new gets a page here too.
#[test]
fn no_command_is_forgotten() {
    let overview = page("");
    let listed = overview.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let offline = [
        "serve",
        "query",
        "demo",
        "check",
        "log",
        "backup",
        "restore",
        "compact",
        "repair",
        "token",
        "generate",
        "convert",
        "validate",
        "bench",
        "completions",
        "man",
    ];
    let others = [&["", "help", "-h,", "-V,"][..], &offline].concat();
    for command in listed.filter(|command| !others.contains(command)) {
        assert!(COMMANDS.contains(&command), "{command}");
    }
}
