//! One pass: which vertices a request would take at one instant (chapter 04, sections 3 to 8 and 11).
//!
//! A pass is a pure function of graph, bookings, request, time and kind. It books nothing. The rules are
//! those of the chapter; what is added here are reasons to skip a subtree that cannot hold the request.

mod admit;
mod fresh;
mod gather;
mod lane;
mod locality;
mod mix;
mod present;
mod slots;
mod top;
pub(crate) mod vacancy;
mod walk;
mod weighted;

use fluxion_graph::VertexId;

use crate::index::shelf::Shelves;
use crate::index::weights::Weights;
use crate::notes::Notes;
use crate::policy::Policy;
use crate::request::acceptance::Acceptance;
use crate::request::{Request, Traverser};
use crate::search::vacancy::{Fitting, Room};
use crate::site::Site;
use crate::state::State;

/// What a pass looks at (chapter 04, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// At the present time: allocations block, even overrunning ones.
    Now,
    /// At another time: timelines alone.
    Later,
    /// On the machine as if everything were up.
    Satisfiability,
}

/// The instant of a pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pass {
    pub(crate) kind: Kind,
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

/// How much a decision looked at, all its passes together. The reference walks the whole graph, vertex by vertex;
/// here whole subtrees are skipped, and some vertices are asked about twice, so that its figures are others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// How often it was asked whether a vertex may be used.
    pub preorder: u64,
    /// How many candidates were found: vertices and slots.
    pub postorder: u64,
}

/// Memory that is reused from pass to pass. A copy starts empty.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) picks: Vec<u32>,
    pool: Vec<Vec<u32>>,
    /// Vertices that were evaluated in this pass; only kept where vertices have several parents.
    seen: Vec<u32>,
    epoch: u32,
    /// Mixes of or-slots found in this decision.
    pub(crate) mixes: mix::Mixes,
    /// What this decision cost so far.
    pub(crate) visits: Visits,
    /// What the search has to say to the user.
    pub(crate) notes: Notes,
    pub(crate) room: Room,
}

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Candidates by element of a list; elements of one type share the list of the first.
type Bags = Vec<Vec<u32>>;

/// Which order a list of candidates is brought into (chapter 04, section 7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Matched,
    SlotMember,
}

/// One pass over a graph.
pub(crate) struct Search<'a> {
    pub(crate) site: &'a Site,
    pub(crate) state: &'a State,
    pub(crate) shelves: &'a mut Shelves,
    pub(crate) weights: &'a Weights,
    pub(crate) policy: Policy,
    pub(crate) request: &'a Request,
    pub(crate) acceptance: Option<&'a Acceptance>,
    /// The nodes that could serve at all during the window, if that is known.
    pub(crate) fitting: Option<Fitting<'a>>,
    pub(crate) pass: Pass,
    pub(crate) scratch: &'a mut Scratch,
}

/// What a pass chose at the top of the request.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Candidates of [`Scratch::candidates`].
    pub(crate) picks: Vec<u32>,
    /// The amount that is printed for the root.
    pub(crate) root_amount: u64,
}

impl Search<'_> {
    /// Runs the pass.
    pub(crate) fn run(&mut self) -> Option<Choice> {
        self.scratch.candidates.clear();
        self.scratch.picks.clear();
        if !self.site.tree.is_tree() {
            self.scratch.seen.resize(self.site.graph.vertices().len(), 0);
            self.scratch.epoch += 1;
        }
        self.select()
    }

    fn is_flexible(&self) -> bool {
        self.request.traverser == Traverser::Flexible
    }

    fn take_bags(&mut self, len: usize) -> Bags {
        (0..len).map(|_| self.scratch.pool.pop().unwrap_or_default()).collect()
    }

    fn give_back(&mut self, bags: Bags) {
        for mut bag in bags {
            bag.clear();
            self.scratch.pool.push(bag);
        }
    }

    fn push(&mut self, candidate: Candidate) -> u32 {
        self.scratch.visits.postorder += 1;
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
    fn truncate(&mut self, (candidates, picks): (usize, usize)) {
        self.scratch.candidates.truncate(candidates);
        self.scratch.picks.truncate(picks);
    }

    fn mark(&self) -> (usize, usize) {
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
