//! The main job over gRPC: the service answers, and not just listens.

use anyhow::{Result, ensure};
use fluxion_client::{FluxionClient, MatchOperation, Options};

const GRAPH: &str = include_str!("../../../../examples/cluster.json");
const JOBSPEC: &str = include_str!("../../../../examples/jobspec.yaml");

/// Loads a graph, matches a jobspec and cancels the job. `target` is `name:port`.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main_job(target: &str) -> Result<()> {
    let client = FluxionClient::connect(target, Options::default()).await?;
    client.init(GRAPH, "lonode").await?;
    let matched = client.match_jobspec(JOBSPEC, MatchOperation::Allocate).await?;
    ensure!(
        matched.allocation.contains("/tiny0/rack0/node0/socket0/core0"),
        "{}",
        matched.allocation
    );
    client.cancel(matched.jobid).await?;
    Ok(())
}
