//! Ranks that a job has given back are free, whatever it holds above them: racks have no rank.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use fluxion_context::{
    Context, JobId, LoadFormat, MatchFormat, MatchOperation, Options, ReleaseFormat, Remainder,
    UpdateFormat, UpdateTime,
};

/// Two rows of two racks, with two nodes of a core and a disk of their own, which has no rank. Ranks count from 0.
fn context(match_format: MatchFormat) -> Context {
    let options = Options {
        load_format: LoadFormat::Jgf,
        policy: "low".to_owned(),
        match_format,
        ..Options::default()
    };
    Context::load(&document(&[], ""), &options).unwrap()
}

/// The paths of the machine, parents first.
fn paths() -> Vec<String> {
    let mut paths = vec!["/c0".to_owned()];
    for row in 0..2 {
        paths.push(format!("/c0/row{row}"));
        for rack in 2 * row..2 * row + 2 {
            let above = format!("/c0/row{row}/rack{rack}");
            paths.extend([above.clone(), format!("{above}/disk{rack}")]);
            for node in 2 * rack..2 * rack + 2 {
                paths.push(format!("{above}/node{node}"));
                paths.push(format!("{above}/node{node}/core{node}"));
            }
        }
    }
    paths
}

/// A document of the machine, or of some `paths` of it and what is above them; these are exclusive.
fn document(exclusive: &[&str], more: &str) -> String {
    let all = paths();
    let is_named = |path: &String| {
        exclusive.is_empty()
            || exclusive.iter().any(|e| *e == path || e.starts_with(&format!("{path}/")))
    };
    let named: Vec<&String> = all.iter().filter(|path| is_named(path)).collect();
    let vertex = |path: &&String| {
        let name = path.rsplit('/').next().unwrap();
        let (ty, id) = name.split_at(name.len() - 1);
        let ty = if ty == "c" { "cluster" } else { ty };
        let rank = if matches!(ty, "node" | "core") { id } else { "-1" };
        let exclusive = exclusive.contains(&path.as_str());
        format!(
            r#"{{"id": "{path}", "metadata": {{"type": "{ty}", "id": {id}, "uniq_id": {}, "name": "{name}", "rank": {rank},
                "basename": "{}", "exclusive": {exclusive}, "paths": {{"containment": "{path}"}}}}}}"#,
            all.iter().position(|p| p == *path).unwrap(),
            name.trim_end_matches(|c: char| c.is_ascii_digit()),
        )
    };
    let edge = |path: &&String| {
        let above = path.rsplit_once('/').unwrap().0;
        format!(r#"{{"source": "{above}", "target": "{path}"}}"#)
    };
    let nodes: Vec<String> = named.iter().map(vertex).collect();
    let edges: Vec<String> = named.iter().skip(1).map(edge).collect();
    format!(
        r#"{{"graph": {{"nodes": [{}], "edges": [{}]}}{more}}}"#,
        nodes.join(","),
        edges.join(",")
    )
}

fn jobspec(resources: &str) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 10}}}}, "resources": [{resources}]}}"#
    )
}

fn slots_of(count: usize, ty: &str) -> String {
    format!(
        r#"{{"type": "slot", "label": "s", "count": {count}, "with": [{{"type": "{ty}", "count": 1}}]}}"#
    )
}

/// The nodes that others may have, each whole.
fn free_nodes(context: &Context) -> String {
    let mut context = context.clone();
    let mut free = Vec::new();
    let node = jobspec(&slots_of(1, "node"));
    while let Ok(matched) = context.match_jobspec(MatchOperation::Allocate, &node, 0) {
        let at = matched.resources.find("---node").unwrap() + 7;
        free.push(matched.resources[at..=at].to_owned());
    }
    free.sort();
    free.concat()
}

fn give_back(context: &mut Context, ranks: &str) -> Remainder {
    let text = format!(r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "{ranks}"}}]}}}}"#);
    let left = context.partial_cancel(ReleaseFormat::Rv1exec, &text, JobId(1)).unwrap();
    assert_eq!(context.check(), Ok(()));
    left
}

#[test]
fn ranks_given_back_below_an_exclusive_rack_are_usable_at_once() {
    let rack = |nodes| {
        format!(
            r#"{{"type": "rack", "count": 1, "exclusive": true, "with": [{}]}}"#,
            slots_of(nodes, "node")
        )
    };
    let row = format!(
        r#"{{"type": "row", "count": 1, "exclusive": true, "with": [{{"type": "rack", "count": 2, "with": [{}]}}]}}"#,
        slots_of(1, "node"),
    );
    let disk = r#"{"type": "node", "count": 2}, {"type": "disk", "count": 1}"#;
    let disks = rack(1).replace(r#"{"type": "node", "count": 1}"#, disk);
    for (resources, steps) in [
        (rack(2), vec![("", "234567"), ("0", "0234567"), ("1", "01234567")]),
        (rack(2), vec![("0-1", "01234567")]),
        (rack(1), vec![("", "234567"), ("0-1", "01234567")]),
        (row, vec![("", "4567"), ("2", "24567"), ("0,3", "0234567"), ("1", "01234567")]),
        (disks, vec![("", "234567"), ("1", "1234567"), ("0", "01234567")]),
    ] {
        let mut context = context(MatchFormat::Simple);
        let matched = context.match_jobspec(MatchOperation::Allocate, &jobspec(&resources), 0);
        assert!(matched.is_ok(), "{resources}");
        for (at, (ranks, free)) in steps.iter().enumerate() {
            if !ranks.is_empty() {
                let last = at + 1 == steps.len();
                let expected = if last { Remainder::Nothing } else { Remainder::Something };
                assert_eq!(give_back(&mut context, ranks), expected, "{resources} {ranks}");
            }
            assert_eq!(free_nodes(&context), *free, "{resources} {ranks}");
        }
        let fresh = self::context(MatchFormat::Simple);
        assert_eq!(free_nodes(&context), free_nodes(&fresh));
    }
}

/// As long as a rank is left the rack is nobody else's.
#[test]
fn an_opened_rack_cannot_be_held_by_another() {
    let rack = jobspec(&format!(
        r#"{{"type": "rack", "count": 4, "exclusive": true, "with": [{}]}}"#,
        slots_of(2, "node"),
    ));
    let one = rack.replace("\"count\": 4", "\"count\": 1");
    let mut context = context(MatchFormat::Simple);
    context.match_jobspec(MatchOperation::Allocate, &one, 0).unwrap();
    give_back(&mut context, "0");
    assert!(context.match_jobspec(MatchOperation::Allocate, &rack, 0).is_err());
    give_back(&mut context, "1");
    assert!(context.match_jobspec(MatchOperation::Allocate, &rack, 0).is_ok());
}

#[test]
fn free_ranks_apply_to_what_stands_above_the_ranks() {
    let shorthand = UpdateFormat::JgfShorthand;
    for (format, exclusive, ranks, printed, free) in [
        (shorthand, vec!["/c0/row0/rack0"], "0", "disk0 core1 node1 rack0", "0234567"),
        (shorthand, vec!["/c0/row0/rack0"], "1,7", "disk0 core0 node0 rack0", "1234567"),
        (
            shorthand,
            vec!["/c0/row0"],
            "1",
            "disk0 core0 node0 rack0 disk1 core2 node2 core3 node3 rack1 row0",
            "14567",
        ),
        (shorthand, vec!["/c0/row0/rack0/node0"], "1", "core0 node0", "1234567"),
        (
            shorthand,
            vec!["/c0/row0/rack0/node0", "/c0/row0/rack0/node1"],
            "1",
            "core0 node0",
            "1234567",
        ),
        (
            UpdateFormat::Jgf,
            vec!["/c0/row0/rack0", "/c0/row0/rack0/node0", "/c0/row0/rack0/node1"],
            "0",
            "node1 rack0",
            "0234567",
        ),
        (UpdateFormat::Jgf, vec!["/c0/row0/rack0"], "0", "rack0", "234567"),
    ] {
        let mut context = context(MatchFormat::Simple);
        let text = document(&exclusive, &format!(r#", "free_ranks": "{ranks}""#));
        let time = UpdateTime { start: 0, duration: 100, now: 0 };
        let matched = context.update(format, &text, JobId(1), time).unwrap();
        assert_eq!(context.check(), Ok(()));
        let held = matched.resources.lines().filter(|line| line.ends_with("x]"));
        let held = held.map(|line| line.trim_start_matches([' ', '-']).split('[').next().unwrap());
        let mut held: Vec<&str> = held.collect();
        let mut expected: Vec<&str> = printed.split(' ').collect();
        held.sort_unstable();
        expected.sort_unstable();
        assert_eq!(held, expected, "{exclusive:?} {ranks}");
        assert_eq!(free_nodes(&context), free, "{exclusive:?} {ranks}");
    }
    let text = document(&["/c0/row0/rack0/node0"], r#", "free_ranks": "0""#);
    let time = UpdateTime { start: 0, duration: 100, now: 0 };
    assert!(context(MatchFormat::Simple).update(shorthand, &text, JobId(1), time).is_err());
}
