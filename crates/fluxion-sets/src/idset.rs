//! Sets of non-negative numbers as sorted disjoint intervals.

/// A set of numbers below 2^31, stored as intervals: its cost does not grow with the largest number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Idset {
    /// Inclusive, ascending, disjoint and not adjacent.
    intervals: Vec<(u32, u32)>,
}

impl Idset {
    /// Whether `id` is a member. O(log intervals).
    pub fn contains(&self, id: u32) -> bool {
        let at = self.intervals.partition_point(|&(_, last)| last < id);
        self.intervals.get(at).is_some_and(|&(first, _)| first <= id)
    }
}
