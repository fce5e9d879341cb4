//! Which nodes could serve a request during a window that moves on in time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, btree_map};
use std::iter::Peekable;
use std::sync::Arc;

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;
use rustc_hash::FxHashMap;

use crate::index::agenda::{Agenda, Entry, Node, NodeUse, Stay};
use crate::index::bitmap::Bitmap;
use crate::index::shelf::Needs;
use crate::operation::JobId;
use crate::request::acceptance::Acceptance;
use crate::request::{List, Request};
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::state::State;
use crate::state::claims::Hold;

/// What a request needs of nodes, at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NodeNeed {
    node: TypeId,
    /// How many nodes.
    pub(crate) count: u64,
    /// Whether nobody else may touch them during the window.
    alone: bool,
    /// Units of counted types that must be free below each.
    needs: Needs,
    /// Whether no other part of the request could take a node.
    pub(crate) is_all: bool,
}

impl NodeNeed {
    /// What a request needs, if anything is known.
    pub(crate) fn of(request: &Request, site: &Site) -> Option<Self> {
        let node = site.graph.type_id("node").filter(|_| site.tree.is_tree())?;
        Finder { request, site, node }.find(&request.top, Exclusivity::Unspecified, 1, true)
    }
}

struct Finder<'a> {
    request: &'a Request,
    site: &'a Site,
    node: TypeId,
}

impl Finder<'_> {
    /// The first need of a list; `times` is how many of its parents there must be.
    fn find(
        &self,
        list: &List,
        inherited: Exclusivity,
        times: u64,
        is_all: bool,
    ) -> Option<NodeNeed> {
        let is_all = is_all && list.len() == 1;
        list.clone().find_map(|n| {
            let element = &self.request.elements[n];
            let times = times.saturating_mul(u64::from(element.vertices));
            let exclusivity = match (element.is_slot, element.exclusivity) {
                (true, _) => Exclusivity::Exclusive,
                (false, Exclusivity::Unspecified) => inherited,
                (false, own) if inherited == Exclusivity::Exclusive && own != inherited => {
                    return None;
                }
                (false, own) => own,
            };
            let alone = exclusivity == Exclusivity::Exclusive;
            let needs = element.demand.needs(&self.site.layout.counted);
            let need = NodeNeed { node: self.node, count: times, alone, needs, is_all };
            if element.ty == Some(self.node) {
                return (need.alone || !need.needs.is_empty()).then_some(need);
            }
            let below = self.find(&element.with, exclusivity, times, is_all);
            if below.is_some() || !element.is_slot || !self.is_below_nodes(&element.with) {
                return below;
            }
            // several slots may find room on one node
            (!need.needs.is_empty()).then_some(NodeNeed { count: 1, alone: false, ..need })
        })
    }

    /// Whether all vertices where a slot of these members could be anchored are nodes, or lie below nodes.
    fn is_below_nodes(&self, members: &List) -> bool {
        let classes = &self.site.classes;
        let members = &self.request.elements[members.clone()];
        let anchors = |class: ClassId| {
            members.iter().all(|m| m.ty.is_some_and(|ty| classes.has_child_type(class, ty)))
        };
        let is_below = |class: ClassId| {
            let mut path = std::iter::successors(Some(class), |&c| classes.get(c).parent);
            path.any(|class| classes.get(class).ty == self.node)
        };
        classes.ids().all(|class| !anchors(class) || is_below(class))
    }
}

/// The nodes that fit at some time, by place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fitting<'a> {
    pub(crate) node: TypeId,
    pub(crate) places: &'a Bitmap,
}

impl Fitting<'_> {
    /// Whether a vertex is no node, or one that fits.
    #[inline]
    pub(crate) fn admits(&self, site: &Site, vertex: VertexId) -> bool {
        site.graph.vertex(vertex).ty != self.node
            || site.layout.place(vertex).is_none_or(|place| self.places.contains(place))
    }
}

/// A window that moves on. Each job is looked at when the window reaches it or leaves it behind.
pub(crate) struct Vacancy<'a> {
    site: &'a Site,
    state: &'a State,
    acceptance: Option<&'a Acceptance>,
    need: NodeNeed,
    /// Jobs that touch an inner vertex during the window; kept if nodes must be alone.
    touched: Vec<u32>,
    /// Units free below an inner vertex when the window starts, a column for each of the needs; kept if nodes may
    /// be shared.
    free: Vec<i64>,
    fitting: Bitmap,
    count: u64,
    /// Whether anything at all is down.
    some_down: bool,
    start: i64,
    /// Until when a node cannot serve, by its dense number, because of what comes in the window; with the times
    /// in order.
    barred: FxHashMap<u32, i64>,
    barred_until: BinaryHeap<Reverse<(i64, u32, u32)>>,
    agenda: &'a Agenda,
    /// Jobs that the end of the window has not reached.
    coming: Peekable<btree_map::Iter<'a, (i64, JobId), Arc<NodeUse>>>,
    /// Jobs that the start of the window has not reached.
    starting: Peekable<btree_map::Iter<'a, (i64, JobId), Arc<NodeUse>>>,
    /// Jobs that the start of the window has not left behind.
    ending: Peekable<btree_map::Iter<'a, (i64, JobId), Entry>>,
}

/// Whether what a job keeps from others is free again, or no longer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Units {
    Taken,
    Freed,
}

impl<'a> Vacancy<'a> {
    /// A window at the present time, at which the figures of the state must hold; none if the agenda is not clear.
    /// O(nodes).
    pub(crate) fn new(
        site: &'a Site,
        state: &'a State,
        agenda: &'a Agenda,
        acceptance: Option<&'a Acceptance>,
        need: NodeNeed,
    ) -> Option<Self> {
        if agenda.unclear > 0 {
            return None;
        }
        let mut vacancy = Self {
            site,
            state,
            acceptance,
            touched: if need.alone { state.touched.clone() } else { Vec::new() },
            free: if need.alone {
                Vec::new()
            } else {
                free_units(site, state, agenda, &need.needs)
            },
            need,
            fitting: Bitmap::new(site.layout.places()),
            count: 0,
            some_down: state.down.has_any(),
            start: i64::MIN,
            barred: FxHashMap::default(),
            barred_until: BinaryHeap::new(),
            agenda,
            coming: agenda.by_start.iter().peekable(),
            starting: agenda.by_start.iter().peekable(),
            ending: agenda.by_end.iter().peekable(),
        };
        agenda.nodes.iter().for_each(|&node| vacancy.judge(node));
        Some(vacancy)
    }

    /// Moves the window on; the nodes that fit there, if they are enough.
    pub(crate) fn move_to(&mut self, start: i64, end: i64) -> Option<Fitting<'_>> {
        self.start = start;
        self.unbar();
        while let Some((_, uses)) = self.coming.next_if(|((from, _), _)| *from < end) {
            self.touch(uses);
        }
        while let Some((_, uses)) = self.starting.next_if(|((from, _), _)| *from <= start) {
            self.count_units(uses, Units::Taken, Hold::Reservation);
        }
        while let Some((_, entry)) = self.ending.next_if(|((to, _), _)| *to <= start) {
            self.leave(&entry.uses);
            self.count_units(&entry.uses, Units::Freed, entry.hold);
        }
        let enough = self.count >= self.need.count && self.hold_out(end);
        enough.then_some(Fitting { node: self.need.node, places: &self.fitting })
    }

    /// Nodes may serve again from some time on.
    fn unbar(&mut self) {
        while let Some(&Reverse((until, inner, place))) = self.barred_until.peek()
            && until <= self.start
        {
            self.barred_until.pop();
            self.barred.remove(&inner);
            self.judge(Node { inner, place });
        }
    }

    /// Whether enough of the nodes that fit when the window starts do so until its end; those that are looked at
    /// and do not are barred.
    fn hold_out(&mut self, end: i64) -> bool {
        if self.need.alone {
            return true;
        }
        let (mut found, mut from) = (0, 0);
        while found < self.need.count {
            let Some(place) = self.fitting.next(from) else { return false };
            from = place + 1;
            let vertex = self.site.layout.ranked(place);
            let Some(inner) = self.site.layout.inner(vertex) else { return true };
            let node = Node { inner: inner as u32, place: place as u32 };
            match self.conflict(node, end) {
                None => found += 1,
                Some(until) => {
                    self.refuse(node);
                    self.barred.insert(node.inner, until);
                    self.barred_until.push(Reverse((until, node.inner, node.place)));
                }
            }
        }
        true
    }

    /// If what comes in the window leaves too few units: the time before which that cannot change.
    fn conflict(&self, node: Node, end: i64) -> Option<i64> {
        if self.some_down && self.has_down(node) {
            return None;
        }
        let stays = self.agenda.stays.get(&node.inner)?;
        let coming = stays.iter().filter(|stay| self.start < stay.start && stay.start < end);
        let short = coming.map(|stay| stay.start).filter(|&at| !self.has_units_at(node, stays, at));
        let next_end = |at: i64| stays.iter().map(|stay| stay.end).filter(|&end| end > at).min();
        short.filter_map(next_end).max()
    }

    /// [`Vacancy::has_units`] at a time in the window.
    fn has_units_at(&self, node: Node, stays: &[Stay], at: i64) -> bool {
        let width = self.need.needs.len();
        let free = &self.free[node.inner as usize * width..][..width];
        let passed = |time: i64| self.start < time && time <= at;
        free.iter().zip(&self.need.needs).all(|(&free, &(column, units))| {
            let change = stays.iter().fold(0i64, |change, stay| {
                let freed = if passed(stay.end) { stay.units(column) as i64 } else { 0 };
                let taken = if passed(stay.start) { stay.units(column) as i64 } else { 0 };
                change.saturating_add(freed).saturating_sub(taken)
            });
            free.saturating_add(change) >= units as i64
        })
    }

    fn touch(&mut self, uses: &NodeUse) {
        if !self.need.alone {
            return;
        }
        for node in &uses.nodes {
            self.touched[node.inner as usize] += 1;
            self.refuse(*node);
        }
    }

    fn leave(&mut self, uses: &NodeUse) {
        if !self.need.alone {
            return;
        }
        for &node in &uses.nodes {
            let touched = &mut self.touched[node.inner as usize];
            *touched = touched.saturating_sub(1);
            if *touched == 0 {
                self.judge(node);
            }
        }
    }

    /// Counts what a job keeps from others below its nodes. What a job takes where something is down may not have
    /// been free before; allocations are gone from the figures of the state in any case.
    fn count_units(&mut self, uses: &NodeUse, turn: Units, hold: Hold) {
        if self.need.alone {
            return;
        }
        let width = self.need.needs.len();
        for (node, units) in uses.iter() {
            if hold != Hold::Allocation && self.some_down && self.has_down(node) {
                continue;
            }
            let free = &mut self.free[node.inner as usize * width..][..width];
            for (free, &(column, _)) in free.iter_mut().zip(&self.need.needs) {
                let units = units[column] as i64;
                *free = match turn {
                    Units::Taken => free.saturating_sub(units),
                    Units::Freed => free.saturating_add(units),
                };
            }
            match turn {
                Units::Taken if !self.has_units(node) => self.refuse(node),
                Units::Taken => {}
                Units::Freed => self.judge(node),
            }
        }
    }

    fn has_down(&self, node: Node) -> bool {
        let vertex = self.site.layout.ranked(node.place as usize);
        self.state.down.has_own_below(&self.site.tree, vertex)
    }

    /// Whether enough is free below a node when the window starts; of a node that nobody else touches, all is.
    fn has_units(&self, node: Node) -> bool {
        let (needs, layout) = (&self.need.needs, &self.site.layout);
        if self.need.alone {
            let totals = &layout.totals[node.inner as usize * layout.counted.width()..];
            return needs.iter().all(|&(column, units)| totals[column] >= units);
        }
        let free = &self.free[node.inner as usize * needs.len()..][..needs.len()];
        free.iter().zip(needs).all(|(&free, &(_, units))| free >= units as i64)
    }

    fn refuse(&mut self, node: Node) {
        if self.fitting.remove(node.place as usize) {
            self.count -= 1;
        }
    }

    /// Notes a node that fits.
    fn judge(&mut self, node: Node) {
        let is_barred = !self.barred.is_empty() && self.barred.contains_key(&node.inner);
        let fits = !is_barred
            && (!self.need.alone || self.touched[node.inner as usize] == 0)
            && self.has_units(node)
            && self.is_usable(self.site.layout.ranked(node.place as usize));
        if fits && self.fitting.insert(node.place as usize) {
            self.count += 1;
        }
    }

    fn is_usable(&self, node: VertexId) -> bool {
        !(self.some_down && self.state.down.covers(node))
            && self.acceptance.is_none_or(|acceptance| acceptance.accepts(self.site, node))
    }
}

/// What is free below each node now, a column for each of the needs.
fn free_units(site: &Site, state: &State, agenda: &Agenda, needs: &Needs) -> Vec<i64> {
    let (width, columns) = (needs.len(), site.layout.counted.width());
    let mut free = vec![0; site.layout.inner_count() * width];
    for node in &agenda.nodes {
        let now = &state.free[node.inner as usize * columns..];
        for (free, &(column, _)) in free[node.inner as usize * width..].iter_mut().zip(needs) {
            *free = now[column] as i64;
        }
    }
    free
}
