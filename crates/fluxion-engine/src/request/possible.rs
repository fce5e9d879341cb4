//! Whether a request could be placed if the whole machine were idle and up: a necessary condition that looks at
//! classes of vertices, not at single ones.

use fluxion_jobspec::Exclusivity;

use super::constraint_mask::ConstraintMask;
use super::node_need::NodeNeed;
use super::traverser::Traverser;
use super::{Request, RequestElement};
use crate::site::Site;
use crate::site::classes::ClassId;

/// Beyond so many classes a search is not slower.
const MOST_CLASSES: usize = 64;

impl Request {
    /// False only if no search could find anything, nor would have anything to say. O(elements times classes).
    pub(crate) fn is_possible(&self, site: &Site, constraint: Option<&ConstraintMask>) -> bool {
        let known = self.traverser == Traverser::Simple
            && site.tree.is_tree()
            && site.classes.len() <= MOST_CLASSES
            && !self.filters_show
            && self.elements.iter().all(|element| self.is_plain(element));
        !known
            || ((0..self.elements.len()).all(|element| self.fits_some_class(site, element))
                && constraint.is_none_or(|constraint| self.has_nodes(site, constraint)))
    }

    /// Whether a constraint leaves as many nodes as are needed.
    fn has_nodes(&self, site: &Site, constraint: &ConstraintMask) -> bool {
        NodeNeed::of(self, site).is_none_or(|need| need.count <= constraint.passing_nodes())
    }

    /// Whether a search has nothing to complain of.
    fn is_plain(&self, element: &RequestElement) -> bool {
        element.exclusivity != Exclusivity::Shared && !element.conflicts
    }

    /// Whether some class of vertices can hold what an element wants below it, or one slot.
    fn fits_some_class(&self, site: &Site, element: usize) -> bool {
        let RequestElement { ty, is_slot, ref demand, ref places, .. } = self.elements[element];
        if let Some(places) = places {
            let holds = |&class: &ClassId| site.capacity.holds(&site.layout, class, demand);
            return places.classes.iter().any(holds);
        }
        let fits = |class: ClassId| {
            let named = match is_slot {
                true => self.can_anchor(&site.classes, class, element),
                false => Some(site.classes.get(class).ty) == ty,
            };
            named && site.capacity.holds(&site.layout, class, demand)
        };
        site.classes.ids().any(fits)
    }
}
