//! `fluxion bench` as a process.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::process::{Command, Output};

use serde_json::Value;

fn bench(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fluxion")).arg("bench").args(words).output().unwrap()
}

fn json(words: &[&str]) -> Value {
    let output = bench(words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_bench_runs_in_short() {
    let report = json(&["B1", "--short", "--json"]);
    let rows = report["rows"].as_array().unwrap();
    let names: Vec<_> = rows.iter().map(|row| row["what"].as_str().unwrap()).collect();
    assert_eq!(names, ["first", "low", "high", "lonodex"]);
    for row in rows {
        for figure in ["calls", "per_second", "median", "percentile99", "most", "allocations"] {
            assert!(row["figures"][figure].as_f64().unwrap() > 0.0, "{figure} of {row}");
        }
    }
}

#[test]
fn a_server_answers_many_clients() {
    let words = ["serve", "--clients", "4", "--calls", "40", "--nodes", "4", "--json"];
    let report = json(&words);
    let all = &report["rows"][0]["figures"];
    assert_eq!((all["calls"].as_f64(), all["errors"].as_f64()), (Some(40.0), Some(0.0)));
}

#[test]
fn a_graph_is_created_beside_another_one() {
    let report = json(&["serve", "--loading", "--short", "--nodes", "4", "--json"]);
    assert_eq!(report["rows"][0]["figures"]["vertices"].as_f64(), Some(65_651.0));
}

#[test]
fn attackers_do_not_hinder_others() {
    let report = json(&["abuse", "--short", "--json"]);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    for row in rows {
        let figures = &row["figures"];
        assert_eq!(figures["errors"].as_f64(), Some(0.0), "{row}");
        assert!(figures["peak"].as_f64().unwrap() < (512 << 20) as f64, "{row}");
    }
}

#[test]
fn unknown_names_are_refused() {
    for words in [&["B10"][..], &["workload", "nothing"]] {
        assert_eq!(bench(words).status.code(), Some(2), "{words:?}");
    }
}
