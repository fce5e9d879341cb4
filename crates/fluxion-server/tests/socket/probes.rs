//! Health and reflection.

use http::uri::PathAndQuery;
use prost::Message;
use prost_types::FileDescriptorProto;
use tokio_stream::StreamExt as _;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_prost::ProstCodec;

use crate::fixture::{TestServer, fails, start};

#[tokio::test]
async fn health_is_serving_for_the_server_and_the_service() {
    let (server, _) = start().await;
    let mut health = HealthClient::new(server.channel().await);
    let v1 = [
        "fluxion.v1.CalendarService",
        "fluxion.v1.GraphService",
        "fluxion.v1.InsightService",
        "fluxion.v1.JobService",
        "fluxion.v1.MaintenanceService",
        "fluxion.v1.ResourceService",
    ];
    for service in ["", "fluxion.FluxionService"].into_iter().chain(v1) {
        let request = HealthCheckRequest { service: service.to_owned() };
        let answer = health.check(request).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{service:?}");
    }
    let request = HealthCheckRequest { service: "nobody".to_owned() };
    fails(health.check(request).await, Code::NotFound, &[]);
}

/// Asks one question through one version of the reflection protocol.
macro_rules! asked {
    ($server:expr, $version:ident, $question:ident $about:expr) => {{
        use tonic_reflection::pb::$version::{
            ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
            server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
        };
        let mut client = ServerReflectionClient::new($server.channel().await);
        let question = MessageRequest::$question($about.to_owned());
        let request =
            ServerReflectionRequest { message_request: Some(question), ..Default::default() };
        let answers = client.server_reflection_info(tokio_stream::once(request)).await.unwrap();
        let answer = answers.into_inner().next().await.unwrap().unwrap();
        match answer.message_response.unwrap() {
            MessageResponse::ListServicesResponse(list) => {
                list.service.into_iter().map(|service| service.name).collect::<Vec<_>>()
            }
            MessageResponse::FileDescriptorResponse(files) => {
                let files = files.file_descriptor_proto.iter();
                files
                    .map(|file| described(&FileDescriptorProto::decode(&**file).unwrap()))
                    .collect()
            }
            MessageResponse::ErrorResponse(error) => {
                vec![format!("{}: {}", error.error_code, error.error_message)]
            }
            other => panic!("{other:?}"),
        }
    }};
}

/// A file with what it imports.
fn described(file: &FileDescriptorProto) -> String {
    format!("{}: {}", file.name(), file.dependency.join(" "))
}

#[tokio::test]
async fn reflection_lists_the_services() {
    let (server, _) = start().await;
    for mut names in [asked!(server, v1, ListServices ""), asked!(server, v1alpha, ListServices "")]
    {
        names.retain(|name| !name.starts_with("grpc.reflection."));
        names.sort();
        let expected = [
            "fluxion.FluxionService",
            "fluxion.v1.CalendarService",
            "fluxion.v1.GraphService",
            "fluxion.v1.InsightService",
            "fluxion.v1.JobService",
            "fluxion.v1.MaintenanceService",
            "fluxion.v1.ResourceService",
            "grpc.health.v1.Health",
        ];
        assert_eq!(names, expected);
    }
}

#[tokio::test]
async fn reflection_describes_the_statuses_too() {
    let (server, _) = start().await;
    let details = "google/rpc/error_details.proto: google/protobuf/duration.proto";
    let status = "google/rpc/status.proto: google/protobuf/any.proto";
    let code = "google/rpc/code.proto: ";
    let jobs = "fluxion/v1/jobs.proto: fluxion/v1/graphs.proto";
    let symbols = [
        ("google.rpc.Status", status),
        ("google.rpc.Code", code),
        ("google.rpc.ErrorInfo", details),
        ("google.rpc.BadRequest.FieldViolation", details),
        ("google.rpc.RetryInfo", details),
        ("google.protobuf.Any", "google/protobuf/any.proto: "),
        ("fluxion.v1.JobService.Match", jobs),
        ("fluxion.v1.JobState", jobs),
        ("google.rpc.Nothing", "5: nothing here is named `google.rpc.Nothing`"),
    ];
    for (symbol, expected) in symbols {
        assert_eq!(asked!(server, v1, FileContainingSymbol symbol), [expected]);
        assert_eq!(asked!(server, v1alpha, FileContainingSymbol symbol), [expected]);
    }
    let files =
        ["google/rpc/status.proto", "google/rpc/code.proto", "google/protobuf/duration.proto"];
    for name in files {
        let expected = format!("{name}: ");
        let [v1] = &asked!(server, v1, FileByFilename name)[..] else { panic!("{name}") };
        let [older] = &asked!(server, v1alpha, FileByFilename name)[..] else { panic!("{name}") };
        assert!(v1.starts_with(&expected) && v1 == older, "{v1} {older}");
    }
}

/// A number where all services expect a text or a message.
#[derive(Clone, PartialEq, Message)]
struct Garbled {
    #[prost(uint64, tag = "1")]
    field: u64,
}

async fn garbled(server: &TestServer, path: &'static str) -> Status {
    let mut client = tonic::client::Grpc::new(server.channel().await);
    client.ready().await.unwrap();
    let (request, codec) =
        (Request::new(Garbled { field: 1 }), ProstCodec::<Garbled, ()>::default());
    let path = PathAndQuery::from_static(path);
    let answer = client.server_streaming(request, path, codec).await;
    match answer {
        Err(status) => status,
        Ok(answer) => answer.into_inner().message().await.unwrap_err(),
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_the_fault_of_its_client() {
    let (server, _) = start().await;
    let paths = [
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/fluxion.v1.JobService/Match",
    ];
    for path in paths {
        let status = garbled(&server, path).await;
        assert_eq!(status.code(), Code::InvalidArgument, "{path}: {status:?}");
    }
}
