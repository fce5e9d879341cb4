//! Requests, piece by piece.

use crate::v1::{MatchOperation, MatchRequest, ResourceFormat, ResourceSet};

impl MatchRequest {
    /// Allocates for a jobspec in YAML or JSON, at second 0.
    pub fn of(jobspec: impl Into<String>) -> Self {
        Self { jobspec: jobspec.into(), ..Self::default() }
    }

    /// Does something else than to allocate.
    #[must_use]
    pub fn with_operation(self, operation: MatchOperation) -> Self {
        Self { operation: operation.into(), ..self }
    }

    /// Prints the answer in another format than that of the graph.
    #[must_use]
    pub fn with_resource_format(self, format: ResourceFormat) -> Self {
        Self { resource_format: format.into(), ..self }
    }

    /// Matches at a time on the axis of the graph, in seconds.
    #[must_use]
    pub fn at(self, now: i64) -> Self {
        Self { now, ..self }
    }

    /// Names the job, so that it is found again.
    #[must_use]
    pub fn with_job_key(self, key: impl Into<String>) -> Self {
        Self { job_key: key.into(), ..self }
    }

    /// Makes a repeat of the request return the first answer.
    #[must_use]
    pub fn with_request_key(self, key: impl Into<String>) -> Self {
        Self { request_key: key.into(), ..self }
    }

    /// Chooses by another policy than that of the graph.
    #[must_use]
    pub fn with_policy(self, policy: impl Into<String>) -> Self {
        Self { policy: policy.into(), ..self }
    }

    /// Looks at vertices so many times at most, if the graph does not allow less; 0 for no limit of its own.
    #[must_use]
    pub fn with_max_visits(self, max_visits: u64) -> Self {
        Self { max_visits, ..self }
    }

    /// Is let in by these reservations of the calendar, beside what is open to all.
    #[must_use]
    pub fn with_windows<T: Into<String>>(self, windows: impl IntoIterator<Item = T>) -> Self {
        Self { windows: windows.into_iter().map(Into::into).collect(), ..self }
    }

    /// Takes nothing but what lies in one of its windows.
    #[must_use]
    pub fn inside_windows(self) -> Self {
        Self { inside_windows: true, ..self }
    }
}

impl ResourceSet {
    /// A resource set that was printed before.
    pub fn of(format: ResourceFormat, text: impl Into<String>) -> Self {
        Self { format: format.into(), text: text.into() }
    }
}
