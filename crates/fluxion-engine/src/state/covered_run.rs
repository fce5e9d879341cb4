//! Most of what a job holds lies below something that it holds, too: such vertices are marked in runs.

use std::ops::Range;

use fluxion_graph::VertexId;

use crate::site::Site;
use crate::state::State;
use crate::state::marks::Marked;
use crate::state::observer::StateObserver;

/// Vertices that are still to be marked, and below which nothing changes by that.
#[derive(Clone, Debug, Default)]
pub(super) struct CoveredRun {
    ids: Range<u32>,
    /// All that is below a vertex that an allocation holds, or one above it.
    covered: Range<u32>,
}

impl CoveredRun {
    /// Takes in a neighbour.
    #[inline]
    fn takes_in(&mut self, VertexId(id): VertexId) -> bool {
        if !self.covered.contains(&id) {
            return false;
        }
        let (before, after) = (id + 1 == self.ids.start, id == self.ids.end);
        self.ids.start -= u32::from(before);
        self.ids.end += u32::from(after);
        before || after
    }
}

impl State {
    /// [`State::hold`] for one vertex after the other, with [`State::end_run`] after the last.
    #[inline]
    pub(super) fn hold_next(
        &mut self,
        run: &mut CoveredRun,
        site: &Site,
        vertex: VertexId,
        marked: Marked,
        observer: &mut impl StateObserver,
    ) {
        if run.takes_in(vertex) {
            return;
        }
        if !run.ids.is_empty() {
            self.end_run(std::mem::take(run), site, marked, observer);
        }
        match self.covered_with(site, vertex) {
            Some(covered) => *run = CoveredRun { ids: vertex.0..vertex.0 + 1, covered },
            None => self.hold(site, vertex, marked, observer),
        }
    }

    /// Does what is still to be done.
    pub(super) fn end_run(
        &mut self,
        CoveredRun { ids, .. }: CoveredRun,
        site: &Site,
        marked: Marked,
        observer: &mut impl StateObserver,
    ) {
        if !ids.is_empty() && !self.held.change_own(ids.clone(), marked) {
            ids.for_each(|id| self.hold(site, VertexId(id), marked, observer));
        }
    }

    /// What is below the parent of a vertex, if an allocation holds that, or one above it.
    fn covered_with(&self, site: &Site, vertex: VertexId) -> Option<Range<u32>> {
        if !site.tree.is_tree() {
            return None;
        }
        let parent = site.tree.parent(vertex).filter(|&parent| self.held.covers(parent))?;
        let ids = site.tree.id_range(parent)?;
        Some(ids.start + 1..ids.end)
    }
}
