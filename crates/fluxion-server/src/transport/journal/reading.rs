//! Reading what was written: the log thread reads a small piece between two group commits, so that nobody waits long for it;
//! what is made of it is the business of whoever asked.

use fluxion_store::journal::{Frame, GraphEntry, GraphId, Log, LogError, Sequence};
use tokio::sync::oneshot;

use crate::transport::journal::graph_journal::Journal;

/// What is told where the log was closed before it was asked.
const CLOSED: &str = "the server ends";

impl Journal {
    /// The graphs of the log, those that were dropped included, as after the last commit.
    ///
    /// # Errors
    /// [`LogError`].
    pub(crate) async fn entries(&self) -> Result<Vec<GraphEntry>, LogError> {
        self.ask(|log| log.graphs()).await.unwrap_or_else(|_| Err(closed()))
    }

    /// Frames of a graph, as [`Log::read_frames`] gives them: only what is durable is there. Waits: for a thread that may.
    ///
    /// # Errors
    /// [`LogError`].
    pub(crate) fn frames(
        &self,
        graph: GraphId,
        after: Sequence,
        most_bytes: usize,
    ) -> Result<Vec<Frame>, LogError> {
        let asked = self.ask(move |log| log.read_frames(graph, after, most_bytes));
        asked.blocking_recv().unwrap_or_else(|_| Err(closed()))
    }

    /// Looks at the log when it is free. What cannot be read is told to who asks, and fails nothing else.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut dyn Log) -> Result<T, LogError> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, LogError>> {
        let (sender, answer) = oneshot::channel();
        self.send(Box::new(move |log| {
            if !sender.is_closed() {
                let _ = sender.send(look(log));
            }
            Ok(())
        }));
        answer
    }
}

/// The log is not there any more.
pub(crate) fn closed() -> LogError {
    LogError::Poisoned(CLOSED.to_owned())
}
