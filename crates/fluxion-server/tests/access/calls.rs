//! Every call of every service, with every sort of credential.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fluxion_access::{AccessRole, CALLS, CallNeeds, CallShape, Token, row};
use fluxion_server::proto::DESCRIPTORS;
use fluxion_server::proto::fluxion::v1::{MatchOperation, MatchRequest};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::fixture::TestServer;
use crate::guarded::{Guarded, jobs, reason, roles, token};

/// All methods of the server, with whether their answers are streams.
fn methods() -> BTreeMap<String, CallShape> {
    let mut found = BTreeMap::new();
    for set in [
        DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ] {
        for file in FileDescriptorSet::decode(set).unwrap().file {
            for service in &file.service {
                for method in &service.method {
                    let path = format!("/{}.{}/{}", file.package(), service.name(), method.name());
                    let streams = method.server_streaming() || method.client_streaming();
                    let shape = if streams { CallShape::Stream } else { CallShape::Single };
                    found.insert(path, shape);
                }
            }
        }
    }
    found
}

/// Makes a call with an empty request; the status, or nothing if it is answered.
async fn call(channel: &Channel, path: &'static str, header: Option<&str>) -> Option<Status> {
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    let mut request = Request::new(tokio_stream::once(()));
    if let Some(header) = header {
        request.metadata_mut().insert("authorization", header.parse().unwrap());
    }
    let codec = ProstCodec::<(), ()>::default();
    let answer = grpc.streaming(request, http::uri::PathAndQuery::from_static(path), codec);
    let first = async { answer.await?.into_inner().message().await };
    tokio::time::timeout(Duration::from_secs(30), first).await.unwrap().err()
}

async fn world() -> (Guarded, TestServer, Channel) {
    let guarded = Guarded::with(&roles());
    let server = guarded.serve().await;
    let channel = server.channel().await;
    (guarded, server, channel)
}

fn bearer(token: &Token) -> String {
    format!("Bearer {}", token.as_str())
}

#[test]
fn each_call_has_a_row_and_each_row_a_call() {
    let described = methods();
    for (path, shape) in &described {
        let row = row(path).unwrap_or_else(|| panic!("{path} has no row: nobody may make it"));
        assert_eq!(row.shape, *shape, "{path}");
    }
    for call in CALLS {
        assert!(described.contains_key(call.path), "{} is no call", call.path);
    }
}

#[tokio::test]
async fn without_a_right_credential_nothing_is_open_but_health_and_what_is_near() {
    let bearing = |token: Token| Some(bearer(&token));
    let cases = [
        (None, "NO_CREDENTIAL"),
        (bearing(Token::new("admin", &[8; 32]).unwrap()), "WRONG_CREDENTIAL"),
        (bearing(Token::new("nobody", &[7; 32]).unwrap()), "WRONG_CREDENTIAL"),
        (bearing(token("old")), "EXPIRED_CREDENTIAL"),
    ];
    let mut messages = BTreeSet::new();
    for (header, expected) in cases {
        // a server for each: with all of them, one would not hear the last
        let (_guarded, server, channel) = world().await;
        for row in CALLS {
            let is_open = matches!(row.needs, CallNeeds::Nothing | CallNeeds::ReadFromAfar);
            let told = call(&channel, row.path, header.as_deref()).await;
            if is_open {
                let code = told.map(|status| status.code());
                assert_ne!(code, Some(Code::Unauthenticated), "{row:?}");
                continue;
            }
            let status = told.unwrap_or_else(|| panic!("{expected}: {row:?} is answered"));
            assert_eq!(reason(&status), (Code::Unauthenticated, expected.to_owned()), "{row:?}");
            messages.insert((expected, status.message().to_owned()));
        }
        drop(server);
    }
    assert_eq!(messages.len(), 3, "a wrong secret and an unknown id are told apart: {messages:?}");
}

#[tokio::test]
async fn each_role_makes_its_calls_and_no_other() {
    let (_guarded, server, channel) = world().await;
    for role in AccessRole::ALL {
        let header = bearer(&token(role.as_str()));
        for row in CALLS {
            let status = call(&channel, row.path, Some(&header)).await;
            let is_permitted = row.needs.at_least().is_none_or(|needed| role.permits(needed));
            let told = status.as_ref().map(reason);
            let refused = (Code::PermissionDenied, "ROLE_TOO_SMALL".to_owned());
            assert_eq!(told.as_ref() == Some(&refused), !is_permitted, "{role} {row:?}: {told:?}");
            let code = told.map(|(code, _)| code);
            assert_ne!(code, Some(Code::Unauthenticated), "{role} {row:?}");
        }
    }
    drop(server);
}

#[tokio::test]
async fn what_of_match_only_looks_is_for_readers() {
    let (_guarded, server, _) = world().await;
    let mut admin = crate::guarded::published(&server, "admin").await;
    let jgf = crate::fixture::cluster(1, 1);
    admin
        .init(fluxion_server::proto::fluxion::InitRequest { jgf, ..Default::default() })
        .await
        .unwrap();
    for operation in [
        MatchOperation::Allocate,
        MatchOperation::AllocateOrelseReserve,
        MatchOperation::WithoutAllocating,
        MatchOperation::Satisfiability,
    ] {
        let jobspec = crate::fixture::job(1, "core");
        let request = MatchRequest { operation: operation.into(), jobspec, ..Default::default() };
        let looks = operation == MatchOperation::Satisfiability;
        for (id, may) in [("read", looks), ("operate", looks), ("allocate", true)] {
            let answer = jobs(&server, id).await.r#match(request.clone()).await;
            let code = answer.err().map(|status| status.code());
            let is_refused = code == Some(Code::PermissionDenied);
            assert_eq!(is_refused, !may, "{id} {operation:?}: {code:?}");
        }
    }
}

#[tokio::test]
async fn other_schemes_and_broken_headers_lead_to_nobody() {
    let (_guarded, server, channel) = world().await;
    let right = token("admin");
    let path = "/fluxion.v1.GraphService/ListGraphs";
    for (header, is_right) in [
        (format!("bearer {}", right.as_str()), true),
        (format!("BEARER  {}", right.as_str()), true),
        (right.as_str().to_owned(), false),
        (format!("Basic {}", right.as_str()), false),
        (format!("Bearer {}x", right.as_str()), false),
        ("Bearer".to_owned(), false),
        ("Bearer ".to_owned(), false),
    ] {
        let status = call(&channel, path, Some(&header)).await;
        let code = status.map(|status| status.code());
        assert_eq!(code, (!is_right).then_some(Code::Unauthenticated), "{header}");
    }
    drop(server);
}

#[tokio::test]
async fn a_call_that_is_not_known_is_nobodys() {
    let (_guarded, server, channel) = world().await;
    let path = "/fluxion.v1.GraphService/Rename";
    let code = |status: Option<Status>| status.map(|status| status.code());
    assert_eq!(code(call(&channel, path, None).await), Some(Code::Unauthenticated));
    let admin = bearer(&token("admin"));
    assert_eq!(code(call(&channel, path, Some(&admin)).await), Some(Code::Unimplemented));
    drop(server);
}

#[tokio::test]
async fn who_guesses_waits_and_who_is_known_does_not() {
    let (_guarded, server, known) = world().await;
    let path = "/fluxion.v1.GraphService/ListGraphs";
    let right = bearer(&token("read"));
    assert!(call(&known, path, Some(&right)).await.is_none());
    let guessing = server.channel().await;
    let mut refused = 0;
    while refused == 0 {
        let status = call(&guessing, path, Some("Bearer guess")).await.unwrap();
        refused += u32::from(reason(&status).1 == "FAILED_ATTEMPTS");
    }
    let anew = call(&guessing, path, Some(&right)).await.map(|status| status.code());
    assert!(matches!(anew, None | Some(Code::ResourceExhausted)));
    assert!(call(&known, path, Some(&right)).await.is_none());
    drop(server);
}
