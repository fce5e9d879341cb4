//! A context as plain data: to be written down, and taken into service again with the options by which it was loaded.

use fluxion_engine::{Engine, EngineParts, JobId, ResumeError};
use fluxion_graph::{Graph, GraphParts, InvalidParts};

use crate::context::{Context, engine_options, guarded};
use crate::errors::LoadError;
use crate::options::Options;
use crate::recent_jobspecs::RecentJobspecs;

/// Why a context cannot be made of its parts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeFault {
    /// An option says nothing.
    #[error(transparent)]
    Options(#[from] LoadError),
    /// The graph.
    #[error(transparent)]
    Graph(#[from] InvalidParts),
    /// What is booked on it.
    #[error(transparent)]
    Engine(#[from] ResumeError),
}

impl Context {
    /// All that the context is beside its options. O(graph + what the jobs hold).
    pub fn parts(&self) -> (GraphParts<'_>, EngineParts) {
        (self.graph().parts(), self.engine.parts())
    }

    /// The context that had these parts, loaded with the same options. O(graph + what the jobs hold).
    ///
    /// # Errors
    /// [`ResumeFault`].
    pub fn resume(
        graph: &GraphParts<'_>,
        engine: EngineParts,
        options: &Options,
    ) -> Result<Self, ResumeFault> {
        let setup = engine_options(options)?;
        let engine = Engine::resume(Graph::from_parts(graph)?, &setup, engine)?;
        let engine = guarded(engine, options);
        let recent = RecentJobspecs::default();
        let (format, max_visits) = (options.match_format, options.max_visits);
        Ok(Self { engine, format, recent, max_visits })
    }

    /// The next job gets this number, as a record says it.
    ///
    /// # Errors
    /// [`ResumeError::Job`] if a live job has it.
    pub fn number_next(&mut self, next: JobId) -> Result<(), ResumeError> {
        self.engine.number_next(next)
    }
}
