//! `match` and `multi-match`.

use insta::assert_snapshot;

use crate::support::{DEMO, printed, session};

/// As it is printed, with the frames that [`session`] folds.
#[test]
fn the_worked_session() {
    let input = "match allocate one.yaml\nmatch allocate_orelse_reserve one.yaml\n\
                 match allocate_orelse_reserve one.yaml\nmatch allocate one.yaml\n\
                 list\ncancel 1\ncancel 1\nbogus\nquit\n";
    assert_snapshot!(printed(DEMO, input.as_bytes()), @r"
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
    | Satisfiable request |
    | Unsatisfiable request |
    | Satisfiable request |
    | No matching resources found | Unsatisfiable request | JOBID=1 |
    | No matching resources found | JOBID=2 |
    | No matching resources found | JOBID=3 |
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=3 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
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
    | JOBID=1 | RESOURCES=MATCHED | SCHEDULED AT=Now |
          ---demo0[1:shared]
          ------rack0[1:shared]
          ---------node0[1:shared]
          ------------socket0[1:shared]
          ---------------core0[1:exclusive]
    | JOBID=1 | RESOURCES=MATCHED | SCHEDULED AT=Now |
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
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now | ELAPSE=* | PREORDER VISIT COUNT=5 | POSTORDER VISIT COUNT=4 |
    | Satisfiable request |
    INFO: ELAPSE=*
    INFO: PREORDER VISIT COUNT=5
    INFO: POSTORDER VISIT COUNT=4
    | No matching resources found | JOBID=2 | ELAPSE=* | PREORDER VISIT COUNT=0 | POSTORDER VISIT COUNT=0 |
    | No matching resources found | JOBID=3 | ELAPSE=0.000000 | PREORDER VISIT COUNT=0 | POSTORDER VISIT COUNT=0 |
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
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    | No matching resources found | JOBID=2 | ELAPSE=* |
    "#);
}

#[test]
fn several_jobs_at_once() {
    let input = "multi-match allocate one.yaml\nM allocate none.yaml one.yaml five_cores.yaml one.yaml\n\
                 M bogus one.yaml one.yaml\nlist\n";
    assert_snapshot!(session(&format!("{DEMO} -F rlite"), input), @r#"
    [{"rank": "0", "children": {"core": "0"}}]
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    | No matching resources found | JOBID=2 |
    INFO: 1, ALLOCATED, 0, one.yaml, *
    --- stderr
    ERROR: malformed command: expected `multi-match allocate jobspec1 jobspec2 ...`
    ERROR: can't open none.yaml
    ERROR: unknown subcmd bogus
    "#);
}

#[test]
fn malformed_requests() {
    let input = "match\nmatch allocate\nmatch allocate one.yaml one.yaml\nmatch bogus one.yaml\n\
                 match bogus none.yaml\nmatch allocate none.yaml\n";
    assert_snapshot!(session(DEMO, input), @"
    --- stderr
    ERROR: malformed command: expected `match allocate jobspec`
    ERROR: malformed command: expected `match allocate jobspec`
    ERROR: malformed command: expected `match allocate jobspec`
    ERROR: unknown subcmd bogus
    ERROR: unknown subcmd bogus
    ERROR: can't open none.yaml
    ");
}

#[test]
fn what_cannot_be_printed_says_what_would_help() {
    let examples = "../../../../examples";
    let graph =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/demo.json"));
    let without_ranks = tempfile::NamedTempFile::new().unwrap();
    let graph = graph.unwrap().replace(r#""rank": 0"#, r#""rank": -1"#);
    std::fs::write(without_ranks.path(), graph).unwrap();
    let options = format!("-L {} -f jgf -P low -F rv1", without_ranks.path().display());
    let no_rank = session(&options, "match allocate one.yaml\nfind status=up\n");
    assert_snapshot!(no_rank, @"
    | No matching resources found | JOBID=1 |
    --- stderr
    match_allocate: ERROR: match writer emit: Invalid argument
    one.yaml: /demo0/rack0/node0 has rank -1: resource set formats need a rank of 0 or more: give each node a rank in the graph, or choose with -F a form of simple or jgf, which print any result
    find: ERROR: find writer emit: Invalid argument
    /demo0/rack0/node0 has rank -1: resource set formats need a rank of 0 or more: give each node a rank in the graph, or choose with -F a form of simple or jgf, which print any result
    ");
    let options = format!("-L {examples}/semantics/nodes.json -f rv1exec -P low -F rlite");
    let no_core = session(&options, &format!("match allocate {examples}/semantics/node.yaml\n"));
    assert_snapshot!(no_core, @"
    | No matching resources found | JOBID=1 |
    --- stderr
    match_allocate: ERROR: match writer emit: Invalid argument
    ../../../../examples/semantics/node.yaml: the resources contain no core or gpu below a node, and rlite lists nothing else: ask for cores or gpus of nodes, or choose with -F a form of simple or jgf, which print any result
    ");
}
