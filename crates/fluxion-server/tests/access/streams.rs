//! Streams end with the right to them.

#![expect(clippy::disallowed_methods, reason = "a token that expires soon")]

use fluxion_access::AccessRole::{Admin, Allocate, Read};
use fluxion_access::{TokenEntry, UnixTime};
use fluxion_server::proto::fluxion::InitRequest;
use fluxion_server::proto::fluxion::v1::{MatchManyResponse, MatchOperation, MatchRequest};
use fluxion_server::{Config, Limits};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{Code, Status, Streaming};

use crate::fixture::{TestServer, cluster, job};
use crate::guarded::{Guarded, entry, jobs, published, reason};

/// A stream of matches, and how to send one.
struct Many {
    requests: mpsc::UnboundedSender<MatchRequest>,
    answers: Streaming<MatchManyResponse>,
}

impl Many {
    async fn begin(server: &TestServer) -> Self {
        let init = InitRequest { jgf: cluster(1, 4), ..Default::default() };
        published(server, "root").await.init(init).await.unwrap();
        let (requests, sent) = mpsc::unbounded_channel();
        requests.send(wanted()).unwrap();
        let sent = UnboundedReceiverStream::new(sent);
        let answers = jobs(server, "user").await.match_many(sent).await.unwrap().into_inner();
        Self { requests, answers }
    }

    async fn next(&mut self) -> Result<Option<MatchManyResponse>, Status> {
        self.answers.message().await
    }
}

fn wanted() -> MatchRequest {
    let operation = MatchOperation::Allocate.into();
    MatchRequest { operation, jobspec: job(1, "core"), ..Default::default() }
}

#[tokio::test]
async fn a_stream_ends_when_its_token_is_withdrawn() {
    let root = entry("root", Admin, "*");
    let guarded = Guarded::with(&[root.clone(), entry("user", Allocate, "*")]);
    let server = guarded.serve().await;
    let mut many = Many::begin(&server).await;
    assert!(many.next().await.unwrap().is_some());
    guarded.rewrite(&[root]);
    let told = reason(&many.next().await.unwrap_err());
    assert_eq!(told, (Code::Unauthenticated, "WRONG_CREDENTIAL".to_owned()));
}

#[tokio::test]
async fn a_stream_goes_on_while_others_lose_their_tokens_and_ends_when_it_may_too_little() {
    let (root, user) = (entry("root", Admin, "*"), entry("user", Allocate, "*"));
    let guarded = Guarded::with(&[root.clone(), user.clone(), entry("other", Read, "*")]);
    let server = guarded.serve().await;
    let mut many = Many::begin(&server).await;
    assert!(many.next().await.unwrap().is_some());
    guarded.rewrite(&[root.clone(), user]);
    many.requests.send(wanted()).unwrap();
    assert!(many.next().await.unwrap().is_some());
    guarded.rewrite(&[root, entry("user", Read, "*")]);
    let told = reason(&many.next().await.unwrap_err());
    assert_eq!(told, (Code::PermissionDenied, "ROLE_TOO_SMALL".to_owned()));
}

#[tokio::test]
async fn a_stream_ends_when_its_graph_is_taken_away() {
    let (root, user) = (entry("root", Admin, "*"), entry("user", Allocate, "*"));
    let guarded = Guarded::with(&[root.clone(), user]);
    let server = guarded.serve().await;
    let mut many = Many::begin(&server).await;
    assert!(many.next().await.unwrap().is_some());
    guarded.rewrite(&[root, entry("user", Allocate, "other")]);
    many.requests.send(wanted()).unwrap();
    let told = reason(&many.next().await.unwrap_err());
    assert_eq!(told, (Code::PermissionDenied, "GRAPH_OUT_OF_SCOPE".to_owned()));
}

#[tokio::test]
async fn a_file_that_changes_is_read_without_being_asked() {
    let root = entry("root", Admin, "*");
    let guarded = Guarded::with(&[root.clone(), entry("user", Allocate, "*")]);
    let server = guarded.serve().await;
    let mut many = Many::begin(&server).await;
    assert!(many.next().await.unwrap().is_some());
    guarded.write(&[root]);
    let told = reason(&many.next().await.unwrap_err());
    assert_eq!(told, (Code::Unauthenticated, "WRONG_CREDENTIAL".to_owned()));
}

#[tokio::test]
async fn a_stream_ends_when_its_token_expires() {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let soon = UnixTime(i64::try_from(since.as_secs()).unwrap() + 3);
    let user = TokenEntry { expires: Some(soon), ..entry("user", Allocate, "*") };
    let guarded = Guarded::with(&[entry("root", Admin, "*"), user]);
    let server = guarded.serve().await;
    let mut many = Many::begin(&server).await;
    assert!(many.next().await.unwrap().is_some());
    let told = reason(&many.next().await.unwrap_err());
    assert_eq!(told, (Code::Unauthenticated, "EXPIRED_CREDENTIAL".to_owned()));
}

/// Where it is known who calls, it does not matter over how many connections.
#[tokio::test]
async fn streams_of_a_principal_count_together_over_all_its_connections() {
    let (root, user) = (entry("root", Admin, "*"), entry("user", Allocate, "*"));
    let guarded = Guarded::with(&[root, user]);
    let limits = Limits { streams_of_one: 1, ..Limits::default() };
    let server = guarded.serve_with(Config { limits, ..Config::default() }).await;
    let many = Many::begin(&server).await;
    let again = jobs(&server, "user").await.match_many(tokio_stream::empty()).await;
    let told = reason(&again.map(drop).unwrap_err());
    assert_eq!(told, (Code::ResourceExhausted, "STREAMS".to_owned()));
    jobs(&server, "root").await.match_many(tokio_stream::empty()).await.unwrap();
    drop(many);
}

#[tokio::test]
async fn calls_of_a_principal_count_together_over_all_its_connections() {
    let (root, user) = (entry("root", Admin, "*"), entry("user", Allocate, "*"));
    let guarded = Guarded::with(&[root, user]);
    let limits = Limits { rate: 2, ..Limits::default() };
    let server = guarded.serve_with(Config { limits, ..Config::default() }).await;
    let mut told = Vec::new();
    for _ in 0..10 {
        let begun = jobs(&server, "user").await.match_many(tokio_stream::empty()).await;
        told.extend(begun.err().map(|status| reason(&status)));
    }
    assert!(!told.is_empty());
    assert!(told.iter().all(|told| *told == (Code::ResourceExhausted, "RATE".to_owned())));
    jobs(&server, "root").await.match_many(tokio_stream::empty()).await.unwrap();
}
