//! The offers of all providers to one kind of request, with the runs of all their scores.

use std::ops::Range;
use std::sync::Arc;

use fluxion_graph::VertexId;
use rustc_hash::FxHashMap;

use super::max_tree::MaxTree;
use super::runs::Runs;
use crate::blocks::{BlockTable, own};
use crate::site::Site;

/// Scores and units of the candidates of one provider, in the order in which they are gathered.
pub(crate) type Offer = Arc<[(i64, u64)]>;

/// How far a change reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeReach {
    /// The vertex, as seen from itself and from above.
    Vertex,
    /// Everything below, too.
    Subtree,
}

/// The offers of all providers to one kind of request. A provider is a vertex at which candidates are found.
#[derive(Clone, Debug)]
pub(crate) struct ScoreTable {
    /// Disjoint subtrees, depth first: the position of each, and its end.
    providers: Arc<[(u32, u32)]>,
    offers: BlockTable<Offer, 64>,
    /// The best score of each provider.
    best: MaxTree,
    /// As many as there are different scores, which are few; copied as a whole.
    runs: Arc<Runs>,
    changed: Vec<usize>,
    is_changed: BlockTable<bool, 512>,
    /// The provider that was noted last: neighbours mostly change together.
    noted_last: (u32, u32),
    /// What providers with a kind of subtree offer while nobody uses them.
    pub(crate) untouched: FxHashMap<u32, Offer>,
}

impl ScoreTable {
    /// Providers must be disjoint subtrees, depth first.
    pub(crate) fn new(site: &Site, providers: &[VertexId]) -> Self {
        let span = |&v: &VertexId| site.tree.position(v).map(|p| (p, site.tree.end(p)));
        let providers: Arc<[(u32, u32)]> = providers.iter().filter_map(span).collect();
        Self {
            offers: BlockTable::default(),
            best: MaxTree::default(),
            providers,
            runs: Arc::default(),
            changed: Vec::new(),
            is_changed: BlockTable::default(),
            noted_last: (0, 0),
            untouched: FxHashMap::default(),
        }
    }

    /// Whether it is not known yet what providers offer.
    pub(crate) fn is_empty(&self) -> bool {
        self.offers.is_empty()
    }

    /// The vertex of a provider.
    pub(crate) fn provider(&self, site: &Site, at: usize) -> VertexId {
        site.tree.at(self.providers[at].0)
    }

    /// The providers whose offers are not known, or may have changed; they are forgotten here.
    pub(crate) fn take_changed(&mut self) -> Vec<usize> {
        self.noted_last = (0, 0);
        if self.is_empty() {
            return (0..self.providers.len()).collect();
        }
        self.changed.iter().for_each(|&at| self.is_changed[at] = false);
        std::mem::take(&mut self.changed)
    }

    /// Enters what all providers offer, in their order.
    pub(crate) fn fill(&mut self, offers: &[Offer]) {
        // alike providers share one offer, and mostly come one after the other
        let mut best = Vec::with_capacity(offers.len());
        let runs = own(&mut self.runs);
        for alike in offers.chunk_by(Arc::ptr_eq) {
            alike[0].iter().for_each(|&(score, _)| runs.add(score, alike.len() as u64));
            best.resize(best.len() + alike.len(), best_below(&alike[0], None));
        }
        self.best = MaxTree::new(best.into_iter());
        self.is_changed = BlockTable::new(offers.len(), &false);
        self.offers = BlockTable::of(offers);
    }

    /// Enters what a provider offers now.
    pub(crate) fn replace(&mut self, at: usize, offer: Offer) {
        let old = std::mem::replace(&mut self.offers[at], offer);
        let new = &self.offers[at];
        let (gone, come) = differing(&old, new);
        let runs = own(&mut self.runs);
        come.iter().for_each(|&(score, _)| runs.add(score, 1));
        gone.iter().for_each(|&(score, _)| runs.remove(score));
        self.best.set(at, best_below(new, None));
    }

    /// The run of consecutive scores that comes after those that start at `top`.
    pub(crate) fn run_below(&self, top: i64) -> Option<(i64, i64)> {
        self.runs.below(top)
    }

    /// The first provider at or after `from` with an offer of at least `low` that was not used up.
    pub(crate) fn next_provider(&self, from: usize, low: i64) -> Option<usize> {
        self.best.next(from, low)
    }

    /// Leaves a provider out of [`ScoreTable::next_provider`] for what it offers at `low` and above.
    pub(crate) fn use_up(&mut self, at: usize, low: i64) {
        self.best.set(at, best_below(&self.offers[at], Some(low)));
    }

    /// Takes back what [`ScoreTable::use_up`] did.
    pub(crate) fn restore(&mut self, at: usize) {
        self.best.set(at, best_below(&self.offers[at], None));
    }

    /// Says that what the vertex at a position offers may have changed; the positions of which that is known now. Mostly
    /// it lies where the last one did.
    #[inline]
    pub(super) fn note(&mut self, site: &Site, position: u32, reach: ChangeReach) -> Range<u32> {
        if self.is_empty() {
            return 0..u32::MAX;
        }
        if !(self.noted_last.0..self.noted_last.1).contains(&position) {
            self.note_elsewhere(site, position, reach);
        }
        let noted = self.noted_last.0..self.noted_last.1;
        if noted.contains(&position) { noted } else { position..position + 1 }
    }

    fn note_elsewhere(&mut self, site: &Site, position: u32, reach: ChangeReach) {
        let after = self.providers.partition_point(|&(start, _)| start <= position);
        if let Some(at) = after.checked_sub(1)
            && position < self.providers[at].1
        {
            self.noted_last = self.providers[at];
            self.note_provider(at);
        } else if reach == ChangeReach::Subtree {
            let end = site.tree.end(position);
            let below =
                self.providers[after..].iter().take_while(|&&(start, _)| start < end).count();
            (after..after + below).for_each(|at| self.note_provider(at));
        }
    }

    /// Whether the runs and the best scores are those of the offers.
    pub(super) fn is_consistent(&self) -> bool {
        let mut runs = Runs::default();
        self.offers.iter().flat_map(|o| o.iter()).for_each(|&(score, _)| runs.add(score, 1));
        let best: Vec<i64> = self.offers.iter().map(|offer| best_below(offer, None)).collect();
        runs == *self.runs && self.best.holds(&best)
    }

    fn note_provider(&mut self, at: usize) {
        if !self.is_changed[at] {
            self.is_changed[at] = true;
            self.changed.push(at);
        }
    }
}

/// The best score that is less than a limit; the least number of all if there is none.
fn best_below(offer: &[(i64, u64)], limit: Option<i64>) -> i64 {
    let scores = offer.iter().map(|&(score, _)| score);
    scores.filter(|&score| limit.is_none_or(|limit| score < limit)).max().unwrap_or(i64::MIN)
}

/// Two lists without what they have in common at the front and at the back.
fn differing<'a, T: PartialEq>(a: &'a [T], b: &'a [T]) -> (&'a [T], &'a [T]) {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (&a[..a.len() - back], &b[..b.len() - back])
}
