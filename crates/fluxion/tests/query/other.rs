//! The session itself, `cat`, `help`, `quit`, and the commands that are not there yet.

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::support::{DEMO, session, session_of_bytes};

#[test]
fn the_session_ends_with_quit_or_its_input() {
    assert_snapshot!(session(DEMO, ""), @"");
    assert_snapshot!(session(DEMO, "q now\nget-status /demo0\n"), @"");
    assert_snapshot!(session(DEMO, "get-status /demo0"), @"/demo0 is up");
    assert_snapshot!(session(DEMO, "\n \t \n# comment\nMATCH\nget-status /demo0\r\n"), @"/demo0 is up");
    assert_snapshot!(session(DEMO, "\x0bget-status\x0c/ƒ2\n"), @"Could not find path /ƒ2 in resource graph.");
    assert_snapshot!(session_of_bytes(DEMO, b"e /\xff\n"), @"Could not find path /\u{fffd} in resource graph.");
}

#[test]
fn channels_keep_the_order_even_if_they_lead_to_the_same_place() {
    let input = "get-status /demo0\nhelp quit\nget-status /demo0\n";
    assert_snapshot!(session(&format!("{DEMO} -t /dev/stdout"), input), @r"
    /demo0 is up
    INFO: quit (q) -- Quit the session: resource-query> quit
    /demo0 is up
    ");
}

#[test]
fn files_are_printed() {
    assert_snapshot!(session(DEMO, "cat no_newline.txt\na none.txt\ncat\ncat a b\n"), @r"
    first
    last
    INFO: Jobspec in no_newline.txt
    INFO: Jobspec in none.txt
    --- stderr
    ERROR: can't open none.txt: No such file or directory (os error 2)
    ERROR: malformed command
    ERROR: malformed command
    ");
}

#[test]
fn commands_that_are_not_there_yet() {
    let input = "update allocate jgf demo.json 1 0 10\nj demo.json\nremove /demo0/rack0 true\npc 1 jgf demo.json\n";
    assert_snapshot!(session(DEMO, input), @r"
    --- stderr
    ERROR: not supported yet: update
    ERROR: not supported yet: attach
    ERROR: not supported yet: remove
    ERROR: not supported yet: partial-cancel
    ");
}

#[test]
fn help() {
    assert_snapshot!(session(DEMO, "help m\nhelp j\nhelp bogus\n"), @r"");
    assert_snapshot!(session(DEMO, "help\n"), @r"");
    assert_eq!(session(DEMO, "h a b\n"), session(DEMO, "help\n"));
}

#[test]
fn nobody_reading_is_no_failure() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(["query", "-L", "demo.json", "-f", "jgf"])
        .current_dir(data)
        .stdin(std::fs::File::open(format!("{data}/help.txt")).unwrap())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(child.wait().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
