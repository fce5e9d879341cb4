//! Expressions for `find`.

use crate::support::{Answer, Jgf, session};

#[track_caller]
fn find(expression: &str) -> Answer {
    let graph = Jgf::cluster(2, &[("core", 1)]);
    let input = format!("find {expression}\nlist\n");
    session(&[("graph", graph.as_bytes())], "-L graph -f jgf", input.as_bytes())
}

#[track_caller]
fn refused(expression: &str) {
    find(expression).says("invalid criteria");
}

#[test]
fn terms_without_end() {
    for operator in ["and ", "or ", ""] {
        let terms = format!("status=up {operator}").repeat(100_000);
        find(&format!("{terms} status=up")).says("EXPRESSION=").says("core");
    }
    refused(&"status=up and ".repeat(100_000));
    let groups = "(status=up) or ".repeat(50_000);
    find(&format!("{groups} status=down")).says("core");
    let jobs = "jobid-tag=1 or jobid-span=2 and ".repeat(20_000);
    find(&format!("{jobs} status=up")).says("EXPRESSION=");
}

#[test]
fn terms_times_vertices() {
    let graph = Jgf::cluster(2000, &[("core", 1); 5]);
    for (terms, expected) in [(5500, "EXPRESSION="), (6000, "expected at most 5591 on")] {
        let input = format!("find {}status=down\n", "status=down or ".repeat(terms - 1));
        session(&[("graph", graph.as_bytes())], "-L graph -f jgf", input.as_bytes()).says(expected);
    }
}

#[test]
fn parentheses_without_end() {
    for depth in [150, 100_000] {
        let text = format!("{}status=up{}", "(".repeat(depth), ")".repeat(depth));
        let answer = find(&text);
        answer.says(if depth == 150 { "EXPRESSION=" } else { "invalid criteria" });
    }
    refused(&"(".repeat(1_000_000));
    refused(&")".repeat(1_000_000));
    refused(&"( ".repeat(300_000));
    refused(&"()".repeat(300_000));
    let tail = (0..190).fold("status=up".to_owned(), |text, _| format!("({text}) status=up"));
    find(&tail).says("EXPRESSION=");
}

#[test]
fn names_without_end() {
    refused("names=n[0-1000000000]");
    refused("names=n[0-999999],m[0-999999]");
    refused("names=n[0-1048575]");
    find("names=n[0-249999]").says("EXPRESSION=");
    refused(&format!("names={}", "[".repeat(100_000)));
    let hosts = vec!["n[0-99999]"; 50].join(",");
    let answer = find(&format!("names={hosts}"));
    assert!(answer.text.contains("EXPRESSION=") || answer.text.contains("invalid"), "{answer:?}");
    let answer = find(&"names=n[0-99999] or ".repeat(100).replace(" or \n", ""));
    assert!(answer.text.contains("EXPRESSION=") || answer.text.contains("invalid"), "{answer:?}");
    find(&format!("property={}", "x".repeat(3 << 20))).says("EXPRESSION=");
}

#[test]
fn numbers_without_end() {
    for id in ["99999999999999999999", "-1", "0x", "f", "1e9", &"9".repeat(1_000_000)] {
        refused(&format!("jobid-alloc={id}"));
    }
    find("jobid-alloc=18446744073709551615").says("EXPRESSION=");
}
