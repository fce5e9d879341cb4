//! Jobs of which their client may never have heard are listed until somebody names them.

use fluxion_server::proto::fluxion::v1::{
    CancelRequest, GetJobRequest, Job, ListJobsRequest, MatchRequest, PartialCancelRequest,
    ResourceFormat, ResourceSet, UpdateRequest,
};

use crate::client::{V1, by_id, by_key, want};

async fn unconfirmed(v1: &mut V1) -> Vec<Job> {
    let request = ListJobsRequest { unconfirmed: true, ..Default::default() };
    v1.jobs.list_jobs(request).await.unwrap().into_inner().jobs
}

fn keyed() -> MatchRequest {
    let (job_key, request_key) = ("mine".to_owned(), "attempt".to_owned());
    MatchRequest { job_key, request_key, ..want(2, "core") }
}

#[tokio::test]
async fn a_job_is_listed_with_its_keys_and_with_what_it_holds() {
    let mut v1 = V1::with(2, 2).await;
    v1.ask(keyed()).await.unwrap();
    v1.take(1).await.unwrap();
    for _ in 0..2 {
        let jobs = unconfirmed(&mut v1).await;
        assert_eq!(jobs.iter().map(|job| job.job_id).collect::<Vec<_>>(), [1, 2]);
        let told = jobs[0].unconfirmed.as_ref().unwrap();
        assert_eq!((jobs[0].job_key.as_str(), told.request_key.as_str()), ("mine", "attempt"));
        assert_eq!(told.held.get("core"), Some(&2));
        assert!((0.0..60.0).contains(&told.seconds), "{told:?}");
        assert_eq!(jobs[1].unconfirmed.as_ref().unwrap().request_key, "");
    }
    let all = v1.jobs.list_jobs(ListJobsRequest::default()).await.unwrap().into_inner().jobs;
    let told = all[0].unconfirmed.as_ref().unwrap();
    assert_eq!((told.request_key.as_str(), told.held.len()), ("attempt", 0));
}

/// Whether the job of `keyed` is confirmed by what is done then.
async fn is_confirmed(name: impl AsyncFnOnce(&mut V1)) -> bool {
    let mut v1 = V1::with(2, 2).await;
    v1.ask(keyed()).await.unwrap();
    name(&mut v1).await;
    unconfirmed(&mut v1).await.is_empty()
}

#[tokio::test]
async fn whoever_names_a_job_confirms_it() {
    let other = || ResourceSet { format: ResourceFormat::Jgf.into(), text: "[]".to_owned() };
    assert!(!is_confirmed(async |_| ()).await);
    assert!(
        !is_confirmed(async |v1| {
            let _ = v1.jobs.get_job(GetJobRequest { job: by_id(2), ..Default::default() }).await;
        })
        .await
    );
    for job in [by_id(1), by_key("mine")] {
        let request = || GetJobRequest { job: job.clone(), ..Default::default() };
        assert!(
            is_confirmed(async |v1| {
                let seen = v1.jobs.get_job(request()).await.unwrap().into_inner();
                assert_eq!(seen.unconfirmed, None);
            })
            .await
        );
        let request = || CancelRequest { job: job.clone(), ..Default::default() };
        assert!(is_confirmed(async |v1| drop(v1.jobs.cancel(request()).await.unwrap())).await);
        let request = || PartialCancelRequest {
            job: job.clone(),
            resources: Some(other()),
            ..Default::default()
        };
        assert!(
            is_confirmed(async |v1| drop(v1.jobs.partial_cancel(request()).await.unwrap_err()))
                .await
        );
    }
    assert!(is_confirmed(async |v1| drop(v1.ask(keyed()).await.unwrap())).await);
    let same_job = || MatchRequest { request_key: String::new(), ..keyed() };
    assert!(is_confirmed(async |v1| drop(v1.ask(same_job()).await.unwrap_err())).await);
    let update =
        || UpdateRequest { job_id: 1, duration: 1, resources: Some(other()), ..Default::default() };
    assert!(is_confirmed(async |v1| drop(v1.jobs.update(update()).await.unwrap_err())).await);
}

#[tokio::test]
async fn who_gives_the_number_knows_the_job() {
    let mut v1 = V1::with(2, 2).await;
    let held = v1.take(1).await.unwrap().resources;
    v1.jobs.cancel(CancelRequest { job: by_id(1), ..Default::default() }).await.unwrap();
    let update = UpdateRequest { job_id: 7, duration: 1, resources: held, ..Default::default() };
    v1.jobs.update(update).await.unwrap();
    assert_eq!(unconfirmed(&mut v1).await, []);
}
