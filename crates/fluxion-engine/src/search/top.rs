//! The top of a request: gathering from the root, and the final choice (`docs/semantics/matching.md`,
//! Candidates and choice; `docs/semantics/policies.md`, Locality).

use std::cmp::Reverse;

use super::access::Access;
use super::scratch::Choice;
use super::walk::Seek;
use super::{CandidateOrder, Search};
use crate::policy::Preference;

impl Search<'_> {
    pub(super) fn select(&mut self) -> Option<Choice> {
        if !self.may_fit() {
            return None;
        }
        if let Some(region) = self.top_region() {
            return self.select_in_region(&region);
        }
        if let Some(choice) = self.select_best_first() {
            return choice;
        }
        let list = self.request.top.clone();
        let mut bags = self.take_bags(list.len());
        let root = self.site.tree.root();
        self.visit(root, None, &list, Seek::Deeper, Access::Shared, &mut bags);
        let choice = self.choose_top(&mut bags);
        self.give_back(bags);
        choice
    }

    /// Whether the whole graph can hold the request: a necessary condition.
    fn may_fit(&self) -> bool {
        let root = self.site.tree.root();
        let own = self.site.graph.vertex(root).ty;
        let mut below = self.request.demand.clone();
        below.remove(own);
        self.can_hold(root, &below)
    }

    pub(super) fn choose_top(&mut self, bags: &mut [Vec<u32>]) -> Option<Choice> {
        let request = self.request;
        let list = request.top.clone();
        let root_type = self.site.graph.vertex(self.site.tree.root()).ty;
        let mut choice = Choice { picks: Vec::new(), root_amount: 1 };
        let mut scores = Vec::new();
        for element in list.clone() {
            let at = self.bag_of(&list, element);
            let mut bag = std::mem::take(&mut bags[at]);
            let units = request.elements[element].count.take(self.units(&bag));
            if units == 0 {
                bags[at] = bag;
                return None;
            }
            self.sort_top(&mut bag, &mut scores);
            let start = self.scratch.picks.len();
            self.choose(&bag, units);
            bags[at] = bag;
            let last = list.clone().skip(element + 1).all(|later| self.bag_of(&list, later) != at);
            let picked = self.scratch.picks.drain(start..);
            if last {
                choice.picks.extend(picked);
            }
            if request.elements[element].ty == Some(root_type) {
                choice.root_amount = units;
            }
        }
        Some(choice)
    }

    /// Sorts the candidates of one top-level element; `scores` collects those of the elements before.
    fn sort_top(&self, bag: &mut [u32], scores: &mut Vec<i64>) {
        match self.policy.preference() {
            Preference::High | Preference::Low | Preference::Variation => {
                self.sort(bag, CandidateOrder::Matched);
            }
            Preference::Locality => {
                scores.extend(bag.iter().map(|&c| self.score(c)));
                scores.sort_unstable();
                scores.dedup();
                bag.sort_by_cached_key(|&c| Reverse(run_start(scores, self.score(c))));
            }
        }
    }
}

/// The lowest score of the run of consecutive scores that a score belongs to.
fn run_start(sorted: &[i64], score: i64) -> i64 {
    let at = sorted.partition_point(|&s| s < score);
    // within a run the difference between score and index is constant
    let key = |index: usize| sorted[index].wrapping_sub(index as i64);
    let Some(&here) = sorted.get(at) else { return score };
    let offset = key(at);
    let first = partition(at, |index| key(index) < offset);
    sorted.get(first).copied().unwrap_or(here)
}

/// The first index below `len` for which `before` is false.
fn partition(len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::run_start;

    #[test]
    fn runs_of_consecutive_scores() {
        let scores = [2, 3, 4, 6, 7, 10];
        let starts: Vec<i64> = scores.iter().map(|&s| run_start(&scores, s)).collect();
        assert_eq!(starts, [2, 2, 2, 6, 6, 10]);
    }
}
