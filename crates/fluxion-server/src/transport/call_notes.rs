//! What becomes known of a call on its way, for the line that the log has of it. It goes along with the task that serves the call.
//! Must not know what is done with it.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

tokio::task_local! {
    /// Of the call that this task serves.
    static NOTES: CallNotes;
}

/// Clones share what is noted.
#[derive(Clone, Debug)]
pub(crate) struct CallNotes {
    request_id: Arc<str>,
    /// The revision that an answer is to be of at least, if the call says so.
    least_revision: Option<u64>,
    noted: Arc<Mutex<Noted>>,
}

/// What is noted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    /// Whether it would change something.
    pub(crate) is_change: bool,
    /// Who calls, if that is known.
    pub(crate) principal: Option<Arc<str>>,
    pub(crate) graph: Option<String>,
    /// The last one that it is about.
    pub(crate) job: Option<u64>,
    /// How much it has asked of a graph.
    pub(crate) requests: u64,
    /// Of which revision of the graph the answer is.
    pub(crate) revision: Option<u64>,
}

impl Noted {
    /// It is about a graph. A stream asks thousands of times for the same.
    fn about(&mut self, graph: &str) {
        if self.graph.as_deref() != Some(graph) {
            self.graph = Some(graph.to_owned());
        }
    }
}

impl CallNotes {
    /// Nothing but the name of the request.
    pub(crate) fn new(request_id: Arc<str>, least_revision: Option<u64>) -> Self {
        Self { request_id, least_revision, noted: Arc::default() }
    }

    /// Those of the call that this task serves, if it serves one.
    pub(crate) fn of_task() -> Option<Self> {
        NOTES.try_with(Clone::clone).ok()
    }

    /// Does something for the call.
    pub(crate) async fn along<T>(self, future: impl Future<Output = T>) -> T {
        NOTES.scope(self, future).await
    }

    /// Does something in another task that is for the call of this one.
    pub(crate) fn carry<T>(future: impl Future<Output = T>) -> impl Future<Output = T> {
        let notes = Self::of_task();
        async move {
            match notes {
                Some(notes) => notes.along(future).await,
                None => future.await,
            }
        }
    }

    /// The name of the request.
    pub(crate) fn request_id(&self) -> &Arc<str> {
        &self.request_id
    }

    /// The revision that an answer is to be of at least, if the call says so.
    pub(crate) fn least_revision(&self) -> Option<u64> {
        self.least_revision
    }

    /// A graph was at this revision when it answered.
    pub(crate) fn saw(&self, revision: u64) {
        self.noted().revision = Some(revision);
    }

    /// The last revision that was seen.
    pub(crate) fn revision(&self) -> Option<u64> {
        self.noted().revision
    }

    /// Somebody makes it.
    pub(crate) fn called_by(&self, principal: Option<&Arc<str>>) {
        self.noted().principal = principal.cloned();
    }

    /// It would change a graph.
    pub(crate) fn change(&self, graph: &str, job: Option<u64>) {
        let mut noted = self.noted();
        noted.is_change = true;
        noted.about(graph);
        noted.job = job.or(noted.job);
        noted.requests += 1;
    }

    /// The job that came of it.
    pub(crate) fn job(&self, job: u64) {
        self.noted().job = Some(job);
    }

    /// It looks at a graph.
    pub(crate) fn look(&self, graph: &str) {
        self.noted().about(graph);
    }

    /// Whether it would change something.
    pub(crate) fn is_change(&self) -> bool {
        self.noted().is_change
    }

    /// All that is noted.
    pub(crate) fn told(&self) -> Noted {
        self.noted().clone()
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
