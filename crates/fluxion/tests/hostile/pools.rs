//! Requests that a search could get lost in: pools of billions of units, alternatives, many ways to fail.

use crate::support::{Jgf, job, match_in};

const BILLIONS: u32 = 4_294_967_295;

fn slot(count: &str, with: &str) -> String {
    format!(r#"{{"type": "slot", "count": {count}, "label": "s", "with": [{with}]}}"#)
}

fn element(ty: &str, count: &str) -> String {
    format!(r#"{{"type": "{ty}", "count": {count}}}"#)
}

fn node_of(with: &[String]) -> String {
    format!(r#"[{{"type": "node", "count": 1, "with": [{}]}}]"#, with.join(","))
}

#[test]
fn slots_over_a_pool_of_billions() {
    let graph = Jgf::cluster(2, &[("memory", BILLIONS), ("memory", BILLIONS), ("core", 1)]);
    for traverser in ["simple", "flexible"] {
        for policy in ["first", "low", "high", "locality", "variation"] {
            let args = format!("-T {traverser} -P {policy}");
            for count in ["1", "4294967295", "{\"min\": 1}", "2147483648"] {
                for memory in ["1", "4294967295", "2147483648", "{\"min\": 1}"] {
                    let with = slot(count, &element("memory", memory));
                    match_in(&graph, &args, job(&node_of(&[with]))).says("INFO: ");
                }
            }
        }
    }
}

#[test]
fn two_sibling_slots_over_a_pool_of_billions() {
    let graph = Jgf::cluster(2, &[("memory", BILLIONS), ("core", 1), ("core", 1)]);
    for [a, b] in [["1", "2"], ["1", "1"], ["4294967295", "1"], ["{\"min\": 1}", "3"], ["7", "5"]] {
        for policy in ["first", "low", "high"] {
            let slots = [slot("1", &element("memory", a)), slot("1", &element("memory", b))];
            let args = format!("-T flexible -P {policy}");
            match_in(&graph, &args, job(&node_of(&slots))).says("INFO: ");
        }
    }
}

#[test]
fn mixes_of_many_slots() {
    let pools: Vec<(&str, u32)> =
        ["memory", "ssd", "storage", "bandwidth"].map(|ty| (ty, BILLIONS)).to_vec();
    let graph = Jgf::cluster(20, &pools);
    let types = pools.iter().enumerate();
    let slots: Vec<String> = (1..8)
        .map(|k| {
            let member =
                |(at, (ty, _)): (usize, &(&str, u32))| element(ty, &(k * (at + 3)).to_string());
            slot("1", &types.clone().map(member).collect::<Vec<_>>().join(","))
        })
        .collect();
    match_in(&graph, "-T flexible -P low", job(&node_of(&slots))).says("INFO: ");
    let single: Vec<String> = pools.iter().map(|(ty, _)| slot("2", &element(ty, "1000"))).collect();
    match_in(&graph, "-T flexible -P high", job(&node_of(&single))).says("INFO: ");
}

#[test]
fn mixes_at_many_anchors() {
    for units in [200, 400, 1_000_000] {
        mixes(units);
    }
}

/// No two nodes offer the same, so no answer serves two.
fn mixes(units: u32) {
    let mut graph = Jgf::default();
    let root = graph.add(None, "cluster", 1, "/c0");
    for n in 0..300 {
        let node = graph.add(Some(root), "node", 1, &format!("/c0/node{n}"));
        for ty in ["memory", "ssd"] {
            graph.add(Some(node), ty, units + n, &format!("/c0/node{n}/{ty}0"));
        }
    }
    let text = graph.text();
    let slots: Vec<String> = (1..6)
        .map(|k| {
            let members = [element("memory", &k.to_string()), element("ssd", &(7 - k).to_string())];
            slot("1", &members.join(","))
        })
        .collect();
    match_in(&text, "-T flexible -P low", job(&node_of(&slots))).says("INFO: ");
}

#[test]
fn alternatives_that_multiply() {
    let graph = Jgf::cluster(2, &[("core", 1), ("gpu", 1)]);
    let xor = |with: &str| format!(r#"{{"type": "xor_slot", "count": 1, "with": [{with}]}}"#);
    let pair = format!("{},{}", xor(&element("core", "1")), xor(&element("gpu", "1")));
    let mut list = pair.clone();
    for _ in 0..9 {
        list = format!(
            r#"{{"type": "node", "count": 1, "with": [{list}]}},{{"type": "node", "count": 1, "with": [{pair}]}}"#
        );
    }
    for policy in ["first", "low"] {
        let args = format!("-T flexible -P {policy}");
        match_in(&graph, &args, job(&format!("[{list}]"))).says("No matching resources found");
    }
    let nested = (0..11).fold(pair, |list, _| format!("{},{}", xor(&list), xor(&list)));
    let limit = job(&format!("[{nested}]"));
    match_in(&graph, "-T flexible", limit).says("No matching resources found");
    let many = vec![xor(&element("core", "5")); 1000].join(",");
    match_in(&graph, "-T flexible", job(&format!("[{many}]"))).says("Unsatisfiable request");
    let more = vec![xor(&element("core", "5")); 1001].join(",");
    match_in(&graph, "-T flexible", job(&format!("[{more}]"))).says("Value too large");
}

#[test]
fn alternatives_of_long_lists() {
    let graph = Jgf::cluster(2, &[("core", 1), ("gpu", 1)]);
    let option =
        format!(r#"{{"type": "xor_slot", "count": 1, "with": [{}]}}"#, element("core", "1"));
    let list = [vec![element("gpu", "1"); 2000], vec![option; 1000]].concat().join(",");
    let answer = match_in(&graph, "-T flexible", job(&format!("[{list}]")));
    answer.says("Value too large").says("No matching resources found");
}

#[test]
fn alternatives_of_mixes() {
    let graph = Jgf::cluster(10, &[("memory", BILLIONS), ("ssd", BILLIONS)]);
    let mix = |n: usize| {
        let with = [
            slot("1", &[element("memory", "1"), element("ssd", &(n + 2).to_string())].join(",")),
            slot("1", &[element("memory", "3"), element("ssd", "1")].join(",")),
        ];
        let node = node_of(&with);
        format!(r#"{{"type": "xor_slot", "count": 1000, "with": {node}}}"#)
    };
    let many: Vec<String> = (0..500).map(mix).collect();
    match_in(&graph, "-T flexible -P low", job(&format!("[{}]", many.join(",")))).says("INFO: ");
}

#[test]
fn many_siblings_and_many_vertices() {
    let cores = vec![("core", 1); 10_000];
    let graph = Jgf::cluster(1, &cores);
    for policy in ["first", "low", "high", "locality", "variation", "lonodex"] {
        let all = slot("10000", &element("core", "1"));
        match_in(&graph, &format!("-P {policy}"), job(&node_of(&[all]))).says("ALLOCATED");
        let most = slot("{\"min\": 1}", &element("core", "3"));
        match_in(&graph, &format!("-P {policy}"), job(&node_of(&[most]))).says("ALLOCATED");
    }
    let siblings: Vec<String> = (0..2000).map(|_| element("core", "1")).collect();
    match_in(&graph, "-P low", job(&node_of(&siblings))).says("No matching resources found");
}

#[test]
fn many_jobs_in_line() {
    let graph = Jgf::cluster(2, &[("core", 1)]);
    let one = job(&node_of(&[slot("1", &element("core", "1"))]));
    let mut files: Vec<(&str, &[u8])> = vec![("graph", graph.as_bytes()), ("job", one.as_bytes())];
    let all = format!("{}\n", "match allocate_orelse_reserve job\n".repeat(2000));
    crate::support::session(&files, "-L graph -f jgf", all.as_bytes()).says("RESERVED");
    let list = "f ".repeat(20_000);
    files.push(("f", b"version: 1"));
    let input = format!("multi-match allocate {list}\n");
    crate::support::session(&files, "-L graph -f jgf", input.as_bytes()).says("ERROR");
}
