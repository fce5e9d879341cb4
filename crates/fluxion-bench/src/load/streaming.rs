//! One client that makes one match after the other, and one that sends all of them over one stream.

use anyhow::Context as _;
use fluxion_client::v1::{Graph, MatchRequest};

use super::{Process, runtime};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::{self, Samples};
use crate::report::{Column, Report, Row};

/// How many matches, of a core each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streaming {
    /// Matches in each way.
    pub calls: usize,
    /// Nodes of the machine, with 64 cores and 4 gpus each.
    pub nodes: usize,
}

impl Streaming {
    /// Starts a server and measures it.
    ///
    /// # Errors
    /// The server did not start, did not load the machine or cannot be reached, or a match failed.
    pub fn run(self) -> anyhow::Result<Report> {
        runtime()?.block_on(self.measure())
    }

    async fn measure(self) -> anyhow::Result<Report> {
        let server = Process::start()?;
        server.init(Machine::flat(self.nodes, 64, 4)).await?;
        let graph = server.connect_v1().await?.graph("");
        let (samples, took) = measure::time_async(self.one_by_one(&graph)).await;
        let single = samples?.timed_row("one call after the other", took);
        let (streamed, took) = measure::time_async(self.stream(&graph)).await;
        streamed?;
        let calls = self.calls as f64;
        let stream = Row::new("one stream")
            .with(Column::Calls, calls)
            .with(Column::PerSecond, calls / took.as_secs_f64());
        let title = format!("one client, one-core matches on {} nodes, over gRPC", self.nodes);
        Ok(Report { bench: "stream".to_owned(), title, rows: vec![single, stream] })
    }

    async fn one_by_one(self, graph: &Graph) -> anyhow::Result<Samples> {
        let mut samples = Samples::default();
        for _ in 0..self.calls {
            let (answer, took) = measure::time_async(graph.match_jobspec(request())).await;
            answer?;
            samples.add(took);
        }
        Ok(samples)
    }

    async fn stream(self, graph: &Graph) -> anyhow::Result<()> {
        let requests = (0..self.calls).map(|_| request());
        let mut answers = graph.match_many(tokio_stream::iter(requests)).await?;
        for _ in 0..self.calls {
            answers.next().await?.context("an answer is missing")??;
        }
        Ok(())
    }
}

fn request() -> MatchRequest {
    MatchRequest::of(Job::units(1, 0).json())
}
