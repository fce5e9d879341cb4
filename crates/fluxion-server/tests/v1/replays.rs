//! Requests that are repeated under their key.

use fluxion_server::Config;
use fluxion_server::proto::fluxion::v1::create_graph_response::Event;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, CreateGraphHeader, DropGraphRequest, Graph, ListGraphsRequest, MatchOperation,
    MatchRequest, SetPropertyRequest, SetStatusRequest, Status as Mark, Target, target,
};
use tonic::{Code, Status};

use crate::client::{V1, by_id, header, parts, refused, want};
use crate::fixture::cluster;

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_changes_nothing() {
    let mut v1 = V1::with(1, 3).await;
    let request = || MatchRequest { request_key: "r".to_owned(), ..want(1, "core") };
    let first = v1.ask(request()).await.unwrap();
    v1.take(1).await.unwrap();
    assert_eq!(v1.ask(request()).await.unwrap(), first);
    let same = MatchRequest { graph: "default".to_owned(), ..request() };
    assert_eq!(v1.ask(same).await.unwrap(), first);
    assert_eq!(v1.take(1).await.unwrap().job_id, 3);
    let other = MatchRequest { now: 1, ..request() };
    refused(v1.ask(other).await, Code::InvalidArgument, "request_key: ");
    let cancel =
        || CancelRequest { job: by_id(1), request_key: "c".to_owned(), ..CancelRequest::default() };
    let first = v1.jobs.cancel(cancel()).await.unwrap().into_inner();
    assert_eq!(v1.jobs.cancel(cancel()).await.unwrap().into_inner(), first);
    let other = CancelRequest { request_key: "r".to_owned(), ..cancel() };
    refused(v1.jobs.cancel(other).await, Code::InvalidArgument, "request_key: ");
}

#[tokio::test]
async fn a_failure_is_an_answer_too() {
    let mut v1 = V1::with(1, 1).await;
    let request = || MatchRequest { request_key: "r".to_owned(), ..want(2, "core") };
    let never = || MatchRequest {
        operation: MatchOperation::AllocateWithSatisfiability.into(),
        ..request()
    };
    refused(v1.ask(never()).await, Code::OutOfRange, "");
    refused(v1.ask(never()).await, Code::OutOfRange, "");
    refused(v1.ask(request()).await, Code::InvalidArgument, "request_key: ");
    assert_eq!(v1.take(1).await.unwrap().job_id, 2, "one number was spent");
}

#[tokio::test]
async fn that_nothing_is_free_is_not_remembered_under_a_key() {
    let mut v1 = V1::with(1, 1).await;
    v1.take(1).await.unwrap();
    let request = || MatchRequest { request_key: "r".to_owned(), ..want(1, "core") };
    refused(v1.ask(request()).await, Code::ResourceExhausted, "retry in 1s");
    let cancel = CancelRequest { job: by_id(1), ..CancelRequest::default() };
    v1.jobs.cancel(cancel).await.unwrap();
    let first = v1.ask(request()).await.unwrap();
    assert_eq!((first.job_id, v1.ask(request()).await.unwrap()), (3, first.clone()));
}

#[tokio::test]
async fn keys_are_remembered_per_graph() {
    let mut v1 = V1::with(1, 1).await;
    v1.create("other", &cluster(1, 1)).await.unwrap();
    for graph in ["default", "other"] {
        let key = "r".to_owned();
        let request = MatchRequest { graph: graph.to_owned(), request_key: key, ..want(1, "core") };
        assert_eq!(v1.ask(request).await.unwrap().revision, 2);
    }
}

#[tokio::test]
async fn concurrent_repeats_do_the_work_once() {
    let v1 = V1::with(1, 8).await;
    let request = || MatchRequest { request_key: "r".to_owned(), ..want(1, "core") };
    let calls = (0..8).map(|_| {
        let mut jobs = v1.jobs.clone();
        tokio::spawn(async move { jobs.r#match(request()).await.unwrap().into_inner().job_id })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 1);
    }
}

#[tokio::test]
async fn changes_of_resources_are_replayed() {
    let mut v1 = V1::with(1, 1).await;
    let path = "/cluster0/node0".to_owned();
    let mark = SetStatusRequest {
        target: Some(Target { target: Some(target::Target::Path(path.clone())) }),
        status: Mark::Down.into(),
        request_key: "s".to_owned(),
        ..SetStatusRequest::default()
    };
    let property = SetPropertyRequest {
        path,
        key: "k".to_owned(),
        request_key: "p".to_owned(),
        ..SetPropertyRequest::default()
    };
    for _ in 0..2 {
        let marked = v1.resources.set_status(mark.clone()).await.unwrap().into_inner();
        assert_eq!((marked.vertices, marked.revision), (1, 2));
        let set = v1.resources.set_property(property.clone()).await.unwrap().into_inner();
        assert_eq!((set.vertices, set.revision), (1, 3));
    }
}

fn keyed(name: &str, key: &str) -> CreateGraphHeader {
    CreateGraphHeader { request_key: key.to_owned(), ..header(name) }
}

async fn create(v1: &mut V1, header: CreateGraphHeader, text: &str) -> Result<Graph, Status> {
    let events = v1.send(parts(header, text.as_bytes(), 1000)).await?;
    match events.last().and_then(|event| event.event.clone()) {
        Some(Event::Graph(graph)) => Ok(graph),
        other => panic!("{other:?}"),
    }
}

fn dropped(name: &str, key: &str) -> DropGraphRequest {
    DropGraphRequest { name: name.to_owned(), request_key: key.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn a_repeated_creation_leaves_the_graph_with_its_jobs() {
    let mut v1 = V1::start(Config::default()).await;
    let text = cluster(1, 2);
    for (replace, job) in [(false, 1), (true, 3)] {
        let asked = || CreateGraphHeader { replace, ..keyed("default", &format!("{replace}")) };
        let first = create(&mut v1, asked(), &text).await.unwrap();
        assert_eq!((first.vertices, first.live_jobs, first.revision), (4, 0, 1));
        assert_eq!(v1.take(2).await.unwrap().job_id, job);
        let sized = CreateGraphHeader { text_bytes: text.len() as u64, ..asked() };
        assert_eq!(create(&mut v1, sized, &text).await.unwrap(), first);
        refused(v1.take(1).await, Code::ResourceExhausted, "retry in 1s");
    }
}

#[tokio::test]
async fn a_key_of_a_creation_stands_for_its_header_and_its_text() {
    let mut v1 = V1::start(Config::default()).await;
    let text = cluster(1, 2);
    create(&mut v1, keyed("a", "c"), &text).await.unwrap();
    let other_text = create(&mut v1, keyed("a", "c"), &cluster(1, 3)).await;
    refused(other_text, Code::InvalidArgument, "request_key: ");
    let other_name = create(&mut v1, keyed("b", "c"), &text).await;
    refused(other_name, Code::InvalidArgument, "request_key: ");
    let other_call = v1.graphs.drop_graph(dropped("a", "c")).await;
    refused(other_call, Code::InvalidArgument, "request_key: ");
    let other_key = create(&mut v1, keyed("a", "d"), &text).await;
    refused(other_key, Code::AlreadyExists, "graph a");
    let long = create(&mut v1, keyed("b", &"k".repeat(129)), &text).await;
    refused(long, Code::InvalidArgument, "header.request_key: ");
}

#[tokio::test]
async fn a_failed_creation_is_an_answer_too() {
    let mut v1 = V1::start(Config::default()).await;
    v1.create("a", &cluster(1, 1)).await.unwrap();
    for _ in 0..2 {
        let there = create(&mut v1, keyed("a", "c"), &cluster(1, 1)).await;
        refused(there, Code::AlreadyExists, "graph a");
        v1.graphs.drop_graph(dropped("a", "d")).await.unwrap();
    }
    assert!(create(&mut v1, keyed("a", "e"), &cluster(1, 1)).await.is_ok());
}

#[tokio::test]
async fn a_repeated_drop_spares_the_next_graph_of_that_name() {
    let mut v1 = V1::with(1, 1).await;
    v1.graphs.drop_graph(dropped("", "d")).await.unwrap();
    v1.create("default", &cluster(1, 1)).await.unwrap();
    v1.graphs.drop_graph(dropped("default", "d")).await.unwrap();
    assert_eq!(v1.take(1).await.unwrap().job_id, 1);
    let long = v1.graphs.drop_graph(dropped("default", &"k".repeat(129))).await;
    refused(long, Code::InvalidArgument, "request_key: ");
    for _ in 0..2 {
        let unknown = v1.graphs.drop_graph(dropped("other", "x")).await;
        refused(unknown, Code::NotFound, "graph other");
    }
}

#[tokio::test]
async fn concurrent_repeats_of_a_creation_load_once() {
    let v1 = V1::start(Config::default()).await;
    let text = cluster(4, 4);
    let calls = (0..8).map(|_| {
        let (mut graphs, text) = (v1.graphs.clone(), text.clone());
        tokio::spawn(async move {
            let asked = tokio_stream::iter(parts(keyed("a", "c"), text.as_bytes(), 1000));
            let mut events = graphs.create_graph(asked).await.unwrap().into_inner();
            let mut last = None;
            while let Some(event) = events.message().await.unwrap() {
                last = event.event;
            }
            last
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(matches!(call.await.unwrap(), Some(Event::Graph(Graph { revision: 1, .. }))));
    }
    let mut graphs = v1.graphs.clone();
    let listed = graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner().graphs;
    assert_eq!(listed.len(), 1);
}
