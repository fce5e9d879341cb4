//! When jobs begin, and when they end. What time it is, is an argument.

use fluxion_engine::{BeginRefusal, Change, JobId, NewEnd, NoSuchJob, RetimeRefusal};
use fluxion_graph::{TimeWindow, VertexId};

use crate::context::Context;
use crate::decided::Decided;
use crate::errors::RetimeError;

impl Context {
    /// What it comes to that a job ends at another time: from when to when it holds its resources then. O(what it holds); where it
    /// meets another job, also what lies below that, or all jobs.
    ///
    /// # Errors
    /// [`RetimeError`].
    pub fn decide_retime(
        &self,
        job: JobId,
        end: NewEnd,
    ) -> Result<Decided<TimeWindow>, RetimeError> {
        let decided = self.engine.decide_retime(job, end);
        let (change, window) = decided.map_err(|refusal| match refusal {
            RetimeRefusal::NoSuchJob(job) => RetimeError::NoSuchJob(job),
            RetimeRefusal::Window { start } => RetimeError::Window { start },
            RetimeRefusal::Taken { vertex, by } => {
                RetimeError::Taken { path: self.name_of(vertex), by }
            }
            RetimeRefusal::Barred { vertex, window } => {
                RetimeError::Barred { path: self.name_of(vertex), window }
            }
        })?;
        Ok(Decided::changing(window, change))
    }

    /// The change by which a reservation becomes an allocation. O(what it holds), and what lies below that if something is in its
    /// way.
    ///
    /// # Errors
    /// [`BeginRefusal`].
    pub fn decide_begin(&self, job: JobId, now: i64) -> Result<Change, BeginRefusal> {
        self.engine.decide_begin(job, now)
    }

    /// The change by which a job whose time is over gives everything back. O(what it holds).
    ///
    /// # Errors
    /// [`NoSuchJob`] if it was never booked, or holds nothing any more.
    pub fn decide_end(&self, job: JobId) -> Result<Change, NoSuchJob> {
        self.engine.decide_end(job)
    }

    /// The path of a vertex in the dominant subsystem, or its name.
    pub(crate) fn name_of(&self, vertex: VertexId) -> String {
        let (graph, dominant) = (self.engine.graph(), self.engine.tree().subsystem());
        match graph.path(vertex, dominant) {
            Some(path) => graph.path_text(path),
            None => graph.text(graph.vertex(vertex).name).to_owned(),
        }
    }
}
