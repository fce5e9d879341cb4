//! How much a decision looks at, and whether it may go on. Counting is what every visit pays; the budget is asked once
//! in a while.

use fluxion_budget::Budget;

use crate::refusal::Refusal;

/// Visits between two questions: some tens of microseconds.
const STRIDE: u64 = 1024;

/// How much a decision looked at, all its passes together. The reference walks the whole graph, vertex by vertex;
/// here whole subtrees are skipped, and some vertices are asked about twice, so that its figures are others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// How often it was asked whether a vertex may be used.
    pub preorder: u64,
    /// How many candidates were found: vertices and slots.
    pub postorder: u64,
}

/// Counts the visits of one decision.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub(crate) visits: Visits,
    /// The visit at which the budget is asked next; 0 once the decision is to end.
    next_question: u64,
    budget: Budget,
}

impl Meter {
    /// A decision begins.
    pub(crate) fn start(&mut self, budget: &Budget) {
        *self = Self { visits: Visits::default(), next_question: 1, budget: budget.clone() };
    }

    /// Counts a visit; false if the decision is to end.
    #[inline]
    pub(crate) fn visit(&mut self) -> bool {
        self.visits.preorder += 1;
        self.visits.preorder < self.next_question || self.ask()
    }

    #[cold]
    fn ask(&mut self) -> bool {
        let most = self.budget.visits();
        if self.is_stopped() || self.budget.is_stopped() || self.visits.preorder > most {
            self.next_question = 0;
            return false;
        }
        self.next_question = (self.visits.preorder + STRIDE).min(most.saturating_add(1));
        true
    }

    /// Whether the decision has been told to end: what it found since is not to be relied on.
    #[inline]
    pub(crate) fn is_stopped(&self) -> bool {
        self.next_question == 0
    }

    /// # Errors
    /// [`Refusal::Stopped`] or [`Refusal::TooManyVisits`] if the decision has been told to end.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        match self.budget.visits() {
            _ if !self.is_stopped() => Ok(()),
            most if self.visits.preorder > most => Err(Refusal::TooManyVisits { most }),
            _ => Err(Refusal::Stopped),
        }
    }
}
