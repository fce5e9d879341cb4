//! `find`, status and properties.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn finding() {
    let input = "m allocate one.yaml\nfind jobid-alloc=1\nf  sched-now=allocated   and\tstatus=up\n\
                 find status=down\nfind\nfind status=sideways\nfind names=node1\n";
    assert_snapshot!(session(DEMO, input), @r#"
          ---------------core0[1:x]
          ------------socket0[1:s]
          ---------node0[1:s]
          ------rack0[1:s]
          ---demo0[1:s]
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
          ---------------core0[1:x]
          ------------socket0[1:x]
          ---------node0[1:x]
          ------rack0[1:x]
          ---demo0[1:x]
    | EXPRESSION="jobid-alloc=1" |
          ---------------core0[1:x]
          ------------socket0[1:x]
          ---------node0[1:x]
          ------rack0[1:x]
          ---demo0[1:x]
    | EXPRESSION="sched-now=allocated and status=up" |
    | EXPRESSION="status=down" |
          ---------node1[1:x]
          ------rack0[1:x]
          ---demo0[1:x]
    | EXPRESSION="names=node1" |
    --- stderr
    ERROR: malformed command: 
    findfind: invalid criteria: status=sideways.
    "#);
}

#[test]
fn status() {
    let input = "get-status /demo0/rack0\nset-status /demo0/rack0/node0 down\nget-status /demo0/rack0/node0\n\
                 e /demo0/rack0/node0/socket0\nm allocate one.yaml\nt /demo0/rack0/node0 up\n\
                 e /demo0/rack0/node0\nset-status /demo0/rack0 DOWN\nset-status /nowhere DOWN\n\
                 get-status /nowhere\nget-status\nset-status /demo0\n";
    assert_snapshot!(session(DEMO, input), @"
    /demo0/rack0 is up
    /demo0/rack0/node0 is down
    /demo0/rack0/node0/socket0 is up
          ---------------core0[1:x]
          ------------socket0[1:s]
          ---------node1[1:s]
          ------rack0[1:s]
          ---demo0[1:s]
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    /demo0/rack0/node0 is up
    Could not find path /nowhere in resource graph.
    Could not find path /nowhere in resource graph.
    --- stderr
    ERROR: unrecognized status
    ERROR: malformed command: expected `get-status PATH_TO_VERTEX`
    ERROR: malformed command: expected `set-status PATH_TO_VERTEX {up|down}`
    ");
}

#[test]
fn status_by_rank() {
    let input = "set-status 0-1 down\nget-status /demo0/rack0/node0\nget-status /demo0/rack0/node1\n\
                 e /demo0/rack0/node0/socket0\nt [1] up\ne /demo0/rack0/node1\nset-status 0,2 up\n\
                 set-status 0 sideways\nset-status all up\ne /demo0/rack0/node0\n";
    assert_snapshot!(session(DEMO, input), @r"
    /demo0/rack0/node0 is down
    /demo0/rack0/node1 is down
    /demo0/rack0/node0/socket0 is up
    /demo0/rack0/node1 is up
    Could not find path 0,2 in resource graph.
    Could not find path 0 in resource graph.
    /demo0/rack0/node0 is up
    ");
}

#[test]
fn properties() {
    let input = "get-property /demo0\nset-property /demo0 ssd=big\np /demo0 arch=a=b\nset-property /demo0 ssd=small\n\
                 g /demo0\nset-property /demo0 ssd\nset-property /demo0 ssd=\nset-property /demo0 =x\n\
                 set-property /nowhere a=b\nget-property /nowhere\nset-property /demo0\nget-property\n";
    assert_snapshot!(session(DEMO, input), @"
    No properties were found for /demo0 (vtx's uniq_id=0).
    arch=a=b
    ssd=small
    Incorrect input format. 
    Please use `set-property <resource> PROPERTY=VALUE`.
    Incorrect input format. 
    Please use `set-property <resource> PROPERTY=VALUE`.
    Incorrect input format. 
    Please use `set-property <resource> PROPERTY=VALUE`.
    Couldn't find path /nowhere in resource graph.
    Could not find path /nowhere in resource graph.
    --- stderr
    ERROR: malformed command: expected `set-property resource PROPERTY=VALUE`
    ERROR: malformed command: expected `get-property resource`
    ");
}
