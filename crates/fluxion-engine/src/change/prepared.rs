//! What deciding how a graph changes has made already, so that doing it need not make it again.

use std::sync::Arc;

use fluxion_graph::Renumbering;

use crate::change::action::Action;
use crate::site::Site;

/// The site that serves a graph after it has grown or shrunk, made when that was decided.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) action: Action,
    pub(crate) site: Site,
    /// The numbers that vertices have there.
    pub(crate) numbers: Renumbering,
}

impl Prepared {
    /// This, if it was made for this very action.
    pub(crate) fn for_action(self, action: &Action) -> Option<Self> {
        let is_same = match (&self.action, action) {
            (Action::Grow(one), Action::Grow(other)) => Arc::ptr_eq(one, other),
            (Action::Shrink(one), Action::Shrink(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        is_same.then_some(self)
    }
}
