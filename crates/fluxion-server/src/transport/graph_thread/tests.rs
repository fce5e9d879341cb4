//! Of the handle, with its thread.

use std::sync::mpsc;

use fluxion_context::{JobId, LoadFormat, MatchOperation, Wanted};
use fluxion_store::{Command, RequestId};

use super::*;
use crate::Config;
use crate::test_graph::{GRAPH, JOBSPEC};
use crate::transport::seen::Seen;
use crate::transport::served_graph::Bounds;

/// Four million vertices.
const MILLIONS: &str = r#"{"version": 1, "execution": {"R_lite":
    [{"rank": "0-3999", "children": {"core": "0-999"}}], "nodelist": ["n[0-3999]"], "starttime": 0, "expiration": 0}}"#;

async fn graph(limits: Bounds) -> GraphThread {
    let options = Config::default().options("");
    GraphThread::load(Upload::new(GRAPH.to_owned(), options), Home::of_test(limits)).await.unwrap()
}

/// Keeps the graph busy for as long as its budget lasts.
async fn spin(graph: &GraphThread, begun: mpsc::Sender<()>) -> Result<(), Stopped> {
    let spin = move |seen: Seen<'_>| {
        begun.send(()).unwrap();
        while !seen.budget.is_stopped() {
            thread::yield_now();
        }
    };
    graph.read(Cost::Cheap, spin).await
}

/// Lets a future run until it waits for something.
pub(super) async fn begin<T>(future: &mut (impl Future<Output = T> + Unpin)) {
    tokio::select! { biased; _ = future => {}, () = async {} => {} }
}

/// A graph went on for a minute after a deadline of a second.
#[tokio::test]
async fn what_nobody_waits_for_any_more_is_stopped() {
    let graph = graph(Bounds::default()).await;
    let (begun, running) = mpsc::channel();
    let mut call = Box::pin(spin(&graph, begun));
    begin(&mut call).await;
    running.recv().unwrap();
    drop(call);
    assert_eq!(graph.read(Cost::Cheap, |_| ()).await, Ok(()));
}

#[tokio::test]
async fn a_client_that_floods_a_busy_graph_is_refused_and_the_others_are_not() {
    let graph = graph(Bounds { queue: 2, ..Bounds::default() }).await;
    let (begun, running) = mpsc::channel();
    let mut busy = Box::pin(spin(&graph, begun));
    begin(&mut busy).await;
    // from now on it waits no more
    running.recv().unwrap();
    let of = |number| {
        graph.clone().from(Origin { party: number, connection: number }, AskedBy::default())
    };
    let (flood, other) = (of(1), of(2));
    let mut calls: Vec<_> =
        [&flood, &flood, &other].map(|graph| Box::pin(graph.read(Cost::Cheap, |_| ()))).into();
    for call in &mut calls {
        begin(call).await;
    }
    assert_eq!(flood.read(Cost::Dear, |_| ()).await, Err(Stopped::Crowded(2)));
    assert_eq!(other.read(Cost::Cheap, |_| ()).await, Err(Stopped::Crowded(2)));
    drop(busy);
    for call in calls {
        assert_eq!(call.await, Ok(()));
    }
    assert_eq!(flood.read(Cost::Cheap, |_| ()).await, Ok(()));
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_stopped() {
    let limit = Duration::from_millis(20);
    let graph = graph(Bounds { call: limit, ..Bounds::default() }).await;
    let (begun, _running) = mpsc::channel();
    assert_eq!(spin(&graph, begun).await, Err(Stopped::TooLong(limit)));
}

#[tokio::test]
async fn what_has_its_turn_is_stopped_when_its_graph_is_dropped() {
    let graph = graph(Bounds::default()).await;
    let (begun, running) = mpsc::channel();
    let mut call = Box::pin(spin(&graph, begun));
    begin(&mut call).await;
    running.recv().unwrap();
    graph.retire();
    assert_eq!(call.await, Ok(()));
    assert_eq!(graph.read(Cost::Cheap, |_| ()).await, Err(Stopped::Dropped));
}

#[tokio::test]
async fn a_request_with_a_key_goes_on_without_its_client_and_any_other_does_not() {
    let graph = graph(Bounds::default()).await;
    let open = graph.hold();
    for id in [None, Some(RequestId { key: "k".into(), fingerprint: 1 })] {
        let command = Command::Match {
            operation: MatchOperation::Allocate,
            jobspec: JOBSPEC.to_owned(),
            now: 0,
            wanted: Wanted::default(),
            job_key: String::new(),
        };
        let mut call = Box::pin(graph.execute(KeyedCommand { id, command }));
        begin(&mut call).await;
    }
    let mut jobs = Box::pin(graph.read(Cost::Cheap, |seen| seen.store.context().live_jobs()));
    begin(&mut jobs).await;
    open.send(()).unwrap();
    assert_eq!(jobs.await, Ok(1));
}

/// A graph whose thread has nothing to do.
pub(super) async fn idle(text: &str, options: Options) -> GraphThread {
    let home = Home::of_test(Bounds::default());
    let loaded = GraphThread::load(Upload::new(text.to_owned(), options), home);
    let graph = loaded.await.unwrap();
    while graph.queue.turn_at_once(Origin::SERVER).is_none() {
        thread::yield_now();
    }
    graph
}

pub(super) fn request(jobspec: &str) -> KeyedCommand {
    let command = Command::Match {
        operation: MatchOperation::Allocate,
        jobspec: jobspec.to_owned(),
        now: 0,
        wanted: Wanted::default(),
        job_key: String::new(),
    };
    KeyedCommand { id: None, command }
}

fn job(answer: Result<Result<Done, RequestError>, Stopped>) -> Result<JobId, String> {
    let done = answer.unwrap().map_err(|error| error.to_string())?;
    done.booking.unwrap().keep();
    match done.answered.answer {
        fluxion_store::Answer::Matched(matched) => Ok(matched.job),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_brief_call_waits_for_no_thread() {
    let graph = idle(GRAPH, Config::default().options("")).await;
    let mut call = Box::pin(graph.execute(request(JOBSPEC)));
    let answer = tokio::select! {
        biased;
        answer = &mut call => Some(answer),
        () = async {} => None,
    };
    assert_eq!(answer.map(job), Some(Ok(JobId(1))));
}

#[tokio::test]
async fn a_call_that_is_not_brief_is_made_on_the_thread_and_leaves_no_other_trace() {
    const NODES: &str = r#"{"version": 1, "execution": {"R_lite":
        [{"rank": "0-299", "children": {"core": "0-9"}}], "nodelist": ["n[0-299]"], "starttime": 0, "expiration": 0}}"#;
    let options = Options { load_format: LoadFormat::Rv1exec, ..Config::default().options("") };
    let graph = idle(NODES, options).await;
    let jobspec = JOBSPEC.replacen("\"count\": 1", "\"count\": 300", 1);
    assert_eq!(job(graph.execute(request(&jobspec)).await), Ok(JobId(1)));
    let look = |seen: Seen<'_>| (*seen.figures, seen.store.context().visits());
    let (figures, visits) = graph.read(Cost::Cheap, look).await.unwrap();
    assert_eq!((figures.succeeded, figures.failed), (1, 0));
    assert!(visits.preorder + visits.postorder > 256, "{visits:?}");
}

#[tokio::test]
async fn a_fault_in_a_brief_call_ends_the_graph() {
    let graph = idle(GRAPH, Config::default().options("")).await;
    let work = Work::Look(Box::new(|_| panic!("a fault made by this test")));
    graph.enter_brief(work.into()).unwrap();
    assert_eq!(graph.read(Cost::Cheap, |_| ()).await, Err(Stopped::Fault));
    assert_eq!(graph.execute(request(JOBSPEC)).await.unwrap_err(), Stopped::Fault);
}

#[tokio::test]
async fn a_load_that_takes_too_long_is_stopped() {
    let limit = Duration::from_millis(1);
    let limits = Bounds { load: limit, ..Bounds::default() };
    let load_format = LoadFormat::Rv1exec;
    let options = Options { load_format, ..Config::default().options("") };
    let loaded =
        GraphThread::load(Upload::new(MILLIONS.to_owned(), options), Home::of_test(limits)).await;
    let expected = StartError::Stopped(Stopped::TooLong(limit));
    assert_eq!(loaded.unwrap_err().to_string(), expected.to_string());
}
