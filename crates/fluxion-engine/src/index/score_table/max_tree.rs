//! A row of numbers with the greatest of each stretch: finds the next number that is large enough.

use crate::blocks::BlockTable;

/// See the module documentation; the leaves are numbered from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct MaxTree {
    /// Leaves, rounded up to a power of two.
    width: usize,
    /// A binary heap layout: node `n` has the children `2n` and `2n + 1`, leaves are the last `width` nodes.
    greatest: BlockTable<i64, 128>,
}

impl MaxTree {
    /// O(values).
    pub(super) fn new(values: impl ExactSizeIterator<Item = i64>) -> Self {
        let width = values.len().next_power_of_two();
        let mut greatest = vec![i64::MIN; 2 * width];
        for (at, value) in values.enumerate() {
            greatest[width + at] = value;
        }
        for node in (1..width).rev() {
            greatest[node] = greatest[2 * node].max(greatest[2 * node + 1]);
        }
        Self { width, greatest: BlockTable::of(&greatest) }
    }

    /// Whether these are the values, and the stretches know their greatest.
    pub(super) fn holds(&self, values: &[i64]) -> bool {
        let same = |(&kept, &value): (&i64, &i64)| kept == value;
        let kept = self.greatest.iter().skip(self.width);
        kept.zip(values).all(same)
            && values.len() <= self.width
            && (1..self.width).all(|node| {
                self.greatest[node] == self.greatest[2 * node].max(self.greatest[2 * node + 1])
            })
    }

    /// Changes the value of a leaf. O(log leaves).
    pub(super) fn set(&mut self, leaf: usize, value: i64) {
        let mut node = self.width + leaf;
        self.greatest[node] = value;
        while node > 1 {
            node /= 2;
            let greatest = self.greatest[2 * node].max(self.greatest[2 * node + 1]);
            if self.greatest[node] == greatest {
                break;
            }
            self.greatest[node] = greatest;
        }
    }

    /// The first leaf at or after `from` whose value is at least `least`. O(log leaves).
    pub(super) fn next(&self, from: usize, least: i64) -> Option<usize> {
        if from >= self.width {
            return None;
        }
        let mut node = self.width + from;
        while self.greatest[node] < least {
            // to the right, up as far as a stretch ends here
            while node & 1 == 1 {
                if node == 1 {
                    return None;
                }
                node /= 2;
            }
            node += 1;
        }
        while node < self.width {
            node *= 2;
            node += usize::from(self.greatest[node] < least);
        }
        Some(node - self.width)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::MaxTree;

    proptest! {
        #[test]
        fn the_next_large_one_is_that_of_a_plain_list(
            mut values in prop::collection::vec(0i64..8, 0..40),
            changes in prop::collection::vec((0usize..40, 0i64..8), 0..20),
            least in 0i64..9,
        ) {
            let mut tree = MaxTree::new(values.iter().copied());
            for (leaf, value) in changes {
                if leaf < values.len() {
                    tree.set(leaf, value);
                    values[leaf] = value;
                }
            }
            for from in 0..=values.len() {
                let plain = (from..values.len()).find(|&at| values[at] >= least);
                prop_assert_eq!(tree.next(from, least), plain);
            }
        }
    }
}
