//! Numbers of a table that are out of use: what was taken out of a graph leaves a hole, so that all others keep theirs.

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holes {
    /// A bit per number; what lies beyond is in use.
    words: Vec<u64>,
    count: usize,
}

impl Holes {
    /// How many there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    #[inline]
    pub(crate) fn contains(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 != 0)
    }

    /// A number goes out of use; whether it was in use.
    pub(crate) fn insert(&mut self, number: usize) -> bool {
        if self.contains(number) {
            return false;
        }
        if self.words.len() <= number / 64 {
            self.words.resize(number / 64 + 1, 0);
        }
        self.words[number / 64] |= 1 << (number % 64);
        self.count += 1;
        true
    }

    /// The numbers below `end` that are in use, ascending.
    pub(crate) fn others(&self, end: usize) -> impl Iterator<Item = usize> + '_ {
        (0..end).filter(|&number| !self.contains(number))
    }

    /// The numbers that are out of use, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.words.len() * 64).filter(|&number| self.contains(number))
    }
}
