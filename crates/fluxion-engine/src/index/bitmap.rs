//! A set of small numbers with a quick "next member at or after".

/// Bits in words, with two levels of summary words above them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bitmap {
    levels: [Vec<u64>; 3],
}

impl Bitmap {
    /// The empty set of numbers below `len`.
    pub(crate) fn new(len: usize) -> Self {
        let words = |n: usize| vec![0; n.div_ceil(64)];
        let bottom = words(len);
        let middle = words(bottom.len());
        let top = words(middle.len());
        Self { levels: [bottom, middle, top] }
    }

    /// The set of all numbers below `len`.
    pub(crate) fn full(len: usize) -> Self {
        let mut full = Self::new(len);
        let mut len = len;
        for level in &mut full.levels {
            let words = len / 64;
            level[..words].fill(u64::MAX);
            if !len.is_multiple_of(64) {
                level[words] = (1 << (len % 64)) - 1;
            }
            len = len.div_ceil(64);
        }
        full
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

    /// The members, if the summaries agree with the bits.
    pub(crate) fn checked_members(&self) -> Option<Vec<usize>> {
        let [bottom, middle, top] = &self.levels;
        let agree = |lower: &[u64], upper: &[u64]| {
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
