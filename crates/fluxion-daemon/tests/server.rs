//! `server` as a process.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use fluxion_server::proto::fluxion::InitRequest;
use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const SERVER: &str = env!("CARGO_BIN_EXE_server");

/// A process that serves, killed if the test fails.
struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// The second line of output: where the graphs are kept.
    kept: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(SERVER);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout, kept: String::new() }
    }

    /// The port that the first line of output names.
    fn port(&mut self) -> u16 {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(line.starts_with("fluxion: gRPC listening on "), "{line:?}");
        self.stdout.read_line(&mut self.kept).unwrap();
        line.trim_end().rsplit_once(':').unwrap().1.parse().unwrap()
    }

    /// Sends a signal and gives the exit status.
    fn stop(&mut self, signal: &str) -> Option<i32> {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn is_serving(port: u16) -> bool {
    let channel = Channel::from_shared(format!("http://127.0.0.1:{port}")).unwrap();
    let mut health = HealthClient::new(channel.connect().await.unwrap());
    let answer = health.check(HealthCheckRequest::default()).await.unwrap().into_inner();
    answer.status() == ServingStatus::Serving
}

#[track_caller]
fn check(arguments: &[&str], signal: &str) {
    let mut process = Process::start(arguments);
    let port = process.port();
    assert!(is_serving(port));
    assert_eq!(process.stop(signal), Some(0));
}

#[test]
fn it_answers_until_a_signal() {
    check(&["--host", "127.0.0.1", "--port", "0"], "TERM");
    check(&["--port", ":0", "--log-format", "json"], "INT");
}

#[test]
fn it_takes_the_published_flags() {
    check(&["--host", "localhost", "--port", "0"], "TERM");
    check(&["-host", "127.0.0.1", "-port", "0"], "TERM");
}

/// The exit status and the error output of a start that fails.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(SERVER).args(arguments).output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_port_that_is_taken_ends_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, message) = refused(&["--host", "127.0.0.1", "--port", &port]);
    assert_eq!(code, Some(1));
    let expected = format!("error: cannot listen on 127.0.0.1:{port}: ");
    assert!(message.starts_with(&expected), "{message}");
}

/// It ended in a panic.
#[test]
fn too_few_descriptors_end_the_start() {
    let script = format!("ulimit -n 6 && exec {SERVER} --port 0");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: at most 6 files may be open"), "{message}");
}

/// More connections that say nothing than there are descriptors.
#[test]
fn silent_connections_keep_nobody_out() {
    let script = format!("ulimit -n 80 && exec {SERVER} --host 127.0.0.1 --port 0");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let mut process = Process { child, stdout, kept: String::new() };
    let port = process.port();
    let silent: Vec<_> =
        (0..200).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    assert!(is_serving(port));
    drop(silent);
    assert_eq!(process.stop("TERM"), Some(0));
}

/// A shell that starts the server, whose log is kept.
fn logged(script: &str) -> Process {
    let mut command = Command::new("bash");
    command.args(["-c", script]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    Process { child, stdout, kept: String::new() }
}

impl Process {
    /// What it has logged until it is told to stop.
    fn log(mut self) -> String {
        assert_eq!(self.stop("TERM"), Some(0));
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

/// Somebody else has taken descriptors that were counted on: the server waits, makes room and says so.
#[test]
fn connections_for_which_there_is_no_descriptor_are_waited_out() {
    let taken = "for taken in $(seq 3 50); do eval \"exec $taken</dev/null\"; done";
    let mut process =
        logged(&format!("ulimit -n 80; {taken}; exec {SERVER} --host 127.0.0.1 --port 0"));
    let port = process.port();
    let silent: Vec<_> =
        (0..60).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    assert!(is_serving(port));
    drop(silent);
    let log = process.log();
    assert_eq!(log.matches("no connection can be accepted: waiting").count(), 1, "{log}");
}

#[tokio::main(flavor = "current_thread")]
async fn init(port: u16, policy: &str) -> tonic::Code {
    let channel = Channel::from_shared(format!("http://127.0.0.1:{port}")).unwrap();
    let mut service = FluxionServiceClient::new(channel.connect().await.unwrap());
    let request = InitRequest { policy: policy.to_owned(), jgf: "{}".to_owned() };
    service.init(request).await.unwrap_err().code()
}

/// The text of a request that is logged stays on its line, and moves no cursor.
#[test]
fn requests_forge_no_lines_of_the_log() {
    for format in ["text", "json"] {
        let mut process =
            logged(&format!("exec {SERVER} --host 127.0.0.1 --port 0 --log-format {format}"));
        let port = process.port();
        let policy = "best\nERROR forged\r\u{1b}[31m\u{202e}";
        assert_eq!(init(port, policy), tonic::Code::InvalidArgument);
        let log = process.log();
        assert!(log.contains("forged"), "{log}");
        assert!(log.lines().all(|line| !line.starts_with("ERROR")), "{log}");
        assert!(!log.contains(['\r', '\u{1b}', '\u{202e}']), "{log}");
    }
}

#[test]
fn bad_settings_end_the_start() {
    for (flag, value, code) in [
        ("--port", "http", 2),
        ("--max-graph-size", "big", 2),
        ("--match-format", "xml", 2),
        ("--policy", "best", 2),
        ("--prune-filters", "core", 2),
        ("--log", "a=b=c", 2),
    ] {
        let (exit, message) = refused(&["--port", "0", flag, value]);
        assert_eq!(exit, Some(code), "{flag}: {message}");
        assert!(message.contains(flag) && message.contains(value), "{message}");
    }
}

/// What a server writes to standard error while a client makes a graph, asks for it, and forges a line.
fn log_lines(format: &str, log: &str) -> Vec<String> {
    let arguments = ["--host", "127.0.0.1", "--port", "0", "--log-format", format, "--log", log];
    let mut child = Command::new(SERVER)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let mut process = Process { child, stdout, kept: String::new() };
    change(process.port());
    assert_eq!(process.stop("TERM"), Some(0));
    reader.join().unwrap().lines().map(str::to_owned).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn change(port: u16) {
    let channel = Channel::from_shared(format!("http://127.0.0.1:{port}")).unwrap();
    let mut client = FluxionServiceClient::new(channel.connect().await.unwrap());
    let request = InitRequest { policy: "a\nforged".to_owned(), jgf: GRAPH.to_owned() };
    client.init(request).await.unwrap_err();
    let request = InitRequest { policy: String::new(), jgf: GRAPH.to_owned() };
    let mut request = tonic::Request::new(request);
    request.metadata_mut().insert("fluxion-request-id", "mine".parse().unwrap());
    client.init(request).await.unwrap();
}

const GRAPH: &str = r#"{"graph": {"nodes": [{"id": "0", "metadata":
    {"type": "cluster", "paths": {"containment": "/cluster0"}}}], "edges": []}}"#;

#[test]
fn the_log_tells_how_it_began_and_what_was_changed() {
    let lines = log_lines("json", "info");
    assert!(lines.iter().all(|line| line.starts_with('{') && line.ends_with('}')), "{lines:#?}");
    let told = |part: &str| lines.iter().filter(|line| line.contains(part)).count();
    assert_eq!(told("\"message\":\"started\""), 1, "{lines:#?}");
    assert_eq!(told("host = \\\"127.0.0.1\\\""), 1, "{lines:#?}");
    assert_eq!(told("\"outcome\":\"OK\""), 1, "{lines:#?}");
    assert_eq!(told("\"request_id\":\"mine\""), 1, "{lines:#?}");
    let lines = log_lines("text", "debug");
    assert!(lines.iter().all(|line| !line.starts_with("forged")), "{lines:#?}");
}
