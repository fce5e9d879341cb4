//! Many matches over one stream.

use fluxion_server::proto::fluxion::v1::match_many_response::Result as Answered;
use fluxion_server::proto::fluxion::v1::{MatchRequest, MatchResponse};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::Code;

use crate::client::{V1, refused, want};

/// The number of the job, or the code of the failure.
async fn ask(v1: &mut V1, requests: Vec<MatchRequest>) -> Vec<Result<u64, Code>> {
    let mut answers = v1.jobs.match_many(tokio_stream::iter(requests)).await.unwrap().into_inner();
    let mut found = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        found.push(match answer.result.unwrap() {
            Answered::Match(MatchResponse { job_id, .. }) => Ok(job_id),
            Answered::Failure(failure) => Err(Code::from_i32(failure.code)),
        });
    }
    found
}

#[tokio::test]
async fn answers_come_in_order_and_a_failure_does_not_end_them() {
    let mut v1 = V1::with(1, 3).await;
    let named = |graph: &str| MatchRequest { graph: graph.to_owned(), ..want(1, "core") };
    let requests = vec![
        want(1, "core"),
        want(1, "warp_core"),
        named("default"),
        want(2, "core"),
        named("other"),
        want(1, "core"),
    ];
    let expected = [
        Ok(1),
        Err(Code::InvalidArgument),
        Ok(2),
        Err(Code::ResourceExhausted),
        Err(Code::InvalidArgument),
        Ok(4),
    ];
    assert_eq!(ask(&mut v1, requests).await, expected);
    assert_eq!(ask(&mut v1, Vec::new()).await, []);
}

#[tokio::test]
async fn an_unknown_graph_ends_the_stream() {
    let mut v1 = V1::with(1, 1).await;
    let request = MatchRequest { graph: "x".to_owned(), ..want(1, "core") };
    let requests = tokio_stream::iter([request]);
    let mut answers = v1.jobs.match_many(requests).await.unwrap().into_inner();
    refused(answers.message().await, Code::NotFound, "graph x");
}

#[tokio::test]
async fn an_answer_that_arrived_stays_when_the_client_leaves() {
    let mut v1 = V1::with(1, 1).await;
    let (send, requests) = mpsc::unbounded_channel();
    send.send(want(1, "core")).unwrap();
    let requests = UnboundedReceiverStream::new(requests);
    let mut answers = v1.jobs.match_many(requests).await.unwrap().into_inner();
    answers.message().await.unwrap().unwrap();
    drop((answers, send));
    refused(v1.take(1).await, Code::ResourceExhausted, "retry in 1s");
}
