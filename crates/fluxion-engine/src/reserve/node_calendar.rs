//! When jobs come and go, node by node, so that the search for the earliest start skips times at which too few
//! nodes could serve, and nodes that could not.
//!
//! Once built, it is told of every job that comes or goes. It states a necessary condition: a node that does not
//! fit here cannot serve; one that fits may turn out not to.

use std::sync::Arc;

use super::node_set::NodeNumber;
use super::node_use::NodeUse;
use super::nodes::Nodes;
use crate::blocks::{BlockMap, BlockTable};
use crate::decision::Grant;
use crate::operation::JobId;
use crate::record::{Booking, Hold};
use crate::site::Site;
use crate::site::classes::ClassId;

/// A job of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CalendarJob {
    pub(crate) start: i64,
    pub(crate) hold: Hold,
    pub(crate) uses: Arc<NodeUse>,
}

/// The live jobs in order of time. See the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodeCalendar {
    pub(crate) by_end: BlockMap<(i64, JobId), CalendarJob>,
    /// Jobs besides allocations, which have started.
    pub(crate) by_start: BlockMap<(i64, JobId), Arc<NodeUse>>,
    /// Jobs that keep nodes from others without naming them, and nodes that cannot be followed: while there is
    /// one, nothing is known.
    pub(crate) unclear: u64,
    /// All nodes.
    pub(crate) nodes: Arc<Nodes>,
    /// Who is on a node.
    stays: BlockTable<Option<Arc<Vec<Stay>>>, 64>,
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

impl NodeCalendar {
    /// The calendar of all live jobs. O(what they hold).
    pub(crate) fn of<'j>(site: &Site, jobs: impl Iterator<Item = (Booking, &'j [Grant])>) -> Self {
        let nodes = Arc::new(Nodes::of(site));
        let stays = BlockTable::new(nodes.len(), &None);
        let mut calendar = Self { unclear: nodes.unnumbered, nodes, stays, ..Self::default() };
        // a job is counted at the outermost node alone
        calendar.unclear += u64::from(has_nested_nodes(site));
        jobs.for_each(|(booking, grants)| calendar.enter(site, grants, booking));
        calendar
    }

    /// How many nodes the jobs of a window touch, at most. O(jobs).
    pub(crate) fn touched_within(&self, start: i64, end: i64) -> usize {
        let lasting = self.by_end.from(|&key| key < (start, JobId(u64::MAX))).map(|(_, job)| job);
        let overlapping = lasting.filter(|job| job.start < end);
        overlapping.map(|job| job.uses.count).sum()
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
            Arc::make_mut(self.stays[node.index()].get_or_insert_default()).push(stay);
        }
        if hold != Hold::Allocation {
            self.by_start.insert((start, job), Arc::clone(&uses));
        }
        self.by_end.insert((end, job), CalendarJob { start, hold, uses });
    }

    /// Takes a job out again.
    pub(crate) fn leave(&mut self, booking: Booking) {
        let Booking { job, start, end, .. } = booking;
        self.by_start.remove(&(start, job));
        let Some(left) = self.by_end.remove(&(end, job)) else {
            self.unclear -= 1;
            return;
        };
        for (_, node) in left.uses.each() {
            let known = &mut self.stays[node.index()];
            if let Some(stays) = known {
                let stays = Arc::make_mut(stays);
                stays.retain(|stay| stay.job != job);
                if stays.is_empty() {
                    *known = None;
                }
            }
        }
    }

    /// Who is on a node.
    pub(crate) fn stays(&self, node: NodeNumber) -> &[Stay] {
        self.stays[node.index()].as_ref().map_or(&[], |stays| stays)
    }

    /// Puts the jobs of each node into the order of their numbers.
    pub(crate) fn sort_stays(&mut self) {
        self.stays.change(0..self.nodes.len(), |_, nodes| {
            for stays in nodes.iter_mut().flatten() {
                Arc::make_mut(stays).sort_unstable_by_key(|stay| stay.job);
            }
        });
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
