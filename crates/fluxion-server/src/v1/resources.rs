//! `fluxion.v1.ResourceService`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluxion_context::{Extent, HeldResources, Status as Own};
use tonic::{Request, Response, Status};

use crate::proto::fluxion::v1::resource_service_server::ResourceService;
use crate::proto::fluxion::v1::{
    FindRequest, FindResponse, GetPropertiesRequest, GetPropertiesResponse, GetStatsRequest,
    GetStatsResponse, GetStatusRequest, GetStatusResponse, GrowRequest, GrowResponse,
    SetPropertyRequest, SetPropertyResponse, SetStatusRequest, SetStatusResponse, ShrinkJobs,
    ShrinkRequest, ShrinkResponse, Status as Mark, VertexStatus,
};
use crate::registry::Registry;
use crate::v1::replays::RequestId;
use crate::v1::served::{Figures, Served};
use crate::v1::targets::{Named, vertices};
use crate::v1::{failure, resource_sets};

/// The service over all graphs.
#[derive(Debug)]
pub(crate) struct Resources {
    registry: Arc<Registry>,
}

impl Resources {
    /// The service.
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    fn graph(&self, name: &mut String) -> Result<Named, Status> {
        Named::find(&self.registry, &std::mem::take(name))
    }
}

#[tonic::async_trait]
impl ResourceService for Resources {
    async fn find(&self, request: Request<FindRequest>) -> Result<Response<FindResponse>, Status> {
        let mut request = request.into_inner();
        let graph = self.graph(&mut request.graph)?;
        graph.call(move |served| find(served, &request)).await.map(Response::new)
    }

    async fn get_status(
        &self,
        request: Request<GetStatusRequest>,
    ) -> Result<Response<GetStatusResponse>, Status> {
        let mut request = request.into_inner();
        let graph = self.graph(&mut request.graph)?;
        graph.call(move |served| get_status(served, &request)).await.map(Response::new)
    }

    async fn set_status(
        &self,
        request: Request<SetStatusRequest>,
    ) -> Result<Response<SetStatusResponse>, Status> {
        let mut request = request.into_inner();
        let graph = self.graph(&mut request.graph)?;
        let id = RequestId::new("SetStatus", &request.request_key, &request)?;
        let work =
            move |served: &mut Served| served.once(id, |served| set_status(served, &request));
        graph.call(work).await.map(Response::new)
    }

    async fn get_properties(
        &self,
        request: Request<GetPropertiesRequest>,
    ) -> Result<Response<GetPropertiesResponse>, Status> {
        let mut request = request.into_inner();
        let graph = self.graph(&mut request.graph)?;
        graph.call(move |served| properties(served, &request.path)).await.map(Response::new)
    }

    async fn set_property(
        &self,
        request: Request<SetPropertyRequest>,
    ) -> Result<Response<SetPropertyResponse>, Status> {
        let mut request = request.into_inner();
        let graph = self.graph(&mut request.graph)?;
        let id = RequestId::new("SetProperty", &request.request_key, &request)?;
        let work =
            move |served: &mut Served| served.once(id, |served| set_property(served, &request));
        graph.call(work).await.map(Response::new)
    }

    async fn grow(&self, request: Request<GrowRequest>) -> Result<Response<GrowResponse>, Status> {
        let mut request = request.into_inner();
        let graph = self.graph(&mut request.graph)?;
        let id = RequestId::new("Grow", &request.request_key, &request)?;
        let work = move |served: &mut Served| served.once(id, |served| grow(served, &request.jgf));
        graph.call(work).await.map(Response::new)
    }

    async fn shrink(
        &self,
        request: Request<ShrinkRequest>,
    ) -> Result<Response<ShrinkResponse>, Status> {
        let mut request = request.into_inner();
        let graph = self.graph(&mut request.graph)?;
        let id = RequestId::new("Shrink", &request.request_key, &request)?;
        let work = move |served: &mut Served| served.once(id, |served| shrink(served, &request));
        graph.call(work).await.map(Response::new)
    }

    async fn get_stats(
        &self,
        request: Request<GetStatsRequest>,
    ) -> Result<Response<GetStatsResponse>, Status> {
        let graph = self.graph(&mut request.into_inner().graph)?;
        graph.call(|served| Ok(stats(served))).await.map(Response::new)
    }
}

fn find(served: &mut Served, request: &FindRequest) -> Result<FindResponse, Status> {
    let found = served.context.find(&request.criteria, request.now);
    let text = found.map_err(|error| failure::no_find(&error))?;
    let resources = Some(resource_sets::tell(served.options.match_format, text));
    Ok(FindResponse { resources, revision: served.revision })
}

fn get_status(
    served: &mut Served,
    request: &GetStatusRequest,
) -> Result<GetStatusResponse, Status> {
    let target = vertices(request.target.as_ref())?;
    let found = served.context.statuses(target).map_err(|error| failure::no_status(&error))?;
    let tell = |(path, own)| {
        let mark = match own {
            Own::Up => Mark::Up,
            Own::Down => Mark::Down,
        };
        VertexStatus { path, status: mark.into() }
    };
    let vertices = found.into_iter().map(tell).collect();
    Ok(GetStatusResponse { vertices, revision: served.revision })
}

fn set_status(
    served: &mut Served,
    request: &SetStatusRequest,
) -> Result<SetStatusResponse, Status> {
    let target = vertices(request.target.as_ref())?;
    let status = match Mark::try_from(request.status) {
        Ok(Mark::Up) => Own::Up,
        Ok(Mark::Down) => Own::Down,
        _ => return Err(failure::invalid("status", "expected UP or DOWN".to_owned())),
    };
    let extent = if request.subtree { Extent::Subtree } else { Extent::Vertex };
    let meant = served.context.mark(target, extent, status);
    let vertices = meant.map_err(|error| failure::no_status(&error))? as u64;
    Ok(SetStatusResponse { vertices, revision: served.changed() })
}

fn properties(served: &mut Served, path: &str) -> Result<GetPropertiesResponse, Status> {
    let graph = served.context.graph();
    let vertices = graph.vertices_at(path);
    if vertices.is_empty() {
        return Err(failure::no_path(path));
    }
    let all = vertices.iter().flat_map(|&vertex| graph.properties(vertex));
    let properties = all.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Ok(GetPropertiesResponse { properties, revision: served.revision })
}

fn set_property(
    served: &mut Served,
    request: &SetPropertyRequest,
) -> Result<SetPropertyResponse, Status> {
    if request.key.is_empty() {
        return Err(failure::invalid("key", "expected the name of a property".to_owned()));
    }
    match served.context.set_property(&request.path, &request.key, &request.value) {
        0 => Err(failure::no_path(&request.path)),
        meant => Ok(SetPropertyResponse { vertices: meant as u64, revision: served.changed() }),
    }
}

fn grow(served: &mut Served, jgf: &str) -> Result<GrowResponse, Status> {
    let before = served.context.graph().vertex_count();
    served.context.attach(jgf).map_err(|error| failure::not_attached(&error))?;
    let vertices = served.context.graph().vertex_count().saturating_sub(before) as u64;
    Ok(GrowResponse { vertices, revision: served.changed() })
}

fn shrink(served: &mut Served, request: &ShrinkRequest) -> Result<ShrinkResponse, Status> {
    let target = vertices(request.target.as_ref())?;
    let held = match ShrinkJobs::try_from(request.jobs) {
        Ok(ShrinkJobs::Unspecified | ShrinkJobs::Refuse) => HeldResources::Refuse,
        Ok(ShrinkJobs::Release) => HeldResources::Release,
        Err(_) => return Err(failure::invalid("jobs", "expected REFUSE or RELEASE".to_owned())),
    };
    let gone = served.context.remove(target, held);
    let vertices = gone.map_err(|error| failure::not_removed(&error))? as u64;
    Ok(ShrinkResponse { vertices, revision: served.changed() })
}

/// O(graph + jobs).
fn stats(served: &mut Served) -> GetStatsResponse {
    let graph = served.context.graph();
    let mut by_type = BTreeMap::<_, u64>::new();
    for vertex in graph.vertex_ids() {
        *by_type.entry(graph.vertex(vertex).ty).or_default() += 1;
    }
    let named = by_type.into_iter().map(|(ty, count)| (graph.type_name(ty).to_owned(), count));
    let jobs = served.count_jobs();
    let Figures { succeeded, failed, load, all_matches, longest_match } = served.figures;
    GetStatsResponse {
        revision: served.revision,
        vertices: graph.vertex_count() as u64,
        edges: graph.edges().len() as u64,
        vertices_by_type: named.collect(),
        allocated: jobs.allocated,
        reserved: jobs.reserved,
        canceled: jobs.canceled,
        matches_succeeded: succeeded,
        matches_failed: failed,
        load_seconds: load,
        match_seconds: all_matches,
        longest_match_seconds: longest_match,
    }
}
