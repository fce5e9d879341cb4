//! Clients that connect and say nothing, or stop in the middle.

use std::time::Duration;

use fluxion_server::proto::fluxion::MatchRequest;
use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::{Config, Limits, Timeouts};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;
use tonic::transport::Channel;

use crate::fixture::{Client, TestServer, fails};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
const SOON: Duration = Duration::from_millis(50);
const NEVER: Duration = Duration::from_secs(3600);

fn timeouts(headers: Duration, upload: Duration, idle: Duration) -> Config {
    Config {
        timeouts: Timeouts { headers, upload, idle, ..Timeouts::default() },
        ..Config::default()
    }
}

async fn connect(server: &TestServer, first: &[&[u8]]) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(&first.concat()).await.unwrap();
    stream
}

/// Reads until the server ends the connection.
async fn is_closed(mut stream: TcpStream) {
    let mut all = Vec::new();
    // whether it is reset or closed does not matter
    let _ = stream.read_to_end(&mut all).await;
}

#[tokio::test]
async fn a_preface_that_does_not_come_ends_the_connection() {
    let server = TestServer::start(timeouts(SOON, NEVER, NEVER)).await;
    is_closed(connect(&server, &[]).await).await;
    is_closed(connect(&server, &[&PREFACE[..10]]).await).await;
    is_closed(connect(&server, &[PREFACE]).await).await;
    is_closed(connect(&server, &[PREFACE, &SETTINGS[..5]]).await).await;
}

#[tokio::test]
async fn headers_that_do_not_end_end_the_connection() {
    let server = TestServer::start(timeouts(SOON, NEVER, NEVER)).await;
    let open_headers = [0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83];
    is_closed(connect(&server, &[PREFACE, &SETTINGS, &open_headers]).await).await;
}

#[tokio::test]
async fn an_idle_connection_ends_and_its_client_comes_back() {
    let server = TestServer::start(timeouts(NEVER, NEVER, SOON)).await;
    is_closed(connect(&server, &[PREFACE, &SETTINGS]).await).await;
    let mut client = server.client().await;
    for _ in 0..3 {
        is_served(&mut client).await;
    }
}

/// A call may meet a connection that is just being closed; then it is made again.
async fn is_served(client: &mut Client) {
    while client.cancel(1).await.unwrap_err().code() != Code::FailedPrecondition {}
}

#[tokio::test]
async fn an_upload_that_does_not_move_fails_and_the_connection_lives() {
    let server = TestServer::start(timeouts(NEVER, SOON, NEVER)).await;
    let channel = server.channel().await;
    let mut grpc = tonic::client::Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    let path = "/fluxion.FluxionService/Match".parse().unwrap();
    let codec = tonic_prost::ProstCodec::<MatchRequest, MatchRequest>::default();
    let request = tonic::Request::new(tokio_stream::pending::<MatchRequest>());
    let answer = grpc.client_streaming(request, path, codec).await;
    fails(answer, Code::DeadlineExceeded, &["--upload-timeout"]);
    let mut health = tonic_health::pb::health_client::HealthClient::new(channel);
    health.check(tonic_health::pb::HealthCheckRequest::default()).await.unwrap();
}

#[tokio::test]
async fn when_there_are_too_many_connections_the_one_that_was_idle_longest_goes() {
    let limits = Limits { connections: Some(3), ..Limits::default() };
    let server = TestServer::start(Config { limits, ..Config::default() }).await;
    let mut first = server.client().await;
    fails(first.cancel(1).await, Code::FailedPrecondition, &[]);
    let silent = connect(&server, &[]).await;
    let mut busy = server.watch().await;
    fails(first.cancel(1).await, Code::FailedPrecondition, &[]);
    let mut other = server.client().await;
    fails(other.cancel(1).await, Code::FailedPrecondition, &[]);
    is_closed(silent).await;
    for _ in 0..20 {
        drop(connect(&server, &[]).await);
        fails(other.cancel(1).await, Code::FailedPrecondition, &[]);
    }
    let stopped = server.stop();
    assert!(busy.message().await.unwrap().is_some());
    stopped.await.unwrap();
}

#[tokio::test]
async fn when_all_connections_are_busy_a_new_one_is_refused() {
    let limits = Limits { connections: Some(2), ..Limits::default() };
    let server = TestServer::start(Config { limits, ..Config::default() }).await;
    let busy = (server.watch().await, server.watch().await);
    is_closed(connect(&server, &[PREFACE, &SETTINGS]).await).await;
    drop(busy.0);
    let endpoint = Channel::from_shared(server.url.clone()).unwrap().connect_lazy();
    is_served(&mut Client(FluxionServiceClient::new(endpoint))).await;
}
