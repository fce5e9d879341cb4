//! Jobs of the past, as the journal tells of them.

use fluxion_server::JournalOptions;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, DropGraphRequest, HistoryRange, Job, JobState, ListJobsRequest,
    ListJobsResponse, MatchRequest, PartialCancelRequest, ResourceFormat, ResourceSet,
    UpdateRequest,
};
use tonic::{Code, Status};

use crate::client::{V1, by_id, refused, want};
use crate::fixture::cluster;
use crate::jobs::exclusive;
use crate::kept::Disk;

/// The graph forgets a cancelled job when so many others were cancelled after it.
const REMEMBERED: u64 = 16_384;

/// So many jobs fit at once where there are many.
const CORES: u64 = 64;

fn all() -> ListJobsRequest {
    ListJobsRequest { history: Some(HistoryRange::default()), ..ListJobsRequest::default() }
}

fn within(since: f64, until: f64) -> ListJobsRequest {
    let history = Some(HistoryRange { since: Some(since), until: Some(until) });
    ListJobsRequest { history, ..ListJobsRequest::default() }
}

impl V1 {
    async fn page(&mut self, request: ListJobsRequest) -> Result<ListJobsResponse, Status> {
        self.jobs.list_jobs(request).await.map(tonic::Response::into_inner)
    }

    /// All pages, with how many there were.
    async fn past(&mut self, mut request: ListJobsRequest) -> (Vec<Job>, usize) {
        let (mut jobs, mut pages) = (Vec::new(), 0);
        loop {
            let page = self.page(request.clone()).await.unwrap();
            jobs.extend(page.jobs);
            pages += 1;
            if page.next_page_token.is_empty() {
                return (jobs, pages);
            }
            request.page_token = page.next_page_token;
        }
    }

    async fn end(&mut self, job: u64) {
        let request = CancelRequest { job: by_id(job), ..CancelRequest::default() };
        self.jobs.cancel(request).await.unwrap();
    }

    /// The same many times, many at once.
    async fn spend_many(&self, jobs: u64) {
        let mut spending = tokio::task::JoinSet::new();
        for share in 0..CORES {
            let mut jobs_left = jobs / CORES + u64::from(share < jobs % CORES);
            let mut service = self.jobs.clone();
            spending.spawn(async move {
                while jobs_left > 0 {
                    let job = service.r#match(want(1, "core")).await.unwrap().into_inner().job_id;
                    let request = CancelRequest { job: by_id(job), ..CancelRequest::default() };
                    service.cancel(request).await.unwrap();
                    jobs_left -= 1;
                }
            });
        }
        spending.join_all().await;
    }

    /// Books a core and gives it back.
    async fn spend(&mut self, jobs: u64) {
        for _ in 0..jobs {
            let job = self.take(1).await.unwrap().job_id;
            self.end(job).await;
        }
    }
}

fn state(job: &Job) -> (u64, &str, JobState, bool, bool) {
    let (booked, ended) = (job.booked_at.is_some(), job.ended_at.is_some());
    (job.job_id, &job.job_key, job.state(), booked, ended)
}

#[tokio::test]
async fn what_was_booked_changed_or_ended_is_told_once_with_its_times() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(2, 4)).await.unwrap();
    let keyed = MatchRequest { job_key: "mine".to_owned(), ..want(1, "core") };
    v1.ask(keyed).await.unwrap();
    let format = ResourceFormat::Jgf.into();
    let parted = v1.ask(MatchRequest { resource_format: format, ..want(1, "core") }).await.unwrap();
    v1.take(2).await.unwrap();
    v1.end(1).await;
    let text = exclusive(&parted.resources.unwrap().text);
    let part = PartialCancelRequest {
        job: by_id(2),
        resources: Some(ResourceSet { format, text }),
        ..PartialCancelRequest::default()
    };
    assert!(v1.jobs.partial_cancel(part).await.unwrap().into_inner().cancelled);
    let (jobs, _) = v1.past(all()).await;
    let expected = [
        (1, "mine", JobState::Canceled, true, true),
        (2, "", JobState::Canceled, true, true),
        (3, "", JobState::Allocated, true, false),
    ];
    assert_eq!(jobs.iter().map(state).collect::<Vec<_>>(), expected);
    assert!(jobs.iter().all(|job| job.booked_at <= job.ended_at.or(job.booked_at)));
    let live = ListJobsRequest { states: vec![JobState::Allocated.into()], ..all() };
    assert_eq!(v1.past(live).await.0, jobs[2..]);
    let ended = ListJobsRequest { states: vec![JobState::Canceled.into()], ..all() };
    assert_eq!(v1.past(ended).await.0, jobs[..2]);
    // only the end of the first is within this range: the record of its booking is found all the same
    let end = jobs[0].ended_at.unwrap();
    assert_eq!(v1.past(within(end - 1e-6, end + 1e-6)).await.0, jobs[..1]);
}

#[tokio::test]
async fn a_range_without_jobs_is_one_empty_page() {
    let mut v1 = Disk::new().start().await;
    v1.create("default", &cluster(1, 1)).await.unwrap();
    v1.spend(2).await;
    let listed = v1.past(all()).await.0;
    let (first, last) = (listed[0].booked_at.unwrap(), listed[1].ended_at.unwrap());
    let ranges =
        [within(0.0, first - 1.0), within(last + 1.0, 1e10), within(5.0, 4.0), within(0.0, 0.0)];
    for range in ranges {
        assert_eq!(v1.past(range).await, (vec![], 1));
    }
}

#[tokio::test]
async fn what_the_graph_has_forgotten_is_told_from_the_journal_also_after_a_restart() {
    let disk = Disk::new();
    let mut v1 =
        disk.start_with(JournalOptions { snapshot_records: 9_000, ..Default::default() }).await;
    v1.create("default", &cluster(1, CORES as usize)).await.unwrap();
    let keyed = MatchRequest { job_key: "early".to_owned(), ..want(1, "core") };
    v1.ask(keyed).await.unwrap();
    v1.end(1).await;
    v1.spend_many(REMEMBERED + 10).await;
    let (jobs, pages) = v1.past(ListJobsRequest { page_size: 1000, ..all() }).await;
    assert_eq!((jobs.len() as u64, pages), (REMEMBERED + 11, 17));
    assert_eq!(state(&jobs[0]), (1, "early", JobState::Canceled, true, true));
    assert!(jobs.iter().map(|job| job.job_id).eq(1..=REMEMBERED + 11));
    let (listed, _) = v1.past(ListJobsRequest { page_size: 1000, ..Default::default() }).await;
    assert_eq!(listed.len() as u64, REMEMBERED, "the graph itself has forgotten some");
    let mut v1 = disk.after_a_crash(None).start().await;
    assert_eq!(v1.past(ListJobsRequest { page_size: 1000, ..all() }).await.0, jobs);
    // the end of the first job alone, which was booked before: only the journal knows its key
    let end = jobs[0].ended_at.unwrap();
    let (found, _) = v1.past(within(end - 1e-6, end + 1e-6)).await;
    assert_eq!(found, jobs[..1]);
}

#[tokio::test]
async fn pages_of_one_list_are_of_one_moment_while_matches_go_on() {
    let mut v1 = Disk::new().start().await;
    v1.create("default", &cluster(1, 40)).await.unwrap();
    for _ in 0..20 {
        v1.take(1).await.unwrap();
    }
    v1.spend(5).await;
    let mut request = ListJobsRequest { page_size: 7, ..all() };
    let mut found = Vec::new();
    for round in 1.. {
        let page = v1.page(request.clone()).await.unwrap();
        found.extend(page.jobs.iter().map(|job| job.job_id));
        if page.next_page_token.is_empty() {
            assert_eq!(round, 4);
            break;
        }
        request.page_token = page.next_page_token;
        // what has been told, what will be, and what was never there
        v1.end(round).await;
        v1.end(21 - round).await;
        v1.spend(3).await;
    }
    assert!(found.iter().copied().eq(1..=25), "{found:?}");
}

#[tokio::test]
async fn a_page_is_told_again_when_what_was_read_is_kept_no_more() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(1, 1)).await.unwrap();
    v1.spend(5).await;
    let first = v1.page(ListJobsRequest { page_size: 2, ..all() }).await.unwrap();
    let request = ListJobsRequest { page_token: first.next_page_token, page_size: 2, ..all() };
    let second = v1.page(request.clone()).await.unwrap();
    assert_eq!(v1.page(request.clone()).await.unwrap().jobs, second.jobs);
    let mut v1 = disk.after_a_crash(None).start().await;
    v1.spend(5).await;
    assert_eq!(v1.page(request.clone()).await.unwrap().jobs, second.jobs);
    v1.create("other", &cluster(1, 1)).await.unwrap();
    let wrong = ListJobsRequest { graph: "other".to_owned(), ..request };
    refused(v1.page(wrong).await, Code::InvalidArgument, "page_token: ");
}

#[tokio::test]
async fn loads_that_are_gone_are_told_of_by_their_incarnation() {
    let mut v1 = Disk::new().start().await;
    let first = v1.create("g", &cluster(1, 2)).await.unwrap().incarnation;
    let take = MatchRequest { graph: "g".to_owned(), ..want(1, "core") };
    v1.ask(take.clone()).await.unwrap();
    let drop = DropGraphRequest { name: "g".to_owned(), ..DropGraphRequest::default() };
    v1.graphs.drop_graph(drop.clone()).await.unwrap();
    let of = |incarnation: &str| ListJobsRequest {
        graph: "g".to_owned(),
        incarnation: incarnation.to_owned(),
        ..all()
    };
    let expected = [(1, "", JobState::Canceled, true, false)];
    let gone = v1.page(of(&first)).await.unwrap();
    assert_eq!(gone.jobs.iter().map(state).collect::<Vec<_>>(), expected);
    assert_eq!(gone.incarnation, first);
    refused(v1.page(of("")).await, Code::NotFound, "graph g");
    let second = v1.create("g", &cluster(1, 2)).await.unwrap().incarnation;
    v1.ask(take).await.unwrap();
    assert_eq!(v1.page(of("")).await.unwrap().jobs[0].job_id, 2);
    assert_eq!(v1.page(of(&second)).await.unwrap().jobs[0].job_id, 2);
    assert_eq!(v1.page(of(&first)).await.unwrap().jobs[0].job_id, 1);
    refused(v1.page(of("0123456789abcdef")).await, Code::FailedPrecondition, "OTHER_INCARNATION g");
    let memory = ListJobsRequest { history: None, ..of(&first) };
    refused(v1.page(memory).await, Code::FailedPrecondition, "OTHER_INCARNATION g");
}

#[tokio::test]
async fn a_number_that_an_update_gives_again_is_told_as_it_was_given_last() {
    let mut v1 = Disk::new().start().await;
    v1.create("default", &cluster(1, 2)).await.unwrap();
    let resources = v1.take(1).await.unwrap().resources;
    v1.spend(2).await;
    v1.end(1).await;
    let update = UpdateRequest {
        job_id: 1,
        job_key: "again".to_owned(),
        resources,
        start: 5,
        duration: 60,
        ..UpdateRequest::default()
    };
    v1.jobs.update(update).await.unwrap();
    let (jobs, _) = v1.past(all()).await;
    assert_eq!(state(&jobs[0]), (1, "again", JobState::Reserved, true, false));
    assert_eq!((jobs[0].start, jobs[0].end), (5, 65));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let mut v1 = Disk::new().start().await;
    v1.create("default", &cluster(1, 1)).await.unwrap();
    for (request, field) in [
        (within(f64::NAN, 1.0), "history.since: "),
        (within(-1.0, 1.0), "history.since: "),
        (within(0.0, 1e300), "history.until: "),
        (ListJobsRequest { unconfirmed: true, ..all() }, "unconfirmed: "),
        (ListJobsRequest { page_token: "1.2.3".to_owned(), ..all() }, "page_token: "),
        (ListJobsRequest { page_token: "x".to_owned(), ..all() }, "page_token: "),
        (ListJobsRequest { incarnation: "x".to_owned(), ..all() }, "incarnation: "),
    ] {
        refused(v1.page(request).await, Code::InvalidArgument, field);
    }
}
