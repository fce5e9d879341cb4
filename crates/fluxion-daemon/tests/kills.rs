//! A server that is killed again and again under clients with request keys: nothing that was answered is lost, and nothing is done
//! twice. `FLUXION_KILLS` says how often, 50 times by default.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::proto::fluxion::v1::job_reference::Reference;
use fluxion_server::proto::fluxion::v1::job_service_client::JobServiceClient;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, CancelResponse, CreateGraphHeader, CreateGraphRequest, GraphFormat,
    GraphOptions, JobReference, JobState, ListJobsRequest, MatchRequest, MatchResponse,
    create_graph_request::Part,
};
use fluxion_store::journal::Log as _;
use fluxion_store::journal::recover;
use fluxion_store_sqlite::{SqliteLog, SqliteOptions};
use tonic::transport::Channel;
use tonic::{Code, Status};

const CLIENTS: u64 = 16;

const GRAPH: &str = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-31", "children": {"core": "0-7"}}],
    "nodelist": ["n[0-31]"], "starttime": 0, "expiration": 0}}"#;

const JOBSPEC: &str = r#"{"version": 1, "attributes": {"system": {"duration": 60}},
    "resources": [{"type": "slot", "count": 1, "label": "a", "with": [{"type": "core", "count": 1}]}],
    "tasks": [{"command": ["app"], "slot": "a", "count": {"per_slot": 1}}]}"#;

/// A server that is killed when it goes.
struct Server {
    child: Child,
    channel: Channel,
}

impl Server {
    async fn start(directory: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command.args(["--host", "127.0.0.1", "--port", "0", "--log", "error"]);
        command.args(["--snapshot-every-records", "150", "--history", "0s", "--data-dir"]);
        let mut child = command.arg(directory).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("fluxion: gRPC listening on ").unwrap();
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        Self { child, channel: channel.connect().await.unwrap() }
    }

    fn jobs(&self) -> JobServiceClient<Channel> {
        JobServiceClient::new(self.channel.clone())
    }

    /// The live jobs with their keys, once the server serves.
    async fn live(&self) -> BTreeMap<u64, String> {
        loop {
            let states = vec![JobState::Allocated.into()];
            let request = ListJobsRequest { states, page_size: 1000, ..Default::default() };
            match self.jobs().list_jobs(request).await {
                Ok(listed) => {
                    let jobs = listed.into_inner().jobs;
                    return jobs.into_iter().map(|job| (job.job_id, job.job_key)).collect();
                }
                Err(status) if is_unknown(&status) => tokio::task::yield_now().await,
                Err(status) => panic!("{status:?}"),
            }
        }
    }

    async fn create(&self) {
        let options = GraphOptions { format: GraphFormat::Rv1exec.into(), ..Default::default() };
        let header = CreateGraphHeader {
            name: "default".to_owned(),
            options: Some(options),
            ..CreateGraphHeader::default()
        };
        let parts = [Part::Header(header), Part::Text(GRAPH.into())];
        let parts = parts.map(|part| CreateGraphRequest { part: Some(part) });
        let mut graphs = GraphServiceClient::new(self.channel.clone());
        let mut events = graphs.create_graph(tokio_stream::iter(parts)).await.unwrap().into_inner();
        while events.message().await.unwrap().is_some() {}
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the outcome is not known.
fn is_unknown(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Cancelled)
}

/// A request whose answer has not come.
#[derive(Clone)]
enum Asked {
    Match(MatchRequest),
    Cancel(u64, CancelRequest),
}

/// What a client knows.
#[derive(Default)]
struct Client {
    number: u64,
    requests: u64,
    asked: Option<Asked>,
    held: BTreeSet<u64>,
    given: Vec<u64>,
    /// The last match and cancel with what they came to.
    matched: Option<(MatchRequest, MatchResponse)>,
    cancelled: Option<(CancelRequest, CancelResponse)>,
}

impl Client {
    fn next(&mut self) -> Asked {
        self.requests += 1;
        let request_key = format!("{}-{}", self.number, self.requests);
        let is_full = self.held.len() > 8 || self.requests.is_multiple_of(3);
        match self.held.first().copied().filter(|_| is_full) {
            Some(job) => {
                let reference = Some(JobReference { reference: Some(Reference::JobId(job)) });
                let request =
                    CancelRequest { job: reference, request_key, ..CancelRequest::default() };
                Asked::Cancel(job, request)
            }
            None => {
                let (job_key, jobspec) = (request_key.clone(), JOBSPEC.to_owned());
                Asked::Match(MatchRequest { jobspec, job_key, request_key, ..Default::default() })
            }
        }
    }

    /// Sends what has no answer yet, again and again, until the server is gone.
    async fn work(mut self, mut jobs: JobServiceClient<Channel>, answers: Arc<AtomicU64>) -> Self {
        loop {
            let asked = self.asked.take().unwrap_or_else(|| self.next());
            self.asked = Some(asked.clone());
            let answered = match asked {
                Asked::Match(request) => jobs.r#match(request.clone()).await.map(|answer| {
                    let answer = answer.into_inner();
                    self.held.insert(answer.job_id);
                    self.given.push(answer.job_id);
                    self.matched = Some((request, answer));
                }),
                Asked::Cancel(job, request) => jobs.cancel(request.clone()).await.map(|answer| {
                    self.held.remove(&job);
                    self.cancelled = Some((request, answer.into_inner()));
                }),
            };
            match answered {
                Ok(()) => self.asked = None,
                Err(status) if is_unknown(&status) => return self,
                Err(status) => panic!("{status:?}"),
            }
            answers.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// What was answered is answered alike.
    async fn check_repeats(&self, jobs: &mut JobServiceClient<Channel>) {
        if let Some((request, answer)) = &self.matched {
            let again = jobs.r#match(request.clone()).await.unwrap().into_inner();
            assert_eq!(again, *answer);
        }
        if let Some((request, answer)) = &self.cancelled {
            assert_eq!(jobs.cancel(request.clone()).await.unwrap().into_inner(), *answer);
        }
    }

    /// Whether a job may be live of which no answer told, or not be although one did.
    fn may_differ(&self, job: u64, key: &str) -> bool {
        match &self.asked {
            Some(Asked::Match(request)) => request.job_key == key,
            Some(Asked::Cancel(cancelled, _)) => *cancelled == job,
            None => false,
        }
    }
}

/// Nothing that was answered is lost, and there is nothing else.
fn check(clients: &[Client], live: &BTreeMap<u64, String>) {
    let held: BTreeSet<u64> = clients.iter().flat_map(|client| client.held.clone()).collect();
    let wrong: Vec<_> = live
        .iter()
        .filter(|(job, _)| !held.contains(job))
        .chain(held.iter().filter(|job| !live.contains_key(job)).map(|job| (job, &NO_KEY)))
        .filter(|(job, key)| !clients.iter().any(|client| client.may_differ(**job, key)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let given: Vec<u64> = clients.iter().flat_map(|client| client.given.clone()).collect();
    let different: BTreeSet<u64> = given.iter().copied().collect();
    assert_eq!(given.len(), different.len(), "a number was given twice");
}

static NO_KEY: String = String::new();

/// What is kept is whole.
fn check_kept(directory: &Path) {
    let mut log = SqliteLog::open(directory, &SqliteOptions::default()).unwrap().log;
    for entry in log.graphs().unwrap() {
        let recovered = recover(&mut log, &entry, &mut |_| ()).unwrap();
        assert_eq!(recovered.store.context().check(), Ok(()));
    }
}

#[tokio::test]
async fn nothing_that_was_answered_is_lost_however_often_the_server_is_killed() {
    let kills = std::env::var("FLUXION_KILLS").map_or(50, |kills| kills.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let mut clients: Vec<Client> =
        (0..CLIENTS).map(|number| Client { number, ..Client::default() }).collect();
    for kill in 0..kills {
        let server = Server::start(directory.path()).await;
        if kill == 0 {
            while !server.live_or_nothing().await {}
            server.create().await;
        }
        check(&clients, &server.live().await);
        for client in &clients {
            client.check_repeats(&mut server.jobs()).await;
        }
        let answers = Arc::<AtomicU64>::default();
        let working: Vec<_> = clients
            .into_iter()
            .map(|client| tokio::spawn(client.work(server.jobs(), Arc::clone(&answers))))
            .collect();
        // another moment each time
        while answers.load(Ordering::SeqCst) < 20 + kill * 7 % 83 {
            tokio::task::yield_now().await;
        }
        drop(server);
        clients = Vec::new();
        for client in working {
            clients.push(client.await.unwrap());
        }
        check_kept(directory.path());
    }
}

impl Server {
    /// Whether it serves, though there is no graph.
    async fn live_or_nothing(&self) -> bool {
        let listed = self.jobs().list_jobs(ListJobsRequest::default()).await;
        listed.is_err_and(|status| status.code() == Code::NotFound)
    }
}
