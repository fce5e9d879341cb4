//! Worked examples and tables (`docs/semantics/readers.md`, JGF and JGF version 2), hostile texts, and random
//! graphs in both spellings.

use fluxion_graph::{CONTAINMENT, Graph, Status};
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::read::listing::listing;

fn vertex(id: &str, metadata: &str) -> String {
    format!(r#"{{"id": "{id}", "metadata": {{{metadata}}}}}"#)
}

fn edge(source: &str, target: &str) -> String {
    format!(r#"{{"source": "{source}", "target": "{target}"}}"#)
}

fn document(vertices: &[String], edges: &[String]) -> String {
    let (vertices, edges) = (vertices.join(","), edges.join(","));
    format!(r#"{{"graph": {{"nodes": [{vertices}], "edges": [{edges}]}}}}"#)
}

/// A document with the root and one more vertex.
fn with_vertex(metadata: &str) -> String {
    let root = vertex("0", r#""type": "cluster", "paths": {"containment": "/c0"}"#);
    document(&[root, vertex("1", metadata)], &[edge("0", "1")])
}

fn loaded(text: &str) -> String {
    let (mut graph, mut carefully) = (Graph::new(), Graph::new());
    let quick = stream::load(text, Loader::new(&mut graph, None)).map(|_| listing(&graph));
    let careful = load_carefully(text, Loader::new(&mut carefully, None), &mut Faults::First);
    let careful = careful.map(|_| listing(&carefully));
    if let Some(quick) = quick {
        assert_eq!(Ok(&quick), careful.as_ref(), "the quick and the careful way differ: {text}");
    }
    careful.unwrap_or_else(|error| error.kind().to_string())
}

fn check(text: &str, expected: &str) {
    assert_eq!(loaded(text), expected, "{text}");
    match load(text) {
        Ok(loaded) => assert_eq!(listing(&loaded.graph), expected),
        Err(error) => assert_eq!(error.kind().to_string(), expected),
    }
}

/// The line of the second vertex of [`with_vertex`], or the error.
fn check_vertex(metadata: &str, expected: &str) {
    let all = loaded(&with_vertex(metadata));
    let line = all.lines().nth(1).unwrap_or(&all);
    assert_eq!(line, expected, "{metadata}");
}

const COMPACT: &str = r#"{"graph": {"nodes": [
  {"id": "0", "metadata": {"type": "cluster", "basename": "mini", "paths": {"containment": "/mini0"}}},
  {"id": "1", "metadata": {"type": "node", "id": 0, "rank": 0, "paths": {"containment": "/mini0/node0"}}},
  {"id": "2", "metadata": {"type": "core", "id": 5, "rank": 0, "paths": {"containment": "/mini0/node0/core5"}}},
  {"id": "3", "metadata": {"type": "memory", "id": 0, "rank": 0, "size": 16, "paths": {"containment": "/mini0/node0/memory0"}}}],
 "edges": [{"source": "0", "target": "1"}, {"source": "1", "target": "2"}, {"source": "1", "target": "3"}]}}"#;

const FULL: &str = r#"{"graph": {"directed": true, "nodes": [
  {"id": "0", "label": "x", "metadata": {"type": "cluster", "basename": "mini", "name": "mini0", "id": 0, "uniq_id": 0,
    "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/mini0"}}},
  {"id": "1", "metadata": {"type": "node", "basename": "node", "name": "node0", "id": 0, "uniq_id": 1,
    "rank": 0, "exclusive": true, "unit": "", "size": 1, "status": 0, "properties": {}, "paths": {"containment": "/mini0/node0"}}},
  {"id": "2", "metadata": {"type": "core", "basename": "core", "name": "core5", "id": 5, "uniq_id": 2,
    "rank": 0, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/mini0/node0/core5"}}},
  {"id": "3", "metadata": {"type": "memory", "basename": "memory", "name": "memory0", "id": 0, "uniq_id": 3,
    "rank": 0, "exclusive": false, "unit": "GB", "size": 16, "paths": {"containment": "/mini0/node0/memory0"}}}],
 "edges": [
  {"source": "0", "target": "1", "metadata": {"name": {"containment": "contains"}}},
  {"source": "1", "target": "2", "metadata": {"subsystem": "containment", "relationship": "contains"}},
  {"source": "1", "target": "3"}]}}"#;

#[test]
fn compact_and_full_form_are_the_same_graph() {
    assert_snapshot!(loaded(COMPACT), @"
    0 cluster mini0 (mini, 0) rank -1 containment=/mini0 root
    1 node node0 (node, 0) rank 0 containment=/mini0/node0
    2 core core5 (core, 5) rank 0 containment=/mini0/node0/core5
    3 memory memory0 (memory, 0) rank 0 size 16 containment=/mini0/node0/memory0
    0>1, 1>2, 1>3
    ");
    check(FULL, &loaded(COMPACT));
}

#[test]
fn two_subsystems() {
    let text = r#"{"graph": {"nodes": [
      {"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/c0"}}},
      {"id": "1", "metadata": {"type": "node", "paths": {"containment": "/c0/node0", "power": "/panel0/node0"}}},
      {"id": "2", "metadata": {"type": "core", "paths": {"containment": "/c0/node0/core0"}}},
      {"id": "3", "metadata": {"type": "panel", "paths": {"power": "/panel0"}}},
      {"id": "4", "metadata": {"type": "watt", "size": 100, "paths": {"power": "/panel0/watt0"}}}],
     "edges": [{"source": "0", "target": "1"}, {"source": "1", "target": "2"},
      {"source": "3", "target": "1", "metadata": {"subsystem": "power"}},
      {"source": "3", "target": "4", "metadata": {"subsystem": "power"}}]}}"#;
    assert_snapshot!(loaded(text), @"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/c0 root
    1 node node1 (node, 1) rank -1 containment=/c0/node0 power=/panel0/node0
    2 core core2 (core, 2) rank -1 containment=/c0/node0/core0
    3 panel panel3 (panel, 3) rank -1 power=/panel0 root
    4 watt watt4 (watt, 4) rank -1 size 100 power=/panel0/watt0
    0>1, 1>2, 3>1 power, 3>4 power
    ");
    let graph = load(text).unwrap().graph;
    assert_eq!(graph.distinct_counts(), (5, 5, 6));
}

#[test]
fn paths_are_listed_by_first_appearance_of_their_subsystem() {
    let text = document(
        &[
            vertex("0", r#""type": "a", "paths": {"containment": "/a", "power": "/p/a"}"#),
            vertex(
                "1",
                r#""type": "b", "paths": {"zeta": "/z/b", "power": "/p/b", "alpha": "/x/b", "containment": "/a/b"}"#,
            ),
        ],
        &[],
    );
    assert_snapshot!(loaded(&text), @"
    0 a a0 (a, 0) rank -1 containment=/a root power=/p/a
    1 b b1 (b, 1) rank -1 containment=/a/b power=/p/b zeta=/z/b alpha=/x/b
    ");
}

#[test]
fn version_2() {
    let text = r#"{"graph": {"id": "demo", "directed": true,
      "nodes": {
        "r":  {"label": "root", "metadata": {"type": "cluster", "uniq_id": 0, "id": "0", "name": "mini", "rank": null, "paths": {"containment": "/mini"}}},
        "10": {"metadata": {"type": "node", "name": "n7", "rank": "0", "paths": {"containment": "/mini/n7"}}},
        "9":  {"metadata": {"type": "core", "id": "3", "rank": 0, "paths": {"containment": "/mini/n7/core3"}}},
        "8":  {"metadata": {"type": "memory", "id": 0, "size": "16", "unit": "GB", "rank": 0, "paths": {"containment": "/mini/n7/memory0"}}}},
      "edges": [
        {"source": "r", "target": "10", "relation": "contains", "metadata": {}},
        {"source": "10", "target": "r", "relation": "in", "metadata": {}},
        {"source": "10", "target": "9", "relation": "contains"},
        {"source": "10", "target": "8"}]}}"#;
    assert_snapshot!(loaded(text), @"
    0 cluster mini (cluster, 0) rank -1 containment=/mini root
    10 node n7 (node, 7) rank 0 containment=/mini/n7
    9 core core3 (core, 3) rank 0 containment=/mini/n7/core3
    8 memory memory0 (memory, 0) rank 0 size 16 containment=/mini/n7/memory0
    0>10, 10>9, 10>8
    ");
    assert_eq!(load(text).unwrap().graph.distinct_counts(), (4, 4, 4));
}

#[test]
fn version_2_differs_from_version_1_only_where_it_says() {
    let meta = r#"{"metadata": {"type": "t", "paths": {}}}"#;
    let check =
        |members: &str, expected: &str| check(&format!(r#"{{"graph": {{{members}}}}}"#), expected);
    let nodes = |more: &str| format!(r#""nodes": {{"1": {meta}, "2": {meta}{more}}}"#);
    let two = "1 t t1 (t, 1) rank -1\n2 t t2 (t, 2) rank -1";
    check(&nodes(""), two);
    check(&format!(r#"{}, "edges": null"#, nodes("")), two);
    check(&format!(r#"{}, "hyperedges": [ ]"#, nodes("")), two);
    check(&format!(r#"{}, "hyperedges": [1]"#, nodes("")), "`hyperedges` are not supported");
    check(&nodes(&format!(r#", "1": {meta}"#)), "vertex `1`: the id is used already");
    let no_metadata = "vertex `3`: expected an object with a key `metadata`";
    check(&nodes(r#", "3": {"label": "x"}"#), no_metadata);
    check(&nodes(r#", "3": 1"#), no_metadata);
    for (metadata, fault) in [
        (r#""type": null, "paths": {}"#, "`type` must be a string"),
        (r#""type": "t", "paths": null"#, "`paths` must be an object of strings"),
        (r#""type": "t", "paths": {}, "size": "1e3""#, "`size` must be an integer within 64 bits"),
    ] {
        let text = nodes(&format!(r#", "3": {{"metadata": {{{metadata}}}}}"#));
        check(&text, &format!("vertex `3`: {fault}"));
    }
    check(
        &nodes(
            r#", "3": {"id": "7", "metadata": {"type": "t", "paths": {}, "size": "+7", "properties": null, "status": "1"}}"#,
        ),
        &format!("{two}\n3 t t3 (t, 3) rank -1 size 7 down"),
    );
}

#[test]
fn version_2_edges() {
    for (edge, expected) in [
        (r#""metadata": null"#, "1>2"),
        (r#""metadata": {"subsystem": "power"}"#, "1>2 power"),
        (r#""metadata": {"name": {"power": "supplies_to", "x": "y"}}"#, "1>2 power (supplies_to)"),
        (r#""metadata": {"name": {"power": "in", "containment": "contains"}}"#, "1>2"),
        (r#""metadata": {"name": {}}"#, "1>2"),
        (r#""relation": "x", "metadata": {"relation": "y"}"#, "1>2 (x)"),
        (r#""relation": 1, "metadata": {"relation": "y", "relationship": "z"}"#, "1>2 (y)"),
        (r#""metadata": {"relationship": "z"}"#, "1>2 (z)"),
        (r#""metadata": {"relationship": "connected_up"}"#, ""),
        (r#""relation": "flows_up""#, ""),
        (r#""metadata": {"name": {"power": "draws_from"}}"#, ""),
    ] {
        let text = format!(
            r#"{{"graph": {{"nodes": {{
              "1": {{"metadata": {{"type": "t", "paths": {{}}}}}}, "2": {{"metadata": {{"type": "t", "paths": {{}}}}}}}},
              "edges": [{{"source": "1", "target": "2", {edge}}}]}}}}"#
        );
        let all = loaded(&text);
        assert_eq!(all.lines().nth(2).unwrap_or(""), expected, "{edge}");
    }
}

#[test]
fn defaults_and_sentinels() {
    let t = r#""type": "t", "paths": {}"#;
    for (more, expected) in [
        ("", "1 t t1 (t, 1) rank -1"),
        (r#", "id": -2, "uniq_id": -1, "size": -1"#, "1 t t1 (t, 1) rank -1"),
        (r#", "id": -1"#, "1 t t-1 (t, -1) rank -1"),
        (r#", "uniq_id": -7"#, "-7 t t-7 (t, -7) rank -1"),
        (r#", "basename": "b", "id": 4"#, "1 t b4 (b, 4) rank -1"),
        (r#", "basename": "b", "name": "n7""#, "1 t n7 (b, 1) rank -1"),
        (r#", "size": 4294967295"#, "1 t t1 (t, 1) rank -1 size 4294967295"),
        (r#", "size": 0, "unit": "GB""#, "1 t t1 (t, 1) rank -1 size 0"),
        (r#", "rank": -5"#, "1 t t1 (t, 1) rank -5"),
        (r#", "status": 1"#, "1 t t1 (t, 1) rank -1 down"),
        (r#", "properties": {"b": "2", "a": "1", "b": "3"}"#, "1 t t1 (t, 1) rank -1 a:1 b:3"),
        (r#", "id": 5, "id": 6, "ephemeral": {"id": [9]}"#, "1 t t6 (t, 6) rank -1"),
        (r#", "name": "a\u0041\n""#, "1 t aA"),
    ] {
        check_vertex(&format!("{t}{more}"), expected);
    }
    for (paths, expected) in [("null", ""), ("\"x\"", ""), ("[1]", ""), ("{\"a\": \"\"}", " a=")] {
        let expected = format!("1 t t1 (t, 1) rank -1{expected}");
        check_vertex(&format!(r#""type": "t", "paths": {paths}"#), &expected);
    }
}

#[test]
fn ids_come_from_host_names() {
    for (name, expected) in [
        ("host0123", 123),
        ("007", 7),
        ("n12x", 1),
        ("login", 1),
        ("", 1),
        ("n9223372036854775807", i64::MAX),
        ("n9223372036854775808", 1),
    ] {
        let text = with_vertex(&format!(r#""type": "node", "name": "{name}", "paths": {{}}"#));
        assert_eq!(load(&text).unwrap().graph.vertices()[1].id, expected, "{name}");
    }
}

#[test]
fn root_paths_have_exactly_one_slash() {
    for (path, is_root) in [
        ("/c0", true),
        ("/", true),
        ("a/c0", true),
        ("c0", false),
        ("/c0/", false),
        ("/x/c0", false),
    ] {
        let meta = format!(r#""type": "t", "paths": {{"containment": "{path}"}}"#);
        let graph = load(&document(&[vertex("0", &meta)], &[])).unwrap().graph;
        assert_eq!(graph.root(CONTAINMENT).is_some(), is_root, "{path}");
        assert_eq!(graph.path_text(graph.vertices()[0].path.unwrap()), path);
    }
}

#[test]
fn entries_with_a_known_path_and_rank_are_aliases() {
    let node = |id: &str, rank: i32| {
        vertex(
            id,
            &format!(
                r#""type": "node", "rank": {rank}, "size": -9, "paths": {{"containment": "/c0/n"}}"#
            ),
        )
    };
    let first = vertex("1", r#""type": "node", "rank": 4, "paths": {"containment": "/c0/n"}"#);
    let core = vertex("9", r#""type": "core", "paths": {"containment": "/c0/n/core9"}"#);
    check(
        &document(&[first.clone(), node("2", 4), core], &[edge("2", "9")]),
        "1 node node1 (node, 1) rank 4 containment=/c0/n\n\
         9 core core9 (core, 9) rank -1 containment=/c0/n/core9\n1>9",
    );
    check(&document(&[first.clone(), node("1", 4)], &[]), "vertex `1`: the id is used already");
    check(
        &document(&[first.clone(), node("2", 5)], &[]),
        "vertex `2`: `size` must be within 0 to 4294967295, not -9",
    );
    check(
        &document(&[first, node("2", 4), vertex("3", r#""type": "t""#)], &[]),
        "vertex `3`: `paths` must be an object of strings",
    );
}

#[test]
fn aliases_are_found_among_many_vertices_of_one_path() {
    let mut vertices: Vec<String> = (0..40)
        .map(|n| {
            vertex(
                &n.to_string(),
                &format!(r#""type": "t", "rank": {n}, "paths": {{"x": "/a/b"}}"#),
            )
        })
        .collect();
    vertices.extend((0..40).map(|n| {
        vertex(
            &format!("{}", n + 100),
            &format!(r#""type": "t", "rank": {n}, "paths": {{"x": "/a/b"}}"#),
        )
    }));
    let edges: Vec<String> =
        (0..39).map(|n| edge(&n.to_string(), &(n + 101).to_string())).collect();
    let graph = load(&document(&vertices, &edges)).unwrap().graph;
    assert_eq!(graph.vertices().len(), 40);
    assert!(graph.edges().iter().all(|e| e.target.0 == e.source.0 + 1));
}

#[test]
fn version_1_edges() {
    let t = |id: &str| vertex(id, r#""type": "t", "paths": {}"#);
    for (more, expected) in [
        ("", "0>1"),
        (r#", "relation": "in", "directed": false"#, "0>1"),
        (r#", "metadata": {"subsystem": ""}"#, "0>1 "),
        (r#", "metadata": {"subsystem": "power"}"#, "0>1 power"),
        (r#", "metadata": {"name": {"power": "supplies_to"}}"#, "0>1 (supplies_to)"),
        (r#", "metadata": {"name": {"containment": "in"}}"#, "0>1 (in)"),
        (r#", "metadata": {"name": "x", "relationship": "y"}"#, "0>1 (y)"),
        (r#", "metadata": {"subsystem": "a"}, "metadata": {}"#, "0>1"),
    ] {
        let edge = format!(r#"{{"source": "0", "target": "1"{more}}}"#);
        let all = loaded(&document(&[t("0"), t("1")], &[edge]));
        assert_eq!(all.lines().nth(2), Some(expected), "{more}");
    }
    let both = document(&[t("0"), t("1")], &[edge("0", "1"), edge("1", "0"), edge("1", "1")]);
    assert!(loaded(&both).ends_with("0>1, 1>0, 1>1"));
}

#[test]
fn the_order_of_members_does_not_matter() {
    let text = r#"{"free_ranks": "0-3", "graph": {
      "edges": [{"metadata": {}, "target": "0", "source": "1"}],
      "nodes": [
        {"metadata": {"paths": {"containment": "/c0/n"}, "type": "n"}, "id": "1"},
        {"metadata": {"paths": {"containment": "/c0"}, "type": "c"}, "id": "0"}]}, "writer": [{}]}"#;
    assert_snapshot!(loaded(text), @"
    1 n n1 (n, 1) rank -1 containment=/c0/n
    0 c c0 (c, 0) rank -1 containment=/c0 root
    1>0
    ");
}

#[test]
fn the_last_of_equal_keys_counts() {
    let nodes = |ty: &str| {
        format!(r#""nodes": [{}]"#, vertex("0", &format!(r#""type": "{ty}", "paths": {{}}"#)))
    };
    let text = format!(
        r#"{{"graph": 1, "graph": {{{}, "edges": [7], {}, "edges": []}}}}"#,
        nodes("a"),
        nodes("b")
    );
    check(&text, "0 b b0 (b, 0) rank -1");
}

#[test]
fn documents_that_miss_something() {
    let key = |key: &str| format!("expected a key `{key}`");
    for text in ["{}", "[]", "[1]", r#"{"graphs": []}"#] {
        check(text, &key("graph"));
    }
    for text in [r#"{"graph": 1}"#, r#"{"graph": []}"#, r#"{"graph": {"edges": []}}"#] {
        check(text, &key("nodes"));
    }
    check(r#"{"graph": {"nodes": []}}"#, &key("edges"));
    check(r#"{"graph": {"nodes": [], "edges": []}}"#, "");
    check(r#"{"graph": {"nodes": null, "edges": 3}}"#, "");
    let ranks = |ranks: &str| {
        format!(r#"{{"graph": {{"nodes": [], "edges": []}}, "free_ranks": {ranks}}}"#)
    };
    for good in ["\"0-3\"", "3", "[1, 2]", "\"\""] {
        check(&ranks(good), "");
    }
    for bad in ["null", "\"z\"", "{}"] {
        check(&ranks(bad), "`free_ranks` must be an idset such as \"0-3,7\"");
    }
}

#[test]
fn every_message_about_vertices() {
    let t = r#""type": "t", "paths": {}"#;
    let more = |more: &str| format!("{t}, {more}");
    for (wrong, field) in [
        (r#""paths": {}"#.to_owned(), "type"),
        (r#""type": 1, "paths": {}"#.to_owned(), "type"),
        (r#""type": null, "paths": {}"#.to_owned(), "type"),
        (r#""type": "t""#.to_owned(), "paths"),
        (r#""type": "t", "paths": {"containment": 1}"#.to_owned(), "paths"),
        (more(r#""basename": null"#), "basename"),
        (more(r#""name": 5"#), "name"),
        (more(r#""unit": []"#), "unit"),
        (more(r#""exclusive": 0"#), "exclusive"),
        (more(r#""exclusive": null"#), "exclusive"),
        (more(r#""id": "1""#), "id"),
        (more(r#""id": 1.0"#), "id"),
        (more(r#""uniq_id": 1e0"#), "uniq_id"),
        (more(r#""rank": 2147483648"#), "rank"),
        (more(r#""rank": null"#), "rank"),
        (more(r#""size": true"#), "size"),
        (more(r#""size": 9223372036854775808"#), "size"),
        (more(r#""size": 99999999999999999999999999"#), "size"),
        (more(r#""status": 2"#), "status"),
        (more(r#""status": -2"#), "status"),
        (more(r#""properties": {"a": 1}"#), "properties"),
    ] {
        let start = format!("vertex `1`: `{field}` must be ");
        let said = loaded(&with_vertex(&wrong));
        assert!(said.starts_with(&start), "{said}: {wrong}");
    }
    for size in ["-2", "4294967296", "9223372036854775807"] {
        check_vertex(
            &more(&format!(r#""size": {size}"#)),
            &format!("vertex `1`: `size` must be within 0 to 4294967295, not {size}"),
        );
    }
    let properties = "vertex `1`: `properties` must be an object of strings";
    for wrong in ["null", "[]", "\"x\""] {
        check_vertex(&more(&format!(r#""properties": {wrong}"#)), properties);
    }
    let no_id = "a vertex must be an object with a string `id`";
    for wrong in ["1", "[]", "{}", r#"{"id": 1}"#, r#"{"id": null, "metadata": {}}"#] {
        check(&document(&[wrong.to_owned()], &[]), no_id);
    }
    let no_metadata = "vertex `v`: expected an object with a key `metadata`";
    check(&document(&[r#"{"id": "v"}"#.to_owned()], &[]), no_metadata);
    let not_object = r#"{"id": "v", "metadata": null}"#.to_owned();
    check(&document(&[not_object], &[]), "vertex `v`: `metadata` must be an object");
    check(
        &document(&[vertex("v1", t)], &[]),
        "vertex `v1`: expected a `uniq_id`, or an `id` that starts with a number",
    );
    let twice = [vertex("2", t), vertex("3", t), vertex("2", t)];
    check(&document(&twice, &[]), "vertex `2`: the id is used already");
    check_vertex(
        r#""type": "t", "rank": 1, "paths": {"containment": "/c0"}"#,
        "vertex `1`: its path makes it a second root of subsystem `containment`",
    );
}

#[test]
fn every_message_about_edges() {
    let t = |id: &str, uniq: i64| {
        vertex(id, &format!(r#""type": "t", "name": "n{id}", "uniq_id": {uniq}, "paths": {{}}"#))
    };
    let check_edges = |edges: &[&str], expected: &str| {
        let edges: Vec<String> = edges.iter().map(|e| (*e).to_owned()).collect();
        check(&document(&[t("a", 1), t("b", 2), t("c", 2)], &edges), expected);
    };
    let malformed = "an edge must be an object with strings `source` and `target`";
    for wrong in ["1", "null", "[]", r#"{"source": "a"}"#, r#"{"source": "a", "target": 1}"#] {
        check_edges(&[wrong], malformed);
    }
    let unknown = "edge `a` -> `z`: both ends must be vertices of the document";
    check_edges(&[r#"{"source": "a", "target": "z", "metadata": 1}"#], unknown);
    let metadata = "edge `a` -> `b`: `metadata` must be an object, its `subsystem` a string";
    for wrong in ["null", "[]", r#"{"subsystem": 1}"#, r#"{"subsystem": null}"#] {
        check_edges(
            &[&format!(r#"{{"source": "a", "target": "b", "metadata": {wrong}}}"#)],
            metadata,
        );
    }
    let (ab, ac) = (edge("a", "b"), edge("a", "c"));
    let colliding = |target: &str| {
        format!(
            "edge na -> {target}: an earlier edge of the same source leads to the same vertex, \
             or to one with the same uniq_id"
        )
    };
    check_edges(&[&ab, &ac], &colliding("nc"));
    let power = r#"{"source": "a", "target": "b", "metadata": {"subsystem": "power"}}"#;
    check_edges(&[&ab, power, "1"], &colliding("nb"));
    check_edges(&["1", &ab, power], malformed);
}

#[test]
fn errors_say_what_and_where() {
    let detail = |text: &str| load(text).unwrap_err().to_string();
    assert_snapshot!(detail("{\n \"graph\": nul}"), @"not JSON: expected ident (line 2, column 14)");
    assert_snapshot!(detail(&COMPACT.replace("\"rank\": 0", "\"rank\": \"0\"")), @"vertex `1`: `rank` must be an integer within 64 bits (line 3, column 3)");
    assert_snapshot!(detail(&COMPACT.replace("\"size\": 16", "\"size\": -16")), @"vertex `3`: `size` must be within 0 to 4294967295, not -16 (line 5, column 3)");
    assert_snapshot!(detail(&COMPACT.replace("\"target\": \"3\"", "\"target\": \"4\"")), @"edge `1` -> `4`: both ends must be vertices of the document (line 6, column 76)");
    assert_snapshot!(detail(&COMPACT.replace("\"target\": \"3\"", "\"target\": \"2\"")), @"edge node0 -> core5: an earlier edge of the same source leads to the same vertex, or to one with the same uniq_id");
    assert_snapshot!(detail(&COMPACT.replace("/mini0/node0/core5", "/core5")), @"vertex `2`: its path makes it a second root of subsystem `containment` (line 4, column 3)");
}

#[test]
fn a_syntax_error_anywhere_comes_first() {
    let bad_vertex = document(&[vertex("x", "")], &[]);
    for text in
        ["", " ", "1", "null", "{", "{} {}", "{}x", "{\"a\": 01}", "{\"a\" 1}", "[1,]", "{,}"]
    {
        assert!(loaded(text).starts_with("not JSON: "), "{text}");
    }
    assert!(loaded(&bad_vertex).starts_with("vertex `x`: "));
    assert_snapshot!(loaded(&bad_vertex.replace("\"edges\": [", "\"edges\": [,")), @"not JSON: expected value");
    assert_snapshot!(loaded(&COMPACT.replace("mini0/node0/core5", "\\u0000")), @r"not JSON: \u0000 is not allowed");
    assert_snapshot!(loaded(&COMPACT.replace("mini0/node0/core5", "\\ud800")), @"not JSON: unexpected end of hex escape");
}

#[test]
fn every_truncation_is_an_error() {
    for end in (0..COMPACT.len()).filter(|&n| COMPACT.is_char_boundary(n)) {
        let expected = "not JSON: ";
        assert!(loaded(&COMPACT[..end]).starts_with(expected), "{end}");
    }
}

#[test]
fn hostile_documents_end() {
    let deep = "[".repeat(1_000_000);
    assert!(load(&deep).is_err());
    assert!(load(&format!(r#"{{"graph": {{"nodes": [{{"id": {deep}"#)).is_err());
    let closed = format!("{deep}{}", "]".repeat(1_000_000));
    assert!(load(&with_vertex(&format!(r#""type": "t", "paths": {{}}, "x": {closed}"#))).is_ok());
    assert!(load(&with_vertex(&format!(r#""type": {closed}, "paths": {{}}"#))).is_err());
    let path = "/a".repeat(100_000);
    let error = load(&with_vertex(&format!(r#""type": "t", "paths": {{"x": "{path}"}}"#)));
    assert_snapshot!(error.unwrap_err(), @"vertex `1`: `paths` must be an object of paths of at most 128 components (line 1, column 100)");
    let many: Vec<String> = (0..300).map(|n| format!(r#""s{n}": "x""#)).collect();
    let error = load(&with_vertex(&format!(r#""type": "t", "paths": {{{}}}"#, many.join(","))));
    assert_snapshot!(error.unwrap_err(), @"too many subsystems: at most 255 are supported (line 1, column 100)");
    let same: Vec<String> = (0..50_000).map(|n| format!(r#""p{}": "{n}""#, n % 40)).collect();
    let text = with_vertex(&format!(
        r#""type": "t", "paths": {{}}, "properties": {{{}}}"#,
        same.join(",")
    ));
    let graph = load(&text).unwrap().graph;
    let values: Vec<&str> = graph.properties(fluxion_graph::VertexId(1)).map(|(_, v)| v).collect();
    assert_eq!((values.len(), values[0]), (40, "49960"));
}

/// A random vertex: its parent's number, and its attributes.
#[derive(Clone, Debug)]
struct Any {
    parent: usize,
    ty: &'static str,
    basename: Option<&'static str>,
    name: Option<String>,
    id: i64,
    rank: i64,
    size: u32,
    down: bool,
    properties: Vec<(String, String)>,
}

prop_compose! {
    fn any_vertex()(
        parent in 0usize..50,
        ty in prop::sample::select(vec!["node", "core", "rack", "größe", ""]),
        basename in prop::option::of(prop::sample::select(vec!["b", "cpu"])),
        name in prop::option::of("[a-z\"\\\\/é]{1,3}[0-9]{0,2}"),
        id in -1i64..40,
        rank in -2i64..4,
        size in prop_oneof![Just(1u32), any::<u32>()],
        down in any::<bool>(),
        properties in prop::collection::vec(("[a-c]{1,2}", "[x-z]{0,2}"), 0..3),
    ) -> Any {
        Any { parent, ty, basename, name, id, rank, size, down, properties }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

impl Any {
    fn basename(&self) -> &str {
        self.basename.unwrap_or(self.ty)
    }

    fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{}{}", self.basename(), self.id))
    }

    /// The members of the metadata; in compact form, without those that have their default.
    fn metadata(&self, uniq_id: usize, path: &str, compact: bool) -> String {
        let host_number = self.name.as_deref().filter(|_| self.ty == "node");
        let default_id = host_number
            .and_then(|name| name.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok())
            .unwrap_or(uniq_id as i64);
        let properties: Vec<String> =
            self.properties.iter().map(|(k, v)| format!("{}: {}", quoted(k), quoted(v))).collect();
        let members = [
            ("type", quoted(self.ty), false),
            ("basename", quoted(self.basename()), self.basename.is_none()),
            ("name", quoted(&self.name()), self.name.is_none()),
            ("id", self.id.to_string(), self.id == default_id),
            ("uniq_id", uniq_id.to_string(), true),
            ("rank", self.rank.to_string(), self.rank == -1),
            ("exclusive", "false".to_owned(), true),
            ("unit", "\"\"".to_owned(), true),
            ("size", self.size.to_string(), self.size == 1),
            ("status", u8::from(self.down).to_string(), !self.down),
            ("properties", format!("{{{}}}", properties.join(",")), properties.is_empty()),
            ("paths", format!(r#"{{"containment": {}}}"#, quoted(path)), false),
        ];
        let kept = members.iter().filter(|(_, _, default)| !(compact && *default));
        kept.map(|(key, value, _)| format!("\"{key}\": {value}")).collect::<Vec<_>>().join(", ")
    }
}

fn random_document(vertices: &[Any], compact: bool) -> String {
    let mut paths: Vec<String> = Vec::new();
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    for (n, any) in vertices.iter().enumerate() {
        let parent = (n > 0).then(|| any.parent % n);
        let above = parent.map_or("", |p| paths[p].as_str());
        let path = format!("{above}/{n}{}", any.name());
        nodes.push(vertex(&n.to_string(), &any.metadata(n, &path, compact)));
        paths.push(path);
        edges.extend(parent.map(|p| edge(&p.to_string(), &n.to_string())));
    }
    document(&nodes, &edges)
}

proptest! {
    #[test]
    fn full_and_compact_form_load_equal(vertices in prop::collection::vec(any_vertex(), 1..20)) {
        let full = load(&random_document(&vertices, false)).unwrap().graph;
        let compact = load(&random_document(&vertices, true)).unwrap().graph;
        prop_assert_eq!(full.vertices().len(), vertices.len());
        prop_assert_eq!(listing(&full), listing(&compact));
    }

    #[test]
    fn damaged_documents_get_the_same_answer_both_ways(
        at in 0usize..1000,
        with in prop::sample::select(vec!["", "null", "\"", "{", "[]", ",", "1", "-", "\\", "\u{1}", "é"]),
        cut in 0usize..9,
    ) {
        let start = at * COMPACT.len() / 1000;
        let end = (start + cut).min(COMPACT.len());
        let text = format!("{}{with}{}", &COMPACT[..start], &COMPACT[end..]);
        loaded(&text);
    }
}

/// Two public generators write -1 for "unknown".
#[test]
fn an_unknown_status_is_up_and_warned_of_once() {
    let of = |status: &[i64]| {
        let vertex = |(n, status): (usize, &i64)| {
            let path = if n == 0 { "/c0".to_owned() } else { format!("/c0/t{n}") };
            let meta =
                format!(r#""type": "t", "status": {status}, "paths": {{"containment": "{path}"}}"#);
            vertex(&n.to_string(), &meta)
        };
        let vertices: Vec<String> = status.iter().enumerate().map(vertex).collect();
        let edges: Vec<String> = (1..status.len()).map(|n| edge("0", &n.to_string())).collect();
        let text = document(&vertices, &edges);
        let loaded = load(&text).unwrap();
        assert_eq!(
            load_carefully(&text, Loader::new(&mut Graph::new(), None), &mut Faults::First),
            Ok(loaded.warning.clone())
        );
        let down = loaded.graph.vertices().iter().filter(|v| v.status == Status::Down).count();
        (down, loaded.warning.map(|warning| warning.to_string()).unwrap_or_default())
    };
    assert_eq!(of(&[0, 1]), (1, String::new()));
    let warning =
        "2 vertices have the `status` -1 (unknown) and are taken to be up; the first is `1`";
    assert_eq!(of(&[0, -1, 1, -1]), (1, warning.to_owned()));
}

#[test]
fn an_r_object_is_read_through_its_scheduling() {
    let with = |scheduling: &str| {
        format!(r#"{{"version": 1, "execution": {{"R_lite": [], "nodelist": []}}{scheduling}}}"#)
    };
    let root = vertex("0", r#""type": "cluster", "paths": {"containment": "/c0"}"#);
    let graph = document(&[root], &[]);
    assert_eq!(loaded(&with(&format!(r#", "scheduling": {graph}"#))), loaded(&graph));
    let refused = "expected a key `graph`: this is an R object without a graph in its `scheduling`, which the load \
                   format rv1exec reads";
    for scheduling in ["", r#", "scheduling": null"#, r#", "scheduling": {"writer": "x"}"#] {
        check(&with(scheduling), refused);
    }
    check(r#"{"scheduling": {"nodes": []}}"#, "expected a key `graph`");
    let malformed = with(
        r#", "scheduling": {"graph": {"nodes": [], "edges": [], "nodes": 1 }, "free_ranks": "x"}"#,
    );
    check(&malformed, "`free_ranks` must be an idset such as \"0-3,7\"");
}

/// Answers repeat the texts of a graph: each has its length.
#[test]
fn texts_have_lengths() {
    use fluxion_graph::{LONGEST_NAME, LONGEST_PATH, LONGEST_VALUE};
    let document = |name: usize, path: usize, key: usize, value: usize| {
        let [name, path, key, value] = [name, path, key, value].map(|n| "x".repeat(n));
        format!(
            r#"{{"graph": {{"nodes": [{{"id": "0", "metadata": {{"type": "cluster", "name": "{name}",
                "properties": {{"{key}": "{value}"}}, "paths": {{"containment": "/{path}"}}}}}}], "edges": []}}}}"#
        )
    };
    let most = (LONGEST_NAME, LONGEST_PATH - 1, LONGEST_NAME, LONGEST_VALUE);
    assert!(load(&document(most.0, most.1, most.2, most.3)).is_ok());
    for (text, what) in [
        (document(most.0 + 1, 1, 1, 1), "a name has 1025 bytes: at most 1024 are supported"),
        (document(1, most.1 + 1, 1, 1), "a path has 65537 bytes: at most 65536 are supported"),
        (
            document(1, 1, most.2 + 1, 1),
            "the name of a property has 1025 bytes: at most 1024 are supported",
        ),
        (
            document(1, 1, 1, most.3 + 1),
            "the value of a property has 65537 bytes: at most 65536 are supported",
        ),
    ] {
        let error = load(&text).unwrap_err();
        assert_eq!(error.to_string(), format!("{what} (line 1, column 22)"));
    }
}
