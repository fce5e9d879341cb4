//! The orderly end.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use fluxion_server::proto::fluxion::{MatchRequest, MatchResponse};
use fluxion_server::{Config, Drained};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_stream::Stream;
use tonic::transport::Channel;
use tonic::{Code, Response, Status, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::fixture::{TestServer, fails};

/// A Match whose headers have been sent, but whose message comes when the test says so.
struct SlowMatch {
    send: oneshot::Sender<MatchRequest>,
    answer: JoinHandle<Result<Response<MatchResponse>, Status>>,
}

/// The message of a [`SlowMatch`]. The transport asks for it only after it has sent the headers.
struct SlowMessage {
    asked: Option<oneshot::Sender<()>>,
    message: Option<oneshot::Receiver<MatchRequest>>,
}

impl Stream for SlowMessage {
    type Item = MatchRequest;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<MatchRequest>> {
        if let Some(asked) = self.asked.take() {
            asked.send(()).unwrap();
        }
        let Some(message) = &mut self.message else { return Poll::Ready(None) };
        let polled = Pin::new(message).poll(task).map(Result::ok);
        if polled.is_ready() {
            self.message = None;
        }
        polled
    }
}

impl SlowMatch {
    async fn begin(channel: Channel) -> Self {
        let (asked, headers_sent) = oneshot::channel();
        let (send, message) = oneshot::channel();
        let body = SlowMessage { asked: Some(asked), message: Some(message) };
        let answer = tokio::spawn(async move {
            let mut grpc = tonic::client::Grpc::new(channel);
            grpc.ready().await.unwrap();
            let path = "/fluxion.FluxionService/Match".parse().unwrap();
            let codec = tonic_prost::ProstCodec::<MatchRequest, MatchResponse>::default();
            grpc.client_streaming(tonic::Request::new(body), path, codec).await
        });
        headers_sent.await.unwrap();
        Self { send, answer }
    }
}

/// A health watch that has heard SERVING. What the connection sent before it has reached the server.
async fn watch(channel: Channel) -> Streaming<HealthCheckResponse> {
    let mut health = HealthClient::new(channel);
    let mut watch = health.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    let first = watch.message().await.unwrap().unwrap();
    assert_eq!(first.status(), ServingStatus::Serving);
    watch
}

#[tokio::test]
async fn calls_in_flight_are_answered() {
    let server = TestServer::start(Config::default()).await;
    let (channel, url) = (server.channel().await, server.url.clone());
    let call = SlowMatch::begin(channel.clone()).await;
    let mut watch = watch(channel).await;
    let drained = server.stop();
    let next = watch.message().await.unwrap().unwrap();
    assert_eq!(next.status(), ServingStatus::NotServing);
    fails(watch.message().await, Code::Unavailable, &["the server ends: connect again"]);
    assert!(!drained.is_finished());
    call.send.send(MatchRequest::default()).unwrap();
    fails(call.answer.await.unwrap(), Code::FailedPrecondition, &["call Init first"]);
    assert_eq!(drained.await.unwrap(), Drained::Finished);
    assert!(Channel::from_shared(url).unwrap().connect().await.is_err());
}

#[tokio::test]
async fn the_grace_period_ends_the_wait() {
    let server = TestServer::start(Config { grace: Duration::ZERO, ..Config::default() }).await;
    let channel = server.channel().await;
    let call = SlowMatch::begin(channel.clone()).await;
    let _watch = watch(channel).await;
    assert_eq!(server.stop().await.unwrap(), Drained::GraceElapsed);
    drop(call.send);
}

#[tokio::test]
async fn an_idle_server_ends_at_once() {
    let server = TestServer::start(Config { grace: Duration::MAX, ..Config::default() }).await;
    let _idle = server.channel().await;
    assert_eq!(server.stop().await.unwrap(), Drained::Finished);
}
