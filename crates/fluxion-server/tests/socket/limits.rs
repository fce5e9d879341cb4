//! Messages that are too large.

use fluxion_server::{ByteSize, Config, Limits};
use tonic::Code;

use crate::fixture::{TestServer, cluster, fails, job};

async fn small_server() -> TestServer {
    let (graph, message) = (ByteSize(64 << 10), ByteSize(2 << 10));
    let limits = Limits { graph, message, ..Limits::default() };
    TestServer::start(Config { limits, ..Config::default() }).await
}

/// A comment that makes a jobspec large.
fn padded(jobspec: &str, bytes: usize) -> String {
    format!("{jobspec}# {}\n", "x".repeat(bytes))
}

#[tokio::test]
async fn an_oversized_message_is_refused_and_the_connection_lives() {
    let server = small_server().await;
    let mut client = server.client().await;
    let parts = ["the limit of 64 KiB", "--max-graph-size"];
    fails(client.init("", &" ".repeat(65 << 10)).await, Code::ResourceExhausted, &parts);
    let parts = ["the limit of 2 KiB", "--max-message-size"];
    let large = padded(&job(1, "core"), 3 << 10);
    fails(client.allocate(&large).await, Code::ResourceExhausted, &parts);
    fails(client.allocate("").await, Code::FailedPrecondition, &[]);
}

#[tokio::test]
async fn very_large_messages_are_refused_before_they_are_received() {
    let server = small_server().await;
    let mut client = server.client().await;
    let text = " ".repeat(32 << 20);
    fails(client.init("", &text).await, Code::ResourceExhausted, &["--max-graph-size"]);
    fails(client.allocate(&text).await, Code::ResourceExhausted, &["--max-message-size"]);
}

#[tokio::test]
async fn graphs_may_be_larger_than_other_messages() {
    let server = small_server().await;
    let mut client = server.client().await;
    let graph = cluster(4, 16);
    assert!(graph.len() > 2 << 10);
    client.init("", &graph).await.unwrap();
    client.allocate(&padded(&job(1, "core"), 1 << 10)).await.unwrap();
}

#[tokio::test]
async fn the_defaults_take_more_than_the_published_four_mebibytes() {
    let server = TestServer::start(Config::default()).await;
    let mut client = server.client().await;
    let graph = cluster(1, 1) + &" ".repeat(20 << 20);
    client.init("", &graph).await.unwrap();
    let large = padded(&job(1, "core"), 5 << 20);
    let status = client.allocate(&large).await.err();
    assert_ne!(status.map(|s| s.message().contains("--max-message-size")), Some(true));
}
