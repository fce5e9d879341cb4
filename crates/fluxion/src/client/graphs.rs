//! `init`, which loads a graph, and `graphs`, which lists, exports and drops them.

use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Read, Write as _};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueHint, value_parser};
use fluxion_client::v1::{
    Clock, Existing, Expiry, ExportFormat, Fork, Graph, GraphFormat, GraphInfo, GraphOptions,
    NewGraph, Progress, ResourceFormat, Server, SlotRule,
};
use fluxion_daemon::PolicyParser;
use serde_json::{Value, json};

use super::answer::Answer;
use super::hint::Deed;
use super::options::{Change, Common, Connection};
use super::several::{Next, Several, Subject};
use super::texts::{self, called, ended};
use super::{help, names, offers};
use crate::table::{Cell, Column, table};

/// What to load, and how it is served.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The graph; `-` is standard input.
    #[arg(value_hint = ValueHint::FilePath)]
    file: String,

    /// Format of the graph.
    #[arg(long, default_value = "jgf", value_parser = names::graph_format())]
    format: GraphFormat,

    /// Match policy, or settings such as `policy=low node_centric=true`; the server's default if empty.
    #[arg(long, default_value = "", hide_default_value = true, value_parser = PolicyParser)]
    policy: String,

    /// Pruning filters, `HL:LL[,HL:LL...]`; the server's default if empty.
    #[arg(long, default_value = "", hide_default_value = true)]
    prune_filters: String,

    /// Where slots stand; the server's default if not given, which is deep unless it was told otherwise.
    #[arg(long, value_name = "RULE", value_parser = names::slots())]
    slots: Option<SlotRule>,

    /// How many times the search for one match may look at vertices; the server's default if not given.
    #[arg(long, value_name = "NUMBER", value_parser = value_parser!(u64).range(1..))]
    max_visits: Option<u64>,

    /// Who says what time it is: `manual`, each match brings its time, or `system`, it is that of the server; the server's default if
    /// not given, which is manual unless it was told otherwise.
    #[arg(long, value_name = "WHO", value_parser = names::clock())]
    clock: Option<Clock>,

    /// What becomes of allocations whose time is over, by the clock of the server: they `hold` what they have until they are cancelled, or
    /// `release` it; the server's default if not given, which is hold unless it was told otherwise.
    #[arg(long, value_name = "WHAT", value_parser = names::expiry())]
    expiry: Option<Expiry>,

    /// Format in which resource sets are printed; the server's default if not given.
    #[arg(long, value_name = "FORMAT", value_parser = names::resource_format())]
    resource_format: Option<ResourceFormat>,

    /// Replace a graph of the same name; its jobs are forgotten.
    #[arg(long)]
    replace: bool,

    #[command(flatten)]
    change: Change,
}

/// What to do with the graphs; lists them if left out.
#[derive(Debug, Args)]
pub(crate) struct GraphsArgs {
    #[command(flatten)]
    pub(super) connection: Connection,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a graph, without its jobs.
    #[command(after_help = help::EXPORT)]
    Export(ExportArgs),
    /// Forget graphs and all their jobs.
    #[command(after_help = help::DROP)]
    Drop {
        /// Names of graphs.
        #[arg(required = true, value_name = "NAME", add = offers::graphs())]
        names: Vec<String>,

        #[command(flatten)]
        change: Change,
    },
}

/// What to export, and where to.
#[derive(Debug, Args)]
struct ExportArgs {
    /// Name of the graph.
    #[arg(add = offers::graphs())]
    name: String,

    /// Output format; `fluxion init` can read jgf.
    #[arg(long, default_value = "jgf", value_parser = names::export_format())]
    format: ExportFormat,

    /// Write to a file instead of standard output.
    #[arg(long, value_hint = ValueHint::FilePath)]
    file: Option<String>,
}

impl GraphsArgs {
    pub(super) fn deed(&self) -> Deed {
        match self.action {
            Some(Action::Drop { .. }) => Deed::DropGraphs,
            Some(Action::Export(_)) | None => Deed::Other,
        }
    }
}

pub(super) async fn init(common: &Common, own: &InitArgs) -> anyhow::Result<Answer> {
    let (text, text_bytes) = open(&own.file)?;
    let server = common.connection.connect().await?;
    let options = GraphOptions {
        format: own.format.into(),
        policy: own.policy.clone(),
        prune_filters: own.prune_filters.clone(),
        slots: own.slots.unwrap_or_default().into(),
        max_visits: own.max_visits.unwrap_or_default(),
        resource_format: own.resource_format.unwrap_or_default().into(),
        clock: own.clock.unwrap_or_default().into(),
        expiry: own.expiry.unwrap_or_default().into(),
        ..GraphOptions::default()
    };
    let existing = if own.replace { Existing::GivesWay } else { Existing::Stays };
    let Change { request_key, incarnation } = own.change.clone();
    let name = common.graph.clone();
    let new = NewGraph { name, options, existing, text_bytes, request_key, incarnation };
    let graph = server.create_graph_with(new, text, tell).await.context(called(&own.file))?;
    let info = graph.describe().await?;
    let (vertices, edges) = (texts::vertices(info.vertices), texts::edges(info.edges));
    let text = format!("graph {}: {vertices}, {edges}\n", info.name);
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

/// Tells progress to people who wait at a terminal; a small graph is there at once.
fn tell(progress: Progress) {
    let mut out = io::stderr();
    let (Progress::Received(bytes) | Progress::Loading(bytes)) = progress;
    let mebibytes = bytes >> 20;
    if mebibytes == 0 || !out.is_terminal() {
        return;
    }
    let _ = match progress {
        Progress::Received(_) => write!(out, "\r{mebibytes} MiB sent"),
        Progress::Loading(_) => writeln!(out, "\r{mebibytes} MiB sent, loading"),
    };
}

pub(super) fn graph_json(info: &GraphInfo) -> Value {
    let policy = info.options.as_ref().map(|options| &options.policy);
    let mut json = json!({
        "name": info.name,
        "policy": policy,
        "vertices": info.vertices,
        "edges": info.edges,
        "live_jobs": info.live_jobs,
        "revision": info.revision,
        "incarnation": info.incarnation,
    });
    if let Some(Fork { origin, incarnation, revision, until }) = &info.fork {
        json["fork"] = json!({
            "origin": origin, "incarnation": incarnation, "revision": revision, "until": until,
        });
    }
    json
}

pub(super) async fn graphs(own: &GraphsArgs) -> anyhow::Result<Answer> {
    let server = own.connection.connect().await?;
    match &own.action {
        None => Ok(list(&server.graphs().await?)),
        Some(Action::Export(own)) => export(&server.graph(&own.name), own).await,
        Some(Action::Drop { names, change }) => drop_graphs(&server, names, change).await,
    }
}

fn list(graphs: &[GraphInfo]) -> Answer {
    let columns = [
        Column::Left("NAME"),
        Column::Left("POLICY"),
        Column::Right("VERTICES"),
        Column::Right("EDGES"),
        Column::Right("JOBS"),
        Column::Right("REVISION"),
        Column::Left("INCARNATION"),
    ];
    let rows: Vec<_> = graphs.iter().map(row).collect();
    let json = json!({ "graphs": graphs.iter().map(graph_json).collect::<Vec<_>>() });
    let note = rows.is_empty().then_some("the server has no graphs: `fluxion init FILE` loads one");
    Answer::new(table(&columns, &rows), json).noting(note)
}

fn row(info: &GraphInfo) -> Vec<Cell> {
    let policy = info.options.as_ref().map_or("", |options| options.policy.as_str());
    let figures = [info.vertices, info.edges, info.live_jobs, info.revision];
    let named = [Cell::from(&info.name), policy.into()];
    let last = [Cell::from(&info.incarnation)];
    named.into_iter().chain(figures.map(Cell::from)).chain(last).collect()
}

async fn export(graph: &Graph, own: &ExportArgs) -> anyhow::Result<Answer> {
    let export = graph.export(own.format).await?;
    let text = String::from_utf8(export.text).context("the graph is no text")?;
    let mut json = json!({
        "name": graph.name(), "revision": export.revision, "incarnation": export.incarnation,
    });
    let Some(file) = &own.file else {
        json["text"] = text.as_str().into();
        return Ok(Answer::new(ended(&text), json));
    };
    fs::write(file, ended(&text)).with_context(|| format!("cannot write {file}"))?;
    json["file"] = file.as_str().into();
    Ok(Answer::new(format!("graph {}: written to {file}\n", graph.name()), json))
}

async fn drop_graphs(server: &Server, names: &[String], change: &Change) -> anyhow::Result<Answer> {
    let (mut several, mut dropped, mut failed) = (Several::default(), Vec::new(), Vec::new());
    for (at, name) in names.iter().enumerate() {
        let graph = change.nth_of(&server.graph(name), at);
        let Err(error) = graph.drop_graph().await else {
            several.text += &format!("graph {name}: dropped\n");
            dropped.push(name);
            continue;
        };
        let (error, next) = several.failed(&Subject::Graph(name), error);
        failed.push(json!({ "name": name, "error": error }));
        if next == Next::Stop {
            break;
        }
    }
    Ok(several.answer(json!({ "dropped": dropped, "failed": failed })))
}
