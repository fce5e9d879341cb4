//! What deciding how a graph changes has made already, so that doing it need not make it again.

use std::sync::Arc;

use fluxion_graph::{Renumbering, TakenBack};

use crate::change::action::Action;
use crate::site::Site;
use crate::site::reshaping::Growth;

/// What was made when it was decided how a graph grows or shrinks.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) action: Action,
    pub(crate) made: Made,
}

/// See [`Prepared`].
#[derive(Clone, Debug)]
pub(crate) enum Made {
    /// The site that serves the graph then, and the numbers that vertices have there.
    Site(Box<Site>, Renumbering),
    /// What the graph in service gains, and the site takes in.
    Growth(Box<(TakenBack, Growth)>),
}

impl Prepared {
    /// This, if it was made for this very action.
    pub(crate) fn for_action(self, action: &Action) -> Option<Made> {
        let is_same = match (&self.action, action) {
            (Action::Grow(one), Action::Grow(other)) => Arc::ptr_eq(one, other),
            (Action::Shrink(one), Action::Shrink(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        is_same.then_some(self.made)
    }
}
