//! Which nodes could serve a request at all, and what is free on them now.

use super::node_set::{NodeNumber, NodeSet};
use super::nodes::Nodes;
use crate::request::constraint_mask::ConstraintMask;
use crate::request::node_need::NodeNeed;
use crate::site::Site;
use crate::state::State;

/// The present time, at which the figures of the state hold.
pub(super) struct Present<'a> {
    pub(super) site: &'a Site,
    pub(super) state: &'a State,
    pub(super) nodes: &'a Nodes,
    pub(super) need: &'a NodeNeed,
}

impl Present<'_> {
    /// The nodes that are up and accepted, and, if they must be alone, large enough.
    pub(super) fn usable(&self, constraint: Option<&ConstraintMask>) -> NodeSet {
        let mut usable = match constraint {
            Some(constraint) => self.nodes.at(constraint.ordinals()),
            None => NodeSet::full(self.nodes.len()),
        };
        if self.need.alone || self.state.down().has_any() {
            let unfit: Vec<NodeNumber> = usable.members().filter(|&n| !self.is_fit(n)).collect();
            for node in unfit {
                usable.remove(node);
            }
        }
        usable
    }

    fn is_fit(&self, node: NodeNumber) -> bool {
        let down = self.state.down();
        let is_down = down.has_any() && down.covers(self.nodes.vertex(self.site, node));
        !is_down && (!self.need.alone || self.is_large(node))
    }

    fn is_large(&self, node: NodeNumber) -> bool {
        let layout = &self.site.layout;
        let totals = &layout.totals[self.nodes.inner_of(node) * layout.counted.width()..];
        self.need.needs.iter().all(|&(column, units)| totals[column] >= units)
    }

    /// Those of usable nodes with something down below them.
    pub(super) fn unsure(&self, usable: &NodeSet) -> NodeSet {
        let (tree, down) = (&self.site.tree, self.state.down());
        let mut unsure = NodeSet::empty(self.nodes.len());
        if down.has_any() {
            let below =
                |&node: &NodeNumber| down.has_own_below(tree, self.nodes.vertex(self.site, node));
            usable.members().filter(below).for_each(|node| unsure.insert(node));
        }
        unsure
    }

    /// Jobs on usable nodes: if they must be alone, those that are there now, else none yet.
    pub(super) fn fill_touched(&self, touched: &mut Vec<u32>, usable: &NodeSet) {
        touched.resize(self.nodes.len(), 0);
        for run in usable.runs() {
            let touched = &mut touched[run.clone()];
            if self.need.alone {
                let now = self.nodes.inner(run).map(|inner| self.state.touching(inner));
                touched.iter_mut().zip(now).for_each(|(jobs, now)| *jobs = now);
            } else {
                touched.fill(0);
            }
        }
    }

    /// What is free below usable nodes now, if they may be shared: for each of the needs, node by node.
    pub(super) fn fill_free(&self, free: &mut Vec<i64>, usable: &NodeSet) {
        if self.need.alone {
            return;
        }
        let (width, len) = (self.site.layout.counted.width(), self.nodes.len());
        free.resize(free.len().max(self.need.needs.len() * len), 0);
        for (row, &(column, _)) in self.need.needs.iter().enumerate() {
            for run in usable.runs() {
                let free = &mut free[row * len..][run.clone()];
                let figures = self.nodes.inner(run).map(|inner| inner * width + column);
                let now = figures.map(|figure| self.state.free()[figure] as i64);
                free.iter_mut().zip(now).for_each(|(free, now)| *free = now);
            }
        }
    }
}
