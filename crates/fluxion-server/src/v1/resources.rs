//! `fluxion.v1.ResourceService`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluxion_context::{Extent, HeldResources, LONGEST_NAME, LONGEST_VALUE, Status as Own};
use fluxion_store::{Answer, Answered, Command, Revision, Store, Target};
use tonic::{Request, Response, Status};

use crate::access::caller::Caller;
use crate::message::answer_too_large;
use crate::proto::fluxion::v1::resource_service_server::ResourceService;
use crate::proto::fluxion::v1::{
    FindRequest, FindResponse, GetPropertiesRequest, GetPropertiesResponse, GetStatsRequest,
    GetStatsResponse, GetStatusRequest, GetStatusResponse, GrowRequest, GrowResponse,
    SetPropertyRequest, SetPropertyResponse, SetStatusRequest, SetStatusResponse, ShrinkJobs,
    ShrinkRequest, ShrinkResponse, Status as Mark, VertexStatus,
};
use crate::transport::registry::Registry;
use crate::transport::seen::{Figures, Seen};
use crate::transport::turns::Cost;
use crate::v1::identity::identify;
use crate::v1::targets::{Named, vertices};
use crate::v1::times::check_time;
use crate::v1::{failure, lengths, names, resource_sets};

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

    fn graph(&self, name: &mut String, caller: &Caller) -> Result<Named, Status> {
        Named::find(&self.registry, &std::mem::take(name), caller)
    }
}

#[tonic::async_trait]
impl ResourceService for Resources {
    async fn find(&self, request: Request<FindRequest>) -> Result<Response<FindResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?;
        graph.read(Cost::Dear, move |seen| find(seen, &request)).await.map(Response::new)
    }

    async fn get_status(
        &self,
        request: Request<GetStatusRequest>,
    ) -> Result<Response<GetStatusResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?;
        let target = vertices(request.target)?;
        graph.read(Cost::Dear, move |seen| get_status(seen, &target)).await.map(Response::new)
    }

    async fn set_status(
        &self,
        request: Request<SetStatusRequest>,
    ) -> Result<Response<SetStatusResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("SetStatus", &request.request_key, &request)?;
        match graph.execute(id, mark(request)?).await?.answered {
            Answered { answer: Answer::Marked(vertices), revision: Revision(revision), .. } => {
                Ok(Response::new(SetStatusResponse {
                    vertices: vertices as u64,
                    revision,
                    incarnation: graph.incarnation(),
                }))
            }
            _ => Err(failure::mismatch()),
        }
    }

    async fn get_properties(
        &self,
        request: Request<GetPropertiesRequest>,
    ) -> Result<Response<GetPropertiesResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?;
        let look = move |seen: Seen<'_>| properties(seen, &request.path);
        graph.read(Cost::Cheap, look).await.map(Response::new)
    }

    async fn set_property(
        &self,
        request: Request<SetPropertyRequest>,
    ) -> Result<Response<SetPropertyResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("SetProperty", &request.request_key, &request)?;
        let SetPropertyRequest { path, key, value, .. } = request;
        if key.is_empty() {
            return Err(failure::invalid("key", "expected the name of a property".to_owned()));
        }
        lengths::check("key", &key, LONGEST_NAME)?;
        lengths::check("value", &value, LONGEST_VALUE)?;
        match graph.execute(id, Command::SetProperty { path, key, value }).await?.answered {
            Answered {
                answer: Answer::PropertySet(vertices),
                revision: Revision(revision),
                ..
            } => Ok(Response::new(SetPropertyResponse {
                vertices: vertices as u64,
                revision,
                incarnation: graph.incarnation(),
            })),
            _ => Err(failure::mismatch()),
        }
    }

    async fn grow(&self, request: Request<GrowRequest>) -> Result<Response<GrowResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("Grow", &request.request_key, &request)?;
        match graph.execute(id, Command::Grow { jgf: request.jgf }).await?.answered {
            Answered { answer: Answer::Grown(vertices), revision: Revision(revision), .. } => {
                Ok(Response::new(GrowResponse {
                    vertices: vertices as u64,
                    revision,
                    incarnation: graph.incarnation(),
                }))
            }
            _ => Err(failure::mismatch()),
        }
    }

    async fn shrink(
        &self,
        request: Request<ShrinkRequest>,
    ) -> Result<Response<ShrinkResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("Shrink", &request.request_key, &request)?;
        match graph.execute(id, shrink(request)?).await?.answered {
            Answered { answer: Answer::Shrunk(vertices), revision: Revision(revision), .. } => {
                Ok(Response::new(ShrinkResponse {
                    vertices: vertices as u64,
                    revision,
                    incarnation: graph.incarnation(),
                }))
            }
            _ => Err(failure::mismatch()),
        }
    }

    async fn get_stats(
        &self,
        request: Request<GetStatsRequest>,
    ) -> Result<Response<GetStatsResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?;
        graph.read(Cost::Dear, |seen| Ok(stats(seen))).await.map(Response::new)
    }
}

fn incarnation(store: &Store) -> String {
    store.incarnation().to_string()
}

fn find(seen: Seen<'_>, request: &FindRequest) -> Result<FindResponse, Status> {
    let Seen { store, budget, .. } = seen;
    check_time("now", request.now)?;
    let now = if request.now == 0 { store.now() } else { request.now };
    let found = store.context().find_within(&request.criteria, now, budget);
    let text = found.map_err(|error| failure::no_find(&error))?;
    let resources = Some(resource_sets::tell(store.options().match_format, text));
    Ok(FindResponse { resources, revision: store.revision().0, incarnation: incarnation(store) })
}

fn get_status(seen: Seen<'_>, target: &Target) -> Result<GetStatusResponse, Status> {
    let Seen { store, budget, .. } = seen;
    let found = store.context().statuses_within(target.borrowed(), budget);
    let found = found.map_err(|error| failure::no_status(&error))?;
    let tell = |(path, own)| {
        let mark = match own {
            Own::Up => Mark::Up,
            Own::Down => Mark::Down,
        };
        VertexStatus { path, status: mark.into() }
    };
    let vertices = found.into_iter().map(tell).collect();
    Ok(GetStatusResponse {
        vertices,
        revision: store.revision().0,
        incarnation: incarnation(store),
    })
}

fn mark(request: SetStatusRequest) -> Result<Command, Status> {
    let target = vertices(request.target)?;
    let status = match Mark::try_from(request.status) {
        Ok(Mark::Up) => Own::Up,
        Ok(Mark::Down) => Own::Down,
        _ => return Err(failure::invalid("status", "expected UP or DOWN".to_owned())),
    };
    let extent = if request.subtree { Extent::Subtree } else { Extent::Vertex };
    Ok(Command::Mark { target, extent, status })
}

fn shrink(request: ShrinkRequest) -> Result<Command, Status> {
    let target = vertices(request.target)?;
    let held = match ShrinkJobs::try_from(request.jobs) {
        Ok(ShrinkJobs::Unspecified | ShrinkJobs::Refuse) => HeldResources::Refuse,
        Ok(ShrinkJobs::Release) => HeldResources::Release,
        Err(_) => return Err(failure::invalid("jobs", "expected REFUSE or RELEASE".to_owned())),
    };
    Ok(Command::Shrink { target, held })
}

fn properties(seen: Seen<'_>, path: &str) -> Result<GetPropertiesResponse, Status> {
    let Seen { store, budget, .. } = seen;
    let graph = store.context().graph();
    let vertices = graph.vertices_at(path);
    if vertices.is_empty() {
        return Err(failure::no_path(path));
    }
    let all = || vertices.iter().flat_map(|&vertex| graph.properties(vertex));
    let (most, bytes) = (budget.largest_text(), all().map(|(key, value)| key.len() + value.len()));
    if bytes.sum::<usize>() > most {
        return Err(answer_too_large(most));
    }
    let all = all();
    let properties = all.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Ok(GetPropertiesResponse {
        properties,
        revision: store.revision().0,
        incarnation: incarnation(store),
    })
}

/// O(graph + jobs).
fn stats(seen: Seen<'_>) -> GetStatsResponse {
    let graph = seen.store.context().graph();
    let mut by_type = BTreeMap::<_, u64>::new();
    for vertex in graph.vertex_ids() {
        *by_type.entry(graph.vertex(vertex).ty).or_default() += 1;
    }
    let named = by_type.into_iter().map(|(ty, count)| (graph.type_name(ty).to_owned(), count));
    let jobs = seen.count_jobs();
    let Figures { succeeded, failed, load, all_matches, longest_match } = *seen.figures;
    GetStatsResponse {
        revision: seen.store.revision().0,
        incarnation: incarnation(seen.store),
        vertices: graph.vertex_count() as u64,
        edges: graph.edge_count() as u64,
        vertices_by_type: named.collect(),
        allocated: jobs.allocated,
        reserved: jobs.reserved,
        canceled: jobs.canceled,
        ended: jobs.ended,
        matches_succeeded: succeeded,
        matches_failed: failed,
        load_seconds: load,
        match_seconds: all_matches,
        longest_match_seconds: longest_match,
        memory_bytes: seen.held.bytes(),
        server_memory_bytes: seen.memory.counted(),
        server_memory_limit: seen.memory.limit(),
        durability: names::durability(seen.synced).into(),
    }
}
