//! How much the search for one match may look at: the limit of the server (`--max-visits`), of the graph and of the match.

use fluxion_server::proto::fluxion::v1::{
    CreateGraphHeader, GraphOptions, ListGraphsRequest, MatchRequest,
};
use fluxion_server::{Config, DEFAULT_VISITS, Limits};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::client::{V1, header, parts, want};
use crate::fixture::cluster;

/// A service of two nodes that sets a limit itself and for its graph; the graph none if 0.
async fn serve(of_server: u64, of_graph: u64) -> V1 {
    let limits = Limits { visits: of_server, ..Limits::default() };
    let mut v1 = V1::start(Config { limits, ..Config::default() }).await;
    let options = GraphOptions { max_visits: of_graph, ..GraphOptions::default() };
    let header = CreateGraphHeader { options: Some(options), ..header("default") };
    v1.send(parts(header, cluster(2, 4).as_bytes(), 1000)).await.unwrap();
    v1
}

fn within(max_visits: u64) -> MatchRequest {
    MatchRequest { max_visits, ..want(1, "core") }
}

#[tokio::test]
async fn the_graph_decides_instead_of_the_server_and_a_match_may_ask_for_less() {
    let cases = [
        (DEFAULT_VISITS, 0, 0, true),
        (1, 0, 0, false),
        (1, 1000, 0, true),
        (1000, 1, 0, false),
        (1000, 0, 1, false),
        (1000, 1, 1000, false),
        (1000, 1000, 100, true),
    ];
    for (of_server, of_graph, of_match, expected) in cases {
        let mut v1 = serve(of_server, of_graph).await;
        let graphs = v1.graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner().graphs;
        let told = graphs[0].options.clone().unwrap().max_visits;
        assert_eq!(told, if of_graph == 0 { of_server } else { of_graph });
        let answer = v1.ask(within(of_match)).await;
        assert_eq!(answer.is_ok(), expected, "{of_server} {of_graph} {of_match}: {answer:?}");
    }
}

#[tokio::test]
async fn a_search_that_looked_at_too_much_says_so_and_spends_no_number() {
    let mut v1 = serve(1000, 0).await;
    let refusal = v1.ask(within(1)).await.unwrap_err();
    assert_eq!(refusal.code(), Code::ResourceExhausted);
    let info = refusal.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.metadata["looked_at"].as_str()), ("BUDGET", "1"));
    assert!(refusal.message().contains("looked at 1 vertices"), "{}", refusal.message());
    assert_eq!(v1.ask(within(0)).await.unwrap().job_id, 1);
}
