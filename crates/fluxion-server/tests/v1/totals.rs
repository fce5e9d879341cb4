//! What all graphs have together is limited. A refusal changes nothing, and what was accepted before is never refused, not by a
//! server that finds it in its journal either.

use fluxion_server::proto::fluxion::v1::{
    CancelRequest, DropGraphRequest, GetGraphRequest, Graph, GrowRequest, MatchOperation,
};
use fluxion_server::proto::fluxion::{InitRequest, fluxion_service_client::FluxionServiceClient};
use fluxion_server::{Config, JournalOptions, Limits};
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::client::{V1, by_id, header, parts, want};
use crate::fixture::{cluster, edge};
use crate::kept::Disk;

fn config(limits: Limits) -> Config {
    Config { limits, ..Config::default() }
}

/// Asserts the reason, the option that raises the limit, and the limit.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Status>, reason: &str, option: &str, limit: u64) {
    let status = result.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    let info = status.get_details_error_info().unwrap();
    assert_eq!((&*info.reason, &info.metadata["limit"]), (reason, &limit.to_string()));
    assert!(status.message().contains(option), "{status:?}");
}

impl V1 {
    async fn now(&mut self) -> Graph {
        let request = GetGraphRequest::default();
        self.graphs.get_graph(request).await.unwrap().into_inner()
    }

    async fn replace(&mut self, text: &str) -> Result<(), Status> {
        let mut header = header("default");
        header.replace = true;
        self.send(parts(header, text.as_bytes(), 1000)).await.map(drop)
    }

    async fn grown(&mut self, node: usize) -> Result<u64, Status> {
        let vertex = |id: usize, kind: &str, number: usize, path: String| {
            json!({"id": id.to_string(), "metadata": {"type": kind, "id": number, "rank": -1,
                "paths": {"containment": path}}})
        };
        let nodes = [
            vertex(0, "cluster", 0, "/cluster0".to_owned()),
            vertex(900 + node, "node", node, format!("/cluster0/node{node}")),
        ];
        let jgf = json!({"graph": {"nodes": nodes, "edges": [edge(0, 900 + node)]}}).to_string();
        let request = GrowRequest { jgf, ..GrowRequest::default() };
        self.resources.grow(request).await.map(|answer| answer.into_inner().vertices)
    }

    async fn release(&mut self, job: u64) {
        let request = CancelRequest { job: by_id(job), ..CancelRequest::default() };
        self.jobs.cancel(request).await.unwrap();
    }

    async fn drop_named(&mut self, name: &str) {
        let request = DropGraphRequest { name: name.to_owned(), ..DropGraphRequest::default() };
        self.graphs.drop_graph(request).await.unwrap();
    }
}

#[tokio::test]
async fn graphs_have_a_limit_and_the_published_one_always_a_place() {
    let mut v1 = V1::start(config(Limits { graphs: 2, ..Limits::default() })).await;
    let text = cluster(1, 1);
    for name in ["a", "b"] {
        v1.create(name, &text).await.unwrap();
    }
    refused(v1.create("c", &text).await, "TOO_MANY_GRAPHS", "--max-graphs", 2);
    v1.create("default", &text).await.unwrap();
    v1.drop_named("a").await;
    v1.drop_named("b").await;
    // and takes none of the others
    v1.create("c", &text).await.unwrap();
    v1.create("d", &text).await.unwrap();
    refused(v1.create("e", &text).await, "TOO_MANY_GRAPHS", "--max-graphs", 2);
}

#[tokio::test]
async fn vertices_have_a_limit_over_all_graphs() {
    let mut v1 = V1::start(config(Limits { vertices: 10, ..Limits::default() })).await;
    let refuse = |result| refused::<()>(result, "TOO_MANY_VERTICES", "--max-vertices", 10);
    refuse(v1.create("default", &cluster(2, 4)).await.map(drop));
    // one that was refused leaves nothing
    v1.create("default", &cluster(2, 3)).await.unwrap();
    refuse(v1.create("other", &cluster(1, 1)).await.map(drop));
    let before = v1.now().await;
    assert_eq!(v1.grown(2).await.unwrap(), 1);
    refuse(v1.grown(3).await.map(drop));
    let after = v1.now().await;
    assert_eq!((before.vertices, after.vertices, after.revision), (9, 10, before.revision + 1));
    // it takes the place of one that gives way, and is refused if even that is too little
    refuse(v1.replace(&cluster(2, 4)).await);
    let mut published = FluxionServiceClient::new(v1.server.channel().await);
    let init = InitRequest { jgf: cluster(2, 4), ..InitRequest::default() };
    refuse(published.init(init).await.map(drop));
    assert_eq!(v1.now().await, after);
    for _ in 0..3 {
        v1.replace(&cluster(1, 8)).await.unwrap();
    }
    v1.drop_named("default").await;
    v1.create("other", &cluster(1, 8)).await.unwrap();
}

#[tokio::test]
async fn live_jobs_have_a_limit_over_all_graphs() {
    let mut v1 = V1::start(config(Limits { jobs: 2, ..Limits::default() })).await;
    v1.create("default", &cluster(1, 4)).await.unwrap();
    v1.create("other", &cluster(1, 4)).await.unwrap();
    let first = v1.take(1).await.unwrap().job_id;
    let mut elsewhere = want(1, "core");
    elsewhere.graph = "other".to_owned();
    let second = v1.ask(elsewhere.clone()).await.unwrap();
    let before = v1.now().await;
    refused(v1.take(1).await, "TOO_MANY_JOBS", "--max-jobs", 2);
    refused(v1.ask(elsewhere).await, "TOO_MANY_JOBS", "--max-jobs", 2);
    assert_eq!(v1.now().await, before);
    // what books nothing goes on
    let mut satisfiable = want(1, "core");
    satisfiable.operation = MatchOperation::Satisfiability.into();
    v1.ask(satisfiable).await.unwrap();
    v1.release(first).await;
    v1.take(1).await.unwrap();
    refused(v1.take(1).await, "TOO_MANY_JOBS", "--max-jobs", 2);
    // a graph that goes takes its jobs along
    v1.drop_named("other").await;
    v1.take(1).await.unwrap();
    assert_ne!(second.job_id, 0);
}

#[tokio::test]
async fn what_was_accepted_before_is_there_again_whatever_the_limits_are_now() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(2, 4)).await.unwrap();
    v1.create("other", &cluster(1, 1)).await.unwrap();
    for _ in 0..3 {
        v1.take(1).await.unwrap();
    }
    let limits = Limits { graphs: 1, vertices: 5, jobs: 1, ..Limits::default() };
    let disk = disk.after_a_crash(None);
    let mut v1 = disk.served(config(limits), JournalOptions::default()).await;
    let now = v1.now().await;
    assert_eq!((now.vertices, now.live_jobs), (11, 3));
    refused(v1.take(1).await, "TOO_MANY_JOBS", "--max-jobs", 1);
    refused(v1.grown(2).await, "TOO_MANY_VERTICES", "--max-vertices", 5);
    refused(v1.create("new", &cluster(1, 1)).await, "TOO_MANY_GRAPHS", "--max-graphs", 1);
    // whatever makes it less goes on
    for job in 1..=3 {
        v1.release(job).await;
    }
    v1.replace(&cluster(1, 1)).await.unwrap();
    v1.take(1).await.unwrap();
}
