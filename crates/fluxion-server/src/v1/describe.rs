//! A graph as clients are told it.

use fluxion_store::{CreatedBy, Incarnation, Revision};
use tonic::Status;

use crate::proto::fluxion::v1::{Fork, Graph};
use crate::transport::fork_of::ForkOf;
use crate::transport::graph_thread::GraphThread;
use crate::v1::{failure, options};

/// What the graph was after the last request that was carried out: nobody waits for a busy one, but
/// for the disk. O(1).
pub(crate) async fn describe(name: &str, graph: &GraphThread) -> Result<Graph, Status> {
    let summary = graph.outline().await.map_err(|error| failure::stopped(name, error))?;
    Ok(Graph {
        name: name.to_owned(),
        options: Some(options::tell(graph.options())),
        revision: summary.revision,
        incarnation: graph.incarnation().to_string(),
        vertices: summary.vertices,
        edges: summary.edges,
        live_jobs: summary.live_jobs,
        fork: graph.fork_of().map(fork),
    })
}

/// What a graph that is a fork was made of.
fn fork(of: &ForkOf) -> Fork {
    Fork {
        origin: of.origin.clone(),
        incarnation: of.incarnation.to_string(),
        revision: of.revision,
        until: of.until,
    }
}

/// What was answered when the graph was created: it had neither changed nor a job then.
pub(crate) fn describe_new(name: &str, incarnation: Incarnation, created_by: &CreatedBy) -> Graph {
    let CreatedBy { options, vertices, edges, .. } = created_by;
    Graph {
        name: name.to_owned(),
        options: Some(options::tell(options)),
        revision: Revision::FIRST.0,
        incarnation: incarnation.to_string(),
        vertices: *vertices,
        edges: *edges,
        live_jobs: 0,
        fork: None,
    }
}
