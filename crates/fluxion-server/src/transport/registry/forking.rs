//! Forks: copies of graphs under names of their own, for a while. Must not know what is tried on them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{CreateError, DEFAULT_GRAPH, Existing, PendingLoad, Registry};
use crate::transport::asked_by::AskedBy;
use crate::transport::call_notes::CallNotes;
use crate::transport::faults::StartError;
use crate::transport::fork_of::{ForkOf, ForkPlace};
use crate::transport::graph_thread::GraphThread;
use crate::transport::served_graph::Home;
use crate::transport::totals::Counts;

impl Registry {
    /// A copy of a graph under a name of its own, which goes when its time is over.
    pub(crate) async fn fork(
        self: &Arc<Self>,
        (origin, graph): (&str, &GraphThread),
        name: &str,
        lifetime: Duration,
    ) -> Result<GraphThread, CreateError> {
        CallNotes::of_task().iter().for_each(|notes| notes.change(name, None));
        let place = self.fork_place()?;
        let (pending, turn) = PendingLoad::new(self, name, Existing::Stays)?;
        let _turn = turn.lock().await;
        self.check(name, Existing::Stays)?;
        let view = graph.durable_view().await.map_err(StartError::Stopped)?;
        let context = view.store().context();
        let vertices = context.graph().vertex_count() as u64;
        self.totals.check_more(Counts { vertices, jobs: context.live_jobs() as u64 })?;
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let until = self.clock.seconds().saturating_add(seconds);
        let of = ForkOf::new((origin, graph.incarnation()), view.revision(), until, place);
        let home = Home { journal: None, ..self.home(name) };
        let fork = GraphThread::fork(view, of, home).await?;
        pending.put(fork.clone(), Existing::Stays).await?;
        self.end_after(lifetime, name, &fork);
        Ok(fork)
    }

    /// A name for a fork that no graph has.
    pub(crate) fn fork_name(&self, origin: &str) -> String {
        let slots = self.slots();
        let names = (1_u64..).map(|number| format!("{origin}-fork-{number}"));
        let mut free = names.filter(|name| !slots.contains_key(name));
        free.next().unwrap_or_else(|| DEFAULT_GRAPH.to_owned())
    }

    /// How many forks there are.
    pub(crate) fn forks(&self) -> usize {
        self.forks.load(Ordering::Relaxed)
    }

    fn fork_place(&self) -> Result<ForkPlace, CreateError> {
        let most = self.totals.limits().forks;
        let more = |forks: usize| (forks < most).then_some(forks + 1);
        let taken = self.forks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        taken.map_err(CreateError::TooManyForks)?;
        Ok(ForkPlace::taken(&self.forks))
    }

    /// Drops a fork when its time is over, unless it is gone by then.
    fn end_after(self: &Arc<Self>, lifetime: Duration, name: &str, fork: &GraphThread) {
        let (registry, name) = (Arc::downgrade(self), name.to_owned());
        let incarnation = fork.incarnation();
        tokio::spawn(async move {
            tokio::time::sleep(lifetime).await;
            if let Some(registry) = registry.upgrade() {
                let nobody = (None, AskedBy::default());
                if registry.drop_graph(&name, Some(incarnation), nobody).await.is_ok() {
                    tracing::info!(graph = name, "the time of a fork is over: it was dropped");
                }
            }
        });
    }
}
