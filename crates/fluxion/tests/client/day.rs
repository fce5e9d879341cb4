//! A day with a cluster, command after command.

use crate::common::Server;
use crate::{document, text};

#[test]
fn a_day_with_a_cluster() {
    let server = Server::start();
    let init = text(&server, "init cluster.json --policy lonode --resource-format simple");
    assert_eq!(init, "graph default: 100 vertices, 99 edges\n");
    let both = text(&server, "match two_nodes.yaml --job-key both");
    assert!(both.starts_with("job 1: allocated, at 0\n") && both.contains("node1"), "{both}");
    text(&server, "match jobspec.yaml --operation allocate_orelse_reserve");
    assert!(text(&server, "jobs --job-key both").starts_with("job    1\nkey    both\n"));
    assert_eq!(text(&server, "grow node2.json"), "4 vertices added\n");
    let down = "status /tiny0/rack0/node2 --set down";
    assert_eq!(text(&server, down), "1 vertex is down\n");
    assert_eq!(text(&server, &format!("{down} --subtree")), "4 vertices are down\n");
    assert!(text(&server, "find status=down").contains("node2"));
    assert_eq!(text(&server, "shrink /tiny0/rack0/node2"), "4 vertices removed\n");
    assert!(text(&server, "cancel 2 --job-key both").starts_with("job 2: "));
    assert_eq!(document(&server, "jobs")["jobs"][0]["state"], "canceled");
    let stats = document(&server, "stats");
    assert_eq!((&stats["matches_succeeded"], &stats["canceled"]), (&2.into(), &2.into()));
    assert!(text(&server, "graphs").contains("default  lonode"));
}

#[test]
fn a_graph_leaves_and_returns() {
    let server = crate::loaded();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graph.json");
    let file = path.display();
    let written = text(&server, &format!("graphs export default --file {file}"));
    assert_eq!(written, format!("graph default: written to {file}\n"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text(&server, "graphs export default"));
    assert!(text(&server, "graphs export default --format dot").starts_with("digraph "));
    let again = text(&server, &format!("init {file} --graph again"));
    assert_eq!(again, "graph again: 100 vertices, 99 edges\n");
    // options of the server stand before and after the command that they are for
    let address = &server.address;
    let dropped = text(&server, &format!("graphs drop again --server {address}"));
    assert_eq!(dropped, "graph again: dropped\n");
    let listed = text(&server, &format!("graphs --server {address} export default"));
    assert_eq!(listed, text(&server, "graphs export default"));
}

#[test]
fn an_allocation_is_given_back_in_part_and_booked_again() {
    let server = crate::loaded();
    text(&server, "match two_nodes.yaml --resource-format jgf");
    let chosen = document(&server, "jobs 1")["resources"].as_str().unwrap().to_owned();
    let whole = crate::file(&chosen);
    let whole = whole.path().display();
    let node = |name: &str| {
        let graph: serde_json::Value = serde_json::from_str(&chosen).unwrap();
        let nodes = graph["graph"]["nodes"].as_array().unwrap();
        let node = nodes.iter().find(|node| node["metadata"]["name"] == name).unwrap();
        crate::file(&serde_json::json!({ "graph": { "nodes": [node], "edges": [] } }).to_string())
    };
    for (name, told) in [("node1", "a part released"), ("node0", "nothing is left, cancelled")] {
        let part = node(name);
        let part = part.path().display();
        let told = format!("job 1: {told}\n");
        assert_eq!(text(&server, &format!("cancel 1 --part {part} --format jgf")), told);
    }
    let update = format!("update {whole} --job 9 --job-key again --start 60 --duration 30");
    assert!(text(&server, &update).starts_with("job 9: booked, at 60\ntiny0 "));
    let job = document(&server, "jobs --job-key again");
    assert_eq!((&job["start"], &job["end"]), (&60.into(), &90.into()));
}

#[test]
fn the_example_has_ranks() {
    let server = crate::loaded();
    for (format, printed) in [
        ("rlite", r#"[{"rank": "0", "children": {"core": "0"}}]"#),
        (
            "rv1_nosched",
            r#"{"R_lite": [{"rank": "0", "children": {"core": "0"}}], "nodelist": ["node0"]"#,
        ),
        ("rv1", r#""scheduling": {"graph""#),
        ("rv1_shorthand", r#""scheduling": {"graph""#),
    ] {
        let line = "match jobspec.yaml --operation without_allocating --resource-format";
        let told = text(&server, &format!("{line} {format}"));
        assert!(told.contains(printed), "{format}: {told}");
    }
    text(&server, "grow node2.json");
    let nodes = text(&server, "status --ranks 0-2");
    assert_eq!(nodes.matches("up      /tiny0/rack0/node").count(), 3, "{nodes}");
    assert_eq!(text(&server, "shrink --ranks 2"), "4 vertices removed\n");
}
