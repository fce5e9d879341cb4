//! Dense numbers for the vertices that have something below them, so that tables about them have no holes: one bit
//! per vertex, and a running count per word.

use fluxion_graph::VertexId;

/// See the module documentation. Numbers ascend with the vertex ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InnerNumbers {
    words: Vec<Word>,
    count: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Word {
    bits: u64,
    /// How many inner vertices there are in the words before.
    before: u32,
}

impl InnerNumbers {
    /// Numbers for some of `vertices` vertices.
    pub(crate) fn of(vertices: usize, inner: impl Iterator<Item = VertexId>) -> Self {
        let mut words = vec![Word::default(); vertices.div_ceil(64)];
        for vertex in inner {
            words[vertex.index() / 64].bits |= 1 << (vertex.index() % 64);
        }
        let mut numbers = Self { words, count: 0 };
        numbers.count_up();
        numbers
    }

    fn count_up(&mut self) {
        let mut count = 0;
        for word in &mut self.words {
            word.before = count;
            count += word.bits.count_ones();
        }
        self.count = count as usize;
    }

    /// Some vertices are no inner ones any more. O(vertices / 64).
    pub(crate) fn take_out(&mut self, gone: &[VertexId]) {
        for vertex in gone {
            self.words[vertex.index() / 64].bits &= !(1 << (vertex.index() % 64));
        }
        self.count_up();
    }

    /// There are so many vertices now, and more inner ones. O(vertices / 64).
    pub(crate) fn take_in(&mut self, vertices: usize, new: impl Iterator<Item = VertexId>) {
        self.words.resize(vertices.div_ceil(64), Word::default());
        for vertex in new {
            self.words[vertex.index() / 64].bits |= 1 << (vertex.index() % 64);
        }
        self.count_up();
    }

    /// Whether a vertex is an inner one; quicker than [`InnerNumbers::get`].
    #[inline]
    pub(crate) fn contains(&self, vertex: VertexId) -> bool {
        let word = self.words.get(vertex.index() / 64);
        word.is_some_and(|word| word.bits >> (vertex.index() % 64) & 1 != 0)
    }

    /// The number of an inner vertex.
    #[inline]
    pub(crate) fn get(&self, vertex: VertexId) -> Option<usize> {
        let word = self.words.get(vertex.index() / 64)?;
        let bit = 1 << (vertex.index() % 64);
        (word.bits & bit != 0)
            .then(|| word.before as usize + (word.bits & (bit - 1)).count_ones() as usize)
    }

    /// How many inner vertices have a lower id than a vertex.
    pub(crate) fn before(&self, vertex: VertexId) -> usize {
        let Some(word) = self.words.get(vertex.index() / 64) else { return self.count };
        let below = word.bits & ((1 << (vertex.index() % 64)) - 1);
        word.before as usize + below.count_ones() as usize
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The inner vertices, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.from(VertexId(0))
    }

    /// The inner vertices from an id on.
    pub(crate) fn from(&self, first: VertexId) -> impl Iterator<Item = VertexId> + Clone + '_ {
        let start = (first.index() / 64).min(self.words.len());
        let vertices = (start as u32..).zip(&self.words[start..]).flat_map(|(at, word)| {
            let rest = |&bits: &u64| Some(bits & (bits - 1)).filter(|&bits| bits != 0);
            let some = Some(word.bits).filter(|&bits| bits != 0);
            std::iter::successors(some, rest)
                .map(move |bits| VertexId(at * 64 + bits.trailing_zeros()))
        });
        vertices.skip_while(move |&vertex| vertex < first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_count_the_inner_vertices(inner in prop::collection::btree_set(0u32..300, 0..300)) {
            let numbers = InnerNumbers::of(300, inner.iter().copied().map(VertexId));
            prop_assert_eq!(numbers.len(), inner.len());
            prop_assert!(numbers.iter().map(|v| v.0).eq(inner.iter().copied()));
            for vertex in 0..310 {
                let expected = inner.contains(&vertex).then(|| inner.range(..vertex).count());
                prop_assert_eq!(numbers.get(VertexId(vertex)), expected);
                prop_assert_eq!(numbers.contains(VertexId(vertex)), expected.is_some());
                prop_assert_eq!(numbers.before(VertexId(vertex)), inner.range(..vertex).count());
                prop_assert!(numbers.from(VertexId(vertex)).map(|v| v.0).eq(inner.range(vertex..).copied()));
            }
        }
    }
}
