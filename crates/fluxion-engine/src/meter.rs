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

/// Counts the visits of one decision. They are granted in portions, and the budget is asked before each.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    granted: u64,
    /// Of those that were granted.
    left: u64,
    /// Candidates that were found; each costs as much as a visit.
    candidates: u64,
    /// What else cost as much as so many visits.
    charged: u64,
    is_ended: bool,
    budget: Budget,
}

impl Meter {
    /// A decision begins.
    pub(crate) fn start(&mut self, budget: &Budget) {
        *self = Self { budget: budget.clone(), ..Self::default() };
    }

    /// Counts a visit; false if the decision is to end.
    #[inline]
    pub(crate) fn visit(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => self.ask(),
        }
    }

    /// Counts a candidate.
    #[inline]
    pub(crate) fn candidate(&mut self) {
        // whoever looks for the next one is told that the decision is to end
        if self.visit() {
            self.candidates += 1;
        }
    }

    /// What takes as long as so many visits.
    pub(crate) fn charge(&mut self, visits: usize) {
        let visits = visits as u64;
        let charged = if self.left >= visits {
            self.left -= visits;
            visits
        } else {
            (0..visits).take_while(|_| self.visit()).count() as u64
        };
        self.charged += charged;
    }

    #[cold]
    fn ask(&mut self) -> bool {
        let portion = STRIDE.min(self.budget.visits().saturating_sub(self.granted));
        self.is_ended |= portion == 0 || self.budget.is_stopped();
        if self.is_ended {
            return false;
        }
        self.granted += portion;
        self.left = portion - 1;
        true
    }

    /// How much the decision has looked at.
    pub(crate) fn visits(&self) -> Visits {
        let visits = self.granted - self.left - self.candidates - self.charged;
        Visits { preorder: visits, postorder: self.candidates }
    }

    /// All that the decision has cost, in visits.
    pub(crate) fn spent(&self) -> u64 {
        self.granted - self.left
    }

    /// Whether the decision has been told to end: what it found since is not to be relied on.
    #[inline]
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_ended
    }

    /// # Errors
    /// [`Refusal::Stopped`] or [`Refusal::TooManyVisits`] if the decision has been told to end.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        match self.budget.visits() {
            _ if !self.is_ended => Ok(()),
            _ if self.budget.is_stopped() => Err(Refusal::Stopped),
            most => Err(Refusal::TooManyVisits { most }),
        }
    }
}
