//! The requests that were laid over the graph last: schedulers ask for the same few again and again. Knows no constraint
//! and no booking.

use std::sync::Arc;

use fluxion_jobspec::Element;

use super::Request;
use crate::policy::Policy;

/// What is tried for a jobspec.
#[derive(Clone, Debug)]
pub(crate) struct Laid {
    /// As written; its demand decides pre-check and candidate times.
    pub(crate) whole: Request,
    /// What is tried in turn; empty if `whole` is the only one.
    pub(crate) variants: Vec<Request>,
}

/// How many are remembered.
const MOST: usize = 8;

/// How many elements one that is remembered has at most: larger ones are dear to keep, and rarely come again.
const MOST_ELEMENTS: usize = 64;

/// See the module documentation. Forgotten when the graph or the order of vertices changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecentRequests(Vec<(Policy, Vec<Element>, Arc<Laid>)>);

impl RecentRequests {
    /// What the same elements came to before, by the same policy.
    pub(super) fn known(&self, policy: Policy, resources: &[Element]) -> Option<Arc<Laid>> {
        let same = |(by, known, _): &&(_, Vec<Element>, _)| *by == policy && known == resources;
        self.0.iter().find(same).map(|(.., laid)| Arc::clone(laid))
    }

    pub(super) fn remember(&mut self, policy: Policy, resources: &[Element], laid: &Arc<Laid>) {
        let elements = |request: &Request| request.elements.len();
        let variants = laid.variants.iter().map(elements).sum::<usize>();
        if elements(&laid.whole) + variants > MOST_ELEMENTS {
            return;
        }
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push((policy, resources.to_vec(), Arc::clone(laid)));
    }

    /// Forgets all.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}
