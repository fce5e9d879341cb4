//! The types whose units are counted below every inner vertex: the most frequent ones of a graph.

use std::cmp::Reverse;

use fluxion_graph::{Graph, Tree, TypeId, VertexId};

/// The number of types that are counted per subtree; the most frequent ones of the graph.
pub(crate) const COUNTED_TYPES: usize = 16;

/// The counted types, each with a column in tables about inner vertices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CountedTypes {
    pub(crate) types: Vec<TypeId>,
    column: Vec<u8>,
    /// How many types the tree has.
    present: usize,
}

impl CountedTypes {
    pub(super) fn of(census: &[Census]) -> Self {
        let frequency: Vec<usize> = census.iter().map(|of_type| of_type.vertices).collect();
        let mut types: Vec<TypeId> = (0..frequency.len() as u16).map(TypeId).collect();
        types.retain(|ty| frequency[ty.index()] > 0);
        types.sort_by_key(|ty| (Reverse(frequency[ty.index()]), *ty));
        let present = types.len();
        types.truncate(COUNTED_TYPES);
        types.sort_unstable();
        let mut column = vec![u8::MAX; frequency.len()];
        for (at, ty) in types.iter().enumerate() {
            column[ty.index()] = at as u8;
        }
        Self { types, column, present }
    }

    /// The column of a type, if it is counted.
    #[inline]
    pub(crate) fn column(&self, ty: TypeId) -> Option<usize> {
        self.column.get(ty.index()).filter(|&&c| c != u8::MAX).map(|&c| usize::from(c))
    }

    /// Whether all types of the tree are counted.
    pub(crate) fn is_complete(&self) -> bool {
        self.types.len() == self.present
    }

    /// The number of counted types.
    #[inline]
    pub(crate) fn width(&self) -> usize {
        self.types.len()
    }
}

/// What there is of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Census {
    vertices: usize,
    pub(super) least: u32,
    pub(super) greatest: u32,
}

impl Census {
    const NONE: Self = Self { vertices: 0, least: u32::MAX, greatest: 0 };

    fn add(&mut self, size: u32) {
        self.vertices += 1;
        self.least = self.least.min(size);
        self.greatest = self.greatest.max(size);
    }
}

/// What there is of each type. O(vertices).
pub(super) fn census(graph: &Graph, tree: &Tree) -> Vec<Census> {
    let mut census = vec![Census::NONE; graph.type_count()];
    count_in(&mut census, graph, tree.order().iter().copied());
    census
}

/// Vertices are taken into a census.
fn count_in(census: &mut Vec<Census>, graph: &Graph, vertices: impl Iterator<Item = VertexId>) {
    census.resize(graph.type_count(), Census::NONE);
    for pool in vertices.map(|vertex| graph.vertex(vertex)) {
        census[pool.ty.index()].add(pool.size);
    }
}

/// A census with more vertices.
pub(super) fn census_with(census: &[Census], graph: &Graph, new: &[VertexId]) -> Vec<Census> {
    let mut more = census.to_vec();
    count_in(&mut more, graph, new.iter().copied());
    more
}

/// A census without some of the vertices; none if it could only be told by counting all that are left.
pub(super) fn census_without(
    census: &[Census],
    graph: &Graph,
    gone: &[VertexId],
) -> Option<Vec<Census>> {
    let mut rest = census.to_vec();
    for pool in gone.iter().map(|&vertex| graph.vertex(vertex)) {
        let of_type = &mut rest[pool.ty.index()];
        of_type.vertices -= 1;
        let may_be_last = of_type.least < of_type.greatest
            && [of_type.least, of_type.greatest].contains(&pool.size);
        if may_be_last || of_type.vertices == 0 {
            return None;
        }
    }
    Some(rest)
}
