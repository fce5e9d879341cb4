//! From the grants of a job, children first, to what it adds to the planners above them.

use fluxion_graph::{TypeId, VertexId};
use rustc_hash::FxHashMap;

use crate::decision::Grant;
use crate::site::Site;

/// The amounts that a job adds to the planner of each inner vertex (`docs/semantics/state.md`, Amounts in
/// filters): a running sum over the grants, which come children first.
#[derive(Default)]
pub(crate) struct UseRows {
    /// Per open depth: units of each type below, sparse.
    below: Vec<Vec<(TypeId, u64)>>,
    row: Vec<u64>,
    /// Where the grant before was entered, if it was a leaf: leaves come in runs.
    run: Option<Run>,
}

#[derive(Clone, Copy)]
struct Run {
    depth: u16,
    ty: TypeId,
    /// The index of the type among those of the depth, if a filter tracks it.
    at: Option<usize>,
}

impl UseRows {
    /// Calls a function with each grant of an inner vertex, children first as they come, and the row of its planner.
    pub(crate) fn each(
        mut self,
        site: &Site,
        grants: &[Grant],
        mut act: impl FnMut(&Grant, &[u64]),
    ) {
        let mut rest = grants;
        while let [grant, after @ ..] = rest {
            rest = after;
            if let Some(row) = self.enter(site, grant) {
                act(grant, row);
            } else if let Some(run) = self.run {
                rest = self.pass(site, run, rest);
            }
        }
    }

    /// Counts the leaves that go on with a run; what follows them.
    fn pass<'g>(&mut self, site: &Site, run: Run, grants: &'g [Grant]) -> &'g [Grant] {
        let goes_on = |grant: &&Grant| {
            grant.depth == run.depth
                && site.graph.vertex(grant.vertex).ty == run.ty
                && !site.layout.inner.contains(grant.vertex)
        };
        let leaves = grants.iter().take_while(goes_on);
        let (count, units) =
            leaves.fold((0, 0), |(count, units), leaf| (count + 1, units + own_units(site, leaf)));
        if let Some(at) = run.at {
            self.below[run.depth as usize][at].1 += units;
        }
        &grants[count..]
    }

    /// The row of the grant's planner; none for a leaf.
    fn enter(&mut self, site: &Site, grant: &Grant) -> Option<&[u64]> {
        let inner = site.layout.inner.contains(grant.vertex);
        let depth = grant.depth as usize;
        if self.below.len() < depth + 2 {
            self.below.resize_with(depth + 2, Vec::new);
        }
        let ty = site.graph.vertex(grant.vertex).ty;
        let tracked = site.filters.is_tracked(ty);
        let at = tracked.then(|| merge(&mut self.below[depth], ty, own_units(site, grant)));
        let leaf = !inner && self.below[depth + 1].is_empty();
        self.run = leaf.then_some(Run { depth: grant.depth, ty, at });
        if leaf {
            return None;
        }
        let children = std::mem::take(&mut self.below[depth + 1]);
        for &(ty, units) in &children {
            merge(&mut self.below[depth], ty, units);
        }
        if inner {
            let units = |ty| children.iter().find(|(t, _)| *t == ty).map_or(0, |&(_, n)| n);
            self.row.clear();
            self.row.extend([1, u64::from(!children.is_empty())]);
            self.row.extend(site.filters.of(ty).map(units));
        }
        self.below[depth + 1] = children;
        self.below[depth + 1].clear();
        inner.then_some(&self.row)
    }
}

/// What a job adds to the filters of the vertices where it has a span.
pub(crate) fn filter_spans(site: &Site, grants: &[Grant]) -> FxHashMap<VertexId, Vec<u64>> {
    let mut spans = FxHashMap::default();
    UseRows::default().each(site, grants, |grant, row| {
        if let [_, 1, amounts @ ..] = row
            && site.filters.of(site.graph.vertex(grant.vertex).ty).next().is_some()
        {
            spans.insert(grant.vertex, amounts.to_vec());
        }
    });
    spans
}

/// What a grant itself uses: a shared vertex of a tracked type counts as nothing, but makes a span.
fn own_units(site: &Site, grant: &Grant) -> u64 {
    if grant.exclusive { u64::from(site.graph.vertex(grant.vertex).size) } else { 0 }
}

/// Adds units of a type; the index of the type.
fn merge(into: &mut Vec<(TypeId, u64)>, ty: TypeId, units: u64) -> usize {
    let at = into.iter().position(|&(t, _)| t == ty).unwrap_or(into.len());
    match into.get_mut(at) {
        Some(entry) => entry.1 += units,
        None => into.push((ty, units)),
    }
    at
}
