//! Health of graphs: `graph/NAME` is there while the graph is.

use fluxion_server::Config;
use fluxion_server::proto::fluxion::v1::DropGraphRequest;
use tonic::transport::Channel;
use tonic::{Code, Status, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::client::{V1, header, parts};
use crate::fixture::cluster;

fn of(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

async fn check(health: &mut HealthClient<Channel>, name: &str) -> Result<ServingStatus, Code> {
    let told = health.check(of(name)).await.map(|answer| answer.into_inner().status());
    told.map_err(|status| status.code())
}

async fn next(watch: &mut Streaming<HealthCheckResponse>) -> Result<ServingStatus, Status> {
    watch.message().await.map(|told| told.unwrap().status())
}

#[tokio::test]
async fn a_server_serves_with_a_graph_or_without_and_a_graph_while_it_is_there() {
    let mut v1 = V1::start(Config::default()).await;
    let mut health = HealthClient::new(v1.server.channel().await);
    assert_eq!(check(&mut health, "").await, Ok(ServingStatus::Serving));
    for none in ["graph/default", "graph/", "graph/a b", "graph"] {
        assert_eq!(check(&mut health, none).await, Err(Code::NotFound), "{none}");
    }
    v1.create("default", &cluster(1, 1)).await.unwrap();
    assert_eq!(check(&mut health, "graph/default").await, Ok(ServingStatus::Serving));
    assert_eq!(check(&mut health, "graph/other").await, Err(Code::NotFound));
    v1.graphs.drop_graph(DropGraphRequest::default()).await.unwrap();
    assert_eq!(check(&mut health, "graph/default").await, Err(Code::NotFound));
    assert_eq!(check(&mut health, "").await, Ok(ServingStatus::Serving));
}

#[tokio::test]
async fn a_watch_follows_a_graph_that_comes_and_goes_until_the_server_ends() {
    let mut v1 = V1::start(Config::default()).await;
    let mut health = HealthClient::new(v1.server.channel().await);
    let mut watch = health.watch(of("graph/g")).await.unwrap().into_inner();
    assert_eq!(next(&mut watch).await.unwrap(), ServingStatus::ServiceUnknown);
    v1.create("g", &cluster(1, 1)).await.unwrap();
    assert_eq!(next(&mut watch).await.unwrap(), ServingStatus::Serving);
    // nothing is told of what changes nothing for it
    v1.create("other", &cluster(1, 1)).await.unwrap();
    let mut replaced = header("g");
    replaced.replace = true;
    v1.send(parts(replaced, cluster(1, 1).as_bytes(), 1000)).await.unwrap();
    let gone = DropGraphRequest { name: "g".to_owned(), ..DropGraphRequest::default() };
    v1.graphs.drop_graph(gone).await.unwrap();
    assert_eq!(next(&mut watch).await.unwrap(), ServingStatus::ServiceUnknown);
    v1.create("g", &cluster(1, 1)).await.unwrap();
    assert_eq!(next(&mut watch).await.unwrap(), ServingStatus::Serving);
    let stopped = v1.server.stop();
    assert_eq!(next(&mut watch).await.unwrap(), ServingStatus::NotServing);
    assert_eq!(next(&mut watch).await.unwrap_err().code(), Code::Unavailable);
    drop((watch, health, v1.graphs, v1.jobs, v1.resources, v1.maintenance));
    stopped.await.unwrap();
}
