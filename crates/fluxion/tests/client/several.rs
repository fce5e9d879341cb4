//! Commands for several things: each is tried, and what was done is told.

use serde_json::json;

use crate::masked::masked;
use crate::{document, fails, loaded, run, text};

#[test]
fn several_jobspecs() {
    let server = loaded();
    let output = run(&server.address, "match two_nodes.yaml jobspec.yaml cluster.json");
    // that of the first that failed
    assert_eq!(output.status.code(), Some(3));
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @"
    two_nodes.yaml: job 1: allocated, at 0
    tiny0        cluster  1  shared
    └─ rack0     rack     1  shared
       ├─ node0  node     1  exclusive
       └─ node1  node     1  exclusive
    ");
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r#"
    error: jobspec.yaml: Allocation was not possible: nothing that fits is free now
    error: cluster.json: line 1, column 1: Missing key "version" in top level mapping
    hint: --operation allocate_orelse_reserve books the earliest time at which it fits, if there is one
    "#);
    let matches = document(&server, "match cluster.json jobspec.yaml");
    insta::assert_snapshot!(format!("{matches:#}"), @r#"
    {
      "matches": [
        {
          "error": {
            "code": "InvalidArgument",
            "exit_status": 1,
            "message": "line 1, column 1: Missing key \"version\" in top level mapping"
          },
          "jobspec": "cluster.json"
        },
        {
          "error": {
            "code": "ResourceExhausted",
            "exit_status": 3,
            "message": "Allocation was not possible: nothing that fits is free now"
          },
          "jobspec": "jobspec.yaml"
        }
      ]
    }
    "#);
    fails(&server, "match cluster.json jobspec.yaml", 1);
}

#[test]
fn nothing_is_matched_if_a_file_is_missing() {
    let server = loaded();
    fails(&server, "match jobspec.yaml absent.yaml", 1);
    assert_eq!(document(&server, "jobs"), json!({ "jobs": [] }));
}

#[test]
fn several_jobs() {
    let server = loaded();
    text(&server, "match jobspec.yaml jobspec.yaml");
    text(&server, "match jobspec.yaml --job-key last");
    let output = run(&server.address, "cancel 1 77 2 --job-key none");
    assert_eq!(output.status.code(), Some(5));
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @"
    job 1: 5 vertices released
    job 2: 5 vertices released
    ");
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @"
    error: nonexistent job 77
    error: nonexistent job none
    hint: `fluxion jobs` lists the jobs
    ");
    let cancelled = document(&server, "cancel 1 --job-key last --job-key none");
    insta::assert_snapshot!(masked(&format!("{cancelled:#}")), @r#"
    {
      "cancelled": [
        {
          "incarnation": "5f0c3a9e1b7d2468",
          "job_id": 3,
          "released": 5,
          "revision": 7
        }
      ],
      "failed": [
        {
          "error": {
            "code": "NotFound",
            "exit_status": 5,
            "message": "nonexistent job 1"
          },
          "job_id": 1
        },
        {
          "error": {
            "code": "NotFound",
            "exit_status": 5,
            "message": "nonexistent job none"
          },
          "job_key": "none"
        }
      ]
    }
    "#);
}

#[test]
fn several_graphs() {
    let server = loaded();
    insta::assert_snapshot!(format!("{:#}", document(&server, "graphs drop none default")), @r#"
    {
      "dropped": [
        "default"
      ],
      "failed": [
        {
          "error": {
            "code": "NotFound",
            "exit_status": 5,
            "message": "there is no graph named `none`"
          },
          "name": "none"
        }
      ]
    }
    "#);
    assert_eq!(document(&server, "graphs"), json!({ "graphs": [] }));
}

#[test]
fn the_first_failure_decides() {
    let server = loaded();
    fails(&server, "graphs drop none default", 5);
    fails(&server, "graphs drop default none", 5);
}
