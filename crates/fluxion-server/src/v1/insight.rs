//! `fluxion.v1.InsightService`.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use crate::access::caller::Caller;
use crate::proto::fluxion::v1::insight_service_server::InsightService;
use crate::proto::fluxion::v1::{ExplainRequest, ExplainResponse};
use crate::transport::registry::Registry;
use crate::v1::explain;
use crate::v1::targets::Named;

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
    async fn explain(
        &self,
        request: Request<ExplainRequest>,
    ) -> Result<Response<ExplainResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let name = std::mem::take(&mut request.graph);
        let graph = Named::find(&self.registry, &name, &caller)?;
        explain::run(&graph, request).await.map(Response::new)
    }
}
