//! The nodes that windows keep from a request while the time moves on for which it is asked: they change with the set of
//! windows, not with every time.

use std::borrow::Cow;
use std::sync::Arc;

use super::node_set::{NodeNumber, NodeSet};
use super::nodes::Nodes;
use crate::calendar::gate::Gate;
use crate::site::Site;

/// How many sets of nodes are remembered.
const MOST: usize = 8;

/// Those of one time; none if there are none.
#[derive(Clone, Default)]
pub(super) struct Shut(Option<Arc<NodeSet>>);

impl Shut {
    pub(super) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Those of 64 nodes that are left.
    pub(super) fn left_in(&self, word: usize) -> u64 {
        self.0.as_ref().map_or(u64::MAX, |shut| !shut.word(word))
    }

    /// Those of some nodes that are left.
    pub(super) fn left_of<'n>(&self, nodes: &'n NodeSet) -> Cow<'n, NodeSet> {
        match &self.0 {
            None => Cow::Borrowed(nodes),
            Some(shut) => Cow::Owned(nodes.without(shut)),
        }
    }

    /// Whether so many of some nodes are left, of which there are as many.
    pub(super) fn leaves(&self, count: u64, nodes: &NodeSet) -> bool {
        let words = || nodes.words().iter().enumerate();
        let left = |(at, word): (usize, &u64)| u64::from((word & self.left_in(at)).count_ones());
        self.is_none() || words().map(left).sum::<u64>() >= count
    }
}

/// See the module documentation.
pub(super) struct ShutNodes<'a> {
    site: &'a Site,
    nodes: &'a Nodes,
    /// Whether nothing below a node may be barred either.
    alone: bool,
    /// By number of what is barred.
    known: Vec<(u64, Arc<NodeSet>)>,
    /// The times at which windows stop keeping the request out.
    openings: Vec<i64>,
}

impl<'a> ShutNodes<'a> {
    /// For times after `now`.
    pub(super) fn new(site: &'a Site, nodes: &'a Nodes, alone: bool, openings: Vec<i64>) -> Self {
        Self { site, nodes, alone, known: Vec::new(), openings }
    }

    /// Those of some time.
    pub(super) fn during(&mut self, gate: &mut Gate<'_>, start: i64, end: i64) -> Shut {
        let Some(barred) = gate.during(self.site, start, end) else { return Shut::default() };
        if let Some((_, nodes)) = self.known.iter().find(|(known, _)| *known == barred.serial()) {
            return Shut(Some(Arc::clone(nodes)));
        }
        let mut shut = NodeSet::empty(self.nodes.len());
        for node in (0..self.nodes.len() as u32).map(NodeNumber) {
            let vertex = self.nodes.vertex(self.site, node);
            if barred.covers(vertex) || (self.alone && barred.is_above(vertex)) {
                shut.insert(node);
            }
        }
        let shut = Arc::new(shut);
        if self.known.len() == MOST {
            self.known.remove(0);
        }
        self.known.push((barred.serial(), Arc::clone(&shut)));
        Shut(Some(shut))
    }

    /// Whether so many of all nodes are left during some time.
    pub(super) fn leave(&mut self, gate: &mut Gate<'_>, start: i64, end: i64, count: u64) -> bool {
        let all = NodeSet::full(self.nodes.len());
        self.during(gate, start, end).leaves(count, &all)
    }

    /// The first time after another at which a window stops keeping the request out.
    pub(super) fn opening_after(&self, time: i64) -> Option<i64> {
        self.openings.get(self.openings.partition_point(|&opening| opening <= time)).copied()
    }
}
