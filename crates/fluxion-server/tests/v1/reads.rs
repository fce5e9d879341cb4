//! What only looks at a graph: which revision it sees, and what it says of it.

use fluxion_server::proto::fluxion::v1::explain_request::Subject;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, ExplainRequest, ExportGraphRequest, FindRequest, GetGraphRequest, GetJobRequest,
    GetPropertiesRequest, GetStatsRequest, GetStatusRequest, GetTimeRequest, ListJobsRequest,
    MatchRequest, Target, WatchRequest, target,
};
use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Status};

use crate::client::{V1, by_id, want};
use crate::fixture::job;

fn told(metadata: &MetadataMap) -> u64 {
    metadata.get("fluxion-revision").unwrap().to_str().unwrap().parse().unwrap()
}

fn at_least<T>(revision: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("fluxion-min-revision", revision.parse().unwrap());
    request
}

/// What every call that looks tells of its revision, if it is to be of this one at least.
macro_rules! looks {
    ($v1:ident, $least:expr) => {{
        let path = Some(Target { target: Some(target::Target::Path("/cluster0".to_owned())) });
        let properties =
            GetPropertiesRequest { path: "/cluster0".to_owned(), ..Default::default() };
        let explain = ExplainRequest {
            subject: Some(Subject::Jobspec(job(1, "core"))),
            ..Default::default()
        };
        let find = FindRequest { criteria: "status=up".to_owned(), ..Default::default() };
        let status = GetStatusRequest { target: path, ..Default::default() };
        [
            $v1.graphs
                .get_graph(at_least($least, GetGraphRequest::default()))
                .await
                .map(|a| told(a.metadata())),
            $v1.graphs
                .get_time(at_least($least, GetTimeRequest::default()))
                .await
                .map(|a| told(a.metadata())),
            $v1.graphs
                .export_graph(at_least($least, ExportGraphRequest::default()))
                .await
                .map(|a| told(a.metadata())),
            $v1.jobs
                .get_job(at_least($least, GetJobRequest { job: by_id(1), ..Default::default() }))
                .await
                .map(|a| told(a.metadata())),
            $v1.jobs
                .list_jobs(at_least($least, ListJobsRequest::default()))
                .await
                .map(|a| told(a.metadata())),
            $v1.resources.find(at_least($least, find)).await.map(|a| told(a.metadata())),
            $v1.resources.get_status(at_least($least, status)).await.map(|a| told(a.metadata())),
            $v1.resources
                .get_properties(at_least($least, properties))
                .await
                .map(|a| told(a.metadata())),
            $v1.resources
                .get_stats(at_least($least, GetStatsRequest::default()))
                .await
                .map(|a| told(a.metadata())),
            $v1.insight.explain(at_least($least, explain)).await.map(|a| told(a.metadata())),
            $v1.insight
                .watch(at_least($least, WatchRequest::default()))
                .await
                .map(|a| told(a.metadata())),
        ]
    }};
}

#[tokio::test]
async fn every_answer_tells_of_which_revision_it_is() {
    let mut v1 = V1::with(2, 2).await;
    let booked = v1.jobs.r#match(want(1, "core")).await.unwrap();
    assert_eq!((told(booked.metadata()), booked.get_ref().revision), (2, 2));
    for answer in looks!(v1, "2") {
        assert_eq!(answer.unwrap(), 2);
    }
    let cancelled = v1.jobs.cancel(CancelRequest { job: by_id(1), ..Default::default() }).await;
    assert_eq!(told(cancelled.unwrap().metadata()), 3);
    let missing = v1.jobs.get_job(GetJobRequest { job: by_id(9), ..Default::default() }).await;
    let missing: Status = missing.unwrap_err();
    assert_eq!((missing.code(), told(missing.metadata())), (Code::NotFound, 3));
}

#[tokio::test]
async fn a_revision_that_does_not_come_is_refused_and_it_is_told_which_there_is() {
    let mut v1 = V1::with(2, 2).await;
    for answer in looks!(v1, "7") {
        let refused = answer.unwrap_err();
        let message = "the graph is at revision 1, and 7 is asked for at least";
        assert_eq!((refused.code(), refused.message()), (Code::FailedPrecondition, message));
        assert_eq!(told(refused.metadata()), 1);
    }
    let unreadable = v1.graphs.get_graph(at_least("x", GetGraphRequest::default())).await;
    let unreadable = unreadable.unwrap_err();
    assert_eq!(unreadable.code(), Code::InvalidArgument, "{unreadable}");
    let ignored = v1.jobs.r#match(at_least("7", MatchRequest::clone(&want(1, "core")))).await;
    assert_eq!(told(ignored.unwrap().metadata()), 2);
}
