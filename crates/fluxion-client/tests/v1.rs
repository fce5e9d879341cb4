//! The full service against a real server, over a socket.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod in_process;

use std::io::{self, Read};
use std::time::Duration;

use fluxion_client::v1::{
    Clock, Error, ExplainRequest, ExportFormat, Graph, JobState, MatchOperation, MatchOutcome,
    MatchRequest, NewEnd, NewGraph, Preempt, PreemptionOutcome, Progress, Reach, ResourceFormat,
    ResourceSet, Server, ShrinkJobs, Status, UpdateRequest, Verdict, Vertices,
};
use fluxion_client::{Code, Credentials, Options};
use in_process::with_server;

const CLUSTER: &str = include_str!("../../../examples/cluster.json");
const NODE2: &str = include_str!("../../../examples/node2.json");
const JOBSPEC: &str = include_str!("../../../examples/jobspec.yaml");
const TWO_NODES: &str = include_str!("../../../examples/two_nodes.yaml");

async fn connected(target: &str) -> Result<Server, Error> {
    Server::connect(target, Options::default()).await
}

async fn loaded(target: &str) -> Result<Graph, Error> {
    let new = NewGraph::named("tiny").with_policy("lonode");
    connected(target).await?.create_graph(new, CLUSTER.as_bytes()).await
}

/// Asserts code and message.
#[track_caller]
fn fails<T: std::fmt::Debug>(result: Result<T, Error>, code: Code, part: &str) -> Error {
    let error = result.unwrap_err();
    assert_eq!(error.code(), Some(code), "{error}");
    assert!(error.to_string().contains(part), "{part:?} is not in {error}");
    error
}

fn path(path: &str) -> Vertices {
    Vertices::Path(path.to_owned())
}

#[test]
fn a_call_has_the_name_that_it_was_given_or_gets_one() {
    with_server(async |target| {
        let server = connected(target).await?;
        let name = async |server: &Server| {
            let error = server.graph("nowhere").describe().await.unwrap_err();
            error.failure().and_then(|failure| failure.request_id.clone()).unwrap()
        };
        assert_eq!(name(&server.with_request_id("nightly 17")?).await, "nightly 17");
        assert_ne!(name(&server).await, name(&server).await);
        for unusable in ["", "a\nb", "ü", &"x".repeat(65)] {
            fails(server.with_request_id(unusable), Code::InvalidArgument, "expected 1 to 64");
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn jobs_are_retimed_and_graphs_tell_the_time() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let job = graph.match_jobspec(MatchRequest::of(JOBSPEC)).await?.job_id;
        let ends = async |end: NewEnd| graph.retime(job, end).await.map(|done| done.end);
        assert_eq!(ends(NewEnd::Duration(60)).await?, 60);
        assert_eq!(ends(NewEnd::LaterBy(-10)).await?, 50);
        assert_eq!(ends(NewEnd::End(100)).await?, 100);
        fails(ends(NewEnd::End(0)).await, Code::InvalidArgument, "expected an end after the start");
        let time = graph.time().await?;
        assert_eq!((time.clock(), time.now), (Clock::Manual, 0));
        Ok::<(), Error>(())
    });
}

#[tokio::test]
async fn who_is_to_vouch_for_a_server_needs_a_certificate() {
    let credentials =
        Credentials { authorities: Some("no PEM".to_owned()), ..Credentials::default() };
    let options = Options { credentials, ..Options::default() };
    let error = Server::connect("https://127.0.0.1:1", options).await.unwrap_err();
    assert!(error.to_string().contains("has no certificate in PEM"), "{error}");
}

#[test]
fn graphs_come_and_go() {
    with_server(async |target| {
        let server = connected(target).await?;
        let mut seen = Vec::new();
        let text = CLUSTER.as_bytes();
        let graph =
            server.create_graph_with(NewGraph::named("a"), text, |step| seen.push(step)).await?;
        assert_eq!(seen, [Progress::Received(0), Progress::Loading(CLUSTER.len() as u64)]);
        let again = server.create_graph(NewGraph::named("a"), text).await;
        let error = fails(again, Code::AlreadyExists, "`a`");
        assert_eq!(error.failure().unwrap().resource(), Some(("graph", "a")));
        server.create_graph(NewGraph::named("a").replacing(), text).await?;
        let exported = graph.export(ExportFormat::Jgf).await?;
        server.create_graph(NewGraph::named("b"), io::Cursor::new(exported.text)).await?;
        let names: Vec<_> = server.graphs().await?.into_iter().map(|info| info.name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(server.graph("b").describe().await?.vertices, graph.describe().await?.vertices);
        graph.drop_graph().await?;
        fails(graph.describe().await, Code::NotFound, "`a`");
        Ok::<_, Error>(())
    });
}

/// Yields a text, and then fails.
struct Broken(&'static [u8]);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the disk is gone")),
            read => Ok(read),
        }
    }
}

#[test]
fn a_text_that_cannot_be_read_creates_nothing() {
    with_server(async |target| {
        let server = connected(target).await?;
        let created = server.create_graph(NewGraph::named("a"), Broken(CLUSTER.as_bytes())).await;
        let text = created.unwrap_err().to_string();
        assert_eq!(text, "cannot read the text of the graph: the disk is gone");
        assert_eq!(server.graphs().await?, []);
        let cut = server.create_graph(NewGraph::named("a"), &b"{"[..]).await;
        let error = fails(cut, Code::InvalidArgument, "line 1");
        let violations = error.failure().unwrap().violations();
        assert_eq!(violations.first().map(|one| one.field.as_str()), Some("text"));
        Ok::<_, Error>(())
    });
}

#[test]
fn jobs_by_number_and_by_key() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let request = MatchRequest::of(TWO_NODES).with_job_key("both").with_request_key("once");
        let both = graph.match_jobspec(request.clone()).await?;
        assert_eq!((both.job_id, both.outcome()), (1, MatchOutcome::Allocated));
        assert_eq!(graph.match_jobspec(request).await?, both);
        let refused = graph.match_jobspec(MatchRequest::of(JOBSPEC)).await;
        let error = fails(refused, Code::ResourceExhausted, "nothing that fits is free now");
        assert!(error.failure().unwrap().retry_after().is_some());
        let later = MatchRequest::of(JOBSPEC)
            .with_operation(MatchOperation::AllocateOrelseReserve)
            .with_resource_format(ResourceFormat::Simple)
            .with_policy("high");
        let later = graph.match_jobspec(later).await?;
        assert_eq!((later.at, later.outcome()), (3600, MatchOutcome::Reserved));
        let states: Vec<_> = graph.jobs(&[]).await?.iter().map(|job| job.state()).collect();
        assert!(states.starts_with(&[JobState::Allocated]), "{states:?}");
        assert_eq!(graph.jobs(&[JobState::Reserved]).await?.len(), 1);
        let job = graph.job("both").await?;
        assert!(job.resources.is_some_and(|set| set.text.contains("node1")));
        graph.cancel("both").await?;
        fails(graph.cancel(77).await, Code::NotFound, "77");
        Ok::<_, Error>(())
    });
}

#[test]
fn a_refused_match_tells_why_and_who_would_have_to_go() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        graph.match_jobspec(MatchRequest::of(TWO_NODES)).await?;
        let refused = graph.match_jobspec(MatchRequest::of(JOBSPEC).explained()).await;
        let error = fails(refused, Code::ResourceExhausted, "nothing that fits is free now");
        let why = error.failure().and_then(|failure| failure.explanation.as_deref()).unwrap();
        assert_eq!((why.verdict(), why.at, why.blockers[0].job_id), (Verdict::FitsLater, 3600, 1));
        let gone = async |preempt: Preempt| {
            let request = ExplainRequest::of(JOBSPEC).with_preempt(preempt);
            let told = graph.explain(request).await?.preemption.unwrap_or_default();
            let jobs: Vec<_> = told.jobs.iter().map(|job| job.job_id).collect();
            Ok::<_, Error>((told.outcome(), jobs, told.total_cost))
        };
        let needed = (PreemptionOutcome::Needed, vec![1], 4);
        assert_eq!(gone(Preempt::listed().with_cost(1, 4)).await?, needed);
        let in_vain = (PreemptionOutcome::InVain, vec![], 0);
        assert_eq!(gone(Preempt::any(1).without(1)).await?, in_vain);
        Ok::<(), Error>(())
    });
}

#[test]
fn more_jobs_than_a_page_holds() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let requests = std::iter::repeat_with(|| {
            MatchRequest::of(JOBSPEC).with_operation(MatchOperation::AllocateOrelseReserve)
        });
        let mut matches = graph.match_many(tokio_stream::iter(requests.take(1100))).await?;
        while let Some(matched) = matches.next().await? {
            matched.unwrap();
        }
        let jobs = graph.jobs(&[]).await?;
        assert!(jobs.iter().map(|job| job.job_id).eq(1..=1100));
        Ok::<_, Error>(())
    });
}

#[test]
fn a_stream_goes_on_after_a_failure() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let requests = [TWO_NODES, JOBSPEC, "version: ["].map(MatchRequest::of);
        let mut matches = graph.match_many(tokio_stream::iter(requests)).await?;
        let mut failures = Vec::new();
        while let Some(matched) = matches.next().await? {
            failures.extend(matched.err());
        }
        let [full, wrong] = failures.try_into().unwrap();
        let retry = Some(Duration::from_secs(1));
        assert_eq!((full.code, full.retry_after()), (Code::ResourceExhausted, retry));
        assert_eq!((wrong.code, wrong.violations().len()), (Code::InvalidArgument, 1));
        let single = graph.match_jobspec(MatchRequest::of("version: [")).await.unwrap_err();
        let single = &single.failure().unwrap().details;
        assert_eq!(format!("{single:?}"), format!("{:?}", wrong.details));
        Ok::<_, Error>(())
    });
}

#[test]
fn what_was_chosen_can_be_booked_again() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let chosen = graph.match_jobspec(MatchRequest::of(JOBSPEC)).await?.resources.unwrap();
        graph.cancel(1).await?;
        let again = UpdateRequest {
            job_id: 9,
            resources: Some(chosen.clone()),
            duration: 60,
            ..UpdateRequest::default()
        };
        assert_eq!(graph.update(again.clone()).await?.job_id, 9);
        fails(graph.update(again).await, Code::AlreadyExists, "9");
        let set = ResourceSet::of(ResourceFormat::JgfFull, chosen.text);
        let shared = graph.partial_cancel(9, set).await;
        fails(shared, Code::FailedPrecondition, "does not hold node0 for itself");
        Ok::<_, Error>(())
    });
}

#[test]
fn resources_change() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        assert_eq!(graph.grow(NODE2).await?.vertices, 4);
        let node = "/tiny0/rack0/node2";
        let marked = graph.set_status(path(node), Status::Down, Reach::Subtree).await?;
        assert_eq!(marked.vertices, 4);
        assert_eq!(graph.status(path(node)).await?.vertices[0].status(), Status::Down);
        let found = graph.find("status=down", 0).await?.resources.unwrap();
        assert!(found.text.contains(node) && !found.text.contains("node1"));
        graph.set_property(node, "disk", "ssd").await?;
        assert_eq!(graph.properties(node).await?.properties["disk"], "ssd");
        assert_eq!(graph.stats().await?.vertices_by_type["node"], 3);
        assert_eq!(graph.shrink(path(node), ShrinkJobs::Refuse).await?.vertices, 4);
        fails(graph.status(Vertices::Ranks("4711".to_owned())).await, Code::NotFound, "4711");
        Ok::<_, Error>(())
    });
}

#[test]
fn repeats_with_a_key_change_nothing() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let keyed = |key: &str| graph.with_request_key(key);
        for _ in 0..2 {
            let matched = keyed("match").match_jobspec(MatchRequest::of(JOBSPEC)).await?;
            assert_eq!((matched.job_id, matched.revision), (1, 2));
            assert_eq!(keyed("cancel").cancel(1).await?.revision, 3);
            assert_eq!(keyed("grow").grow(NODE2).await?.revision, 4);
            let node = path("/tiny0/rack0/node2");
            let keyed_graph = keyed("down");
            let down = keyed_graph.set_status(node.clone(), Status::Down, Reach::Vertices);
            assert_eq!(down.await?.revision, 5);
            assert_eq!(keyed("set").set_property("/tiny0", "a", "b").await?.revision, 6);
            assert_eq!(keyed("shrink").shrink(node, ShrinkJobs::Refuse).await?.revision, 7);
        }
        fails(keyed("cancel").cancel(2).await, Code::InvalidArgument, "expected a new key");
        let own = MatchRequest::of(JOBSPEC).with_request_key("own");
        assert_eq!(keyed("match").match_jobspec(own).await?.job_id, 2);
        Ok::<_, Error>(())
    });
}
