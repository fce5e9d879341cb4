//! `explain`, as people and scripts see it.

use insta::assert_snapshot;

use crate::{document, fails, loaded, run, text};

/// What is printed, and how it ends; nothing is told beside it.
#[track_caller]
fn explained(server: &crate::common::Server, line: &str, status: i32) -> String {
    let output = run(&server.address, line);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.as_str()), (Some(status), ""), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_fits_now_ends_with_0() {
    let server = loaded();
    assert_snapshot!(explained(&server, "explain jobspec.yaml", 0), @"");
}

#[test]
fn what_does_not_fit_now_ends_with_3() {
    let server = loaded();
    text(&server, "match two_nodes.yaml --job-key both");
    assert_snapshot!(explained(&server, "explain jobspec.yaml --why-not /tiny0/rack0/node1", 3), @"");
    let document = document(&server, "explain jobspec.yaml --no-hints --examples 0");
    assert_snapshot!(crate::masked(&format!("{document:#}")), @"");
    text(&server, "match jobspec.yaml --operation allocate_orelse_reserve");
    assert_snapshot!(explained(&server, "explain --job 2", 3), @"");
    assert_snapshot!(explained(&server, "explain --job-key both", 0), @"");
}

#[test]
fn what_can_never_fit_ends_with_4() {
    let server = loaded();
    let spec = std::fs::read_to_string(crate::examples().join("two_nodes.yaml")).unwrap();
    let more = crate::file(&spec.replacen("count: 2", "count: 3", 1));
    let line = format!("explain {}", more.path().display());
    assert_snapshot!(explained(&server, &line, 4), @"");
}

#[test]
fn what_is_not_there_ends_with_5() {
    let server = loaded();
    assert_snapshot!(fails(&server, "explain --job 9", 5), @"");
    assert_snapshot!(fails(&server, "explain jobspec.yaml --why-not /x", 5), @"");
}
