//! The jobs of a graph: match, cancel, list, find again.

use crate::proto::v1::job_reference::Reference;
use crate::proto::v1::{
    CancelRequest, GetJobRequest, JobReference, ListJobsRequest, PartialCancelRequest,
    RetimeRequest,
};
use crate::v1::{
    CancelResponse, Error, Graph, HistoryRange, Job, JobState, MatchRequest, MatchResponse, NewEnd,
    PartialCancelResponse, ResourceSet, RetimeResponse, UpdateRequest, UpdateResponse,
};

/// The most jobs that a server puts on a page.
const PAGE: u32 = 1000;

/// A job by its number, or by the key that was given at match time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobName {
    /// Its number.
    Id(u64),
    /// Its key.
    Key(String),
}

impl From<u64> for JobName {
    fn from(id: u64) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for JobName {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<String> for JobName {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl JobName {
    pub(super) fn reference(self) -> Option<JobReference> {
        let reference = match self {
            Self::Id(id) => Reference::JobId(id),
            Self::Key(key) => Reference::JobKey(key),
        };
        Some(JobReference { reference: Some(reference) })
    }
}

impl Graph {
    /// Finds resources for a jobspec and, as the operation says, books them for a new job. The graph of the request
    /// is this one.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`; `ALREADY_EXISTS`: a live job has this key; `RESOURCE_EXHAUSTED`: nothing fits now;
    /// `OUT_OF_RANGE`: it can never run on this graph.
    pub async fn match_jobspec(&self, request: MatchRequest) -> Result<MatchResponse, Error> {
        let request_key = self.key_or(request.request_key);
        let incarnation = self.incarnation_or(request.incarnation);
        let request =
            MatchRequest { graph: self.name.clone(), request_key, incarnation, ..request };
        let mut service = self.server.job_service();
        self.server.call("Match", service.r#match(request)).await
    }

    /// Releases all that a job holds, or will hold.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such job, or it was cancelled before.
    pub async fn cancel(&self, job: impl Into<JobName>) -> Result<CancelResponse, Error> {
        let request = CancelRequest {
            graph: self.name.clone(),
            job: job.into().reference(),
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.job_service();
        self.server.call("Cancel", service.cancel(request)).await
    }

    /// Lets a job end at another time.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID_ARGUMENT`: it would not end after its start; `FAILED_PRECONDITION`: it would meet another job.
    pub async fn retime(
        &self,
        job: impl Into<JobName>,
        end: NewEnd,
    ) -> Result<RetimeResponse, Error> {
        let request = RetimeRequest {
            graph: self.name.clone(),
            job: job.into().reference(),
            new_end: Some(end),
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.job_service();
        self.server.call("Retime", service.retime(request)).await
    }

    /// Gives back a part of what a job holds.
    ///
    /// # Errors
    /// `NOT_FOUND`; `FAILED_PRECONDITION`: the job does not hold it.
    pub async fn partial_cancel(
        &self,
        job: impl Into<JobName>,
        resources: ResourceSet,
    ) -> Result<PartialCancelResponse, Error> {
        let request = PartialCancelRequest {
            graph: self.name.clone(),
            job: job.into().reference(),
            resources: Some(resources),
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.job_service();
        self.server.call("PartialCancel", service.partial_cancel(request)).await
    }

    /// Books a resource set that was chosen elsewhere, say before a restart. The graph of the request is this one.
    ///
    /// # Errors
    /// `ALREADY_EXISTS`: a live job has this number or key; `FAILED_PRECONDITION`: something of it is taken or not
    /// in the graph.
    pub async fn update(&self, request: UpdateRequest) -> Result<UpdateResponse, Error> {
        let request_key = self.key_or(request.request_key);
        let incarnation = self.incarnation_or(request.incarnation);
        let request =
            UpdateRequest { graph: self.name.clone(), request_key, incarnation, ..request };
        let mut service = self.server.job_service();
        self.server.call("Update", service.update(request)).await
    }

    /// All jobs in the given states, in any if there are none, by number. Page after page: what changes meanwhile
    /// may or may not be seen.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such graph.
    pub async fn jobs(&self, states: &[JobState]) -> Result<Vec<Job>, Error> {
        let states = states.iter().map(|&state| state.into()).collect();
        self.listed(ListJobsRequest { states, ..ListJobsRequest::default() }).await
    }

    /// As [`jobs`](Self::jobs), those alone that hold resources and that nobody has named since a match booked them: their
    /// clients may never have heard of them.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such graph.
    pub async fn unconfirmed_jobs(&self, states: &[JobState]) -> Result<Vec<Job>, Error> {
        let states = states.iter().map(|&state| state.into()).collect();
        let request = ListJobsRequest { states, unconfirmed: true, ..ListJobsRequest::default() };
        self.listed(request).await
    }

    /// As [`jobs`](Self::jobs), those to which something happened within a range of time on the clock of the server, also when
    /// the graph has forgotten them since: with when they were booked and when they ended. A handle with an incarnation
    /// ([`with_incarnation`](Self::with_incarnation)) is told of that load of the graph, also when it is gone.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such graph; `FAILED_PRECONDITION`: the server keeps no history, or not that of this
    /// incarnation; `RESOURCE_EXHAUSTED`: the range has more than a million jobs.
    pub async fn past_jobs(
        &self,
        range: HistoryRange,
        states: &[JobState],
    ) -> Result<Vec<Job>, Error> {
        let request = ListJobsRequest {
            states: states.iter().map(|&state| state.into()).collect(),
            history: Some(range),
            incarnation: self.incarnation.clone(),
            ..ListJobsRequest::default()
        };
        self.listed(request).await
    }

    async fn listed(&self, mut request: ListJobsRequest) -> Result<Vec<Job>, Error> {
        request.graph = self.name.clone();
        request.page_size = PAGE;
        let mut service = self.server.job_service();
        let mut jobs = Vec::new();
        loop {
            let page = self.server.call("ListJobs", service.list_jobs(request.clone())).await?;
            jobs.extend(page.jobs);
            if page.next_page_token.is_empty() {
                return Ok(jobs);
            }
            request.page_token = page.next_page_token;
        }
    }

    /// One job, with what it holds.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such job.
    pub async fn job(&self, job: impl Into<JobName>) -> Result<Job, Error> {
        let request = GetJobRequest { graph: self.name.clone(), job: job.into().reference() };
        let mut service = self.server.job_service();
        self.server.call("GetJob", service.get_job(request)).await
    }
}
