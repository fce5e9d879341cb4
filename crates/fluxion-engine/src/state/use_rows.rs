//! From the grants of a job, children first, to what it adds to the planners above them.

use fluxion_graph::TypeId;

use crate::choice::decision::Grant;
use crate::site::Site;

/// The amounts that a job adds to the planner of each inner vertex (chapter 06, section 1.3): a running sum
/// over the grants, which come children first.
#[derive(Default)]
pub(crate) struct UseRows {
    /// Per open depth: units of each type below, sparse.
    below: Vec<Vec<(TypeId, u64)>>,
    row: Vec<u64>,
}

impl UseRows {
    /// The row of the grant's planner; none for a leaf. Grants must be fed in order.
    pub(crate) fn of(&mut self, site: &Site, grant: &Grant) -> Option<&[u64]> {
        let depth = grant.depth as usize;
        if self.below.len() < depth + 2 {
            self.below.resize_with(depth + 2, Vec::new);
        }
        let pool = site.graph.vertex(grant.vertex);
        if site.filters.is_tracked(pool.ty) {
            // a shared vertex of a tracked type counts as nothing, but makes a span
            let own = if grant.exclusive { u64::from(pool.size) } else { 0 };
            merge(&mut self.below[depth], pool.ty, own);
        }
        let inner = site.layout.inner(grant.vertex).is_some();
        if !inner && self.below[depth + 1].is_empty() {
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
            self.row.extend(site.filters.of(pool.ty).map(units));
        }
        self.below[depth + 1] = children;
        self.below[depth + 1].clear();
        inner.then_some(&self.row)
    }
}

fn merge(into: &mut Vec<(TypeId, u64)>, ty: TypeId, units: u64) {
    match into.iter_mut().find(|(t, _)| *t == ty) {
        Some(entry) => entry.1 += units,
        None => into.push((ty, units)),
    }
}
