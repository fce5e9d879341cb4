//! `explain`, which the reference does not have.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn why_a_jobspec_does_not_start_is_told() {
    assert_snapshot!(session(DEMO, "explain five_cores.yaml /demo0\nexplain one.yaml\nexplain none.txt\nexplain no_newline.txt\nexplain\nhelp explain\n"), @"");
}
