//! A graph of a server: describe, export, write down, fork, drop.

use std::time::Duration;

use crate::proto::v1::{
    DropGraphRequest, ExportGraphRequest, ForkRequest, GetGraphRequest, GetTimeRequest,
    SnapshotGraphRequest,
};
use crate::v1::{Error, ExportFormat, GetTimeResponse, GraphInfo, Server, SnapshotGraphResponse};

/// What stands for an empty name.
const DEFAULT: &str = "default";

/// A graph of a server. Jobs and resources are calls of it too.
#[derive(Clone, Debug)]
pub struct Graph {
    pub(crate) server: Server,
    pub(crate) name: String,
    pub(crate) request_key: String,
    pub(crate) incarnation: String,
}

/// A graph as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The text, in UTF-8.
    pub text: Vec<u8>,
    /// The revision that was exported.
    pub revision: u64,
    /// Which load of the graph that was.
    pub incarnation: String,
}

impl Server {
    /// A graph by its name, `default` if that is empty. Whether it is there shows with the first call.
    pub fn graph(&self, name: impl Into<String>) -> Graph {
        Graph::new(self.clone(), name.into())
    }
}

impl Graph {
    pub(crate) fn new(server: Server, name: String) -> Self {
        let name = if name.is_empty() { DEFAULT.to_owned() } else { name };
        Self { server, name, request_key: String::new(), incarnation: String::new() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same graph for one change that may be sent again: a repeat of it with the same key gets the first answer
    /// and changes nothing. Another change with this key is refused. Cancel, partial cancel, update, status, property,
    /// grow, shrink and drop take the key from here, a match from its request if that has one.
    #[must_use]
    pub fn with_request_key(&self, key: impl Into<String>) -> Self {
        Self { request_key: key.into(), ..self.clone() }
    }

    /// The same graph, as long as it is of this incarnation: changes are refused with `FAILED_PRECONDITION` once another
    /// graph has been loaded under the name. What answers tell as `incarnation` goes here.
    #[must_use]
    pub fn with_incarnation(&self, incarnation: impl Into<String>) -> Self {
        Self { incarnation: incarnation.into(), ..self.clone() }
    }

    /// The same graph as of a revision at least; see [`Server::with_least_revision`].
    #[must_use]
    pub fn with_least_revision(&self, revision: u64) -> Self {
        Self { server: self.server.with_least_revision(revision), ..self.clone() }
    }

    /// The incarnation of a request that may name one of its own.
    pub(crate) fn incarnation_or(&self, own: String) -> String {
        if own.is_empty() { self.incarnation.clone() } else { own }
    }

    /// The key of a request that may have one of its own.
    pub(crate) fn key_or(&self, own: String) -> String {
        if own.is_empty() { self.request_key.clone() } else { own }
    }

    /// Its size, how it is served, its revision.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such graph. So in all calls of a graph.
    pub async fn describe(&self) -> Result<GraphInfo, Error> {
        let mut service = self.server.graph_service();
        let request = GetGraphRequest { name: self.name.clone() };
        self.server.call("GetGraph", service.get_graph(request)).await
    }

    /// What time it is on its axis, and who says so.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn time(&self) -> Result<GetTimeResponse, Error> {
        let mut service = self.server.graph_service();
        let request = GetTimeRequest { name: self.name.clone() };
        self.server.call("GetTime", service.get_time(request)).await
    }

    /// The graph as a text, without the jobs.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn export(&self, format: ExportFormat) -> Result<Export, Error> {
        let mut service = self.server.graph_service();
        let request = ExportGraphRequest { name: self.name.clone(), format: format.into() };
        let collected = async {
            let mut pieces = service.export_graph(request).await?.into_inner();
            let mut export = Export { text: Vec::new(), revision: 0, incarnation: String::new() };
            while let Some(piece) = pieces.message().await? {
                export.text.extend_from_slice(&piece.text);
                export.revision = piece.revision;
                export.incarnation = piece.incarnation;
            }
            Ok(export)
        };
        self.server.long_call("ExportGraph", collected).await
    }

    /// Writes down all that there is of the graph; the revision that was written.
    ///
    /// # Errors
    /// `NOT_FOUND`; `FAILED_PRECONDITION`: the server keeps its graphs in memory only; `UNAVAILABLE`: another one is being
    /// written.
    pub async fn snapshot(&self) -> Result<SnapshotGraphResponse, Error> {
        let mut service = self.server.graph_service();
        let request = SnapshotGraphRequest { name: self.name.clone() };
        let written =
            async { service.snapshot_graph(request).await.map(tonic::Response::into_inner) };
        self.server.long_call("SnapshotGraph", written).await
    }

    /// A copy of the graph as it is, with its jobs, under a name of its own, which the server makes if `name` is empty. It is dropped
    /// after `lifetime`, or after ten minutes if that is nothing. Parts of a second count as a whole one.
    ///
    /// # Errors
    /// `NOT_FOUND`; `ALREADY_EXISTS`: there is a graph of the name; `INVALID_ARGUMENT`: it cannot be a name, or is too long a time;
    /// `RESOURCE_EXHAUSTED`: there are too many forks, graphs, vertices or jobs.
    pub async fn fork(&self, name: &str, lifetime: Option<Duration>) -> Result<Graph, Error> {
        let mut service = self.server.graph_service();
        let seconds = lifetime.map_or(0, |lifetime| lifetime.as_secs_f64().ceil().max(1.0) as u32);
        let request = ForkRequest { graph: self.name.clone(), name: name.to_owned(), seconds };
        let info = self.server.call("Fork", service.fork(request)).await?;
        Ok(Graph::new(self.server.clone(), info.name))
    }

    /// Forgets the graph with all its jobs.
    ///
    /// # Errors
    /// `NOT_FOUND`; `FAILED_PRECONDITION`: it is of another incarnation.
    pub async fn drop_graph(&self) -> Result<(), Error> {
        let mut service = self.server.graph_service();
        let request_key = self.request_key.clone();
        let request = DropGraphRequest {
            name: self.name.clone(),
            request_key,
            incarnation: self.incarnation.clone(),
        };
        self.server.call("DropGraph", service.drop_graph(request)).await.map(drop)
    }
}
