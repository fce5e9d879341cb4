//! A graph as clients are told it.

use tonic::Status;

use crate::proto::fluxion::v1::Graph;
use crate::transport::graph_thread::GraphThread;
use crate::v1::{failure, options};

/// What the graph was after the last request that was carried out: nobody waits for a busy one, but
/// for the disk. O(1).
pub(crate) async fn describe(name: &str, graph: &GraphThread) -> Result<Graph, Status> {
    let summary = graph.summary();
    graph.durable().await.map_err(|error| failure::stopped(name, error))?;
    Ok(Graph {
        name: name.to_owned(),
        options: Some(options::tell(graph.options())),
        revision: summary.revision,
        incarnation: graph.incarnation().to_string(),
        vertices: summary.vertices,
        edges: summary.edges,
        live_jobs: summary.live_jobs,
    })
}
