//! What the parts of one explanation may spend together.

use fluxion_budget::Budget;

use crate::refusal::Refusal;

/// A budget of visits from which one part after the other takes.
#[derive(Clone, Debug)]
pub(super) struct Purse {
    budget: Budget,
    spent: u64,
    is_empty: bool,
}

impl Purse {
    pub(super) fn new(budget: &Budget) -> Self {
        Self { budget: budget.clone(), spent: 0, is_empty: false }
    }

    /// What the next part may spend.
    pub(super) fn rest(&self) -> Budget {
        self.budget.clone().with_visits(self.budget.visits().saturating_sub(self.spent))
    }

    /// Notes what a part has spent.
    pub(super) fn spend(&mut self, visits: u64) {
        self.spent = self.spent.saturating_add(visits);
        self.is_empty |= self.spent >= self.budget.visits();
    }

    /// Notes that a part was not finished.
    pub(super) fn give_up(&mut self) {
        self.is_empty = true;
    }

    /// Whether some part was not finished, or nothing is left for the next one.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    pub(super) fn spent(&self) -> u64 {
        self.spent
    }

    /// # Errors
    /// [`Refusal::Stopped`] if nobody waits any more.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.budget.check().map_err(|_| Refusal::Stopped)
    }
}
