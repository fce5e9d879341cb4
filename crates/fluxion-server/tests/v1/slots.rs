//! Where slots stand (`docs/semantics/slots.md`), and that all that can never run is told as such.

use fluxion_context::SlotRule as Rule;
use fluxion_server::Config;
use fluxion_server::proto::fluxion::v1::{
    CreateGraphHeader, GraphOptions, ListGraphsRequest, MatchOperation, MatchRequest,
    MatchResponse, SlotRule,
};
use tonic::{Code, Status};

use crate::client::{V1, header, parts};

const SOCKETS: &str = include_str!("../../../../examples/semantics/sockets.json");
const ANY: SlotRule = SlotRule::Unspecified;

/// A core of a node, as `flux run -N1 -n1` asks for it.
const NODE_CORE: &str = r#"{"type": "node", "count": 1, "with":
    [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}"#;

fn ask(operation: MatchOperation, resource: &str) -> MatchRequest {
    let attributes = r#"{"system": {"duration": 60}}"#;
    let jobspec = format!(
        r#"{{"version": 1, "resources": [{resource}], "tasks": [], "attributes": {attributes}}}"#
    );
    MatchRequest { jobspec, operation: operation.into(), ..MatchRequest::default() }
}

/// A service that has sockets in its graph.
async fn serve(config: Config, slots: SlotRule, traverser: &str) -> V1 {
    let mut v1 = V1::start(config).await;
    let options = GraphOptions {
        slots: slots.into(),
        traverser: traverser.to_owned(),
        ..GraphOptions::default()
    };
    let header = CreateGraphHeader { options: Some(options), ..header("default") };
    v1.send(parts(header, SOCKETS.as_bytes(), 1000)).await.unwrap();
    v1
}

#[tokio::test]
async fn slots_stand_deep_unless_the_graph_or_the_server_says_otherwise() {
    let published = Some(Rule::Published);
    let cases = [
        (None, ANY, "", SlotRule::Deep),
        (None, SlotRule::Published, "", SlotRule::Published),
        (published, ANY, "", SlotRule::Published),
        (published, SlotRule::Deep, "", SlotRule::Deep),
        (Some(Rule::Deep), ANY, "", SlotRule::Deep),
        (Some(Rule::Deep), ANY, "flexible", SlotRule::Published),
        (None, ANY, "flexible", SlotRule::Published),
    ];
    for (of_server, asked, traverser, expected) in cases {
        let config = Config { slots: of_server, ..Config::default() };
        let mut v1 = serve(config, asked, traverser).await;
        let graphs = v1.graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner().graphs;
        let told = graphs[0].options.clone().unwrap().slots();
        assert_eq!(told, expected, "{of_server:?} {asked:?} {traverser}");
        let answer = v1.ask(ask(MatchOperation::Allocate, NODE_CORE)).await;
        assert_eq!(answer.is_ok(), expected == SlotRule::Deep, "{of_server:?} {asked:?}");
    }
}

#[track_caller]
fn impossible(answer: Result<MatchResponse, Status>, said: &str) {
    let status = answer.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    assert!(status.message().contains(said), "{status:?}");
}

/// What can never run is out of range for every operation that promises to tell.
#[tokio::test]
async fn all_operations_tell_what_can_never_run() {
    let twenty = NODE_CORE.replacen('1', "20", 1);
    let bare = r#"{"type": "node", "count": 1}"#;
    let sentence = "nothing in it is exclusive";
    let cases = [
        (SlotRule::Deep, &*twenty, "can never"),
        (SlotRule::Published, &*twenty, "can never"),
        (SlotRule::Published, NODE_CORE, "can never"),
        (SlotRule::Deep, bare, sentence),
    ];
    for (rule, resource, said) in cases {
        let mut v1 = serve(Config::default(), rule, "").await;
        for operation in [
            MatchOperation::AllocateOrelseReserve,
            MatchOperation::AllocateWithSatisfiability,
            MatchOperation::Satisfiability,
            MatchOperation::WithoutAllocatingFuture,
        ] {
            impossible(v1.ask(ask(operation, resource)).await, said);
        }
    }
    let mut v1 = serve(Config::default(), ANY, "").await;
    impossible(v1.ask(ask(MatchOperation::Allocate, bare)).await, sentence);
}
