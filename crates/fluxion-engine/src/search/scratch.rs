//! What a pass finds and chooses, in memory that is reused from pass to pass.

use fluxion_budget::Budget;
use fluxion_graph::VertexId;

use super::mix::Mixes;
use crate::meter::Meter;
use crate::notes::Notes;

/// A vertex, or a slot, that could be chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// The vertex; of a slot, the anchor.
    pub(crate) vertex: VertexId,
    /// From where the search reached the vertex.
    pub(crate) parent: Option<VertexId>,
    pub(crate) units: u64,
    pub(crate) score: i64,
    pub(crate) exclusive: bool,
    pub(crate) is_slot: bool,
    /// What was chosen below: a range of [`Scratch::picks`].
    pub(crate) picks: (u32, u32),
}

/// Memory that is reused from pass to pass. A copy starts empty.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) picks: Vec<u32>,
    /// Empty bags to be used again.
    pub(super) spare_bags: Bags,
    /// Vertices that were evaluated in this pass; only kept where vertices have several parents.
    pub(super) seen: Vec<u32>,
    pub(super) epoch: u32,
    /// Mixes of or-slots found in this decision.
    pub(crate) mixes: Mixes,
    /// What this decision cost so far, and may cost.
    pub(crate) meter: Meter,
    /// What the search has to say to the user.
    pub(crate) notes: Notes,
}

impl Scratch {
    /// Forgets what the last decision left behind.
    pub(crate) fn start_decision(&mut self, budget: &Budget) {
        self.notes.clear();
        self.meter.start(budget);
        self.mixes.clear();
    }
}

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Candidates by element of a list; elements of one type share the list of the first.
pub(super) type Bags = Vec<Vec<u32>>;

/// What a pass chose at the top of the request.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Candidates of [`Scratch::candidates`].
    pub(crate) picks: Vec<u32>,
    /// The amount that is printed for the root.
    pub(crate) root_amount: u64,
}
