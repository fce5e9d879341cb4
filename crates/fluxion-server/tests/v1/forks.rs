//! Forks: what they share with their origins, and when they go.

#![expect(clippy::disallowed_methods, reason = "how long a fork stays is told by the clock")]

use std::time::Duration;

use fluxion_server::proto::fluxion::v1::{
    CancelRequest, DropGraphRequest, Fork, ForkRequest, GetGraphRequest, GetJobRequest,
    GetStatsRequest, GetTimeRequest, Graph, GraphOptions, GrowRequest, ListGraphsRequest,
    MatchRequest, SnapshotGraphRequest,
};
use fluxion_server::{Config, Limits};
use tonic::{Code, Response, Status};

use crate::client::{V1, by_id, header, parts, refused, want};
use crate::fixture::cluster;
use crate::kept::Disk;

async fn fork(v1: &mut V1, graph: &str, name: &str, seconds: u32) -> Result<Graph, Status> {
    let request = ForkRequest { graph: graph.to_owned(), name: name.to_owned(), seconds };
    v1.graphs.fork(request).await.map(Response::into_inner)
}

async fn described(v1: &mut V1, name: &str) -> Result<Graph, Status> {
    let request = GetGraphRequest { name: name.to_owned() };
    v1.graphs.get_graph(request).await.map(Response::into_inner)
}

fn on(graph: &str, request: MatchRequest) -> MatchRequest {
    MatchRequest { graph: graph.to_owned(), ..request }
}

#[tokio::test]
async fn what_is_tried_on_a_fork_its_origin_does_not_notice_nor_the_other_way_round() {
    let mut v1 = V1::with(2, 2).await;
    let held = v1.ask(want(1, "core")).await.unwrap();
    let forked = fork(&mut v1, "", "trial", 0).await.unwrap();
    assert_eq!((forked.revision, forked.live_jobs, forked.vertices), (2, 1, 7));
    // numbers go on from those of the origin
    let tried = v1.ask(on("trial", want(3, "core"))).await.unwrap();
    assert_eq!((tried.job_id, tried.revision), (held.job_id + 1, 3));
    let cancel =
        CancelRequest { graph: "trial".to_owned(), job: by_id(held.job_id), ..Default::default() };
    v1.jobs.cancel(cancel).await.unwrap();
    let mine = GetJobRequest { graph: String::new(), job: by_id(held.job_id) };
    assert!(v1.jobs.get_job(mine).await.unwrap().into_inner().resources.is_some());
    v1.ask(want(3, "core")).await.unwrap();
    let grow = GrowRequest { graph: "trial".to_owned(), jgf: cluster(3, 2), ..Default::default() };
    let _ = v1.resources.grow(grow).await;
    let (origin, trial) =
        (described(&mut v1, "").await.unwrap(), described(&mut v1, "trial").await.unwrap());
    assert_eq!((origin.revision, origin.live_jobs, origin.fork.clone()), (3, 2, None));
    assert_eq!(trial.live_jobs, 1);
    assert_ne!(origin.incarnation, trial.incarnation);
    // what was answered before the fork is known there
    let again = fork(&mut v1, "trial", "", 60).await.unwrap();
    assert_eq!(
        (again.name.as_str(), again.fork.unwrap().origin.as_str()),
        ("trial-fork-1", "trial")
    );
}

#[tokio::test]
async fn a_fork_tells_of_what_it_was_made_and_until_when_it_stays() {
    let mut v1 = V1::with(1, 1).await;
    let origin = described(&mut v1, "").await.unwrap();
    let forked = fork(&mut v1, "", "", 3600).await.unwrap();
    let Fork { origin: of, incarnation, revision, until } = forked.fork.clone().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let left = until - now.as_secs() as i64;
    assert_eq!((of.as_str(), incarnation, revision), ("default", origin.incarnation, 1));
    assert!((3590..=3600).contains(&left), "{left}");
    let listed = v1.graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner().graphs;
    let names: Vec<_> =
        listed.iter().map(|graph| (graph.name.as_str(), graph.fork.is_some())).collect();
    assert_eq!(names, [("default", false), ("default-fork-1", true)]);
    let drop = DropGraphRequest { name: "default".to_owned(), ..Default::default() };
    v1.graphs.drop_graph(drop).await.unwrap();
    // it needs its origin no more
    assert_eq!(v1.ask(on("default-fork-1", want(1, "core"))).await.unwrap().job_id, 1);
}

#[tokio::test]
async fn a_fork_goes_when_its_time_is_over() {
    let mut v1 = V1::with(1, 1).await;
    fork(&mut v1, "", "short", 1).await.unwrap();
    let is_gone = async {
        while described(&mut v1, "short").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), is_gone).await.unwrap();
    assert!(fork(&mut v1, "", "short", 1).await.is_ok());
}

#[tokio::test]
async fn there_are_no_more_forks_than_may_be_and_no_more_vertices_and_jobs() {
    let limits = Limits { forks: 1, vertices: 11, jobs: 3, ..Limits::default() };
    let mut v1 = V1::start(Config { limits, ..Config::default() }).await;
    v1.create("default", &cluster(1, 2)).await.unwrap();
    fork(&mut v1, "", "a", 0).await.unwrap();
    refused(fork(&mut v1, "", "b", 0).await, Code::ResourceExhausted, "quota of forks");
    let drop = DropGraphRequest { name: "a".to_owned(), ..Default::default() };
    v1.graphs.drop_graph(drop.clone()).await.unwrap();
    for _ in 0..2 {
        v1.ask(want(1, "core")).await.unwrap();
    }
    refused(fork(&mut v1, "", "b", 0).await, Code::ResourceExhausted, "quota of jobs");
    v1.create("other", &cluster(1, 3)).await.unwrap();
    refused(fork(&mut v1, "other", "b", 0).await, Code::ResourceExhausted, "quota of vertices");
}

#[tokio::test]
async fn a_fork_is_kept_in_memory_only() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(1, 2)).await.unwrap();
    fork(&mut v1, "", "trial", 0).await.unwrap();
    v1.ask(on("trial", want(1, "core"))).await.unwrap();
    let snapshot = SnapshotGraphRequest { name: "trial".to_owned() };
    refused(
        v1.graphs.snapshot_graph(snapshot).await,
        Code::FailedPrecondition,
        "MEMORY_ONLY trial",
    );
    let mut disk = disk.clone();
    assert_eq!(fluxion_store::journal::Log::graphs(&mut disk).unwrap().len(), 1);
}

#[tokio::test]
async fn the_time_of_a_fork_stands_still() {
    let mut v1 = V1::start(Config::default()).await;
    let options = GraphOptions { clock: 2, ..GraphOptions::default() };
    let header = fluxion_server::proto::fluxion::v1::CreateGraphHeader {
        options: Some(options),
        ..header("default")
    };
    v1.send(parts(header, cluster(1, 1).as_bytes(), 1000)).await.unwrap();
    v1.ask(want(1, "core")).await.unwrap();
    fork(&mut v1, "", "trial", 0).await.unwrap();
    let time = GetTimeRequest { name: "trial".to_owned() };
    let before = v1.graphs.get_time(time.clone()).await.unwrap().into_inner().now;
    assert!(before > 1_600_000_000, "{before}");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(v1.graphs.get_time(time).await.unwrap().into_inner().now, before);
}

#[tokio::test]
async fn what_a_fork_takes_is_counted() {
    let mut v1 = V1::with(20, 20).await;
    let stats = async |v1: &mut V1, graph: &str| {
        let request = GetStatsRequest { graph: graph.to_owned() };
        v1.resources.get_stats(request).await.unwrap().into_inner()
    };
    let before = stats(&mut v1, "").await;
    fork(&mut v1, "", "trial", 0).await.unwrap();
    let (origin, trial) = (stats(&mut v1, "").await, stats(&mut v1, "trial").await);
    assert_eq!(origin.memory_bytes, before.memory_bytes);
    assert!(trial.memory_bytes > 0 && trial.memory_bytes < origin.memory_bytes / 2, "{trial:?}");
}
