//! `explain`, which the reference does not have.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn why_a_jobspec_does_not_start_is_told() {
    assert_snapshot!(session(DEMO, "explain five_cores.yaml /demo0\nexplain one.yaml\nexplain none.txt\nexplain no_newline.txt\nexplain\nhelp explain\nmatch allocate one.yaml\nmatch allocate one.yaml\nexplain one.yaml preempt\nexplain one.yaml /demo0 preempt 1=5 2=3\nexplain one.yaml preempt 1\nexplain one.yaml /a /b\n"), @r#"
    INFO: Needs 1 node, none could serve: 2 have fewer than 5 cores (at most 1). It can never run on this graph. It would fit now with at most 1 core. /demo0 is of a type that the request does not name.
    INFO: Fits now.
    INFO: explain (explain) -- Tell why a jobspec does not start now, when it does, and what would help (optional: a vertex, of which it is told why it is not used): resource-query> explain jobspec /path/to/vertex
    --- stderr
    ERROR: can't open none.txt
    ERROR: no_newline.txt: line 1, column 1: Top level of jobspec is not a mapping, found "first last"
    ERROR: malformed command: expected `explain jobspec /path/to/vertex`
    "#);
}
