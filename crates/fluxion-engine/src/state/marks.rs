//! Marks on vertices that hold for everything below them: down, or held.

use std::ops::Range;

use fluxion_graph::{Tree, VertexId};

use crate::bitmap::Bitmap;
use crate::blocks::BlockMap;

/// See the module documentation. A vertex can be marked several times.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    /// Vertices with a mark of their own.
    own: Bitmap,
    /// How many marks a vertex has besides its first.
    more: BlockMap<VertexId, u32>,
    /// Vertices with a mark on their path, themselves included.
    path: Bitmap,
}

impl Marks {
    pub(crate) fn new(vertices: usize) -> Self {
        Self { own: Bitmap::new(vertices), more: BlockMap::default(), path: Bitmap::new(vertices) }
    }

    /// There are so many vertices now.
    pub(crate) fn grow(&mut self, vertices: usize) {
        self.own.grow(vertices);
        self.path.grow(vertices);
    }

    /// Whether a vertex, or one on its path, is marked.
    #[inline]
    pub(crate) fn covers(&self, vertex: VertexId) -> bool {
        self.path.contains(vertex.index())
    }

    /// Whether a vertex has a mark of its own.
    pub(crate) fn is_own(&self, vertex: VertexId) -> bool {
        self.own.contains(vertex.index())
    }

    /// How many marks of its own a vertex has.
    pub(crate) fn count(&self, vertex: VertexId) -> u32 {
        let more = self.more.get(&vertex).copied().unwrap_or(0);
        if self.is_own(vertex) { more + 1 } else { 0 }
    }

    /// The vertices with marks of their own, ascending.
    pub(crate) fn marked(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.own.members().map(|at| VertexId(at as u32))
    }

    /// The vertices with a mark on their path, themselves included.
    pub(crate) fn covered(&self) -> &Bitmap {
        &self.path
    }

    /// Whether any vertex of a range of ids has a mark of its own.
    pub(crate) fn has_own_in(&self, first: VertexId, end: u32) -> bool {
        self.own.has_any(first.index()..end as usize)
    }

    /// Whether anything is marked.
    pub(crate) fn has_any(&self) -> bool {
        self.own.next(0).is_some()
    }

    /// Whether any vertex below another has a mark of its own. O(subtree) at worst.
    pub(crate) fn has_own_below(&self, tree: &Tree, vertex: VertexId) -> bool {
        match tree.position(vertex) {
            Some(position) if tree.is_in_preorder() => {
                self.has_own_in(VertexId(position + 1), tree.end(position))
            }
            _ => tree.subtree(vertex).iter().skip(1).any(|&below| self.is_own(below)),
        }
    }

    /// Marks a vertex; whether it had no mark before.
    pub(crate) fn add(&mut self, vertex: VertexId) -> bool {
        let first = self.own.insert(vertex.index());
        if !first {
            self.more.insert(vertex, self.more.get(&vertex).copied().unwrap_or(0) + 1);
        }
        first
    }

    /// Takes a mark away; whether it was the last one.
    pub(crate) fn take(&mut self, vertex: VertexId) -> bool {
        match self.more.get(&vertex).copied() {
            Some(1) => {
                self.more.remove(&vertex);
                false
            }
            Some(more) => {
                self.more.insert(vertex, more - 1);
                false
            }
            None => self.own.remove(vertex.index()),
        }
    }

    /// [`Marks::add`] or [`Marks::take`] for all of some ids, one at least, if none of them has more than the one mark;
    /// otherwise nothing is done. Takes only what was added.
    pub(crate) fn change_own(&mut self, ids: Range<u32>, marked: Marked) -> bool {
        let ids = ids.start as usize..ids.end as usize;
        match marked {
            Marked::Yes if self.own.has_any(ids.clone()) => return false,
            Marked::No if !self.more.is_empty() => return false,
            Marked::Yes => self.own.insert_range(ids),
            Marked::No => self.own.remove_range(ids),
        }
        true
    }

    /// Says whether the path of one vertex is marked.
    pub(crate) fn cover(&mut self, vertex: VertexId, marked: Marked) {
        match marked {
            Marked::Yes => self.path.insert(vertex.index()),
            Marked::No => self.path.remove(vertex.index()),
        };
    }

    /// [`Marks::cover`] for a range of ids.
    pub(crate) fn cover_range(&mut self, first: VertexId, end: u32, marked: Marked) {
        let range = first.index()..end as usize;
        match marked {
            Marked::Yes => self.path.insert_range(range),
            Marked::No => self.path.remove_range(range),
        }
    }

    /// The vertices whose paths change with the first mark, or the last, of a vertex: its subtree without what lies
    /// below other marks. O(subtree).
    pub(crate) fn reached<'a>(
        &'a self,
        tree: &'a Tree,
        vertex: VertexId,
    ) -> impl Iterator<Item = VertexId> + 'a {
        let start = tree.position(vertex).unwrap_or(u32::MAX);
        let mut next = start;
        std::iter::from_fn(move || {
            let end = if start == u32::MAX { start } else { tree.end(start) };
            while next < end {
                let position = next;
                let below = tree.at(position);
                if position == start || !self.is_own(below) {
                    next += 1;
                    return Some(below);
                }
                next = tree.end(position);
            }
            None
        })
    }
}

/// Whether there is a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marked {
    Yes,
    No,
}
