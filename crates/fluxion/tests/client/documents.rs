//! What scripts see, command by command: names of fields are a promise.

use serde_json::Value;

use crate::common::Server;
use crate::{document, file, loaded, text};

/// The document of a command; what differs from run to run is left out, and long texts. Beside each revision is the
/// incarnation whose changes it counts.
#[track_caller]
fn stable(server: &Server, line: &str) -> String {
    let mut answer = document(server, line);
    blank(&mut answer);
    format!("{answer:#}")
}

fn blank(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let incarnation = fields.remove("incarnation");
            let told = incarnation.as_ref().and_then(Value::as_str).map(str::len);
            assert_eq!(told, fields.contains_key("revision").then_some(16), "{fields:?}");
            for (name, field) in fields {
                match name.as_str() {
                    _ if name.ends_with("_seconds") => *field = "SECONDS".into(),
                    _ if name.contains("memory_") => *field = "BYTES".into(),
                    "resources" | "text" if field.is_string() => {
                        *field = "TEXT".into();
                    }
                    _ => blank(field),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(blank),
        _ => {}
    }
}

#[test]
fn graphs() {
    let server = Server::start();
    insta::assert_snapshot!(stable(&server, "init cluster.json --policy lonode"), @r#"
    {
      "edges": 99,
      "live_jobs": 0,
      "name": "default",
      "policy": "lonode",
      "revision": 1,
      "vertices": 100
    }
    "#);
    insta::assert_snapshot!(stable(&server, "graphs"), @r#"
    {
      "graphs": [
        {
          "edges": 99,
          "live_jobs": 0,
          "name": "default",
          "policy": "lonode",
          "revision": 1,
          "vertices": 100
        }
      ]
    }
    "#);
    insta::assert_snapshot!(stable(&server, "stats"), @r#"
    {
      "allocated": 0,
      "canceled": 0,
      "durability": "memory",
      "edges": 99,
      "ended": 0,
      "load_seconds": "SECONDS",
      "longest_match_seconds": "SECONDS",
      "match_seconds": "SECONDS",
      "matches_failed": 0,
      "matches_succeeded": 0,
      "memory_bytes": "BYTES",
      "reserved": 0,
      "revision": 1,
      "server_memory_bytes": "BYTES",
      "server_memory_limit": "BYTES",
      "vertices": 100,
      "vertices_by_type": {
        "cluster": 1,
        "core": 72,
        "gpu": 4,
        "memory": 16,
        "node": 2,
        "rack": 1,
        "socket": 4
      }
    }
    "#);
    insta::assert_snapshot!(stable(&server, "graphs export default"), @r#"
    {
      "name": "default",
      "revision": 1,
      "text": "TEXT"
    }
    "#);
    insta::assert_snapshot!(stable(&server, "graphs export default --file /dev/null"), @r#"
    {
      "file": "/dev/null",
      "name": "default",
      "revision": 1
    }
    "#);
    insta::assert_snapshot!(stable(&server, "graphs drop default"), @r#"
    {
      "dropped": [
        "default"
      ],
      "failed": []
    }
    "#);
}

#[test]
fn jobs() {
    let server = loaded();
    insta::assert_snapshot!(stable(&server, "match jobspec.yaml --job-key one"), @r#"
    {
      "matches": [
        {
          "at": 0,
          "job_id": 1,
          "jobspec": "jobspec.yaml",
          "outcome": "allocated",
          "resources": "TEXT",
          "revision": 2
        }
      ]
    }
    "#);
    insta::assert_snapshot!(stable(&server, "match jobspec.yaml --operation satisfiability"), @r#"
    {
      "matches": [
        {
          "at": 0,
          "job_id": null,
          "jobspec": "jobspec.yaml",
          "outcome": "satisfiable",
          "resources": null,
          "revision": 2
        }
      ]
    }
    "#);
    insta::assert_snapshot!(stable(&server, "jobs"), @r#"
    {
      "jobs": [
        {
          "end": 3600,
          "held_up_by": null,
          "holds_up": [],
          "job_id": 1,
          "job_key": "one",
          "overruns": false,
          "start": 0,
          "state": "allocated",
          "unconfirmed": true
        }
      ]
    }
    "#);
    let mut unconfirmed = document(&server, "jobs --unconfirmed");
    let seconds = unconfirmed["jobs"][0]["booked_seconds_ago"].take();
    assert!(seconds.as_f64().is_some_and(|seconds| seconds < 60.0), "{seconds}");
    insta::assert_snapshot!(format!("{unconfirmed:#}"), @r#"
    {
      "jobs": [
        {
          "booked_seconds_ago": null,
          "end": 3600,
          "held": {
            "socket": 1
          },
          "held_up_by": null,
          "holds_up": [],
          "job_id": 1,
          "job_key": "one",
          "overruns": false,
          "request_key": null,
          "start": 0,
          "state": "allocated",
          "unconfirmed": true
        }
      ]
    }
    "#);
    insta::assert_snapshot!(stable(&server, "jobs 1"), @r#"
    {
      "end": 3600,
      "held_up_by": null,
      "holds_up": [],
      "job_id": 1,
      "job_key": "one",
      "overruns": false,
      "resources": "TEXT",
      "start": 0,
      "state": "allocated",
      "unconfirmed": false
    }
    "#);
    let chosen = file(document(&server, "jobs 1")["resources"].as_str().unwrap());
    insta::assert_snapshot!(stable(&server, "cancel --job-key one"), @r#"
    {
      "cancelled": [
        {
          "job_id": 1,
          "released": 5,
          "revision": 3
        }
      ],
      "failed": []
    }
    "#);
    let update = format!("update {} --job 9 --duration 60", chosen.path().display());
    insta::assert_snapshot!(stable(&server, &update), @r#"
    {
      "job_id": 9,
      "resources": "TEXT",
      "revision": 4
    }
    "#);
    insta::assert_snapshot!(stable(&server, "jobs 9"), @r#"
    {
      "end": 60,
      "held_up_by": null,
      "holds_up": [],
      "job_id": 9,
      "job_key": null,
      "overruns": false,
      "resources": "TEXT",
      "start": 0,
      "state": "allocated",
      "unconfirmed": false
    }
    "#);
}

#[test]
fn a_part() {
    let server = loaded();
    text(&server, "match two_nodes.yaml");
    let mut held: Value =
        serde_json::from_str(document(&server, "jobs 1")["resources"].as_str().unwrap()).unwrap();
    let nodes = held["graph"]["nodes"].as_array_mut().unwrap();
    nodes.retain(|node| node["metadata"]["name"] == "node1");
    held["graph"]["edges"] = Value::Array(Vec::new());
    let part = file(&held.to_string());
    let cancel = format!("cancel 1 --part {}", part.path().display());
    insta::assert_snapshot!(stable(&server, &cancel), @r#"
    {
      "cancelled": false,
      "job_id": 1,
      "revision": 3
    }
    "#);
}

#[test]
fn resources() {
    let server = loaded();
    insta::assert_snapshot!(stable(&server, "find status=down"), @r#"
    {
      "resources": null,
      "revision": 1
    }
    "#);
    insta::assert_snapshot!(stable(&server, "find status=up"), @r#"
    {
      "resources": "TEXT",
      "revision": 1
    }
    "#);
    insta::assert_snapshot!(stable(&server, "status /tiny0/rack0/node1"), @r#"
    {
      "revision": 1,
      "vertices": [
        {
          "path": "/tiny0/rack0/node1",
          "status": "up"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(stable(&server, "status /tiny0/rack0/node1 --set down"), @r#"
    {
      "marked": 1,
      "revision": 2,
      "status": "down"
    }
    "#);
    insta::assert_snapshot!(stable(&server, "properties /tiny0 --set disk=ssd"), @r#"
    {
      "marked": 1,
      "revision": 3
    }
    "#);
    insta::assert_snapshot!(stable(&server, "properties /tiny0"), @r#"
    {
      "properties": {
        "disk": "ssd"
      },
      "revision": 3
    }
    "#);
    insta::assert_snapshot!(stable(&server, "grow node2.json"), @r#"
    {
      "added": 4,
      "revision": 4
    }
    "#);
    insta::assert_snapshot!(stable(&server, "shrink /tiny0/rack0/node2"), @r#"
    {
      "removed": 4,
      "revision": 5
    }
    "#);
}
