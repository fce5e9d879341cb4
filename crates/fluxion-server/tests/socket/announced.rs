//! Messages that are announced and never sent.

use std::fs;

use bytes::Bytes;
use h2::client::SendRequest;
use tokio::net::TcpStream;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::fixture::{TestServer, start};

/// A client that takes so many bytes of each answer before it is asked to.
pub(crate) async fn connect(server: &TestServer, window: u32) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(window);
    let (client, connection) = builder.handshake(stream).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(crate) fn request(server: &TestServer, path: &str) -> http::Request<()> {
    let request = http::Request::post(format!("{}{path}", server.url));
    request.header("content-type", "application/grpc").header("te", "trailers").body(()).unwrap()
}

/// What this process has reserved, in bytes.
fn reserved() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmSize:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// 64 GiB are announced; a little may be reserved by other tests.
#[tokio::test]
async fn what_is_announced_is_not_reserved() {
    let (server, _) = start().await;
    let before = reserved();
    let mut open = Vec::new();
    for path in ["/fluxion.FluxionService/Init", "/fluxion.v1.GraphService/CreateGraph"] {
        let mut client = connect(&server, 65_535).await;
        for _ in 0..32 {
            client = client.ready().await.unwrap();
            let (answer, mut body) = client.send_request(request(&server, path), false).unwrap();
            body.send_data(Bytes::from_static(&[0, 0x40, 0, 0, 0]), false).unwrap();
            open.push((answer, body));
        }
        // answered after everything before it was read
        let mut health = HealthClient::new(server.channel().await);
        health.check(HealthCheckRequest::default()).await.unwrap();
        let (answer, _) = client.send_request(request(&server, "/nobody"), true).unwrap();
        answer.await.unwrap();
    }
    let grown = reserved().saturating_sub(before);
    assert!(grown < 8 << 30, "{grown}");
}

/// Neither wrong wire types nor texts that are no UTF-8 are faults of the server.
#[tokio::test]
async fn a_message_that_cannot_be_read_is_an_invalid_argument() {
    let (server, _) = start().await;
    for path in ["/fluxion.FluxionService/Match", "/fluxion.v1.JobService/Match"] {
        for message in [&[0, 0, 0, 0, 4, 0x0a, 2, 0xff, 0xfe][..], &[0, 0, 0, 0, 1, 7]] {
            let mut client = connect(&server, 65_535).await.ready().await.unwrap();
            let (answer, mut body) = client.send_request(request(&server, path), false).unwrap();
            body.send_data(Bytes::from_static(message), true).unwrap();
            let answer = answer.await.unwrap();
            assert_eq!(answer.headers().get("grpc-status").unwrap(), "3", "{path} {message:?}");
        }
    }
}

/// A request that ends too early is the client's fault.
#[tokio::test]
async fn a_message_that_ends_too_early_is_an_invalid_argument() {
    let (server, _) = start().await;
    let mut client = connect(&server, 65_535).await.ready().await.unwrap();
    let request = request(&server, "/fluxion.FluxionService/Match");
    let (answer, mut body) = client.send_request(request, false).unwrap();
    body.send_data(Bytes::from_static(&[0, 0, 0, 0, 9, 1]), true).unwrap();
    let answer = answer.await.unwrap();
    assert_eq!(answer.headers().get("grpc-status").unwrap(), "3");
}
