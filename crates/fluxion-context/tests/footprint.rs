//! What a graph with its jobs is counted with, against what it takes.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use allocation_counter::measure;
use fluxion_context::{Context, LoadFormat, MatchOperation, Options};

fn r(ranks: usize, cores: &str) -> String {
    let last = ranks - 1;
    format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "0-{last}", "children": {{"core": "{cores}"}}}}],
            "nodelist": ["n[0-{last}]"]}}}}"#
    )
}

fn vertex(id: usize, ty: &str, number: usize, path: &str) -> String {
    format!(
        r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "id": {number}, "rank": 0, "paths": {{"containment": "{path}"}}}}}}"#
    )
}

fn jgf(nodes: usize, cores: usize) -> String {
    let mut vertices = vec![vertex(0, "cluster", 0, "/cluster0")];
    let mut edges = Vec::new();
    for node in 0..nodes {
        let (parent, path) = (vertices.len(), format!("/cluster0/node{node}"));
        edges.push(format!(r#"{{"source": "0", "target": "{parent}"}}"#));
        vertices.push(vertex(parent, "node", node, &path));
        for core in 0..cores {
            let id = vertices.len();
            edges.push(format!(r#"{{"source": "{parent}", "target": "{id}"}}"#));
            vertices.push(vertex(id, "core", core, &format!("{path}/core{core}")));
        }
    }
    let (vertices, edges) = (vertices.join(","), edges.join(","));
    format!(r#"{{"graph": {{"nodes": [{vertices}], "edges": [{edges}]}}}}"#)
}

fn cores(count: usize) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60}}}},
            "resources": [{{"type": "slot", "label": "s", "count": {count}, "with": [{{"type": "core", "count": 1}}]}}]}}"#
    )
}

/// Counted for each hundred bytes that were taken.
fn percent(counted: u64, taken: i64) -> u64 {
    counted * 100 / u64::try_from(taken).unwrap()
}

/// `graph` and `jobs` are percents; the jobs have one core each, on a quarter of all.
#[track_caller]
fn check(
    text: &str,
    load_format: LoadFormat,
    graph: std::ops::RangeInclusive<u64>,
    jobs: std::ops::RangeInclusive<u64>,
) {
    let options = Options {
        load_format,
        policy: "low".to_owned(),
        prune_filters: "ALL:core,ALL:node".to_owned(),
        ..Options::default()
    };
    let mut loaded = None;
    let load = measure(|| {
        let mut context = Context::load(text, &options).unwrap();
        // the first match makes tables of its own
        let job = context.match_jobspec(MatchOperation::Allocate, &cores(1), 0).unwrap().job;
        context.cancel(job).unwrap();
        loaded = Some(context);
    });
    let mut context = loaded.unwrap();
    let empty = context.footprint();
    assert!(graph.contains(&percent(empty, load.bytes_current)), "{empty} for {load:?}");
    assert!(graph.contains(&percent(empty, load.bytes_max as i64)), "{empty} for {load:?}");
    let quarter = context.graph().vertices().len() / 8;
    let booked = measure(|| {
        for _ in 0..quarter {
            context.match_jobspec(MatchOperation::Allocate, &cores(1), 0).unwrap();
        }
    });
    let counted = context.footprint() - empty;
    assert!(jobs.contains(&percent(counted, booked.bytes_current)), "{counted} for {booked:?}");
    for job in context.jobs().map(|job| job.id).collect::<Vec<_>>() {
        // one is cancelled already
        let _ = context.cancel(job);
    }
    assert!(context.footprint() <= empty + (quarter as u64 + 1) * 1000);
}

#[test]
fn nodes_of_many_cores() {
    check(&r(1000, "0-63"), LoadFormat::Rv1exec, 100..=125, 100..=250);
    check(&jgf(1000, 64), LoadFormat::Jgf, 90..=125, 100..=250);
}

#[test]
fn nodes_of_a_core() {
    check(&r(40_000, "0"), LoadFormat::Rv1exec, 95..=125, 100..=250);
    check(&jgf(30_000, 1), LoadFormat::Jgf, 95..=125, 100..=250);
}

/// Just beyond a power of two, tables have the most spare room.
#[test]
fn tables_that_have_just_grown() {
    check(&jgf(1024, 64), LoadFormat::Jgf, 70..=125, 100..=250);
}
