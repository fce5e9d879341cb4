//! The vertices of each name, leaves included: lists that are linked through one table.

use fluxion_graph::{Graph, Symbol, VertexId};

const NONE: u32 = u32::MAX;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct VertexNames {
    /// The first vertex of each name, by symbol.
    first: Vec<u32>,
    /// The next vertex of the same name, by vertex.
    next: Vec<u32>,
}

impl VertexNames {
    /// O(graph).
    pub(crate) fn of(graph: &Graph) -> Self {
        let vertices = graph.vertices();
        let mut names = Self { first: Vec::new(), next: vec![NONE; vertices.len()] };
        let numbers = 0..vertices.len() as u32;
        for ((at, vertex), next) in numbers.zip(vertices).zip(&mut names.next).rev() {
            *next = std::mem::replace(first_of(&mut names.first, vertex.name), at);
        }
        names
    }

    /// There are new vertices. O(what is new).
    pub(super) fn add(&mut self, graph: &Graph, new: &[VertexId]) {
        self.next.resize(graph.vertices().len(), NONE);
        for &vertex in new {
            let first = first_of(&mut self.first, graph.vertex(vertex).name);
            self.next[vertex.index()] = std::mem::replace(first, vertex.0);
        }
    }

    /// The vertices that had a name when they came, in no order; some may be gone.
    pub(crate) fn of_name(&self, name: Symbol) -> impl Iterator<Item = VertexId> + '_ {
        let some = |at: u32| (at != NONE).then_some(at);
        let first = self.first.get(name.index()).copied().and_then(some);
        std::iter::successors(first, move |&at| some(self.next[at as usize])).map(VertexId)
    }

    /// About how many bytes they take.
    pub(super) fn footprint(&self) -> u64 {
        4 * (self.first.len() + self.next.len()) as u64
    }
}

/// Where the list of a name starts.
#[inline]
fn first_of(first: &mut Vec<u32>, name: Symbol) -> &mut u32 {
    let name = name.index();
    if name >= first.len() {
        first.resize(name + 1, NONE);
    }
    &mut first[name]
}
