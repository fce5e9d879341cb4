//! A row of values under numbers from 0 on.

use std::ops::{Index, IndexMut, Range};
use std::sync::Arc;

use super::own;

/// Values in blocks of `N`, a power of two. The last block is filled up with whatever was at hand.
#[derive(Clone, Debug)]
pub(crate) struct BlockTable<T, const N: usize> {
    blocks: Vec<Arc<[T; N]>>,
    len: usize,
}

impl<T, const N: usize> Default for BlockTable<T, N> {
    fn default() -> Self {
        Self { blocks: Vec::new(), len: 0 }
    }
}

impl<T: Clone, const N: usize> BlockTable<T, N> {
    /// The same value everywhere.
    pub(crate) fn new(len: usize, value: &T) -> Self {
        let block = || Arc::new(std::array::from_fn(|_| value.clone()));
        Self { blocks: std::iter::repeat_with(block).take(len.div_ceil(N)).collect(), len }
    }

    /// These values.
    pub(crate) fn of(values: &[T]) -> Self {
        let block = |values: &[T]| {
            // a chunk is not empty
            Arc::new(std::array::from_fn(|at| values[at.min(values.len() - 1)].clone()))
        };
        Self { blocks: values.chunks(N).map(block).collect(), len: values.len() }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of a number; beyond the last one, what its block is filled up with, or none.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        Some(&self.blocks.get(at / N)?[at % N])
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> + '_ {
        self.blocks.iter().flat_map(|block| block.iter()).take(self.len)
    }

    /// The values from a number on.
    pub(crate) fn from(&self, at: usize) -> impl Iterator<Item = &T> + '_ {
        let rest = self.blocks.get(at / N..).unwrap_or(&[]);
        let values = rest.iter().flat_map(|block| block.iter());
        values.take(self.len.saturating_sub(at / N * N)).skip(at % N)
    }

    /// Whether these values stand from a number on.
    pub(crate) fn has_at(&self, at: usize, values: &[T]) -> bool
    where
        T: PartialEq,
    {
        let (from, block) = (at % N, &self.blocks[at / N]);
        match block.get(from..from + values.len()) {
            Some(found) => found == values,
            None => values.iter().enumerate().all(|(n, value)| self[at + n] == *value),
        }
    }

    /// Takes ranges of values out, ascending; those that follow move up. O(what follows the first).
    pub(crate) fn remove(&mut self, cuts: &[Range<usize>]) {
        let Some(first) = cuts.first() else { return };
        let moved: Vec<T> = {
            let starts = cuts.iter().map(|cut| cut.end);
            let ends = cuts.iter().skip(1).map(|cut| cut.start).chain([self.len]);
            let kept = starts.zip(ends).flat_map(|(start, end)| self.from(start).take(end - start));
            kept.cloned().collect()
        };
        self.len = first.start;
        self.blocks.truncate(first.start.div_ceil(N));
        moved.into_iter().for_each(|value| self.push(value));
    }

    /// Changes the values of some numbers, given what comes with each; quick if neighbours come one after the other.
    pub(crate) fn change_each<A>(
        &mut self,
        items: impl Iterator<Item = (usize, A)>,
        mut act: impl FnMut(&mut T, A),
    ) {
        let (mut number, mut block): (usize, &mut [T]) = (usize::MAX, &mut []);
        for (at, item) in items {
            if at / N != number {
                number = at / N;
                block = own::<[T; N]>(&mut self.blocks[number]);
            }
            act(&mut block[at % N], item);
        }
    }

    /// Adds a value at the end.
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        let at = self.len % N;
        self.len += 1;
        match self.blocks.last_mut() {
            Some(block) if at > 0 => own::<[T; N]>(block)[at] = value,
            _ => self.push_block(&value),
        }
    }

    #[inline(never)]
    fn push_block(&mut self, value: &T) {
        self.blocks.push(Arc::new(std::array::from_fn(|_| value.clone())));
    }

    /// Adds a value at the end until there are so many.
    pub(crate) fn grow(&mut self, len: usize, value: &T) {
        while self.len < len {
            self.push(value.clone());
        }
    }

    /// Calls a function with each stretch of a range that lies in one block, and with the number of its first value.
    pub(crate) fn change(&mut self, range: Range<usize>, mut act: impl FnMut(usize, &mut [T])) {
        let Range { mut start, end } = range;
        while start < end {
            let until = end.min(start / N * N + N);
            let block = own(&mut self.blocks[start / N]);
            act(start, &mut block[start % N..start % N + (until - start)]);
            start = until;
        }
    }
}

impl<T, const N: usize> Index<usize> for BlockTable<T, N> {
    type Output = T;

    #[inline]
    fn index(&self, at: usize) -> &T {
        &self.blocks[at / N][at % N]
    }
}

impl<T: Clone, const N: usize> IndexMut<usize> for BlockTable<T, N> {
    #[inline]
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut own(&mut self.blocks[at / N])[at % N]
    }
}

impl<T: PartialEq, const N: usize> PartialEq for BlockTable<T, N> {
    fn eq(&self, other: &Self) -> bool {
        let same = |at: usize| self[at] == other[at];
        self.len == other.len && (0..self.len).all(same)
    }
}

impl<T: Eq, const N: usize> Eq for BlockTable<T, N> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Push(u8),
        Set(usize, u8),
        Fill(Range<usize>, u8),
        Each(Vec<usize>),
        Remove(Range<usize>, usize),
        Fork,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            any::<u8>().prop_map(Step::Push),
            (0usize..40, any::<u8>()).prop_map(|(at, value)| Step::Set(at, value)),
            (0usize..40, 0usize..40, any::<u8>()).prop_map(|(a, b, v)| Step::Fill(a..b, v)),
            prop::collection::vec(0usize..40, 0..9).prop_map(Step::Each),
            (0usize..40, 0usize..4, 0usize..9)
                .prop_map(|(a, b, c)| Step::Remove(a..a + b, a + b + c)),
            Just(Step::Fork),
        ]
    }

    proptest! {
        #[test]
        fn a_table_is_a_list_that_forks_do_not_change(
            first in prop::collection::vec(any::<u8>(), 0..20),
            steps in prop::collection::vec(step(), 0..60),
        ) {
            let mut table: BlockTable<u8, 8> = BlockTable::of(&first);
            let mut plain = first;
            let mut forks = Vec::new();
            for step in steps {
                match step {
                    Step::Push(value) => { table.push(value); plain.push(value); }
                    Step::Set(at, value) if at < plain.len() => { table[at] = value; plain[at] = value; }
                    Step::Fill(range, value) if range.end <= plain.len() => {
                        table.change(range.clone(), |first, values| {
                            assert!(range.contains(&first));
                            values.fill(value);
                        });
                        range.for_each(|at| plain[at] = value);
                    }
                    Step::Each(numbers) => {
                        let known = numbers.into_iter().filter(|&at| at < plain.len());
                        let items: Vec<(usize, u8)> = known.zip(0..).collect();
                        table.change_each(items.iter().copied(), |value, new| *value ^= new);
                        items.into_iter().for_each(|(at, new)| plain[at] ^= new);
                    }
                    Step::Remove(one, other) if other < plain.len() => {
                        table.remove(&[one.clone(), other..other + 1]);
                        plain.remove(other);
                        plain.drain(one);
                    }
                    Step::Fork => forks.push((table.clone(), plain.clone())),
                    Step::Set(..) | Step::Fill(..) | Step::Remove(..) => {}
                }
            }
            forks.push((table, plain));
            for (table, plain) in forks {
                prop_assert!(table.iter().eq(&plain));
                prop_assert_eq!((table.len(), table.get(plain.len() + 8)), (plain.len(), None));
                prop_assert!((0..plain.len()).all(|at| table.get(at) == plain.get(at)));
                prop_assert_eq!(&table, &BlockTable::of(&plain));
                for at in 0..plain.len() {
                    prop_assert!(table.from(at).eq(&plain[at..]));
                    let here = &plain[at..plain.len().min(at + 5)];
                    prop_assert!(table.has_at(at, here));
                    let other: Vec<u8> = here.iter().map(|value| value ^ 1).collect();
                    prop_assert!(!table.has_at(at, &other));
                }
            }
        }
    }
}
