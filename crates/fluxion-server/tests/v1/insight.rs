//! Explanations over the service: what they tell, and that nothing comes of them.

use fluxion_server::proto::fluxion::v1::explain_request::Subject;
use fluxion_server::proto::fluxion::v1::{
    Cause, ExplainRequest, ExplainResponse, MatchOperation, MatchRequest, Proof, Target, Verdict,
    VertexReason, target,
};
use tonic::{Code, Response, Status};

use crate::client::{V1, by_id, refused, want};
use crate::fixture::job;
use crate::kept::Disk;

impl V1 {
    async fn explain(&mut self, request: ExplainRequest) -> Result<ExplainResponse, Status> {
        self.insight.explain(request).await.map(Response::into_inner)
    }
}

fn about(slots: u64) -> ExplainRequest {
    let subject = Some(Subject::Jobspec(job(slots, "core")));
    ExplainRequest { subject, hints: true, examples: 2, ..ExplainRequest::default() }
}

#[tokio::test]
async fn what_is_explained_is_what_a_match_says() {
    let mut v1 = V1::with(2, 2).await;
    let mine = MatchRequest { job_key: "mine".to_owned(), ..want(3, "core") };
    v1.ask(mine).await.unwrap();
    let fits = v1.explain(about(1)).await.unwrap();
    assert_eq!((fits.verdict(), fits.at, fits.complete), (Verdict::FitsNow, 0, true));
    let busy = v1.explain(about(2)).await.unwrap();
    assert_eq!((busy.verdict(), busy.cause()), (Verdict::FitsLater, Cause::Busy));
    assert_eq!((busy.proof(), busy.revision), (Proof::Counts, 2));
    let [level] = &*busy.levels else { panic!("{:?}", busy.levels) };
    assert_eq!((&*level.element, &*level.r#type), ("resources[0].with[0]", "core"));
    assert_eq!((level.needed, level.total), (2, 4));
    let counts: Vec<_> = level.buckets.iter().map(|b| (b.reason(), b.count)).collect();
    assert_eq!(counts, [(VertexReason::Held, 3), (VertexReason::Fits, 1)]);
    let [blocker] = &*busy.blockers else { panic!("{:?}", busy.blockers) };
    assert_eq!((blocker.job_id, &*blocker.job_key, blocker.last), (1, "mine", true));
    assert_eq!(busy.at, blocker.end);
    assert!(busy.sentence.starts_with("Needs 2 cores, 1 could serve: of 4, 3 are held until"));
    // nothing was spent: the next job is the second one, and starts when it was told
    let operation = MatchOperation::AllocateOrelseReserve.into();
    let booked = v1.ask(MatchRequest { operation, ..want(2, "core") }).await.unwrap();
    assert_eq!((booked.job_id, booked.at, booked.revision), (2, busy.at, 3));
    let waiting = ExplainRequest { subject: by_id(2).map(Subject::Job), ..Default::default() };
    let waiting = v1.explain(waiting).await.unwrap();
    assert_eq!((waiting.verdict(), waiting.at), (Verdict::FitsLater, busy.at));
    assert_eq!(waiting.blockers.iter().map(|b| b.job_id).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_vertex_is_told_why_it_is_not_used() {
    let mut v1 = V1::with(1, 2).await;
    v1.take(2).await.unwrap();
    let why_not = |path: &str| {
        let target = Some(target::Target::Path(path.to_owned()));
        ExplainRequest { why_not: Some(Target { target }), ..about(1) }
    };
    let core = v1.explain(why_not("/cluster0/node0/core0")).await.unwrap().why_not.unwrap();
    assert_eq!((&*core.element, core.reason()), ("resources[0].with[0]", VertexReason::Held));
    let node = v1.explain(why_not("/cluster0/node0")).await.unwrap().why_not.unwrap();
    assert_eq!((&*node.element, node.reason()), ("", VertexReason::Unspecified));
}

#[tokio::test]
async fn a_budget_that_is_spent_is_an_answer() {
    let mut v1 = V1::with(2, 2).await;
    let little = ExplainRequest { budget_visits: 1, ..about(1) };
    let told = v1.explain(little).await.unwrap();
    assert_eq!(
        (told.verdict(), told.proof(), told.complete),
        (Verdict::Unspecified, Proof::Budget, false)
    );
    let later = ExplainRequest { now: -1, ..about(1) };
    refused(v1.explain(later).await, Code::InvalidArgument, "now: ");
}

/// Nothing is written down: a server that starts anew knows of no explanation.
#[tokio::test]
async fn nothing_is_kept_of_an_explanation() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &crate::fixture::cluster(2, 2)).await.unwrap();
    v1.ask(want(3, "core")).await.unwrap();
    let first = v1.explain(about(2)).await.unwrap();
    for _ in 0..3 {
        let told = v1.explain(about(2)).await.unwrap();
        assert_eq!((told.revision, told.sentence), (first.revision, first.sentence.clone()));
    }
    let booked = v1.ask(want(1, "core")).await.unwrap();
    assert_eq!((booked.job_id, booked.revision), (2, first.revision + 1));
}
