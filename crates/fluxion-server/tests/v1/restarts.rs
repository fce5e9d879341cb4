//! Servers that are killed, and what their successors find.

use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, CreateGraphHeader, CreateGraphRequest, DropGraphRequest, GetGraphRequest,
    GetJobRequest, GetPropertiesRequest, GetStatusRequest, Graph, GrowRequest, Job,
    ListGraphsRequest, ListJobsRequest, MatchOperation, MatchRequest, PartialCancelRequest,
    ResourceFormat, ResourceSet, SetPropertyRequest, SetStatusRequest, ShrinkJobs, ShrinkRequest,
    SnapshotGraphRequest, Status as Mark, Target, UpdateRequest, target,
};
use fluxion_server::proto::fluxion::{InitRequest, MatchRequest as PublishedMatch};
use fluxion_server::{JournalOptions, OnInit, ServeError};
use fluxion_store::journal::Life;
use tonic::{Code, Status};

use crate::client::{V1, by_id, by_key, header, parts, refused, want};
use crate::fixture::{cluster, job};
use crate::jobs::exclusive;
use crate::kept::Disk;

fn path(path: &str) -> Option<Target> {
    Some(Target { target: Some(target::Target::Path(path.to_owned())) })
}

impl V1 {
    async fn job_of(&mut self, id: u64) -> Result<Job, Status> {
        let request = GetJobRequest { job: by_id(id), ..GetJobRequest::default() };
        self.jobs.get_job(request).await.map(tonic::Response::into_inner)
    }

    async fn graph(&mut self, name: &str) -> Result<Graph, Status> {
        let request = GetGraphRequest { name: name.to_owned() };
        self.graphs.get_graph(request).await.map(tonic::Response::into_inner)
    }

    async fn listed(&mut self) -> Vec<Graph> {
        self.graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner().graphs
    }

    async fn free(&mut self, id: u64) -> Result<(), Status> {
        let request = CancelRequest { job: by_id(id), ..CancelRequest::default() };
        self.jobs.cancel(request).await.map(drop)
    }

    /// All that can be asked about the graph `default`.
    async fn all_there_is(&mut self) -> String {
        let mut told = format!("{:?}\n", self.graph("").await);
        for id in 0..12 {
            told += &format!("{id}: {:?}\n", self.job_of(id).await.map_err(|error| error.code()));
        }
        let jobs = self.jobs.list_jobs(ListJobsRequest::default()).await.unwrap().into_inner();
        let request = GetStatusRequest { target: path("/cluster0"), ..GetStatusRequest::default() };
        let status = self.resources.get_status(request).await.unwrap().into_inner();
        let request =
            GetPropertiesRequest { path: "/cluster0/node1".to_owned(), ..Default::default() };
        let properties = self.resources.get_properties(request).await.unwrap().into_inner();
        told + &format!("{jobs:?}\n{status:?}\n{properties:?}")
    }
}

fn keyed(request_key: &str, slots: u64) -> MatchRequest {
    let operation = MatchOperation::AllocateWithSatisfiability.into();
    MatchRequest { request_key: request_key.to_owned(), operation, ..want(slots, "core") }
}

/// A bit of everything; what may be repeated, with what it came to.
async fn work(v1: &mut V1) -> Vec<(MatchRequest, Result<String, (Code, String, Vec<u8>)>)> {
    v1.create("default", &cluster(3, 4)).await.unwrap();
    v1.take(1).await.unwrap();
    let held = MatchRequest {
        job_key: "mine".to_owned(),
        resource_format: ResourceFormat::Jgf.into(),
        ..want(2, "core")
    };
    v1.ask(held).await.unwrap();
    v1.take(1).await.unwrap();
    v1.free(1).await.unwrap();
    let property = SetPropertyRequest {
        path: "/cluster0/node1".to_owned(),
        key: "k".to_owned(),
        value: "v".to_owned(),
        ..SetPropertyRequest::default()
    };
    v1.resources.set_property(property).await.unwrap();
    let down = SetStatusRequest {
        target: path("/cluster0/node2"),
        status: Mark::Down.into(),
        ..SetStatusRequest::default()
    };
    v1.resources.set_status(down).await.unwrap();
    let grow = GrowRequest { jgf: cluster(4, 4), ..GrowRequest::default() };
    v1.resources.grow(grow).await.unwrap();
    let shrink = ShrinkRequest {
        target: path("/cluster0/node2"),
        jobs: ShrinkJobs::Refuse.into(),
        ..ShrinkRequest::default()
    };
    v1.resources.shrink(shrink).await.unwrap();
    let mut repeats = Vec::new();
    for request in [keyed("done", 1), keyed("never", 1000), keyed("done too", 2)] {
        let answer = outcome(v1, &request).await;
        repeats.push((request, answer));
    }
    repeats
}

async fn outcome(v1: &mut V1, request: &MatchRequest) -> Result<String, (Code, String, Vec<u8>)> {
    let answer = v1.ask(request.clone()).await;
    answer
        .map(|answer| format!("{answer:?}"))
        .map_err(|status| (status.code(), status.message().to_owned(), status.details().to_vec()))
}

#[tokio::test]
async fn all_that_was_answered_is_there_after_a_restart_and_answered_alike() {
    let disk = Disk::new();
    let mut before = disk.start().await;
    let repeats = work(&mut before).await;
    let told = before.all_there_is().await;
    let mut after = disk.after_a_crash(None).start().await;
    assert_eq!(after.all_there_is().await, told);
    for (request, answer) in &repeats {
        assert_eq!(outcome(&mut after, request).await, *answer);
    }
    assert_eq!(after.all_there_is().await, told, "a repeat changes nothing");
    let next = (before.take(1).await.unwrap(), after.take(1).await.unwrap());
    assert_eq!((next.0.job_id, next.0.resources), (next.1.job_id, next.1.resources));
}

#[tokio::test]
async fn a_job_is_found_by_its_key_and_updated_after_a_restart() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(2, 2)).await.unwrap();
    let request = MatchRequest { job_key: "mine".to_owned(), ..want(3, "core") };
    let resources = v1.ask(request).await.unwrap().resources;
    v1.free(1).await.unwrap();
    let update = UpdateRequest {
        job_id: 7,
        job_key: "other".to_owned(),
        resources: resources.clone(),
        duration: 60,
        ..UpdateRequest::default()
    };
    v1.jobs.update(update).await.unwrap();
    let mut v1 = disk.after_a_crash(None).start().await;
    let request = GetJobRequest { job: by_key("other"), ..GetJobRequest::default() };
    assert_eq!(v1.jobs.get_job(request).await.unwrap().into_inner().job_id, 7);
    let disk = disk.after_a_crash(None);
    let mut v1 = disk.start().await;
    let text = resources.map(|set| ResourceSet { text: exclusive(&set.text), ..set });
    let part = PartialCancelRequest { job: by_id(7), resources: text, ..Default::default() };
    let released = v1.jobs.partial_cancel(part).await.unwrap().into_inner();
    assert!(released.cancelled);
    let mut v1 = disk.after_a_crash(None).start().await;
    assert_eq!(v1.take(4).await.unwrap().job_id, 8);
}

#[tokio::test]
async fn graphs_come_and_go_for_good_and_no_number_is_given_twice() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    for name in ["default", "kept", "dropped"] {
        v1.create(name, &cluster(1, 3)).await.unwrap();
        v1.ask(MatchRequest { graph: name.to_owned(), ..want(1, "core") }).await.unwrap();
    }
    let drop = DropGraphRequest { name: "dropped".to_owned(), ..DropGraphRequest::default() };
    v1.graphs.drop_graph(drop).await.unwrap();
    let mut header = header("kept");
    header.replace = true;
    v1.send(parts(header, cluster(1, 2).as_bytes(), 1000)).await.unwrap();
    let disk = disk.after_a_crash(None);
    let mut v1 = disk.start().await;
    let listed = v1.graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner();
    let listed: Vec<_> =
        listed.graphs.iter().map(|graph| (&*graph.name, graph.vertices, graph.live_jobs)).collect();
    assert_eq!(listed, [("default", 5, 1), ("kept", 4, 0)]);
    v1.create("dropped", &cluster(1, 1)).await.unwrap();
    for name in ["default", "kept", "dropped"] {
        let matched = v1.ask(MatchRequest { graph: name.to_owned(), ..want(1, "core") }).await;
        assert_eq!(matched.unwrap().job_id, 2, "{name}");
    }
    let served =
        |entry: &&_| matches!(entry, fluxion_store::journal::GraphEntry { life: Life::Served, .. });
    assert_eq!(disk.graphs().iter().filter(served).count(), 3);
}

/// The request that creates a graph in place of another.
fn replacing(key: &str, name: &str) -> Vec<CreateGraphRequest> {
    let header = CreateGraphHeader { replace: true, request_key: key.to_owned(), ..header(name) };
    parts(header, cluster(1, 2).as_bytes(), 1000)
}

fn dropping(key: &str, name: &str) -> DropGraphRequest {
    let (name, request_key) = (name.to_owned(), key.to_owned());
    DropGraphRequest { name, request_key, ..DropGraphRequest::default() }
}

#[tokio::test]
async fn who_repeats_the_creation_or_the_end_of_a_graph_gets_the_first_answer_after_restarts_too() {
    let mut disk = Disk::new();
    let mut v1 = disk.start().await;
    let mut first = Vec::new();
    for (key, name) in [("1", "grown"), ("2", "ended"), ("3", "default")] {
        first.push((key, name, v1.send(replacing(key, name)).await.unwrap().pop()));
    }
    v1.send(replacing("", "default")).await.unwrap();
    v1.take(1).await.unwrap();
    v1.graphs.drop_graph(dropping("end", "ended")).await.unwrap();
    v1.create("ended", &cluster(1, 1)).await.unwrap();
    let grow =
        GrowRequest { graph: "grown".to_owned(), jgf: cluster(2, 2), ..GrowRequest::default() };
    v1.resources.grow(grow).await.unwrap();
    let told = v1.listed().await;
    for begins_with in ["the first frames", "snapshots"] {
        disk = disk.after_a_crash(None);
        let mut v1 = disk.start().await;
        for (key, name, answer) in &first {
            let again = v1.send(replacing(key, name)).await.unwrap().pop();
            assert_eq!(again, *answer, "{begins_with}");
        }
        v1.graphs.drop_graph(dropping("end", "ended")).await.unwrap();
        refused(
            v1.send(replacing("1", "other")).await,
            Code::InvalidArgument,
            "request_key: the key was used for a request with other content: expected a new key",
        );
        assert_eq!(v1.listed().await, told, "{begins_with}");
        for name in ["default", "ended", "grown"] {
            let request = SnapshotGraphRequest { name: name.to_owned() };
            v1.graphs.snapshot_graph(request).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_three_calls_find_their_graph_again_until_they_begin_anew() {
    let disk = Disk::new();
    let v1 = disk.start().await;
    let mut three = FluxionServiceClient::new(v1.server.channel().await);
    let init = || InitRequest { policy: "first".to_owned(), jgf: cluster(1, 2) };
    let take = || PublishedMatch {
        jobspec: job(1, "core"),
        request: "allocate".to_owned(),
        ..PublishedMatch::default()
    };
    three.init(init()).await.unwrap();
    three.r#match(take()).await.unwrap();
    let disk = disk.after_a_crash(None);
    let v1 = disk.start().await;
    let mut three = FluxionServiceClient::new(v1.server.channel().await);
    assert_eq!(three.r#match(take()).await.unwrap().into_inner().jobid, 2);
    assert_eq!(three.r#match(take()).await.unwrap_err().code(), Code::ResourceExhausted);
    three.init(init()).await.unwrap();
    let v1 = disk.after_a_crash(None).start().await;
    let mut three = FluxionServiceClient::new(v1.server.channel().await);
    // what was spent by the match that found nothing was told to nobody
    assert!(three.r#match(take()).await.unwrap().into_inner().jobid > 2);
}

/// A refusal of either service is repeated in its own words.
#[tokio::test]
async fn refusals_are_remembered_in_the_words_of_their_service() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(1, 1)).await.unwrap();
    let ask = || {
        let jobspec = job(1, "core").replace("count: 1", "count: -1");
        let mut request = tonic::Request::new(PublishedMatch {
            jobspec,
            request: "allocate".to_owned(),
            ..PublishedMatch::default()
        });
        request.metadata_mut().insert("fluxion-request-key", "k".parse().unwrap());
        request
    };
    let mut three = FluxionServiceClient::new(v1.server.channel().await);
    let first = three.r#match(ask()).await.unwrap_err();
    let v1 = disk.after_a_crash(None).start().await;
    let mut three = FluxionServiceClient::new(v1.server.channel().await);
    let again = three.r#match(ask()).await.unwrap_err();
    assert_eq!((first.code(), first.message()), (again.code(), again.message()));
    assert_eq!(first.details(), again.details());
}

#[tokio::test]
async fn nothing_is_answered_before_all_that_it_saw_is_durable() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(1, 4)).await.unwrap();
    disk.hold(true);
    let (mut other, mut third) = (v1.jobs.clone(), v1.jobs.clone());
    let mut matching = Box::pin(v1.take(1));
    tokio::select! { biased; _ = &mut matching => panic!("answered"), () = disk.reached(2) => {} }
    let request = GetJobRequest { job: by_id(1), ..GetJobRequest::default() };
    let mut reading = Box::pin(other.get_job(request));
    let mut refusing = Box::pin(third.r#match(want(100, "core")));
    let window = tokio::time::Duration::from_millis(50);
    let both = async {
        tokio::select! { _ = &mut matching => 1, _ = &mut reading => 2, _ = &mut refusing => 3 }
    };
    assert!(tokio::time::timeout(window, both).await.is_err());
    disk.hold(false);
    assert_eq!(matching.await.unwrap().job_id, 1);
    assert_eq!(reading.await.unwrap().into_inner().job_id, 1);
    assert_eq!(refusing.await.unwrap_err().code(), Code::ResourceExhausted);
}

/// The server refuses, or is gone: what the transport of the client had begun on its connection is cancelled then.
fn is_over(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Cancelled)
}

/// A server whose disk takes so many writes: how many matches it acknowledged, all of which its successor finds.
async fn acknowledged(writes: u64, options: JournalOptions) -> u64 {
    let disk = Disk::new().after_a_crash(Some(writes));
    let mut v1 = disk.start_with(options).await;
    let (mut acknowledged, mut failed) = (Vec::new(), None);
    match v1.create("default", &cluster(1, 30)).await {
        Err(status) => failed = Some(status),
        Ok(_) => {
            while failed.is_none() {
                match v1.take(1).await {
                    Ok(matched) => acknowledged.push(matched.job_id),
                    Err(status) => failed = Some(status),
                }
            }
        }
    }
    assert!(is_over(&failed.unwrap()));
    assert!(is_over(&v1.job_of(1).await.unwrap_err()));
    let V1 { server, .. } = v1;
    let ended = server.task.await.unwrap();
    assert!(matches!(ended, Err(ServeError::Journal(_))), "{ended:?}");
    let mut v1 = disk.after_a_crash(None).start().await;
    for job in &acknowledged {
        assert_eq!(v1.job_of(*job).await.unwrap().job_id, *job);
    }
    acknowledged.len() as u64
}

/// The n-th append fails, for every n.
#[tokio::test]
async fn what_is_not_written_is_not_acknowledged_and_the_server_ends() {
    for writes in 0..8 {
        let found = acknowledged(writes, JournalOptions::default()).await;
        assert_eq!(found, writes.saturating_sub(1));
    }
}

/// The n-th write fails, be it an append, a part of a snapshot or its end.
#[tokio::test]
async fn a_snapshot_that_cannot_be_written_loses_nothing() {
    let options = JournalOptions { snapshot_records: 3, ..JournalOptions::default() };
    for writes in 0..16 {
        assert!(acknowledged(writes, options).await <= writes);
    }
}

#[tokio::test]
async fn what_is_carried_is_written_on_a_clean_stop() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(1, 1)).await.unwrap();
    v1.take(2).await.unwrap_err();
    let V1 { server, .. } = v1;
    server.stop().await.unwrap();
    let mut v1 = disk.after_a_crash(None).start().await;
    assert_eq!(v1.take(1).await.unwrap().job_id, 2);
}

/// Snapshots after every other record: whatever is lost of them, or comes after them, nothing else changes.
#[tokio::test]
async fn a_restart_from_snapshots_finds_the_same() {
    let options = JournalOptions { snapshot_records: 2, ..JournalOptions::default() };
    let disk = Disk::new();
    let mut before = disk.start_with(options).await;
    let repeats = work(&mut before).await;
    let told = before.all_there_is().await;
    disk.snapshotted().await;
    let disk = disk.after_a_crash(None);
    let mut after = disk.start_with(options).await;
    assert_eq!(after.all_there_is().await, told);
    for (request, answer) in &repeats {
        assert_eq!(outcome(&mut after, request).await, *answer);
    }
    let V1 { server, .. } = after;
    server.stop().await.unwrap();
    let mut last = disk.after_a_crash(None).start().await;
    assert_eq!(last.all_there_is().await, told);
}

#[tokio::test]
async fn an_orderly_end_leaves_a_snapshot() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(1, 2)).await.unwrap();
    v1.take(1).await.unwrap();
    assert_eq!(disk.snapshots(), 0);
    let V1 { server, .. } = v1;
    server.stop().await.unwrap();
    assert_eq!(disk.snapshots(), 1);
}

/// Whether the job of before is there after a restart and another Init, which says `code`.
async fn check_on_init(on_init: OnInit, again: InitRequest, code: Code, stays: bool) {
    let first = InitRequest { policy: "first".to_owned(), jgf: cluster(1, 2) };
    let disk = Disk::new();
    let v1 = disk.start_as(on_init).await;
    let mut three = FluxionServiceClient::new(v1.server.channel().await);
    three.init(first).await.unwrap();
    let take = PublishedMatch {
        jobspec: job(1, "core"),
        request: "allocate".to_owned(),
        ..PublishedMatch::default()
    };
    three.r#match(take.clone()).await.unwrap();
    let mut v1 = disk.after_a_crash(None).start_as(on_init).await;
    let mut three = FluxionServiceClient::new(v1.server.channel().await);
    let answer = three.init(again).await.map(tonic::Response::into_inner);
    assert_eq!(answer.map_or_else(|status| status.code(), |_| Code::Ok), code);
    assert_eq!(v1.job_of(1).await.is_ok(), stays, "{on_init:?}");
    assert_eq!(three.r#match(take).await.unwrap().into_inner().jobid, 2);
}

#[tokio::test]
async fn an_init_after_a_restart_does_what_the_server_was_told() {
    let same = || InitRequest { policy: "first".to_owned(), jgf: cluster(1, 2) };
    let text = || InitRequest { jgf: cluster(1, 3), ..same() };
    let options = || InitRequest { policy: "high".to_owned(), ..same() };
    check_on_init(OnInit::Replace, same(), Code::Ok, false).await;
    check_on_init(OnInit::KeepIfSame, same(), Code::Ok, true).await;
    check_on_init(OnInit::KeepIfSame, text(), Code::Ok, false).await;
    check_on_init(OnInit::KeepIfSame, options(), Code::Ok, false).await;
    check_on_init(OnInit::Refuse, same(), Code::AlreadyExists, true).await;
}
