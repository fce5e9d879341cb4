//! The numbers of the vertices that stay when others are taken out: they move up, in the same order.

use rustc_hash::FxHashMap;

use crate::ids::VertexId;

/// Who moves where.
#[derive(Clone, Debug, Default)]
pub struct Renumbering {
    /// Those that go, ascending: a subtree mostly is one run.
    gone: Vec<Run>,
}

/// Neighbours that go.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: u32,
    end: u32,
    /// How many vertices go before `end`.
    up_to_end: u32,
}

impl Renumbering {
    /// The numbers without some vertices.
    pub fn without(vertices: impl IntoIterator<Item = VertexId>) -> Self {
        let mut all: Vec<VertexId> = vertices.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        let mut gone: Vec<Run> = Vec::new();
        for (VertexId(number), up_to_end) in all.into_iter().zip(1..) {
            match gone.last_mut() {
                Some(run) if run.end == number => {
                    (run.end, run.up_to_end) = (number + 1, up_to_end)
                }
                _ => gone.push(Run { first: number, end: number + 1, up_to_end }),
            }
        }
        Self { gone }
    }

    /// The new number of a vertex; none if it goes. O(log runs of vertices that go).
    #[inline]
    pub fn of(&self, vertex: VertexId) -> Option<VertexId> {
        let begun = self.gone.partition_point(|run| run.first <= vertex.0);
        match begun.checked_sub(1).map(|at| self.gone[at]) {
            None => Some(vertex),
            Some(run) if vertex.0 < run.end => None,
            Some(run) => Some(VertexId(vertex.0 - run.up_to_end)),
        }
    }

    /// The old numbers of the vertices that stay, by their new ones.
    pub fn staying(&self, vertices: usize) -> impl Iterator<Item = VertexId> + '_ {
        (0..vertices as u32).map(VertexId).filter(|&vertex| self.of(vertex).is_some())
    }

    /// Whether a vertex goes or gets another number.
    pub fn concerns(&self, vertex: VertexId) -> bool {
        self.gone.first().is_some_and(|run| vertex.0 >= run.first)
    }

    /// Moves the entries of the vertices that stay, and drops the others.
    pub(crate) fn renumber_keys<T>(&self, table: &mut FxHashMap<VertexId, T>) {
        let moved = std::mem::take(table).into_iter();
        *table = moved.filter_map(|(vertex, entry)| Some((self.of(vertex)?, entry))).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_stay_move_up() {
        let numbers = Renumbering::without([4, 1, 4, 5].map(VertexId));
        let new: Vec<Option<u32>> = (0..7).map(|n| numbers.of(VertexId(n)).map(|v| v.0)).collect();
        assert_eq!(new, [Some(0), None, Some(1), Some(2), None, None, Some(3)]);
        assert_eq!(numbers.staying(7).map(|v| v.0).collect::<Vec<_>>(), [0, 2, 3, 6]);
        assert!(numbers.concerns(VertexId(1)) && !numbers.concerns(VertexId(0)));
    }
}
