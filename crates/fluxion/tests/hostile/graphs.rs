//! Graph files: JGF and RV1.

use crate::support::{Jgf, load};

const ROOT: &str =
    r#"{"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/c0"}}}"#;

fn vertex(id: &str, path: &str, more: &str) -> String {
    format!(
        r#"{{"id": "{id}", "metadata": {{"type": "node", {more} "paths": {{"containment": "{path}"}}}}}}"#
    )
}

fn graph(nodes: &[&str], edges: &[(&str, &str)]) -> String {
    let edges: Vec<String> =
        edges.iter().map(|(s, t)| format!(r#"{{"source": "{s}", "target": "{t}"}}"#)).collect();
    format!(r#"{{"graph": {{"nodes": [{}], "edges": [{}]}}}}"#, nodes.join(","), edges.join(","))
}

#[test]
fn deep_nesting() {
    for opening in ["[", "{\"a\":", "{\"graph\":", "{\"graph\":{\"nodes\":[", "[[{\"a\":"] {
        load(opening.repeat(100_000), "jgf").is_refused("ERROR");
        load(opening.repeat(100_000), "rv1exec").is_refused("ERROR");
    }
    let deep = format!("{}0{}", "[".repeat(100_000), "]".repeat(100_000));
    let within = vertex("1", "/c0/node0", &format!("\"extra\": {deep},"));
    load(graph(&[ROOT, &within], &[("0", "1")]), "jgf").is_clear();
}

#[test]
fn a_chain_of_100_000_levels() {
    let mut chain = Jgf::default();
    let mut last = chain.add(None, "cluster", 1, "/c0");
    for level in 1..100_000 {
        last = chain.add(Some(last), "node", 1, &format!("/c0/n{level}"));
    }
    load(chain.text(), "jgf").is_refused("levels");
}

#[test]
fn cycles() {
    let (a, b) = (vertex("1", "/c0/a", ""), vertex("2", "/c0/a/b", ""));
    for edges in [
        [("0", "1"), ("1", "2"), ("2", "1")],
        [("0", "1"), ("1", "2"), ("2", "0")],
        [("0", "1"), ("1", "1"), ("1", "2")],
        [("1", "2"), ("2", "1"), ("2", "2")],
        [("0", "0"), ("0", "1"), ("0", "2")],
    ] {
        let text = graph(&[ROOT, &a, &b], &edges);
        let job = crate::support::job(
            r#"[{"type": "node", "count": 1, "with": [{"type": "slot", "count": 1, "label": "s", "with": [{"type": "node", "count": 1}]}]}]"#,
        );
        crate::support::match_in(&text, "", &job).is_clear();
    }
}

#[test]
fn duplicate_ids_and_edges() {
    let a = vertex("1", "/c0/a", "");
    let b = vertex("1", "/c0/b", "");
    load(graph(&[ROOT, &a, &b], &[("0", "1")]), "jgf").is_refused("ERROR");
    let edges = vec![("0", "1"); 100_000];
    load(graph(&[ROOT, &a], &edges), "jgf").is_clear();
    let many: Vec<String> = (1..50_000).map(|id| vertex(&id.to_string(), "/c0/a", "")).collect();
    let nodes: Vec<&str> = [ROOT].into_iter().chain(many.iter().map(String::as_str)).collect();
    load(graph(&nodes, &[("0", "1")]), "jgf").is_clear();
}

#[test]
fn huge_numbers() {
    for number in [
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551616",
        "4294967295",
        "4294967296",
        "1e400",
        "-1e400",
        "1e18",
        "NaN",
        "Infinity",
        "\"1\"",
        &"9".repeat(100_000),
    ] {
        for key in ["id", "uniq_id", "rank", "size", "status"] {
            let a = vertex("1", "/c0/a", &format!("\"{key}\": {number},"));
            load(graph(&[ROOT, &a], &[("0", "1")]), "jgf").is_clear();
        }
        let a = vertex(number.trim_matches('"'), "/c0/a", "");
        load(graph(&[ROOT, &a], &[("0", number.trim_matches('"'))]), "jgf").is_clear();
    }
}

#[test]
fn truncated_files() {
    let jgf = Jgf::cluster(2, &[("core", 1), ("memory", 8)]);
    for end in (0..jgf.len()).step_by(31) {
        load(&jgf[..end], "jgf").is_refused("ERROR");
    }
    let rv1 = rv1("0-3", "n[0-3]", "0-7");
    load(&rv1, "rv1exec").says("");
    for end in (0..rv1.len()).step_by(13) {
        load(&rv1[..end], "rv1exec").is_refused("ERROR");
    }
}

#[test]
fn files_that_are_no_text() {
    for bytes in [
        &b"\0"[..],
        b"",
        b"\xff\xfe{\0}\0",
        b"\xef\xbb\xbf{}",
        b"{\"graph\": {\"nodes\": [\"\xff\"]}}",
        b"{\"graph\": {\"nodes\": \0}}",
        b"\"\\ud800\"",
        &[0; 1 << 20],
        &[0x80; 1 << 20],
        &[b' '; 1 << 20],
        &[b'\n'; 1 << 20],
    ] {
        for format in ["jgf", "grug", "rv1exec"] {
            load(bytes, format).is_refused("Runtime error");
        }
    }
}

#[test]
fn a_graph_file_without_end() {
    crate::support::session(&[], "-L /dev/zero -f jgf", b"").is_refused("Runtime error");
}

#[test]
fn very_long_words() {
    let word = "x".repeat(8 << 20);
    let a = vertex("1", &format!("/c0/{word}"), "");
    load(graph(&[ROOT, &a], &[("0", "1")]), "jgf").is_clear();
    let id = vertex(&word, "/c0/a", "");
    load(graph(&[ROOT, &id], &[("0", "1")]), "jgf").is_refused("ERROR");
    let ty = graph(&[ROOT, &vertex("1", "/c0/a", "").replace("node", &word)], &[("0", "1")]);
    load(ty, "jgf").is_clear();
    load(graph(&[ROOT], &[("0", &word)]), "jgf").is_refused("ERROR");
}

#[test]
fn many_types_subsystems_and_properties() {
    let nodes: Vec<String> = (1..20_000)
        .map(|n| {
            format!(
                r#"{{"id": "{n}", "metadata": {{"type": "t{n}", "properties": {{"p{n}": ""}}, "paths": {{"containment": "/c0/t{n}", "s{n}": "/s{n}"}}}}}}"#
            )
        })
        .collect();
    let nodes: Vec<&str> = [ROOT].into_iter().chain(nodes.iter().map(String::as_str)).collect();
    let ids: Vec<String> = (1..20_000).map(|n| n.to_string()).collect();
    let edges: Vec<(&str, &str)> = ids.iter().map(|id| ("0", id.as_str())).collect();
    load(graph(&nodes, &edges), "jgf").is_clear();
}

fn rv1(ranks: &str, hosts: &str, cores: &str) -> String {
    format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "{ranks}", "children": {{"core": "{cores}"}}}}], "starttime": 0, "expiration": 0, "nodelist": ["{hosts}"]}}}}"#
    )
}

#[test]
fn idsets_of_billions() {
    for (ranks, hosts, cores) in [
        ("0-2147483647", "n[0-2147483647]", "0"),
        ("0-2147483647", "n0", "0-2147483647"),
        ("0", "n0", "0-2147483647"),
        ("0", "n0", "0-4294967295"),
        ("0", "n[0-999999999]", "0"),
        ("0", "n[0-99999][0-99999]", "0"),
        ("0-99999", "n[0-99999]", "0-99999"),
        ("0-16777215", "n[0-16777215]", "0"),
        ("9999999999999999999999", "n0", "0"),
        ("0,0", "n0", "0"),
        ("5-2", "n0", "0"),
        ("", "", ""),
        ("-1", "n-1", "-1"),
    ] {
        load(rv1(ranks, hosts, cores), "rv1exec").is_clear();
    }
}

#[test]
fn ranks_that_return() {
    let entry = r#"{"rank": "0", "children": {"core": "0"}}"#;
    let entries = vec![entry; 10_000].join(",");
    let text =
        format!(r#"{{"version": 1, "execution": {{"R_lite": [{entries}], "nodelist": ["n0"]}}}}"#);
    load(text, "rv1exec").is_clear();
}
