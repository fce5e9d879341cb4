//! `match` and `multi-match`.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn the_worked_session() {
    let input = "match allocate one.yaml\nmatch allocate_orelse_reserve one.yaml\n\
                 match allocate_orelse_reserve one.yaml\nmatch allocate one.yaml\n\
                 list\ncancel 1\ncancel 1\nbogus\nquit\n";
    assert_snapshot!(session(DEMO, input), @r"
          ---------------core0[1:x]
          ------------socket0[1:s]
          ---------node0[1:s]
          ------rack0[1:s]
          ---demo0[1:s]
    INFO: =============================
    INFO: JOBID=1
    INFO: RESOURCES=ALLOCATED
    INFO: SCHEDULED AT=Now
    INFO: =============================
          ---------------core0[1:x]
          ------------socket0[1:s]
          ---------node1[1:s]
          ------rack0[1:s]
          ---demo0[1:s]
    INFO: =============================
    INFO: JOBID=2
    INFO: RESOURCES=ALLOCATED
    INFO: SCHEDULED AT=Now
    INFO: =============================
          ---------------core0[1:x]
          ------------socket0[1:s]
          ---------node0[1:s]
          ------rack0[1:s]
          ---demo0[1:s]
    INFO: =============================
    INFO: JOBID=3
    INFO: RESOURCES=RESERVED
    INFO: SCHEDULED AT=60
    INFO: =============================
    INFO: =============================
    INFO: No matching resources found
    INFO: JOBID=4
    INFO: =============================
    INFO: 1, ALLOCATED, 0, one.yaml, *
    INFO: 2, ALLOCATED, 0, one.yaml, *
    INFO: 3, RESERVED, 60, one.yaml, *
    --- stderr
    cancel: ERROR: nonexistent job 1
    ");
}

#[test]
fn satisfiability() {
    let input = "match satisfiability one.yaml\nm satisfiability five_cores.yaml\n\
                 m satisfiability unknown_type.yaml\nm allocate_with_satisfiability five_cores.yaml\n\
                 m allocate five_cores.yaml\nm allocate unknown_type.yaml\nm allocate one.yaml\n";
    assert_snapshot!(session(&format!("{DEMO} -F rlite"), input), @"");
}

#[test]
fn nothing_is_booked_without_allocating() {
    let input = "m without_allocating one.yaml\nm without_allocating_future one.yaml\nlist\n";
    assert_snapshot!(session(&format!("{DEMO} -F pretty_simple"), input), @"");
}

#[test]
fn times() {
    let input = "m allocate one.yaml\nm satisfiability one.yaml\nm allocate five_cores.yaml\n\
                 m allocate unknown_type.yaml\n";
    assert_snapshot!(session(&format!("{DEMO} -e -F rlite"), input), @"");
}

#[test]
fn times_go_to_stdout_though_there_is_a_result_file() {
    let input = "m allocate one.yaml\nm allocate five_cores.yaml\nstat\n";
    assert_snapshot!(session(&format!("{DEMO} -e -F rlite -t RESULT"), input), @"");
}

#[test]
fn several_jobs_at_once() {
    let input = "multi-match allocate one.yaml\nM allocate none.yaml one.yaml five_cores.yaml one.yaml\n\
                 M bogus one.yaml one.yaml\nlist\n";
    assert_snapshot!(session(&format!("{DEMO} -F rlite"), input), @"");
}

#[test]
fn malformed_requests() {
    let input = "match\nmatch allocate\nmatch allocate one.yaml one.yaml\nmatch bogus one.yaml\n\
                 match bogus none.yaml\nmatch allocate none.yaml\n";
    assert_snapshot!(session(DEMO, input), @r"
    --- stderr
    ERROR: malformed command
    ERROR: malformed command
    ERROR: malformed command
    ERROR: unknown subcmd bogus
    ERROR: unknown subcmd bogus
    ERROR: can't open none.yaml
    ");
}
