//! Which graph, job and vertices a request means.

use fluxion_context::{Budget, JobId};
use fluxion_store::{Command, JobName, KeyedCommand, RequestId, Store, Target as Vertices};
use tonic::Status;

use crate::access::caller::Caller;
use crate::proto::fluxion::v1::{JobReference, Target, job_reference, target};
use crate::transport::graph_thread::GraphThread;
use crate::transport::registry::{DEFAULT_GRAPH, Registry};
use crate::transport::seen::Seen;
use crate::transport::serving::Serving;
use crate::transport::turns::Cost;
use crate::transport::work::Done;
use crate::v1::lengths::check_key;
use crate::v1::{failure, identity};

/// A graph and its name.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    pub(crate) thread: GraphThread,
}

impl Named {
    /// The graph of a name, `default` if that is empty, for somebody who calls. Who may not use it is not told whether there
    /// is one.
    pub(crate) fn find(registry: &Registry, name: &str, caller: &Caller) -> Result<Self, Status> {
        let name = graph_name(name);
        caller.check_graph(name)?;
        let thread = registry.graph(name).ok_or_else(|| failure::no_graph(name))?;
        let thread = thread.from(caller.origin, caller.asked_by());
        Ok(Self { name: name.to_owned(), thread })
    }

    /// The same, for a change. A request that means another load of the graph is refused before anything else is looked
    /// at. This handle leads to one load, so that no other can come between the check and the change.
    pub(crate) fn meant(self, incarnation: &str) -> Result<Self, Status> {
        self.check(incarnation)?;
        Ok(self)
    }

    /// Whether a request means this load of the graph.
    pub(crate) fn check(&self, incarnation: &str) -> Result<(), Status> {
        let found = self.thread.incarnation();
        match identity::incarnation("incarnation", incarnation)? {
            Some(expected) if expected != found => {
                Err(failure::another(&self.name, expected, Some(found)))
            }
            _ => Ok(()),
        }
    }

    /// Which load of the graph it is, as clients see it.
    pub(crate) fn incarnation(&self) -> String {
        self.thread.incarnation().to_string()
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Carries a command out when its turn comes.
    pub(crate) async fn execute(
        &self,
        id: Option<RequestId>,
        command: Command,
    ) -> Result<Done, Status> {
        let done = self.thread.execute(KeyedCommand { id, command }).await;
        done.map_err(|error| failure::stopped(&self.name, error))?
            .map_err(|refusal| failure::refused(&refusal))
    }

    /// Looks at the graph; see [`GraphThread::read`].
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        cost: Cost,
        look: impl FnOnce(Seen<'_>) -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        let seen = self.thread.read(cost, look).await;
        seen.map_err(|error| failure::stopped(&self.name, error))?
    }
}

impl Named {
    /// Asks the graph something; see [`GraphThread::question`].
    pub(crate) async fn question<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Store, &Budget) -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        let answered = self.thread.question(question).await;
        answered.map_err(|error| failure::stopped(&self.name, error))?
    }

    /// Does something in a turn of its own; see [`GraphThread::errand`].
    pub(crate) async fn errand<T: Send + 'static>(
        &self,
        errand: impl FnOnce(&mut Serving) -> T + Send + 'static,
    ) -> Result<T, Status> {
        let done = self.thread.errand(errand).await;
        done.map_err(|error| failure::stopped(&self.name, error))
    }
}

/// The name that stands for itself or, if empty, for `default`.
pub(crate) fn graph_name(name: &str) -> &str {
    if name.is_empty() { DEFAULT_GRAPH } else { name }
}

/// A job as a request names it.
pub(crate) fn job(reference: Option<JobReference>) -> Result<JobName, Status> {
    match reference.and_then(|reference| reference.reference) {
        Some(job_reference::Reference::JobId(id)) => Ok(JobName::Id(JobId(id))),
        Some(job_reference::Reference::JobKey(key)) => {
            check_key("job.job_key", &key)?;
            Ok(JobName::Key(key))
        }
        None => Err(failure::invalid("job", "expected a job_id or a job_key".to_owned())),
    }
}

/// Vertices as a request names them.
pub(crate) fn vertices(target: Option<Target>) -> Result<Vertices, Status> {
    match target.and_then(|target| target.target) {
        Some(target::Target::Path(path)) => Ok(Vertices::Path(path)),
        Some(target::Target::Ranks(ranks)) => Ok(Vertices::Ranks(ranks)),
        None => Err(failure::invalid("target", "expected a path or ranks".to_owned())),
    }
}
