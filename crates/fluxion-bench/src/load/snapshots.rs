//! What a client notices of snapshots: matches and cancels on a machine full of jobs, with and without one being written.

use std::time::Duration;

use anyhow::Context as _;
use fluxion_client::v1::{Graph, MatchRequest};

use super::{Process, runtime};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::{self, Samples};
use crate::progress::Progress;
use crate::report::{Column, Report, Row};

/// Cores that no job of the filling takes.
const LEFT: usize = 64;

/// So many calls are made without a snapshot before the next one is written: what disturbs both does so alike.
const TURN: usize = 2000;

/// More records, or bytes, than a bench makes.
const NEVER: &str = "1000000000000";

/// How much is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshots {
    /// Calls in each way.
    pub calls: usize,
    /// Nodes of the machine, with 64 cores and 4 gpus each.
    pub nodes: usize,
    /// Options of the server, which keeps its graphs.
    pub options: Vec<String>,
}

impl Snapshots {
    /// Starts a server, fills it and measures it.
    ///
    /// # Errors
    /// The server did not start, did not load the machine or cannot be reached, or a call failed.
    pub fn run(self) -> anyhow::Result<Report> {
        runtime()?.block_on(self.measure())
    }

    async fn measure(self) -> anyhow::Result<Report> {
        // none but those that are asked for
        let by_itself = ["--snapshot-every-records", NEVER, "--snapshot-every-bytes", NEVER];
        let own = self.options.iter().map(String::as_str);
        let options: Vec<&str> = own.chain(by_itself).collect();
        let server = Process::start_with(&options)?;
        server.init(Machine::flat(self.nodes, 64, 4)).await?;
        let graph = server.connect_v1().await?.graph("");
        let writer = server.connect_v1().await?.graph("");
        fill(&graph, self.nodes * 64 - LEFT).await?;
        let [mut quiet, mut disturbed] = [Samples::default(), Samples::default()];
        let (mut without, mut with, mut written) = (Duration::ZERO, Duration::ZERO, 0);
        let mut progress = Progress::new("snapshots");
        while quiet.len() < self.calls {
            let (made, took) = measure::time_async(calls(&graph, &mut quiet, TURN)).await;
            without += took;
            made?;
            let (made, took) =
                measure::time_async(meanwhile(&graph, &writer, &mut disturbed)).await;
            with += took;
            made?;
            written += 1;
            progress.step(quiet.len(), self.calls);
        }
        let snapshots = Row::new("snapshots that were written meanwhile");
        Ok(Report {
            bench: "snapshots".to_owned(),
            title: format!("one client, {} nodes full of one-core jobs, over gRPC", self.nodes),
            rows: vec![
                quiet.tail_row("match and cancel", without),
                disturbed.tail_row("the same while a snapshot is written", with),
                snapshots.with(Column::Calls, f64::from(written)),
            ],
        })
    }
}

fn request() -> MatchRequest {
    MatchRequest::of(Job::units(1, 0).json())
}

async fn fill(graph: &Graph, jobs: usize) -> anyhow::Result<()> {
    let requests = (0..jobs).map(|_| request());
    let mut answers = graph.match_many(tokio_stream::iter(requests)).await?;
    let mut progress = Progress::new("filling");
    for at in 0..jobs {
        answers.next().await?.context("an answer is missing")??;
        progress.step(at + 1, jobs);
    }
    Ok(())
}

async fn calls(graph: &Graph, samples: &mut Samples, count: usize) -> anyhow::Result<()> {
    for _ in 0..count / 2 {
        let (matched, took) = measure::time_async(graph.match_jobspec(request())).await;
        samples.add(took);
        let job = matched?.job_id;
        let (cancelled, took) = measure::time_async(graph.cancel(job)).await;
        samples.add(took);
        cancelled?;
    }
    Ok(())
}

/// Calls for as long as a snapshot is being written.
async fn meanwhile(graph: &Graph, writer: &Graph, samples: &mut Samples) -> anyhow::Result<()> {
    let writer = writer.clone();
    let written = tokio::spawn(async move { writer.snapshot().await });
    while !written.is_finished() {
        calls(graph, samples, 2).await?;
    }
    written.await??;
    Ok(())
}
