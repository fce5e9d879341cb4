//! SIGHUP and SIGTERM while clients call.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::v1::GetGraphRequest;
use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::proto::fluxion::{InitRequest, MatchRequest};
use tonic::Code;
use tonic::transport::Channel;

const CLIENTS: u64 = 64;
const JOBSPEC: &str = r#"{"version": 1, "resources": [{"type": "slot", "count": 1, "label": "a",
    "with": [{"type": "core", "count": 1}]}], "tasks": [{"command": ["a"], "slot": "a", "count": {"per_slot": 1}}],
    "attributes": {"system": {"duration": 3600}}}"#;

/// A process that serves, killed if the test fails.
struct Process {
    child: Child,
    stderr: BufReader<ChildStderr>,
    url: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command.args(["--host", "127.0.0.1", "--port", "0"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim_end().rsplit_once(' ').unwrap().1;
        Self { child, stderr, url: format!("http://{address}") }
    }

    fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Reads the log up to a line that says this.
    fn said(&mut self, what: &str) -> String {
        let mut line = String::new();
        while !line.contains(what) {
            line.clear();
            assert_ne!(self.stderr.read_line(&mut line).unwrap(), 0, "{what} was never said");
        }
        line
    }

    async fn channel(&self) -> Channel {
        Channel::from_shared(self.url.clone()).unwrap().connect().await.unwrap()
    }
}

/// So many cores below one cluster.
fn graph(cores: u64) -> String {
    let core = |id: u64| {
        format!(
            r#"{{"id": "{id}", "metadata": {{"type": "core", "id": {id}, "paths": {{"containment": "/cluster0/core{id}"}}}}}}"#
        )
    };
    let nodes: Vec<_> = (1..=cores).map(core).collect();
    let edges: Vec<_> =
        (1..=cores).map(|id| format!(r#"{{"source": "0", "target": "{id}"}}"#)).collect();
    format!(
        r#"{{"graph": {{"nodes": [{{"id": "0", "metadata": {{"type": "cluster", "paths": {{"containment": "/cluster0"}}}}}}, {}], "edges": [{}]}}}}"#,
        nodes.join(", "),
        edges.join(", ")
    )
}

/// Takes cores, one by one, until the server is gone.
async fn take(channel: Channel, answered: Arc<AtomicU64>) {
    let mut client = FluxionServiceClient::new(channel);
    loop {
        let (jobspec, request) = (JOBSPEC.to_owned(), "allocate".to_owned());
        match client.r#match(MatchRequest { jobspec, request, reservation: false }).await {
            Ok(_) => answered.fetch_add(1, Ordering::SeqCst),
            Err(error) => {
                let is_gone = matches!(error.code(), Code::Unavailable | Code::Cancelled | Code::Unknown)
                    // what the transport says of a call on a connection that is told to end
                    || error.message().starts_with("h2 protocol error");
                assert!(is_gone, "{error:?}");
                return;
            }
        };
    }
}

async fn until(answered: &AtomicU64, most: u64) {
    while answered.load(Ordering::SeqCst) < most {
        tokio::task::yield_now().await;
    }
}

/// SIGHUP killed the server, with all jobs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_lost_by_a_signal_under_64_clients() {
    let directory = tempfile::tempdir().unwrap();
    let kept = directory.path().join("data");
    let arguments = ["--data-dir", kept.to_str().unwrap(), "--durability", "none", "--log", "warn"];
    let mut process = Process::start(&arguments);
    let mut client = FluxionServiceClient::new(process.channel().await);
    let init = InitRequest { policy: String::new(), jgf: graph(20_000) };
    while client.init(init.clone()).await.is_err() {}
    let answered = Arc::<AtomicU64>::default();
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(tokio::spawn(take(process.channel().await, Arc::clone(&answered))));
    }
    for hangup in 1..=3 {
        until(&answered, hangup * CLIENTS).await;
        process.signal("HUP");
    }
    until(&answered, 5 * CLIENTS).await;
    assert!(clients.iter().all(|client| !client.is_finished()), "a client was cut off by SIGHUP");
    process.signal("TERM");
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
    let process = Process::start(&arguments);
    let mut graphs = GraphServiceClient::new(process.channel().await);
    let request = GetGraphRequest { name: "default".to_owned() };
    let jobs = loop {
        if let Ok(graph) = graphs.get_graph(request.clone()).await {
            break graph.into_inner().live_jobs;
        }
    };
    assert_eq!(jobs, answered.load(Ordering::SeqCst));
}

#[test]
fn settings_are_read_again_whole_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("fluxion.toml");
    fs::write(&file, "grace = 3\n").unwrap();
    let mut process = Process::start(&["--config", file.to_str().unwrap()]);
    process.said("started");
    fs::write(&file, "grace = 4\nmax-queue = 5\n").unwrap();
    process.signal("HUP");
    assert!(process.said("the settings were read again").contains("grace = 4"));
    assert!(process.said("these settings hold from the next start on").contains("max-queue = 5"));
    fs::write(&file, "grace = 5\nmax-que = 5\n").unwrap();
    process.signal("HUP");
    assert!(process.said("the settings were not read again").contains("max-que"));
    fs::write(&file, "log = 'debug'\ngrace = 4\nmax-queue = 5\n").unwrap();
    process.signal("HUP");
    assert!(process.said("the settings were read again").contains("log = "));
    process.signal("TERM");
    process.said("stopped: all calls were answered");
}
