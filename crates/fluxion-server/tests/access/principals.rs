//! Who asked for each change stands in the journal.

use fluxion_access::AccessRole::{Admin, Allocate};
use fluxion_server::proto::fluxion::v1::{DropGraphRequest, MatchOperation, MatchRequest};
use fluxion_server::proto::fluxion::{CancelRequest, InitRequest};
use fluxion_server::{Config, JournalOptions, Listen, Port, Server};
use fluxion_store::journal::{Event, Log as _, Sequence};

use crate::client::V1;
use crate::fixture::{TestServer, cluster, job};
use crate::guarded::{Guarded, entry, graphs, jobs, published};
use crate::kept::Disk;

/// What happened to each graph, and who wanted it.
fn happenings(disk: &mut Disk) -> Vec<String> {
    let mut told = Vec::new();
    for graph in Disk::graphs(disk) {
        for frame in disk.read_frames(graph.id, Sequence(0), usize::MAX).unwrap() {
            for (_, record) in frame.records().unwrap() {
                let what = match record.event {
                    Event::Created { .. } => "created",
                    Event::Dropped { .. } => "dropped",
                    Event::Committed(_) => "changed",
                };
                told.push(format!("{what} by {}", record.principal));
            }
        }
    }
    told
}

#[tokio::test]
async fn each_record_says_who_asked() {
    let guarded = Guarded::with(&[entry("root", Admin, "*"), entry("user", Allocate, "*")]);
    let mut disk = Disk::new();
    let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
    let server = Server::bind(&listen, Config::default()).await.unwrap();
    let server = server
        .keeping(Box::new(disk.clone()), JournalOptions::default())
        .secured(guarded.security.clone());
    let v1 = V1::of(TestServer::of(server)).await;
    v1.served().await;
    let server = &v1.server;
    let init = InitRequest { jgf: cluster(1, 2), ..Default::default() };
    published(server, "root").await.init(init.clone()).await.unwrap();
    let operation = MatchOperation::Allocate.into();
    let wanted = MatchRequest { operation, jobspec: job(1, "core"), ..Default::default() };
    let job = jobs(server, "user").await.r#match(wanted.clone()).await.unwrap().into_inner();
    let cancel = CancelRequest { job_id: i64::try_from(job.job_id).unwrap() };
    published(server, "root").await.cancel(cancel).await.unwrap();
    published(server, "root").await.init(init).await.unwrap();
    let keyed = MatchRequest { request_key: "k".to_owned(), ..wanted };
    jobs(server, "user").await.r#match(keyed).await.unwrap();
    let drop = DropGraphRequest { name: "default".to_owned(), ..Default::default() };
    graphs(server, "root").await.drop_graph(drop).await.unwrap();
    let expected = [
        "created by root",
        "changed by user",
        "changed by root",
        "dropped by root",
        "created by root",
        "changed by user",
        "dropped by root",
    ];
    assert_eq!(happenings(&mut disk), expected);
}
