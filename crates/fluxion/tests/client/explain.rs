//! `explain`, as people and scripts see it.

use insta::assert_snapshot;

use crate::{document, fails, loaded, run, text};

/// What is printed, and how it ends; nothing is told beside it.
#[track_caller]
fn explained(server: &crate::common::Server, line: &str, status: i32) -> String {
    let output = run(&server.address, line);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.as_str()), (Some(status), ""), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_fits_now_ends_with_0() {
    let server = loaded();
    assert_snapshot!(explained(&server, "explain jobspec.yaml", 0), @r"
    Fits now.

    ELEMENT                                               TYPE     NEEDED  COUNT  WHY   FREE FROM  EXAMPLES
    resources[0]                                          cluster       1      1  fits             /tiny0
    resources[0].with[0]                                  rack          1      1  fits             /tiny0/rack0
    resources[0].with[0].with[0]                          node          1      2  fits             /tiny0/rack0/node0 /tiny0/rack0/node1
    resources[0].with[0].with[0].with[0].with[0]          socket        1      4  fits             /tiny0/rack0/node0/socket0 /tiny0/rack0/node0/socket1
    resources[0].with[0].with[0].with[0].with[0].with[0]  core          1     72  fits             /tiny0/rack0/node0/socket0/core0 /tiny0/rack0/node0/socket0/core1
    ");
}

#[test]
fn what_does_not_fit_now_ends_with_3() {
    let server = loaded();
    text(&server, "match two_nodes.yaml --job-key both");
    assert_snapshot!(explained(&server, "explain jobspec.yaml --why-not /tiny0/rack0/node1", 3), @r"
    Needs 1 node, none could serve: 2 are held until 3600 at the earliest. Fits at 3600, when job 1 ends. /tiny0/rack0/node1 is held until 3600 at the earliest.

    ELEMENT                                               TYPE     NEEDED  COUNT  WHY    FREE FROM  EXAMPLES
    resources[0]                                          cluster       1      1  short             /tiny0
    resources[0].with[0]                                  rack          1      1  short             /tiny0/rack0
    resources[0].with[0].with[0]                          node          1      2  held        3600  /tiny0/rack0/node0 /tiny0/rack0/node1
    resources[0].with[0].with[0].with[0].with[0]          socket        1      4  held        3600  /tiny0/rack0/node0/socket0 /tiny0/rack0/node0/socket1
    resources[0].with[0].with[0].with[0].with[0].with[0]  core          1     72  held        3600  /tiny0/rack0/node0/socket0/core0 /tiny0/rack0/node0/socket0/core1

    JOB IN THE WAY  START   END  VERTICES  KEY
                 1      0  3600         1  both
    ");
    let document = document(&server, "explain jobspec.yaml --no-hints --examples 0");
    assert_snapshot!(crate::masked(&format!("{document:#}")), @r#"
    {
      "at": 3600,
      "blockers": [
        {
          "end": 3600,
          "job_id": 1,
          "job_key": "both",
          "last": true,
          "start": 0,
          "vertices": 1,
          "window": null
        }
      ],
      "cause": "busy",
      "complete": true,
      "hints": [],
      "incarnation": "5f0c3a9e1b7d2468",
      "levels": [
        {
          "alternative": false,
          "buckets": [
            {
              "count": 1,
              "examples": [],
              "free_from": null,
              "reason": "short",
              "shortages": [
                {
                  "most_free": 0,
                  "needed": 1,
                  "type": "core",
                  "vertices": 1
                },
                {
                  "most_free": 0,
                  "needed": 1,
                  "type": "socket",
                  "vertices": 1
                },
                {
                  "most_free": 0,
                  "needed": 1,
                  "type": "node",
                  "vertices": 1
                }
              ]
            }
          ],
          "element": "resources[0]",
          "needed": 1,
          "total": 1,
          "type": "cluster"
        },
        {
          "alternative": false,
          "buckets": [
            {
              "count": 1,
              "examples": [],
              "free_from": null,
              "reason": "short",
              "shortages": [
                {
                  "most_free": 0,
                  "needed": 1,
                  "type": "core",
                  "vertices": 1
                },
                {
                  "most_free": 0,
                  "needed": 1,
                  "type": "socket",
                  "vertices": 1
                },
                {
                  "most_free": 0,
                  "needed": 1,
                  "type": "node",
                  "vertices": 1
                }
              ]
            }
          ],
          "element": "resources[0].with[0]",
          "needed": 1,
          "total": 1,
          "type": "rack"
        },
        {
          "alternative": false,
          "buckets": [
            {
              "count": 2,
              "examples": [],
              "free_from": 3600,
              "reason": "held",
              "shortages": []
            }
          ],
          "element": "resources[0].with[0].with[0]",
          "needed": 1,
          "total": 2,
          "type": "node"
        },
        {
          "alternative": false,
          "buckets": [
            {
              "count": 4,
              "examples": [],
              "free_from": 3600,
              "reason": "held",
              "shortages": []
            }
          ],
          "element": "resources[0].with[0].with[0].with[0].with[0]",
          "needed": 1,
          "total": 4,
          "type": "socket"
        },
        {
          "alternative": false,
          "buckets": [
            {
              "count": 72,
              "examples": [],
              "free_from": 3600,
              "reason": "held",
              "shortages": []
            }
          ],
          "element": "resources[0].with[0].with[0].with[0].with[0].with[0]",
          "needed": 1,
          "total": 72,
          "type": "core"
        }
      ],
      "preemption": null,
      "proof": "counts",
      "revision": 2,
      "sentence": "Needs 1 node, none could serve: 2 are held until 3600 at the earliest. Fits at 3600, when job 1 ends.",
      "verdict": "fits_later",
      "why_not": null
    }
    "#);
    text(&server, "match jobspec.yaml --operation allocate_orelse_reserve");
    assert_snapshot!(explained(&server, "explain --job 2", 3), @r"
    Starts at 3600, when job 1 ends.

    JOB IN THE WAY  START   END  VERTICES  KEY
                 1      0  3600         1  both
    ");
    assert_snapshot!(explained(&server, "explain --job-key both", 0), @"Has started.");
}

#[test]
fn what_can_never_fit_ends_with_4() {
    let server = loaded();
    let spec = std::fs::read_to_string(crate::examples().join("two_nodes.yaml")).unwrap();
    let more = crate::file(&spec.replacen("count: 2", "count: 3", 1));
    let line = format!("explain {}", more.path().display());
    assert_snapshot!(explained(&server, &line, 4), @r"
    Needs 3 nodes, and the graph has 2. It can never run on this graph. It would fit now with at most 2 slots.

    ELEMENT               TYPE  NEEDED  COUNT  WHY   FREE FROM  EXAMPLES
    resources[0].with[0]  node       3      2  fits             /tiny0/rack0/node0 /tiny0/rack0/node1
    ");
}

#[test]
fn what_is_not_there_ends_with_5() {
    let server = loaded();
    assert_snapshot!(fails(&server, "explain --job 9", 5), @r"
    error: nonexistent job 9
    hint: `fluxion jobs` lists the jobs
    ");
    assert_snapshot!(fails(&server, "explain jobspec.yaml --why-not /x", 5), @"error: no such path: /x");
}

#[test]
fn jobs_that_would_have_to_go_are_told() {
    let server = loaded();
    text(&server, "match jobspec.yaml --job-key small");
    text(&server, "match jobspec.yaml");
    let told = |costs: &str| {
        let line = format!("explain two_nodes.yaml --no-hints --preempt {costs}");
        let told = explained(&server, &line, 3);
        let (sentence, rest) = told.split_once('\n').unwrap();
        let table = rest.split("\n\n").find(|table| table.contains("TO GO"));
        format!("{sentence}\n{}", table.unwrap_or_default())
    };
    assert_snapshot!(told("--cost 2=4"), @r"
    Needs 2 nodes, 1 could serve: of 2, 1 is held until 3600 at the earliest. Fits at 3600, when job 1 ends. It would fit now without jobs 1 and 2, which cost 5 together.
    JOB TO GO  COST  KEY
            1     1  small
            2     4
    ");
    assert_snapshot!(told("--cost 2=never"), @"Needs 2 nodes, 1 could serve: of 2, 1 is held until 3600 at the earliest. Fits at 3600, when job 1 ends. It would not fit now even without all jobs that may go.");
    assert_snapshot!(told("--cost 1=7 --other-cost never"), @"Needs 2 nodes, 1 could serve: of 2, 1 is held until 3600 at the earliest. Fits at 3600, when job 1 ends. It would not fit now even without all jobs that may go.");
    let document = document(&server, "explain two_nodes.yaml --no-hints --preempt --cost 1=7");
    assert_snapshot!(format!("{:#}", document["preemption"]), @r#"
    {
      "jobs": [
        {
          "cost": 1,
          "job_id": 2,
          "job_key": null
        },
        {
          "cost": 7,
          "job_id": 1,
          "job_key": "small"
        }
      ],
      "outcome": "needed",
      "total_cost": 8
    }
    "#);
}

#[test]
fn a_refused_match_tells_why() {
    let server = loaded();
    text(&server, "match two_nodes.yaml --job-key both");
    assert_snapshot!(fails(&server, "match jobspec.yaml --explain", 3), @r"
    error: jobspec.yaml: Allocation was not possible: nothing that fits is free now
    why: Needs 1 node, none could serve: 2 are held until 3600 at the earliest. Fits at 3600, when job 1 ends.
    hint: --operation allocate_orelse_reserve books the earliest time at which it fits, if there is one
    ");
    let output = run(&server.address, "match jobspec.yaml --explain --output json");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let why = &told["matches"][0]["error"]["explanation"];
    assert_eq!((&why["verdict"], &why["at"]), (&"fits_later".into(), &3600.into()));
}
