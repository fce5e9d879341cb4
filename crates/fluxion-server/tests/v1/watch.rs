//! Watches of a graph: in order, each event once and none left out, all of a change or nothing, to be gone on with after any
//! cursor, with bookmarks that are true. By name, what others got wrong: progress that was told before its events, going back in
//! time, events that were lost to a slow reader or when old ones were thrown away, cursors from the future.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fluxion_server::JournalOptions;
use fluxion_server::proto::fluxion::v1::event::Change;
use fluxion_server::proto::fluxion::v1::insight_service_client::InsightServiceClient;
use fluxion_server::proto::fluxion::v1::watch_request::Start;
use fluxion_server::proto::fluxion::v1::watch_response::Item;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, Cursor, DropGraphRequest, Event, EventKind, GraphState, Job, JobState,
    ListJobsRequest, SetPropertyRequest, ShrinkJobs, ShrinkRequest, Target, WatchRequest,
    WatchResponse, target,
};
use tonic::transport::Channel;
use tonic::{Code, Response, Status, Streaming};
use tonic_types::StatusExt as _;

use crate::changes::Changes;
use crate::client::{V1, by_id, header, parts, refused, want};
use crate::fixture::cluster;
use crate::kept::Disk;

type Insight = InsightServiceClient<Channel>;

/// A stream that was begun.
#[derive(Debug)]
pub(crate) struct Watch(Streaming<WatchResponse>);

/// Begins to watch `default`.
async fn watch(insight: &mut Insight, request: WatchRequest) -> Result<Watch, Status> {
    insight.watch(request).await.map(Response::into_inner).map(Watch)
}

fn from(start: Start) -> WatchRequest {
    WatchRequest { start: Some(start), ..WatchRequest::default() }
}

fn after(incarnation: &str, revision: u64) -> WatchRequest {
    from(Start::After(Cursor { incarnation: incarnation.to_owned(), revision }))
}

impl Watch {
    async fn item(&mut self) -> Result<Item, Status> {
        let told = tokio::time::timeout(Duration::from_secs(60), self.0.message()).await.unwrap();
        told?.and_then(|told| told.item).ok_or_else(|| Status::ok("over"))
    }

    /// The state and what it is of.
    async fn state(&mut self) -> Result<(GraphState, Cursor), Status> {
        let mut all = GraphState::default();
        loop {
            match self.item().await? {
                Item::State(piece) => {
                    all.jobs.extend(piece.jobs);
                    all.down.extend(piece.down);
                }
                Item::Synced(cursor) => return Ok((all, cursor)),
                other => panic!("{other:?} before all of the state"),
            }
        }
    }

    /// Where it begins.
    async fn synced(&mut self) -> Cursor {
        let (state, cursor) = self.state().await.unwrap();
        assert_eq!(state, GraphState::default());
        cursor
    }

    /// The next event; bookmarks are none.
    async fn event(&mut self) -> Result<Event, Status> {
        loop {
            match self.item().await? {
                Item::Event(event) => return Ok(event),
                Item::Bookmark(_) => {}
                other => panic!("{other:?} among events"),
            }
        }
    }

    /// All events up to a revision, of which there is one.
    async fn until(&mut self, last: u64) -> Result<Vec<Event>, Status> {
        let mut events: Vec<Event> = Vec::new();
        while events.last().is_none_or(|event| revision(event) < last) {
            events.push(self.event().await?);
        }
        Ok(events)
    }
}

fn revision(event: &Event) -> u64 {
    event.cursor.as_ref().unwrap().revision
}

/// What somebody believes who has a state and hears of events.
#[derive(Debug, PartialEq)]
struct Belief {
    jobs: BTreeMap<u64, Job>,
    down: BTreeSet<String>,
}

impl Belief {
    fn of(state: GraphState) -> Self {
        let jobs = state.jobs.into_iter().map(|job| (job.job_id, job)).collect();
        Self { jobs, down: state.down.into_iter().map(|vertex| vertex.path).collect() }
    }

    fn hear(&mut self, event: &Event) {
        match event.change.clone().unwrap() {
            Change::JobBooked(booked) => {
                let job = booked.job.unwrap();
                assert_eq!(self.jobs.insert(job.job_id, job), None);
            }
            Change::JobCanceled(gone) => drop(self.jobs.remove(&gone.job_id).unwrap()),
            Change::JobEnded(gone) => drop(self.jobs.remove(&gone.job_id).unwrap()),
            Change::JobBegun(begun) => {
                self.jobs.get_mut(&begun.job_id).unwrap().set_state(JobState::Allocated);
            }
            Change::JobRetimed(retimed) => {
                self.jobs.get_mut(&retimed.job_id).unwrap().end = retimed.end;
            }
            Change::StatusSet(set) => {
                let Some(target::Target::Path(path)) = set.target.clone().unwrap().target else {
                    panic!("{set:?}");
                };
                if set.status() == fluxion_server::proto::fluxion::v1::Status::Down {
                    self.down.insert(path);
                } else {
                    self.down.remove(&path);
                }
            }
            Change::Shrunk(shrunk) => {
                let Some(target::Target::Path(gone)) = shrunk.target.unwrap().target else {
                    panic!("{event:?}");
                };
                self.down.retain(|path| *path != gone && !path.starts_with(&format!("{gone}/")));
                for job in shrunk.canceled {
                    self.jobs.remove(&job).unwrap();
                }
            }
            Change::WindowSet(set) => {
                for job in set.canceled {
                    self.jobs.remove(&job).unwrap();
                }
                for told in set.truncated {
                    self.jobs.get_mut(&told.job_id).unwrap().end = told.end;
                }
            }
            Change::JobReleased(_)
            | Change::PropertySet(_)
            | Change::Grown(_)
            | Change::WindowEnded(_) => {}
        }
    }
}

impl V1 {
    /// Live jobs, as ListJobs has them.
    async fn live(&mut self) -> BTreeMap<u64, Job> {
        let states = [JobState::Allocated, JobState::Reserved].map(Into::into).to_vec();
        let request = ListJobsRequest { states, page_size: 1000, ..ListJobsRequest::default() };
        let jobs = self.jobs.list_jobs(request).await.unwrap().into_inner().jobs;
        let plain = |job: Job| Job {
            unconfirmed: None,
            held_up_by: None,
            overruns: false,
            holds_up: Vec::new(),
            ..job
        };
        jobs.into_iter().map(|job| (job.job_id, plain(job))).collect()
    }

    /// Whoever has heard all from the beginning, and the state at the end.
    async fn whole(&mut self, incarnation: &str, last: u64) -> Vec<Event> {
        let mut all = watch(&mut self.insight, after(incarnation, 1)).await.unwrap();
        assert_eq!(all.synced().await.revision, 1);
        all.until(last).await.unwrap()
    }
}

/// Goes on after its last cursor whenever its connection ends, which it does after a few events.
async fn restless(mut insight: Insight, incarnation: String, last: u64) -> Vec<Event> {
    let (mut events, mut at, mut patience) = (Vec::new(), 1, 1);
    while at < last {
        let mut watch = watch(&mut insight, after(&incarnation, at)).await.unwrap();
        assert_eq!(watch.synced().await.revision, at);
        patience = (patience * 7 + 3) % 23;
        for _ in 0..=patience {
            if at < last {
                events.push(watch.event().await.unwrap());
                at = revision(events.last().unwrap());
            }
        }
    }
    events
}

/// Ordered, unique, reliable, atomic, resumable, on a server that keeps its graphs or not.
async fn check(disk: Option<Disk>) {
    let mut v1 = match &disk {
        Some(disk) => disk.start().await,
        None => V1::start(fluxion_server::Config::default()).await,
    };
    let incarnation = v1.create("default", &cluster(6, 4)).await.unwrap().incarnation;
    let mut changes = Changes::new(7);
    let mut stateful = None;
    let mut live = watch(&mut v1.insight, from(Start::Now(true))).await.unwrap();
    live.synced().await;
    let mut made = BTreeMap::new();
    let wanderer = tokio::spawn(restless(v1.insight.clone(), incarnation.clone(), 120));
    while changes.revision < 400 {
        if changes.revision == 200 && stateful.is_none() {
            let mut watch = watch(&mut v1.insight, from(Start::WithState(true))).await.unwrap();
            let (state, cursor) = watch.state().await.unwrap();
            stateful = Some((watch, Belief::of(state), cursor));
        }
        if let Some(kind) = changes.make(&mut v1).await {
            made.insert(changes.revision, kind);
        }
    }
    let last = changes.revision;
    let events = live.until(last).await.unwrap();
    let told: Vec<u64> = events.iter().map(revision).collect();
    assert_eq!(told, (2..=last).collect::<Vec<_>>(), "one event for each revision, in order");
    for event in &events {
        let cursor = event.cursor.clone().unwrap();
        assert_eq!(cursor.incarnation, incarnation);
        let change = event.change.as_ref().unwrap();
        assert!(made[&cursor.revision].fits(change), "{cursor:?}: {change:?}");
    }
    assert_eq!(v1.whole(&incarnation, last).await, events, "what was told later");
    assert_eq!(wanderer.await.unwrap(), events[..119], "with a break now and then");
    let (mut watch_on, mut belief, cursor) = stateful.unwrap();
    for (expected, event) in (cursor.revision + 1..).zip(watch_on.until(last).await.unwrap()) {
        assert_eq!(revision(&event), expected, "no gap after the state");
        belief.hear(&event);
    }
    let mut now = watch(&mut v1.insight, from(Start::WithState(true))).await.unwrap();
    let (state, cursor) = now.state().await.unwrap();
    assert_eq!((belief, cursor.revision), (Belief::of(state.clone()), last));
    assert_eq!(Belief::of(state).jobs, v1.live().await);
    let Some(disk) = disk else { return };
    // the ring is empty then: all comes from the journal
    let mut v1 = disk.after_a_crash(None).start().await;
    assert_eq!(v1.whole(&incarnation, last).await, events, "after a crash");
    for at in (1..last).step_by(37) {
        let mut watch = watch(&mut v1.insight, after(&incarnation, at)).await.unwrap();
        watch.synced().await;
        assert_eq!(watch.until(last).await.unwrap(), events[at as usize - 1..], "after {at}");
    }
    // from the journal on to what happens now
    let mut watch = watch(&mut v1.insight, after(&incarnation, last - 3)).await.unwrap();
    watch.synced().await;
    v1.set_property("x").await;
    let told: Vec<u64> = watch.until(last + 1).await.unwrap().iter().map(revision).collect();
    assert_eq!(told, [last - 2, last - 1, last, last + 1]);
}

#[tokio::test]
async fn events_are_told_in_order_once_and_from_anywhere_on() {
    check(None).await;
}

#[tokio::test]
async fn a_journal_tells_what_the_ring_has_told_also_after_a_crash() {
    check(Some(Disk::new())).await;
}

impl V1 {
    async fn set_property(&mut self, value: &str) {
        let request = SetPropertyRequest {
            path: "/cluster0".to_owned(),
            key: "p".to_owned(),
            value: value.to_owned(),
            ..SetPropertyRequest::default()
        };
        self.resources.set_property(request).await.unwrap();
    }

    /// More than the ring holds.
    pub(crate) async fn overflow(&mut self) {
        let value = "x".repeat(64 << 10);
        for _ in 0..1100 {
            self.set_property(&value).await;
        }
    }
}

#[tokio::test]
async fn a_slow_reader_goes_on_from_the_journal() {
    let mut v1 = Disk::new().start().await;
    let incarnation = v1.create("default", &cluster(1, 1)).await.unwrap().incarnation;
    let mut slow = watch(&mut v1.insight, from(Start::Now(true))).await.unwrap();
    v1.overflow().await;
    slow.synced().await;
    let told: Vec<u64> = slow.until(1101).await.unwrap().iter().map(revision).collect();
    assert_eq!(told, (2..=1101).collect::<Vec<_>>());
    let mut late = watch(&mut v1.insight, after(&incarnation, 1)).await.unwrap();
    late.synced().await;
    assert_eq!(revision(&late.event().await.unwrap()), 2);
}

#[tokio::test]
async fn a_slow_reader_without_a_journal_is_told_that_it_is_too_slow() {
    let mut v1 = V1::with(1, 1).await;
    let incarnation = v1.take(1).await.unwrap().incarnation;
    let mut slow = watch(&mut v1.insight, after(&incarnation, 1)).await.unwrap();
    v1.overflow().await;
    slow.synced().await;
    let mut last = 1;
    let end = loop {
        match slow.event().await {
            Ok(event) => {
                assert_eq!(revision(&event), last + 1, "no gap before it ends");
                last += 1;
            }
            Err(status) => break status,
        }
    };
    assert_eq!(end.code(), Code::OutOfRange, "{end:?}");
    let info = end.get_details_error_info().unwrap();
    assert_eq!((&*info.reason, &*info.metadata["newest"]), ("TOO_OLD", "1102"));
    let oldest: u64 = info.metadata["oldest"].parse().unwrap();
    assert!(oldest > last, "{oldest}");
    let early = watch(&mut v1.insight, after(&incarnation, oldest - 1)).await.unwrap_err();
    assert_eq!(early.code(), Code::OutOfRange);
    let mut again = watch(&mut v1.insight, after(&incarnation, oldest)).await.unwrap();
    again.synced().await;
    assert_eq!(revision(&again.event().await.unwrap()), oldest + 1);
}

#[tokio::test]
async fn what_was_pruned_is_too_old_and_nothing_is_left_out() {
    let disk = Disk::new();
    let options = JournalOptions {
        history: Duration::ZERO,
        snapshot_records: 10,
        ..JournalOptions::default()
    };
    let mut v1 = disk.start_with(options).await;
    let incarnation = v1.create("default", &cluster(1, 1)).await.unwrap().incarnation;
    for number in 0..100 {
        v1.set_property(&number.to_string()).await;
    }
    let disk = disk.after_a_crash(None);
    disk.forget();
    let mut v1 = disk.start_with(options).await;
    let status = watch(&mut v1.insight, after(&incarnation, 1)).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    let info = status.get_details_error_info().unwrap();
    let oldest: u64 = info.metadata["oldest"].parse().unwrap();
    assert!((2..=101).contains(&oldest), "{info:?}");
    let mut watch_on = watch(&mut v1.insight, after(&incarnation, oldest)).await.unwrap();
    watch_on.synced().await;
    v1.set_property("last").await;
    let told: Vec<u64> = watch_on.until(102).await.unwrap().iter().map(revision).collect();
    assert_eq!(told, (oldest + 1..=102).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_filters_gets_bookmarks_that_are_true() {
    let mut v1 = V1::with(1, 4).await;
    let kinds = vec![EventKind::JobCanceled.into()];
    let request = WatchRequest { kinds, bookmark_seconds: 1, ..from(Start::Now(true)) };
    let mut filtered = watch(&mut v1.insight, request).await.unwrap();
    filtered.synced().await;
    v1.take(1).await.unwrap();
    let matched = v1.take(1).await.unwrap();
    let Item::Bookmark(bookmark) = filtered.item().await.unwrap() else { panic!() };
    assert_eq!((bookmark.revision, bookmark.incarnation), (matched.revision, matched.incarnation));
    v1.jobs.cancel(CancelRequest { job: by_id(1), ..CancelRequest::default() }).await.unwrap();
    let event = filtered.event().await.unwrap();
    assert_eq!(revision(&event), matched.revision + 1);
    assert!(matches!(event.change, Some(Change::JobCanceled(gone)) if gone.job_id == 1));
    let Item::Bookmark(bookmark) = filtered.item().await.unwrap() else { panic!() };
    assert_eq!(bookmark.revision, matched.revision + 1);
}

#[tokio::test]
async fn nothing_is_told_before_it_is_durable() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    let incarnation = v1.create("default", &cluster(1, 4)).await.unwrap().incarnation;
    let request = WatchRequest { bookmark_seconds: 1, ..from(Start::Now(true)) };
    let mut watching = watch(&mut v1.insight, request).await.unwrap();
    watching.synced().await;
    disk.hold(true);
    let mut jobs = v1.jobs.clone();
    let taking = tokio::spawn(async move { jobs.r#match(want(1, "core")).await });
    let Item::Bookmark(bookmark) = watching.item().await.unwrap() else { panic!() };
    assert_eq!(bookmark, Cursor { incarnation, revision: 1 });
    disk.hold(false);
    assert_eq!(revision(&watching.event().await.unwrap()), 2);
    taking.await.unwrap().unwrap();
}

#[tokio::test]
async fn cursors_that_mean_nothing_here_are_refused() {
    let mut v1 = V1::with(1, 4).await;
    let incarnation = v1.take(1).await.unwrap().incarnation;
    for (revision, expected) in [(0, "0: expected 1 to 2"), (3, "3: expected 1 to 2")] {
        let begun = watch(&mut v1.insight, after(&incarnation, revision)).await;
        refused(begun, Code::InvalidArgument, &format!("after.revision: {expected}"));
    }
    let begun = watch(&mut v1.insight, after("", 1)).await;
    refused(begun, Code::InvalidArgument, "after.incarnation: expected the incarnation");
    let begun = watch(&mut v1.insight, after("0123456789abcdef", 1)).await;
    refused(begun, Code::FailedPrecondition, "OTHER_INCARNATION default");
    let request = WatchRequest { kinds: vec![99], ..WatchRequest::default() };
    refused(watch(&mut v1.insight, request).await, Code::InvalidArgument, "kinds: 99");
    let request = WatchRequest { bookmark_seconds: 3601, ..WatchRequest::default() };
    refused(watch(&mut v1.insight, request).await, Code::InvalidArgument, "bookmark_seconds: ");
}

#[tokio::test]
async fn the_end_of_a_graph_is_told_after_all_that_happened_to_it() {
    for disk in [None, Some(Disk::new())] {
        let mut v1 = match &disk {
            Some(disk) => disk.start().await,
            None => V1::start(fluxion_server::Config::default()).await,
        };
        for is_replaced in [false, true] {
            let incarnation = v1.create("default", &cluster(1, 4)).await.unwrap().incarnation;
            let mut watching = watch(&mut v1.insight, from(Start::Now(true))).await.unwrap();
            watching.synced().await;
            v1.take(1).await.unwrap();
            if is_replaced {
                let header = fluxion_server::proto::fluxion::v1::CreateGraphHeader {
                    replace: true,
                    ..header("default")
                };
                v1.send(parts(header, cluster(1, 1).as_bytes(), 1000)).await.unwrap();
            } else {
                let name = "default".to_owned();
                let request = DropGraphRequest { name, ..DropGraphRequest::default() };
                v1.graphs.drop_graph(request).await.unwrap();
            }
            assert_eq!(revision(&watching.event().await.unwrap()), 2);
            let end = watching.event().await;
            let message = end.as_ref().unwrap_err().message().to_owned();
            assert_eq!(message, "the graph `default` was dropped, or another took its place");
            refused(end, Code::NotFound, "graph default");
            let again = watch(&mut v1.insight, after(&incarnation, 2)).await;
            match is_replaced {
                true => refused(again, Code::FailedPrecondition, "OTHER_INCARNATION default"),
                false => refused(again, Code::NotFound, "graph default"),
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_ends_lets_its_watchers_go() {
    let mut v1 = V1::with(1, 4).await;
    let mut watching = watch(&mut v1.insight, from(Start::Now(true))).await.unwrap();
    watching.synced().await;
    let stopped = v1.server.stop();
    let end = watching.event().await.unwrap_err();
    assert_eq!((end.code(), end.message()), (Code::Unavailable, "the server ends: connect again"));
    drop((v1.insight, v1.graphs, v1.jobs, v1.resources, v1.maintenance));
    stopped.await.unwrap();
}

#[tokio::test]
async fn a_shrink_tells_what_jobs_lose() {
    let mut v1 = V1::with(2, 2).await;
    v1.take(3).await.unwrap();
    v1.take(1).await.unwrap();
    let mut watching = watch(&mut v1.insight, from(Start::Now(true))).await.unwrap();
    watching.synced().await;
    let target = Some(target::Target::Path("/cluster0/node0".to_owned()));
    let target = Some(Target { target });
    let request = ShrinkRequest {
        target: target.clone(),
        jobs: ShrinkJobs::Release.into(),
        ..ShrinkRequest::default()
    };
    v1.resources.shrink(request).await.unwrap();
    let Some(Change::Shrunk(shrunk)) = watching.event().await.unwrap().change else { panic!() };
    assert_eq!((&shrunk.target, shrunk.vertices), (&target, 3));
    let live: Vec<u64> = v1.live().await.into_keys().collect();
    let lost: BTreeSet<u64> = shrunk.canceled.iter().chain(&shrunk.released).copied().collect();
    assert!(!lost.is_empty() && shrunk.canceled.iter().all(|job| !live.contains(job)));
    assert!(shrunk.released.iter().all(|job| live.contains(job)), "{shrunk:?} {live:?}");
}
