//! What those who look at a graph wait for: alone, beside matches that take a second, and while another graph loads; and what a view
//! and a fork cost.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use fluxion_client::v1::{
    Graph, MatchOperation, MatchRequest, NewGraph, ResourceFormat, Server, Vertices,
};
use tokio::time::MissedTickBehavior;

use super::kit;
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::load::{Process, runtime};
use crate::machine::Machine;
use crate::measure::{self, Samples};
use crate::progress::Progress;
use crate::report::Row;

const CASES: [&str; 5] = [
    "nothing else goes on",
    "matches of all cores, one after the other",
    "another graph of a million vertices loads",
    "a view",
    "a fork, over gRPC",
];

/// Jobs of the machine.
const JOBS: usize = 1000;

/// The vertex that is looked at.
const ROOT: &str = "/cluster0";

/// Looks in a second.
const RATE: u64 = 100;

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 256)
}

pub(super) fn title(settings: Settings) -> String {
    format!(
        "GetJob, GetStatus, properties, jobs and time in turn, {RATE} a second, on {} nodes x (64 cores + 4 gpus) with {JOBS} jobs",
        nodes(settings)
    )
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&CASES, run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    if case.variant == 3 {
        return view(&case.name, settings);
    }
    runtime()?.block_on(async {
        let server = Process::start()?;
        server.init(Machine::flat(nodes(settings), 64, 4)).await?;
        let graph = server.connect_v1().await?.graph("");
        for _ in 0..JOBS {
            graph.match_jobspec(MatchRequest::of(Job::units(1, 0).json())).await?;
        }
        match case.variant {
            4 => fork(&case.name, &graph, settings).await,
            _ => looks(case, (&server, &graph), settings, progress).await,
        }
    })
}

/// As whoever has the turn makes it, and drops it.
fn view(name: &str, settings: Settings) -> anyhow::Result<Vec<Row>> {
    let mut context = kit::machine(Machine::flat(nodes(settings), 64, 4), "first")?;
    for _ in 0..JOBS {
        kit::book(&mut context, &Job::units(1, 0).json())?;
    }
    let (mut made, mut dropped) = (Samples::default(), Samples::default());
    for _ in 0..settings.pick(1000, 100) {
        let view = made.call(|| context.clone());
        dropped.call(|| drop(view));
    }
    Ok(vec![made.row(name), dropped.row(format!("{name}: and it ends"))])
}

async fn fork(name: &str, graph: &Graph, settings: Settings) -> anyhow::Result<Vec<Row>> {
    let mut samples = Samples::default();
    for _ in 0..settings.pick(200, 20) {
        let (fork, took) = measure::time_async(graph.fork("", None)).await;
        samples.add(took);
        fork?.drop_graph().await?;
    }
    Ok(vec![samples.row(name)])
}

async fn looks(
    case: &Case,
    (server, graph): (&Process, &Graph),
    settings: Settings,
    progress: &mut Progress,
) -> anyhow::Result<Vec<Row>> {
    let is_over = Arc::new(AtomicBool::new(false));
    let busy = busy(case.variant, server.address.clone(), settings, Arc::clone(&is_over))?;
    let looks = settings.pick(2000, 200);
    let mut samples = Samples::default();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE as u32);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for at in 0..looks {
        ticks.tick().await;
        let (looked, took) = measure::time_async(look(graph, at)).await;
        looked?;
        samples.add(took);
        progress.step(at + 1, looks);
    }
    is_over.store(true, Ordering::Relaxed);
    let beside = busy.join().map_err(|_| anyhow!("what went on beside met a fault"))??;
    let mut rows = vec![samples.row(&case.name)];
    rows.extend((beside.len() > 0).then(|| beside.row(format!("{}: these", case.name))));
    Ok(rows)
}

/// One look of many kinds.
async fn look(graph: &Graph, at: usize) -> anyhow::Result<()> {
    match at % 5 {
        0 => drop(graph.job(1 + (at % JOBS) as u64).await?),
        1 => drop(graph.status(Vertices::Path(ROOT.to_owned())).await?),
        2 => drop(graph.properties(ROOT).await?),
        3 => drop(graph.jobs(&[]).await?),
        _ => drop(graph.time().await?),
    }
    Ok(())
}

type Beside = std::thread::JoinHandle<anyhow::Result<Samples>>;

/// What goes on beside, on a thread of its own, until it is over; how long each took.
fn busy(
    variant: usize,
    address: String,
    settings: Settings,
    is_over: Arc<AtomicBool>,
) -> anyhow::Result<Beside> {
    let nodes = nodes(settings);
    let large = (variant == 2).then(|| Machine::flat(nodes, 64, 4).jgf());
    Ok(std::thread::spawn(move || {
        runtime()?.block_on(async {
            let (server, mut samples) = (connect(&address).await?, Samples::default());
            while variant > 0 && !is_over.load(Ordering::Relaxed) {
                let (done, took) = match &large {
                    Some(text) => measure::time_async(load(&server, text)).await,
                    None => measure::time_async(search(&server, nodes)).await,
                };
                done?;
                samples.add(took);
            }
            Ok(samples)
        })
    }))
}

async fn connect(address: &str) -> anyhow::Result<Server> {
    Ok(Server::connect(address, fluxion_client::Options::default()).await?)
}

async fn load(server: &Server, text: &str) -> anyhow::Result<()> {
    let graph = server.create_graph(NewGraph::named("large"), Cursor::new(text.to_owned())).await?;
    Ok(graph.drop_graph().await?)
}

/// All cores that are left, one by one.
async fn search(server: &Server, nodes: usize) -> anyhow::Result<()> {
    let job = Job::slots(nodes * 64 - JOBS, 1, 0).json();
    let request = MatchRequest::of(job)
        .with_operation(MatchOperation::WithoutAllocating)
        .with_resource_format(ResourceFormat::Rv1Nosched);
    server.graph("").match_jobspec(request).await?;
    Ok(())
}
