//! Graphs that are somebody's, and graphs that are not.

use fluxion_access::AccessRole::{Admin, Allocate, Read};
use fluxion_server::proto::fluxion::InitRequest;
use fluxion_server::proto::fluxion::v1::{
    CreateGraphHeader, CreateGraphRequest, DropGraphRequest, ExportGraphRequest, ForkRequest,
    GetGraphRequest, ListGraphsRequest, ListJobsRequest, MatchRequest, create_graph_request::Part,
};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::fixture::{TestServer, cluster};
use crate::guarded::{Guarded, entry, graphs, jobs, published, reason, shown, token};

async fn create(server: &TestServer, id: &str, name: &str) -> Result<(), Status> {
    let header = CreateGraphHeader { name: name.to_owned(), ..Default::default() };
    let parts = [Part::Header(header), Part::Text(cluster(1, 1).into_bytes())];
    let requests = parts.map(|part| CreateGraphRequest { part: Some(part) });
    let events = graphs(server, id).await.create_graph(tokio_stream::iter(requests)).await?;
    let mut events = events.into_inner();
    while events.message().await?.is_some() {}
    Ok(())
}

#[track_caller]
fn out_of_scope<T: std::fmt::Debug>(answer: Result<T, Status>) {
    let told = reason(&answer.unwrap_err());
    assert_eq!(told, (Code::PermissionDenied, "GRAPH_OUT_OF_SCOPE".to_owned()));
}

#[tokio::test]
async fn a_graph_out_of_scope_is_refused_whether_there_is_one_or_not() {
    let guarded = Guarded::with(&[
        entry("root", Admin, "*"),
        entry("prod", Admin, "prod-*"),
        entry("user", Allocate, "prod-a"),
        entry("none", Read, "nothing"),
    ]);
    let server = guarded.serve().await;
    for name in ["prod-a", "prod-b", "test"] {
        create(&server, "root", name).await.unwrap();
    }
    out_of_scope(create(&server, "prod", "test-2").await);
    create(&server, "prod", "prod-c").await.unwrap();
    for name in ["prod-b", "test", "nowhere", ""] {
        let mut client = graphs(&server, "user").await;
        out_of_scope(client.get_graph(GetGraphRequest { name: name.to_owned() }).await);
        let export = ExportGraphRequest { name: name.to_owned(), ..Default::default() };
        out_of_scope(client.export_graph(export).await);
        let mut client = jobs(&server, "user").await;
        let list = ListJobsRequest { graph: name.to_owned(), ..Default::default() };
        out_of_scope(client.list_jobs(list).await);
        let wanted = MatchRequest { graph: name.to_owned(), ..Default::default() };
        out_of_scope(client.r#match(wanted.clone()).await);
        let mut many = client.match_many(tokio_stream::once(wanted)).await.unwrap().into_inner();
        out_of_scope(many.message().await);
    }
    let drop = DropGraphRequest { name: "test".to_owned(), ..Default::default() };
    out_of_scope(graphs(&server, "prod").await.drop_graph(drop).await);
    let own = GetGraphRequest { name: "prod-a".to_owned() };
    assert!(graphs(&server, "user").await.get_graph(own).await.is_ok());
}

#[tokio::test]
async fn who_may_allocate_makes_and_drops_forks_of_its_graphs_and_no_others() {
    let guarded = Guarded::with(&[
        entry("root", Admin, "*"),
        entry("user", Allocate, "a,try-*"),
        entry("other", Read, "a,try-*"),
    ]);
    let server = guarded.serve().await;
    for name in ["a", "b"] {
        create(&server, "root", name).await.unwrap();
    }
    let fork = async |id: &str, graph: &str, name: &str| {
        let request =
            ForkRequest { graph: graph.to_owned(), name: name.to_owned(), ..Default::default() };
        graphs(&server, id).await.fork(request).await
    };
    let drop = async |name: &str| {
        let request = DropGraphRequest { name: name.to_owned(), ..Default::default() };
        graphs(&server, "user").await.drop_graph(request).await
    };
    out_of_scope(fork("user", "b", "try-1").await);
    out_of_scope(fork("user", "a", "c").await);
    out_of_scope(fork("user", "a", "").await);
    let role_too_small = (Code::PermissionDenied, "ROLE_TOO_SMALL".to_owned());
    assert_eq!(reason(&fork("other", "a", "try-1").await.unwrap_err()), role_too_small);
    fork("user", "a", "try-1").await.unwrap();
    assert_eq!(reason(&drop("a").await.unwrap_err()), role_too_small);
    drop("try-1").await.unwrap();
    assert_eq!(drop("try-1").await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn only_what_may_be_seen_is_listed() {
    let guarded = Guarded::with(&[entry("root", Admin, "*"), entry("user", Read, "a,b-*")]);
    let server = guarded.serve().await;
    for name in ["a", "b", "b-1", "c"] {
        create(&server, "root", name).await.unwrap();
    }
    for (id, expected) in [("root", vec!["a", "b", "b-1", "c"]), ("user", vec!["a", "b-1"])] {
        let listed = graphs(&server, id).await.list_graphs(ListGraphsRequest {}).await.unwrap();
        let names: Vec<_> =
            listed.into_inner().graphs.into_iter().map(|graph| graph.name).collect();
        assert_eq!(names, expected, "{id}");
    }
}

#[tokio::test]
async fn the_three_calls_are_those_of_the_graph_default() {
    let guarded = Guarded::with(&[entry("root", Admin, "default"), entry("other", Admin, "a")]);
    let server = guarded.serve().await;
    let init = InitRequest { jgf: cluster(1, 1), ..Default::default() };
    let mut other = published(&server, "other").await;
    out_of_scope(other.init(init.clone()).await);
    out_of_scope(
        other
            .r#match(fluxion_server::proto::fluxion::MatchRequest {
                request: "allocate".to_owned(),
                ..Default::default()
            })
            .await,
    );
    out_of_scope(other.cancel(fluxion_server::proto::fluxion::CancelRequest { job_id: 1 }).await);
    published(&server, "root").await.init(init).await.unwrap();
}

/// A check of the health is open to everybody, but whoever may not use a graph is not told whether there is one.
#[tokio::test]
async fn the_health_of_a_graph_is_told_to_those_who_may_use_it() {
    let guarded = Guarded::with(&[entry("root", Admin, "*"), entry("user", Read, "a")]);
    let server = guarded.serve().await;
    for name in ["a", "b"] {
        create(&server, "root", name).await.unwrap();
    }
    for (id, name, expected) in [
        ("root", "graph/b", Some(1)),
        ("user", "graph/a", Some(1)),
        ("user", "graph/b", None),
        ("user", "", Some(1)),
    ] {
        let mut health = HealthClient::new(shown(&server, &token(id)).await);
        let answer = health.check(HealthCheckRequest { service: name.to_owned() }).await;
        let told = answer.map(|answer| answer.into_inner().status);
        assert_eq!(told.as_ref().ok(), expected.as_ref(), "{id} {name}: {told:?}");
    }
}
