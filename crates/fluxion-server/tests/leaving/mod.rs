//! Clients that go away in the middle of a call, for every method: before the graph had time for it, and while the
//! answer was on its way. A call is dropped as the transport drops it when its stream is reset.

#![allow(
    clippy::needless_update,
    reason = "a macro fills in the rest of requests, of which some have none"
)]

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use prost::Message as _;
use prost_types::FileDescriptorSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::{Response, Status};
use tower::util::BoxCloneSyncService;
use tower::{BoxError, ServiceBuilder};

use crate::config::Config;
use crate::proto::DESCRIPTORS;
use crate::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use crate::proto::fluxion::v1::calendar_service_client::CalendarServiceClient;
use crate::proto::fluxion::v1::explain_request::Subject;
use crate::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use crate::proto::fluxion::v1::insight_service_client::InsightServiceClient;
use crate::proto::fluxion::v1::job_service_client::JobServiceClient;
use crate::proto::fluxion::v1::resource_service_client::ResourceServiceClient;
use crate::proto::fluxion::v1::retime_request::NewEnd;
use crate::proto::fluxion::v1::window::When;
use crate::proto::fluxion::v1::{
    CancelRequest, CreateGraphHeader, CreateGraphRequest, DropGraphRequest, DropWindowRequest,
    ExplainRequest, ExportGraphRequest, FindRequest, GetGraphRequest, GetJobRequest,
    GetPropertiesRequest, GetStatsRequest, GetStatusRequest, GetTimeRequest, GetWindowRequest,
    GrowRequest, JobReference, ListGraphsRequest, ListJobsRequest, ListWindowsRequest,
    MatchRequest, PartialCancelRequest, ResourceFormat, ResourceSet, RetimeRequest,
    SetPropertyRequest, SetStatusRequest, SetWindowRequest, ShrinkJobs, ShrinkRequest,
    Status as Mark, Target, UpdateRequest, WatchRequest, Window, WindowKind, WindowSpan,
    WindowTargets, create_graph_request, job_reference, target,
};
use crate::proto::fluxion::{self as published};
use crate::server::routes;
use crate::test_graph::JOBSPEC;
use crate::transport::delivery::guard_delivery;
use crate::transport::graph_thread::GraphThread;
use crate::transport::registry::{DEFAULT_GRAPH, Existing, Registry};
use crate::transport::seen::Seen;
use crate::transport::served_graph::Upload;
use crate::transport::turns::Cost;

/// Two nodes; job 1, `mine`, holds one of them.
const GRAPH: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/cluster0"}}},
    {"id": "1", "metadata": {"type": "node", "id": 0, "paths": {"containment": "/cluster0/node0"}}},
    {"id": "2", "metadata": {"type": "node", "id": 1, "paths": {"containment": "/cluster0/node1"}}}],
    "edges": [{"source": "0", "target": "1"}, {"source": "0", "target": "2"}]}}"#;

/// A node that is not in the graph, one that job 1 holds, and one that is free.
const THIRD: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/cluster0"}}},
    {"id": "3", "metadata": {"type": "node", "id": 2, "paths": {"containment": "/cluster0/node2"}}}],
    "edges": [{"source": "0", "target": "3"}]}}"#;

type Service = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, BoxError>;

/// Clients that speak to the services without a socket.
#[derive(Clone)]
struct Clients {
    published: FluxionServiceClient<Service>,
    graphs: GraphServiceClient<Service>,
    jobs: JobServiceClient<Service>,
    resources: ResourceServiceClient<Service>,
    insight: InsightServiceClient<Service>,
    calendar: CalendarServiceClient<Service>,
    /// What job 1 holds, and what a job could hold beside it.
    held: String,
    free: String,
}

struct World {
    registry: Arc<Registry>,
    graph: GraphThread,
    clients: Clients,
}

fn maintenance(name: &str) -> Option<Window> {
    let paths = vec!["/cluster0/node1".to_owned()];
    Some(Window {
        name: name.to_owned(),
        kind: WindowKind::Maintenance.into(),
        targets: Some(WindowTargets { paths, ..WindowTargets::default() }),
        when: Some(When::Span(WindowSpan { start: 8000, end: 9000 })),
        overlap: true,
        ..Window::default()
    })
}

fn node(jgf: &str, kept: &str) -> String {
    let mut document: serde_json::Value = serde_json::from_str(jgf).unwrap();
    let vertices = document["graph"]["nodes"].as_array_mut().unwrap();
    vertices.retain(|vertex| vertex["metadata"]["paths"]["containment"] == kept);
    document["graph"]["edges"] = serde_json::json!([]);
    document.to_string()
}

impl World {
    async fn start() -> Self {
        let registry = Arc::<Registry>::default();
        let options = Config::default().options("low");
        let graph =
            registry.load(DEFAULT_GRAPH, Upload::new(GRAPH.to_owned(), options), Existing::Stays);
        let graph = graph.await.unwrap();
        let (_, routes) = routes(Config::default(), Arc::clone(&registry), Arc::default()).unwrap();
        let service = ServiceBuilder::new().map_response(guard_delivery).service(routes);
        let service = tower::ServiceExt::<http::Request<Body>>::map_err(service, BoxError::from);
        let service = BoxCloneSyncService::new(service);
        let mut clients = Clients {
            published: FluxionServiceClient::new(service.clone()),
            graphs: GraphServiceClient::new(service.clone()),
            jobs: JobServiceClient::new(service.clone()),
            resources: ResourceServiceClient::new(service.clone()),
            insight: InsightServiceClient::new(service.clone()),
            calendar: CalendarServiceClient::new(service),
            held: String::new(),
            free: String::new(),
        };
        let mine = MatchRequest { job_key: "mine".to_owned(), ..wanted("") };
        let held = clients.jobs.r#match(mine).await.unwrap().into_inner().resources.unwrap().text;
        clients.held = node(&held, "/cluster0/node0");
        let other = clients.jobs.r#match(wanted("")).await.unwrap().into_inner();
        clients.free = other.resources.unwrap().text;
        let cancel = CancelRequest { job: id(other.job_id), ..CancelRequest::default() };
        clients.jobs.cancel(cancel).await.unwrap();
        let set = SetWindowRequest { window: maintenance("w"), ..SetWindowRequest::default() };
        clients.calendar.set_window(set).await.unwrap();
        Self { registry, graph, clients }
    }

    /// What can be seen of the graph, when its turn comes.
    async fn state(&self) -> GraphState {
        self.graph.read(Cost::Cheap, GraphState::of).await.unwrap()
    }

    /// Goes on when nothing works on a call any more.
    async fn settle(&self, holders: usize) {
        while Arc::strong_count(&self.registry) > holders {
            tokio::task::yield_now().await;
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct GraphState {
    fingerprint: u64,
    revision: u64,
    live: usize,
}

impl GraphState {
    fn of(seen: Seen<'_>) -> Self {
        let store = seen.store;
        Self {
            fingerprint: store.context().fingerprint(),
            revision: store.revision().0,
            live: store.context().live_jobs(),
        }
    }
}

/// A job that takes a node.
fn wanted(request_key: &str) -> MatchRequest {
    let (jobspec, request_key) = (JOBSPEC.to_owned(), request_key.to_owned());
    MatchRequest { jobspec, request_key, ..MatchRequest::default() }
}

fn id(job: u64) -> Option<JobReference> {
    Some(JobReference { reference: Some(job_reference::Reference::JobId(job)) })
}

fn path(path: &str) -> Option<Target> {
    Some(Target { target: Some(target::Target::Path(path.to_owned())) })
}

fn jgf(text: &str) -> Option<ResourceSet> {
    Some(ResourceSet { format: ResourceFormat::Jgf.into(), text: text.to_owned() })
}

/// What is there after a call whose client left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// It only looks.
    Looked,
    /// It books, which is undone.
    Undone,
    /// A change is made, and found again by its `request_key`.
    Found,
    /// A change that has no key, but was made if the graph had time for it.
    Made,
}

type Done = Pin<Box<dyn Future<Output = Result<(), Status>>>>;

struct Case {
    name: &'static str,
    left: Left,
    call: fn(Clients) -> Done,
}

macro_rules! case {
    ($service:ident $method:ident $left:ident |$clients:ident| $call:expr) => {
        Case {
            name: concat!(stringify!($service), "/", stringify!($method)),
            left: Left::$left,
            call: |mut $clients: Clients| Box::pin(async move { $call.await.map(drop) }),
        }
    };
}

/// A request with some of its fields; of changes, a key too.
macro_rules! of {
    ($request:path { $($field:ident: $value:expr),* }) => {
        { type Request = $request; Request { $($field: $value.into(),)* ..Default::default() } }
    };
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    vec![
        case!(FluxionService Match Undone |c| c.published.r#match(of!(published::MatchRequest { jobspec: JOBSPEC }))),
        case!(FluxionService Cancel Made |c| c.published.cancel(of!(published::CancelRequest { job_id: 1 }))),
        case!(GraphService ExportGraph Looked |c| c.graphs.export_graph(ExportGraphRequest::default())),
        case!(GraphService GetTime Looked |c| c.graphs.get_time(GetTimeRequest::default())),
        case!(JobService Match Undone |c| c.jobs.r#match(wanted(""))),
        case!(JobService Match Found |c| c.jobs.r#match(wanted("k"))),
        case!(JobService Cancel Found |c| c.jobs.cancel(of!(CancelRequest { job: id(1), request_key: "k" }))),
        case!(JobService PartialCancel Found |c| c.jobs.partial_cancel(of!(PartialCancelRequest { job: id(1), resources: jgf(&c.held), request_key: "k" }))),
        case!(JobService Retime Found |c| c.jobs.retime(of!(RetimeRequest { job: id(1), new_end: NewEnd::Duration(7), request_key: "k" }))),
        case!(JobService Update Found |c| c.jobs.update(of!(UpdateRequest { job_id: 7u64, duration: 1, resources: jgf(&c.free), request_key: "k" }))),
        case!(JobService ListJobs Looked |c| c.jobs.list_jobs(ListJobsRequest::default())),
        case!(JobService GetJob Looked |c| c.jobs.get_job(of!(GetJobRequest { job: id(1) }))),
        case!(InsightService Explain Looked |c| c.insight.explain(of!(ExplainRequest { subject: Some(Subject::Jobspec(JOBSPEC.to_owned())) }))),
        case!(InsightService Watch Looked |c| c.insight.watch(WatchRequest::default())),
        case!(CalendarService SetWindow Found |c| c.calendar.set_window(of!(SetWindowRequest { window: maintenance("v"), request_key: "k" }))),
        case!(CalendarService DropWindow Found |c| c.calendar.drop_window(of!(DropWindowRequest { name: "w", request_key: "k" }))),
        case!(CalendarService GetWindow Looked |c| c.calendar.get_window(of!(GetWindowRequest { name: "w" }))),
        case!(CalendarService ListWindows Looked |c| c.calendar.list_windows(ListWindowsRequest::default())),
        case!(ResourceService Find Looked |c| c.resources.find(of!(FindRequest { criteria: "status=up" }))),
        case!(ResourceService GetStatus Looked |c| c.resources.get_status(of!(GetStatusRequest { target: path("/cluster0") }))),
        case!(ResourceService SetStatus Found |c| c.resources.set_status(of!(SetStatusRequest { target: path("/cluster0"), status: Mark::Down, request_key: "k" }))),
        case!(ResourceService GetProperties Looked |c| c.resources.get_properties(of!(GetPropertiesRequest { path: "/cluster0" }))),
        case!(ResourceService SetProperty Found |c| c.resources.set_property(of!(SetPropertyRequest { path: "/cluster0", key: "p", request_key: "k" }))),
        case!(ResourceService Grow Found |c| c.resources.grow(of!(GrowRequest { jgf: THIRD, request_key: "k" }))),
        case!(ResourceService Shrink Found |c| c.resources.shrink(of!(ShrinkRequest { target: path("/cluster0/node1"), jobs: ShrinkJobs::Release, request_key: "k" }))),
        case!(ResourceService GetStats Looked |c| c.resources.get_stats(GetStatsRequest::default())),
    ]
}

/// Those that do not wait for a graph, or stream: each has a test of its own below, or where it says.
const OF_THEIR_OWN: [&str; 9] = [
    "FluxionService/Init",
    "GraphService/CreateGraph",
    "GraphService/DropGraph",
    // makes a graph of its own, which is not there yet, or is found by its name
    "GraphService/Fork",
    "GraphService/GetGraph",
    "GraphService/ListGraphs",
    // nothing is written where there is no journal
    "GraphService/SnapshotGraph",
    "JobService/MatchMany",
    // waits for no graph, and changes nothing
    "MaintenanceService/Backup",
];

#[test]
fn every_method_has_a_case() {
    let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap();
    let files = set.file.iter().filter(|file| file.package().starts_with("fluxion"));
    let services = files.flat_map(|file| &file.service);
    let methods = services.flat_map(|service| {
        service.method.iter().map(|method| format!("{}/{}", service.name(), method.name()))
    });
    let methods: BTreeSet<String> = methods.collect();
    let cases = cases().into_iter().map(|case| case.name.to_owned());
    let covered: BTreeSet<String> = cases.chain(OF_THEIR_OWN.map(str::to_owned)).collect();
    assert_eq!(methods, covered);
}

/// Asks a call to go as far as it can without its graph; it must wait for that.
#[track_caller]
fn begin(call: &mut Done) {
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(call.as_mut().poll(&mut task).is_pending());
}

#[tokio::test]
async fn a_client_that_leaves_before_its_turn_changes_nothing_unless_it_may_ask_again() {
    for Case { name, left, call } in cases() {
        let world = World::start().await;
        let before = world.state().await;
        let holders = Arc::strong_count(&world.registry);
        let open = world.graph.hold();
        let mut waiting = call(world.clients.clone());
        begin(&mut waiting);
        drop(waiting);
        open.send(()).unwrap();
        world.settle(holders).await;
        let after = world.state().await;
        assert!(call(world.clients.clone()).await.is_ok(), "{name}");
        if left == Left::Found {
            assert_eq!(after.revision, before.revision + 1, "{name}");
            assert_eq!(world.state().await, after, "{name}");
        } else {
            assert_eq!(after, before, "{name}, {left:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_leaves_before_its_answer_finds_its_change_again_or_holds_nothing() {
    for Case { name, left, call } in cases() {
        let world = World::start().await;
        let before = world.state().await;
        let holders = Arc::strong_count(&world.registry);
        let open = world.graph.hold();
        let mut served = call(world.clients.clone());
        begin(&mut served);
        open.send(()).unwrap();
        // its turn is over when the next one has come
        world.state().await;
        drop(served);
        world.settle(holders).await;
        let after = world.state().await;
        let again = call(world.clients.clone()).await;
        match left {
            Left::Looked => assert_eq!((&after, again.is_ok()), (&before, true), "{name}"),
            Left::Undone => {
                assert_eq!(
                    (after.live, after.revision),
                    (before.live, before.revision + 2),
                    "{name}"
                );
                assert!(again.is_ok(), "{name}: {again:?}");
            }
            Left::Found => {
                assert_eq!(after.revision, before.revision + 1, "{name}");
                assert!(again.is_ok(), "{name}: {again:?}");
                assert_eq!(world.state().await, after, "{name}");
            }
            Left::Made => {
                assert_eq!(after.revision, before.revision + 1, "{name}");
                assert_eq!(again.unwrap_err().code(), tonic::Code::NotFound, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn answers_of_a_stream_that_nobody_took_are_undone() {
    let mut world = World::start().await;
    let holders = Arc::strong_count(&world.registry);
    let (send, requests) = tokio::sync::mpsc::channel(4);
    send.send(wanted("")).await.unwrap();
    let requests = ReceiverStream::new(requests);
    let answers = world.clients.jobs.match_many(requests).await.unwrap();
    while world.state().await.live < 2 {
        tokio::task::yield_now().await;
    }
    drop((answers, send));
    world.settle(holders).await;
    assert_eq!(world.state().await.live, 1);
}

#[tokio::test]
async fn a_match_of_a_stream_whose_client_leaves_while_the_graph_is_busy_is_undone() {
    let mut world = World::start().await;
    let holders = Arc::strong_count(&world.registry);
    let open = world.graph.hold();
    let requests = tokio_stream::iter([wanted(""), wanted("")]);
    let answers = world.clients.jobs.match_many(requests).await.unwrap();
    tokio::task::yield_now().await;
    drop(answers);
    open.send(()).unwrap();
    world.settle(holders).await;
    assert_eq!(world.state().await.live, 1);
    assert!(world.clients.jobs.r#match(wanted("")).await.is_ok());
}

type Sender = tokio::sync::mpsc::Sender<CreateGraphRequest>;

/// The messages of a creation under a key, and what keeps the client there.
async fn creation(text: &str) -> (Sender, ReceiverStream<CreateGraphRequest>) {
    let (name, request_key) = ("half".to_owned(), "once".to_owned());
    let header = CreateGraphHeader { name, request_key, ..CreateGraphHeader::default() };
    let (send, requests) = tokio::sync::mpsc::channel(2);
    let text = create_graph_request::Part::Text(text.as_bytes().to_vec());
    for part in [create_graph_request::Part::Header(header), text] {
        send.send(CreateGraphRequest { part: Some(part) }).await.unwrap();
    }
    (send, ReceiverStream::new(requests))
}

#[tokio::test]
async fn a_graph_whose_client_leaves_half_way_is_not_created() {
    let mut world = World::start().await;
    let holders = Arc::strong_count(&world.registry);
    let (open, requests) = creation(&GRAPH[..100]).await;
    let events = world.clients.graphs.create_graph(requests).await.unwrap();
    tokio::task::yield_now().await;
    drop((events, open));
    world.settle(holders).await;
    assert_eq!(world.registry.graphs().len(), 1);
    let (_, requests) = creation(GRAPH).await;
    let again = world.clients.graphs.create_graph(requests).await.unwrap();
    let mut events = again.into_inner();
    while events.message().await.unwrap().is_some() {}
    assert_eq!(world.registry.graphs().len(), 2);
}

#[tokio::test]
async fn an_init_whose_client_leaves_is_carried_out() {
    let world = World::start().await;
    let holders = Arc::strong_count(&world.registry);
    let mut client = world.clients.published.clone();
    let init =
        published::InitRequest { jgf: GRAPH.to_owned(), ..published::InitRequest::default() };
    let mut call: Done = Box::pin(async move { client.init(init).await.map(drop) });
    begin(&mut call);
    drop(call);
    world.settle(holders).await;
    let graph = world.registry.graph(DEFAULT_GRAPH).unwrap();
    assert_eq!(graph.read(Cost::Cheap, |seen| GraphState::of(seen).live).await, Ok(0));
}

#[tokio::test]
async fn a_drop_does_not_wait_and_calls_that_do_are_told() {
    let mut world = World::start().await;
    let open = world.graph.hold();
    let mut jobs = world.clients.jobs.clone();
    let mut waiting: Done = Box::pin(async move { jobs.r#match(wanted("")).await.map(drop) });
    begin(&mut waiting);
    let name = DropGraphRequest { name: DEFAULT_GRAPH.to_owned(), ..DropGraphRequest::default() };
    world.clients.graphs.drop_graph(name).await.map(Response::into_inner).unwrap();
    // what keeps the graph busy is skipped, too, if it has not had its turn
    let _ = open.send(());
    assert_eq!(waiting.await.unwrap_err().code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn graphs_are_described_while_one_of_them_is_busy() {
    let mut world = World::start().await;
    let open = world.graph.hold();
    let listed = world.clients.graphs.list_graphs(ListGraphsRequest {}).await.unwrap();
    let got = world.clients.graphs.get_graph(GetGraphRequest::default()).await.unwrap();
    let got = got.into_inner();
    assert_eq!((got.live_jobs, got.vertices, got.edges, got.revision), (1, 3, 2, 5));
    assert_eq!(listed.into_inner().graphs, [got]);
    open.send(()).unwrap();
}
