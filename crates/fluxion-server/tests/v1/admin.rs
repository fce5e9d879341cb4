//! The admin port of a server.

use std::sync::{Arc, Mutex};

use fluxion_server::proto::fluxion::v1::{
    GetGraphRequest, SetStatusRequest, Status as Mark, Target,
};
use fluxion_server::proto::fluxion::v1::{MatchOperation, MatchRequest, target};
use fluxion_server::{AdminHooks, AdminPort, Config, JournalOptions, Listen, Port, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;

use crate::client::{V1, want};
use crate::fixture::{TestServer, cluster};
use crate::kept::Disk;
use crate::strict;

#[derive(Debug, Default)]
struct Hooks(Mutex<String>);

impl AdminHooks for Hooks {
    fn log_filter(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn set_log_filter(&self, filter: &str) -> Result<(), String> {
        if filter == "loud" {
            return Err("no such level".to_owned());
        }
        filter.clone_into(&mut self.0.lock().unwrap());
        Ok(())
    }

    fn settings(&self) -> Result<String, String> {
        Ok("port = 4242\n".to_owned())
    }
}

/// A server with an admin port, and the address of that.
async fn start(config: Config, disk: Option<&Disk>) -> (V1, String) {
    let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
    let port = AdminPort::bind("127.0.0.1:0", Arc::new(Hooks::default())).await.unwrap();
    let address = port.local_address().unwrap().to_string();
    let server = Server::bind(&listen, config).await.unwrap().administered(port);
    let server = match disk {
        Some(disk) => server.keeping(Box::new(disk.clone()), JournalOptions::default()),
        None => server,
    };
    let v1 = V1::of(TestServer::of(server)).await;
    while get(&address, "/readyz").await.0 != 200 {}
    (v1, address)
}

/// The status and the body of an answer.
async fn send(address: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

async fn get(address: &str, path: &str) -> (u16, String) {
    send(address, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await
}

async fn put(address: &str, path: &str, body: &str) -> (u16, String) {
    let length = body.len();
    let head = format!("PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
    send(address, &(head + body)).await
}

#[tokio::test]
async fn probes_and_settings_are_told() {
    let (v1, at) = start(Config::default(), None).await;
    for (path, status, body) in [
        ("/livez", 200, "alive\n"),
        ("/readyz", 200, "ready\n"),
        ("/readyz?verbose", 200, "[+] recovered\n[+] durable\n[+] not draining\nready\n"),
        ("/startupz", 200, "started\n"),
        ("/config", 200, "port = 4242\n"),
        ("/log-level", 200, "\n"),
        ("/", 404, "there are /livez, /readyz, /startupz, /metrics, /log-level and /config\n"),
    ] {
        assert_eq!(get(&at, path).await, (status, body.to_owned()), "{path}");
    }
    for (body, status, told) in [
        ("debug", 200, "debug\n"),
        (" fluxion_server=trace\n", 200, "fluxion_server=trace\n"),
        ("loud", 400, "no such level\n"),
        ("", 400, "expected a level, or directives\n"),
        (&"x".repeat(5_000), 413, "expected at most 4 KiB\n"),
    ] {
        assert_eq!(put(&at, "/log-level", body).await, (status, told.to_owned()));
    }
    assert_eq!(put(&at, "/livez", "").await.0, 405);
    let head = "HEAD /readyz HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(send(&at, head).await, (200, String::new()));
    drop(v1);
}

#[tokio::test]
async fn everything_that_is_counted_is_told_in_a_format_that_can_be_read() {
    let disk = Disk::default();
    let (mut v1, at) = start(Config::default(), Some(&disk)).await;
    for name in ["default", "b", "c"] {
        v1.create(name, &cluster(2, 4)).await.unwrap();
    }
    let path = Target { target: Some(target::Target::Path("/cluster0/node1".to_owned())) };
    let (target, status) = (Some(path), Mark::Down.into());
    let mark = SetStatusRequest { target, status, subtree: true, ..SetStatusRequest::default() };
    v1.resources.set_status(mark).await.unwrap();
    v1.take(3).await.unwrap();
    assert_eq!(v1.take(9).await.unwrap_err().code(), Code::ResourceExhausted);
    let operation = MatchOperation::Satisfiability.into();
    v1.ask(MatchRequest { operation, ..want(8, "core") }).await.unwrap();
    let missing = GetGraphRequest { name: "missing".to_owned() };
    v1.graphs.get_graph(missing).await.unwrap_err();
    // the ends of calls are counted after their answers
    let mut told = strict::Samples::new();
    let missed =
        r#"fluxion_rpc_requests_total{method="fluxion.v1.GraphService/GetGraph",code="NOT_FOUND"}"#;
    while told.get(missed) != Some(&1.0) {
        let (status, text) = get(&at, "/metrics").await;
        assert_eq!(status, 200);
        told = strict::read(&text).unwrap();
    }
    for (series, value) in [
        (r#"fluxion_rpc_requests_total{method="fluxion.v1.JobService/Match",code="OK"}"#, 2.0),
        (r#"fluxion_rpc_duration_seconds_count{method="fluxion.v1.JobService/Match"}"#, 3.0),
        (
            r#"fluxion_match_duration_seconds_count{graph="default",operation="allocate",outcome="matched"}"#,
            1.0,
        ),
        (r#"fluxion_match_visits_count{graph="default"}"#, 3.0),
        (r#"fluxion_queue_length{graph="default"}"#, 0.0),
        (r#"fluxion_units{graph="default",type="core",state="total"}"#, 8.0),
        (r#"fluxion_units{graph="default",type="core",state="down"}"#, 4.0),
        (r#"fluxion_units{graph="default",type="core",state="free"}"#, 1.0),
        (r#"fluxion_jobs{graph="default",state="allocated"}"#, 1.0),
        (r#"fluxion_durable_revision{graph="b"}"#, told[r#"fluxion_graph_revision{graph="b"}"#]),
        ("fluxion_journal_failed", 0.0),
        ("fluxion_connections", 1.0),
        ("fluxion_streams", 0.0),
        (r#"fluxion_streams_limit{of="all"}"#, 4096.0),
        (r#"fluxion_streams_limit{of="principal"}"#, 512.0),
        ("fluxion_graphs", 3.0),
        ("fluxion_graphs_limit", 256.0),
        ("fluxion_vertices", 33.0),
        ("fluxion_vertices_limit", 1e8),
        ("fluxion_live_jobs", 1.0),
        ("fluxion_live_jobs_limit", 1e7),
        (r#"fluxion_auth_failures_total{reason="NO_CREDENTIAL"}"#, 0.0),
        (r#"fluxion_refusals_total{reason="STREAMS"}"#, 0.0),
    ] {
        assert_eq!(told.get(series), Some(&value), "{series}");
    }
    for series in [
        "fluxion_journal_sync_seconds_count",
        r#"fluxion_recovery_seconds{phase="serve"}"#,
        "process_open_fds",
    ] {
        assert!(told[series] > 0.0, "{series}");
    }
    assert!(told.len() < 600, "{}", told.len());
}

#[tokio::test]
async fn a_client_cannot_make_series() {
    let (v1, at) = start(Config::default(), None).await;
    for method in ["/a.B/C", "/fluxion.v1.JobService/Nothing"] {
        let mut client = tonic::client::Grpc::new(v1.server.channel().await);
        client.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<(), ()>::default();
        let path = http::uri::PathAndQuery::from_static(method);
        client.unary(tonic::Request::new(()), path, codec).await.unwrap_err();
    }
    let (_, text) = get(&at, "/metrics").await;
    let methods = text.lines().filter(|line| line.contains("requests_total{")).count();
    assert!(methods <= 1 && !text.contains("Nothing"), "{text}");
}

#[tokio::test]
async fn a_server_that_is_about_to_end_is_not_ready_and_answers() {
    let drain_delay = std::time::Duration::from_secs(3600);
    let (v1, at) = start(Config { drain_delay, ..Config::default() }, None).await;
    let V1 { server, mut graphs, .. } = v1;
    let url = server.url.clone();
    let drained = server.stop();
    while get(&at, "/readyz").await.0 == 200 {}
    let expected = "[+] recovered\n[+] durable\n[-] not draining\nnot ready\n";
    assert_eq!(get(&at, "/readyz?verbose").await, (503, expected.to_owned()));
    assert_eq!(get(&at, "/livez").await.0, 200);
    let missing = GetGraphRequest { name: "missing".to_owned() };
    let error = graphs.get_graph(missing).await.unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
    assert!(tonic::transport::Channel::from_shared(url).unwrap().connect().await.is_ok());
    assert!(!drained.is_finished());
}
