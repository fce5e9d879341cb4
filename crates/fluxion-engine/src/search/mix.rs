//! Choosing among or-slots (`docs/semantics/matching.md`, The flexible traverser): which alternatives, in
//! which order, make the most slots out of given amounts. Knows only numbers, neither vertices nor requests.

use fluxion_jobspec::Count;
use rustc_hash::FxHashMap;

/// The most amounts that the search for one mix looks at, and all searches of one decision together. Beyond, the
/// alternative that fits most often by itself is taken each time.
const MOST_AMOUNTS: usize = 25_000;
const MOST_AMOUNTS_PER_DECISION: usize = 100_000;

/// The most slots in remembered answers.
const MOST_REMEMBERED: usize = 1 << 20;

/// What one slot of an alternative takes: indices of the list of amounts, with counts. None: it never fits.
pub(super) type Alternative = Option<Vec<(usize, Count)>>;

/// What is to be mixed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Mix {
    /// The alternatives, in the order of the request.
    pub(super) alternatives: Vec<Alternative>,
    /// Units per member type.
    pub(super) available: Vec<u64>,
    /// No more slots than these can be formed.
    pub(super) most: usize,
}

/// The mixes of one decision. Anchors that have the same to offer are answered alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mixes {
    known: FxHashMap<Mix, Vec<usize>>,
    remembered: usize,
    looked_at: usize,
}

/// The best continuation from some amounts: how many slots, and which alternative first.
#[derive(Clone, Copy, Debug, Default)]
struct Best {
    slots: u64,
    first: Option<usize>,
}

impl Mixes {
    /// Forgets the last decision.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The alternatives, in order, that make the most slots; of equally good ones the first.
    pub(super) fn sequence(&mut self, mix: &Mix) -> Vec<usize> {
        if let Some(known) = self.known.get(mix) {
            return known.clone();
        }
        let budget = MOST_AMOUNTS.min(MOST_AMOUNTS_PER_DECISION.saturating_sub(self.looked_at));
        let (best, looked_at) = mix.solve(budget);
        self.looked_at += looked_at;
        let sequence = mix.follow(&best);
        self.remembered += sequence.len();
        if self.remembered < MOST_REMEMBERED {
            self.known.insert(mix.clone(), sequence.clone());
        }
        sequence
    }
}

impl Mix {
    /// Units per member type that one slot of an alternative takes; none if it does not fit.
    pub(super) fn demand(&self, alternative: usize, available: &[u64]) -> Option<Vec<u64>> {
        let members = self.alternatives.get(alternative)?.as_ref()?;
        let mut demand = vec![0; available.len()];
        for &(at, count) in members {
            let units = count.take(available[at]);
            demand[at] += units;
            if units == 0 || demand[at] > available[at] {
                return None;
            }
        }
        Some(demand)
    }

    fn after(&self, alternative: usize, available: &[u64]) -> Option<Vec<u64>> {
        let demand = self.demand(alternative, available)?;
        Some(available.iter().zip(demand).map(|(a, d)| a - d).collect())
    }

    /// How often an alternative fits by itself, at least.
    fn fits(&self, alternative: usize, available: &[u64]) -> u64 {
        let Some(demand) = self.demand(alternative, available) else { return 0 };
        let times = available.iter().zip(demand).filter_map(|(a, d)| a.checked_div(d));
        times.min().unwrap_or(0)
    }

    fn fits_most(&self, available: &[u64]) -> Option<usize> {
        let fitting = (0..self.alternatives.len()).filter(|&a| self.fits(a, available) > 0);
        // of equal ones `max_by_key` gives the last
        fitting.rev().max_by_key(|&a| self.fits(a, available))
    }

    fn follow(&self, best: &FxHashMap<Vec<u64>, Best>) -> Vec<usize> {
        let mut sequence = Vec::new();
        let mut left = self.available.clone();
        while sequence.len() < self.most {
            let first = match best.get(&left) {
                Some(best) => best.first,
                None => self.fits_most(&left),
            };
            let Some((first, after)) = first.and_then(|a| Some((a, self.after(a, &left)?))) else {
                break;
            };
            sequence.push(first);
            left = after;
        }
        sequence
    }

    /// Dynamic programming over what is left, depth first with its own stack, and how many amounts it looked at;
    /// nothing if they are more than the budget allows.
    fn solve(&self, budget: usize) -> (FxHashMap<Vec<u64>, Best>, usize) {
        let mut known = FxHashMap::default();
        // so many amounts lie on the way of one alternative alone
        if (0..self.alternatives.len()).any(|a| self.fits(a, &self.available) >= budget as u64) {
            return (known, 0);
        }
        let mut open: Vec<(Vec<u64>, usize, Best)> =
            vec![(self.available.clone(), 0, Best::default())];
        while let Some((left, alternative, best)) = open.last_mut() {
            if *alternative == self.alternatives.len() {
                let (left, best) = (std::mem::take(left), *best);
                known.insert(left, best);
                open.pop();
                continue;
            }
            let Some(after) = self.after(*alternative, left) else {
                *alternative += 1;
                continue;
            };
            if let Some(below) = known.get(&after) {
                if below.slots + 1 > best.slots {
                    *best = Best { slots: below.slots + 1, first: Some(*alternative) };
                }
                *alternative += 1;
                continue;
            }
            if known.len() + open.len() >= budget {
                return (FxHashMap::default(), budget);
            }
            open.push((after, 0, Best::default()));
        }
        let looked_at = known.len();
        (known, looked_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(alternatives: &[&[(usize, u32)]], available: &[u64], most: usize, expected: &[usize]) {
        let alternative = |members: &&[(usize, u32)]| {
            Some(members.iter().map(|&(at, n)| (at, Count::exactly(n))).collect())
        };
        let alternatives = alternatives.iter().map(alternative).collect();
        let mix = Mix { alternatives, available: available.to_vec(), most };
        let mut mixes = Mixes::default();
        assert_eq!(mixes.sequence(&mix), expected);
        assert_eq!(mixes.sequence(&mix), expected);
    }

    #[test]
    fn the_most_slots_and_the_first_of_equals() {
        check(&[&[(0, 4), (1, 1)], &[(0, 6)]], &[10, 2], 9, &[0, 0]);
        check(&[&[(0, 4), (1, 1)], &[(0, 6)]], &[10, 1], 9, &[0, 1]);
        check(&[&[(0, 2)], &[(0, 1)]], &[4], 9, &[1, 1, 1, 1]);
        check(&[&[(0, 3)], &[(0, 2)]], &[5], 9, &[0, 1]);
        check(&[&[(0, 1)], &[(0, 1)]], &[2], 9, &[0, 0]);
        check(&[&[(0, 3)]], &[2], 9, &[]);
    }

    #[test]
    fn no_more_than_can_be_formed() {
        check(&[&[(0, 2)], &[(0, 1)]], &[4], 2, &[1, 1]);
    }

    #[test]
    fn pools_of_billions_take_no_time() {
        let billions = u64::from(u32::MAX);
        check(&[&[(0, 2)], &[(0, 1)]], &[billions], 3, &[1, 1, 1]);
        check(&[&[(0, 1), (1, 9)], &[(0, 2), (1, 1)]], &[billions, billions], 2, &[1, 1]);
    }

    #[test]
    fn all_searches_of_a_decision_end_together() {
        let mut mixes = Mixes::default();
        for units in 300..400 {
            let member = |at: usize, n: u32| (at, Count::exactly(n));
            let alternatives = vec![
                Some(vec![member(0, 1), member(1, 2)]),
                Some(vec![member(0, 2), member(1, 1)]),
            ];
            let mix = Mix { alternatives, available: vec![units, units + 7], most: usize::MAX };
            assert!(!mixes.sequence(&mix).is_empty());
        }
        assert!(mixes.looked_at <= MOST_AMOUNTS_PER_DECISION);
    }
}
