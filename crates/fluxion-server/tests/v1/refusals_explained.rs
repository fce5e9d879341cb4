//! Refused matches that say why: what they tell is what an explanation tells at the same revision, and fits into a trailer.

use fluxion_server::proto::fluxion::v1::explain_request::Subject;
use fluxion_server::proto::fluxion::v1::match_many_response::Result as Answered;
use fluxion_server::proto::fluxion::v1::{
    ExplainRequest, ExplainResponse, JobCost, MatchOperation, MatchRequest, Preempt,
    PreemptionOutcome, Verdict,
};
use prost::Message as _;
use tonic::{Code, Response, Status};
use tonic_types::{StatusExt as _, pb};

use crate::client::{V1, refused, want};
use crate::fixture::job;

/// The explanation among serialised details.
fn explanation(details: &[u8]) -> Option<ExplainResponse> {
    let told = pb::Status::decode(details).unwrap();
    let found = told.details.iter().find(|any| any.type_url.ends_with("ExplainResponse"));
    found.map(|any| ExplainResponse::decode(&*any.value).unwrap())
}

fn why(status: &Status) -> ExplainResponse {
    explanation(status.details()).unwrap()
}

fn explained(slots: u64) -> MatchRequest {
    MatchRequest { explain: true, ..want(slots, "core") }
}

/// What an explanation of the same says, with the hints and examples that a refusal has; time aside.
async fn asked(v1: &mut V1, slots: u64) -> ExplainResponse {
    let subject = Some(Subject::Jobspec(job(slots, "core")));
    let request = ExplainRequest { subject, hints: true, examples: 4, ..ExplainRequest::default() };
    let told = v1.insight.explain(request).await.map(Response::into_inner).unwrap();
    ExplainResponse { seconds: 0.0, ..told }
}

#[tokio::test]
async fn a_refusal_says_what_an_explanation_says() {
    let mut v1 = V1::with(2, 2).await;
    let mine = MatchRequest { job_key: "mine".to_owned(), ..explained(3) };
    assert_eq!(v1.ask(mine).await.unwrap().job_id, 1);
    let expected = asked(&mut v1, 2).await;
    let busy = v1.ask(explained(2)).await.unwrap_err();
    assert_eq!(why(&busy), expected);
    assert_eq!((why(&busy).verdict(), why(&busy).revision), (Verdict::FitsLater, 2));
    assert_eq!(why(&busy).blockers[0].job_key, "mine");
    assert!(busy.get_error_details().retry_info().is_some());
    refused(Err::<(), _>(busy), Code::ResourceExhausted, "retry in 1s");
    let operation = MatchOperation::Satisfiability.into();
    let never = v1.ask(MatchRequest { operation, ..explained(5) }).await.unwrap_err();
    assert_eq!((never.code(), why(&never).verdict()), (Code::OutOfRange, Verdict::Never));
    // one number for the refusal that would have made a job, as ever
    assert_eq!(v1.take(1).await.unwrap().job_id, 3);
}

#[tokio::test]
async fn who_does_not_ask_is_not_told() {
    let mut v1 = V1::with(1, 1).await;
    v1.take(1).await.unwrap();
    let busy = v1.take(1).await.unwrap_err();
    assert_eq!(explanation(busy.details()), None);
    let wrong = MatchRequest { now: -1, ..explained(1) };
    assert_eq!(explanation(v1.ask(wrong).await.unwrap_err().details()), None);
    let spent = MatchRequest { max_visits: 1, ..explained(1) };
    assert_eq!(explanation(v1.ask(spent).await.unwrap_err().details()), None);
}

#[tokio::test]
async fn a_refusal_of_many_says_why() {
    let mut v1 = V1::with(1, 1).await;
    v1.take(1).await.unwrap();
    let requests = tokio_stream::iter([explained(1), want(1, "core")]);
    let mut answers = v1.jobs.match_many(requests).await.unwrap().into_inner();
    let mut told = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        let Some(Answered::Failure(failure)) = answer.result else { panic!("{answer:?}") };
        told.push(explanation(&failure.status_details).map(|why| why.verdict()));
    }
    assert_eq!(told, [Some(Verdict::FitsLater), None]);
}

/// A refusal that is remembered is given again as such.
#[tokio::test]
async fn why_is_not_remembered() {
    let mut v1 = V1::with(1, 1).await;
    let operation = MatchOperation::Satisfiability.into();
    let request = MatchRequest { request_key: "r".to_owned(), operation, ..explained(2) };
    let first = v1.ask(request.clone()).await.unwrap_err();
    let again = v1.ask(request).await.unwrap_err();
    assert_eq!((first.code(), first.message()), (again.code(), again.message()));
    assert_eq!((why(&first).verdict(), explanation(again.details())), (Verdict::Never, None));
}

#[tokio::test]
async fn what_is_long_is_left_out() {
    let mut v1 = V1::with(1, 64).await;
    for number in 0..32 {
        let job_key = format!("{number:0>128}");
        let request = MatchRequest { job_key, ..want(2, "core") };
        v1.ask(request).await.unwrap();
    }
    let all = asked(&mut v1, 64).await;
    let busy = v1.ask(explained(64)).await.unwrap_err();
    let told = why(&busy);
    assert_eq!((told.sentence, told.at, told.levels.len()), (all.sentence, all.at, 1));
    assert!(busy.details().len() < 5000, "{}", busy.details().len());
}

#[tokio::test]
async fn jobs_that_would_have_to_go_are_told() {
    let mut v1 = V1::with(1, 3).await;
    for job_key in ["a", "b", "c"] {
        let request = MatchRequest { job_key: job_key.to_owned(), ..want(1, "core") };
        v1.ask(request).await.unwrap();
    }
    let costs = [(1, Some(5)), (2, None)].map(|(job_id, cost)| JobCost { job_id, cost });
    let mut ask = async |slots: u64, default_cost: Option<u64>| {
        let subject = Some(Subject::Jobspec(job(slots, "core")));
        let preempt = Some(Preempt { costs: costs.to_vec(), default_cost });
        let request = ExplainRequest { subject, preempt, ..ExplainRequest::default() };
        let told = v1.insight.explain(request).await.unwrap().into_inner().preemption.unwrap();
        let jobs: Vec<_> = told.jobs.iter().map(|gone| (gone.job_id, gone.cost)).collect();
        let keys: String = told.jobs.iter().map(|gone| gone.job_key.as_str()).collect();
        (told.outcome(), jobs, keys, told.total_cost)
    };
    let needed = PreemptionOutcome::Needed;
    assert_eq!(ask(1, Some(3)).await, (needed, vec![(3, 3)], "c".to_owned(), 3));
    assert_eq!(ask(1, None).await, (needed, vec![(1, 5)], "a".to_owned(), 5));
    assert_eq!(ask(2, Some(0)).await, (needed, vec![(3, 0), (1, 5)], "ca".to_owned(), 5));
    let in_vain = (PreemptionOutcome::InVain, vec![], String::new(), 0);
    assert_eq!(ask(3, Some(1)).await, in_vain);
    // nothing was taken from anybody
    assert_eq!(v1.take(1).await.unwrap_err().code(), Code::ResourceExhausted);
}
