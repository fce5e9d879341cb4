//! The names of requests: in answers, in errors, and in the journal.

use fluxion_server::proto::fluxion::v1::{GetGraphRequest, MatchRequest};
use fluxion_store::journal::Log as _;
use fluxion_store::journal::Sequence;
use tonic::Request;

use crate::client::{V1, want};
use crate::fixture::cluster;
use crate::kept::Disk;

const NAME: &str = "fluxion-request-id";

fn named<T>(message: T, name: &'static str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(NAME, name.parse().unwrap());
    request
}

#[tokio::test]
async fn every_answer_and_every_error_tells_which_request_it_was() {
    let mut v1 = V1::with(2, 2).await;
    let answer = v1.jobs.r#match(named(want(1, "core"), "mine-1")).await.unwrap();
    assert_eq!(answer.metadata().get(NAME).unwrap(), "mine-1");
    let missing = GetGraphRequest { name: "missing".to_owned() };
    let error = v1.graphs.get_graph(named(missing.clone(), "mine-2")).await.unwrap_err();
    assert_eq!(error.metadata().get(NAME).unwrap(), "mine-2");
    let mut made = Vec::new();
    for _ in 0..2 {
        let error = v1.graphs.get_graph(missing.clone()).await.unwrap_err();
        made.push(error.metadata().get(NAME).unwrap().to_str().unwrap().to_owned());
    }
    assert!(made[0] != made[1] && made[0].len() < 64, "{made:?}");
}

#[tokio::test]
async fn the_journal_tells_which_request_made_a_change() {
    let disk = Disk::new();
    let mut v1 = disk.start().await;
    v1.create("default", &cluster(2, 2)).await.unwrap();
    let request = MatchRequest { job_key: "k".to_owned(), ..want(1, "core") };
    v1.jobs.r#match(named(request, "mine-3")).await.unwrap();
    let mut disk = disk.clone();
    let graph = disk.graphs()[0].id;
    let frames = disk.read_frames(graph, Sequence(0), 1 << 20).unwrap();
    let records = frames.iter().flat_map(|frame| frame.records().unwrap());
    let ids: Vec<_> = records.map(|(_, record)| record.request_id).collect();
    assert_eq!(ids.last().map(String::as_str), Some("mine-3"));
}
