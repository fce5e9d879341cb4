//! `init`, `graphs`, `stats`.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};

use anyhow::Context as _;
use clap::Args;
use fluxion_client::v1::{
    Existing, GraphFormat, GraphInfo, GraphOptions, NewGraph, Progress, ResourceFormat,
};
use serde_json::{Value, json};

use super::table::{Column, pairs, table};
use super::{Answer, Common, names};

pub(super) const INIT_HELP: &str = "\
Examples:
  fluxion init cluster.json --policy lonode
  fluxion init machine.xml --format hwloc --graph machine
  generate | fluxion init - --replace

Exit status: 0 done, 1 refused or failed, 2 wrong options, 5 not found, 6 the server cannot be reached.";

/// What to load, and how it is served.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The graph; `-` is standard input.
    file: String,

    /// jgf, jgf_shorthand, grug, hwloc, rv1exec or rv1exec_force.
    #[arg(long, default_value = "jgf", value_parser = names::graph_format)]
    format: GraphFormat,

    /// Match policy; that of the server if empty.
    #[arg(long, default_value = "", hide_default_value = true)]
    policy: String,

    /// Pruning filters, `HL:LL[,HL:LL...]`; those of the server if empty.
    #[arg(long, default_value = "", hide_default_value = true)]
    prune_filters: String,

    /// How resource sets are printed; as the server says if left out.
    #[arg(long, value_parser = names::resource_format)]
    resource_format: Option<ResourceFormat>,

    /// Take the place of a graph of this name, whose jobs are then forgotten.
    #[arg(long)]
    replace: bool,
}

/// No options of its own.
#[derive(Debug, Args)]
pub(crate) struct NoArgs {}

pub(super) async fn init(common: &Common, own: &InitArgs) -> anyhow::Result<Answer> {
    let (text, text_bytes) = open(&own.file)?;
    let server = common.connect().await?;
    let options = GraphOptions {
        format: own.format.into(),
        policy: own.policy.clone(),
        prune_filters: own.prune_filters.clone(),
        resource_format: own.resource_format.unwrap_or_default().into(),
        ..GraphOptions::default()
    };
    let existing = if own.replace { Existing::GivesWay } else { Existing::Stays };
    let new = NewGraph { name: common.graph.clone(), options, existing, text_bytes };
    let graph = server.create_graph_with(new, text, tell).await?;
    let info = graph.describe().await?;
    let GraphInfo { name, vertices, edges, .. } = &info;
    let text = format!("graph {name}: {vertices} vertices, {edges} edges\n");
    Ok(Answer::new(text, graph_json(&info)))
}

fn open(file: &str) -> anyhow::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if file == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let opened = File::open(file).with_context(|| format!("cannot read {file}"))?;
    let metadata = opened.metadata().with_context(|| format!("cannot read {file}"))?;
    // A pipe has no size that could be told.
    let size = metadata.is_file().then_some(metadata.len());
    Ok((Box::new(opened), size))
}

/// Tells progress to people who wait at a terminal.
fn tell(progress: Progress) {
    let mut out = io::stderr();
    if !out.is_terminal() {
        return;
    }
    let _ = match progress {
        Progress::Received(bytes) => write!(out, "\r{} MiB sent", bytes >> 20),
        Progress::Loading(bytes) => writeln!(out, "\r{} MiB sent, loading", bytes >> 20),
    };
}

fn graph_json(info: &GraphInfo) -> Value {
    let policy = info.options.as_ref().map(|options| &options.policy);
    json!({
        "name": info.name,
        "policy": policy,
        "vertices": info.vertices,
        "edges": info.edges,
        "live_jobs": info.live_jobs,
        "revision": info.revision,
    })
}

pub(super) async fn list(common: &Common, _: &NoArgs) -> anyhow::Result<Answer> {
    let graphs = common.connect().await?.graphs().await?;
    let columns = [
        Column::Left("NAME"),
        Column::Left("POLICY"),
        Column::Right("VERTICES"),
        Column::Right("EDGES"),
        Column::Right("JOBS"),
        Column::Right("REVISION"),
    ];
    let rows: Vec<_> = graphs.iter().map(row).collect();
    let json = json!({ "graphs": graphs.iter().map(graph_json).collect::<Vec<_>>() });
    Ok(Answer::new(table(&columns, &rows), json))
}

fn row(info: &GraphInfo) -> Vec<String> {
    let policy = info.options.as_ref().map(|options| options.policy.clone());
    let figures = [info.vertices, info.edges, info.live_jobs, info.revision];
    let named = [info.name.clone(), policy.unwrap_or_default()];
    named.into_iter().chain(figures.map(|figure| figure.to_string())).collect()
}

pub(super) async fn stats(common: &Common, _: &NoArgs) -> anyhow::Result<Answer> {
    let stats = common.graph().await?.stats().await?;
    let by_type: std::collections::BTreeMap<_, _> = stats.vertices_by_type.iter().collect();
    let types: Vec<_> = by_type.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let text = pairs(&[
        ("vertices", format!("{} ({})", stats.vertices, types.join(", "))),
        ("edges", stats.edges.to_string()),
        ("revision", stats.revision.to_string()),
        ("allocated", stats.allocated.to_string()),
        ("reserved", stats.reserved.to_string()),
        ("canceled", stats.canceled.to_string()),
        ("matches", format!("{} found, {} not", stats.matches_succeeded, stats.matches_failed)),
    ]);
    let json = json!({
        "revision": stats.revision, "vertices": stats.vertices, "edges": stats.edges,
        "vertices_by_type": by_type,
        "allocated": stats.allocated, "reserved": stats.reserved, "canceled": stats.canceled,
        "matches_succeeded": stats.matches_succeeded, "matches_failed": stats.matches_failed,
        "load_seconds": stats.load_seconds, "match_seconds": stats.match_seconds,
        "longest_match_seconds": stats.longest_match_seconds,
    });
    Ok(Answer::new(text, json))
}
