//! `fluxion.v1.GraphService`.

use std::sync::Arc;

use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::access::caller::Caller;
use crate::config::Config;
use crate::proto::fluxion::v1::graph_service_server::GraphService;
use crate::proto::fluxion::v1::{
    CreateGraphRequest, CreateGraphResponse, DropGraphRequest, DropGraphResponse,
    ExportGraphRequest, ForkRequest, GetGraphRequest, GetTimeRequest, GetTimeResponse, Graph,
    ListGraphsRequest, ListGraphsResponse, SnapshotGraphRequest, SnapshotGraphResponse,
};
use crate::transport::registry::Registry;
use crate::transport::seen::Seen;
use crate::transport::turns::Cost;
use crate::v1::create::Creation;
use crate::v1::describe::describe;
use crate::v1::export::{self, Copied, Exported, Exports};
use crate::v1::identity::{identify, incarnation};
use crate::v1::repeats::Repeats;
use crate::v1::targets::{Named, graph_name};
use crate::v1::{failure, fork, names};

/// The service over all graphs.
#[derive(Debug)]
pub(crate) struct Graphs {
    config: Config,
    registry: Arc<Registry>,
    repeats: Arc<Repeats>,
    exports: Exports,
}

impl Graphs {
    /// The service.
    pub(crate) fn new(config: Config, registry: Arc<Registry>, repeats: Arc<Repeats>) -> Self {
        Self { config, registry, repeats, exports: Exports::default() }
    }
}

#[tonic::async_trait]
impl GraphService for Graphs {
    type CreateGraphStream = ReceiverStream<Result<CreateGraphResponse, Status>>;
    type ExportGraphStream = export::Pieces;

    async fn create_graph(
        &self,
        request: Request<Streaming<CreateGraphRequest>>,
    ) -> Result<Response<Self::CreateGraphStream>, Status> {
        let (registry, repeats) = (Arc::clone(&self.registry), Arc::clone(&self.repeats));
        let creation = Creation::new(self.config.clone(), registry, repeats, Caller::of(&request));
        Ok(Response::new(creation.begin(request.into_inner())))
    }

    async fn list_graphs(
        &self,
        request: Request<ListGraphsRequest>,
    ) -> Result<Response<ListGraphsResponse>, Status> {
        let (caller, graphs) = (Caller::of(&request), self.registry.graphs());
        let mut told = Vec::new();
        for (name, graph) in graphs.iter().filter(|(name, _)| caller.may_see(name)) {
            told.push(describe(name, graph).await?);
        }
        Ok(Response::new(ListGraphsResponse { graphs: told }))
    }

    async fn get_graph(
        &self,
        request: Request<GetGraphRequest>,
    ) -> Result<Response<Graph>, Status> {
        let graph = Named::find(&self.registry, &request.get_ref().name, &Caller::of(&request))?;
        describe(graph.name(), &graph.thread).await.map(Response::new)
    }

    async fn get_time(
        &self,
        request: Request<GetTimeRequest>,
    ) -> Result<Response<GetTimeResponse>, Status> {
        let graph = Named::find(&self.registry, &request.get_ref().name, &Caller::of(&request))?;
        let clock = names::of_clock(graph.thread.options().clock).into();
        let look = |seen: Seen<'_>| Ok((seen.store.now(), seen.store.revision().0));
        let (now, revision) = graph.read(Cost::Cheap, look).await?;
        let incarnation = graph.incarnation();
        Ok(Response::new(GetTimeResponse { clock, now, revision, incarnation }))
    }

    async fn export_graph(
        &self,
        request: Request<ExportGraphRequest>,
    ) -> Result<Response<Self::ExportGraphStream>, Status> {
        let caller = Caller::of(&request);
        let ExportGraphRequest { name, format } = request.into_inner();
        let graph = Named::find(&self.registry, &name, &caller)?;
        let format = names::export_format(format)?;
        // the copy takes memory: first the place
        let place = self.exports.place().await?;
        let copy = |seen: Seen<'_>| Ok((Copied::of(seen)?, seen.store.revision().0));
        let copy = graph.read(Cost::Dear, copy);
        let (copy, revision) = copy.await?;
        let of = Exported { revision, incarnation: graph.incarnation() };
        Ok(Response::new(place.pieces(copy, format, of)))
    }

    async fn snapshot_graph(
        &self,
        request: Request<SnapshotGraphRequest>,
    ) -> Result<Response<SnapshotGraphResponse>, Status> {
        let graph = Named::find(&self.registry, &request.get_ref().name, &Caller::of(&request))?;
        if graph.thread.journal().is_none() {
            return Err(failure::memory_only(graph.name()));
        }
        let begun = graph.errand(|serving| serving.snapshot()).await?;
        let written = begun.ok_or_else(failure::snapshot_on_its_way)?.await;
        let head = written.map_err(|_| crate::message::unwritten())?;
        let (revision, incarnation) = (head.revision.0, graph.incarnation());
        Ok(Response::new(SnapshotGraphResponse { revision, incarnation }))
    }

    async fn fork(&self, request: Request<ForkRequest>) -> Result<Response<Graph>, Status> {
        let (caller, request) = (Caller::of(&request), request.into_inner());
        fork::fork(&self.registry, &caller, request).await.map(Response::new)
    }

    async fn drop_graph(
        &self,
        request: Request<DropGraphRequest>,
    ) -> Result<Response<DropGraphResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        request.name = graph_name(&request.name).to_owned();
        caller.check_graph(&request.name)?;
        let id = identify("DropGraph", &request.request_key, &request)?;
        let (name, meant) = (&request.name, incarnation("incarnation", &request.incarnation)?);
        let asked = (id.clone(), caller.asked_by());
        let dropping = async {
            let meant = fork::droppable(&self.registry, (name, &caller), meant)?;
            let dropped = self.registry.drop_graph(name, meant, asked).await;
            dropped.map_err(|error| failure::not_dropped(name, error))?;
            tracing::info!(
                graph = name,
                principal = caller.asked_by().name(),
                "a graph was dropped"
            );
            Ok(DropGraphResponse {})
        };
        self.repeats.once(id, dropping).await.map(Response::new)
    }
}
