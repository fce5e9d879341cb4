//! Random changes of a graph of a few nodes, each by a call that makes one revision.

use fluxion_server::proto::fluxion::v1::event::Change;
use fluxion_server::proto::fluxion::v1::retime_request::NewEnd;
use fluxion_server::proto::fluxion::v1::{
    CancelRequest, GrowRequest, MatchOperation, MatchRequest, RetimeRequest, SetPropertyRequest,
    SetStatusRequest, ShrinkJobs, ShrinkRequest, Status as Mark, Target, target,
};

use crate::client::{V1, by_id, want};

/// What was done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Made {
    Booked(u64),
    Cancelled(u64),
    Retimed(u64),
    Marked,
    Set,
    Grown,
    Shrunk,
}

impl Made {
    /// Whether an event tells this.
    pub(crate) fn fits(self, change: &Change) -> bool {
        match (self, change) {
            (Self::Booked(job), Change::JobBooked(told)) => {
                told.job.as_ref().is_some_and(|told| told.job_id == job)
            }
            (Self::Cancelled(job), Change::JobCanceled(told)) => told.job_id == job,
            (Self::Retimed(job), Change::JobRetimed(told)) => told.job_id == job,
            (Self::Marked, Change::StatusSet(told)) => told.vertices == 1,
            (Self::Set, Change::PropertySet(told)) => told.path == "/cluster0" && told.key == "p",
            (Self::Grown, Change::Grown(told)) => told.vertices == 1 && told.paths.len() == 1,
            (Self::Shrunk, Change::Shrunk(told)) => told.vertices == 1,
            _ => false,
        }
    }
}

/// Makes them.
pub(crate) struct Changes {
    random: u64,
    /// The last revision.
    pub(crate) revision: u64,
    jobs: Vec<u64>,
    /// The number of a node that came.
    extra: Option<u64>,
    next: u64,
}

fn path(path: String) -> Option<Target> {
    Some(Target { target: Some(target::Target::Path(path)) })
}

impl Changes {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: seed, revision: 1, jobs: Vec::new(), extra: None, next: 100 }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.random >> 33) % end
    }

    /// The next one; nothing if it was refused.
    pub(crate) async fn make(&mut self, v1: &mut V1) -> Option<Made> {
        let (revision, made) = match self.below(12) {
            0..=4 => self.book(v1).await?,
            5..=7 => self.cancel(v1).await?,
            8 => self.retime(v1).await?,
            9 => self.mark(v1).await?,
            10 => self.set(v1).await?,
            _ => self.reshape(v1).await?,
        };
        assert_eq!(revision, self.revision + 1);
        self.revision = revision;
        Some(made)
    }

    async fn book(&mut self, v1: &mut V1) -> Option<(u64, Made)> {
        let operation = [MatchOperation::Allocate, MatchOperation::AllocateOrelseReserve];
        let operation = operation[self.below(2) as usize].into();
        let job_key = if self.below(2) == 0 { String::new() } else { format!("k{}", self.random) };
        let request = MatchRequest { operation, job_key, ..want(1 + self.below(6), "core") };
        let matched = v1.ask(request).await.ok()?;
        self.jobs.push(matched.job_id);
        Some((matched.revision, Made::Booked(matched.job_id)))
    }

    fn job(&mut self) -> Option<u64> {
        let at = self.below(self.jobs.len().max(1) as u64) as usize;
        self.jobs.get(at).copied()
    }

    async fn cancel(&mut self, v1: &mut V1) -> Option<(u64, Made)> {
        let job = self.job()?;
        self.jobs.retain(|other| *other != job);
        let request = CancelRequest { job: by_id(job), ..CancelRequest::default() };
        let done = v1.jobs.cancel(request).await.ok()?.into_inner();
        Some((done.revision, Made::Cancelled(job)))
    }

    async fn retime(&mut self, v1: &mut V1) -> Option<(u64, Made)> {
        let job = self.job()?;
        let new_end = Some(NewEnd::Duration(1 + self.below(5000) as i64));
        let request = RetimeRequest { job: by_id(job), new_end, ..RetimeRequest::default() };
        let done = v1.jobs.retime(request).await.ok()?.into_inner();
        Some((done.revision, Made::Retimed(job)))
    }

    async fn mark(&mut self, v1: &mut V1) -> Option<(u64, Made)> {
        let status = if self.below(2) == 0 { Mark::Up } else { Mark::Down }.into();
        let target = path(format!("/cluster0/node{}", self.below(6)));
        let request = SetStatusRequest { target, status, ..SetStatusRequest::default() };
        let done = v1.resources.set_status(request).await.ok()?.into_inner();
        Some((done.revision, Made::Marked))
    }

    async fn set(&mut self, v1: &mut V1) -> Option<(u64, Made)> {
        let (path, key) = ("/cluster0".to_owned(), "p".to_owned());
        let value = self.below(1000).to_string();
        let request = SetPropertyRequest { path, key, value, ..SetPropertyRequest::default() };
        let done = v1.resources.set_property(request).await.ok()?.into_inner();
        Some((done.revision, Made::Set))
    }

    /// A node comes, or the one that came goes.
    async fn reshape(&mut self, v1: &mut V1) -> Option<(u64, Made)> {
        if let Some(number) = self.extra.take() {
            let target = path(format!("/cluster0/node{number}"));
            let jobs = ShrinkJobs::Release.into();
            let request = ShrinkRequest { target, jobs, ..ShrinkRequest::default() };
            let done = v1.resources.shrink(request).await.ok()?.into_inner();
            return Some((done.revision, Made::Shrunk));
        }
        self.next += 1;
        self.extra = Some(self.next);
        let vertex = |id: u64, kind: &str, number: u64, path: &str| {
            serde_json::json!({"id": id.to_string(), "metadata": {"type": kind, "id": number,
                "rank": -1, "paths": {"containment": path}}})
        };
        let (own, root) = (format!("/cluster0/node{}", self.next), "/cluster0");
        let vertices =
            [vertex(0, "cluster", 0, root), vertex(self.next + 900, "node", self.next, &own)];
        let edges = [crate::fixture::edge(0, self.next as usize + 900)];
        let jgf = serde_json::json!({"graph": {"nodes": vertices, "edges": edges}}).to_string();
        let request = GrowRequest { jgf, ..GrowRequest::default() };
        let done = v1.resources.grow(request).await.ok()?.into_inner();
        Some((done.revision, Made::Grown))
    }
}
