//! Taking resources away while jobs run (chapter 06, section 10).

use fluxion_graph::{Graph, VertexId};

use crate::change::remaining::remaining;
use crate::engine::{Engine, SetupError};
use crate::operation::JobState;

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

impl Engine {
    /// Takes vertices out with all that lies below them. Jobs lose what they held there and keep the rest; a job
    /// that then holds nothing is cancelled. O(graph + what the jobs hold).
    ///
    /// # Errors
    /// [`ShrinkError`]; nothing has changed.
    pub fn shrink(&mut self, vertices: &[VertexId]) -> Result<(), ShrinkError> {
        let tree = &self.site.tree;
        let removed = self.site.graph.with_descendants(vertices, tree.subsystem());
        if removed.contains(&tree.root()) {
            return Err(ShrinkError::Root);
        }
        let mut graph = Graph::clone(&self.site.graph);
        graph.remove_vertices(&removed);
        let site = self.site_for(graph)?;
        for record in self.jobs.values_mut() {
            if !record.grants.iter().any(|g| removed.contains(&g.vertex)) {
                continue;
            }
            record.grants = remaining(&record.grants, &removed).into();
            if record.grants.is_empty() {
                record.state = JobState::Canceled;
            }
        }
        self.move_to(site);
        Ok(())
    }
}
