//! When jobs come and go, node by node: so that a search for the earliest time passes over the times at which too
//! few nodes could serve, and over the nodes that could not.
//!
//! Kept true by [`State`](crate::state::State) from the first question on; only told what can never be wrong: a node
//! that does not fit here cannot serve, one that fits may turn out not to.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use fluxion_graph::VertexId;
use rustc_hash::FxHashMap;

use crate::choice::decision::Grant;
use crate::index::nodes::{NodeNumber, Nodes};
use crate::operation::JobId;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::state::Booking;
use crate::state::claims::Hold;

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
    pub(crate) nodes: Arc<Nodes>,
    /// Who is on a node.
    pub(crate) stays: FxHashMap<NodeNumber, Vec<Stay>>,
}

/// A job on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) job: JobId,
    pub(crate) start: i64,
    pub(crate) end: i64,
    uses: Arc<NodeUse>,
    run: usize,
}

impl Stay {
    /// The units that the job keeps from others there, of a counted type.
    pub(crate) fn units(&self, column: usize) -> u64 {
        self.uses.row(self.run).get(column).copied().unwrap_or(0)
    }
}

impl NodeUse {
    /// What grants, children first, come to; none if they hold something above nodes.
    fn of(site: &Site, nodes: &Nodes, grants: &[Grant]) -> Option<Self> {
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

    fn row(&self, run: usize) -> &[u64] {
        let width = self.units.len().checked_div(self.runs.len()).unwrap_or(0);
        self.units.get(run * width..(run + 1) * width).unwrap_or(&[])
    }

    /// Each node with the number of its run.
    fn each(&self) -> impl Iterator<Item = (usize, NodeNumber)> + '_ {
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
            rows.keep(site, grant.vertex, !is_node);
        }
        Some(rows)
    }

    /// Counts on the last node what lies below a vertex that is held, and the vertex itself if it lies below the node.
    fn keep(&mut self, site: &Site, vertex: VertexId, itself: bool) {
        let (layout, width) = (&site.layout, self.width);
        let row = self.units.len() - width;
        let units = &mut self.units[row..];
        if let Some(inner) = layout.inner(vertex) {
            let below = &layout.totals[inner * width..];
            units.iter_mut().zip(below).for_each(|(units, below)| *units += below);
        }
        let pool = site.graph.vertex(vertex);
        if let Some(column) = layout.counted.column(pool.ty).filter(|_| itself) {
            units[column] += u64::from(pool.size);
        }
    }
}

impl Agenda {
    /// The agenda of all live jobs. O(what they hold).
    pub(crate) fn of<'j>(site: &Site, jobs: impl Iterator<Item = (Booking, &'j [Grant])>) -> Self {
        let nodes = Arc::new(Nodes::of(site));
        let mut agenda = Self { unclear: nodes.unnumbered, nodes, ..Self::default() };
        // a job is counted at the outermost node alone
        agenda.unclear += u64::from(has_nested_nodes(site));
        jobs.for_each(|(booking, grants)| agenda.enter(site, grants, booking));
        agenda
    }

    /// How many nodes the jobs of a window touch, at most. O(jobs).
    pub(crate) fn touched_within(&self, start: i64, end: i64) -> usize {
        let lasting = self.by_end.range((start, JobId(u64::MAX))..).map(|(_, entry)| entry);
        let overlapping = lasting.filter(|entry| entry.start < end);
        overlapping.map(|entry| entry.uses.count).sum()
    }

    /// Enters a job. O(what it holds).
    pub(crate) fn enter(&mut self, site: &Site, grants: &[Grant], booking: Booking) {
        let Booking { job, start, end, hold } = booking;
        let Some(uses) = NodeUse::of(site, &self.nodes, grants) else {
            self.unclear += 1;
            return;
        };
        let uses = Arc::new(uses);
        for (run, node) in uses.each() {
            let stay = Stay { job, start, end, uses: Arc::clone(&uses), run };
            self.stays.entry(node).or_default().push(stay);
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
        for (_, node) in entry.uses.each() {
            if let Some(stays) = self.stays.get_mut(&node) {
                stays.retain(|stay| stay.job != job);
                if stays.is_empty() {
                    self.stays.remove(&node);
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
