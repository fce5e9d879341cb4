//! Why a jobspec does not start now, or a job not earlier.

use crate::proto::v1::explain_request::Subject;
use crate::v1::{Error, ExplainRequest, ExplainResponse, Graph, JobName, Vertices};

impl ExplainRequest {
    /// About a jobspec in YAML or JSON, at second 0, with all that can be told.
    pub fn of(jobspec: impl Into<String>) -> Self {
        Self {
            subject: Some(Subject::Jobspec(jobspec.into())),
            hints: true,
            examples: 4,
            ..Self::default()
        }
    }

    /// About a job that holds resources, or will.
    pub fn of_job(job: impl Into<JobName>) -> Self {
        Self { subject: job.into().reference().map(Subject::Job), ..Self::default() }
    }

    /// At a time on the axis of the graph, in seconds.
    #[must_use]
    pub fn at(self, now: i64) -> Self {
        Self { now, ..self }
    }

    /// By another policy than that of the graph.
    #[must_use]
    pub fn with_policy(self, policy: impl Into<String>) -> Self {
        Self { policy: policy.into(), ..self }
    }

    /// Looks at vertices so many times at most, if the graph does not allow less; 0 for no limit of its own.
    #[must_use]
    pub fn with_budget_visits(self, budget_visits: u64) -> Self {
        Self { budget_visits, ..self }
    }

    /// Names so many vertices of each reason.
    #[must_use]
    pub fn with_examples(self, examples: u32) -> Self {
        Self { examples, ..self }
    }

    /// Tries no changes.
    #[must_use]
    pub fn without_hints(self) -> Self {
        Self { hints: false, ..self }
    }

    /// Is let in by these reservations of the calendar.
    #[must_use]
    pub fn with_windows<T: Into<String>>(self, windows: impl IntoIterator<Item = T>) -> Self {
        Self { windows: windows.into_iter().map(Into::into).collect(), ..self }
    }

    /// Tells why a vertex is not used.
    #[must_use]
    pub fn with_why_not(self, vertex: Vertices) -> Self {
        Self { why_not: vertex.target(), ..self }
    }
}

impl Graph {
    /// Why a jobspec does not start now, or a job not earlier; when it does, and what would help. Changes nothing; that a
    /// jobspec does not fit is no error. The graph of the request is this one.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`; `NOT_FOUND`: there is no such job, path or rank.
    pub async fn explain(&self, request: ExplainRequest) -> Result<ExplainResponse, Error> {
        let request = ExplainRequest { graph: self.name.clone(), ..request };
        let mut service = self.server.insight_service();
        self.server.call("Explain", service.explain(request)).await
    }
}
