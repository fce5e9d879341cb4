//! Matches of one graph, and how long its calls waited.

use fluxion_context::MatchOperation;

use crate::measures::histogram::{Histogram, NUMBERS, SECONDS};

/// How a match ended, as few words as tell what to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MatchOutcome {
    /// It fits, now or later.
    Matched,
    /// Nothing is free.
    Busy,
    /// It can never run.
    Unsatisfiable,
    /// It was ended before that was known.
    Ended,
    /// It cannot be read, or not be answered.
    Refused,
}

impl MatchOutcome {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 5] =
        [Self::Matched, Self::Busy, Self::Unsatisfiable, Self::Ended, Self::Refused];

    /// As a label.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Busy => "busy",
            Self::Unsatisfiable => "unsatisfiable",
            Self::Ended => "ended",
            Self::Refused => "refused",
        }
    }
}

/// What is counted of one load of a graph.
#[derive(Debug)]
pub(crate) struct MatchMeasures {
    /// By operation, then by outcome.
    seconds: Vec<Histogram>,
    pub(crate) visits: Histogram,
    /// From the arrival of a request at the graph to its turn.
    pub(crate) waits: Histogram,
}

impl Default for MatchMeasures {
    fn default() -> Self {
        let all = MatchOperation::ALL.len() * MatchOutcome::ALL.len();
        let seconds = (0..all).map(|_| Histogram::new(SECONDS)).collect();
        Self { seconds, visits: Histogram::new(NUMBERS), waits: Histogram::new(SECONDS) }
    }
}

impl MatchMeasures {
    /// How long matches took that ended like this.
    pub(crate) fn seconds(
        &self,
        operation: MatchOperation,
        outcome: MatchOutcome,
    ) -> Option<&Histogram> {
        let row = MatchOperation::ALL.iter().position(|&known| known == operation)?;
        let column = MatchOutcome::ALL.iter().position(|&known| known == outcome)?;
        self.seconds.get(row * MatchOutcome::ALL.len() + column)
    }
}
