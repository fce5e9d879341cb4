//! `cancel`, `list`, `info` and `stat`.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn the_job_table() {
    let input = "list\nstat\nm allocate one.yaml\nm allocate one.yaml\nm allocate_orelse_reserve one.yaml\n\
                 cancel 2\nlist whatever\ninfo 3\ni 2x\ninfo 4\ninfo x\ninfo -3\nstat\nstat 1\ninfo\n";
    assert_snapshot!(session(&format!("{DEMO} -t RESULT -F rlite"), input), @r#"
    INFO: Num. of Jobs Matched: 0
    INFO: Min. Match Time: 0
    INFO: Max. Match Time: 0
    INFO: Avg. Match Time: 0
    INFO: 1, ALLOCATED, 0, one.yaml, *
    INFO: 2, CANCELED, 0, one.yaml, *
    INFO: 3, RESERVED, 60, one.yaml, *
    INFO: 3, RESERVED, 60, one.yaml, *
    INFO: 2, CANCELED, 0, one.yaml, *
    INFO: Num. of Jobs Matched: 3
    INFO: Min. Match Time: *
    INFO: Max. Match Time: *
    INFO: Avg. Match Time: *
    --- result
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    [{"rank": "1", "children": {"core": "0"}}]
    | JOBID=2 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=3 | RESOURCES=RESERVED | SCHEDULED AT=60 |
    --- stderr
    info: ERROR: nonexistent job 4
    info: ERROR: nonexistent job 0
    info: ERROR: nonexistent job -3
    ERROR: malformed command: expected `stat jobid`
    ERROR: malformed command: expected `info jobid`
    "#);
}

#[test]
fn cancelling() {
    let input = "m allocate one.yaml\ncancel 1 stats\nm allocate one.yaml\nc 2 whatever\nm allocate one.yaml\n\
                 cancel x\ncancel 2\ncancel 9223372036854775808\ncancel -1\ncancel\ncancel 1 2 3\n";
    assert_snapshot!(session(&format!("{DEMO} -F rlite"), input), @r#"
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    | CANCEL PREORDER COUNT="6" | CANCEL POSTORDER COUNT="5" |
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=2 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=3 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    --- stderr
    cancel: ERROR: nonexistent job 0
    cancel: ERROR: nonexistent job 2
    cancel: ERROR: nonexistent job 9223372036854775807
    cancel: ERROR: nonexistent job -1
    ERROR: malformed command: expected `cancel jobid (optional subcmd: stats)`
    ERROR: malformed command: expected `cancel jobid (optional subcmd: stats)`
    "#);
}

#[test]
fn giving_back_a_part_of_a_reservation() {
    let input = "m allocate one.yaml\nm allocate one.yaml\nm allocate_orelse_reserve one.yaml\n\
                 partial-cancel 3 rv1exec rank0.json\npc 3 rv1exec rank0.json stats\nlist\n\
                 pc 3 rv1exec rank0.json reservation\npc 1 rv1exec rank0.json reservation\nlist\n\
                 pc 3 rv1exec rank0.json reservation\npc 2 rv1exec rank0.json reservation\n";
    assert_snapshot!(session(&format!("{DEMO} -F rlite -t RESULT"), input), @r#"
    INFO: 1, ALLOCATED, 0, one.yaml, *
    INFO: 2, ALLOCATED, 0, one.yaml, *
    INFO: 3, RESERVED, 60, one.yaml, *
    INFO: 1, CANCELED, 0, one.yaml, *
    INFO: 2, ALLOCATED, 0, one.yaml, *
    INFO: 3, CANCELED, 60, one.yaml, *
    remove: 0 not found in rank_to_counts.
    --- result
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    [{"rank": "1", "children": {"core": "0"}}]
    | JOBID=2 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=3 | RESOURCES=RESERVED | SCHEDULED AT=60 |
    --- stderr
    ERROR: reservations not currently supported by partial cancel
    ERROR: reservations not currently supported by partial cancel
    ERROR: nonexistent job 3
    ERROR: error encountered while removing job 2
    "#);
}
