//! The steps of the demonstration: serve, Init, Match, Cancel.

#![expect(clippy::disallowed_methods, reason = "how long a call takes is printed")]

use std::time::Instant;

use anyhow::{Context as _, anyhow};
use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::{CancelRequest, InitRequest, MatchRequest, MatchResponse};
use fluxion_server::{Config, Listen, Port, Server};
use tokio::sync::oneshot;
use tonic::Status;
use tonic::transport::Channel;

use super::Source;
use super::narrator::Narrator;
use super::tree;

/// Starts a service on a free port, and does the main job through a client of it.
pub(super) async fn play(
    graph: &Source,
    jobspec: &Source,
    policy: &str,
    narrator: &mut Narrator,
) -> anyhow::Result<()> {
    let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
    let server = Server::bind(&listen, Config::default()).await?;
    let address = server.local_address()?;
    let (stop, stopped) = oneshot::channel::<()>();
    // A dropped sender stops the server just as well.
    let serving = tokio::spawn(server.run(async { stopped.await.unwrap_or_default() }));
    narrator.step("Serve", &format!("gRPC on {address}"))?;
    let mut client = connect(address.to_string()).await?;
    init(&mut client, graph, policy, narrator).await?;
    let job = find(&mut client, jobspec, narrator).await?;
    cancel(&mut client, job, narrator).await?;
    drop((client, stop));
    serving.await.context("the server failed")??;
    Ok(())
}

async fn connect(address: String) -> anyhow::Result<FluxionServiceClient<Channel>> {
    let channel = Channel::from_shared(format!("http://{address}"))?.connect().await;
    let client = FluxionServiceClient::new(channel.context("cannot connect")?);
    Ok(client.max_decoding_message_size(usize::MAX))
}

async fn init(
    client: &mut FluxionServiceClient<Channel>,
    graph: &Source,
    policy: &str,
    narrator: &mut Narrator,
) -> anyhow::Result<()> {
    let request = InitRequest { policy: policy.to_owned(), jgf: graph.text.clone() };
    let start = Instant::now();
    client.init(request).await.map_err(|status| failure("Init", &graph.name, &status))?;
    let text = format!("{} loaded, policy {policy}", graph.name);
    Ok(narrator.timed("Init", &text, start.elapsed())?)
}

async fn find(
    client: &mut FluxionServiceClient<Channel>,
    jobspec: &Source,
    narrator: &mut Narrator,
) -> anyhow::Result<i64> {
    let request = MatchRequest {
        jobspec: jobspec.text.clone(),
        request: "allocate".to_owned(),
        reservation: false,
    };
    let start = Instant::now();
    let found = client.r#match(request).await;
    let MatchResponse { allocation, jobid, .. } =
        found.map_err(|status| failure("Match", &jobspec.name, &status))?.into_inner();
    let text = format!("{}: job {jobid}, starts now", jobspec.name);
    narrator.timed("Match", &text, start.elapsed())?;
    narrator.block(&tree::lines(&allocation, narrator.colour())?)?;
    Ok(jobid)
}

async fn cancel(
    client: &mut FluxionServiceClient<Channel>,
    job: i64,
    narrator: &mut Narrator,
) -> anyhow::Result<()> {
    let start = Instant::now();
    let cancelled = client.cancel(CancelRequest { job_id: job }).await;
    cancelled.map_err(|status| failure("Cancel", &format!("job {job}"), &status))?;
    Ok(narrator.timed("Cancel", &format!("job {job}: all released"), start.elapsed())?)
}

fn failure(call: &str, subject: &str, status: &Status) -> anyhow::Error {
    anyhow!("{call} of {subject} failed: {} ({:?})", status.message(), status.code())
}
