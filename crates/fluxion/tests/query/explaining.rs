//! `explain`, which the reference does not have.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn why_a_jobspec_does_not_start_is_told() {
    assert_snapshot!(session(DEMO, "explain five_cores.yaml /demo0\nexplain one.yaml\nexplain none.txt\nexplain no_newline.txt\nexplain\nhelp explain\n"), @r#"
    INFO: Needs 1 node, none could serve: 2 have fewer than 5 cores (at most 1). It can never run on this graph. It would fit now with at most 1 core. /demo0 is of a type that the request does not name.
    INFO: Fits now.
    INFO: explain (explain) -- Tell why a jobspec does not start now, when it does, and what would help (optional: a vertex, of which it is told why it is not used; preempt, to be told which jobs would have to go, and what jobs cost, 1 unless said): resource-query> explain jobspec /path/to/vertex preempt jobid=cost ...
    --- stderr
    ERROR: can't open none.txt
    ERROR: no_newline.txt: line 1, column 1: Top level of jobspec is not a mapping, found "first last"
    ERROR: malformed command: expected `explain jobspec /path/to/vertex preempt jobid=cost ...`
    "#);
}

#[test]
fn jobs_that_would_have_to_go_are_told() {
    let told = |words: &str| {
        let input =
            format!("match allocate one.yaml\nmatch allocate one.yaml\nexplain one.yaml {words}\n");
        let told = session(DEMO, &input);
        told.lines()
            .find(|line| line.contains("Needs") || line.contains("ERROR"))
            .unwrap()
            .to_owned()
    };
    assert_snapshot!(told("preempt"), @"INFO: Needs 1 node, none could serve: 2 have fewer than 1 core free (at most 0). Fits at 60, when job 1 ends. It would fit now without job 2, which costs 1.");
    assert_snapshot!(told("/demo0 preempt 1=5 2=7"), @"INFO: Needs 1 node, none could serve: 2 have fewer than 1 core free (at most 0). Fits at 60, when job 1 ends. It would fit now without job 1, which costs 5. /demo0 is used.");
    assert_snapshot!(told("preempt 1"), @"ERROR: malformed command: expected `explain jobspec /path/to/vertex preempt jobid=cost ...`");
    assert_snapshot!(told("/a /b"), @"ERROR: malformed command: expected `explain jobspec /path/to/vertex preempt jobid=cost ...`");
}
