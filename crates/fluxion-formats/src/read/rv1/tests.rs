//! Worked examples (`docs/semantics/readers.md`, R version 1), errors, hostile texts.

use insta::assert_snapshot;

use super::*;
use crate::read::listing::listing;

fn r(entries: &str, nodelist: &str, more: &str) -> String {
    format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{entries}], "nodelist": [{nodelist}]{more}}}}}"#
    )
}

fn loaded(text: &str) -> String {
    load(text).map_or_else(|error| error.to_string(), |graph| listing(&graph))
}

const LONE: &str = "0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root";

#[test]
fn ranks_get_hosts_in_ascending_order() {
    let text = r(
        r#"{"rank":"7","children":{"core":"0-1"}},{"rank":"2,5","children":{"core":"1,3"}}"#,
        r#""n[10-12]""#,
        "",
    );
    assert_snapshot!(loaded(&text), @"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root
    1 node n12 (n, 12) rank 7 containment=/cluster0/n12
    2 core core0 (core, 0) rank 7 containment=/cluster0/n12/core0
    3 core core1 (core, 1) rank 7 containment=/cluster0/n12/core1
    4 node n10 (n, 10) rank 2 containment=/cluster0/n10
    5 core core1 (core, 1) rank 2 containment=/cluster0/n10/core1
    6 core core3 (core, 3) rank 2 containment=/cluster0/n10/core3
    7 node n11 (n, 11) rank 5 containment=/cluster0/n11
    8 core core1 (core, 1) rank 5 containment=/cluster0/n11/core1
    9 core core3 (core, 3) rank 5 containment=/cluster0/n11/core3
    0>1, 1>2, 1>3, 0>4, 4>5, 4>6, 0>7, 7>8, 7>9
    ");
}

#[test]
fn children_of_any_type_and_hosts_of_any_name() {
    let text = r(
        r#"{"rank":"3,5","children":{"core":"0-1","gpu":"4"}},{"rank":"7","children":{"core":"0","widget":"2"}}"#,
        r#""fe[07-08]","login""#,
        "",
    );
    assert_snapshot!(loaded(&text), @"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root
    1 node fe07 (fe, 7) rank 3 containment=/cluster0/fe07
    2 core core0 (core, 0) rank 3 containment=/cluster0/fe07/core0
    3 core core1 (core, 1) rank 3 containment=/cluster0/fe07/core1
    4 gpu gpu4 (gpu, 4) rank 3 containment=/cluster0/fe07/gpu4
    5 node fe08 (fe, 8) rank 5 containment=/cluster0/fe08
    6 core core0 (core, 0) rank 5 containment=/cluster0/fe08/core0
    7 core core1 (core, 1) rank 5 containment=/cluster0/fe08/core1
    8 gpu gpu4 (gpu, 4) rank 5 containment=/cluster0/fe08/gpu4
    9 node login (login, -1) rank 7 containment=/cluster0/login
    10 core core0 (core, 0) rank 7 containment=/cluster0/login/core0
    11 widget widget2 (widget, 2) rank 7 containment=/cluster0/login/widget2
    0>1, 1>2, 1>3, 1>4, 0>5, 5>6, 5>7, 5>8, 0>9, 9>10, 9>11
    ");
}

#[test]
fn properties_go_to_the_nodes() {
    let text = r(
        r#"{"rank":"0-1","children":{"core":"0-1","gpu":"0"}}"#,
        r#""node[0-1]""#,
        r#", "properties": {"fast":"1","gpu-x@gpu":"0-1,99","+q":"0"}"#,
    );
    assert_snapshot!(loaded(&text), @"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root
    1 node node0 (node, 0) rank 0 containment=/cluster0/node0 +q: gpu-x@gpu:
    2 core core0 (core, 0) rank 0 containment=/cluster0/node0/core0
    3 core core1 (core, 1) rank 0 containment=/cluster0/node0/core1
    4 gpu gpu0 (gpu, 0) rank 0 containment=/cluster0/node0/gpu0
    5 node node1 (node, 1) rank 1 containment=/cluster0/node1 fast: gpu-x@gpu:
    6 core core0 (core, 0) rank 1 containment=/cluster0/node1/core0
    7 core core1 (core, 1) rank 1 containment=/cluster0/node1/core1
    8 gpu gpu0 (gpu, 0) rank 1 containment=/cluster0/node1/gpu0
    0>1, 1>2, 1>3, 1>4, 0>5, 5>6, 5>7, 5>8
    ");
}

#[test]
fn host_names_split_before_their_number() {
    let graph =
        load(&r(r#"{"rank":"0-3","children":{}}"#, r#""0042,n00", "x", "n00""#, "")).unwrap();
    let nodes: Vec<_> = graph.vertices()[1..]
        .iter()
        .map(|v| (graph.text(v.name), graph.basename(v), v.id, v.rank))
        .collect();
    assert_eq!(
        nodes,
        [("0042", "0042", 42, 0), ("n00", "n", 0, 1), ("x", "x", -1, 2), ("n00", "n", 0, 3)]
    );
    assert_eq!(graph.vertices_at("/cluster0/n00").len(), 2);
}

#[test]
fn wrong_containers_count_as_empty() {
    for text in [
        r("", "", ""),
        r#"{"version": 1, "execution": {"R_lite": null, "nodelist": 5, "properties": null}}"#
            .to_owned(),
        r(r#"{"rank":"","children":{"core":"0-2147483647"}}"#, "", ""),
        r("", r#""n[0-9]""#, r#", "properties": [1], "starttime": 0.5"#),
        format!(r#"{{"version": 2, {}"#, &r("", "", "")[1..]),
    ] {
        assert_eq!(loaded(&text), LONE, "{text}");
    }
    let bare =
        r(r#"{"rank":"0","children":null}, {"rank":"1","children":{"core":""}}"#, r#""a,b""#, "");
    assert_eq!(load(&bare).unwrap().vertices().len(), 3);
}

#[test]
fn the_last_of_equal_keys_counts_in_the_place_of_the_first() {
    let text = r(r#"{"rank":"1","children":{"a":"1","b":"1","a":"2"},"rank":"0"}"#, r#""h""#, "");
    assert_snapshot!(loaded(&text), @"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root
    1 node h (h, -1) rank 0 containment=/cluster0/h
    2 a a2 (a, 2) rank 0 containment=/cluster0/h/a2
    3 b b1 (b, 1) rank 0 containment=/cluster0/h/b1
    0>1, 1>2, 1>3
    ");
}

fn check(text: &str, expected: &str) {
    let error = load(text).unwrap_err();
    assert_eq!(error.to_string(), expected, "{text}");
}

#[test]
fn errors() {
    check("", "not JSON: EOF while parsing a value (line 1, column 0)");
    check("{", "not JSON: EOF while parsing an object (line 1, column 1)");
    check("[]", "`R` must be an object");
    for version in ["1.0", "\"1\"", "2", "null", "true"] {
        let text = format!(r#"{{"version": {version}, "execution": {{}}}}"#);
        check(&text, "`version` must be the integer 1");
    }
    check(r#"{"version": 1}"#, "`execution` must be an object");
    check(r#"{"version": 1, "execution": {"nodelist": []}}"#, "`execution.R_lite` must be present");
    check(r#"{"version": 1, "execution": {"R_lite": []}}"#, "`execution.nodelist` must be present");
    let entry = "`execution.R_lite[0]` must be an object with `rank` and `children`";
    check(&r("1", "", ""), entry);
    check(&r(r#"{"rank": "0"}"#, "", ""), entry);
    let rank = "`execution.R_lite[0].rank` must be a string with an idset";
    check(&r(r#"{"children": {}}"#, "", ""), rank);
    check(&r(r#"{"rank": 1, "children": {}}"#, "", ""), rank);
    check(
        &r(r#"{"rank": "0", "children": {}}, {"rank": "1-0", "children": {}}"#, "", ""),
        "`execution.R_lite[1].rank`: `1-0` is not an idset such as 0-3,7",
    );
    check(
        &r(r#"{"rank": "0", "children": {"core": 1}}"#, "", ""),
        "`execution.R_lite[0].children.core` must be a string with an idset",
    );
    check(&r("", "1", ""), "`execution.nodelist[0]` must be a string with a list of hosts");
    check(
        &r("", r#""a", "n[""#, ""),
        "`execution.nodelist[1]`: `n[` is not a list of hosts such as n[0-3],login",
    );
    check(
        &r("", "", r#", "properties": {"p": "x"}"#),
        "`execution.properties.p`: `x` is not an idset such as 0-3,7",
    );
    check(
        &r(r#"{"rank": "4,6", "children": {}}"#, r#""a""#, ""),
        "rank 6 has no host: `execution.nodelist` has 1 hosts for 2 ranks",
    );
}

#[test]
fn ranks_and_hosts_that_cannot_be() {
    let twice = r#"{"rank": "0", "children": {}}, {"rank": "0-1", "children": {}}"#;
    for hosts in [r#""a,b""#, r#""a""#] {
        let error = load(&r(twice, hosts, "")).unwrap_err();
        assert_eq!(error, Rv1Error::DuplicateRank { rank: 0, host: "a".to_owned() });
    }
    let error =
        load(&r(r#"{"rank":"0","children":{}}"#, r#""n9223372036854775808""#, "")).unwrap_err();
    assert_eq!(error, Rv1Error::HostNumber { host: "n9223372036854775808".to_owned() });
}

#[test]
fn hostile_sets_are_refused_before_anything_is_made() {
    let one = r#"{"rank": "0", "children": {"core": "0-2147483647"}}"#;
    let ranks = r#"{"rank": "0-2147483647", "children": {}}"#;
    let product = r#"{"rank": "0-9999", "children": {"core": "0-9999"}}"#;
    let name = format!(r#"{{"rank": "0", "children": {{"{}": "0-1999999"}}}}"#, "x".repeat(1_000));
    for entries in [one, ranks, product, &name] {
        assert_eq!(load(&r(entries, r#""n[0-99]""#, "")).unwrap_err(), Rv1Error::TooLarge);
    }
    let lists = vec![r#""n[0-1048575]""#; 17].join(",");
    assert_eq!(load(&r("", &lists, "")).unwrap_err(), Rv1Error::TooLarge);
    let deep = format!(r#"{{"version": {}"#, "[".repeat(1_000_000));
    assert!(matches!(load(&deep), Err(Rv1Error::Syntax { .. })));
}

#[test]
fn large_objects_are_as_large_as_they_say() {
    let text = r(
        r#"{"rank": "0-1023", "children": {"core": "0-63", "gpu": "0-3"}}"#,
        r#""fake[0-1023]""#,
        r#", "properties": {"a": "0-511", "b": "512-2147483647"}"#,
    );
    let graph = load(&text).unwrap();
    assert_eq!((graph.vertices().len(), graph.edges().len()), (70_657, 70_656));
    let last = graph.vertices_at("/cluster0/fake1023");
    assert_eq!(graph.properties(last[0]).collect::<Vec<_>>(), [("b", "")]);
}

#[test]
fn a_graph_is_no_r_object() {
    for text in [r#"{"graph": {"nodes": [], "edges": []}}"#, r#"{"version": 1, "graph": 1}"#] {
        assert_eq!(load(text).unwrap_err(), Rv1Error::IsJgf);
    }
    assert_ne!(load(r#"{"graph": 1, "execution": {}}"#).unwrap_err(), Rv1Error::IsJgf);
}

#[test]
fn names_have_a_length() {
    let long = "x".repeat(1025);
    let document = |child: &str, property: &str| {
        format!(
            r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "0", "children": {{"{child}": "0"}}}}],
                "nodelist": ["n0"], "properties": {{"{property}": "0"}}}}}}"#
        )
    };
    for (text, place) in [
        (document(&long, "fast"), "execution.R_lite[0].children"),
        (document("core", &long), "execution.properties"),
    ] {
        let error = load(&text).unwrap_err().to_string();
        assert_eq!(error, format!("`{place}` must be free of names of more than 1024 bytes"));
    }
}
