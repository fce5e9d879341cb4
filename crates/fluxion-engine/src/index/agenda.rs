//! When jobs come and go, node by node: so that a search for the earliest time passes over the times at which too
//! few nodes could serve, and over the nodes that could not.
//!
//! Kept true by [`State`](crate::state::State) from the first question on; only told what can never be wrong: a node
//! that does not fit here cannot serve, one that fits may turn out not to.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluxion_graph::VertexId;
use rustc_hash::FxHashMap;

use crate::choice::decision::Grant;
use crate::operation::JobId;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::state::Booking;
use crate::state::claims::Hold;

/// A node by its dense number, and by its place among the children of all vertices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) inner: u32,
    pub(crate) place: u32,
}

impl Node {
    fn of(site: &Site, vertex: VertexId) -> Option<Self> {
        let (inner, place) = (site.layout.inner(vertex)?, site.layout.place(vertex)?);
        Some(Self { inner: inner as u32, place: place as u32 })
    }
}

/// Which nodes a job touches, and how many units it keeps from others below each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct NodeUse {
    pub(crate) nodes: Vec<Node>,
    /// Row by row, a column per counted type.
    units: Vec<u64>,
}

/// A job of the agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) start: i64,
    pub(crate) hold: Hold,
    pub(crate) uses: Arc<NodeUse>,
}

/// The live jobs in order of time. See the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agenda {
    pub(crate) by_end: BTreeMap<(i64, JobId), Entry>,
    /// Jobs besides allocations, which have started.
    pub(crate) by_start: BTreeMap<(i64, JobId), Arc<NodeUse>>,
    /// Jobs that keep nodes from others without naming them, and nodes that cannot be followed: while there is
    /// one, nothing is known.
    pub(crate) unclear: u64,
    /// All nodes.
    pub(crate) nodes: Vec<Node>,
    /// Who is on a node, by its dense number.
    pub(crate) stays: FxHashMap<u32, Vec<Stay>>,
}

/// A job on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) job: JobId,
    pub(crate) start: i64,
    pub(crate) end: i64,
    uses: Arc<NodeUse>,
    row: usize,
}

impl Stay {
    /// The units that the job keeps from others there, of a counted type.
    pub(crate) fn units(&self, column: usize) -> u64 {
        self.uses.row(self.row).get(column).copied().unwrap_or(0)
    }
}

impl NodeUse {
    /// What grants, children first, come to; none if they hold something above nodes.
    fn of(site: &Site, grants: &[Grant]) -> Option<Self> {
        let Some(node) = site.graph.type_id("node") else { return Some(Self::default()) };
        let width = site.layout.counted.width();
        let mut uses = Self::default();
        // the depth of the node, and of the held vertex, that the walk is below of
        let (mut inside, mut held) = (None, u16::MAX);
        for grant in grants.iter().rev() {
            if grant.depth > held {
                continue;
            }
            held = u16::MAX;
            inside = inside.filter(|&depth| depth < grant.depth);
            let is_node = inside.is_none() && site.graph.vertex(grant.vertex).ty == node;
            let inner = site.layout.inner(grant.vertex);
            if is_node {
                inside = Some(grant.depth);
                uses.nodes.push(Node::of(site, grant.vertex)?);
                uses.units.resize(uses.nodes.len() * width, 0);
            }
            if !grant.exclusive {
                continue;
            }
            if inside.is_none() {
                if inner.is_some() {
                    return None;
                }
                continue;
            }
            held = grant.depth;
            let row = uses.units.len() - width;
            uses.keep(site, grant.vertex, row, !is_node);
        }
        Some(uses)
    }

    /// Counts what lies below a vertex that is held, and the vertex itself if it lies below the node.
    fn keep(&mut self, site: &Site, vertex: VertexId, row: usize, itself: bool) {
        let layout = &site.layout;
        let units = &mut self.units[row..];
        if let Some(inner) = layout.inner(vertex) {
            let below = &layout.totals[inner * units.len()..];
            units.iter_mut().zip(below).for_each(|(units, below)| *units += below);
        }
        let pool = site.graph.vertex(vertex);
        if let Some(column) = layout.counted.column(pool.ty).filter(|_| itself) {
            units[column] += u64::from(pool.size);
        }
    }

    /// The nodes, each with the units that are kept from others there, by counted type.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Node, &[u64])> + '_ {
        self.nodes.iter().copied().zip(self.units.chunks_exact(self.width().max(1)))
    }

    fn width(&self) -> usize {
        self.units.len().checked_div(self.nodes.len()).unwrap_or(0)
    }

    fn row(&self, at: usize) -> &[u64] {
        let width = self.width();
        self.units.get(at * width..(at + 1) * width).unwrap_or(&[])
    }
}

impl Agenda {
    /// The agenda of all live jobs. O(what they hold).
    pub(crate) fn of<'j>(site: &Site, jobs: impl Iterator<Item = (Booking, &'j [Grant])>) -> Self {
        let mut agenda = Self::default();
        let node = site.graph.type_id("node");
        let is_node = |v: &&VertexId| Some(site.graph.vertex(**v).ty) == node;
        for &vertex in site.tree.order().iter().filter(is_node) {
            match Node::of(site, vertex) {
                Some(node) => agenda.nodes.push(node),
                None => agenda.unclear += 1,
            }
        }
        // a job is counted at the outermost node alone
        agenda.unclear += u64::from(has_nested_nodes(site));
        jobs.for_each(|(booking, grants)| agenda.enter(site, grants, booking));
        agenda
    }

    /// How many nodes the jobs of a window touch, at most. O(jobs).
    pub(crate) fn touched_within(&self, start: i64, end: i64) -> usize {
        let lasting = self.by_end.range((start, JobId(u64::MAX))..).map(|(_, entry)| entry);
        let overlapping = lasting.filter(|entry| entry.start < end);
        overlapping.map(|entry| entry.uses.nodes.len()).sum()
    }

    /// Enters a job. O(what it holds).
    pub(crate) fn enter(&mut self, site: &Site, grants: &[Grant], booking: Booking) {
        let Booking { job, start, end, hold } = booking;
        let Some(uses) = NodeUse::of(site, grants) else {
            self.unclear += 1;
            return;
        };
        let uses = Arc::new(uses);
        for (row, node) in uses.nodes.iter().enumerate() {
            let stay = Stay { job, start, end, uses: Arc::clone(&uses), row };
            self.stays.entry(node.inner).or_default().push(stay);
        }
        if hold != Hold::Allocation {
            self.by_start.insert((start, job), Arc::clone(&uses));
        }
        self.by_end.insert((end, job), Entry { start, hold, uses });
    }

    /// Takes a job out again.
    pub(crate) fn leave(&mut self, booking: Booking) {
        let Booking { job, start, end, .. } = booking;
        self.by_start.remove(&(start, job));
        let Some(entry) = self.by_end.remove(&(end, job)) else {
            self.unclear -= 1;
            return;
        };
        for node in &entry.uses.nodes {
            if let Some(stays) = self.stays.get_mut(&node.inner) {
                stays.retain(|stay| stay.job != job);
                if stays.is_empty() {
                    self.stays.remove(&node.inner);
                }
            }
        }
    }
}

fn has_nested_nodes(site: &Site) -> bool {
    let (classes, node) = (&site.classes, site.graph.type_id("node"));
    let is_node = |class: &ClassId| Some(classes.get(*class).ty) == node;
    classes.ids().filter(is_node).any(|class| {
        let above = |class: &ClassId| classes.get(*class).parent;
        std::iter::successors(above(&class), above).any(|class| is_node(&class))
    })
}
