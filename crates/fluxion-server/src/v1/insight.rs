//! `fluxion.v1.InsightService`.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use crate::access::caller::Caller;
use crate::proto::fluxion::v1::insight_service_server::InsightService;
use crate::proto::fluxion::v1::{ExplainRequest, ExplainResponse, WatchRequest};
use crate::transport::readiness::Draining;
use crate::transport::registry::Registry;
use crate::v1::targets::Named;
use crate::v1::watch::Telling;
use crate::v1::{explain, watch};

/// The service over all graphs.
#[derive(Debug)]
pub(crate) struct Insight {
    registry: Arc<Registry>,
}

impl Insight {
    /// The service.
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }
}

#[tonic::async_trait]
impl InsightService for Insight {
    type WatchStream = Telling;

    async fn explain(
        &self,
        request: Request<ExplainRequest>,
    ) -> Result<Response<ExplainResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let name = std::mem::take(&mut request.graph);
        let graph = Named::find(&self.registry, &name, &caller)?;
        explain::run(&graph, request).await.map(Response::new)
    }

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let draining = request.extensions().get::<Draining>().cloned();
        let (caller, request) = (Caller::of(&request), request.into_inner());
        watch::begin(&self.registry, request, caller, draining).await.map(Response::new)
    }
}
