//! The context itself.

use fluxion_engine::{JobId, JobState, MatchOperation};
use fluxion_graph::{Graph, Status};

use crate::errors::{CancelError, FindError, LoadError, MatchError};
use crate::options::{MatchFormat, Options};

/// A loaded graph with its jobs.
#[derive(Debug)]
pub struct Context {}

/// How a match succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Booked from now.
    Allocated,
    /// Booked from a later time.
    Reserved,
    /// Found, nothing booked.
    Matched,
    /// Could run; nothing chosen.
    Satisfiable,
}

/// The resources of a successful match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resources {
    /// In the format of the context, final newline included; may be empty.
    pub text: String,
}

/// A match that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The number of the job, or the number the next job will get if nothing was booked.
    pub job: JobId,
    /// What was done.
    pub outcome: Outcome,
    /// When the job starts, in seconds.
    pub at: i64,
    /// What was chosen.
    pub resources: Resources,
}

/// A job of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its state.
    pub state: JobState,
    /// When it starts or started, in seconds.
    pub at: i64,
}

/// Vertices looked at while cancelling (chapter 06, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelCounts {
    /// Looked at.
    pub preorder: u64,
    /// Released.
    pub postorder: u64,
}

#[allow(clippy::unimplemented, unused_variables, missing_docs)]
impl Context {
    /// Loads a graph.
    pub fn load(text: &str, options: &Options) -> Result<Self, LoadError> { unimplemented!() }
    /// Matches a jobspec (YAML or JSON text) at time `now`; on failure nothing changes but perhaps the job counter.
    pub fn match_jobspec(&mut self, operation: MatchOperation, jobspec: &str, now: i64) -> Result<Matched, MatchError> { unimplemented!() }
    /// Releases all that a job holds.
    pub fn cancel(&mut self, job: JobId) -> Result<CancelCounts, CancelError> { unimplemented!() }
    /// Finds vertices by an expression (chapter 06, section 12); the text is in the context's format, empty if nothing is found.
    pub fn find(&mut self, criteria: &str, now: i64) -> Result<String, FindError> { unimplemented!() }
    /// The jobs of the table, ascending, cancelled ones included.
    pub fn jobs(&self) -> impl Iterator<Item = Job> + '_ { std::iter::empty() }
    /// One job of the table.
    pub fn job(&self, id: JobId) -> Option<Job> { unimplemented!() }
    /// The number that the next job gets.
    pub fn next_job(&self) -> JobId { unimplemented!() }
    /// Marks every vertex at a path; how many there are (0: no such path).
    pub fn set_status(&mut self, path: &str, status: Status) -> usize { unimplemented!() }
    /// The own status of every vertex at a path; empty if there is no such path.
    pub fn status(&self, path: &str) -> Vec<Status> { unimplemented!() }
    /// Sets a property on every vertex at a path; how many there are (0: no such path).
    pub fn set_property(&mut self, path: &str, key: &str, value: &str) -> usize { unimplemented!() }
    /// The graph, for listings and properties (`graph().vertices_at(path)`, `graph().properties(v)`).
    pub fn graph(&self) -> &Graph { unimplemented!() }
    /// How results are printed.
    pub fn match_format(&self) -> MatchFormat { unimplemented!() }
}
