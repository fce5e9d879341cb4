//! One client that has too many streams, or makes too many calls, is refused, and the others are not.

use fluxion_server::{Config, Limits};
use tonic::transport::Channel;
use tonic::{Code, Status, Streaming};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_types::StatusExt as _;

use crate::fixture::{TestServer, job};

async fn server(limits: Limits) -> TestServer {
    TestServer::start(Config { limits, ..Config::default() }).await
}

type Watched = Result<Streaming<HealthCheckResponse>, Status>;

async fn watch(health: &mut HealthClient<Channel>) -> Watched {
    health.watch(HealthCheckRequest::default()).await.map(tonic::Response::into_inner)
}

#[track_caller]
fn refused<T>(result: Result<T, Status>, option: &str, limit: &str) {
    let status = result.map(drop).unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert!(status.message().contains(option), "{status:?}");
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!((&*info.reason, &*info.metadata["limit"]), ("STREAMS", limit));
    assert!(details.retry_info().is_some());
}

#[tokio::test]
async fn streams_have_a_limit_for_each_and_for_all() {
    let limits = Limits { streams: 3, streams_of_one: 2, ..Limits::default() };
    let server = server(limits).await;
    // on this machine each connection is a client of its own
    let mut one = HealthClient::new(server.channel().await);
    let mut other = HealthClient::new(server.channel().await);
    let first = watch(&mut one).await.unwrap();
    let _second = watch(&mut one).await.unwrap();
    refused(watch(&mut one).await, "(the server's --max-streams-per-principal)", "2");
    let _third = watch(&mut other).await.unwrap();
    refused(watch(&mut other).await, "(the server's --max-streams)", "3");
    // what is no stream goes on
    one.check(HealthCheckRequest::default()).await.unwrap();
    drop(first);
    while let Err(status) = watch(&mut other).await {
        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    }
}

#[tokio::test]
async fn a_client_that_calls_too_often_is_told_when_to_come_again_and_others_are_not_hindered() {
    let server = server(Limits { rate: 1, ..Limits::default() }).await;
    let (mut flood, mut other) = (server.client().await, server.client().await);
    let mut refusals = Vec::new();
    for _ in 0..10 {
        let status = flood.allocate(&job(1, "core")).await.unwrap_err();
        match status.code() {
            Code::FailedPrecondition => assert!(status.message().contains("no graph")),
            _ => refusals.push(status),
        }
    }
    assert!(!refusals.is_empty());
    for status in refusals {
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "RATE", "{status:?}");
        let retry = details.retry_info().unwrap().retry_delay.unwrap();
        assert!(!retry.is_zero() && retry.as_secs_f64() <= 1.0, "{retry:?}");
        assert!(status.message().contains("--max-rate"), "{status:?}");
    }
    let status = other.allocate(&job(1, "core")).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
}

/// A balancer must not lose a server because somebody floods it from the same place.
#[tokio::test]
async fn checks_of_health_are_answered_at_any_rate() {
    let server = server(Limits { rate: 1, ..Limits::default() }).await;
    let mut health = HealthClient::new(server.channel().await);
    for _ in 0..10 {
        health.check(HealthCheckRequest::default()).await.unwrap();
    }
}
