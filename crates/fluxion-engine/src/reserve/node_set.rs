//! Sets of nodes by number, one bit each, so that what happens to neighbours is one step.

use std::ops::Range;

use crate::bitmap::{bits_of, for_words};

/// A node by its number: numbers ascend with the ordinals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeNumber(pub(crate) u32);

impl NodeNumber {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of nodes by number: a bit for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodeSet {
    words: Vec<u64>,
}

impl NodeSet {
    /// No node of `len`.
    pub(crate) fn empty(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)] }
    }

    /// All of `len` nodes.
    pub(crate) fn full(len: usize) -> Self {
        let mut set = Self::empty(len);
        if len > 0 {
            for_words(0, len, |word, mask| set.words[word] = mask);
        }
        set
    }

    pub(crate) fn contains(&self, node: NodeNumber) -> bool {
        self.words[node.index() / 64] >> (node.index() % 64) & 1 != 0
    }

    pub(crate) fn insert(&mut self, node: NodeNumber) {
        self.words[node.index() / 64] |= 1 << (node.index() % 64);
    }

    /// Whether the node was a member.
    pub(crate) fn remove(&mut self, node: NodeNumber) -> bool {
        let was = self.contains(node);
        self.words[node.index() / 64] &= !(1 << (node.index() % 64));
        was
    }

    /// How many members there are.
    pub(crate) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The members that are none of another set.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(own, other)| own & !other);
        Self { words: words.collect() }
    }

    /// The members, ascending.
    pub(crate) fn members(&self) -> impl Iterator<Item = NodeNumber> + '_ {
        self.runs().flatten().map(|number| NodeNumber(number as u32))
    }

    /// The members, in runs.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let end = self.words.len() * 64;
        let mut from = 0;
        std::iter::from_fn(move || {
            let start = (from < end).then(|| self.next(from..end))??;
            from = self.next_gap(start..end);
            Some(start..from)
        })
    }

    /// The nodes of 64 numbers.
    #[inline]
    pub(crate) fn word(&self, at: usize) -> u64 {
        self.words[at]
    }

    #[inline]
    pub(crate) fn word_mut(&mut self, at: usize) -> &mut u64 {
        &mut self.words[at]
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The parts of a range that have no members.
    pub(crate) fn gaps(&self, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
        let Range { mut start, end } = range;
        std::iter::from_fn(move || {
            while start < end {
                let until = self.next(start..end).unwrap_or(end);
                let gap = start..until;
                start = until + 1;
                if !gap.is_empty() {
                    return Some(gap);
                }
            }
            None
        })
    }

    /// The least member of a range that is not empty.
    fn next(&self, range: Range<usize>) -> Option<usize> {
        let first = range.start / 64;
        let words = self.words.get(first..=(range.end - 1) / 64)?;
        let from = |at: usize| if at == 0 { u64::MAX << (range.start % 64) } else { u64::MAX };
        let mut some = words.iter().enumerate().map(|(at, word)| (at, word & from(at)));
        let (at, word) = some.find(|&(_, word)| word != 0)?;
        Some((first + at) * 64 + word.trailing_zeros() as usize).filter(|&at| at < range.end)
    }

    /// The first number of a range, which is not empty, that is no member, or its end.
    fn next_gap(&self, range: Range<usize>) -> usize {
        let mut at = range.start;
        while at < range.end {
            let ones = (self.words[at / 64] >> (at % 64)).trailing_ones() as usize;
            at += ones;
            if !at.is_multiple_of(64) || ones == 0 {
                break;
            }
        }
        at.min(range.end)
    }

    /// The bits of at most 64 numbers, the first one lowest.
    pub(super) fn bits(&self, range: Range<usize>) -> u64 {
        bits_of(&self.words, range)
    }

    pub(super) fn insert_bits(&mut self, at: usize, bits: u64) {
        self.words[at / 64] |= bits << (at % 64);
        if let Some(high) = bits.checked_shr(64 - (at % 64) as u32).filter(|&high| high != 0) {
            self.words[at / 64 + 1] |= high;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_move_between_alignments(
            members in prop::collection::btree_set(0usize..700, 0..400),
            (from, to, len) in (0usize..600, 0usize..600, 0usize..=64),
        ) {
            let mut set = NodeSet::empty(700);
            members.iter().for_each(|&at| set.insert(NodeNumber(at as u32)));
            let mut moved = NodeSet::empty(700);
            moved.insert_bits(to, set.bits(from..from + len));
            for at in 0..700 {
                let expected = (to..to + len).contains(&at) && members.contains(&(at + from - to.min(at + from)));
                prop_assert_eq!(moved.contains(NodeNumber(at as u32)), expected, "{}", at);
            }
        }

        #[test]
        fn gaps_are_what_lies_between(
            members in prop::collection::btree_set(0usize..300, 0..100),
            (from, to) in (0usize..300, 0usize..300),
        ) {
            let mut set = NodeSet::empty(300);
            members.iter().for_each(|&at| set.insert(NodeNumber(at as u32)));
            prop_assert!(set.runs().flatten().eq(members.iter().copied()));
            prop_assert!(set.runs().is_sorted_by(|a, b| a.end < b.start));
            prop_assert_eq!(set.count(), members.len() as u64);
            let gaps: Vec<usize> = set.gaps(from..to).flatten().collect();
            let expected: Vec<usize> = (from..to).filter(|at| !members.contains(at)).collect();
            prop_assert_eq!(gaps, expected);
        }
    }
}
