//! One pass: which vertices a request would take at one instant (`docs/semantics/matching.md`;
//! `docs/semantics/policies.md`).
//!
//! A pass is a pure function of graph, bookings, request, time and kind. It books nothing. The rules are
//! written there; added here are reasons to skip a subtree that cannot hold the request.

pub(crate) mod access;
mod admit;
mod anchor_order;
mod best_first;
mod candidates;
mod fresh;
mod gather;
mod locality;
mod mix;
pub(crate) mod node_mask;
mod region;
mod scope;
pub(crate) mod scratch;
mod slots;
mod stream;
mod top;
pub(crate) mod usable;
mod walk;
mod weighted;

use fluxion_graph::VertexId;

use crate::calendar::barred::Barred;
use crate::index::Indices;
use crate::index::weights::Weights;
use crate::policy::Policy;
use crate::request::Request;
use crate::request::constraint_mask::ConstraintMask;
use crate::request::traverser::Traverser;
use crate::search::node_mask::NodeMask;
use crate::search::scratch::{Bags, Candidate, Choice, Scratch};
use crate::site::Site;
use crate::state::State;

/// What a pass looks at (`docs/semantics/matching.md`, Passes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PassKind {
    /// At the present time: allocations block, even overrunning ones.
    Now,
    /// As now, if there were allocations alone. Only where the figures of [`State`] speak for the time, and no filter shows
    /// in the result: the filters count all jobs.
    Unreserved,
    /// At another time: timelines alone.
    Later,
    /// On the machine as if everything were up.
    Satisfiability,
}

/// The instant of a pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pass {
    pub(crate) kind: PassKind,
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Whether the figures of [`State`] speak for the instant.
    pub(crate) figures: Figures,
}

/// Whether blocked vertices and free units, as counted, hold at the instant of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figures {
    Apply,
    Ignore,
}

/// Which order a list of candidates is brought into (`docs/semantics/policies.md`, Sort orders).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CandidateOrder {
    Matched,
    SlotMember,
}

/// How many visits a pass costs beside those that it makes, and beside one for each element.
const PASS: usize = 16;

/// One pass over a graph.
pub(crate) struct Search<'a> {
    pub(crate) site: &'a Site,
    pub(crate) state: &'a State,
    pub(crate) indices: &'a mut Indices,
    pub(crate) weights: &'a Weights,
    pub(crate) policy: Policy,
    pub(crate) request: &'a Request,
    pub(crate) constraint: Option<&'a ConstraintMask>,
    /// What windows keep from the request during the pass.
    pub(crate) barred: Option<&'a Barred>,
    /// The nodes that could serve at all during the window, if that is known.
    pub(crate) node_mask: Option<NodeMask<'a>>,
    pub(crate) pass: Pass,
    pub(crate) scratch: &'a mut Scratch,
}

impl Search<'_> {
    /// Runs the pass.
    pub(crate) fn run(&mut self) -> Option<Choice> {
        self.scratch.candidates.clear();
        self.scratch.picks.clear();
        self.scratch.meter.charge(PASS + self.request.elements.len());
        if !self.site.tree.is_tree() {
            self.scratch.seen.resize(self.site.graph.vertices().len(), 0);
            self.scratch.epoch += 1;
        }
        self.select()
    }

    fn is_flexible(&self) -> bool {
        self.request.traverser == Traverser::Flexible
    }

    /// Whether the pass is to end: it then chooses nothing.
    fn is_stopped(&self) -> bool {
        self.scratch.meter.is_stopped()
    }

    fn take_bags(&mut self, len: usize) -> Bags {
        (0..len).map(|_| self.scratch.spare_bags.pop().unwrap_or_default()).collect()
    }

    fn give_back(&mut self, bags: Bags) {
        for mut bag in bags {
            bag.clear();
            self.scratch.spare_bags.push(bag);
        }
    }

    fn push(&mut self, candidate: Candidate) -> u32 {
        self.scratch.meter.candidate();
        self.scratch.candidates.push(candidate);
        self.scratch.candidates.len() as u32 - 1
    }

    fn units(&self, bag: &[u32]) -> u64 {
        bag.iter().map(|&c| self.scratch.candidates[c as usize].units).sum()
    }

    fn score(&self, candidate: u32) -> i64 {
        self.scratch.candidates[candidate as usize].score
    }

    /// Appends the shortest prefix of `sorted` that has `units` to the picks.
    fn choose(&mut self, sorted: &[u32], units: u64) {
        let mut sum = 0;
        for &candidate in sorted {
            if sum >= units {
                break;
            }
            self.scratch.picks.push(candidate);
            sum += self.scratch.candidates[candidate as usize].units;
        }
    }

    /// Forgets what a failed attempt left behind.
    fn roll_back(&mut self, (candidates, picks): (usize, usize)) {
        self.scratch.candidates.truncate(candidates);
        self.scratch.picks.truncate(picks);
    }

    fn checkpoint(&self) -> (usize, usize) {
        (self.scratch.candidates.len(), self.scratch.picks.len())
    }

    fn was_seen(&self, vertex: VertexId) -> bool {
        !self.site.tree.is_tree() && self.scratch.seen[vertex.index()] == self.scratch.epoch
    }

    fn see(&mut self, vertex: VertexId) {
        if !self.site.tree.is_tree() {
            self.scratch.seen[vertex.index()] = self.scratch.epoch;
        }
    }
}
