//! What a live job holds, printed again.

use std::collections::BTreeMap;

use fluxion_budget::Budget;
use fluxion_engine::{Decision, Grant, JobId, JobRecord};
use fluxion_formats::write::WriteError;
use fluxion_graph::{PickedEdge, PickedVertex, Selection, VertexId};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::options::MatchFormat;

/// The resources of a job cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldingsError {
    /// The job was never placed, or was cancelled.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// They cannot be printed in the format.
    #[error(transparent)]
    Writer(#[from] WriteError),
}

impl Context {
    /// What a live job holds now, in `format`, as a match would print it; of pools that jobs share the whole size
    /// is shown, and labels and the queue of the jobspec are not known any more. O(what the job holds).
    ///
    /// # Errors
    /// [`HoldingsError`].
    pub fn holdings(
        &self,
        job: JobId,
        format: MatchFormat,
        budget: &Budget,
    ) -> Result<String, HoldingsError> {
        let record = self.engine.job(job).filter(|r| r.state.is_live());
        let record = record.ok_or(HoldingsError::NoSuchJob(job))?;
        let decision = Decision { selection: self.selection(record), window: record.window };
        Ok(self.print_decision(&decision, format, budget)?)
    }

    /// What a live job has for itself now: vertices by type, without those below others of them; nothing of any other job.
    /// O(what the job holds).
    pub fn held_by_type(&self, job: JobId) -> BTreeMap<&str, u64> {
        let mut held = BTreeMap::new();
        let Some(record) = self.engine.job(job) else { return held };
        let graph = self.engine.graph();
        for picked in self.selection(record).vertices {
            if picked.exclusive && !picked.below_exclusive {
                *held.entry(graph.type_name(graph.vertex(picked.vertex).ty)).or_default() += 1;
            }
        }
        held
    }

    fn selection(&self, record: &JobRecord) -> Selection {
        let (graph, tree) = (self.engine.graph(), self.engine.tree());
        let listed = || record.grants.iter().filter(|grant| !grant.unlisted);
        let alone: FxHashSet<VertexId> =
            listed().filter(|g| g.exclusive).map(|g| g.vertex).collect();
        let below = |vertex| tree.parent(vertex).is_some_and(|parent| alone.contains(&parent));
        let pick = |grant: &Grant| PickedVertex {
            vertex: grant.vertex,
            amount: graph.vertex(grant.vertex).size,
            depth: grant.depth.into(),
            exclusive: grant.exclusive,
            below_exclusive: below(grant.vertex),
        };
        let edge = |grant: &Grant| {
            let edge = tree.edge_to(grant.vertex)?;
            Some(PickedEdge { edge, below_exclusive: below(grant.vertex) })
        };
        Selection {
            vertices: listed().map(pick).collect(),
            edges: listed().filter_map(edge).collect(),
        }
    }
}
