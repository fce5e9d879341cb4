//! `fluxion.v1.GraphService`.

use std::sync::Arc;

use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::Config;
use crate::proto::fluxion::v1::graph_service_server::GraphService;
use crate::proto::fluxion::v1::{
    CreateGraphRequest, CreateGraphResponse, DropGraphRequest, DropGraphResponse,
    ExportGraphRequest, ExportGraphResponse, GetGraphRequest, Graph, ListGraphsRequest,
    ListGraphsResponse,
};
use crate::registry::Registry;
use crate::v1::create::Creation;
use crate::v1::replays::RequestId;
use crate::v1::served::Served;
use crate::v1::targets::{Named, graph_name};
use crate::v1::{export, failure, names, options};

/// The service over all graphs.
#[derive(Debug)]
pub(crate) struct Graphs {
    config: Config,
    registry: Arc<Registry>,
}

impl Graphs {
    /// The service.
    pub(crate) fn new(config: Config, registry: Arc<Registry>) -> Self {
        Self { config, registry }
    }
}

#[tonic::async_trait]
impl GraphService for Graphs {
    type CreateGraphStream = ReceiverStream<Result<CreateGraphResponse, Status>>;
    type ExportGraphStream = ReceiverStream<Result<ExportGraphResponse, Status>>;

    async fn create_graph(
        &self,
        request: Request<Streaming<CreateGraphRequest>>,
    ) -> Result<Response<Self::CreateGraphStream>, Status> {
        let creation = Creation::new(self.config.clone(), Arc::clone(&self.registry));
        Ok(Response::new(creation.begin(request.into_inner())))
    }

    async fn list_graphs(
        &self,
        _: Request<ListGraphsRequest>,
    ) -> Result<Response<ListGraphsResponse>, Status> {
        let mut graphs = Vec::new();
        for (name, thread) in self.registry.graphs() {
            // One that was dropped meanwhile is not listed.
            let told = name.clone();
            graphs.extend(thread.call(move |served| describe(told, served)).await);
        }
        Ok(Response::new(ListGraphsResponse { graphs }))
    }

    async fn get_graph(
        &self,
        request: Request<GetGraphRequest>,
    ) -> Result<Response<Graph>, Status> {
        let graph = Named::find(&self.registry, &request.into_inner().name)?;
        let name = graph.name().to_owned();
        graph.call(move |served| Ok(describe(name, served))).await.map(Response::new)
    }

    async fn export_graph(
        &self,
        request: Request<ExportGraphRequest>,
    ) -> Result<Response<Self::ExportGraphStream>, Status> {
        let ExportGraphRequest { name, format } = request.into_inner();
        let graph = Named::find(&self.registry, &name)?;
        let format = names::export_format(format)?;
        let copy = graph.call(|served| Ok((served.context.clone(), served.revision)));
        let (context, revision) = copy.await?;
        Ok(Response::new(export::pieces(context, format, revision)))
    }

    async fn drop_graph(
        &self,
        request: Request<DropGraphRequest>,
    ) -> Result<Response<DropGraphResponse>, Status> {
        let mut request = request.into_inner();
        request.name = graph_name(&request.name).to_owned();
        let id = RequestId::new("DropGraph", &request.request_key, &request)?;
        let name = &request.name;
        let dropping = async {
            self.registry.drop_graph(name).ok_or_else(|| failure::no_graph(name))?;
            tracing::info!(graph = name, "a graph was dropped");
            Ok(DropGraphResponse {})
        };
        self.registry.keyed.once(id, dropping).await.map(Response::new)
    }
}

/// A graph as clients are told it. O(jobs).
pub(crate) fn describe(name: String, served: &mut Served) -> Graph {
    let (graph, jobs) = (served.context.graph(), served.count_jobs());
    Graph {
        name,
        options: Some(options::tell(&served.options)),
        revision: served.revision,
        vertices: graph.vertex_count() as u64,
        edges: graph.edges().len() as u64,
        live_jobs: jobs.allocated + jobs.reserved,
    }
}
