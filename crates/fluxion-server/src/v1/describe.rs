//! A graph as clients are told it.

use crate::proto::fluxion::v1::Graph;
use crate::transport::graph_thread::GraphThread;
use crate::v1::options;

/// What the graph was after the last request that was carried out: nobody waits for a busy one. O(1).
pub(crate) fn describe(name: &str, graph: &GraphThread) -> Graph {
    let summary = graph.summary();
    Graph {
        name: name.to_owned(),
        options: Some(options::tell(graph.options())),
        revision: summary.revision,
        incarnation: graph.incarnation().to_string(),
        vertices: summary.vertices,
        edges: summary.edges,
        live_jobs: summary.live_jobs,
    }
}
