//! The place that holds the current graph under a name that clients know.

use std::sync::{Arc, PoisonError, RwLock};

use fluxion_context::Options;
use tokio::sync::Mutex;

use crate::graph_thread::{GraphThread, StartError, Stopped};

/// A replaceable graph. Reading it never waits for a load.
#[derive(Debug, Default)]
pub(crate) struct GraphSlot {
    current: RwLock<Option<GraphThread>>,
    /// Held while a graph is loading: loads take turns (the lock is fair), so that the last to arrive is the
    /// one that stays, and at most two graphs are in memory.
    loading: Arc<Mutex<()>>,
}

impl GraphSlot {
    /// The graph as it is now. Whoever got it goes on with it, whatever replaces it.
    pub(crate) fn current(&self) -> Option<GraphThread> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads a graph and, if that succeeded, puts it in the place of the current one. A load that has begun
    /// goes on when the future is dropped: clients with short deadlines come back and find their graph.
    pub(crate) async fn load(
        self: &Arc<Self>,
        text: String,
        options: Options,
    ) -> Result<(), StartError> {
        let turn = Arc::clone(&self.loading).lock_owned().await;
        let slot = Arc::clone(self);
        let load = tokio::spawn(async move {
            let graph = GraphThread::load(text, options).await?;
            slot.replace(graph);
            drop(turn);
            Ok(())
        });
        load.await.unwrap_or(Err(StartError::Stopped(Stopped)))
    }

    fn replace(&self, graph: GraphThread) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.replace(graph).is_some() {
            tracing::info!("the previous graph and its jobs were replaced");
        }
    }
}
