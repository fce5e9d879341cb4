//! The steps of the demonstration: serve, Init, Match, Cancel.

#![expect(clippy::disallowed_methods, reason = "how long a call takes is printed")]

use std::time::Instant;

use anyhow::{Context as _, anyhow};
use fluxion_client::{Error, FluxionClient, MatchOperation, Options};
use fluxion_server::{Config, Listen, Port, Server};
use tokio::sync::oneshot;

use crate::tree;

use super::narrator::Narrator;
use super::source::Source;

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
    let client = FluxionClient::connect(&address.to_string(), Options::default()).await?;
    init(&client, graph, policy, narrator).await?;
    let job = find(&client, jobspec, narrator).await?;
    cancel(&client, job, narrator).await?;
    drop((client, stop));
    serving.await.context("the server failed")??;
    Ok(())
}

async fn init(
    client: &FluxionClient,
    graph: &Source,
    policy: &str,
    narrator: &mut Narrator,
) -> anyhow::Result<()> {
    let start = Instant::now();
    let loaded = client.init(&graph.text, policy).await;
    loaded.map_err(|error| failure("Init", &graph.name, &error))?;
    let text = format!("{} loaded, policy {policy}", graph.name);
    Ok(narrator.timed("Init", &text, start.elapsed())?)
}

async fn find(
    client: &FluxionClient,
    jobspec: &Source,
    narrator: &mut Narrator,
) -> anyhow::Result<i64> {
    let start = Instant::now();
    let found = client.match_jobspec(&jobspec.text, MatchOperation::Allocate).await;
    let found = found.map_err(|error| failure("Match", &jobspec.name, &error))?;
    let job = found.jobid;
    let text = format!("{}: job {job}, starts now", jobspec.name);
    narrator.timed("Match", &text, start.elapsed())?;
    narrator.block(&tree::lines(&found.allocation, narrator.colour())?)?;
    Ok(job)
}

async fn cancel(client: &FluxionClient, job: i64, narrator: &mut Narrator) -> anyhow::Result<()> {
    let start = Instant::now();
    let cancelled = client.cancel(job).await;
    cancelled.map_err(|error| failure("Cancel", &format!("job {job}"), &error))?;
    Ok(narrator.timed("Cancel", &format!("job {job}: all released"), start.elapsed())?)
}

fn failure(call: &str, subject: &str, error: &Error) -> anyhow::Error {
    match error.failure() {
        Some(told) => anyhow!("{call} of {subject} failed: {} ({:?})", told.message, told.code),
        None => anyhow!("{call} of {subject} failed: {error}"),
    }
}
