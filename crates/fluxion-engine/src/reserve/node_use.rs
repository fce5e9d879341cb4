//! What a job does at nodes, as runs of neighbours that it uses alike. Knows no time.

use std::ops::Range;

use fluxion_graph::VertexId;

use super::node_set::NodeNumber;
use super::nodes::Nodes;
use crate::decision::Grant;
use crate::site::Site;

/// Which nodes a job touches, and how many units it keeps from others below each: runs of neighbours that are used
/// alike.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct NodeUse {
    runs: Vec<Range<u32>>,
    /// Run by run, a column per counted type.
    units: Vec<u64>,
    /// How many nodes there are in all.
    pub(crate) count: usize,
}

impl NodeUse {
    /// What grants, children first, come to; none if they hold something above nodes.
    pub(super) fn of(site: &Site, nodes: &Nodes, grants: &[Grant]) -> Option<Self> {
        let rows = Rows::of(site, nodes, grants)?;
        let mut order: Vec<usize> = (0..rows.nodes.len()).collect();
        order.sort_by_key(|&at| rows.nodes[at]);
        let mut uses = Self { count: order.len(), ..Self::default() };
        for at in order {
            let (node, units) = (rows.nodes[at], &rows.units[at * rows.width..][..rows.width]);
            let alike = uses.units.ends_with(units);
            match uses.runs.last_mut() {
                Some(run) if alike && run.end == node.0 => run.end += 1,
                _ => {
                    uses.runs.push(node.0..node.0 + 1);
                    uses.units.extend(units);
                }
            }
        }
        Some(uses)
    }

    /// The nodes, in runs, with the units that are kept from others on each, by counted type.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Range<usize>, &[u64])> + '_ {
        self.runs().enumerate().map(|(at, run)| (run, self.row(at)))
    }

    /// The nodes, in runs.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.runs.iter().map(|run| run.start as usize..run.end as usize)
    }

    pub(super) fn row(&self, run: usize) -> &[u64] {
        let width = self.units.len().checked_div(self.runs.len()).unwrap_or(0);
        self.units.get(run * width..(run + 1) * width).unwrap_or(&[])
    }

    /// Each node with the number of its run.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, NodeNumber)> + '_ {
        let numbers =
            |(at, run): (usize, &Range<u32>)| run.clone().map(move |n| (at, NodeNumber(n)));
        self.runs.iter().enumerate().flat_map(numbers)
    }
}

/// What a job does on each node, as it comes.
struct Rows {
    nodes: Vec<NodeNumber>,
    units: Vec<u64>,
    width: usize,
}

impl Rows {
    fn of(site: &Site, nodes: &Nodes, grants: &[Grant]) -> Option<Self> {
        let width = site.layout.counted.width();
        let mut rows = Self { nodes: Vec::new(), units: Vec::new(), width };
        let Some(node) = site.graph.type_id("node") else { return Some(rows) };
        // the depth of the node, and of the held vertex, that the walk is below of
        let (mut inside, mut held) = (None, u16::MAX);
        for grant in grants.iter().rev() {
            if grant.depth > held {
                continue;
            }
            held = u16::MAX;
            inside = inside.filter(|&depth| depth < grant.depth);
            let is_node = inside.is_none() && site.graph.vertex(grant.vertex).ty == node;
            if is_node {
                inside = Some(grant.depth);
                rows.nodes.push(nodes.number(site, grant.vertex)?);
                rows.units.resize(rows.nodes.len() * width, 0);
            }
            if !grant.exclusive {
                continue;
            }
            if inside.is_none() {
                if site.layout.inner(grant.vertex).is_some() {
                    return None;
                }
                continue;
            }
            held = grant.depth;
            rows.count_below(site, grant.vertex);
            if !is_node {
                rows.count(site, grant.vertex);
            }
        }
        Some(rows)
    }

    /// The units that the job keeps from others below the last node.
    fn last_row(&mut self) -> &mut [u64] {
        let start = self.units.len() - self.width;
        &mut self.units[start..]
    }

    /// Counts what lies below a vertex.
    fn count_below(&mut self, site: &Site, vertex: VertexId) {
        if let Some(inner) = site.layout.inner(vertex) {
            let below = &site.layout.totals[inner * self.width..];
            self.last_row().iter_mut().zip(below).for_each(|(units, below)| *units += below);
        }
    }

    /// Counts a vertex.
    fn count(&mut self, site: &Site, vertex: VertexId) {
        let pool = site.graph.vertex(vertex);
        if let Some(column) = site.layout.counted.column(pool.ty) {
            self.last_row()[column] += u64::from(pool.size);
        }
    }
}
