//! Windows: which vertices they mean, and what it comes to that one is set or ends (`docs/semantics/windows.md`).

use std::sync::Arc;

use fluxion_budget::{Budget, Stopped};
use fluxion_engine::{
    Change, Conflict, ConflictRules, Criteria, MatchOperation, NoSuchWindow, Window, WindowRefusal,
    most_terms,
};
use fluxion_graph::{TimeWindow, VertexId};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::decided::Decided;
use crate::errors::{FindError, MatchError, StatusError};
use crate::status::StatusTarget;

/// The vertices that a window is to be about: all that are named in any of these ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowTargets {
    /// All vertices at these paths.
    pub paths: Vec<String>,
    /// The nodes of these ranks, an idset; none if empty.
    pub ranks: String,
    /// What a find finds; nothing if empty.
    pub criteria: String,
    /// What a jobspec gets in the time of the window; nothing if empty.
    pub jobspec: String,
}

/// A job that a window meets, with the path of what it holds there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedConflict {
    /// Which job, and what becomes of it.
    pub conflict: Conflict,
    /// The path of the first vertex that it holds.
    pub path: Box<str>,
}

/// Why a window is not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// A path or rank means nothing.
    #[error(transparent)]
    Target(#[from] StatusError),
    /// The criteria.
    #[error(transparent)]
    Criteria(#[from] FindError),
    /// The jobspec finds nothing, or cannot be used.
    #[error(transparent)]
    Jobspec(#[from] MatchError),
    /// The budget ended before.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// Nothing is meant.
    #[error("no vertex is meant")]
    NoVertices,
    /// A jobspec needs a time for which it is looked for.
    #[error("expected a span or a recurrence: a jobspec chooses vertices for a time")]
    JobspecWithoutTime,
    /// Jobs are in the way.
    #[error("{}", in_the_way(.0))]
    Jobs(Vec<NamedConflict>),
    /// It would overlap with another window, and one of both does not allow it.
    #[error("it would overlap with the window `{name}` at {path}")]
    Overlap {
        /// The other window.
        name: Arc<str>,
        /// Where.
        path: String,
    },
    /// Its times, or the rules for conflicts.
    #[error(transparent)]
    Refused(WindowRefusal),
}

fn in_the_way(conflicts: &[NamedConflict]) -> String {
    use fluxion_engine::Fate;
    let blocking = conflicts.iter().filter(|named| named.conflict.fate == Fate::InTheWay);
    let jobs: Vec<String> = blocking.map(|named| named.conflict.job.to_string()).collect();
    let first = jobs.iter().take(16).cloned().collect::<Vec<_>>().join(", ");
    match jobs.len() {
        1 => format!("job {first} is in the way"),
        count @ 2..=16 => format!("{count} jobs are in the way: {first}"),
        count => format!("{count} jobs are in the way: {first}, and others"),
    }
}

impl Context {
    /// The vertices that a window is to be about, ascending, without those below others of them. `time` is when a
    /// jobspec looks for a place.
    ///
    /// # Errors
    /// [`WindowError`].
    pub fn window_roots(
        &mut self,
        targets: &WindowTargets,
        time: Option<TimeWindow>,
        budget: &Budget,
    ) -> Result<Vec<VertexId>, WindowError> {
        let mut vertices = Vec::new();
        for path in &targets.paths {
            vertices.extend(self.meant(StatusTarget::Path(path))?);
        }
        if !targets.ranks.is_empty() {
            vertices.extend(self.meant(StatusTarget::Ranks(&targets.ranks))?);
        }
        if !targets.criteria.is_empty() {
            vertices.extend(self.found_by(&targets.criteria, budget)?);
        }
        if !targets.jobspec.is_empty() {
            let time = time.ok_or(WindowError::JobspecWithoutTime)?;
            vertices.extend(self.place_for(&targets.jobspec, time, budget)?);
        }
        let roots = self.tops_of(vertices);
        if roots.is_empty() { Err(WindowError::NoVertices) } else { Ok(roots) }
    }

    fn found_by(&self, criteria: &str, budget: &Budget) -> Result<Vec<VertexId>, WindowError> {
        let parsed: Criteria = criteria.parse().map_err(FindError::from)?;
        let (terms, most) = (parsed.tests(), most_terms(self.graph().vertex_count()));
        if terms > most {
            return Err(FindError::TooManyTerms { terms, most }.into());
        }
        Ok(self.engine.find(&parsed, 0, budget)?.holding)
    }

    /// What a jobspec would get to itself in a time.
    fn place_for(
        &mut self,
        jobspec: &str,
        time: TimeWindow,
        budget: &Budget,
    ) -> Result<Vec<VertexId>, WindowError> {
        let job = self.next_job();
        let jobspec = self.recent.read(jobspec, self.engine.graph());
        let jobspec = jobspec.map_err(|error| MatchError::new(job, error))?;
        let mut jobspec = fluxion_jobspec::Jobspec::clone(&jobspec);
        jobspec.duration = (time.end - time.start) as f64;
        let budget = budget.clone().with_visits(self.max_visits.min(budget.visits()));
        let operation = MatchOperation::WithoutAllocating;
        let decided = self.engine.decide(operation, &jobspec, time.start, &budget);
        let decision = decided.map_err(|refusal| MatchError::new(job, refusal))?;
        let held = decision.iter().flat_map(|decision| decision.grants());
        Ok(held.filter(|grant| grant.exclusive).map(|grant| grant.vertex).collect())
    }

    /// Those of some vertices that are below no other one of them, ascending.
    fn tops_of(&self, mut vertices: Vec<VertexId>) -> Vec<VertexId> {
        vertices.sort_unstable();
        vertices.dedup();
        let all: FxHashSet<VertexId> = vertices.iter().copied().collect();
        let tree = self.engine.tree();
        vertices.retain(|&vertex| !tree.ancestors(vertex).any(|above| all.contains(&above)));
        vertices
    }

    /// What it comes to that a window is set: the jobs that it meets. `now` in seconds. O(what all jobs hold in its time).
    ///
    /// # Errors
    /// [`WindowError`].
    pub fn decide_window(
        &self,
        window: Window,
        rules: ConflictRules,
        now: i64,
    ) -> Result<Decided<Vec<NamedConflict>>, WindowError> {
        match self.engine.decide_window(window, rules, now) {
            Ok((change, conflicts)) => Ok(Decided::changing(self.named(conflicts), change)),
            Err(WindowRefusal::Jobs(conflicts)) => Err(WindowError::Jobs(self.named(conflicts))),
            Err(WindowRefusal::Windows { name, vertex }) => {
                Err(WindowError::Overlap { name, path: self.name_of(vertex) })
            }
            Err(WindowRefusal::NoVertices) => Err(WindowError::NoVertices),
            Err(refusal) => Err(WindowError::Refused(refusal)),
        }
    }

    fn named(&self, conflicts: Vec<Conflict>) -> Vec<NamedConflict> {
        let named = |conflict: Conflict| NamedConflict {
            conflict,
            path: self.name_of(conflict.vertex).into(),
        };
        conflicts.into_iter().map(named).collect()
    }

    /// The change by which a window ends.
    ///
    /// # Errors
    /// [`NoSuchWindow`].
    pub fn decide_end_of_window(&self, name: &str) -> Result<Change, NoSuchWindow> {
        self.engine.decide_end_of_window(name)
    }

    /// The windows, by name.
    pub fn windows(&self) -> impl Iterator<Item = &Arc<Window>> {
        self.engine.windows()
    }

    /// A window by its name.
    pub fn window(&self, name: &str) -> Option<&Arc<Window>> {
        self.engine.window(name)
    }

    /// The jobs that hold something of a window in its time, from `now` on. O(what all jobs hold then).
    pub fn conflicts_of(&self, window: &Window, now: i64) -> Vec<NamedConflict> {
        self.named(self.engine.conflicts_of(window, now))
    }

    /// The paths of the first of the vertices of a window.
    pub fn window_paths(&self, window: &Window, most: usize) -> Vec<String> {
        window.roots.iter().take(most).map(|&root| self.name_of(root)).collect()
    }
}
