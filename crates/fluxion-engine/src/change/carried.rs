//! What moves without a change of its own, until the next change takes it along.

use std::collections::BTreeMap;

use fluxion_graph::EdgeId;

use crate::change::action::{Carried, EdgeWeight};
use crate::operation::JobId;

/// What moved since the last change.
#[derive(Clone, Debug, Default)]
pub(crate) struct CarriedSince {
    pub(crate) next: Option<JobId>,
    /// The last weight of each edge.
    pub(crate) weights: BTreeMap<EdgeId, u64>,
}

impl CarriedSince {
    pub(crate) fn clear(&mut self) {
        self.next = None;
        if !self.weights.is_empty() {
            self.weights.clear();
        }
    }

    /// The same as plain data.
    pub(crate) fn told(&self) -> Carried {
        let weight = |(&edge, &weight)| EdgeWeight { edge, weight };
        // mostly there are none, and a list of none costs less than an empty iterator
        let weights = match self.weights.is_empty() {
            true => Vec::new(),
            false => self.weights.iter().map(weight).collect(),
        };
        Carried { next: self.next, weights }
    }
}
