//! `server --data-dir` as a process: the start line, restarts, and what is refused.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::v1::job_service_client::JobServiceClient;
use fluxion_server::proto::fluxion::v1::{HistoryRange, Job, JobState, ListJobsRequest};
use fluxion_server::proto::fluxion::{CancelRequest, InitRequest, MatchRequest};
use tonic::Code;
use tonic::transport::Channel;

const SERVER: &str = env!("CARGO_BIN_EXE_server");

struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(directory: &Path) -> Command {
    let mut command = Command::new(SERVER);
    command.args(["--host", "127.0.0.1", "--port", "0", "--log", "error", "--data-dir"]);
    command.arg(directory);
    command
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    async fn channel(&mut self) -> Channel {
        let line = self.line();
        let address = line.strip_prefix("fluxion: gRPC listening on ").unwrap();
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        channel.connect().await.unwrap()
    }

    async fn client(&mut self) -> FluxionServiceClient<Channel> {
        FluxionServiceClient::new(self.channel().await)
    }
}

const GRAPH: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/cluster0"}}},
    {"id": "1", "metadata": {"type": "node", "id": 1, "paths": {"containment": "/cluster0/node1"}}},
    {"id": "2", "metadata": {"type": "node", "id": 2, "paths": {"containment": "/cluster0/node2"}}}],
    "edges": [{"source": "0", "target": "1"}, {"source": "0", "target": "2"}]}}"#;

/// For a node.
const JOBSPEC: &str = r#"{"version": 1, "attributes": {"system": {"duration": 60}},
    "resources": [{"type": "slot", "count": 1, "label": "a", "with": [{"type": "node", "count": 1}]}],
    "tasks": [{"command": ["app"], "slot": "a", "count": {"per_slot": 1}}]}"#;

/// The number of a job that takes a node; none if none is free. Waits until the server serves.
async fn take(client: &mut FluxionServiceClient<Channel>) -> Option<i64> {
    loop {
        let request = MatchRequest {
            jobspec: JOBSPEC.to_owned(),
            request: "allocate".to_owned(),
            ..MatchRequest::default()
        };
        match client.r#match(request).await {
            Ok(answer) => return Some(answer.into_inner().jobid),
            Err(status) if status.code() == Code::Unavailable => tokio::task::yield_now().await,
            Err(status) if status.code() == Code::ResourceExhausted => return None,
            Err(status) => panic!("{status:?}"),
        }
    }
}

async fn init(client: &mut FluxionServiceClient<Channel>) {
    loop {
        let request = InitRequest { policy: "first".to_owned(), jgf: GRAPH.to_owned() };
        match client.init(request).await {
            Ok(_) => return,
            Err(status) if status.code() == Code::Unavailable => tokio::task::yield_now().await,
            Err(status) => panic!("{status:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_kill_and_after_an_orderly_end() {
    let directory = tempfile::tempdir().unwrap();
    let mut first = Process::start(command(directory.path()));
    let mut client = first.client().await;
    let kept =
        format!("fluxion: kept in {}, synced before each answer", directory.path().display());
    assert_eq!(first.line(), kept);
    init(&mut client).await;
    assert_eq!(take(&mut client).await, Some(1));
    // SIGKILL
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let mut second = Process::start(command(directory.path()));
    let mut client = second.client().await;
    assert_eq!(take(&mut client).await, Some(2));
    assert_eq!(take(&mut client).await, None);
    let kill = format!("kill -TERM {}", second.child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    // the client hears meanwhile that the server ends
    let ended = tokio::task::spawn_blocking(move || second.child.wait().unwrap().code()).await;
    assert_eq!(ended.unwrap(), Some(0));
    let mut third = Process::start(command(directory.path()));
    let mut client = third.client().await;
    assert_eq!(take(&mut client).await, None);
}

/// Takes nodes and gives them back, as long as that is answered; how many jobs there were.
async fn work(client: &mut FluxionServiceClient<Channel>) -> i64 {
    let mut last = 0;
    loop {
        let request = MatchRequest {
            jobspec: JOBSPEC.to_owned(),
            request: "allocate".to_owned(),
            ..MatchRequest::default()
        };
        let Ok(answer) = client.r#match(request).await else { return last };
        last = answer.into_inner().jobid;
        if client.cancel(CancelRequest { job_id: last }).await.is_err() {
            return last;
        }
    }
}

/// All jobs of a range of time, a few at a time. Waits until the server serves.
async fn past(channel: &Channel, range: HistoryRange) -> Vec<Job> {
    let mut service = JobServiceClient::new(channel.clone());
    let history = Some(range);
    let mut request = ListJobsRequest { history, page_size: 7, ..ListJobsRequest::default() };
    let mut jobs = Vec::new();
    loop {
        let page = match service.list_jobs(request.clone()).await {
            Err(status) if status.code() == Code::Unavailable => continue,
            page => page.unwrap().into_inner(),
        };
        jobs.extend(page.jobs);
        if page.next_page_token.is_empty() {
            return jobs;
        }
        request.page_token = page.next_page_token;
    }
}

#[tokio::test]
async fn a_full_disk_ends_the_server_and_with_more_room_all_that_was_answered_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let mut command_line = command(directory.path());
    command_line.args(["--disk-size", "128KiB", "--durability", "none"]);
    let mut child = command_line.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let mut stderr = child.stderr.take().unwrap();
    let mut full = Process { child, stdout };
    let mut client = full.client().await;
    init(&mut client).await;
    let last = work(&mut client).await;
    let ended = tokio::task::spawn_blocking(move || {
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        (full.child.wait().unwrap().code(), said)
    });
    let (status, said) = ended.await.unwrap();
    assert_eq!(status, Some(74), "{said}");
    assert!(said.contains("there is no room left") && said.contains("make room"), "{said}");
    let mut roomy = Process::start(command(directory.path()));
    let mut client = roomy.client().await;
    // the last one may have been booked or not: nobody was told
    let next = take(&mut client).await.unwrap();
    assert!((last + 1..=last + 2).contains(&next), "{last} {next}");
    assert_eq!(client.cancel(CancelRequest { job_id: next }).await.map(drop).ok(), Some(()));
}

#[tokio::test]
async fn jobs_of_the_past_are_there_after_kill_and_while_matches_go_on() {
    const JOBS: u64 = 200;
    let directory = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = command(directory.path());
        command.args(["--durability", "none", "--snapshot-every-records", "100"]);
        Process::start(command)
    };
    let mut first = start();
    let channel = first.channel().await;
    let mut client = FluxionServiceClient::new(channel.clone());
    init(&mut client).await;
    for number in 1..=JOBS {
        assert_eq!(take(&mut client).await, Some(number as i64));
        client.cancel(CancelRequest { job_id: number as i64 }).await.unwrap();
    }
    let told = past(&channel, HistoryRange::default()).await;
    assert!(told.iter().map(|job| job.job_id).eq(1..=JOBS));
    assert!(told.iter().all(|job| job.state() == JobState::Canceled));
    assert!(told.iter().all(|job| job.booked_at.is_some() && job.booked_at <= job.ended_at));
    // SIGKILL
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let mut second = start();
    let channel = second.channel().await;
    let busy = tokio::spawn({
        let mut client = FluxionServiceClient::new(channel.clone());
        async move {
            for _ in 0..JOBS {
                let job_id = take(&mut client).await.unwrap();
                client.cancel(CancelRequest { job_id }).await.unwrap();
            }
        }
    });
    let until = told[JOBS as usize - 1].ended_at.unwrap() + 1e-6;
    let range = HistoryRange { until: Some(until), ..HistoryRange::default() };
    assert_eq!(past(&channel, range).await, told);
    busy.await.unwrap();
    let since = told[99].booked_at.unwrap();
    let middle = HistoryRange { since: Some(since - 1e-6), until: Some(since + 1e-6) };
    let numbers = |jobs: Vec<Job>| jobs.iter().map(|job| job.job_id).collect::<Vec<_>>();
    assert_eq!(numbers(past(&channel, middle).await), [100]);
    let after = HistoryRange { since: Some(until), ..HistoryRange::default() };
    let after = numbers(past(&channel, after).await);
    assert!(after.iter().copied().eq(JOBS + 1..=2 * JOBS), "{after:?}");
}

#[test]
fn the_start_line_says_where_graphs_are_kept() {
    let check = |arguments: &[&str], expected: &str| {
        let directory = tempfile::tempdir().unwrap();
        let mut command = command(directory.path());
        let mut process = Process::start({
            command.args(arguments);
            command
        });
        process.line();
        let expected = expected.replace("DIR", &directory.path().display().to_string());
        assert_eq!(process.line(), expected);
    };
    check(&["--durability", "interval"], "fluxion: kept in DIR, synced every 100 ms");
    check(&["--durability", "none"], "fluxion: kept in DIR, never synced");
    let mut command = Command::new(SERVER);
    command.args(["--host", "127.0.0.1", "--port", "0"]);
    let mut process = Process::start(command);
    process.line();
    assert!(process.line().starts_with("fluxion: memory only: "));
}

/// The exit status and the error output of a start that fails.
#[track_caller]
fn refused(directory: &Path, status: i32, expected: &str) {
    let output = command(directory).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{message}");
    assert!(message.starts_with("error: ") && message.contains(expected), "{message}");
}

#[test]
fn what_does_not_fit_is_refused_with_a_status_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::start(command(directory.path()));
    process.line();
    refused(directory.path(), 75, "another server uses it");
    drop(process);
    let database = directory.path().join("journal.db");
    refused(&database, 78, "is no directory");
    let head = directory.path().join("head");
    fs::write(&head, "something else").unwrap();
    refused(directory.path(), 74, "fluxion repair");
    let foreign = tempfile::tempdir().unwrap();
    fs::write(foreign.path().join("journal.db"), "no database at all, but long enough").unwrap();
    refused(foreign.path(), 78, "no journal of Fluxion");
}
