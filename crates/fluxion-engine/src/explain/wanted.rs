//! What a request needs of each type that it names, read off the request alone. Knows no booking.

use fluxion_graph::TypeId;

use super::answer::{ElementPath, Necessity};
use crate::request::{List, Request};
use crate::search::access::Access;
use crate::site::demand::Demand;

/// What one element needs.
#[derive(Clone, Debug)]
pub(super) struct ElementNeed<'a> {
    pub(super) element: ElementPath,
    pub(super) ty: Option<TypeId>,
    /// How many vertices, at least.
    pub(super) needed: u64,
    pub(super) necessity: Necessity,
    /// How each is had.
    pub(super) access: Access,
    /// What each must have below it.
    pub(super) demand: &'a Demand,
}

impl ElementNeed<'_> {
    /// Whether something must lie below each vertex.
    pub(super) fn is_inner(&self) -> bool {
        self.demand.iter().any(|(_, units)| units > 0)
    }
}

/// What holds for a list because of what is above it.
#[derive(Clone)]
struct Above {
    path: Vec<usize>,
    /// How many of its parents there must be.
    times: u64,
    access: Access,
    necessity: Necessity,
}

/// What each element that is no slot needs, in the order of the jobspec.
pub(super) fn wanted(request: &Request) -> Vec<ElementNeed<'_>> {
    let mut found = Vec::new();
    let above =
        Above { path: Vec::new(), times: 1, access: Access::Shared, necessity: Necessity::Needed };
    list(request, &request.top, &above, &mut found);
    found
}

fn list<'a>(
    request: &'a Request,
    elements: &List,
    above: &Above,
    found: &mut Vec<ElementNeed<'a>>,
) {
    let slots = elements.clone().filter(|&n| request.elements[n].is_slot).count();
    for (at, n) in elements.clone().enumerate() {
        let element = &request.elements[n];
        let access = match element.is_slot {
            true => Access::Exclusive,
            false => above.access.below(element.exclusivity),
        };
        let below = Above {
            path: above.path.iter().copied().chain([at]).collect(),
            times: above.times.saturating_mul(u64::from(element.vertices)),
            access,
            necessity: if slots > 1 { Necessity::Alternative } else { above.necessity },
        };
        if !element.is_slot {
            found.push(ElementNeed {
                element: ElementPath(below.path.clone()),
                ty: element.ty,
                needed: below.times,
                necessity: below.necessity,
                access,
                demand: &element.demand,
            });
        }
        list(request, &element.with, &below, found);
    }
}
