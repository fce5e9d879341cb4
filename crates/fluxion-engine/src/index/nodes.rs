//! The nodes of a graph under numbers of their own, so that what happens to neighbours is one step, not one for each.
//! Knows nothing of jobs.

use std::ops::Range;

use fluxion_graph::VertexId;

use super::bitmap::{Bitmap, bits_of, for_words};
use crate::site::Site;

/// A node by its number: numbers ascend with the places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeNumber(pub(crate) u32);

impl NodeNumber {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The nodes of a graph that have a place and something below them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nodes {
    /// By number: the dense number among the inner vertices, and the place.
    inner: Vec<u32>,
    places: Vec<u32>,
    /// By dense number among the inner vertices; [`NONE`] for what is no node.
    numbers: Vec<u32>,
    /// Numbers whose places follow one another.
    stretches: Vec<Range<usize>>,
    /// How many nodes have no number.
    pub(crate) unnumbered: u64,
}

const NONE: u32 = u32::MAX;

impl Nodes {
    /// O(vertices).
    pub(crate) fn of(site: &Site) -> Self {
        let Some(node) = site.graph.type_id("node") else { return Self::default() };
        let mut nodes = Self { numbers: vec![NONE; site.layout.inner_count()], ..Self::default() };
        for &vertex in site.tree.order().iter().filter(|&&v| site.graph.vertex(v).ty == node) {
            match site.layout.place(vertex).filter(|_| site.layout.inner(vertex).is_some()) {
                Some(place) => nodes.places.push(place as u32),
                None => nodes.unnumbered += 1,
            }
        }
        nodes.places.sort_unstable();
        for (number, &place) in nodes.places.iter().enumerate() {
            let Some(inner) = site.layout.inner(site.layout.ranked(place as usize)) else {
                continue;
            };
            nodes.inner.push(inner as u32);
            nodes.numbers[inner] = number as u32;
            match nodes.stretches.last_mut() {
                Some(last) if nodes.places[last.start] as usize + last.len() == place as usize => {
                    last.end += 1;
                }
                _ => nodes.stretches.push(number..number + 1),
            }
        }
        nodes
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The number of a node.
    pub(crate) fn number(&self, site: &Site, vertex: VertexId) -> Option<NodeNumber> {
        let number = *self.numbers.get(site.layout.inner(vertex)?)?;
        (number != NONE).then_some(NodeNumber(number))
    }

    pub(crate) fn vertex(&self, site: &Site, node: NodeNumber) -> VertexId {
        site.layout.ranked(self.places[node.index()] as usize)
    }

    /// The dense number of a node among the inner vertices.
    pub(crate) fn inner_of(&self, node: NodeNumber) -> usize {
        self.inner[node.index()] as usize
    }

    /// The dense numbers of nodes among the inner vertices.
    pub(crate) fn inner(&self, numbers: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        self.inner[numbers].iter().map(|&inner| inner as usize)
    }

    /// The nodes at some places.
    pub(crate) fn at(&self, places: &Bitmap) -> NodeSet {
        let mut set = NodeSet::empty(self.len());
        for stretch in &self.stretches {
            let first = self.places[stretch.start] as usize;
            for (at, from) in stretch.clone().step_by(64).zip((first..).step_by(64)) {
                set.insert_bits(at, places.bits(from..from + (stretch.end - at).min(64)));
            }
        }
        set
    }

    /// Makes the places of some nodes, and no others of nodes, members.
    pub(crate) fn place(&self, set: &NodeSet, places: &mut Bitmap) {
        for stretch in &self.stretches {
            let first = self.places[stretch.start] as usize;
            places.remove_range(first..first + stretch.len());
            for (at, to) in stretch.clone().step_by(64).zip((first..).step_by(64)) {
                places.insert_bits(to, set.bits(at..at + (stretch.end - at).min(64)));
            }
        }
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
    fn bits(&self, range: Range<usize>) -> u64 {
        bits_of(&self.words, range)
    }

    fn insert_bits(&mut self, at: usize, bits: u64) {
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
