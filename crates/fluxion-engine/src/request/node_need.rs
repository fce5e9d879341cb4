//! What a request needs of nodes, as far as that can be said without a search. Knows neither times nor bookings.

use fluxion_graph::TypeId;
use fluxion_jobspec::Exclusivity;

use super::{List, Request};
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// What a request needs of nodes, at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NodeNeed {
    pub(crate) node: TypeId,
    /// How many nodes.
    pub(crate) count: u64,
    /// Whether nobody else may touch them during the window.
    pub(crate) alone: bool,
    /// Units of counted types that must be free below each.
    pub(crate) needs: Needs,
    /// Whether no other part of the request could take a node.
    pub(crate) is_all: bool,
}

impl NodeNeed {
    /// What a request needs, if anything is known.
    pub(crate) fn of(request: &Request, site: &Site) -> Option<Self> {
        let node = site.graph.type_id("node").filter(|_| site.tree.is_tree())?;
        let above = Above { exclusivity: Exclusivity::Unspecified, times: 1, is_all: true };
        Finder { request, site, node }.find(&request.top, above)
    }
}

struct Finder<'a> {
    request: &'a Request,
    site: &'a Site,
    node: TypeId,
}

/// What holds for a list because of what is above it.
#[derive(Clone, Copy)]
struct Above {
    exclusivity: Exclusivity,
    /// How many of its parents there must be.
    times: u64,
    /// Whether no other part of the request could take a node.
    is_all: bool,
}

impl Finder<'_> {
    /// The first need of a list.
    fn find(&self, list: &List, above: Above) -> Option<NodeNeed> {
        let is_all = above.is_all && list.len() == 1;
        list.clone().find_map(|n| {
            let element = &self.request.elements[n];
            let times = above.times.saturating_mul(u64::from(element.vertices));
            let exclusivity = match (element.is_slot, element.exclusivity) {
                (true, _) => Exclusivity::Exclusive,
                (false, Exclusivity::Unspecified) => above.exclusivity,
                (false, own)
                    if above.exclusivity == Exclusivity::Exclusive
                        && own != Exclusivity::Exclusive =>
                {
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
            let below = self.find(&element.with, Above { exclusivity, times, is_all });
            if below.is_some() || !element.is_slot || !self.is_below_nodes(n) {
                return below;
            }
            // several slots may be found on one node
            (!need.needs.is_empty()).then_some(NodeNeed { count: 1, alone: false, ..need })
        })
    }

    /// Whether all vertices where a slot could be anchored are nodes, or lie below nodes.
    fn is_below_nodes(&self, slot: usize) -> bool {
        let classes = &self.site.classes;
        let places = self.request.elements[slot].places.as_ref();
        let anchors = |class: ClassId| match places {
            Some(places) => places.classes.binary_search(&class).is_ok(),
            None => self.request.can_anchor(classes, class, slot),
        };
        let is_below = |class: ClassId| {
            let mut path = std::iter::successors(Some(class), |&c| classes.get(c).parent);
            path.any(|class| classes.get(class).ty == self.node)
        };
        classes.ids().all(|class| !anchors(class) || is_below(class))
    }
}
