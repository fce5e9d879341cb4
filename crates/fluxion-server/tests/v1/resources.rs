//! Finding, marking, growing and shrinking.

use fluxion_server::proto::fluxion::v1::{
    FindRequest, GetPropertiesRequest, GetStatsRequest, GetStatusRequest, GrowRequest,
    SetPropertyRequest, SetStatusRequest, ShrinkJobs, ShrinkRequest, ShrinkResponse,
    Status as Mark, Target, target,
};
use serde_json::json;
use tonic::{Code, Response, Status};

use crate::client::{V1, refused};
use crate::fixture::{edge, fails};

const NODE: &str = "/cluster0/node0";

fn path(path: &str) -> Option<Target> {
    Some(Target { target: Some(target::Target::Path(path.to_owned())) })
}

fn ranks(ranks: &str) -> Option<Target> {
    Some(Target { target: Some(target::Target::Ranks(ranks.to_owned())) })
}

impl V1 {
    async fn mark(
        &mut self,
        target: Option<Target>,
        status: Mark,
        subtree: bool,
    ) -> Result<u64, Status> {
        let status = status.into();
        let request = SetStatusRequest { target, status, subtree, ..SetStatusRequest::default() };
        self.resources.set_status(request).await.map(|answer| answer.into_inner().vertices)
    }

    async fn marks(&mut self, target: Option<Target>) -> Result<Vec<(String, Mark)>, Status> {
        let request = GetStatusRequest { graph: String::new(), target };
        let answer = self.resources.get_status(request).await?.into_inner();
        let told = answer.vertices.into_iter();
        Ok(told.map(|vertex| (vertex.path.clone(), vertex.status())).collect())
    }

    async fn find(&mut self, criteria: &str) -> Result<String, Status> {
        let request = FindRequest { criteria: criteria.to_owned(), ..FindRequest::default() };
        let answer = self.resources.find(request).await.map(Response::into_inner)?;
        Ok(answer.resources.unwrap().text)
    }

    async fn shrink(
        &mut self,
        target: Option<Target>,
        jobs: ShrinkJobs,
    ) -> Result<ShrinkResponse, Status> {
        let request = ShrinkRequest { target, jobs: jobs.into(), ..ShrinkRequest::default() };
        self.resources.shrink(request).await.map(Response::into_inner)
    }

    async fn set(&mut self, path: &str, key: &str) -> Result<u64, Status> {
        let (path, key, value) = (path.to_owned(), key.to_owned(), "fast".to_owned());
        let request = SetPropertyRequest { path, key, value, ..SetPropertyRequest::default() };
        self.resources.set_property(request).await.map(|answer| answer.into_inner().vertices)
    }
}

#[tokio::test]
async fn vertices_are_marked_and_found() {
    let mut v1 = V1::with(2, 2).await;
    assert_eq!(v1.find("status=down").await.unwrap(), "");
    assert_eq!(v1.mark(path(NODE), Mark::Down, false).await.unwrap(), 1);
    assert_eq!(v1.marks(path(NODE)).await.unwrap(), [(NODE.to_owned(), Mark::Down)]);
    let core = format!("{NODE}/core0");
    assert_eq!(v1.marks(path(&core)).await.unwrap(), [(core.clone(), Mark::Up)]);
    assert!(v1.find("status=down").await.unwrap().contains(NODE));
    assert_eq!(v1.mark(path(NODE), Mark::Down, true).await.unwrap(), 3);
    assert_eq!(v1.marks(path(&core)).await.unwrap(), [(core, Mark::Down)]);
    refused(v1.take(3).await, Code::ResourceExhausted, "retry in 1s");
}

#[tokio::test]
async fn what_is_not_there_cannot_be_marked_or_removed() {
    let mut v1 = V1::with(1, 1).await;
    for (target, code, detail) in [
        (path("/x"), Code::NotFound, "path /x"),
        (ranks("3"), Code::NotFound, "rank 3"),
        (ranks("x"), Code::InvalidArgument, "target.ranks: "),
        (None, Code::InvalidArgument, "target: "),
    ] {
        refused(v1.mark(target.clone(), Mark::Up, false).await, code, detail);
        refused(v1.marks(target.clone()).await, code, detail);
        refused(v1.shrink(target, ShrinkJobs::Refuse).await, code, detail);
    }
    let none = v1.mark(path(NODE), Mark::Unspecified, false).await;
    refused(none, Code::InvalidArgument, "status: ");
    let late = FindRequest { criteria: "status=up".to_owned(), now: -1, ..FindRequest::default() };
    refused(v1.resources.find(late).await, Code::InvalidArgument, "now: ");
    refused(v1.find("status=sideways").await, Code::InvalidArgument, "criteria: ");
}

#[tokio::test]
async fn properties_are_set_and_read() {
    let mut v1 = V1::with(1, 1).await;
    assert_eq!(v1.set(NODE, "disk").await.unwrap(), 1);
    let request = |path: &str| GetPropertiesRequest { graph: String::new(), path: path.to_owned() };
    let answer = v1.resources.get_properties(request(NODE)).await.unwrap().into_inner();
    assert_eq!(answer.properties["disk"], "fast");
    assert_eq!(answer.revision, 2);
    refused(v1.resources.get_properties(request("/x")).await, Code::NotFound, "path /x");
    refused(v1.set("/x", "disk").await, Code::NotFound, "path /x");
    refused(v1.set(NODE, "").await, Code::InvalidArgument, "key: ");
}

#[tokio::test]
async fn a_graph_grows_and_shrinks() {
    let mut v1 = V1::with(1, 1).await;
    let vertex = |id: usize, kind: &str, number: usize, path: &str| {
        json!({"id": id.to_string(), "metadata": {"type": kind, "id": number, "rank": -1,
            "paths": {"containment": path}}})
    };
    let jgf = json!({"graph": {"nodes": [vertex(0, "cluster", 0, "/cluster0"),
        vertex(10, "node", 1, "/cluster0/node1"), vertex(11, "core", 0, "/cluster0/node1/core0")],
        "edges": [edge(0, 10), edge(10, 11)]}});
    let grow = |jgf: &str| GrowRequest { jgf: jgf.to_owned(), ..GrowRequest::default() };
    let grown = v1.resources.grow(grow(&jgf.to_string())).await.unwrap().into_inner();
    assert_eq!((grown.vertices, grown.revision), (2, 2));
    refused(v1.resources.grow(grow("{\n?")).await, Code::InvalidArgument, "jgf: ");
    fails(v1.resources.grow(grow("{\n?")).await, Code::InvalidArgument, &["line 2, column 1"]);
    v1.take(2).await.unwrap();
    let refuse = v1.shrink(path("/cluster0/node1"), ShrinkJobs::Unspecified).await;
    refused(refuse, Code::FailedPrecondition, "HELD job 1");
    let root = v1.shrink(path("/cluster0"), ShrinkJobs::Release).await;
    refused(root, Code::FailedPrecondition, "NOT_REMOVABLE target");
    let gone = v1.shrink(path("/cluster0/node1"), ShrinkJobs::Release).await.unwrap();
    assert_eq!((gone.vertices, gone.revision), (2, 4));
}

#[tokio::test]
async fn figures_are_counted() {
    let mut v1 = V1::with(2, 2).await;
    v1.take(1).await.unwrap();
    refused(v1.take(4).await, Code::ResourceExhausted, "retry in 1s");
    let stats = v1.resources.get_stats(GetStatsRequest::default()).await.unwrap().into_inner();
    assert_eq!((stats.revision, stats.vertices, stats.edges), (2, 7, 6));
    assert_eq!((stats.allocated, stats.reserved, stats.canceled), (1, 0, 0));
    assert_eq!((stats.matches_succeeded, stats.matches_failed), (1, 1));
    assert_eq!(stats.vertices_by_type["core"], 4);
    assert!(stats.match_seconds >= stats.longest_match_seconds && stats.load_seconds > 0.0);
}
