//! Which nodes could serve a request during a window that moves on in time.

use std::collections::btree_map;
use std::iter::Peekable;
use std::sync::Arc;

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;

use crate::index::agenda::{Agenda, Entry, NodeUse};
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
    count: u64,
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
            let needs = self.needs(n);
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

    fn needs(&self, element: usize) -> Needs {
        let counted = &self.site.layout.counted;
        let demand = self.request.elements[element].demand.iter();
        demand.filter_map(|(ty, units)| Some((counted.column(ty)?, units))).collect()
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
    /// Jobs that touch an inner vertex during the window.
    touched: Vec<u32>,
    /// Units free below an inner vertex when the window starts, a column for each of the needs.
    free: Vec<i64>,
    fitting: Bitmap,
    count: u64,
    /// Jobs that the end of the window has not reached.
    coming: Peekable<btree_map::Iter<'a, (i64, JobId), Arc<NodeUse>>>,
    /// Jobs that the start of the window has not reached.
    starting: Peekable<btree_map::Iter<'a, (i64, JobId), Arc<NodeUse>>>,
    /// Jobs that the start of the window has not left behind.
    ending: Peekable<btree_map::Iter<'a, (i64, JobId), Entry>>,
}

impl<'a> Vacancy<'a> {
    /// A window at the present time, at which the figures of the state must hold; none if a node is a leaf, or if
    /// the agenda is not clear.
    pub(crate) fn new(
        site: &'a Site,
        state: &'a State,
        agenda: &'a Agenda,
        acceptance: Option<&'a Acceptance>,
        need: NodeNeed,
    ) -> Option<Self> {
        let mut vacancy = Self {
            site,
            state,
            acceptance,
            touched: state.touched.clone(),
            free: vec![0; site.layout.inner_count() * need.needs.len()],
            need,
            fitting: Bitmap::new(site.layout.places()),
            count: 0,
            coming: agenda.by_start.iter().peekable(),
            starting: agenda.by_start.iter().peekable(),
            ending: agenda.by_end.iter().peekable(),
        };
        if agenda.unclear > 0 {
            return None;
        }
        let node = vacancy.need.node;
        for class in site.classes.ids().filter(|&class| site.classes.get(class).ty == node) {
            for node in site.classes.members(&site.tree, class) {
                let inner = site.layout.inner(node)?;
                for (at, &(column, _)) in vacancy.need.needs.iter().enumerate() {
                    let free = state.free_in(site, node, column);
                    vacancy.free[inner * vacancy.need.needs.len() + at] =
                        i64::try_from(free).unwrap_or(i64::MAX);
                }
                vacancy.judge(node, inner);
            }
        }
        Some(vacancy)
    }

    /// Moves the window on; the nodes that fit there, if they are enough.
    pub(crate) fn move_to(&mut self, start: i64, end: i64) -> Option<Fitting<'_>> {
        while let Some((_, uses)) = self.coming.next_if(|((from, _), _)| *from < end) {
            self.turn(uses, |touched| touched + 1, |_, _| 0);
        }
        while let Some((_, uses)) = self.starting.next_if(|((from, _), _)| *from <= start) {
            self.turn(
                uses,
                |touched| touched,
                |vacancy, node| if vacancy.is_sure(node) { -1 } else { 0 },
            );
        }
        while let Some((_, entry)) = self.ending.next_if(|((to, _), _)| *to <= start) {
            let counted = entry.hold == Hold::Allocation;
            self.turn(
                &entry.uses,
                |touched| touched.saturating_sub(1),
                |vacancy, node| {
                    if counted || vacancy.is_sure(node) { 1 } else { 0 }
                },
            );
        }
        let fitting = Fitting { node: self.need.node, places: &self.fitting };
        (self.count >= self.need.count).then_some(fitting)
    }

    /// Counts a job in or out: what becomes of the jobs that touch a node, and with which sign its units count.
    fn turn(
        &mut self,
        uses: &NodeUse,
        touches: impl Fn(u32) -> u32,
        sign: impl Fn(&Self, VertexId) -> i64,
    ) {
        for (node, units) in uses.iter() {
            let Some(inner) = self.site.layout.inner(node) else { continue };
            self.touched[inner] = touches(self.touched[inner]);
            let width = self.need.needs.len();
            let sign = if width == 0 { 0 } else { sign(self, node) };
            for at in 0..width {
                let (column, _) = self.need.needs[at];
                let units =
                    units.get(column).map_or(0, |&units| i64::try_from(units).unwrap_or(i64::MAX));
                let free = &mut self.free[inner * width + at];
                *free = free.saturating_add(sign.saturating_mul(units));
            }
            self.judge(node, inner);
        }
    }

    /// Whether nothing below a node is down, so that what a job takes there was free before.
    fn is_sure(&self, node: VertexId) -> bool {
        !self.state.down.has_own_below(&self.site.tree, node)
    }

    fn judge(&mut self, node: VertexId, inner: usize) {
        let Some(place) = self.site.layout.place(node) else { return };
        let fits = self.fits(node, inner);
        if fits && self.fitting.insert(place) {
            self.count += 1;
        } else if !fits && self.fitting.remove(place) {
            self.count -= 1;
        }
    }

    fn fits(&self, node: VertexId, inner: usize) -> bool {
        let width = self.need.needs.len();
        let free = &self.free[inner * width..(inner + 1) * width];
        let enough = |(&free, &(_, units)): (&i64, &(usize, u64))| {
            u64::try_from(free).is_ok_and(|free| free >= units)
        };
        (!self.need.alone || self.touched[inner] == 0)
            && free.iter().zip(&self.need.needs).all(enough)
            && !self.state.down.covers(node)
            && self.acceptance.is_none_or(|acceptance| acceptance.accepts(self.site, node))
    }
}
