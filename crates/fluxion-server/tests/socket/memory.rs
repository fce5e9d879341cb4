//! A server with little memory: what does not fit is refused before it is made, and the rest is served.

use std::fmt::Write as _;

use bytes::Bytes;
use fluxion_server::proto::fluxion::v1::create_graph_request::Part;
use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::proto::fluxion::v1::job_service_client::JobServiceClient;
use fluxion_server::proto::fluxion::v1::resource_service_client::ResourceServiceClient;
use fluxion_server::proto::fluxion::v1::{
    CreateGraphHeader, CreateGraphRequest, DropGraphRequest, FindRequest, GetPropertiesRequest,
    GetStatsRequest, GetStatsResponse, GraphFormat, GraphOptions, MatchRequest, ResourceFormat,
    SetPropertyRequest,
};
use fluxion_server::{ByteSize, Config, Limits, MemoryLimit};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::announced::{connect, request};
use crate::fixture::{TestServer, cluster, fails, job};

const MIB: u64 = 1 << 20;

/// A server that may take so much, and answer with so much.
async fn start(memory: u64, answer: u64) -> TestServer {
    let memory = MemoryLimit::Bytes(ByteSize(memory));
    let limits = Limits { memory, answer: ByteSize(answer), ..Limits::default() };
    TestServer::start(Config { limits, ..Config::default() }).await
}

/// Loads an R of so many vertices, which is short whatever that is.
async fn load_r(server: &TestServer, name: &str, ranks: u64, cores: u64) -> Result<(), Status> {
    let (ranks, cores) = (ranks - 1, cores - 1);
    let text = format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "0-{ranks}", "children": {{"core": "0-{cores}"}}}}],
            "nodelist": ["n[0-{ranks}]"]}}}}"#
    );
    create(server, name, GraphFormat::Rv1exec, text).await
}

async fn create(
    server: &TestServer,
    name: &str,
    format: GraphFormat,
    text: String,
) -> Result<(), Status> {
    let options = GraphOptions { format: format.into(), ..GraphOptions::default() };
    let (name, options) = (name.to_owned(), Some(options));
    let header = CreateGraphHeader { name, options, ..CreateGraphHeader::default() };
    let parts = [Part::Header(header), Part::Text(text.into_bytes())];
    let parts = parts.map(|part| CreateGraphRequest { part: Some(part) });
    let mut graphs = GraphServiceClient::new(server.channel().await);
    let mut events = graphs.create_graph(tokio_stream::iter(parts)).await?.into_inner();
    while events.message().await?.is_some() {}
    Ok(())
}

async fn drop_graph(server: &TestServer, name: &str) {
    let request = DropGraphRequest { name: name.to_owned(), ..DropGraphRequest::default() };
    GraphServiceClient::new(server.channel().await).drop_graph(request).await.unwrap();
}

async fn stats(server: &TestServer, graph: &str) -> GetStatsResponse {
    let mut resources = ResourceServiceClient::new(server.channel().await);
    let request = GetStatsRequest { graph: graph.to_owned() };
    resources.get_stats(request).await.unwrap().into_inner()
}

/// Asserts that something was refused for want of memory, and that the reason tells how much there is.
#[track_caller]
fn has_no_memory<T: std::fmt::Debug>(result: Result<T, Status>) {
    let status = result.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "MEMORY", "{status:?}");
    let figure = |name: &str| info.metadata.get(name).unwrap().parse::<u64>().unwrap();
    assert!(figure("counted") + figure("asked") > figure("limit"), "{info:?}");
    assert!(status.message().contains("--max-memory"), "{status:?}");
}

/// 153 bytes made 4.1 million vertices.
#[tokio::test]
async fn a_short_text_cannot_make_more_vertices_than_fit() {
    let server = start(64 * MIB, MIB).await;
    has_no_memory(load_r(&server, "huge", 60_000, 64).await);
    load_r(&server, "small", 100, 64).await.unwrap();
    let stats = stats(&server, "small").await;
    let [vertices, bytes] = [stats.vertices, stats.memory_bytes];
    assert!((100 * vertices..200 * vertices).contains(&bytes), "{stats:?}");
    assert!(stats.server_memory_bytes >= 16 * MIB + bytes, "{stats:?}");
    assert_eq!(stats.server_memory_limit, 64 * MIB);
}

#[tokio::test]
async fn neither_can_a_recipe() {
    let recipe = r#"<graphml><key id="r" for="node" attr.name="root" attr.type="int"/>
        <key id="t" for="node" attr.name="type" attr.type="string"/>
        <key id="b" for="node" attr.name="basename" attr.type="string"/>
        <key id="s" for="node" attr.name="subsystem" attr.type="string"/>
        <key id="e" for="edge" attr.name="e_subsystem" attr.type="string"/>
        <key id="m" for="edge" attr.name="gen_method" attr.type="string"/>
        <key id="n" for="edge" attr.name="multi_scale" attr.type="int"/>
        <graph edgedefault="directed">
        <node id="c"><data key="r">1</data><data key="t">cluster</data><data key="b">cluster</data><data key="s">containment</data></node>
        <node id="k"><data key="t">core</data><data key="b">core</data><data key="s">containment</data></node>
        <edge source="c" target="k"><data key="e">containment</data><data key="m">MULTIPLY</data><data key="n">1000000</data></edge>
        </graph></graphml>"#;
    let server = start(64 * MIB, MIB).await;
    has_no_memory(create(&server, "g", GraphFormat::Grug, recipe.to_owned()).await);
    let smaller = recipe.replace("1000000", "1000");
    create(&server, "g", GraphFormat::Grug, smaller).await.unwrap();
}

/// A long text of little weight in each vertex: it is counted vertex by vertex.
#[tokio::test]
async fn neither_can_a_document() {
    let server = start(32 * MIB, MIB).await;
    let mut vertices = String::new();
    for id in 1..150_000 {
        write!(vertices, r#",{{"id":"{id}","metadata":{{"type":"a","paths":{{"a":"/c/{id}"}}}}}}"#)
            .unwrap();
    }
    let text = format!(
        r#"{{"graph":{{"nodes":[{{"id":"0","metadata":{{"type":"c","paths":{{"containment":"/c"}}}}}}{vertices}],"edges":[]}}}}"#
    );
    has_no_memory(create(&server, "g", GraphFormat::Jgf, text).await);
    create(&server, "g", GraphFormat::Jgf, cluster(2, 2)).await.unwrap();
}

/// Two million elements of which none is a vertex.
#[tokio::test]
async fn neither_can_elements_that_are_none() {
    let server = start(64 * MIB, MIB).await;
    let zeros = "0,".repeat(2_000_000) + "0";
    let graph = format!(r#"{{"graph":{{"nodes":[{zeros}],"edges":[]}}}}"#);
    has_no_memory(create(&server, "g", GraphFormat::Jgf, graph).await);
    let r = format!(r#"{{"version":1,"execution":{{"R_lite":[{zeros}],"nodelist":["n"]}}}}"#);
    has_no_memory(create(&server, "g", GraphFormat::Rv1exec, r).await);
}

#[tokio::test]
async fn graphs_share_the_memory_and_give_it_back() {
    let server = start(64 * MIB, MIB).await;
    let mut loaded = 0;
    while load_r(&server, &format!("g{loaded}"), 1000, 64).await.is_ok() {
        loaded += 1;
    }
    assert!((1..5).contains(&loaded), "{loaded}");
    has_no_memory(load_r(&server, "more", 1000, 64).await);
    drop_graph(&server, "g0").await;
    // its thread ends by itself
    while load_r(&server, "more", 1000, 64).await.is_err() {}
}

/// However full it is, jobs can be cancelled and graphs be dropped.
#[tokio::test]
async fn jobs_are_counted_and_a_full_server_still_answers() {
    let server = start(32 * MIB, MIB).await;
    let mut client = server.client().await;
    client.init("", &cluster(8, 64)).await.unwrap();
    let before = stats(&server, "").await.memory_bytes;
    let booked = client.allocate(&job(512, "core")).await.unwrap();
    let with_job = stats(&server, "").await.memory_bytes;
    assert!(with_job > before + 512 * 100, "{before} {with_job}");
    client.cancel(booked.jobid).await.unwrap();
    let reserve = job(512, "core");
    let mut last = 0;
    let refused = loop {
        match client.ask(&reserve, "allocate_orelse_reserve", true).await {
            Ok(booked) => last = booked.jobid,
            Err(status) => break status,
        }
    };
    has_no_memory::<()>(Err(refused));
    let full = stats(&server, "").await;
    assert!((50..500).contains(&full.reserved) && full.allocated == 1, "{full:?}");
    client.cancel(last).await.unwrap();
    client.ask(&reserve, "allocate_orelse_reserve", true).await.unwrap();
    drop_graph(&server, "").await;
}

/// A property of 15 MB under 60 keys made an answer of 944 MB.
#[tokio::test]
async fn properties_and_keys_have_lengths() {
    let server = start(256 * MIB, MIB).await;
    server.client().await.init("", &cluster(1, 1)).await.unwrap();
    let mut resources = ResourceServiceClient::new(server.channel().await);
    let set = |key: usize, value: usize| SetPropertyRequest {
        path: "/cluster0".to_owned(),
        key: "k".repeat(key),
        value: "v".repeat(value),
        ..SetPropertyRequest::default()
    };
    let code = |field| (Code::InvalidArgument, [field]);
    for (request, (code, parts)) in
        [(set(1025, 1), code("key: 1025 bytes")), (set(1, 65_537), code("value: 65537 bytes"))]
    {
        fails(resources.set_property(request).await, code, &parts);
    }
    resources.set_property(set(1024, 65_536)).await.unwrap();
}

/// An answer that would be too large is refused while it is written.
#[tokio::test]
async fn answers_have_a_largest_size() {
    let server = start(256 * MIB, 64 << 10).await;
    let mut client = server.client().await;
    client.init("", &cluster(16, 64)).await.unwrap();
    let mut resources = ResourceServiceClient::new(server.channel().await);
    let all = FindRequest { criteria: "status=up".to_owned(), ..FindRequest::default() };
    let status = resources.find(all).await.unwrap_err();
    assert_eq!(status.get_details_error_info().unwrap().reason, "TOO_LARGE");
    let parts = ["more than 65536 bytes", "--max-answer-size", "export"];
    fails::<()>(Err(status), Code::ResourceExhausted, &parts);
    // nothing is booked that cannot be told
    fails(client.allocate(&job(1024, "core")).await, Code::ResourceExhausted, &parts);
    let whole = MatchRequest {
        jobspec: job(1024, "core"),
        resource_format: ResourceFormat::Rv1Nosched.into(),
        ..MatchRequest::default()
    };
    // the ranks of this graph cannot be printed in it
    let mut jobs = JobServiceClient::new(server.channel().await);
    fails(jobs.r#match(whole).await, Code::InvalidArgument, &["rank"]);
    client.allocate(&job(64, "core")).await.unwrap();
    for number in 0..2 {
        let request = SetPropertyRequest {
            path: "/cluster0".to_owned(),
            key: format!("k{number}"),
            value: "v".repeat(40_000),
            ..SetPropertyRequest::default()
        };
        resources.set_property(request).await.unwrap();
    }
    let request = GetPropertiesRequest { path: "/cluster0".to_owned(), ..Default::default() };
    fails(resources.get_properties(request).await, Code::ResourceExhausted, &parts);
}

fn framed(message: &impl prost::Message) -> Bytes {
    let mut bytes = vec![0];
    bytes.extend(u32::try_from(message.encoded_len()).unwrap().to_be_bytes());
    message.encode(&mut bytes).unwrap();
    bytes.into()
}

/// 30,000 idle streams took 557 MB.
#[tokio::test]
async fn idle_calls_are_counted() {
    let server = start(64 * MIB, MIB).await;
    server.client().await.init("", &cluster(1, 1)).await.unwrap();
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut client = connect(&server, 65_535).await;
        for _ in 0..500 {
            client = client.ready().await.unwrap();
            let path = "/fluxion.v1.JobService/MatchMany";
            let (answer, body) = client.send_request(request(&server, path), false).unwrap();
            open.push((answer, body));
        }
        // answered after everything before it was read
        let (answer, _) = client.send_request(request(&server, "/nobody"), true).unwrap();
        let _ = answer.await;
    }
    let mut client = server.client().await;
    // others have their turn as soon as the idle ones have not moved for a while
    while client.allocate("").await.is_err_and(|status| status.code() == Code::ResourceExhausted) {}
    let counted = stats(&server, "").await.server_memory_bytes;
    assert!(counted < 32 * MIB, "{counted}");
}

/// 150 calls of 15 MB behind a busy graph took 2.7 GB: those whose client has left take nothing, the others are counted.
#[tokio::test]
async fn calls_that_wait_for_a_graph_are_counted() {
    let server = start(128 * MIB, MIB).await;
    let mut client = server.client().await;
    client.init("", &cluster(4, 4)).await.unwrap();
    let large = MatchRequest { jobspec: " ".repeat(4 << 20), ..MatchRequest::default() };
    let message = framed(&large);
    let mut waiting = Vec::new();
    for _ in 0..30 {
        let mut hostile = connect(&server, 65_535).await.ready().await.unwrap();
        let path = "/fluxion.v1.JobService/Match";
        let (answer, mut body) = hostile.send_request(request(&server, path), false).unwrap();
        body.send_data(message.clone(), true).unwrap();
        waiting.push((answer, body, hostile));
    }
    let counted = stats(&server, "").await.server_memory_bytes;
    assert!(counted < 128 * MIB, "{counted}");
    for (answer, _, _) in waiting {
        let answer = answer.await.unwrap();
        let code = answer.headers().get("grpc-status").unwrap().to_str().unwrap().to_owned();
        assert!(["3", "8"].contains(&code.as_str()), "{code}");
    }
    client.allocate(&job(1, "core")).await.unwrap();
}
