//! Matching, cancelling and looking up jobs.

use fluxion_server::proto::fluxion::v1::{
    CancelRequest, CancelResponse, GetJobRequest, Job, JobReference, JobState, ListJobsRequest,
    ListJobsResponse, MatchOperation, MatchOutcome, MatchRequest, PartialCancelRequest,
    PartialCancelResponse, ResourceFormat, ResourceSet, UpdateRequest, UpdateResponse,
};
use serde_json::Value;
use tonic::{Code, Response, Status};

use crate::client::{V1, by_id, by_key, refused, want};
use crate::fixture::cluster;

impl V1 {
    async fn cancel(&mut self, job: Option<JobReference>) -> Result<CancelResponse, Status> {
        let request = CancelRequest { job, ..CancelRequest::default() };
        self.jobs.cancel(request).await.map(Response::into_inner)
    }

    async fn get(&mut self, job: Option<JobReference>) -> Result<Job, Status> {
        let request = GetJobRequest { graph: String::new(), job };
        self.jobs.get_job(request).await.map(Response::into_inner)
    }

    async fn list(&mut self, request: ListJobsRequest) -> Result<ListJobsResponse, Status> {
        self.jobs.list_jobs(request).await.map(Response::into_inner)
    }

    async fn give_back(&mut self, text: &str) -> Result<PartialCancelResponse, Status> {
        let resources = Some(set(ResourceFormat::Jgf, text));
        let request =
            PartialCancelRequest { job: by_id(1), resources, ..PartialCancelRequest::default() };
        self.jobs.partial_cancel(request).await.map(Response::into_inner)
    }

    async fn update(&mut self, request: UpdateRequest) -> Result<UpdateResponse, Status> {
        self.jobs.update(request).await.map(Response::into_inner)
    }
}

fn set(format: ResourceFormat, text: &str) -> ResourceSet {
    ResourceSet { format: format.into(), text: text.to_owned() }
}

/// What of a JGF is held alone.
pub(crate) fn exclusive(jgf: &str) -> String {
    let mut document: Value = serde_json::from_str(jgf).unwrap();
    let vertices = document["graph"]["nodes"].as_array_mut().unwrap();
    vertices.retain(|vertex| vertex["metadata"]["exclusive"] == true);
    document.to_string()
}

fn operation(operation: MatchOperation, slots: u64) -> MatchRequest {
    MatchRequest { operation: operation.into(), ..want(slots, "core") }
}

#[tokio::test]
async fn a_match_answers_in_the_format_and_at_the_time_of_the_request() {
    let mut v1 = V1::with(1, 2).await;
    let format = ResourceFormat::Simple.into();
    let answer = v1.ask(MatchRequest { resource_format: format, now: 7, ..want(1, "core") }).await;
    let answer = answer.unwrap();
    assert_eq!((answer.job_id, answer.at, answer.revision), (1, 7, 2));
    assert_eq!(answer.outcome(), MatchOutcome::Allocated);
    let resources = answer.resources.unwrap();
    assert_eq!(resources.format(), ResourceFormat::Simple);
    insta::assert_snapshot!(resources.text, @r"
          ---------core1[1:x]
          ------node0[1:s]
          ---cluster0[1:s]
    ");
    let answer = v1.take(1).await.unwrap();
    assert_eq!(answer.resources.unwrap().format(), ResourceFormat::JgfFull);
}

#[tokio::test]
async fn a_match_may_choose_by_another_policy() {
    let mut v1 = V1::with(1, 3).await;
    let format = ResourceFormat::Simple.into();
    let mut chosen = async |policy: &str| {
        let request =
            MatchRequest { resource_format: format, policy: policy.to_owned(), ..want(1, "core") };
        let text = v1.ask(request).await.unwrap().resources.unwrap().text;
        text.split('-').find(|part| part.contains("core")).map(|part| part[..5].to_owned())
    };
    assert_eq!(chosen("low").await.as_deref(), Some("core0"));
    assert_eq!(chosen("").await.as_deref(), Some("core2"));
    assert_eq!(chosen("policy=high").await.as_deref(), Some("core1"));
}

#[tokio::test]
async fn every_operation_says_what_it_did() {
    use MatchOperation::*;
    let mut v1 = V1::with(1, 2).await;
    for (asked, job, outcome, at) in [
        (Satisfiability, 0, MatchOutcome::Satisfiable, 0),
        (WithoutAllocating, 0, MatchOutcome::Matched, 0),
        (Allocate, 1, MatchOutcome::Allocated, 0),
        (WithoutAllocatingFuture, 0, MatchOutcome::Matched, 3600),
        (AllocateOrelseReserve, 2, MatchOutcome::Reserved, 3600),
    ] {
        let answer = v1.ask(operation(asked, 2)).await.unwrap();
        assert_eq!((answer.job_id, answer.outcome(), answer.at), (job, outcome, at), "{asked:?}");
        assert_eq!(answer.resources.is_none(), asked == Satisfiability);
    }
    let busy = v1.ask(operation(AllocateWithSatisfiability, 1)).await;
    refused(busy, Code::ResourceExhausted, "retry in 1s");
    for asked in [AllocateWithSatisfiability, Satisfiability] {
        refused(v1.ask(operation(asked, 3)).await, Code::OutOfRange, "");
    }
}

#[tokio::test]
async fn a_field_that_cannot_be_used_is_named() {
    let mut v1 = V1::with(1, 1).await;
    let fine = || want(1, "core");
    let long = "k".repeat(129);
    for (request, detail) in [
        (MatchRequest { jobspec: "version: [\n".to_owned(), ..fine() }, "jobspec: line "),
        (want(1, "warp_core"), "jobspec: line "),
        (MatchRequest { operation: 99, ..fine() }, "operation: "),
        (MatchRequest { resource_format: 99, ..fine() }, "resource_format: "),
        (MatchRequest { now: -1, ..fine() }, "now: "),
        (MatchRequest { now: 3_153_600_001, ..fine() }, "now: 3153600001 is outside the life"),
        (MatchRequest { job_key: long.clone(), ..fine() }, "job_key: "),
        (MatchRequest { request_key: long, ..fine() }, "request_key: "),
        (
            MatchRequest { policy: "best".to_owned(), ..fine() },
            "policy: unknown match policy `best`",
        ),
    ] {
        refused(v1.ask(request).await, Code::InvalidArgument, detail);
    }
    let nowhere = MatchRequest { graph: "nowhere".to_owned(), ..fine() };
    refused(v1.ask(nowhere).await, Code::NotFound, "graph nowhere");
    let own = MatchRequest { policy: "first".to_owned(), ..fine() };
    assert_eq!(v1.ask(own).await.unwrap().job_id, 1);
}

#[tokio::test]
async fn jobs_are_found_by_number_and_by_key() {
    let mut v1 = V1::with(1, 2).await;
    let keyed = || MatchRequest { job_key: "mine".to_owned(), ..want(1, "core") };
    let answer = v1.ask(keyed()).await.unwrap();
    let job = v1.get(by_key("mine")).await.unwrap();
    assert_eq!((job.job_id, job.job_key.as_str(), job.state()), (1, "mine", JobState::Allocated));
    assert_eq!((job.start, job.end, &job.resources), (0, 3600, &answer.resources));
    assert_eq!(v1.get(by_id(1)).await.unwrap(), job);
    refused(v1.ask(keyed()).await, Code::AlreadyExists, "job mine");
    let cancelled = v1.cancel(by_key("mine")).await.unwrap();
    assert_eq!((cancelled.job_id, cancelled.released, cancelled.revision), (1, 3, 3));
    let job = v1.get(by_key("mine")).await.unwrap();
    assert_eq!((job.job_id, job.state(), job.resources), (1, JobState::Canceled, None));
    refused(v1.cancel(by_key("mine")).await, Code::NotFound, "job 1");
    assert_eq!(v1.ask(keyed()).await.unwrap().job_id, 2);
    assert_eq!(v1.get(by_key("mine")).await.unwrap().job_id, 2);
    refused(v1.get(by_id(9)).await, Code::NotFound, "job 9");
    refused(v1.cancel(by_key("x")).await, Code::NotFound, "job x");
    refused(v1.cancel(None).await, Code::InvalidArgument, "job: ");
}

#[tokio::test]
async fn jobs_are_listed_by_pages_and_states() {
    let mut v1 = V1::with(1, 5).await;
    for _ in 0..5 {
        v1.take(1).await.unwrap();
    }
    v1.cancel(by_id(2)).await.unwrap();
    let mut pages = Vec::new();
    let mut request = ListJobsRequest { page_size: 2, ..ListJobsRequest::default() };
    loop {
        let page = v1.list(request.clone()).await.unwrap();
        pages.push(page.jobs.iter().map(|job| job.job_id).collect::<Vec<_>>());
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, [vec![1, 2], vec![3, 4], vec![5]]);
    let canceled = vec![JobState::Canceled.into()];
    let page = v1.list(ListJobsRequest { states: canceled, ..ListJobsRequest::default() }).await;
    let page = page.unwrap();
    assert_eq!(page.jobs.iter().map(|job| job.job_id).collect::<Vec<_>>(), [2]);
    assert_eq!((page.next_page_token.as_str(), page.revision), ("", 7));
    let bad = ListJobsRequest { page_token: "x".to_owned(), ..ListJobsRequest::default() };
    refused(v1.list(bad).await, Code::InvalidArgument, "page_token: ");
    let bad = ListJobsRequest { states: vec![0], ..ListJobsRequest::default() };
    refused(v1.list(bad).await, Code::InvalidArgument, "states: ");
}

#[tokio::test]
async fn a_job_is_given_back_and_booked_again() {
    let mut v1 = V1::with(1, 2).await;
    let text = v1.take(2).await.unwrap().resources.unwrap().text;
    refused(v1.give_back("[]").await, Code::InvalidArgument, "resources.text: ");
    let own = exclusive(&text);
    let back = v1.give_back(&own).await.unwrap();
    assert_eq!((back.job_id, back.cancelled, back.revision), (1, true, 3));
    refused(v1.give_back(&own).await, Code::NotFound, "job 1");
    let again = || UpdateRequest {
        job_id: 7,
        job_key: "again".to_owned(),
        resources: Some(set(ResourceFormat::Jgf, &text)),
        duration: 10,
        ..UpdateRequest::default()
    };
    let booked = v1.update(again()).await.unwrap();
    assert_eq!((booked.job_id, booked.revision), (7, 4));
    let job = v1.get(by_key("again")).await.unwrap();
    assert_eq!((job.job_id, job.start, job.end), (7, 0, 10));
    refused(v1.update(again()).await, Code::AlreadyExists, "job again");
    let number = UpdateRequest { job_key: String::new(), ..again() };
    refused(v1.update(number.clone()).await, Code::AlreadyExists, "job 7");
    let taken = UpdateRequest { job_id: 8, ..number.clone() };
    refused(v1.update(taken).await, Code::FailedPrecondition, "TAKEN 8");
    let other = UpdateRequest { job_id: 9, ..number };
    for (request, detail) in [
        (UpdateRequest { job_id: 0, ..other.clone() }, "job_id: "),
        (UpdateRequest { start: -1, ..other.clone() }, "start: "),
        (UpdateRequest { duration: 0, ..other.clone() }, "duration: "),
        (UpdateRequest { start: 3_153_600_001, ..other.clone() }, "start: "),
        (UpdateRequest { start: 1, duration: 3_153_600_000, ..other.clone() }, "duration: "),
        (UpdateRequest { resources: None, ..other.clone() }, "resources: "),
        (
            UpdateRequest { resources: Some(set(ResourceFormat::Simple, "")), ..other.clone() },
            "resources.format: ",
        ),
        (
            UpdateRequest { resources: Some(set(ResourceFormat::Jgf, "[]")), ..other.clone() },
            "resources.text: ",
        ),
    ] {
        refused(v1.update(request).await, Code::InvalidArgument, detail);
    }
}

#[tokio::test]
async fn what_a_graph_lacks_or_a_job_does_not_hold_is_a_precondition() {
    let mut v1 = V1::with(2, 2).await;
    v1.take(1).await.unwrap();
    let other = v1.take(1).await.unwrap().resources.unwrap().text;
    refused(v1.give_back(&exclusive(&other)).await, Code::FailedPrecondition, "NOT_HELD 1");
    v1.create("small", &cluster(1, 1)).await.unwrap();
    let request = UpdateRequest {
        graph: "small".to_owned(),
        job_id: 1,
        resources: Some(set(ResourceFormat::Jgf, &other)),
        duration: 10,
        ..UpdateRequest::default()
    };
    refused(v1.update(request).await, Code::FailedPrecondition, "NOT_IN_GRAPH 1");
}
