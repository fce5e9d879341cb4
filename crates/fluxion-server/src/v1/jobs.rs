//! `fluxion.v1.JobService`.

use std::sync::Arc;

use fluxion_access::Permission;
use fluxion_context::{
    Clock, Job as Known, JobId, JobState, MatchOperation, Remainder, UpdateTime,
};
use fluxion_store::journal::TimeRange;
use fluxion_store::{
    Answer, Answered, Blocker, Command, Incarnation, JobName, RequestId, Revision, Store,
};
use tonic::{Request, Response, Status, Streaming};

use crate::access::caller::Caller;
use crate::proto::fluxion::v1::job_service_server::JobService;
use crate::proto::fluxion::v1::{
    CancelRequest, CancelResponse, GetJobRequest, HeldUpBy, Job, JobState as State,
    ListJobsRequest, ListJobsResponse, MatchRequest, MatchResponse, PartialCancelRequest,
    PartialCancelResponse, RetimeRequest, RetimeResponse, Unconfirmed, UpdateRequest,
    UpdateResponse,
};
use crate::transport::registry::Registry;
use crate::transport::seen::Seen;
use crate::transport::turns::Cost;
use crate::transport::unconfirmed::Booked;
use crate::v1::history_scans::Scans;
use crate::v1::identity::{identify, incarnation};
use crate::v1::job_history::{Question, Token};
use crate::v1::lengths::check_key;
use crate::v1::match_many::{self, Answers};
use crate::v1::targets::{self, Named};
use crate::v1::times::{check_duration, check_time};
use crate::v1::{failure, job_history, matching, names, resource_sets, retime};

/// How many of those that wait for a job are told.
const WAITING: usize = 100;

/// A job with no more grants than this is told in no time.
const FEW_GRANTS: usize = 256;

/// Jobs of a page unless the request says otherwise, and at most.
const PAGE: usize = 100;
const LARGEST_PAGE: usize = 1000;

/// The largest number that a client may give to a job: those of later jobs must fit the published service too.
const LARGEST_ID: u64 = 1 << 62;

/// The service over all graphs.
#[derive(Debug)]
pub(crate) struct Jobs {
    registry: Arc<Registry>,
    scans: Scans,
}

impl Jobs {
    /// The service.
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry, scans: Scans::default() }
    }

    fn graph(&self, name: &mut String, caller: &Caller) -> Result<Named, Status> {
        Named::find(&self.registry, &std::mem::take(name), caller)
    }
}

#[tonic::async_trait]
impl JobService for Jobs {
    type MatchManyStream = Answers;

    async fn r#match(
        &self,
        request: Request<MatchRequest>,
    ) -> Result<Response<MatchResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        if names::operation(request.operation)? != MatchOperation::Satisfiability {
            caller.check(Permission::Allocate)?;
        }
        let matching::Reply { response, booking } = matching::run(&graph, request).await?;
        let mut response = Response::new(response);
        if let Some(booking) = booking {
            response.extensions_mut().insert(booking);
        }
        Ok(response)
    }

    async fn match_many(
        &self,
        request: Request<Streaming<MatchRequest>>,
    ) -> Result<Response<Answers>, Status> {
        let registry = Arc::clone(&self.registry);
        let (caller, requests) = (Caller::of(&request), request.into_inner());
        let (answers, outbox) = match_many::answers(registry, requests, caller);
        let mut response = Response::new(answers);
        response.extensions_mut().insert(outbox);
        Ok(response)
    }

    async fn cancel(
        &self,
        request: Request<CancelRequest>,
    ) -> Result<Response<CancelResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("Cancel", &request.request_key, &request)?;
        cancel(&graph, id, targets::job(request.job)?).await.map(Response::new)
    }

    async fn partial_cancel(
        &self,
        request: Request<PartialCancelRequest>,
    ) -> Result<Response<PartialCancelResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("PartialCancel", &request.request_key, &request)?;
        partial_cancel(&graph, id, request).await.map(Response::new)
    }

    async fn retime(
        &self,
        request: Request<RetimeRequest>,
    ) -> Result<Response<RetimeResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("Retime", &request.request_key, &request)?;
        retime::retime(&graph, id, request).await.map(Response::new)
    }

    async fn update(
        &self,
        request: Request<UpdateRequest>,
    ) -> Result<Response<UpdateResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let id = identify("Update", &request.request_key, &request)?;
        check_update(&request)?;
        update(&graph, id, request).await.map(Response::new)
    }

    async fn list_jobs(
        &self,
        request: Request<ListJobsRequest>,
    ) -> Result<Response<ListJobsResponse>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let meant = incarnation("incarnation", &request.incarnation)?;
        if let Some(range) = &request.history {
            let question = question(&request, job_history::range(range)?, meant)?;
            let listed =
                job_history::list(&self.registry, &self.scans, &request.graph, &caller, question);
            return listed.await.map(Response::new);
        }
        let graph = self.graph(&mut request.graph, &caller)?.meant(&request.incarnation)?;
        let page = Page::read(&request)?;
        graph.read(Cost::Dear, move |seen| Ok(page.list(seen))).await.map(Response::new)
    }

    async fn get_job(&self, request: Request<GetJobRequest>) -> Result<Response<Job>, Status> {
        let (caller, mut request) = (Caller::of(&request), request.into_inner());
        let graph = self.graph(&mut request.graph, &caller)?;
        let name = targets::job(request.job)?;
        let short = name.clone();
        match graph.read(Cost::Cheap, move |seen| get_if_short(seen, &short)).await? {
            Some(job) => Ok(Response::new(job)),
            None => graph.read(Cost::Dear, move |seen| get(seen, &name)).await.map(Response::new),
        }
    }
}

async fn cancel(
    graph: &Named,
    id: Option<RequestId>,
    job: JobName,
) -> Result<CancelResponse, Status> {
    match graph.execute(id, Command::Cancel { job }).await?.answered {
        Answered {
            answer: Answer::Cancelled(job, counts), revision: Revision(revision), ..
        } => Ok(CancelResponse {
            job_id: job.0,
            released: counts.postorder,
            revision,
            incarnation: graph.incarnation(),
        }),
        _ => Err(failure::mismatch()),
    }
}

async fn partial_cancel(
    graph: &Named,
    id: Option<RequestId>,
    request: PartialCancelRequest,
) -> Result<PartialCancelResponse, Status> {
    let job = targets::job(request.job)?;
    let set = request.resources.unwrap_or_default();
    let format = resource_sets::release_format(&set, graph.thread.options().match_format)?;
    let command = Command::PartialCancel { job, format, resources: set.text };
    match graph.execute(id, command).await?.answered {
        Answered {
            answer: Answer::Released(job, remainder), revision: Revision(revision), ..
        } => {
            let cancelled = remainder == Remainder::Nothing;
            Ok(PartialCancelResponse {
                job_id: job.0,
                cancelled,
                revision,
                incarnation: graph.incarnation(),
            })
        }
        _ => Err(failure::mismatch()),
    }
}

/// What can be said of an update without its graph.
fn check_update(request: &UpdateRequest) -> Result<(), Status> {
    check_key("job_key", &request.job_key)?;
    let number = request.job_id;
    if !(1..=LARGEST_ID).contains(&number) {
        let what = format!("{number}: expected 1 to {LARGEST_ID}");
        return Err(failure::invalid("job_id", what));
    }
    check_time("start", request.start)?;
    check_duration(request.start, request.duration)?;
    Ok(())
}

async fn update(
    graph: &Named,
    id: Option<RequestId>,
    request: UpdateRequest,
) -> Result<UpdateResponse, Status> {
    let UpdateRequest { job_key, resources, start, duration, .. } = request;
    let own = graph.thread.options().match_format;
    let set =
        resources.ok_or_else(|| failure::invalid("resources", "expected a set".to_owned()))?;
    let format = resource_sets::update_format(&set, own)?;
    let time = UpdateTime { start, duration, now: 0 };
    let job = JobId(request.job_id);
    let command = Command::Update { job, job_key, format, resources: set.text, time };
    match graph.execute(id, command).await?.answered {
        Answered { answer: Answer::Updated(booked), revision: Revision(revision), .. } => {
            let resources = Some(resource_sets::tell(own, booked.resources));
            let incarnation = graph.incarnation();
            Ok(UpdateResponse { job_id: booked.job.0, resources, revision, incarnation })
        }
        _ => Err(failure::mismatch()),
    }
}

/// As [`get`], if the job holds little.
fn get_if_short(seen: Seen<'_>, name: &JobName) -> Result<Option<Job>, Status> {
    let grants = seen.store.job(name).map_or(0, |job| seen.store.context().grants_of(job.id));
    (grants <= FEW_GRANTS).then(|| get(seen, name)).transpose()
}

fn get(seen: Seen<'_>, name: &JobName) -> Result<Job, Status> {
    let Seen { store, budget, .. } = seen;
    let known = store.job(name).map_err(|refusal| failure::refused(&refusal))?;
    seen.unconfirmed.confirm(known.id);
    let mut job = tell(seen, known);
    if known.state.is_live() {
        let format = store.options().match_format;
        let text = store.context().holdings(known.id, format, budget);
        let text = text.map_err(|error| failure::no_holdings(&error))?;
        job.resources = Some(resource_sets::tell(format, text));
    }
    Ok(job)
}

fn tell(seen: Seen<'_>, job: Known) -> Job {
    Job {
        job_id: job.id.0,
        job_key: seen.store.job_key(job.id).to_owned(),
        state: names::state(job.state).into(),
        start: job.at,
        end: job.end,
        unconfirmed: seen.unconfirmed.find(job.id, seen.store).map(doubt),
        held_up_by: seen.held_up_by(job.id).map(held_up_by),
        overruns: overruns(seen.store, &job),
        holds_up: seen.held_up(job.id).take(WAITING).map(|job| job.0).collect(),
        ..Job::default()
    }
}

fn held_up_by(blocker: Blocker) -> HeldUpBy {
    match blocker {
        Blocker::Job(job) => HeldUpBy { job_id: job.0 },
        Blocker::Down => HeldUpBy { job_id: 0 },
    }
}

/// Whether an allocation holds what it has although its time is over.
fn overruns(store: &Store, job: &Known) -> bool {
    let has_clock = store.options().clock == Clock::System;
    has_clock && job.state == JobState::Allocated && job.end <= store.now()
}

/// What is held is told where it is asked for.
fn doubt(booked: Booked) -> Unconfirmed {
    Unconfirmed {
        seconds: booked.since.elapsed().as_secs_f64(),
        request_key: booked.request_key.as_ref().to_owned(),
        ..Unconfirmed::default()
    }
}

fn tell_held(store: &Store, job: &mut Job) {
    if let Some(unconfirmed) = &mut job.unconfirmed {
        let held = store.context().held_by_type(JobId(job.job_id)).into_iter();
        unconfirmed.held = held.map(|(ty, count)| (ty.to_owned(), count)).collect();
    }
}

/// How many jobs a page may have.
fn page_size(asked: u32) -> usize {
    match asked {
        0 => PAGE,
        size => usize::try_from(size).unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE),
    }
}

fn states(request: &ListJobsRequest) -> Result<Vec<State>, Status> {
    request.states.iter().map(|&state| names::listed_state(state)).collect()
}

/// What is asked of the history.
fn question(
    request: &ListJobsRequest,
    range: TimeRange,
    incarnation: Option<Incarnation>,
) -> Result<Question, Status> {
    if request.unconfirmed {
        let what = "what is unconfirmed is not in the history: expected one or the other";
        return Err(failure::invalid("unconfirmed", what.to_owned()));
    }
    let (states, size) = (states(request)?, page_size(request.page_size));
    let token = Token::read(&request.page_token)?;
    Ok(Question { states, size, range, token, incarnation })
}

/// What is listed.
struct Page {
    states: Vec<State>,
    unconfirmed: bool,
    size: usize,
    /// The last job of the page before.
    after: Option<JobId>,
}

impl Page {
    fn read(request: &ListJobsRequest) -> Result<Self, Status> {
        let size = page_size(request.page_size);
        let token = request.page_token.as_str();
        let after = (!token.is_empty()).then(|| token.parse().map(JobId)).transpose();
        let (states, after) = (states(request)?, after.map_err(|_| failure::no_token(token))?);
        Ok(Self { states, unconfirmed: request.unconfirmed, size, after })
    }

    fn list(&self, seen: Seen<'_>) -> ListJobsResponse {
        let store = seen.store;
        let is_meant = |job: &Known| {
            let wanted = self.states.is_empty() || self.states.contains(&names::state(job.state));
            let wanted = wanted && (!self.unconfirmed || seen.unconfirmed.has(job.id, store));
            wanted && self.after.is_none_or(|after| job.id > after)
        };
        let found = store.context().jobs().filter(is_meant).take(self.size + 1);
        let mut jobs: Vec<Job> = found.map(|job| tell(seen, job)).collect();
        let more = jobs.len() > self.size;
        jobs.truncate(self.size);
        if self.unconfirmed {
            jobs.iter_mut().for_each(|job| tell_held(store, job));
        }
        let last = jobs.last().filter(|_| more).map(|job| job.job_id.to_string());
        let next_page_token = last.unwrap_or_default();
        ListJobsResponse {
            jobs,
            next_page_token,
            revision: store.revision().0,
            incarnation: store.incarnation().to_string(),
        }
    }
}
