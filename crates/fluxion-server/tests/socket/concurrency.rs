//! Many clients at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;
use tonic::Code;

use crate::fixture::{Client, cluster, job, start_with};

const CLIENTS: usize = 32;
const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_jobs_have_their_own_numbers_and_leave_nothing_behind() {
    let (server, mut client) = start_with(4, 16).await;
    let mut tasks = JoinSet::new();
    for _ in 0..CLIENTS {
        tasks.spawn(match_and_cancel(server.client().await));
    }
    let ids: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(ids.len(), CLIENTS * ROUNDS);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let everything = client.allocate(&job(64, "core")).await.unwrap();
    assert_eq!(everything.jobid, (CLIENTS * ROUNDS + 1) as i64);
}

async fn match_and_cancel(mut client: Client) -> Vec<i64> {
    let jobspec = job(1, "core");
    let mut ids = Vec::new();
    for _ in 0..ROUNDS {
        let id = client.allocate(&jobspec).await.unwrap().jobid;
        client.cancel(id).await.unwrap();
        ids.push(id);
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn matches_go_on_while_the_graph_is_replaced() {
    let (server, mut client) = start_with(4, 16).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        tasks.spawn(match_until(server.client().await, Arc::clone(&stop)));
    }
    for _ in 0..10 {
        client.init("", &cluster(4, 16)).await.unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let found = tasks.join_all().await.into_iter().sum::<usize>();
    client.init("", &cluster(4, 16)).await.unwrap();
    let next = client.allocate(&job(64, "core")).await.unwrap().jobid;
    assert!(found > 0 && next > found as i64, "{found} jobs, then {next}");
}

/// How many matches succeeded; the graph may fill up, nothing else may fail.
async fn match_until(mut client: Client, stop: Arc<AtomicBool>) -> usize {
    let jobspec = job(1, "core");
    let mut found = 0;
    while !stop.load(Ordering::Relaxed) {
        match client.allocate(&jobspec).await {
            Ok(_) => found += 1,
            Err(status) => assert_eq!(status.code(), Code::ResourceExhausted, "{status}"),
        }
    }
    found
}
