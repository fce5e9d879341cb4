//! Sets of non-negative numbers as sorted disjoint intervals. How they are written is `idset_text`.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

/// A set of numbers below 2^31, stored as intervals: its cost does not grow with the largest number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Idset {
    /// Inclusive, ascending, disjoint and not adjacent.
    intervals: Vec<(u32, u32)>,
}

impl Idset {
    /// The empty set.
    pub const fn new() -> Self {
        Self { intervals: Vec::new() }
    }

    /// Whether `id` is a member. O(log intervals).
    pub fn contains(&self, id: u32) -> bool {
        let at = self.intervals.partition_point(|&(_, last)| last < id);
        self.intervals.get(at).is_some_and(|&(first, _)| first <= id)
    }

    /// How many members there are. O(intervals).
    pub fn len(&self) -> usize {
        self.intervals.iter().map(|&(first, last)| (last - first) as usize + 1).sum()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// The maximal runs of consecutive members, ascending, both ends included.
    pub fn intervals(&self) -> impl ExactSizeIterator<Item = RangeInclusive<u32>> {
        self.intervals.iter().map(|&(first, last)| first..=last)
    }

    /// The members, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.intervals().flatten()
    }

    /// The members of either set. O(intervals of both).
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.intervals().peekable(), other.intervals().peekable());
        let mut union = Self::new();
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some(l), Some(r)) if l.start().cmp(r.start()) == Ordering::Less => left.next(),
                (_, Some(_)) => right.next(),
                (_, None) => left.next(),
            };
            let Some(interval) = next else { return union };
            union.push(*interval.start(), *interval.end());
        }
    }

    /// Adds an interval that does not start before the last one does.
    pub(crate) fn push(&mut self, first: u32, last: u32) {
        match self.intervals.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => self.intervals.push((first, last)),
        }
    }
}

/// Any order, repeats allowed.
impl FromIterator<u32> for Idset {
    fn from_iter<I: IntoIterator<Item = u32>>(ids: I) -> Self {
        let mut ids: Vec<u32> = ids.into_iter().collect();
        ids.sort_unstable();
        let mut set = Self::new();
        for id in ids {
            set.push(id, id);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn numbers() -> impl Strategy<Value = Vec<u32>> {
        proptest::collection::vec(0..60_u32, 0..40)
    }

    proptest! {
        #[test]
        fn a_set_of_numbers(left in numbers(), right in numbers(), probe in 0..64_u32) {
            let (set, slow): (Idset, BTreeSet<u32>) =
                (left.iter().copied().collect(), left.iter().copied().collect());
            let (other, slow_other): (Idset, BTreeSet<u32>) =
                (right.iter().copied().collect(), right.iter().copied().collect());
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), slow.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(set.len(), slow.len());
            prop_assert_eq!(set.is_empty(), slow.is_empty());
            prop_assert_eq!(set.contains(probe), slow.contains(&probe));
            prop_assert_eq!(set.union(&other), slow.union(&slow_other).copied().collect::<Idset>());
            prop_assert_eq!(set.to_string().parse::<Idset>(), Ok(set));
        }
    }

    #[test]
    fn intervals_are_maximal() {
        let set: Idset = [7, 3, 1, 0, 4, 3, 8].into_iter().collect();
        assert_eq!(set.intervals().collect::<Vec<_>>(), [0..=1, 3..=4, 7..=8]);
    }

    #[test]
    fn the_largest_number_does_not_overflow() {
        let set: Idset = [u32::MAX, u32::MAX - 1, u32::MAX].into_iter().collect();
        assert_eq!((set.len(), set.contains(u32::MAX)), (2, true));
        assert_eq!(set.union(&set), set);
    }
}
