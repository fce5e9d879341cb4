//! Answers that nobody reads, and requests that are never finished.

use bytes::Bytes;
use fluxion_server::proto::fluxion::InitRequest;
use fluxion_server::proto::fluxion::v1::FindRequest;
use fluxion_server::proto::fluxion::v1::resource_service_client::ResourceServiceClient;
use fluxion_server::{ByteSize, Config, Limits};

use crate::announced::{connect, request};
use crate::fixture::{TestServer, cluster, job};

fn framed(message: &impl prost::Message) -> Bytes {
    let mut bytes = vec![0];
    bytes.extend(u32::try_from(message.encoded_len()).unwrap().to_be_bytes());
    message.encode(&mut bytes).unwrap();
    bytes.into()
}

const UNREAD: usize = 60;

/// Whoever does not read loses the answer when others need the memory.
#[tokio::test]
async fn answers_that_nobody_reads_give_way() {
    let limits = Limits { in_flight: ByteSize(4 << 20), ..Limits::default() };
    let server = TestServer::start(Config { limits, ..Config::default() }).await;
    let mut client = server.client().await;
    client.init("", &cluster(64, 64)).await.unwrap();
    let mut hostile = connect(&server, 0).await;
    let find = framed(&FindRequest { criteria: "status=up".to_owned(), ..Default::default() });
    let mut unread = Vec::new();
    for _ in 0..UNREAD {
        hostile = hostile.ready().await.unwrap();
        let path = "/fluxion.v1.ResourceService/Find";
        let (answer, mut body) = hostile.send_request(request(&server, path), false).unwrap();
        body.send_data(find.clone(), true).unwrap();
        unread.push(answer);
    }
    let mut refused = 0;
    for answer in &mut unread {
        let status = answer.await.unwrap().headers().get("grpc-status").cloned();
        refused += usize::from(status.is_some_and(|status| status == "8"));
    }
    assert!((1..UNREAD).contains(&refused), "{refused}");
    client.allocate(&job(1, "core")).await.unwrap();
    // as soon as the others have not read for a while
    let mut resources = ResourceServiceClient::new(server.channel().await);
    let request = FindRequest { criteria: "status=up".to_owned(), ..Default::default() };
    while resources.find(request.clone()).await.is_err() {}
}

#[tokio::test]
async fn uploads_that_are_never_finished_give_way() {
    let limits = Limits { in_flight: ByteSize(1 << 20), ..Limits::default() };
    let server = TestServer::start(Config { limits, ..Config::default() }).await;
    let text = cluster(4, 16) + &" ".repeat(900 << 10);
    let init = framed(&InitRequest { policy: String::new(), jgf: text });
    let mut hostile = connect(&server, 0).await.ready().await.unwrap();
    let path = "/fluxion.FluxionService/Init";
    let (answer, mut body) = hostile.send_request(request(&server, path), false).unwrap();
    body.send_data(init.slice(..init.len() - 1), false).unwrap();
    // served as soon as the other one has not moved for a while
    let mut client = server.client().await;
    while client.init("", &(cluster(4, 16) + &" ".repeat(900 << 10))).await.is_err() {}
    let answer = answer.await.unwrap();
    assert_eq!(answer.headers().get("grpc-status").unwrap(), "8");
    client.allocate(&job(1, "core")).await.unwrap();
}
