//! Graphs that go by the clock of the server, which here is one that the tests set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fluxion_server::proto::fluxion::v1::explain_request::Subject;
use fluxion_server::proto::fluxion::v1::retime_request::NewEnd;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, Clock, CreateGraphHeader, Expiry, ExplainRequest, ExplainResponse, FindRequest,
    GetGraphRequest, GetJobRequest, GetTimeRequest, Graph, GraphOptions, HeldUpBy, HistoryRange,
    Job, JobState, ListJobsRequest, MatchOperation, MatchRequest, RetimeRequest, UpdateRequest,
    Verdict,
};
use fluxion_server::{Config, JournalOptions, WallClock};
use tonic::{Code, Status};

use crate::client::{V1, by_id, header, parts, refused, want};
use crate::fixture::{TestServer, cluster, job};
use crate::kept::Disk;

const START: i64 = 1_800_000_000;
const HOUR: i64 = 3600;

/// A clock that is set by hand. Clones share it.
#[derive(Clone)]
pub(crate) struct Hands(Arc<AtomicI64>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    fn clock(&self) -> WallClock {
        let hands = Arc::clone(&self.0);
        WallClock::new(move || hands.load(Ordering::SeqCst))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn options(expiry: Expiry) -> GraphOptions {
    GraphOptions { clock: Clock::System.into(), expiry: expiry.into(), ..GraphOptions::default() }
}

impl V1 {
    /// A server with a clock and the graph `default` of one node with two cores, that goes by it.
    pub(crate) async fn timed(expiry: Expiry) -> (Self, Hands) {
        let hands = Hands::new();
        let mut v1 = Self::of(TestServer::timed(Config::default(), hands.clock()).await).await;
        v1.load(options(expiry)).await.unwrap();
        (v1, hands)
    }

    async fn load(&mut self, options: GraphOptions) -> Result<(), Status> {
        let header = CreateGraphHeader { options: Some(options), ..header("default") };
        self.send(parts(header, cluster(1, 2).as_bytes(), 1000)).await.map(drop)
    }

    async fn time(&mut self) -> i64 {
        let told = self.graphs.get_time(GetTimeRequest::default()).await.unwrap().into_inner();
        assert_eq!(told.clock(), Clock::System);
        told.now
    }

    async fn known(&mut self, job: u64) -> Job {
        let request = GetJobRequest { job: by_id(job), ..GetJobRequest::default() };
        self.jobs.get_job(request).await.unwrap().into_inner()
    }

    async fn state(&mut self, job: u64) -> JobState {
        self.known(job).await.state()
    }

    async fn reserve(&mut self, cores: u64) -> u64 {
        let operation = MatchOperation::AllocateOrelseReserve.into();
        self.ask(MatchRequest { operation, ..want(cores, "core") }).await.unwrap().job_id
    }

    async fn retime(&mut self, job: u64, new_end: NewEnd) -> Result<(i64, i64), Status> {
        let (job, new_end) = (by_id(job), Some(new_end));
        let request = RetimeRequest { job, new_end, ..RetimeRequest::default() };
        let done = self.jobs.retime(request).await?.into_inner();
        Ok((done.start, done.end))
    }

    async fn explained(&mut self, request: ExplainRequest) -> Result<ExplainResponse, Status> {
        self.insight.explain(request).await.map(tonic::Response::into_inner)
    }

    async fn described(&mut self) -> Graph {
        self.graphs.get_graph(GetGraphRequest::default()).await.unwrap().into_inner()
    }
}

impl TestServer {
    async fn timed(config: Config, clock: WallClock) -> Self {
        let listen =
            fluxion_server::Listen { host: "127.0.0.1".to_owned(), port: fluxion_server::Port(0) };
        Self::of(fluxion_server::Server::bind(&listen, config).await.unwrap().timed(clock))
    }
}

#[tokio::test]
async fn a_graph_goes_by_the_clock_which_never_goes_back() {
    let (mut v1, hands) = V1::timed(Expiry::Hold).await;
    assert_eq!(v1.time().await, START);
    hands.pass(5);
    assert_eq!((v1.time().await, v1.take(1).await.unwrap().at), (START + 5, START + 5));
    hands.pass(-100);
    assert_eq!((v1.time().await, v1.take(1).await.unwrap().at), (START + 5, START + 5));
    let told = v1.described().await.options.unwrap();
    assert_eq!((told.clock(), told.expiry()), (Clock::System, Expiry::Hold));
}

#[tokio::test]
async fn nobody_brings_a_time_of_his_own() {
    let (mut v1, _) = V1::timed(Expiry::Hold).await;
    let at = MatchRequest { now: START, ..want(1, "core") };
    refused(
        v1.ask(at).await,
        Code::InvalidArgument,
        "now: the graph goes by the clock of the server: expected no time, found 1800000000",
    );
    let found = FindRequest { criteria: "status=up".to_owned(), ..FindRequest::default() };
    assert!(v1.resources.find(found).await.is_ok());
}

#[tokio::test]
async fn a_job_gives_back_at_its_end_and_a_reservation_begins() {
    let (mut v1, hands) = V1::timed(Expiry::Release).await;
    let (first, next) = (v1.take(2).await.unwrap().job_id, v1.reserve(2).await);
    let before = v1.described().await.revision;
    assert_eq!(v1.known(next).await.start, START + HOUR);
    hands.pass(HOUR);
    assert_eq!(
        (v1.state(first).await, v1.state(next).await),
        (JobState::Ended, JobState::Allocated)
    );
    assert_eq!(v1.described().await.revision, before + 2, "each is a change");
    hands.pass(HOUR);
    assert!(v1.take(2).await.is_ok(), "what was given back is free for the next call");
    assert_eq!(v1.state(next).await, JobState::Ended);
}

#[tokio::test]
async fn who_overruns_is_waited_for_and_both_are_told() {
    let (mut v1, hands) = V1::timed(Expiry::Hold).await;
    let (first, next) = (v1.take(1).await.unwrap().job_id, v1.reserve(2).await);
    assert!(!v1.known(first).await.overruns);
    hands.pass(HOUR);
    let (late, over) = (v1.known(next).await, v1.known(first).await);
    assert_eq!(
        (late.state(), late.held_up_by),
        (JobState::Reserved, Some(HeldUpBy { job_id: first }))
    );
    assert_eq!(
        (over.state(), over.overruns, over.holds_up),
        (JobState::Allocated, true, vec![next])
    );
    let cancel = CancelRequest { job: by_id(first), ..CancelRequest::default() };
    v1.jobs.cancel(cancel).await.unwrap();
    let begun = v1.known(next).await;
    assert_eq!((begun.state(), begun.held_up_by), (JobState::Allocated, None));
}

#[tokio::test]
async fn explain_goes_by_the_clock_and_knows_who_is_waited_for() {
    let (mut v1, hands) = V1::timed(Expiry::Hold).await;
    let (first, next) = (v1.take(1).await.unwrap().job_id, v1.reserve(2).await);
    let about =
        |job| ExplainRequest { subject: Some(Subject::Job(job)), ..ExplainRequest::default() };
    let waits = v1.explained(about(by_id(next).unwrap())).await.unwrap();
    assert_eq!(waits.sentence, format!("Starts at {}, when job {first} ends.", START + HOUR));
    hands.pass(HOUR);
    // while the graph catches up with the time, a look may still see it as it was
    let mut late = waits.clone();
    for _ in 0..100 {
        late = v1.explained(about(by_id(next).unwrap())).await.unwrap();
        if late.sentence != waits.sentence {
            break;
        }
    }
    assert_eq!(late.sentence, format!("Its time has come, but job {first} has what it needs."));
    assert_eq!((late.verdict(), late.blockers.len()), (Verdict::NotForeseen, 1));
    let subject = Some(Subject::Jobspec(job(1, "core")));
    let fits =
        v1.explained(ExplainRequest { subject: subject.clone(), ..ExplainRequest::default() });
    assert_eq!(fits.await.unwrap().verdict(), Verdict::FitsLater);
    let asked = v1.explained(ExplainRequest { subject, now: 5, ..ExplainRequest::default() }).await;
    refused(
        asked,
        Code::InvalidArgument,
        "now: the graph goes by the clock of the server: expected no time, found 5",
    );
}

#[tokio::test]
async fn a_job_is_extended_as_far_as_nobody_is_met() {
    let (mut v1, hands) = V1::timed(Expiry::Release).await;
    let first = v1.take(1).await.unwrap().job_id;
    assert_eq!(v1.retime(first, NewEnd::LaterBy(HOUR)).await.unwrap(), (START, START + 2 * HOUR));
    let next = v1.reserve(2).await;
    assert_eq!(v1.known(next).await.start, START + 2 * HOUR);
    let met = v1.retime(first, NewEnd::LaterBy(1)).await;
    refused(met, Code::FailedPrecondition, &format!("MEETS_JOB {next}"));
    assert_eq!(v1.retime(first, NewEnd::Duration(60)).await.unwrap(), (START, START + 60));
    hands.pass(60);
    assert_eq!(v1.state(first).await, JobState::Ended);
}

#[tokio::test]
async fn what_ends_at_once_ends_at_once() {
    let (mut v1, hands) = V1::timed(Expiry::Release).await;
    let job = v1.take(2).await.unwrap().job_id;
    hands.pass(100);
    v1.retime(job, NewEnd::End(START + 50)).await.unwrap();
    assert_eq!(v1.state(job).await, JobState::Ended);
    assert!(v1.take(2).await.is_ok());
}

#[tokio::test]
async fn an_update_without_a_start_begins_now() {
    let (mut v1, hands) = V1::timed(Expiry::Release).await;
    let held = v1.take(2).await.unwrap();
    let cancel = CancelRequest { job: by_id(held.job_id), ..CancelRequest::default() };
    v1.jobs.cancel(cancel).await.unwrap();
    hands.pass(10);
    let resources = held.resources;
    let update = UpdateRequest { job_id: 70, resources, duration: 5, ..UpdateRequest::default() };
    v1.jobs.update(update).await.unwrap();
    let known = v1.known(70).await;
    assert_eq!(
        (known.start, known.end, known.state()),
        (START + 10, START + 15, JobState::Allocated)
    );
}

/// Nobody calls: the thread of the graph itself looks at the clock, which here is that of the system.
#[tokio::test]
async fn a_job_ends_although_nobody_calls() {
    let mut v1 = V1::start(Config::default()).await;
    v1.load(options(Expiry::Release)).await.unwrap();
    let jobspec = job(1, "core").replace("duration: 3600", "duration: 1");
    v1.ask(MatchRequest { jobspec, ..MatchRequest::default() }).await.unwrap();
    assert_eq!(v1.described().await.live_jobs, 1);
    // what is told of a graph is what was when it had its last turn
    while v1.described().await.live_jobs > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn options_that_say_nothing_together_are_refused() {
    let (mut v1, _) = V1::timed(Expiry::Hold).await;
    let manual = GraphOptions { clock: Clock::Manual.into(), ..options(Expiry::Release) };
    refused(
        v1.load(manual).await,
        Code::InvalidArgument,
        "header.options.expiry: expected HOLD: only with the clock SYSTEM is the time of a job ever over",
    );
    let release = GraphOptions { clock: Clock::Unspecified.into(), ..options(Expiry::Release) };
    refused(
        v1.load(release).await,
        Code::InvalidArgument,
        "header.options.expiry: expected HOLD: only with the clock SYSTEM is the time of a job ever over",
    );
}

/// The published calls know no time: where the server is told so, their graph goes by its clock.
#[tokio::test]
async fn the_three_calls_go_by_the_clock_if_the_server_is_told_to() {
    let hands = Hands::new();
    let config = Config {
        clock: fluxion_context::Clock::System,
        expiry: fluxion_context::Expiry::Release,
        ..Config::default()
    };
    let server = TestServer::timed(config, hands.clock()).await;
    let mut client = server.client().await;
    client.init("", &cluster(1, 1)).await.unwrap();
    let first = client.ask(&job(1, "core"), "allocate_orelse_reserve", true).await.unwrap();
    let next = client.ask(&job(1, "core"), "allocate_orelse_reserve", true).await.unwrap();
    assert_eq!((first.at, next.at), (START, START + HOUR));
    let mut v1 = V1::of(server).await;
    hands.pass(HOUR);
    assert_eq!(v1.state(2).await, JobState::Allocated);
}

/// What has become due while no server ran is done by the next one; what was done is done once.
#[tokio::test]
async fn a_restart_catches_up() {
    let (disk, hands) = (Disk::new(), Hands::new());
    let mut v1 = disk.timed(hands.clock()).await;
    v1.load(options(Expiry::Release)).await.unwrap();
    let (first, next) = (v1.take(2).await.unwrap().job_id, v1.reserve(1).await);
    hands.pass(HOUR + 10);

    let mut v1 = disk.after_a_crash(None).timed(hands.clock()).await;
    assert_eq!(
        (v1.state(first).await, v1.state(next).await),
        (JobState::Ended, JobState::Allocated)
    );
    hands.pass(-2 * HOUR);
    assert_eq!(v1.time().await, START + HOUR + 10, "a clock that is set back moves no graph");
}

#[tokio::test]
async fn the_history_tells_what_ended_and_what_was_extended() {
    let (disk, hands) = (Disk::new(), Hands::new());
    let mut v1 = disk.timed(hands.clock()).await;
    v1.load(options(Expiry::Release)).await.unwrap();
    let (first, next) = (v1.take(2).await.unwrap().job_id, v1.reserve(1).await);
    v1.retime(next, NewEnd::LaterBy(5)).await.unwrap();
    hands.pass(HOUR);
    assert_eq!(v1.time().await, START + HOUR);
    let history = Some(HistoryRange::default());
    let listed = v1.jobs.list_jobs(ListJobsRequest { history, ..ListJobsRequest::default() }).await;
    let jobs = listed.unwrap().into_inner().jobs;
    let told = jobs.iter().map(|job| (job.job_id, job.state(), job.end, job.ended_at.is_some()));
    let expected = [
        (first, JobState::Ended, START + HOUR, true),
        (next, JobState::Allocated, START + 2 * HOUR + 5, false),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

impl Disk {
    async fn timed(&self, clock: WallClock) -> V1 {
        let server = self.server(Config::default(), JournalOptions::default()).await;
        let v1 = V1::of(TestServer::of(server.timed(clock))).await;
        v1.served().await;
        v1
    }
}
