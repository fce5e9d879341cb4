//! A set of small numbers that finds the next member at or after a number quickly.

use std::ops::Range;

use crate::blocks::BlockTable;

/// A row of words.
type Words = BlockTable<u64, 64>;

/// Bits in words, with two levels of summary words above them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bitmap {
    levels: [Words; 3],
}

impl Bitmap {
    /// The empty set of numbers below `len`.
    pub(crate) fn new(len: usize) -> Self {
        let words = |n: usize| Words::new(n.div_ceil(64), &0);
        let bottom = words(len);
        let middle = words(bottom.len());
        let top = words(middle.len());
        Self { levels: [bottom, middle, top] }
    }

    /// There may be numbers below `len` now.
    pub(crate) fn grow(&mut self, len: usize) {
        let mut len = len;
        for level in &mut self.levels {
            len = len.div_ceil(64);
            level.grow(len, &0);
        }
    }

    /// The set of all numbers below `len`.
    pub(crate) fn full(len: usize) -> Self {
        let mut full = Self::new(len);
        let mut len = len;
        for level in &mut full.levels {
            let words = len / 64;
            level.change(0..words, |_, words| words.fill(u64::MAX));
            if !len.is_multiple_of(64) {
                level[words] = (1 << (len % 64)) - 1;
            }
            len = len.div_ceil(64);
        }
        full
    }

    /// How many numbers there may be, rounded up to whole words.
    pub(crate) fn len(&self) -> usize {
        self.levels[0].len() * 64
    }

    pub(crate) fn contains(&self, at: usize) -> bool {
        self.levels[0][at / 64] >> (at % 64) & 1 != 0
    }

    /// Whether the number was not a member before.
    pub(crate) fn insert(&mut self, mut at: usize) -> bool {
        if self.contains(at) {
            return false;
        }
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            let was = *word;
            *word |= 1 << (at % 64);
            if was != 0 {
                return true;
            }
            at /= 64;
        }
        true
    }

    /// Whether the number was a member before.
    pub(crate) fn remove(&mut self, mut at: usize) -> bool {
        if !self.contains(at) {
            return false;
        }
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                return true;
            }
            at /= 64;
        }
        true
    }

    /// Makes all numbers of a range members. O(length / 64).
    pub(crate) fn insert_range(&mut self, range: Range<usize>) {
        self.write(range, |_, word, mask| word | mask);
    }

    /// Takes all numbers of a range out. O(length / 64).
    pub(crate) fn remove_range(&mut self, range: Range<usize>) {
        self.write(range, |_, word, mask| word & !mask);
    }

    /// Makes numbers of a range members, and no others of it: `bits` says so of each at most 64 of them, counted from
    /// the start, the first one lowest. O(length / 64).
    pub(crate) fn write_bits(&mut self, range: Range<usize>, bits: impl Fn(Range<usize>) -> u64) {
        let Range { start, end } = range;
        self.write(range, |at, word, mask| {
            let from = start.max(at * 64);
            let numbers = from - start..end.min(at * 64 + 64) - start;
            (word & !mask) | (bits(numbers) << (from % 64))
        });
    }

    /// The set of so many numbers in which stretches of this one stand elsewhere: each with the number where it starts then.
    /// What lies between them is not in it. O(length / 64).
    pub(crate) fn rearranged(&self, len: usize, stretches: &[(Range<usize>, usize)]) -> Self {
        let mut moved = Self::new(len);
        for (from, to) in stretches {
            moved.write_bits(*to..*to + from.len(), |numbers| {
                self.bits(from.start + numbers.start..from.start + numbers.end)
            });
        }
        moved
    }

    /// The bits of a range of at most 64 numbers, the first one lowest.
    pub(crate) fn bits(&self, range: Range<usize>) -> u64 {
        let (word, shift) = (range.start / 64, range.start % 64);
        let low = self.levels[0].get(word).map_or(0, |low| low >> shift);
        let high =
            self.levels[0].get(word + 1).and_then(|high| high.checked_shl(64 - shift as u32));
        let mask = u64::MAX.checked_shr(64 - range.len() as u32).unwrap_or(0);
        (low | high.unwrap_or(0)) & mask
    }

    /// Changes each word of a range, given its number and the bits of the range in it.
    fn write(&mut self, range: Range<usize>, act: impl Fn(usize, u64, u64) -> u64) {
        let Range { start, end } = range;
        if start >= end {
            return;
        }
        let (from, to) = (u64::MAX << (start % 64), u64::MAX >> (63 - (end - 1) % 64));
        let (first, last) = (start / 64, (end - 1) / 64);
        let [bottom, middle, top] = &mut self.levels;
        // the words of a block are those of one word above
        bottom.change(first..last + 1, |at, words| {
            let (mut some, mut none) = (0, 0);
            for (at, word) in (at..).zip(words) {
                let low = if at == first { from } else { u64::MAX };
                let high = if at == last { to } else { u64::MAX };
                *word = act(at, *word, low & high);
                let bit = 1 << (at % 64);
                if *word == 0 { none |= bit } else { some |= bit }
            }
            let above = middle[at / 64];
            let now = (above & !none) | some;
            if now != above {
                middle[at / 64] = now;
                let bit = 1 << (at / 64 % 64);
                let above = &mut top[at / 4096];
                *above = if now == 0 { *above & !bit } else { *above | bit };
            }
        });
    }

    /// The bits of a range, 64 numbers at a time, the first one lowest.
    pub(crate) fn bits_in(&self, range: Range<usize>) -> impl Iterator<Item = u64> + '_ {
        let (shift, mut left) = (range.start % 64, range.len());
        let mut words = self.levels[0].from(range.start / 64).copied();
        let mut low = words.next().unwrap_or(0);
        std::iter::from_fn(move || {
            let bits = u64::MAX.checked_shr(64u32.saturating_sub(left as u32))?;
            let high = words.next().unwrap_or(0);
            let word = (low >> shift) | ((high << 1) << (63 - shift));
            (low, left) = (high, left.saturating_sub(64));
            Some(word & bits)
        })
    }

    /// Whether any number of a range is a member.
    pub(crate) fn has_any(&self, range: Range<usize>) -> bool {
        self.next(range.start).is_some_and(|at| at < range.end)
    }

    /// The least member that is at least `from`. O(1) for sets below 2^18, then O(n / 2^18).
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        let mut at = from;
        for (height, level) in self.levels.iter().enumerate() {
            let word = level.get(at / 64)? >> (at % 64);
            if word != 0 {
                return Some(self.descend(at + word.trailing_zeros() as usize, height));
            }
            at = at / 64 + 1;
        }
        let top = &self.levels[2];
        let word = (at..top.len()).find(|&w| top[w] != 0)?;
        Some(self.descend(word * 64 + top[word].trailing_zeros() as usize, 2))
    }

    /// The least number that is at least `from` and a member of both sets, which are of the same length.
    pub(crate) fn next_common(&self, other: &Self, from: usize) -> Option<usize> {
        let mut at = self.next(from)?;
        loop {
            let word = at / 64;
            let both = self.levels[0][word] & other.levels[0].get(word)? & (u64::MAX << (at % 64));
            if both != 0 {
                return Some(word * 64 + both.trailing_zeros() as usize);
            }
            at = self.next(other.next((word + 1) * 64)?)?;
        }
    }

    /// As [`Bitmap::next_common`], of this set and two others.
    pub(crate) fn next_in_all(&self, [a, b]: [&Self; 2], from: usize) -> Option<usize> {
        let mut at = self.next_common(a, from)?;
        while !b.contains(at) {
            at = self.next_common(a, b.next(at)?)?;
        }
        Some(at)
    }

    /// The members, ascending. O(members).
    pub(crate) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.next(0), |&at| self.next(at + 1))
    }

    /// The numbers below `len` that are not members, ascending. O(`len` / 64 + what is found).
    pub(crate) fn others(&self, len: usize) -> impl Iterator<Item = usize> + '_ {
        let others = (0..len.div_ceil(64)).flat_map(|word| {
            let rest = |&bits: &u64| Some(bits & (bits - 1)).filter(|&bits| bits != 0);
            let some = Some(!self.levels[0][word]).filter(|&bits| bits != 0);
            std::iter::successors(some, rest)
                .map(move |bits| word * 64 + bits.trailing_zeros() as usize)
        });
        others.take_while(move |&at| at < len)
    }

    /// How many members there are. O(length / 64).
    pub(crate) fn count(&self) -> usize {
        let words = self.levels[0].iter();
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// The members, if the summaries agree with the bits.
    pub(crate) fn checked_members(&self) -> Option<Vec<usize>> {
        let [bottom, middle, top] = &self.levels;
        let agree = |lower: &Words, upper: &Words| {
            let bit = |at: usize| upper.get(at / 64).is_some_and(|w| w >> (at % 64) & 1 != 0);
            (0..upper.len() * 64).all(|at| bit(at) == lower.get(at).is_some_and(|&w| w != 0))
        };
        let sound = agree(bottom, middle) && agree(middle, top);
        sound.then(|| (0..bottom.len() * 64).filter(|&at| self.contains(at)).collect())
    }

    fn descend(&self, mut at: usize, height: usize) -> usize {
        for level in self.levels[..height].iter().rev() {
            at = at * 64 + level[at].trailing_zeros() as usize;
        }
        at
    }
}

/// The bits of a range of at most 64 numbers, the first one lowest.
pub(crate) fn bits_of(words: &[u64], range: Range<usize>) -> u64 {
    let (word, shift) = (range.start / 64, range.start % 64);
    let low = words.get(word).map_or(0, |low| low >> shift);
    let high = words.get(word + 1).and_then(|high| high.checked_shl(64 - shift as u32));
    let mask = u64::MAX.checked_shr(64 - range.len() as u32).unwrap_or(0);
    (low | high.unwrap_or(0)) & mask
}

/// Calls a function with each word of a range of numbers that is not empty, and the bits of the range in it.
pub(crate) fn for_words(start: usize, end: usize, mut act: impl FnMut(usize, u64)) {
    let (first, last) = (start / 64, (end - 1) / 64);
    let from = u64::MAX << (start % 64);
    let to = u64::MAX >> (63 - (end - 1) % 64);
    if first == last {
        return act(first, from & to);
    }
    act(first, from);
    (first + 1..last).for_each(|word| act(word, u64::MAX));
    act(last, to);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_full_set_has_every_number_below_its_length() {
        for len in [0, 1, 63, 64, 65, 4096, 4097, 300_000] {
            let full = Bitmap::full(len);
            let mut all = Bitmap::new(len);
            (0..len).for_each(|n| assert!(all.insert(n)));
            assert_eq!(full.levels, all.levels, "{len}");
        }
    }

    proptest! {
        #[test]
        fn ranges_are_many_single_steps(
            steps in prop::collection::vec((any::<bool>(), 0usize..9000, 0usize..9000), 0..20),
        ) {
            let (mut bits, mut set) = (Bitmap::new(9000), BTreeSet::new());
            for (insert, from, to) in steps {
                if insert {
                    bits.insert_range(from..to);
                    set.extend(from..to);
                } else {
                    bits.remove_range(from..to);
                    set.retain(|at| !(from..to).contains(at));
                }
                prop_assert_eq!(bits.has_any(to..from), set.range(to.min(from)..from).next().is_some());
                let members = bits.checked_members();
                prop_assert!(members.is_some_and(|members| members.into_iter().eq(set.iter().copied())));
                prop_assert!(bits.members().eq(set.iter().copied()));
                prop_assert!(bits.others(8999).eq((0..8999).filter(|at| !set.contains(at))));
                prop_assert_eq!(bits.count(), set.len());
            }
        }

        #[test]
        fn written_bits_are_those_of_the_source(
            members in prop::collection::btree_set(0usize..9000, 0..300),
            source in prop::collection::btree_set(0usize..9000, 0..300),
            (from, to) in (0usize..9000, 0usize..9000),
        ) {
            let mut bits = Bitmap::new(9000);
            members.iter().for_each(|&at| { bits.insert(at); });
            let says = |at: usize| u64::from(source.contains(&(from + at)));
            bits.write_bits(from..to, |numbers| {
                numbers.clone().map(|at| says(at) << (at - numbers.start)).sum()
            });
            let in_range = |at: &usize| (from..to).contains(at);
            let read = bits.bits_in(from..to).zip((from..).step_by(64)).flat_map(|(word, first)| {
                (0..64).filter(move |bit| word >> bit & 1 != 0).map(move |bit| first + bit)
            });
            prop_assert!(read.eq(source.iter().copied().filter(in_range)));
            let kept = members.iter().filter(|at| !in_range(at));
            let expected: BTreeSet<usize> = kept.chain(source.iter().filter(|at| in_range(at))).copied().collect();
            let members = bits.checked_members();
            prop_assert!(members.is_some_and(|members| members.into_iter().eq(expected)));
        }

        #[test]
        fn members_of_both_sets(
            sets in prop::array::uniform2(prop::collection::btree_set(0usize..5000, 0..300)),
            probes in prop::collection::vec(0usize..5000, 0..50),
        ) {
            let [a, b] = sets.clone().map(|set| {
                let mut bits = Bitmap::new(5000);
                set.iter().for_each(|&at| { bits.insert(at); });
                bits
            });
            for from in probes.into_iter().chain(sets[0].iter().copied()) {
                let expected = sets[0].range(from..).find(|at| sets[1].contains(at)).copied();
                prop_assert_eq!(a.next_common(&b, from), expected);
            }
        }

        #[test]
        fn behaves_like_a_set(
            steps in prop::collection::vec((any::<bool>(), 0usize..600_000), 0..200),
            probes in prop::collection::vec(0usize..600_010, 0..50),
        ) {
            let (mut bits, mut set) = (Bitmap::new(600_000), BTreeSet::new());
            for (insert, at) in steps {
                if insert { prop_assert_eq!(bits.insert(at), set.insert(at)); } else { prop_assert_eq!(bits.remove(at), set.remove(&at)); }
                prop_assert_eq!(bits.contains(at), insert);
            }
            for from in probes.into_iter().chain(set.iter().copied().collect::<Vec<_>>()) {
                prop_assert_eq!(bits.next(from), set.range(from..).next().copied());
            }
        }
    }
}
