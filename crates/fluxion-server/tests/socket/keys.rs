//! Keys in the metadata of the three calls.

use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::v1::job_service_client::JobServiceClient;
use fluxion_server::proto::fluxion::v1::{GetJobRequest, JobReference, job_reference};
use fluxion_server::proto::fluxion::{CancelRequest, MatchRequest};
use tonic::{Code, Request};

use crate::fixture::{job, start_with};

/// A message with a key under a name.
fn keyed<T>(message: T, name: &'static str, key: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(name, key.parse().unwrap());
    request
}

fn wanted() -> MatchRequest {
    MatchRequest { jobspec: job(1, "core"), ..MatchRequest::default() }
}

#[tokio::test]
async fn a_job_is_found_again_by_a_key_in_the_metadata() {
    let (server, _client) = start_with(1, 2).await;
    let channel = server.channel().await;
    let mut calls = FluxionServiceClient::new(channel.clone());
    let request = || keyed(wanted(), "fluxion-job-key", "mine");
    let made = calls.r#match(request()).await.unwrap().into_inner().jobid;
    let again = calls.r#match(request()).await.unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists, "{again:?}");
    let reference = Some(job_reference::Reference::JobKey("mine".to_owned()));
    let job = Some(JobReference { reference });
    let found = JobServiceClient::new(channel);
    let found = found.clone().get_job(GetJobRequest { job, ..GetJobRequest::default() }).await;
    assert_eq!(found.unwrap().into_inner().job_id as i64, made);
}

#[tokio::test]
async fn a_call_with_a_key_in_the_metadata_is_carried_out_once() {
    let (server, mut client) = start_with(1, 2).await;
    let mut calls = FluxionServiceClient::new(server.channel().await);
    let name = "fluxion-request-key";
    let first = calls.r#match(keyed(wanted(), name, "once")).await.unwrap().into_inner();
    let again = calls.r#match(keyed(wanted(), name, "once")).await.unwrap().into_inner();
    assert_eq!(again, first);
    let other = MatchRequest { request: "satisfiability".to_owned(), ..wanted() };
    let other = calls.r#match(keyed(other, name, "once")).await.unwrap_err();
    assert_eq!(other.code(), Code::InvalidArgument, "{other:?}");
    let cancel = || keyed(CancelRequest { job_id: first.jobid }, name, "end");
    calls.cancel(cancel()).await.unwrap();
    calls.cancel(cancel()).await.unwrap();
    assert_eq!(client.allocate(&job(2, "core")).await.unwrap().jobid, first.jobid + 1);
}

#[tokio::test]
async fn a_key_in_the_metadata_that_cannot_be_used_is_named() {
    let (server, _client) = start_with(1, 1).await;
    let mut calls = FluxionServiceClient::new(server.channel().await);
    let long = "k".repeat(129);
    for name in ["fluxion-job-key", "fluxion-request-key"] {
        let refused = calls.r#match(keyed(wanted(), name, &long)).await.unwrap_err();
        let message = format!("{name}: 129 bytes: expected at most 128");
        assert_eq!((refused.code(), refused.message()), (Code::InvalidArgument, &*message));
    }
}
