//! `fluxion.v1.CalendarService`.

use std::sync::Arc;

use fluxion_context::Budget;
use fluxion_store::{Answer, Answered, Command, RequestId, Revision, Store};
use tonic::{Request, Response, Status};

use crate::access::caller::Caller;
use crate::proto::fluxion::v1::calendar_service_server::CalendarService;
use crate::proto::fluxion::v1::{
    DropWindowRequest, DropWindowResponse, GetWindowRequest, GetWindowResponse, ListWindowsRequest,
    ListWindowsResponse, SetWindowRequest, SetWindowResponse, Window, WindowConflict,
};
use crate::transport::registry::Registry;
use crate::transport::seen::Seen;
use crate::transport::turns::Cost;
use crate::v1::identity::identify;
use crate::v1::targets::Named;
use crate::v1::times::check_time;
use crate::v1::{failure, window_failure, window_requests, windows};

/// The service over all graphs.
#[derive(Debug)]
pub(crate) struct Calendars {
    registry: Arc<Registry>,
}

impl Calendars {
    /// The service.
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    /// A graph, with the identity of a request for which it is meant.
    fn meant(
        &self,
        (graph, caller, incarnation): (&str, &Caller, &str),
        id: Result<Option<RequestId>, Status>,
    ) -> Result<(Named, Option<RequestId>), Status> {
        let graph = Named::find(&self.registry, graph, caller)?.meant(incarnation)?;
        Ok((graph, id?))
    }
}

#[tonic::async_trait]
impl CalendarService for Calendars {
    async fn set_window(
        &self,
        request: Request<SetWindowRequest>,
    ) -> Result<Response<SetWindowResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let name = std::mem::take(&mut request.graph);
        let id = identify("SetWindow", &request.request_key, &request);
        let (graph, id) = self.meant((&name, &caller, &request.incarnation), id)?;
        let (now, dry_run) = (request.now, request.dry_run);
        let command = Command::SetWindow(Box::new(window_requests::read(request)?));
        let told = if dry_run {
            try_out(&graph, command, now).await?
        } else {
            set(&graph, id, command, now).await?
        };
        let Told { window, conflicts, revision } = told;
        let incarnation = graph.incarnation();
        Ok(Response::new(SetWindowResponse { window, conflicts, revision, incarnation }))
    }

    async fn drop_window(
        &self,
        request: Request<DropWindowRequest>,
    ) -> Result<Response<DropWindowResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let name = std::mem::take(&mut request.graph);
        let id = identify("DropWindow", &request.request_key, &request);
        let (graph, id) = self.meant((&name, &caller, &request.incarnation), id)?;
        let command = Command::DropWindow { name: request.name };
        let Revision(revision) = graph.execute(id, command).await?.answered.revision;
        let incarnation = graph.incarnation();
        Ok(Response::new(DropWindowResponse { revision, incarnation }))
    }

    async fn get_window(
        &self,
        request: Request<GetWindowRequest>,
    ) -> Result<Response<GetWindowResponse>, Status> {
        let (caller, request) = (Caller::of(&request), request.into_inner());
        let graph = Named::find(&self.registry, &request.graph, &caller)?;
        let look = move |seen: Seen<'_>| look_at(seen.store, &request.name, request.now);
        let told = graph.read(Cost::Dear, look).await?;
        let Told { window, conflicts, revision } = told;
        let incarnation = graph.incarnation();
        Ok(Response::new(GetWindowResponse { window, conflicts, revision, incarnation }))
    }

    async fn list_windows(
        &self,
        request: Request<ListWindowsRequest>,
    ) -> Result<Response<ListWindowsResponse>, Status> {
        let (caller, request) = (Caller::of(&request), request.into_inner());
        let graph = Named::find(&self.registry, &request.graph, &caller)?;
        let look = move |seen: Seen<'_>| {
            let store = seen.store;
            let now = time(store, request.now)?;
            let all = store.context().windows();
            let windows: Vec<Window> = all.map(|each| windows::tell(store, each, now)).collect();
            Ok((windows, store.revision().0))
        };
        let (windows, revision) = graph.read(Cost::Dear, look).await?;
        let incarnation = graph.incarnation();
        Ok(Response::new(ListWindowsResponse { windows, revision, incarnation }))
    }
}

/// A window with the jobs that it meets.
struct Told {
    window: Option<Window>,
    conflicts: Vec<WindowConflict>,
    revision: u64,
}

fn time(store: &Store, asked: i64) -> Result<i64, Status> {
    check_time("now", asked)?;
    store.time_of_match(asked).map_err(|error| failure::refused(&error))
}

/// Sets a window, and tells it as it stands then.
async fn set(
    graph: &Named,
    id: Option<RequestId>,
    command: Command,
    now: i64,
) -> Result<Told, Status> {
    let Answered { answer: Answer::WindowSet(answer), revision: Revision(revision), .. } =
        graph.execute(id, command).await?.answered
    else {
        return Err(failure::mismatch());
    };
    let look = move |seen: Seen<'_>| {
        let store = seen.store;
        let now = time(store, now)?;
        let window = store.context().window(&answer.name);
        let window = window.map(|window| windows::tell(store, window, now));
        let conflicts = windows::conflicts(store, &answer.conflicts);
        Ok(Told { window, conflicts, revision })
    };
    graph.read(Cost::Cheap, look).await
}

/// What setting a window would come to: it is decided, and that is all.
async fn try_out(graph: &Named, command: Command, now: i64) -> Result<Told, Status> {
    let try_out = move |store: &mut Store, budget: &Budget| {
        let now = time(store, now)?;
        let tried = windows::try_out(store, command, budget);
        let (window, found) = tried.map_err(|error| failure::refused(&error))?;
        let window = window.map(|window| windows::tell(store, &window, now));
        let conflicts = windows::conflicts(store, &found);
        Ok(Told { window, conflicts, revision: store.revision().0 })
    };
    graph.question(try_out).await
}

fn look_at(store: &Store, name: &str, now: i64) -> Result<Told, Status> {
    let now = time(store, now)?;
    let window = store.context().window(name).ok_or_else(|| window_failure::no_window(name))?;
    let conflicts = windows::conflicts(store, &store.context().conflicts_of(window, now));
    let window = Some(windows::tell(store, window, now));
    Ok(Told { window, conflicts, revision: store.revision().0 })
}
