//! A context that changes for years: what was removed or overwritten is given back, and a change costs what it did at
//! first.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use allocation_counter::{AllocationInfo, measure};
use fluxion_context::{
    Context, Extent, HeldResources, LoadFormat, MatchOperation, Options, Status, StatusTarget,
};

/// Rounds that are compared with each other, the first and the last of [`ROUNDS`].
const COMPARED: u64 = 100;
const ROUNDS: u64 = 400;

/// Two nodes of two cores, and a job on the second one.
fn serve(policy: &str) -> Context {
    let graph = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-1", "children": {"core": "0-1"}}],
        "nodelist": ["node[0-1]"], "starttime": 0, "expiration": 0}}"#;
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        policy: policy.to_owned(),
        ..Options::default()
    };
    let mut context = Context::load(graph, &options).unwrap();
    context.match_jobspec(MatchOperation::Allocate, &jobspec("hostlist", "node1"), 0).unwrap();
    context
}

/// A core, where a constraint holds.
fn jobspec(operator: &str, operand: &str) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "resources":
            [{{"type": "slot", "label": "s", "count": 1, "with": [{{"type": "core", "count": 1}}]}}],
            "attributes": {{"system": {{"duration": 60, "constraints": {{"{operator}": ["{operand}"]}}}}}}}}"#
    )
}

/// A node of some cores, under a name, to be attached below the cluster.
fn node(name: &str) -> String {
    let vertex = |id: usize, ty: &str, name: &str, path: &str| {
        format!(
            r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "id": {id}, "rank": 7, "name": "{name}",
                "properties": {{"of-{name}": "{name}"}}, "paths": {{"containment": "{path}"}}}}}}"#
        )
    };
    let edge =
        |source: usize, target: usize| format!(r#"{{"source": "{source}", "target": "{target}"}}"#);
    let path = format!("/cluster0/{name}");
    let root =
        r#"{"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/cluster0"}}}"#;
    let mut vertices = vec![root.to_owned(), vertex(1000, "node", name, &path)];
    let mut edges = vec![edge(0, 1000)];
    for core in 1001..1033 {
        let name = format!("{name}-core{core}");
        vertices.push(vertex(core, "core", &name, &format!("{path}/{name}")));
        edges.push(edge(1000, core));
    }
    format!(r#"{{"graph": {{"nodes": [{}], "edges": [{}]}}}}"#, vertices.join(","), edges.join(","))
}

fn come_and_go(context: &mut Context, name: &str) {
    context.attach(&node(name)).unwrap();
    context.remove_path(&format!("/cluster0/{name}")).unwrap();
}

/// Runs the rounds: memory and work of the last hundred are those of the first, up to some bytes.
#[track_caller]
fn check(policy: &str, slack: i64, round: impl Fn(&mut Context, u64)) {
    let mut context = serve(policy);
    let vertices = context.graph().vertices().len();
    let mut run = |rounds: std::ops::Range<u64>| -> AllocationInfo {
        measure(|| rounds.for_each(|number| round(&mut context, number)))
    };
    run(0..COMPARED);
    let first = run(COMPARED..2 * COMPARED);
    let between = run(2 * COMPARED..ROUNDS - COMPARED);
    let last = run(ROUNDS - COMPARED..ROUNDS);
    let grown = first.bytes_current + between.bytes_current + last.bytes_current;
    assert!(grown < slack, "{policy}: {grown} bytes more");
    assert!(
        last.count_total <= first.count_total * 11 / 10,
        "{policy}: {first:?} at first, {last:?} in the end"
    );
    assert_eq!((context.graph().vertices().len(), context.check()), (vertices, Ok(())));
}

#[test]
fn a_node_that_comes_and_goes() {
    for policy in ["first", "low", "locality"] {
        check(policy, 4 << 10, |context, _| come_and_go(context, "node7"));
    }
}

/// Texts are given back when there is half as much again as is in use, and 64 KiB.
#[test]
fn nodes_with_names_of_their_own_that_come_and_go() {
    check("first", 256 << 10, |context, n| come_and_go(context, &format!("host{n}")));
}

#[test]
fn a_node_that_goes_with_the_jobs_on_it() {
    check("low", 64 << 10, |context, n| {
        context.attach(&node("node7")).unwrap();
        let jobspec = jobspec("properties", "of-node7");
        context.match_jobspec(MatchOperation::Allocate, &jobspec, n as i64).unwrap();
        context.remove(StatusTarget::Ranks("7"), HeldResources::Release).unwrap();
    });
}

#[test]
fn a_status_that_changes() {
    check("first", 4 << 10, |context, n| {
        let status = if n % 2 == 0 { Status::Down } else { Status::Up };
        context.mark(StatusTarget::Path("/cluster0"), Extent::Subtree, status).unwrap();
    });
}

#[test]
fn a_property_that_changes() {
    for policy in ["first", "variation"] {
        check(policy, 256 << 10, |context, n| {
            assert_eq!(context.set_property("/cluster0/node1", "perf_class", &n.to_string()), 1);
            assert_eq!(context.set_property("/cluster0/node0", "note", &format!("{n:09999}")), 1);
        });
    }
}

#[test]
fn a_long_property_that_changes() {
    const LENGTH: usize = 2_000_000;
    let mut context = serve("first");
    let before = context.graph().size_of_texts();
    let all = measure(|| {
        for number in 0..200 {
            let value = format!("{number}").repeat(LENGTH / 3);
            context.set_property("/cluster0/node1", "note", &value);
            assert!(context.graph().size_of_texts() < before + 3 * LENGTH);
        }
    });
    assert!(all.bytes_current < 3 * LENGTH as i64, "{all:?}");
    assert!(all.bytes_max < 7 * LENGTH as u64, "{all:?}");
}
