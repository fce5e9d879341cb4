//! Which nodes could serve a request during a window that moves forward in time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use super::node_calendar::{CalendarJob, NodeCalendar, Stay};
use super::node_set::{NodeNumber, NodeSet};
use super::node_use::NodeUse;
use super::present::Present;
use super::shut_nodes::Shut;
use crate::bitmap::{Bitmap, for_words};
use crate::blocks::BlockEntries;
use crate::operation::JobId;
use crate::record::Hold;
use crate::request::constraint_mask::ConstraintMask;
use crate::request::node_need::NodeNeed;
use crate::search::node_mask::NodeMask;
use crate::site::Site;
use crate::state::State;

/// Memory that is reused from request to request. A copy starts empty.
#[derive(Debug, Default)]
pub(crate) struct WindowBuffers {
    touched: Vec<u32>,
    free: Vec<i64>,
    /// The empty set of ordinals.
    ordinals: Bitmap,
}

impl Clone for WindowBuffers {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// For so few nodes a look at each that may serve costs less than following which ones other jobs reach.
const FEW: u64 = 8;

/// Of so many nodes the jobs are not looked up one by one.
const MANY: u64 = 64;

/// A window that moves on. Each job is looked at when the window reaches it, begins within it, and leaves it behind.
pub(crate) struct AvailabilityWindow<'a> {
    calendar: &'a NodeCalendar,
    need: NodeNeed,
    start: i64,
    /// The nodes that are up, accepted, and large enough.
    usable: NodeSet,
    /// Those with something down below them, whose free units are not known.
    unsure: NodeSet,
    /// When jobs on usable nodes end, in order; if there are [`MANY`], or nobody asked yet, nothing.
    ends: Vec<i64>,
    /// Jobs by node, right for usable ones. If nodes must be alone: those that touch it during the window; else those that begin in the
    /// window, after its start.
    touched: Vec<u32>,
    /// The nodes that such jobs may reach; if nodes may be shared.
    busy: NodeSet,
    /// Units free when the window starts: for each of the needs, node by node; right for usable nodes, if nodes may
    /// be shared.
    free: Vec<i64>,
    /// The nodes that windows of the calendar keep from the request.
    pub(super) shut: Shut,
    /// The nodes that fit when the window starts, and how many.
    fitting: NodeSet,
    count: u64,
    /// Nodes that cannot serve because of what comes in the window, and until when, in order.
    barred: NodeSet,
    barred_until: BinaryHeap<Reverse<(i64, NodeNumber)>>,
    /// [`AvailabilityWindow::node_mask`] by ordinal, as it was when it was last asked for.
    ordinals: Bitmap,
    /// Jobs that the end of the window has not reached.
    coming: Peekable<BlockEntries<'a, (i64, JobId), Arc<NodeUse>>>,
    /// Jobs that the start of the window has not reached.
    starting: Peekable<BlockEntries<'a, (i64, JobId), Arc<NodeUse>>>,
    /// Jobs that the start of the window has not left behind.
    ending: Peekable<BlockEntries<'a, (i64, JobId), CalendarJob>>,
}

impl<'a> AvailabilityWindow<'a> {
    /// A window at the present time, at which the figures of the state must hold; none if the calendar is not clear.
    /// O(nodes).
    pub(crate) fn new(
        site: &Site,
        state: &State,
        calendar: &'a NodeCalendar,
        constraint: Option<&ConstraintMask>,
        need: NodeNeed,
        buffers: &mut WindowBuffers,
    ) -> Option<Self> {
        if calendar.unclear > 0 {
            return None;
        }
        let nodes = &calendar.nodes;
        let present = Present { site, state, nodes, need: &need };
        let usable = present.usable(constraint);
        let unsure = present.unsure(&usable);
        let WindowBuffers { mut touched, mut free, mut ordinals } = std::mem::take(buffers);
        present.fill_touched(&mut touched, &usable);
        present.fill_free(&mut free, &usable);
        if ordinals.len() < site.layout.ordinal_count() {
            ordinals = Bitmap::new(site.layout.ordinal_count());
        }
        let empty = || NodeSet::empty(nodes.len());
        let full = || NodeSet::full(nodes.len());
        let mut window = Self {
            usable,
            unsure,
            ends: Vec::new(),
            calendar,
            start: i64::MIN,
            busy: if need.count > FEW { empty() } else { full() },
            touched,
            free,
            need,
            shut: Shut::default(),
            fitting: empty(),
            count: 0,
            barred: empty(),
            barred_until: BinaryHeap::new(),
            ordinals,
            coming: calendar.by_start.iter().peekable(),
            starting: calendar.by_start.iter().peekable(),
            ending: calendar.by_end.iter().peekable(),
        };
        window.admit(0..nodes.len());
        Some(window)
    }

    /// Gives the memory back.
    pub(crate) fn into_buffers(mut self) -> WindowBuffers {
        self.calendar
            .nodes
            .write_ordinals(&NodeSet::empty(self.calendar.nodes.len()), &mut self.ordinals);
        WindowBuffers { touched: self.touched, free: self.free, ordinals: self.ordinals }
    }

    /// Whether it is followed which nodes are reached by jobs that begin in the window.
    fn follows_busy(&self) -> bool {
        !self.need.alone && self.need.count > FEW
    }

    /// Moves the window on; whether enough nodes may serve there.
    pub(crate) fn move_to(&mut self, start: i64, end: i64) -> bool {
        self.start = start;
        self.unbar();
        if self.need.alone || self.follows_busy() {
            while let Some((_, uses)) = self.coming.next_if(|((from, _), _)| *from < end) {
                uses.runs().for_each(|run| self.enter(run));
            }
        }
        if !self.need.alone {
            while let Some((_, uses)) = self.starting.next_if(|((from, _), _)| *from <= start) {
                self.begin(uses);
            }
        }
        while let Some((_, job)) = self.ending.next_if(|((to, _), _)| *to <= start) {
            self.leave(job);
        }
        self.count >= self.need.count
            && self.shut.leaves(self.need.count, &self.fitting)
            && (self.need.alone || self.hold_out(end))
    }

    /// After a time at which too few nodes could serve: before which time that cannot change, where windows open next at a time.
    /// None: never.
    pub(crate) fn next_chance(&mut self, opening: Option<i64>) -> Option<i64> {
        if !self.shut.leaves(self.need.count, &self.usable) {
            return opening;
        }
        let end = self.next_end();
        match !self.shut.is_none() && self.count >= self.need.count {
            true => end.into_iter().chain(opening).min(),
            false => end,
        }
    }

    /// When the next job ends on usable nodes.
    fn next_end(&mut self) -> Option<i64> {
        if self.usable.count() >= MANY {
            return self.ending.peek().map(|((end, _), _)| *end);
        }
        if self.ends.is_empty() {
            let stays = self.usable.members().flat_map(|node| self.calendar.stays(node));
            self.ends.extend(stays.map(|stay| stay.end));
            self.ends.sort_unstable();
        }
        let passed = self.ends.partition_point(|&end| end <= self.start);
        self.ends.get(passed).copied()
    }

    /// The nodes that may serve where the window is.
    pub(crate) fn node_mask(&mut self) -> NodeMask<'_> {
        let open = self.shut.left_of(&self.fitting);
        self.calendar.nodes.write_ordinals(&open, &mut self.ordinals);
        NodeMask { node: self.need.node, ordinals: &self.ordinals }
    }

    /// Nodes may serve again from some time on.
    fn unbar(&mut self) {
        while let Some(&Reverse((until, node))) = self.barred_until.peek()
            && until <= self.start
        {
            self.barred_until.pop();
            self.barred.remove(node);
            self.admit(node.index()..node.index() + 1);
        }
    }

    /// Whether enough of the nodes that fit when the window starts do so until its end; those that are looked at
    /// and do not are barred.
    fn hold_out(&mut self, end: i64) -> bool {
        let mut found = self.quiet();
        for word in 0..self.fitting.words().len() {
            let mut rest = self.fitting.word(word) & self.busy.word(word) & self.shut.left_in(word);
            while rest != 0 && found < self.need.count {
                let node = NodeNumber(word as u32 * 64 + rest.trailing_zeros());
                rest &= rest - 1;
                match self.conflict(node, end) {
                    None => found += 1,
                    Some(until) => self.bar(node, until),
                }
            }
        }
        found >= self.need.count
    }

    /// How many nodes fit and see no other job during the window; not counted beyond what is needed.
    fn quiet(&self) -> u64 {
        let mut found = 0;
        for (at, (fitting, busy)) in self.fitting.words().iter().zip(self.busy.words()).enumerate()
        {
            found += u64::from((fitting & !busy & self.shut.left_in(at)).count_ones());
            if found >= self.need.count {
                break;
            }
        }
        found
    }

    fn bar(&mut self, node: NodeNumber, until: i64) {
        self.count -= u64::from(self.fitting.remove(node));
        self.barred.insert(node);
        self.barred_until.push(Reverse((until, node)));
    }

    /// If what comes in the window leaves too few units: the time before which that cannot change.
    fn conflict(&self, node: NodeNumber, end: i64) -> Option<i64> {
        if self.unsure.contains(node) {
            return None;
        }
        let stays = self.calendar.stays(node);
        let coming = stays.iter().filter(|stay| self.start < stay.start && stay.start < end);
        let short = coming.map(|stay| stay.start).filter(|&at| !self.has_units_at(node, stays, at));
        let next_end = |at: i64| stays.iter().map(|stay| stay.end).filter(|&end| end > at).min();
        short.filter_map(next_end).max()
    }

    /// Whether a node has the units that are needed at a time in the window.
    fn has_units_at(&self, node: NodeNumber, stays: &[Stay], at: i64) -> bool {
        let passed = |time: i64| self.start < time && time <= at;
        let len = self.calendar.nodes.len();
        self.need.needs.iter().enumerate().all(|(row, &(column, units))| {
            let change = stays.iter().fold(0i64, |change, stay| {
                let freed = if passed(stay.end) { stay.units(column) as i64 } else { 0 };
                let taken = if passed(stay.start) { stay.units(column) as i64 } else { 0 };
                change.saturating_add(freed).saturating_sub(taken)
            });
            self.free[row * len + node.index()].saturating_add(change) >= units as i64
        })
    }

    /// A job reaches some nodes before the window ends.
    fn enter(&mut self, run: Range<usize>) {
        let touched = &mut self.touched[run.clone()];
        touched.iter_mut().for_each(|jobs| *jobs = jobs.saturating_add(1));
        let alone = self.need.alone;
        for_words(run.start, run.end, |word, mask| match alone {
            true => self.refuse(word, mask),
            false => *self.busy.word_mut(word) |= mask,
        });
    }

    /// The window starts in the time of a job.
    fn begin(&mut self, uses: &NodeUse) {
        for (run, units) in uses.iter() {
            if self.follows_busy() {
                self.quit(run.clone());
                for_words(run.start, run.end, |word, mask| {
                    let idle = mask_of(word, mask, |node| self.touched[node] == 0);
                    *self.busy.word_mut(word) &= !idle;
                });
            }
            self.count_units(run, units, Units::Taken, Hold::Reservation);
        }
    }

    /// The window leaves a job behind.
    fn leave(&mut self, job: &CalendarJob) {
        for (run, units) in job.uses.iter() {
            if self.need.alone {
                self.quit(run.clone());
                self.admit(run);
            } else {
                self.count_units(run, units, Units::Freed, job.hold);
            }
        }
    }

    fn quit(&mut self, run: Range<usize>) {
        self.touched[run].iter_mut().for_each(|jobs| *jobs = jobs.saturating_sub(1));
    }

    /// Counts what a job keeps from others below nodes. What a job takes where something is down may not have
    /// been free before; allocations are gone from the figures of the state in any case.
    fn count_units(&mut self, run: Range<usize>, units: &[u64], turn: Units, hold: Hold) {
        if hold == Hold::Allocation {
            return self.change_units(run, units, turn);
        }
        let unsure = std::mem::take(&mut self.unsure);
        unsure.gaps(run).for_each(|gap| self.change_units(gap, units, turn));
        self.unsure = unsure;
    }

    fn change_units(&mut self, run: Range<usize>, units: &[u64], turn: Units) {
        let len = self.calendar.nodes.len();
        for (row, &(column, _)) in self.need.needs.iter().enumerate() {
            let units = units[column] as i64;
            let free = &mut self.free[row * len..][run.clone()];
            free.iter_mut().for_each(|free| match turn {
                Units::Taken => *free = free.saturating_sub(units),
                Units::Freed => *free = free.saturating_add(units),
            });
        }
        match turn {
            Units::Taken => for_words(run.start, run.end, |word, mask| {
                self.refuse(word, mask & !self.enough(word, mask));
            }),
            Units::Freed => self.admit(run),
        }
    }

    /// Those of some nodes that have enough to themselves when the window starts.
    fn enough(&self, word: usize, mask: u64) -> u64 {
        if self.need.alone {
            return mask_of(word, mask, |node| self.touched[node] == 0);
        }
        let len = self.calendar.nodes.len();
        self.need.needs.iter().enumerate().fold(mask, |mask, (row, &(_, units))| {
            let free = &self.free[row * len..];
            mask & mask_of(word, mask, |node| free[node] >= units as i64)
        })
    }

    fn refuse(&mut self, word: usize, mask: u64) {
        let fitting = self.fitting.word_mut(word);
        self.count -= u64::from((*fitting & mask).count_ones());
        *fitting &= !mask;
    }

    /// Notes those of some nodes that fit.
    fn admit(&mut self, run: Range<usize>) {
        if run.is_empty() {
            return;
        }
        for_words(run.start, run.end, |word, mask| {
            let open = mask & self.usable.word(word) & !self.barred.word(word);
            let more = self.enough(word, open) & !self.fitting.word(word);
            self.count += u64::from(more.count_ones());
            *self.fitting.word_mut(word) |= more;
        });
    }
}

/// Whether what a job keeps from others is free again, or no longer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Units {
    Taken,
    Freed,
}

/// Those of the nodes of a word, of a mask that has no gaps to speak of, for which something holds.
#[inline]
fn mask_of(word: usize, mask: u64, holds: impl Fn(usize) -> bool) -> u64 {
    if mask == 0 {
        return 0;
    }
    let (first, last) = (mask.trailing_zeros() as usize, 63 - mask.leading_zeros() as usize);
    let bit = |bits: u64, at: usize| bits | u64::from(holds(word * 64 + at)) << at;
    (first..=last).fold(0, bit) & mask
}
