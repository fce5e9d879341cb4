//! What a named set no longer holds because ranks of it were given back since (`docs/semantics/state.md`,
//! Update): a rack with a rank that is free again cannot be held as a whole, or nobody could use that rank.

use fluxion_graph::{NamedSet, NamedVertex, Role, Tree, VertexId};
use rustc_hash::FxHashSet;

/// The vertices that were given back, and those that are open again because of them.
#[derive(Default)]
pub(crate) struct Opened {
    /// Free again, with all that is below.
    pub(crate) given_back: FxHashSet<VertexId>,
    /// Above what is free again.
    above: FxHashSet<VertexId>,
    /// Above what is named and held.
    carrying: FxHashSet<VertexId>,
}

impl Opened {
    /// Nothing, where nothing was given back. O(what was given back and what is named, times their depths).
    pub(crate) fn of(set: &NamedSet, tree: &Tree) -> Self {
        if set.given_back.is_empty() {
            return Self::default();
        }
        let held = set.vertices.iter().filter(|named| named.role == Role::Held);
        Self {
            given_back: set.given_back.iter().copied().collect(),
            above: above(set.given_back.iter().copied(), tree),
            carrying: above(held.map(|named| named.vertex), tree),
        }
    }

    /// What a vertex is that is to be held with all below it.
    pub(crate) fn role(&self, vertex: VertexId) -> Role {
        if self.above.contains(&vertex) { Role::Shown } else { Role::Held }
    }

    /// A vertex of a set that lists all that is held: where it is open, what is held below it stands for it.
    pub(crate) fn narrowed(&self, named: NamedVertex) -> NamedVertex {
        match named.role {
            Role::Held if self.carrying.contains(&named.vertex) => {
                NamedVertex { role: self.role(named.vertex), ..named }
            }
            _ => named,
        }
    }
}

/// All vertices above some.
fn above(vertices: impl Iterator<Item = VertexId>, tree: &Tree) -> FxHashSet<VertexId> {
    let mut found = FxHashSet::default();
    for vertex in vertices {
        let mut at = tree.parent(vertex);
        while let Some(parent) = at.filter(|&parent| found.insert(parent)) {
            at = tree.parent(parent);
        }
    }
    found
}
