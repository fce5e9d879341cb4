//! Every method of every service: that it succeeds, and each error that its comment in `proto/` documents. What is
//! documented is read from the descriptors, so that neither a method nor an error can be forgotten here.

#![allow(
    clippy::needless_update,
    reason = "the macro `of` fills in the rest, of which some requests have none"
)]

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use fluxion_server::proto::DESCRIPTORS;
use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::v1::explain_request::Subject;
use fluxion_server::proto::fluxion::v1::match_many_response::Result as Answered;
use fluxion_server::proto::fluxion::v1::retime_request::NewEnd;
use fluxion_server::proto::fluxion::v1::watch_request::Start;
use fluxion_server::proto::fluxion::v1::window::When;
use fluxion_server::proto::fluxion::v1::{
    BackupRequest, CancelRequest, CreateGraphHeader, Cursor, DropGraphRequest, DropWindowRequest,
    ExplainRequest, ExportGraphRequest, FindRequest, ForkRequest, GetGraphRequest, GetJobRequest,
    GetPropertiesRequest, GetStatsRequest, GetStatusRequest, GetTimeRequest, GetWindowRequest,
    GrowRequest, HistoryRange, JobReference, ListGraphsRequest, ListJobsRequest,
    ListWindowsRequest, MatchOperation, MatchRequest, PartialCancelRequest, ResourceFormat,
    ResourceSet, RetimeRequest, SetPropertyRequest, SetStatusRequest, SetWindowRequest, ShrinkJobs,
    ShrinkRequest, SnapshotGraphRequest, Status as Mark, Target, UpdateRequest, WatchRequest,
    Window, WindowKind, WindowSpan, WindowTargets, target,
};
use fluxion_server::proto::fluxion::{self as published};
use fluxion_server::{ByteSize, Config, Limits, OnInit};
use prost::Message as _;
use prost_types::{FileDescriptorProto, FileDescriptorSet, SourceCodeInfo};
use tonic::transport::Channel;
use tonic::{Code, Response, Status};

use crate::client::{V1, by_id, by_key, head, header, parts, refused, want};
use crate::fixture::{cluster, job};
use crate::kept::Disk;

const NODE: &str = "/cluster0/node0";

/// No graph is of this incarnation, but for one in 2^64.
const OTHER: &str = "0123456789abcdef";

/// A server with the graph `default` of two nodes with two cores each; job 1, `mine`, holds a core.
struct World {
    v1: V1,
    published: FluxionServiceClient<Channel>,
    /// What job 1 holds, and the part that it holds alone.
    held: String,
    alone: String,
}

/// A request with some of its fields.
macro_rules! of {
    ($request:ident { $($field:ident: $value:expr),* }) => {
        $request { $($field: $value.into(),)* ..Default::default() }
    };
}

impl World {
    async fn start() -> Self {
        let limits = Limits { graph: ByteSize(64 << 10), ..Limits::default() };
        let mut v1 = V1::start(Config { limits, ..Config::default() }).await;
        v1.create("default", &cluster(2, 2)).await.unwrap();
        let mine = MatchRequest { job_key: "mine".to_owned(), ..want(1, "core") };
        let held = v1.ask(mine).await.unwrap().resources.unwrap().text;
        let mut document: serde_json::Value = serde_json::from_str(&held).unwrap();
        let vertices = document["graph"]["nodes"].as_array_mut().unwrap();
        vertices.retain(|vertex| vertex["metadata"]["exclusive"] == true);
        let published = FluxionServiceClient::new(v1.server.channel().await);
        Self { v1, published, held, alone: document.to_string() }
    }

    async fn without_graph() -> Self {
        let mut world = Self::start().await;
        let name = DropGraphRequest { name: "default".to_owned(), ..DropGraphRequest::default() };
        world.v1.graphs.drop_graph(name).await.unwrap();
        world
    }

    async fn init(&mut self, policy: &str, jgf: String) -> Result<(), Status> {
        let request = published::InitRequest { policy: policy.to_owned(), jgf };
        self.published.init(request).await.map(drop)
    }

    /// An Init on a server that keeps the graph that it has.
    async fn init_where_graphs_stay(&mut self) -> Result<(), Status> {
        let config = Config { on_init: OnInit::Refuse, ..Config::default() };
        self.v1 = V1::start(config).await;
        self.published = FluxionServiceClient::new(self.v1.server.channel().await);
        self.init("", cluster(1, 1)).await?;
        self.init("", cluster(1, 1)).await
    }

    async fn ask(&mut self, slots: u64, request: &str) -> Result<(), Status> {
        let (jobspec, request) = (job(slots, "core"), request.to_owned());
        let request = published::MatchRequest { jobspec, request, reservation: false };
        self.published.r#match(request).await.map(drop)
    }

    /// The published match, for a job with the key of job 1.
    async fn ask_with_its_key(&mut self) -> Result<(), Status> {
        let jobspec = job(1, "core");
        let mut request =
            tonic::Request::new(published::MatchRequest { jobspec, ..Default::default() });
        let key = tonic::metadata::MetadataValue::from_static("mine");
        request.metadata_mut().insert("fluxion-job-key", key);
        self.published.r#match(request).await.map(drop)
    }

    async fn end(&mut self, job_id: i64) -> Result<(), Status> {
        self.published.cancel(published::CancelRequest { job_id }).await.map(drop)
    }

    async fn export(&mut self, name: &str) -> Result<(), Status> {
        let request = ExportGraphRequest { name: name.to_owned(), ..Default::default() };
        let mut pieces = self.v1.graphs.export_graph(request).await.map(Response::into_inner)?;
        while pieces.message().await?.is_some() {}
        Ok(())
    }

    /// A snapshot on a server that has somewhere to write it.
    async fn kept_snapshot(&mut self) -> Result<(), Status> {
        self.v1 = Disk::new().start().await;
        self.v1.create("default", &cluster(1, 1)).await?;
        let request = SnapshotGraphRequest { name: "default".to_owned() };
        self.v1.graphs.snapshot_graph(request).await.map(drop)
    }

    /// All pieces of a backup of a server that keeps its graphs.
    async fn kept_backup(&mut self) -> Result<(), Status> {
        self.v1 = Disk::new().start().await;
        self.v1.create("default", &cluster(1, 1)).await?;
        let pieces = self.v1.maintenance.backup(BackupRequest {}).await;
        let mut pieces = pieces.map(Response::into_inner)?;
        while pieces.message().await?.is_some() {}
        Ok(())
    }

    /// A window, and what is asked for by its name.
    async fn set_one(&mut self) -> Result<(), Status> {
        let request = of!(SetWindowRequest { window: window("w", "/cluster0", 8000) });
        self.v1.calendar.set_window(request).await.map(drop)
    }

    async fn second_window(&mut self) -> Result<(), Status> {
        self.set_one().await?;
        let request = of!(SetWindowRequest { window: window("v", "/cluster0/node0", 8500) });
        self.v1.calendar.set_window(request).await.map(drop)
    }

    async fn drop_window(&mut self) -> Result<(), Status> {
        self.set_one().await?;
        self.v1.calendar.drop_window(of!(DropWindowRequest { name: "w" })).await.map(drop)
    }

    async fn get_window(&mut self) -> Result<(), Status> {
        self.set_one().await?;
        self.v1.calendar.get_window(of!(GetWindowRequest { name: "w" })).await.map(drop)
    }

    /// A watch that begins as is said.
    async fn watch(&mut self, start: impl FnOnce(&str) -> Start) -> Result<(), Status> {
        let graph = self.v1.graphs.get_graph(GetGraphRequest::default()).await?.into_inner();
        let start = Some(start(&graph.incarnation));
        let request = WatchRequest { start, ..WatchRequest::default() };
        self.v1.insight.watch(request).await?.into_inner().message().await.map(drop)
    }

    /// A watch that begins with what is not known any more.
    async fn watch_too_late(&mut self) -> Result<(), Status> {
        self.v1.overflow().await;
        self.watch(|incarnation| after(incarnation, 1)).await
    }

    /// One match over a stream.
    async fn many(&mut self, request: MatchRequest) -> Result<(), Status> {
        let requests = tokio_stream::iter([request]);
        let mut answers = self.v1.jobs.match_many(requests).await?.into_inner();
        match answers.message().await?.and_then(|answer| answer.result) {
            Some(Answered::Match(_)) => Ok(()),
            Some(Answered::Failure(failure)) => {
                let code = Code::from_i32(failure.code);
                Err(Status::with_details(code, failure.message, failure.status_details.into()))
            }
            None => panic!("no answer"),
        }
    }
}

fn after(incarnation: &str, revision: u64) -> Start {
    Start::After(Cursor { incarnation: incarnation.to_owned(), revision })
}

fn jgf(text: &str) -> Option<ResourceSet> {
    Some(ResourceSet { format: ResourceFormat::Jgf.into(), text: text.to_owned() })
}

fn path(path: &str) -> Option<Target> {
    Some(Target { target: Some(target::Target::Path(path.to_owned())) })
}

fn ranks(ranks: &str) -> Option<Target> {
    Some(Target { target: Some(target::Target::Ranks(ranks.to_owned())) })
}

/// Node 2, below the root.
fn more() -> String {
    let vertex = |id: usize, kind: &str, number: usize, path: &str| {
        serde_json::json!({"id": id.to_string(), "metadata": {"type": kind, "id": number, "rank": -1,
            "paths": {"containment": path}}})
    };
    let vertices = [vertex(0, "cluster", 0, "/cluster0"), vertex(90, "node", 2, "/cluster0/node2")];
    let edges = [crate::fixture::edge(0, 90)];
    serde_json::json!({"graph": {"nodes": vertices, "edges": edges}}).to_string()
}

type Done = Pin<Box<dyn Future<Output = Result<(), Status>>>>;

struct Case {
    service: &'static str,
    method: &'static str,
    code: Code,
    /// As [`refused`] reads it.
    detail: &'static str,
    call: fn(World) -> Done,
}

macro_rules! case {
    ($service:ident $method:ident $code:ident $detail:literal |$world:ident| $call:expr) => {
        Case {
            service: stringify!($service),
            method: stringify!($method),
            code: Code::$code,
            detail: $detail,
            call: |world: World| {
                Box::pin(async move {
                    // all of it: the server stops when its handle is dropped
                    #[allow(unused_mut, reason = "not every call needs it")]
                    let mut $world = world;
                    $call.await.map(drop)
                })
            },
        }
    };
}

#[rustfmt::skip]
fn published_calls() -> Vec<Case> {
    vec![
        case!(FluxionService Init Ok "" |w| w.init("low", cluster(1, 1))),
        case!(FluxionService Init InvalidArgument "jgf: " |w| w.init("low", "[]".to_owned())),
        case!(FluxionService Init InvalidArgument "policy: " |w| w.init("best", cluster(1, 1))),
        case!(FluxionService Init AlreadyExists "graph default" |w| w.init_where_graphs_stay()),
        case!(FluxionService Init ResourceExhausted "quota of text" |w| w.init("", " ".repeat(65 << 10))),
        case!(FluxionService Match Ok "" |w| w.ask(1, "")),
        case!(FluxionService Match FailedPrecondition "NO_GRAPH graph" |_w| async {
            World::without_graph().await.ask(1, "").await
        }),
        case!(FluxionService Match InvalidArgument "request: " |w| w.ask(1, "please")),
        case!(FluxionService Match AlreadyExists "job mine" |w| w.ask_with_its_key()),
        case!(FluxionService Match ResourceExhausted "retry in 1s" |w| w.ask(4, "")),
        case!(FluxionService Match OutOfRange "" |w| w.ask(5, "satisfiability")),
        case!(FluxionService Cancel Ok "" |w| w.end(1)),
        case!(FluxionService Cancel FailedPrecondition "NO_GRAPH graph" |_w| async {
            World::without_graph().await.end(1).await
        }),
        case!(FluxionService Cancel NotFound "job 9" |w| w.end(9)),
    ]
}

#[rustfmt::skip]
fn graph_calls() -> Vec<Case> {
    vec![
        case!(GraphService CreateGraph Ok "" |w| w.v1.create("g", &cluster(1, 1))),
        case!(GraphService CreateGraph InvalidArgument "header.name: " |w| w.v1.create("", "")),
        case!(GraphService CreateGraph InvalidArgument "text: " |w| w.v1.create("g", "[]")),
        case!(GraphService CreateGraph AlreadyExists "graph default" |w| w.v1.create("default", "")),
        case!(GraphService CreateGraph Aborted "graph g" |w| w.v1.overtake("g", &cluster(1, 1))),
        case!(GraphService CreateGraph FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.send(
            parts(CreateGraphHeader { replace: true, incarnation: OTHER.to_owned(), ..header("default") }, b"", 1),
        )),
        case!(GraphService CreateGraph ResourceExhausted "quota of text" |w| w.v1.send(vec![
            head(CreateGraphHeader { text_bytes: 65 << 10, ..header("g") }),
        ])),
        case!(GraphService CreateGraph ResourceExhausted "quota of text" |w| w.v1.send(
            parts(header("g"), &[b' '; 65 << 10], 1000),
        )),
        case!(GraphService ListGraphs Ok "" |w| w.v1.graphs.list_graphs(ListGraphsRequest {})),
        case!(GraphService GetGraph Ok "" |w| w.v1.graphs.get_graph(of!(GetGraphRequest { name: "default" }))),
        case!(GraphService GetGraph NotFound "graph x" |w| w.v1.graphs.get_graph(of!(GetGraphRequest { name: "x" }))),
        case!(GraphService GetTime Ok "" |w| w.v1.graphs.get_time(of!(GetTimeRequest { name: "default" }))),
        case!(GraphService GetTime NotFound "graph x" |w| w.v1.graphs.get_time(of!(GetTimeRequest { name: "x" }))),
        case!(GraphService ExportGraph Ok "" |w| w.export("default")),
        case!(GraphService ExportGraph NotFound "graph x" |w| w.export("x")),
        case!(GraphService SnapshotGraph Ok "" |w| w.kept_snapshot()),
        case!(GraphService SnapshotGraph NotFound "graph x" |w| w.v1.graphs.snapshot_graph(of!(SnapshotGraphRequest { name: "x" }))),
        case!(GraphService SnapshotGraph FailedPrecondition "MEMORY_ONLY default" |w| w.v1.graphs.snapshot_graph(of!(SnapshotGraphRequest { name: "" }))),
        case!(GraphService Fork Ok "" |w| w.v1.graphs.fork(of!(ForkRequest { name: "f" }))),
        case!(GraphService Fork InvalidArgument "seconds: " |w| w.v1.graphs.fork(of!(ForkRequest { seconds: 86_401u32 }))),
        case!(GraphService Fork NotFound "graph x" |w| w.v1.graphs.fork(of!(ForkRequest { graph: "x" }))),
        case!(GraphService Fork AlreadyExists "graph default" |w| w.v1.graphs.fork(of!(ForkRequest { name: "default" }))),
        case!(GraphService Fork ResourceExhausted "quota of forks" |w| async {
            for _ in 0..16 {
                w.v1.graphs.fork(ForkRequest::default()).await?;
            }
            w.v1.graphs.fork(ForkRequest::default()).await
        }),
        case!(GraphService DropGraph Ok "" |w| w.v1.graphs.drop_graph(of!(DropGraphRequest { name: "default" }))),
        case!(GraphService DropGraph NotFound "graph x" |w| w.v1.graphs.drop_graph(of!(DropGraphRequest { name: "x" }))),
        case!(GraphService DropGraph InvalidArgument "incarnation: " |w| w.v1.graphs.drop_graph(of!(DropGraphRequest { name: "default", incarnation: "x" }))),
        case!(GraphService DropGraph FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.graphs.drop_graph(of!(DropGraphRequest { name: "default", incarnation: OTHER }))),
    ]
}

#[rustfmt::skip]
fn match_calls() -> Vec<Case> {
    vec![
        case!(JobService Match Ok "" |w| w.v1.ask(want(1, "core"))),
        case!(JobService Match NotFound "graph x" |w| w.v1.ask(of!(MatchRequest { graph: "x" }))),
        case!(JobService Match InvalidArgument "now: " |w| w.v1.ask(MatchRequest { now: -1, ..want(1, "core") })),
        case!(JobService Match AlreadyExists "job mine" |w| w.v1.ask(MatchRequest { job_key: "mine".to_owned(), ..want(1, "core") })),
        case!(JobService Match ResourceExhausted "retry in 1s" |w| w.v1.ask(want(4, "core"))),
        case!(JobService Match OutOfRange "" |w| w.v1.ask(MatchRequest {
            operation: MatchOperation::Satisfiability.into(), ..want(5, "core")
        })),
        case!(JobService Match FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.ask(MatchRequest { incarnation: OTHER.to_owned(), ..want(1, "core") })),
        case!(JobService MatchMany Ok "" |w| w.many(want(1, "core"))),
        case!(JobService MatchMany NotFound "graph x" |w| w.many(of!(MatchRequest { graph: "x" }))),
        case!(JobService MatchMany InvalidArgument "jobspec: " |w| w.many(want(1, "warp_core"))),
        case!(JobService MatchMany FailedPrecondition "OTHER_INCARNATION default" |w| w.many(MatchRequest { incarnation: OTHER.to_owned(), ..want(1, "core") })),
    ]
}

#[rustfmt::skip]
fn job_calls() -> Vec<Case> {
    vec![
        case!(JobService Cancel Ok "" |w| w.v1.jobs.cancel(of!(CancelRequest { job: by_id(1) }))),
        case!(JobService Cancel NotFound "graph x" |w| w.v1.jobs.cancel(of!(CancelRequest { graph: "x", job: by_id(1) }))),
        case!(JobService Cancel NotFound "job 9" |w| w.v1.jobs.cancel(of!(CancelRequest { job: by_id(9) }))),
        case!(JobService Cancel InvalidArgument "job: " |w| w.v1.jobs.cancel(CancelRequest::default())),
        case!(JobService Cancel FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.jobs.cancel(of!(CancelRequest { job: by_id(1), incarnation: OTHER }))),
        case!(JobService PartialCancel Ok "" |w| w.v1.jobs.partial_cancel(of!(PartialCancelRequest { job: by_id(1), resources: jgf(&w.alone) }))),
        case!(JobService PartialCancel NotFound "graph x" |w| w.v1.jobs.partial_cancel(of!(PartialCancelRequest { graph: "x", job: by_id(1) }))),
        case!(JobService PartialCancel NotFound "job 9" |w| w.v1.jobs.partial_cancel(of!(PartialCancelRequest { job: by_id(9), resources: jgf(&w.alone) }))),
        case!(JobService PartialCancel InvalidArgument "resources.text: " |w| w.v1.jobs.partial_cancel(of!(PartialCancelRequest { job: by_id(1), resources: jgf("[]") }))),
        case!(JobService PartialCancel FailedPrecondition "NOT_HELD 2" |w| async {
            w.v1.take(1).await?;
            w.v1.jobs.partial_cancel(of!(PartialCancelRequest { job: by_id(2), resources: jgf(&w.alone) })).await
        }),
        case!(JobService PartialCancel FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.jobs.partial_cancel(of!(PartialCancelRequest { incarnation: OTHER }))),
        case!(JobService Retime Ok "" |w| w.v1.jobs.retime(of!(RetimeRequest { job: by_id(1), new_end: NewEnd::Duration(7) }))),
        case!(JobService Retime NotFound "graph x" |w| w.v1.jobs.retime(of!(RetimeRequest { graph: "x", job: by_id(1), new_end: NewEnd::Duration(7) }))),
        case!(JobService Retime NotFound "job 9" |w| w.v1.jobs.retime(of!(RetimeRequest { job: by_id(9), new_end: NewEnd::Duration(7) }))),
        case!(JobService Retime InvalidArgument "new_end: expected one" |w| w.v1.jobs.retime(of!(RetimeRequest { job: by_id(1) }))),
        case!(JobService Retime InvalidArgument "new_end: expected an end after" |w| w.v1.jobs.retime(of!(RetimeRequest { job: by_id(1), new_end: NewEnd::End(0) }))),
        case!(JobService Retime FailedPrecondition "MEETS_JOB 2" |w| async {
            let operation = MatchOperation::AllocateOrelseReserve.into();
            w.v1.ask(MatchRequest { operation, ..want(4, "core") }).await?;
            w.v1.jobs.retime(of!(RetimeRequest { job: by_id(1), new_end: NewEnd::LaterBy(1) })).await
        }),
        case!(JobService Retime FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.jobs.retime(of!(RetimeRequest { incarnation: OTHER }))),
        case!(JobService Update Ok "" |w| async {
            w.v1.jobs.cancel(of!(CancelRequest { job: by_id(1) })).await?;
            w.v1.jobs.update(of!(UpdateRequest { job_id: 7u64, duration: 1, resources: jgf(&w.held) })).await
        }),
        case!(JobService Update NotFound "graph x" |w| w.v1.jobs.update(of!(UpdateRequest { graph: "x", job_id: 7u64, duration: 1 }))),
        case!(JobService Update InvalidArgument "job_id: " |w| w.v1.jobs.update(UpdateRequest::default())),
        case!(JobService Update AlreadyExists "job 1" |w| w.v1.jobs.update(of!(UpdateRequest { job_id: 1u64, duration: 1, resources: jgf(&w.held) }))),
        case!(JobService Update AlreadyExists "job mine" |w| w.v1.jobs.update(of!(UpdateRequest { job_id: 7u64, job_key: "mine", duration: 1, resources: jgf(&w.held) }))),
        case!(JobService Update FailedPrecondition "TAKEN 7" |w| w.v1.jobs.update(of!(UpdateRequest { job_id: 7u64, duration: 1, resources: jgf(&w.held) }))),
        case!(JobService Update FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.jobs.update(of!(UpdateRequest { incarnation: OTHER }))),
        case!(JobService ListJobs Ok "" |w| w.v1.jobs.list_jobs(ListJobsRequest::default())),
        case!(JobService ListJobs NotFound "graph x" |w| w.v1.jobs.list_jobs(of!(ListJobsRequest { graph: "x" }))),
        case!(JobService ListJobs InvalidArgument "page_token: " |w| w.v1.jobs.list_jobs(of!(ListJobsRequest { page_token: "x" }))),
        case!(JobService ListJobs FailedPrecondition "MEMORY_ONLY default" |w| w.v1.jobs.list_jobs(ListJobsRequest { history: Some(HistoryRange::default()), ..Default::default() })),
        case!(JobService GetJob Ok "" |w| w.v1.jobs.get_job(of!(GetJobRequest { job: by_key("mine") }))),
        case!(JobService GetJob NotFound "graph x" |w| w.v1.jobs.get_job(of!(GetJobRequest { graph: "x" }))),
        case!(JobService GetJob NotFound "job x" |w| w.v1.jobs.get_job(of!(GetJobRequest { job: by_key("x") }))),
        case!(JobService GetJob InvalidArgument "job: " |w| w.v1.jobs.get_job(GetJobRequest::default())),
    ]
}

#[rustfmt::skip]
fn resource_calls() -> Vec<Case> {
    vec![
        case!(ResourceService Find Ok "" |w| w.v1.resources.find(of!(FindRequest { criteria: "status=up" }))),
        case!(ResourceService Find NotFound "graph x" |w| w.v1.resources.find(of!(FindRequest { graph: "x" }))),
        case!(ResourceService Find InvalidArgument "criteria: " |w| w.v1.resources.find(of!(FindRequest { criteria: "status=sideways" }))),
        case!(ResourceService GetStatus Ok "" |w| w.v1.resources.get_status(of!(GetStatusRequest { target: path(NODE) }))),
        case!(ResourceService GetStatus NotFound "graph x" |w| w.v1.resources.get_status(of!(GetStatusRequest { graph: "x" }))),
        case!(ResourceService GetStatus NotFound "rank 9" |w| w.v1.resources.get_status(of!(GetStatusRequest { target: ranks("9") }))),
        case!(ResourceService GetStatus InvalidArgument "target: " |w| w.v1.resources.get_status(GetStatusRequest::default())),
        case!(ResourceService SetStatus Ok "" |w| w.v1.resources.set_status(of!(SetStatusRequest { target: path(NODE), status: Mark::Down }))),
        case!(ResourceService SetStatus NotFound "graph x" |w| w.v1.resources.set_status(of!(SetStatusRequest { graph: "x" }))),
        case!(ResourceService SetStatus NotFound "path /x" |w| w.v1.resources.set_status(of!(SetStatusRequest { target: path("/x"), status: Mark::Down }))),
        case!(ResourceService SetStatus InvalidArgument "status: " |w| w.v1.resources.set_status(of!(SetStatusRequest { target: path(NODE) }))),
        case!(ResourceService SetStatus FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.resources.set_status(of!(SetStatusRequest { incarnation: OTHER }))),
        case!(ResourceService GetProperties Ok "" |w| w.v1.resources.get_properties(of!(GetPropertiesRequest { path: NODE }))),
        case!(ResourceService GetProperties NotFound "graph x" |w| w.v1.resources.get_properties(of!(GetPropertiesRequest { graph: "x" }))),
        case!(ResourceService GetProperties NotFound "path /x" |w| w.v1.resources.get_properties(of!(GetPropertiesRequest { path: "/x" }))),
        case!(ResourceService SetProperty Ok "" |w| w.v1.resources.set_property(of!(SetPropertyRequest { path: NODE, key: "k" }))),
        case!(ResourceService SetProperty NotFound "graph x" |w| w.v1.resources.set_property(of!(SetPropertyRequest { graph: "x" }))),
        case!(ResourceService SetProperty NotFound "path /x" |w| w.v1.resources.set_property(of!(SetPropertyRequest { path: "/x", key: "k" }))),
        case!(ResourceService SetProperty InvalidArgument "key: " |w| w.v1.resources.set_property(of!(SetPropertyRequest { path: NODE }))),
        case!(ResourceService SetProperty FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.resources.set_property(of!(SetPropertyRequest { incarnation: OTHER }))),
        case!(ResourceService Grow Ok "" |w| w.v1.resources.grow(of!(GrowRequest { jgf: more() }))),
        case!(ResourceService Grow NotFound "graph x" |w| w.v1.resources.grow(of!(GrowRequest { graph: "x" }))),
        case!(ResourceService Grow InvalidArgument "jgf: " |w| w.v1.resources.grow(of!(GrowRequest { jgf: "[]" }))),
        case!(ResourceService Grow FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.resources.grow(of!(GrowRequest { incarnation: OTHER }))),
        case!(ResourceService Shrink Ok "" |w| w.v1.resources.shrink(of!(ShrinkRequest { target: path(NODE), jobs: ShrinkJobs::Release }))),
        case!(ResourceService Shrink NotFound "graph x" |w| w.v1.resources.shrink(of!(ShrinkRequest { graph: "x" }))),
        case!(ResourceService Shrink NotFound "path /x" |w| w.v1.resources.shrink(of!(ShrinkRequest { target: path("/x") }))),
        case!(ResourceService Shrink InvalidArgument "target: " |w| w.v1.resources.shrink(ShrinkRequest::default())),
        case!(ResourceService Shrink FailedPrecondition "NOT_REMOVABLE target" |w| w.v1.resources.shrink(of!(ShrinkRequest { target: path("/cluster0") }))),
        case!(ResourceService Shrink FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.resources.shrink(of!(ShrinkRequest { incarnation: OTHER }))),
        case!(ResourceService GetStats Ok "" |w| w.v1.resources.get_stats(GetStatsRequest::default())),
        case!(ResourceService GetStats NotFound "graph x" |w| w.v1.resources.get_stats(of!(GetStatsRequest { graph: "x" }))),
    ]
}

fn jobspec(slots: u64, kind: &str) -> Option<Subject> {
    Some(Subject::Jobspec(job(slots, kind)))
}

fn of_job(job: Option<JobReference>) -> Option<Subject> {
    job.map(Subject::Job)
}

#[rustfmt::skip]
fn insight_calls() -> Vec<Case> {
    vec![
        case!(InsightService Explain Ok "" |w| w.v1.insight.explain(of!(ExplainRequest { subject: jobspec(9, "core"), hints: true }))),
        case!(InsightService Explain Ok "" |w| w.v1.insight.explain(of!(ExplainRequest { subject: of_job(by_key("mine")) }))),
        case!(InsightService Explain NotFound "graph x" |w| w.v1.insight.explain(of!(ExplainRequest { graph: "x", subject: jobspec(1, "core") }))),
        case!(InsightService Explain NotFound "job 9" |w| w.v1.insight.explain(of!(ExplainRequest { subject: of_job(by_id(9)) }))),
        case!(InsightService Explain NotFound "path /x" |w| w.v1.insight.explain(of!(ExplainRequest { subject: jobspec(1, "core"), why_not: path("/x") }))),
        case!(InsightService Explain NotFound "rank 9" |w| w.v1.insight.explain(of!(ExplainRequest { subject: jobspec(1, "core"), why_not: ranks("9") }))),
        case!(InsightService Explain InvalidArgument "jobspec: " |w| w.v1.insight.explain(ExplainRequest::default())),
        case!(InsightService Explain InvalidArgument "jobspec: " |w| w.v1.insight.explain(of!(ExplainRequest { subject: jobspec(1, "warp_core") }))),
        case!(InsightService Explain InvalidArgument "policy: " |w| w.v1.insight.explain(of!(ExplainRequest { subject: jobspec(1, "core"), policy: "best" }))),
        case!(InsightService Watch Ok "" |w| w.watch(|incarnation| after(incarnation, 1))),
        case!(InsightService Watch NotFound "graph x" |w| w.v1.insight.watch(of!(WatchRequest { graph: "x" }))),
        case!(InsightService Watch InvalidArgument "after.revision: " |w| w.watch(|incarnation| after(incarnation, 3))),
        case!(InsightService Watch OutOfRange "" |w| w.watch_too_late()),
        case!(InsightService Watch FailedPrecondition "OTHER_INCARNATION default" |w| w.watch(|_| after(OTHER, 1))),
    ]
}

fn window(name: &str, path: &str, start: i64) -> Option<Window> {
    let paths = vec![path.to_owned()];
    Some(Window {
        name: name.to_owned(),
        kind: WindowKind::Maintenance.into(),
        targets: Some(WindowTargets { paths, ..WindowTargets::default() }),
        when: Some(When::Span(WindowSpan { start, end: 9000 })),
        ..Window::default()
    })
}

#[rustfmt::skip]
fn calendar_calls() -> Vec<Case> {
    vec![
        case!(CalendarService SetWindow Ok "" |w| w.v1.calendar.set_window(of!(SetWindowRequest { window: window("w", "/cluster0", 8000) }))),
        case!(CalendarService SetWindow NotFound "graph x" |w| w.v1.calendar.set_window(of!(SetWindowRequest { graph: "x" }))),
        case!(CalendarService SetWindow NotFound "path /x" |w| w.v1.calendar.set_window(of!(SetWindowRequest { window: window("w", "/x", 8000) }))),
        case!(CalendarService SetWindow InvalidArgument "window.name: " |w| w.v1.calendar.set_window(of!(SetWindowRequest { window: window("a b", "/cluster0", 8000) }))),
        case!(CalendarService SetWindow FailedPrecondition "WINDOW_CONFLICT 1" |w| w.v1.calendar.set_window(of!(SetWindowRequest { window: window("w", "/cluster0", 0) }))),
        case!(CalendarService SetWindow FailedPrecondition "WINDOW_OVERLAP w" |w| w.second_window()),
        case!(CalendarService SetWindow FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.calendar.set_window(of!(SetWindowRequest { incarnation: OTHER }))),
        case!(CalendarService DropWindow Ok "" |w| w.drop_window()),
        case!(CalendarService DropWindow NotFound "graph x" |w| w.v1.calendar.drop_window(of!(DropWindowRequest { graph: "x" }))),
        case!(CalendarService DropWindow NotFound "window w" |w| w.v1.calendar.drop_window(of!(DropWindowRequest { name: "w" }))),
        case!(CalendarService DropWindow InvalidArgument "request_key: " |w| w.v1.calendar.drop_window(of!(DropWindowRequest { request_key: "k".repeat(129) }))),
        case!(CalendarService DropWindow FailedPrecondition "OTHER_INCARNATION default" |w| w.v1.calendar.drop_window(of!(DropWindowRequest { incarnation: OTHER }))),
        case!(CalendarService GetWindow Ok "" |w| w.get_window()),
        case!(CalendarService GetWindow NotFound "graph x" |w| w.v1.calendar.get_window(of!(GetWindowRequest { graph: "x" }))),
        case!(CalendarService GetWindow NotFound "window w" |w| w.v1.calendar.get_window(of!(GetWindowRequest { name: "w" }))),
        case!(CalendarService GetWindow InvalidArgument "now: " |w| w.v1.calendar.get_window(of!(GetWindowRequest { name: "w", now: -1 }))),
        case!(CalendarService ListWindows Ok "" |w| w.v1.calendar.list_windows(ListWindowsRequest::default())),
        case!(CalendarService ListWindows NotFound "graph x" |w| w.v1.calendar.list_windows(of!(ListWindowsRequest { graph: "x" }))),
        case!(CalendarService ListWindows InvalidArgument "now: " |w| w.v1.calendar.list_windows(of!(ListWindowsRequest { now: -1 }))),
    ]
}

#[rustfmt::skip]
fn maintenance_calls() -> Vec<Case> {
    vec![
        case!(MaintenanceService Backup Ok "" |w| w.kept_backup()),
        case!(MaintenanceService Backup FailedPrecondition "MEMORY_ONLY backup" |w| w.v1.maintenance.backup(BackupRequest {})),
    ]
}

fn cases() -> Vec<Case> {
    let all = [
        published_calls(),
        graph_calls(),
        match_calls(),
        job_calls(),
        resource_calls(),
        insight_calls(),
        calendar_calls(),
        maintenance_calls(),
    ];
    all.into_iter().flatten().collect()
}

#[tokio::test]
async fn every_case_answers_as_documented() {
    for Case { service, method, code, detail, call } in cases() {
        let answer = call(World::start().await).await;
        match code {
            Code::Ok => assert!(answer.is_ok(), "{service}/{method}: {answer:?}"),
            _ => refused(answer, code, detail),
        }
    }
}

/// Fields that cannot be used are documented for all methods, but these have none: a path or a graph is there or not.
const NOTHING_INVALID: [(&str, &str); 2] =
    [("ResourceService", "GetProperties"), ("ResourceService", "GetStats")];

const CODES: [(&str, Code); 7] = [
    ("INVALID_ARGUMENT", Code::InvalidArgument),
    ("ALREADY_EXISTS", Code::AlreadyExists),
    ("ABORTED", Code::Aborted),
    ("RESOURCE_EXHAUSTED", Code::ResourceExhausted),
    ("NOT_FOUND", Code::NotFound),
    ("FAILED_PRECONDITION", Code::FailedPrecondition),
    ("OUT_OF_RANGE", Code::OutOfRange),
];

/// The codes at the beginnings of indented lines of a comment.
fn documented(info: &SourceCodeInfo, path: &[i32]) -> Vec<Code> {
    let place = info.location.iter().find(|location| location.path == path);
    let comment = place.map(|place| place.leading_comments()).unwrap_or_default();
    let indented = comment.lines().filter_map(|line| line.strip_prefix("   "));
    let first = |line: &str| line.split("  ").next().unwrap_or_default().to_owned();
    let code = |word: String| CODES.iter().find(|(name, _)| *name == word).map(|&(_, code)| code);
    indented.map(first).filter_map(code).collect()
}

type Documented = BTreeSet<(String, String, i32)>;

fn all_documented() -> Documented {
    let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap();
    let mut all = Documented::new();
    let files = || set.file.iter().filter(|file| file.package().starts_with("fluxion"));
    let of_jobs =
        |file: &&FileDescriptorProto| file.service.iter().any(|s| s.name() == "JobService");
    let of_all =
        documented(files().find(of_jobs).unwrap().source_code_info.as_ref().unwrap(), &[6, 0]);
    assert_eq!(of_all, [Code::NotFound, Code::InvalidArgument]);
    for file in files() {
        let info = file.source_code_info.as_ref().unwrap();
        for (s, service) in (0..).zip(&file.service) {
            let applies = matches!(
                service.name(),
                "JobService" | "ResourceService" | "InsightService" | "CalendarService"
            );
            for (m, method) in (0..).zip(&service.method) {
                let own = documented(info, &[6, s, 2, m]);
                let shared = of_all.iter().copied().filter(|_| applies);
                let codes = own.into_iter().chain(shared).chain([Code::Ok]);
                let names = (service.name(), method.name());
                let codes = codes.filter(|&code| {
                    code != Code::InvalidArgument || !NOTHING_INVALID.contains(&names)
                });
                all.extend(codes.map(|c| (names.0.to_owned(), names.1.to_owned(), c.into())));
            }
        }
    }
    all
}

#[test]
fn every_method_and_every_documented_error_has_a_case() {
    let has = cases().into_iter();
    let has: Documented = has
        .map(|case| (case.service.to_owned(), case.method.to_owned(), case.code.into()))
        .collect();
    let documented = all_documented();
    assert!(documented.len() > 60, "{documented:?}");
    assert_eq!(documented.difference(&has).collect::<Vec<_>>(), Vec::<&_>::new(), "no case");
    assert_eq!(has.difference(&documented).collect::<Vec<_>>(), Vec::<&_>::new(), "undocumented");
}
