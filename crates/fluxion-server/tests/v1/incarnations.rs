//! Loads of a graph are told apart: each answer says which it is from, and a change may say which it is for.

use fluxion_server::proto::fluxion::v1::{
    CancelRequest, CreateGraphHeader, DropGraphRequest, ExportGraphRequest, FindRequest,
    GetGraphRequest, GetStatsRequest, Graph, GrowRequest, ListJobsRequest, MatchRequest,
    SetPropertyRequest,
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::client::{V1, by_id, header, parts, refused, want};
use crate::fixture::cluster;

const PATH: &str = "/cluster0/node0";

async fn load(v1: &mut V1, header: CreateGraphHeader) -> Result<Graph, Status> {
    use fluxion_server::proto::fluxion::v1::create_graph_response::Event;
    let events = v1.send(parts(header, cluster(1, 2).as_bytes(), 1000)).await?;
    match events.last().and_then(|event| event.event.clone()) {
        Some(Event::Graph(graph)) => Ok(graph),
        other => panic!("{other:?}"),
    }
}

async fn incarnation(v1: &mut V1) -> String {
    v1.graphs.get_graph(GetGraphRequest::default()).await.unwrap().into_inner().incarnation
}

/// A graph, its incarnation, and that of the graph which had its name before.
async fn reloaded() -> (V1, String, String) {
    let mut v1 = V1::with(1, 2).await;
    let old = incarnation(&mut v1).await;
    let new =
        load(&mut v1, CreateGraphHeader { replace: true, ..header("default") }).await.unwrap();
    assert_ne!(new.incarnation, old);
    (v1, new.incarnation, old)
}

#[tokio::test]
async fn every_answer_tells_of_which_incarnation_it_is() {
    let mut v1 = V1::with(1, 2).await;
    let expected = incarnation(&mut v1).await;
    assert_eq!(expected.len(), 16);
    let matched = v1.take(1).await.unwrap().incarnation;
    let jobs = v1.jobs.list_jobs(ListJobsRequest::default()).await.unwrap().into_inner();
    let criteria = "status=up".to_owned();
    let found = v1.resources.find(FindRequest { criteria, ..Default::default() }).await.unwrap();
    let stats = v1.resources.get_stats(GetStatsRequest::default()).await.unwrap();
    let set =
        SetPropertyRequest { path: PATH.to_owned(), key: "k".to_owned(), ..Default::default() };
    let set = v1.resources.set_property(set).await.unwrap();
    let export = v1.graphs.export_graph(ExportGraphRequest::default()).await.unwrap();
    let piece = export.into_inner().message().await.unwrap().unwrap();
    let cancel = CancelRequest { job: by_id(1), ..Default::default() };
    let cancelled = v1.jobs.cancel(cancel).await.unwrap();
    let told = [
        matched,
        jobs.incarnation,
        found.into_inner().incarnation,
        stats.into_inner().incarnation,
        set.into_inner().incarnation,
        piece.incarnation,
        cancelled.into_inner().incarnation,
    ];
    assert_eq!(told.iter().find(|&told| *told != expected), None);
}

#[tokio::test]
async fn a_change_for_another_incarnation_is_refused_whatever_else_it_says() {
    let (mut v1, new, old) = reloaded().await;
    let ask =
        |incarnation: &str| MatchRequest { incarnation: incarnation.to_owned(), ..want(1, "core") };
    let status = v1.ask(ask(&old)).await.unwrap_err();
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.reason, "OTHER_INCARNATION");
    assert_eq!((&info.metadata["expected"], &info.metadata["found"]), (&old, &new));
    assert!(status.message().contains(&old) && status.message().contains(&new), "{status:?}");
    let grow = GrowRequest { incarnation: old, ..Default::default() };
    refused(v1.resources.grow(grow).await, Code::FailedPrecondition, "OTHER_INCARNATION default");
    assert_eq!(v1.ask(ask(&new)).await.unwrap().job_id, 1);
    refused(v1.ask(ask("yesterday")).await, Code::InvalidArgument, "incarnation: `yesterday`");
}

#[tokio::test]
async fn a_request_key_is_not_answered_from_an_earlier_incarnation() {
    let mut v1 = V1::with(1, 2).await;
    let incarnation = incarnation(&mut v1).await;
    let plain = MatchRequest { request_key: "plain".to_owned(), ..want(1, "core") };
    let meant = MatchRequest { request_key: "meant".to_owned(), incarnation, ..want(1, "core") };
    assert_eq!(v1.ask(plain.clone()).await.unwrap().job_id, 1);
    assert_eq!(v1.ask(meant.clone()).await.unwrap().job_id, 2);
    load(&mut v1, CreateGraphHeader { replace: true, ..header("default") }).await.unwrap();
    assert_eq!(v1.ask(plain).await.unwrap().job_id, 3, "carried out anew");
    refused(v1.ask(meant).await, Code::FailedPrecondition, "OTHER_INCARNATION default");
}

#[tokio::test]
async fn a_graph_that_was_loaded_anew_is_neither_dropped_nor_replaced() {
    let (mut v1, new, old) = reloaded().await;
    let replacing = |incarnation: &str| CreateGraphHeader {
        replace: true,
        incarnation: incarnation.to_owned(),
        ..header("default")
    };
    let other = "OTHER_INCARNATION default";
    refused(load(&mut v1, replacing(&old)).await, Code::FailedPrecondition, other);
    let last = load(&mut v1, replacing(&new)).await.unwrap().incarnation;
    let drop = |incarnation: &str| DropGraphRequest {
        incarnation: incarnation.to_owned(),
        request_key: incarnation.to_owned(),
        ..Default::default()
    };
    refused(v1.graphs.drop_graph(drop(&new)).await, Code::FailedPrecondition, other);
    for _ in 0..2 {
        v1.graphs.drop_graph(drop(&last)).await.unwrap();
    }
    refused(load(&mut v1, replacing(&last)).await, Code::FailedPrecondition, other);
    let unsaid = CreateGraphHeader { replace: false, ..replacing(&last) };
    refused(load(&mut v1, unsaid).await, Code::InvalidArgument, "header.incarnation: ");
}
