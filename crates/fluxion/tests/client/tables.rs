//! What people see, command by command.

use crate::{loaded, text};

#[test]
fn jobs() {
    let server = loaded();
    insta::assert_snapshot!(text(&server, "match two_nodes.yaml --job-key both"), @"
    job 1: allocated, at 0
    tiny0        cluster  1  shared
    └─ rack0     rack     1  shared
       ├─ node0  node     1  exclusive
       └─ node1  node     1  exclusive
    ");
    let reserve = "match jobspec.yaml --operation allocate_orelse_reserve";
    insta::assert_snapshot!(text(&server, &format!("{reserve} --resource-format simple")), @"
    job 2: reserved, at 3600
          ---------------core0[1:x]
          ------------socket0[1:x]
          ---------node0[1:s]
          ------rack0[1:s]
          ---tiny0[1:s]
    ");
    text(&server, reserve);
    insta::assert_snapshot!(text(&server, "match jobspec.yaml --operation satisfiability"), @"satisfiable, at 0");
    insta::assert_snapshot!(text(&server, "cancel 3"), @"job 3: 5 vertices released");
    insta::assert_snapshot!(text(&server, "jobs"), @"
    JOB  STATE      START   END  KEY
      1  allocated      0  3600  both
      2  reserved    3600  7200
      3  canceled    3600  7200
    ");
    insta::assert_snapshot!(text(&server, "jobs --state reserved"), @"
    JOB  STATE     START   END  KEY
      2  reserved   3600  7200
    ");
    insta::assert_snapshot!(text(&server, "jobs 1"), @"
    job    1
    key    both
    state  allocated
    start  0
    end    3600
    tiny0        cluster  1  shared
    └─ rack0     rack     1  shared
       ├─ node0  node     1  exclusive
       └─ node1  node     1  exclusive
    ");
    insta::assert_snapshot!(text(&server, "jobs 3"), @"
    job    3
    key
    state  canceled
    start  3600
    end    7200
    ");
}

#[test]
fn resources() {
    let server = loaded();
    insta::assert_snapshot!(text(&server, "status /tiny0/rack0/node1/socket1/gpu1 --set down"), @"1 vertex is down");
    insta::assert_snapshot!(text(&server, "find status=down"), @"
    tiny0             cluster  1  exclusive
    └─ rack0          rack     1  exclusive
       └─ node1       node     1  exclusive
          └─ socket1  socket   1  exclusive
             └─ gpu1  gpu      1  exclusive
    ");
    insta::assert_snapshot!(text(&server, "status /tiny0/rack0/node1/socket1/gpu1"), @"
    STATUS  PATH
    down    /tiny0/rack0/node1/socket1/gpu1
    ");
    insta::assert_snapshot!(text(&server, "properties /tiny0/rack0/node1 --set disk=ssd"), @"1 vertex marked disk=ssd");
    insta::assert_snapshot!(text(&server, "properties /tiny0/rack0/node1"), @"
    PROPERTY  VALUE
    disk      ssd
    ");
    insta::assert_snapshot!(text(&server, "grow node2.json"), @"4 vertices added");
    insta::assert_snapshot!(text(&server, "shrink /tiny0/rack0/node2"), @"4 vertices removed");
}

#[test]
fn graphs() {
    let server = loaded();
    insta::assert_snapshot!(text(&server, "init cluster.json --graph machine-room-2"), @"graph machine-room-2: 100 vertices, 99 edges");
    insta::assert_snapshot!(text(&server, "graphs"), @"
    NAME            POLICY  VERTICES  EDGES  JOBS  REVISION  INCARNATION
    default         lonode       100     99     0         1  5f0c3a9e1b7d2468
    machine-room-2  first        100     99     0         1  5f0c3a9e1b7d2468
    ");
    insta::assert_snapshot!(text(&server, "stats"), @"
    vertices     100 (1 cluster, 72 core, 4 gpu, 16 memory, 2 node, 1 rack, 4 socket)
    edges        99
    revision     1
    incarnation  5f0c3a9e1b7d2468
    allocated    0
    reserved     0
    canceled     0
    ended        0
    matches      0 found, 0 not
    kept         memory only
    ");
    insta::assert_snapshot!(text(&server, "graphs drop machine-room-2"), @"graph machine-room-2: dropped");
}
