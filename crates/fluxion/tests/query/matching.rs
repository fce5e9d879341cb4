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
    assert_snapshot!(session(&format!("{DEMO} -F rlite"), input), @r#"
    INFO: =============================
    INFO: Satisfiable request
    INFO: =============================
    INFO: =============================
    INFO: Unsatisfiable request
    INFO: =============================
    INFO: =============================
    INFO: Satisfiable request
    INFO: =============================
    INFO: =============================
    INFO: No matching resources found
    INFO: Unsatisfiable request
    INFO: JOBID=1
    INFO: =============================
    INFO: =============================
    INFO: No matching resources found
    INFO: JOBID=2
    INFO: =============================
    INFO: =============================
    INFO: No matching resources found
    INFO: JOBID=3
    INFO: =============================
    [{"rank": "0", "children": {"core": "0"}}]
    INFO: =============================
    INFO: JOBID=3
    INFO: RESOURCES=ALLOCATED
    INFO: SCHEDULED AT=Now
    INFO: =============================
    --- stderr
    match_allocate: ERROR: Jobspec error for 1: Value of "type" must be a resource type known to fluxion
    unknown_type.yaml:6:15: Value of "type" must be a resource type known to fluxion
    match_allocate: ERROR: Jobspec error for 3: Value of "type" must be a resource type known to fluxion
    unknown_type.yaml:6:15: Value of "type" must be a resource type known to fluxion
    "#);
}

#[test]
fn nothing_is_booked_without_allocating() {
    let input = "m without_allocating one.yaml\nm without_allocating_future one.yaml\nlist\n";
    assert_snapshot!(session(&format!("{DEMO} -F pretty_simple"), input), @r"
          ---demo0[1:shared]
          ------rack0[1:shared]
          ---------node0[1:shared]
          ------------socket0[1:shared]
          ---------------core0[1:exclusive]
    INFO: =============================
    INFO: JOBID=1
    INFO: RESOURCES=MATCHED
    INFO: SCHEDULED AT=Now
    INFO: =============================
          ---demo0[1:shared]
          ------rack0[1:shared]
          ---------node0[1:shared]
          ------------socket0[1:shared]
          ---------------core0[1:exclusive]
    INFO: =============================
    INFO: JOBID=1
    INFO: RESOURCES=MATCHED
    INFO: SCHEDULED AT=Now
    INFO: =============================
    ");
}

#[test]
fn times() {
    let input = "m allocate one.yaml\nm satisfiability one.yaml\nm allocate five_cores.yaml\n\
                 m allocate unknown_type.yaml\n";
    assert_snapshot!(session(&format!("{DEMO} -e -F rlite"), input), @r#"
    INFO: Graph Load Time: *
    INFO: Vertex Count: 8
    INFO: Edge Count: 7
    INFO: by_type Key-Value Pairs: 5
    INFO: by_name Key-Value Pairs: 6
    INFO: by_path Key-Value Pairs: 8
    INFO: number of vertices with rank -1: 2
    INFO: number of vertices with rank 0: 3
    INFO: number of vertices with rank 1: 3
    [{"rank": "0", "children": {"core": "0"}}]
    INFO: =============================
    INFO: JOBID=1
    INFO: RESOURCES=ALLOCATED
    INFO: SCHEDULED AT=Now
    INFO: ELAPSE=*
    INFO: PREORDER VISIT COUNT=5
    INFO: POSTORDER VISIT COUNT=4
    INFO: =============================
    INFO: =============================
    INFO: Satisfiable request
    INFO: =============================
    INFO: ELAPSE=*
    INFO: PREORDER VISIT COUNT=5
    INFO: POSTORDER VISIT COUNT=4
    INFO: =============================
    INFO: No matching resources found
    INFO: JOBID=2
    INFO: ELAPSE=*
    INFO: PREORDER VISIT COUNT=0
    INFO: POSTORDER VISIT COUNT=0
    INFO: =============================
    INFO: =============================
    INFO: No matching resources found
    INFO: JOBID=3
    INFO: ELAPSE=0.000000
    INFO: PREORDER VISIT COUNT=0
    INFO: POSTORDER VISIT COUNT=0
    INFO: =============================
    --- stderr
    match_allocate: ERROR: Jobspec error for 3: Value of "type" must be a resource type known to fluxion
    unknown_type.yaml:6:15: Value of "type" must be a resource type known to fluxion
    "#);
}

#[test]
fn times_go_to_stdout_though_there_is_a_result_file() {
    let input = "m allocate one.yaml\nm allocate five_cores.yaml\nstat\n";
    assert_snapshot!(session(&format!("{DEMO} -e -F rlite -t RESULT"), input), @r#"
    INFO: Graph Load Time: *
    INFO: Vertex Count: 8
    INFO: Edge Count: 7
    INFO: by_type Key-Value Pairs: 5
    INFO: by_name Key-Value Pairs: 6
    INFO: by_path Key-Value Pairs: 8
    INFO: number of vertices with rank -1: 2
    INFO: number of vertices with rank 0: 3
    INFO: number of vertices with rank 1: 3
    INFO: ELAPSE=*
    INFO: PREORDER VISIT COUNT=5
    INFO: POSTORDER VISIT COUNT=4
    INFO: PREORDER VISIT COUNT=0
    INFO: POSTORDER VISIT COUNT=0
    INFO: Num. of Jobs Matched: 1
    INFO: Min. Match Time: *
    INFO: Max. Match Time: *
    INFO: Avg. Match Time: *
    --- result
    [{"rank": "0", "children": {"core": "0"}}]
    INFO: =============================
    INFO: JOBID=1
    INFO: RESOURCES=ALLOCATED
    INFO: SCHEDULED AT=Now
    INFO: =============================
    INFO: =============================
    INFO: No matching resources found
    INFO: JOBID=2
    INFO: ELAPSE=*
    INFO: =============================
    "#);
}

#[test]
fn several_jobs_at_once() {
    let input = "multi-match allocate one.yaml\nM allocate none.yaml one.yaml five_cores.yaml one.yaml\n\
                 M bogus one.yaml one.yaml\nlist\n";
    assert_snapshot!(session(&format!("{DEMO} -F rlite"), input), @r#"
    [{"rank": "0", "children": {"core": "0"}}]
    INFO: =============================
    INFO: JOBID=1
    INFO: RESOURCES=ALLOCATED
    INFO: SCHEDULED AT=Now
    INFO: =============================
    INFO: =============================
    INFO: No matching resources found
    INFO: JOBID=2
    INFO: =============================
    INFO: 1, ALLOCATED, 0, one.yaml, *
    --- stderr
    ERROR: malformed command
    ERROR: can't open none.yaml
    ERROR: unknown subcmd bogus
    "#);
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
