//! The nodes of a graph under numbers of their own: neighbours have neighbouring numbers. Knows nothing of jobs.

use std::ops::Range;

use fluxion_graph::VertexId;

use super::node_set::{NodeNumber, NodeSet};
use crate::bitmap::Bitmap;
use crate::site::Site;

/// The nodes of a graph that have an ordinal and something below them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nodes {
    /// By number: the dense number among the inner vertices, and the ordinal.
    inner: Vec<u32>,
    ordinals: Vec<u32>,
    /// By dense number among the inner vertices; [`NONE`] for what is no node.
    numbers: Vec<u32>,
    /// Numbers whose ordinals follow one another.
    stretches: Vec<Range<usize>>,
    /// How many nodes have no number.
    pub(crate) unnumbered: u64,
}

const NONE: u32 = u32::MAX;

impl Nodes {
    /// O(vertices).
    pub(crate) fn of(site: &Site) -> Self {
        let Some(node) = site.graph.type_id("node") else { return Self::default() };
        let mut nodes = Self { numbers: vec![NONE; site.layout.inner_count()], ..Self::default() };
        for &vertex in site.tree.order().iter().filter(|&&v| site.graph.vertex(v).ty == node) {
            match site.layout.ordinal(vertex).filter(|_| site.layout.inner(vertex).is_some()) {
                Some(ordinal) => nodes.ordinals.push(ordinal as u32),
                None => nodes.unnumbered += 1,
            }
        }
        nodes.ordinals.sort_unstable();
        for (number, &ordinal) in nodes.ordinals.iter().enumerate() {
            let Some(inner) = site.layout.inner(site.layout.vertex_at(ordinal as usize)) else {
                continue;
            };
            nodes.inner.push(inner as u32);
            nodes.numbers[inner] = number as u32;
            match nodes.stretches.last_mut() {
                Some(last)
                    if nodes.ordinals[last.start] as usize + last.len() == ordinal as usize =>
                {
                    last.end += 1;
                }
                _ => nodes.stretches.push(number..number + 1),
            }
        }
        nodes
    }

    pub(crate) fn len(&self) -> usize {
        self.ordinals.len()
    }

    /// The number of a node.
    pub(crate) fn number(&self, site: &Site, vertex: VertexId) -> Option<NodeNumber> {
        let number = *self.numbers.get(site.layout.inner(vertex)?)?;
        (number != NONE).then_some(NodeNumber(number))
    }

    pub(crate) fn vertex(&self, site: &Site, node: NodeNumber) -> VertexId {
        site.layout.vertex_at(self.ordinals[node.index()] as usize)
    }

    /// The dense number of a node among the inner vertices.
    pub(crate) fn inner_of(&self, node: NodeNumber) -> usize {
        self.inner[node.index()] as usize
    }

    /// The dense numbers of nodes among the inner vertices.
    pub(crate) fn inner(&self, numbers: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        self.inner[numbers].iter().map(|&inner| inner as usize)
    }

    /// The nodes at some ordinals.
    pub(crate) fn at(&self, ordinals: &Bitmap) -> NodeSet {
        let mut set = NodeSet::empty(self.len());
        for stretch in &self.stretches {
            let first = self.ordinals[stretch.start] as usize;
            let bits = ordinals.bits_in(first..first + stretch.len());
            for (at, bits) in stretch.clone().step_by(64).zip(bits) {
                set.insert_bits(at, bits);
            }
        }
        set
    }

    /// Makes the ordinals of some nodes, and no others of nodes, members.
    pub(crate) fn write_ordinals(&self, set: &NodeSet, ordinals: &mut Bitmap) {
        for stretch in &self.stretches {
            let first = self.ordinals[stretch.start] as usize;
            ordinals.write_bits(first..first + stretch.len(), |numbers| {
                set.bits(stretch.start + numbers.start..stretch.start + numbers.end)
            });
        }
    }
}
