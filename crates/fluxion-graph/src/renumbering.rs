//! The numbers of the vertices that stay when others are taken out: they move up, in the same order.

use rustc_hash::FxHashMap;

use crate::ids::VertexId;

/// Who moves where.
#[derive(Clone, Debug, Default)]
pub struct Renumbering {
    /// Those that go, ascending.
    gone: Vec<VertexId>,
}

impl Renumbering {
    /// The numbers without some vertices.
    pub fn without(vertices: impl IntoIterator<Item = VertexId>) -> Self {
        let mut gone: Vec<VertexId> = vertices.into_iter().collect();
        gone.sort_unstable();
        gone.dedup();
        Self { gone }
    }

    /// The new number of a vertex; none if it goes. O(log vertices that go).
    pub fn of(&self, vertex: VertexId) -> Option<VertexId> {
        match self.gone.binary_search(&vertex) {
            Ok(_) => None,
            Err(before) => Some(VertexId(vertex.0 - before as u32)),
        }
    }

    /// The old numbers of the vertices that stay, by their new ones.
    pub fn staying(&self, vertices: usize) -> impl Iterator<Item = VertexId> + '_ {
        (0..vertices as u32).map(VertexId).filter(|&vertex| self.of(vertex).is_some())
    }

    /// Whether a vertex goes or gets another number.
    pub fn concerns(&self, vertex: VertexId) -> bool {
        self.gone.first().is_some_and(|&first| vertex >= first)
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
        let numbers = Renumbering::without([4, 1, 4].map(VertexId));
        let new: Vec<Option<u32>> = (0..6).map(|n| numbers.of(VertexId(n)).map(|v| v.0)).collect();
        assert_eq!(new, [Some(0), None, Some(1), Some(2), None, Some(3)]);
        assert_eq!(numbers.staying(6).map(|v| v.0).collect::<Vec<_>>(), [0, 2, 3, 5]);
        assert!(numbers.concerns(VertexId(1)) && !numbers.concerns(VertexId(0)));
    }
}
