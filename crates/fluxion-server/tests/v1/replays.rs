//! Requests that are repeated under their key.

use fluxion_server::proto::fluxion::v1::{
    CancelRequest, MatchRequest, SetPropertyRequest, SetStatusRequest, Status as Mark, Target,
    target,
};
use tonic::Code;

use crate::client::{V1, by_id, refused, want};
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
    v1.take(1).await.unwrap();
    let request = || MatchRequest { request_key: "r".to_owned(), ..want(1, "core") };
    refused(v1.ask(request()).await, Code::ResourceExhausted, "retry in 1s");
    let cancel = CancelRequest { job: by_id(1), ..CancelRequest::default() };
    v1.jobs.cancel(cancel).await.unwrap();
    refused(v1.ask(request()).await, Code::ResourceExhausted, "retry in 1s");
    assert_eq!(v1.take(1).await.unwrap().job_id, 3);
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
