//! `cancel`, `list`, `info` and `stat`.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn the_job_table() {
    let input = "list\nstat\nm allocate one.yaml\nm allocate one.yaml\nm allocate_orelse_reserve one.yaml\n\
                 cancel 2\nlist whatever\ninfo 3\ni 2x\ninfo 4\ninfo x\ninfo -3\nstat\nstat 1\ninfo\n";
    assert_snapshot!(session(&format!("{DEMO} -t RESULT -F rlite"), input), @"");
}

#[test]
fn cancelling() {
    let input = "m allocate one.yaml\ncancel 1 stats\nm allocate one.yaml\nc 2 whatever\nm allocate one.yaml\n\
                 cancel x\ncancel 2\ncancel 9223372036854775808\ncancel -1\ncancel\ncancel 1 2 3\n";
    assert_snapshot!(session(&format!("{DEMO} -F rlite"), input), @"");
}
