//! Taking resources away while jobs run (`docs/semantics/state.md`, Shrink).

use fluxion_graph::VertexId;
use rustc_hash::FxHashSet;

use crate::change::action::{Action, Change};
use crate::change::prepared::{Made, Prepared};
use crate::change::remaining::remaining;
use crate::engine::Engine;
use crate::operation::JobId;
use crate::site::{SetupError, Site};

/// Why resources cannot be taken away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShrinkError {
    /// The root would go.
    #[error("the root of the graph cannot be removed")]
    Root,
    /// What would remain cannot be served.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// Jobs that lose something, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Those that lose all that they hold.
    pub cancelled: Vec<JobId>,
    /// Those that lose a part of it.
    pub released: Vec<JobId>,
}

impl Engine {
    /// The change that takes vertices out with all that lies below them. Jobs lose what they held there and keep the
    /// rest; a job that then holds nothing is cancelled. O(what goes) on a plain tree that keeps its form, else O(graph).
    ///
    /// # Errors
    /// [`ShrinkError`].
    pub fn decide_shrink(&mut self, vertices: &[VertexId]) -> Result<Change, ShrinkError> {
        let gone = self.with_all_below(vertices);
        if gone.binary_search(&self.site.tree.root()).is_ok() {
            return Err(ShrinkError::Root);
        }
        let action = Action::Shrink(gone.as_slice().into());
        if self.site.plan_cut(&gone).is_none() {
            let (site, numbers) = self.site_without(&gone)?;
            let made = Made::Site(Box::new(site), numbers);
            self.prepared = Some(Box::new(Prepared { action: action.clone(), made }));
        }
        Ok(self.change(action))
    }

    /// Vertices with all that lies below them, ascending. O(what is found) on a plain tree, else O(graph).
    pub fn with_all_below(&self, vertices: &[VertexId]) -> Vec<VertexId> {
        let Site { graph, tree, .. } = &self.site;
        let mut all: Vec<VertexId> = match tree.is_plain(graph) {
            true => vertices.iter().flat_map(|&v| tree.subtree(v)).copied().collect(),
            false => graph.with_descendants(vertices, tree.subsystem()).into_iter().collect(),
        };
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The first live job that holds, or passes through, one of some vertices, ascending. O(what they are) if there is none,
    /// else O(what all jobs hold).
    pub fn first_job_on(&self, vertices: &[VertexId]) -> Option<JobId> {
        self.jobs_on(vertices, vertices).first().copied()
    }

    /// What live jobs lose if some vertices, ascending and with all below them, are taken out. O(what they are) if there is no such
    /// job, else O(what all jobs hold).
    pub fn losses(&self, vertices: &[VertexId]) -> Losses {
        let mut losses = Losses::default();
        let jobs = self.jobs_on(vertices, vertices);
        if jobs.is_empty() {
            return losses;
        }
        let gone: FxHashSet<VertexId> = vertices.iter().copied().collect();
        for job in jobs {
            let keeps = self
                .live_job(job)
                .is_some_and(|record| !remaining(&record.grants, &gone).is_empty());
            if keeps { &mut losses.released } else { &mut losses.cancelled }.push(job);
        }
        losses
    }
}
