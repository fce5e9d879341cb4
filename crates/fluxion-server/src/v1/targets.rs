//! Which graph, job and vertices a request means.

use fluxion_context::StatusTarget;
use fluxion_engine::JobId;
use tonic::Status;

use crate::graph_thread::GraphThread;
use crate::proto::fluxion::v1::{JobReference, Target, job_reference, target};
use crate::registry::{DEFAULT_GRAPH, Registry};
use crate::v1::failure;
use crate::v1::served::Served;

/// A graph and its name.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    pub(crate) thread: GraphThread,
}

impl Named {
    /// The graph of a name, `default` if that is empty.
    pub(crate) fn find(registry: &Registry, name: &str) -> Result<Self, Status> {
        let name = graph_name(name);
        let thread = registry.graph(name).ok_or_else(|| failure::no_graph(name))?;
        Ok(Self { name: name.to_owned(), thread })
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Does `work` when its turn comes.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Served) -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        let done = self.thread.call(work).await;
        done.map_err(|error| failure::stopped(&self.name, error))?
    }
}

/// The name that stands for itself or, if empty, for `default`.
pub(crate) fn graph_name(name: &str) -> &str {
    if name.is_empty() { DEFAULT_GRAPH } else { name }
}

/// A job as a request names it.
pub(crate) enum JobName {
    Id(JobId),
    Key(String),
}

impl JobName {
    /// Reads a reference.
    pub(crate) fn read(reference: Option<JobReference>) -> Result<Self, Status> {
        match reference.and_then(|reference| reference.reference) {
            Some(job_reference::Reference::JobId(id)) => Ok(Self::Id(JobId(id))),
            Some(job_reference::Reference::JobKey(key)) => Ok(Self::Key(key)),
            None => Err(failure::invalid("job", "expected a job_id or a job_key".to_owned())),
        }
    }

    /// The job of that name, if one was placed and not forgotten.
    pub(crate) fn find(&self, served: &Served) -> Result<JobId, Status> {
        let known = |id: &JobId| served.context.job(*id).is_some();
        match self {
            Self::Id(id) => Some(*id).filter(known).ok_or_else(|| failure::no_job(&id.to_string())),
            Self::Key(key) => {
                served.keys.job(key).filter(known).ok_or_else(|| failure::no_job(key))
            }
        }
    }
}

/// Vertices as a request names them.
pub(crate) fn vertices(target: Option<&Target>) -> Result<StatusTarget<'_>, Status> {
    match target.and_then(|target| target.target.as_ref()) {
        Some(target::Target::Path(path)) => Ok(StatusTarget::Path(path)),
        Some(target::Target::Ranks(ranks)) => Ok(StatusTarget::Ranks(ranks)),
        None => Err(failure::invalid("target", "expected a path or ranks".to_owned())),
    }
}
