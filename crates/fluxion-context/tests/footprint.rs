#![allow(clippy::unwrap_used)]
use allocation_counter::measure;
use fluxion_context::{Context, LoadFormat, MatchOperation, Options};

fn r(ranks: usize, cores: usize) -> String {
    format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "0-{}", "children": {{"core": "{}"}}}}], "nodelist": ["n[0-{}]"]}}}}"#,
        ranks - 1,
        if cores == 1 { "0".to_owned() } else { format!("0-{}", cores - 1) },
        ranks - 1
    )
}

fn jgf(nodes: usize, cores: usize) -> String {
    let vertex = |id: usize, ty: &str, n: usize, rank: i64, path: &str| {
        format!(
            r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "id": {n}, "rank": {rank}, "paths": {{"containment": "{path}"}}}}}}"#
        )
    };
    let mut vertices = vec![vertex(0, "cluster", 0, -1, "/cluster0")];
    let mut edges = vec![];
    for node in 0..nodes {
        let p = vertices.len();
        let path = format!("/cluster0/node{node}");
        edges.push(format!(r#"{{"source": "0", "target": "{p}"}}"#));
        vertices.push(vertex(p, "node", node, node as i64, &path));
        for core in 0..cores {
            let id = vertices.len();
            edges.push(format!(r#"{{"source": "{p}", "target": "{id}"}}"#));
            vertices.push(vertex(id, "core", core, node as i64, &format!("{path}/core{core}")));
        }
    }
    format!(r#"{{"graph": {{"nodes": [{}], "edges": [{}]}}}}"#, vertices.join(","), edges.join(","))
}

fn job(count: usize, ty: &str) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60}}}},
            "resources": [{{"type": "slot", "label": "s", "count": {count}, "with": [{{"type": "{ty}", "count": 1}}]}}]}}"#
    )
}

#[test]
fn footprint() {
    for policy in ["first", "low", "locality"] {
        for (name, text, format) in [
            ("r 1000x64", r(1000, 64), LoadFormat::Rv1exec),
            ("r 200000x1", r(200_000, 1), LoadFormat::Rv1exec),
            ("r 4000x64", r(4000, 64), LoadFormat::Rv1exec),
            ("jgf 2000x64", jgf(2000, 64), LoadFormat::Jgf),
            ("jgf 60000x1", jgf(60000, 1), LoadFormat::Jgf),
        ] {
            let options = Options {
                load_format: format,
                policy: policy.into(),
                prune_filters: "ALL:core,ALL:node".into(),
                ..Options::default()
            };
            let mut context = None;
            let load = measure(|| context = Some(Context::load(&text, &options).unwrap()));
            let mut context = context.unwrap();
            let n = context.graph().vertices().len() as f64;
            let cores = n as usize - 1;
            let first = measure(|| {
                context.match_jobspec(MatchOperation::Allocate, &job(1, "core"), 0).unwrap();
            });
            let probe = measure(|| {
                let _ = context.match_jobspec(MatchOperation::Allocate, &job(cores, "core"), 0);
            });
            let half = cores / 4;
            let mut grants = 0;
            let jobs = measure(|| {
                for _ in 0..half.min(20000) {
                    context.match_jobspec(MatchOperation::Allocate, &job(1, "core"), 0).unwrap();
                }
            });
            let taken = half.min(20000) + 1;
            let nodes = context
                .graph()
                .vertices()
                .iter()
                .filter(|v| context.graph().type_name(v.ty) == "node")
                .count();
            let cores = n as usize - 1 - nodes;
            let big = measure(|| {
                grants = cores - taken;
                context.match_jobspec(MatchOperation::Allocate, &job(grants, "core"), 0).unwrap();
            });
            println!(
                "{policy:9} {name:12} n={n:9} text {:5.1} peak {:6.1} kept {:6.1} | first +{:5.1} probe peak {:5.1} kept {:5.1} | per job {:6.1} | big per grant kept {:6.1} peak {:6.1}",
                text.len() as f64 / n,
                load.bytes_max as f64 / n,
                load.bytes_current as f64 / n,
                first.bytes_current as f64 / n,
                probe.bytes_max as f64 / n,
                probe.bytes_current as f64 / n,
                jobs.bytes_current as f64 / (taken as f64 - 1.0),
                big.bytes_current as f64 / grants as f64,
                big.bytes_max as f64 / grants as f64
            );
        }
    }
}
