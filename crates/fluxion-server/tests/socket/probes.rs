//! Health and reflection.

use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::fixture::{fails, start};

#[tokio::test]
async fn health_is_serving_for_the_server_and_the_service() {
    let (server, _) = start().await;
    let mut health = HealthClient::new(server.channel().await);
    let v1 = ["fluxion.v1.GraphService", "fluxion.v1.JobService", "fluxion.v1.ResourceService"];
    for service in ["", "fluxion.FluxionService"].into_iter().chain(v1) {
        let request = HealthCheckRequest { service: service.to_owned() };
        let answer = health.check(request).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{service:?}");
    }
    let request = HealthCheckRequest { service: "nobody".to_owned() };
    fails(health.check(request).await, Code::NotFound, &[]);
}

/// Lists the services through one version of the reflection protocol.
macro_rules! services {
    ($server:expr, $version:ident) => {{
        use tonic_reflection::pb::$version::{
            ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
            server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
        };
        let mut client = ServerReflectionClient::new($server.channel().await);
        let list = MessageRequest::ListServices(String::new());
        let request = ServerReflectionRequest { message_request: Some(list), ..Default::default() };
        let answers = client.server_reflection_info(tokio_stream::once(request)).await.unwrap();
        let answer = answers.into_inner().next().await.unwrap().unwrap();
        let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
            panic!("{answer:?}");
        };
        list.service.into_iter().map(|service| service.name).collect::<Vec<_>>()
    }};
}

#[tokio::test]
async fn reflection_lists_the_services() {
    let (server, _) = start().await;
    for mut names in [services!(server, v1), services!(server, v1alpha)] {
        names.retain(|name| !name.starts_with("grpc.reflection."));
        names.sort();
        let expected = [
            "fluxion.FluxionService",
            "fluxion.v1.GraphService",
            "fluxion.v1.JobService",
            "fluxion.v1.ResourceService",
            "grpc.health.v1.Health",
        ];
        assert_eq!(names, expected);
    }
}
