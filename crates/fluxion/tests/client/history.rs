//! `jobs --history`: what a server with a data directory knows of the past.

use serde_json::Value;

use crate::common::Server;
use crate::{document, fails, kept, text};

/// Times differ from run to run: one is as another.
fn timeless(text: &str) -> String {
    let is_time = |word: &str| word.len() == 24 && word.ends_with('Z') && word.contains('T');
    let words = text.split_inclusive([' ', '\n']);
    let shown = |word: &str| match is_time(word.trim_end()) {
        true => word.replace(word.trim_end(), "2026-11-28T21:50:08.123Z"),
        false => word.to_owned(),
    };
    words.map(shown).collect()
}

#[test]
fn jobs_of_the_past_are_listed_with_their_times() {
    let directory = tempfile::tempdir().unwrap();
    let server = kept(directory.path());
    text(&server, "init cluster.json --policy lonode");
    text(&server, "match two_nodes.yaml --job-key both");
    text(&server, "match jobspec.yaml --operation allocate_orelse_reserve");
    text(&server, "cancel --job-key both");
    insta::assert_snapshot!(timeless(&text(&server, "jobs --history --since 1h")));
    assert_eq!(
        text(&server, "jobs --history --until 1h"),
        text(&server, "jobs --history --since 2200-01-01")
    );
    let ended = document(&server, "jobs --history --state canceled");
    let [Value::Object(job)] = &ended["jobs"].as_array().unwrap()[..] else { panic!("{ended}") };
    let fields: Vec<&str> = job.keys().map(String::as_str).collect();
    assert_eq!(fields, ["booked", "end", "ended", "job_id", "job_key", "start", "state"]);
    assert!(job["booked"].as_str() < job["ended"].as_str());
    drop(server);
    let server = kept(directory.path());
    assert_eq!(document(&server, "jobs --history --state canceled"), ended);
    let incarnation = document(&server, "graphs")["graphs"][0]["incarnation"].clone();
    text(&server, "graphs drop default");
    let line = format!("jobs --history --incarnation {}", incarnation.as_str().unwrap());
    let gone = document(&server, &line);
    assert_eq!(gone["jobs"][0], ended["jobs"][0]);
    assert_eq!(gone["jobs"][1]["state"], "canceled");
}

#[test]
fn a_server_that_keeps_nothing_says_what_helps() {
    let server = Server::start();
    text(&server, "init cluster.json");
    let told = fails(&server, "jobs --history", 1);
    assert!(told.contains("in memory only: start it with --data-dir"), "{told}");
    let told = fails(&server, "jobs --since 1h", 2);
    assert!(told.contains("--history"), "{told}");
}
