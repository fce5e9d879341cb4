//! Giving back a part of what a job holds (`docs/semantics/state.md`, Partial cancel), an allocation or a
//! reservation alike: the reference refuses reservations. Everything is checked before anything changes.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_graph::VertexId;
use rustc_hash::FxHashSet;

use crate::change::action::{Action, Change};
use crate::change::remaining::remaining;
use crate::decision::Grant;
use crate::engine::Engine;
use crate::operation::JobId;
use crate::record::JobRecord;

/// What a job gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share<'a> {
    /// All that the job holds on these ranks, so that they are free: what it holds above them without a rank, such as
    /// a rack, it only passes through from then on. With the last rank everything goes.
    Ranks(&'a [u32]),
    /// Exactly these vertices.
    Vertices(&'a [VertexId]),
}

/// What is left of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remainder {
    /// The job still holds something.
    Something,
    /// Nothing: the job is cancelled.
    Nothing,
}

/// Why nothing was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartialCancelError {
    /// No live job has this number.
    #[error("nonexistent job {0}")]
    NoSuchJob(JobId),
    /// No rank was named.
    #[error("no rank is named")]
    NoRanks,
    /// No vertex has this rank.
    #[error("there is no rank {0}")]
    UnknownRank(u32),
    /// The job holds nothing on this rank.
    #[error("the job holds nothing on rank {0}")]
    NothingOnRank(u32),
    /// The job does not hold this vertex for itself.
    #[error("the job does not hold vertex {}", .0.0)]
    NotHeld(VertexId),
}

impl Engine {
    /// The change that gives back a part of what a job holds. Vertices above stay as long as something below them is
    /// held; a vertex held alone stays until it is itself given back, or opened for a rank. O(what the job holds).
    ///
    /// # Errors
    /// [`PartialCancelError`].
    pub fn decide_partial_cancel(
        &self,
        job: JobId,
        share: Share<'_>,
    ) -> Result<(Change, Remainder), PartialCancelError> {
        let record = self.live_job(job).ok_or(PartialCancelError::NoSuchJob(job))?;
        let released = match share {
            Share::Ranks(ranks) => self.opened(record, self.held_on(record, ranks)?),
            Share::Vertices(vertices) => held_among(record, vertices)?,
        };
        let grants = remaining(&record.grants, &released);
        let left = if grants.is_empty() { Remainder::Nothing } else { Remainder::Something };
        Ok((self.change(Action::Keep { job, grants: grants.into() }), left))
    }

    fn held_on(
        &self,
        record: &JobRecord,
        ranks: &[u32],
    ) -> Result<FxHashSet<VertexId>, PartialCancelError> {
        if ranks.is_empty() {
            return Err(PartialCancelError::NoRanks);
        }
        let vertices = self.site.graph.vertices();
        let mut found: BTreeMap<u32, bool> = ranks.iter().map(|&rank| (rank, false)).collect();
        let mut released = FxHashSet::default();
        for grant in record.grants.iter().filter(|g| g.exclusive) {
            let rank = u32::try_from(vertices[grant.vertex.index()].rank).ok();
            if let Some(found) = rank.and_then(|rank| found.get_mut(&rank)) {
                *found = true;
                released.insert(grant.vertex);
            }
        }
        let idle: BTreeSet<u32> = found.iter().filter(|(_, f)| !**f).map(|(&r, _)| r).collect();
        let Some(&first) = idle.first() else { return Ok(released) };
        let present = self.site.graph.vertex_ids().map(|v| vertices[v.index()].rank);
        let known: BTreeSet<u32> = present.filter_map(|rank| u32::try_from(rank).ok()).collect();
        let unknown = idle.iter().find(|rank| !known.contains(rank));
        Err(match unknown {
            Some(&rank) => PartialCancelError::UnknownRank(rank),
            None => PartialCancelError::NothingOnRank(first),
        })
    }
}

impl Engine {
    /// What is given back on ranks, with what the job holds above that without a rank. With the last rank everything
    /// goes.
    fn opened(&self, record: &JobRecord, mut released: FxHashSet<VertexId>) -> FxHashSet<VertexId> {
        let has_rank = |grant: &Grant| self.site.graph.vertex(grant.vertex).rank >= 0;
        let held = || record.grants.iter().filter(|grant| grant.exclusive);
        if !held().any(|grant| has_rank(grant) && !released.contains(&grant.vertex)) {
            return held().map(|grant| grant.vertex).collect();
        }
        // For each depth, whether something is released below the grant to come.
        let mut below: Vec<bool> = Vec::new();
        for grant in record.grants.iter() {
            let depth = grant.depth as usize;
            below.resize(below.len().max(depth + 2), false);
            let inside = std::mem::take(&mut below[depth + 1]);
            let is_released = released.contains(&grant.vertex);
            if inside && grant.exclusive && !has_rank(grant) {
                released.insert(grant.vertex);
            }
            below[depth] |= inside || is_released;
        }
        released
    }
}

fn held_among(
    record: &JobRecord,
    vertices: &[VertexId],
) -> Result<FxHashSet<VertexId>, PartialCancelError> {
    let held: FxHashSet<VertexId> =
        record.grants.iter().filter(|g| g.exclusive).map(|g| g.vertex).collect();
    let mut released = FxHashSet::default();
    for &vertex in vertices {
        if !held.contains(&vertex) || !released.insert(vertex) {
            return Err(PartialCancelError::NotHeld(vertex));
        }
    }
    Ok(released)
}
