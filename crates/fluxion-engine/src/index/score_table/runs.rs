//! A multiset of scores that knows its runs: maximal ranges of consecutive members
//! (`docs/semantics/policies.md`, Locality).

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// See the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Runs {
    counts: FxHashMap<i64, u64>,
    /// The highest member of each run, by the lowest.
    runs: BTreeMap<i64, i64>,
}

impl Runs {
    /// Adds a score so many times. O(log runs).
    pub(super) fn add(&mut self, score: i64, times: u64) {
        if times == 0 {
            return;
        }
        let count = self.counts.entry(score).or_default();
        *count += times;
        if *count > times {
            return;
        }
        let above = score.checked_add(1).and_then(|next| self.runs.remove(&next));
        let high = above.unwrap_or(score);
        match self.run_of(score.saturating_sub(1)) {
            Some((low, _)) if score != i64::MIN => self.runs.insert(low, high),
            _ => self.runs.insert(score, high),
        };
    }

    /// Takes one occurrence of a score away. O(log runs).
    pub(super) fn remove(&mut self, score: i64) {
        let Some(count) = self.counts.get_mut(&score) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        self.counts.remove(&score);
        let Some((low, high)) = self.run_of(score) else { return };
        self.runs.remove(&low);
        if low < score {
            self.runs.insert(low, score - 1);
        }
        if score < high {
            self.runs.insert(score + 1, high);
        }
    }

    /// The highest run that ends below `top`: its lowest and its highest member. O(log runs).
    pub(super) fn below(&self, top: i64) -> Option<(i64, i64)> {
        self.runs.range(..top).next_back().map(|(&low, &high)| (low, high))
    }

    fn run_of(&self, score: i64) -> Option<(i64, i64)> {
        let (&low, &high) = self.runs.range(..=score).next_back()?;
        (score <= high).then_some((low, high))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Runs;

    /// Runs by looking at every score.
    fn runs_of(scores: &BTreeMap<i64, u64>) -> Vec<(i64, i64)> {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for &score in scores.keys() {
            match runs.last_mut() {
                Some((_, high)) if *high + 1 == score => *high = score,
                _ => runs.push((score, score)),
            }
        }
        runs
    }

    fn listed(runs: &Runs) -> Vec<(i64, i64)> {
        let mut found: Vec<(i64, i64)> =
            std::iter::successors(runs.below(i64::MAX), |&(low, _)| runs.below(low)).collect();
        found.reverse();
        found
    }

    proptest! {
        #[test]
        fn runs_are_those_of_a_plain_list(steps in prop::collection::vec((0i64..12, 0u64..3), 1..60)) {
            let mut runs = Runs::default();
            let mut plain: BTreeMap<i64, u64> = BTreeMap::new();
            for (score, times) in steps {
                if times > 0 {
                    runs.add(score, times);
                    *plain.entry(score).or_default() += times;
                } else if let Some(count) = plain.get_mut(&score) {
                    runs.remove(score);
                    *count -= 1;
                    plain.retain(|_, count| *count > 0);
                }
                prop_assert_eq!(listed(&runs), runs_of(&plain));
            }
        }
    }

    #[test]
    fn the_ends_of_the_numbers_do_not_overflow() {
        let mut runs = Runs::default();
        [i64::MIN, i64::MAX, i64::MAX - 1].iter().for_each(|&score| runs.add(score, 1));
        assert_eq!(runs.below(i64::MAX), Some((i64::MAX - 1, i64::MAX)));
        assert_eq!(runs.below(i64::MAX - 1), Some((i64::MIN, i64::MIN)));
        runs.remove(i64::MAX);
        runs.remove(i64::MIN);
        assert_eq!(runs.below(i64::MAX), Some((i64::MAX - 1, i64::MAX - 1)));
    }
}
