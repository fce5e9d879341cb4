//! Vertices whose subtrees look the same to a request: same types, sizes and scores in the same order. While nobody
//! uses them, they all offer the same.

use std::ops::Range;

use fluxion_graph::VertexId;

use crate::blocks::BlockTable;
use crate::site::Site;

/// How many different subtrees are remembered.
const MOST_KINDS: usize = 64;
const UNKNOWN: u32 = u32::MAX;
const OF_ITS_OWN: u32 = u32::MAX - 1;

/// Kinds of inner vertices, found when they are first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct SubtreeKinds {
    /// The kind of each inner vertex.
    kinds: BlockTable<u32, 256>,
    /// One vertex of each kind.
    examples: Vec<VertexId>,
}

impl SubtreeKinds {
    /// The kind of an inner vertex; none if too many kinds are known. O(subtree) the first time.
    pub(super) fn kind(&mut self, site: &Site, vertex: VertexId) -> Option<u32> {
        let inner = site.layout.inner(vertex)?;
        if self.kinds.is_empty() {
            self.kinds = BlockTable::new(site.layout.inner_count(), &UNKNOWN);
        }
        if self.kinds[inner] == UNKNOWN {
            self.kinds[inner] = self.find(site, vertex);
        }
        Some(self.kinds[inner]).filter(|&kind| kind != OF_ITS_OWN)
    }

    fn find(&mut self, site: &Site, vertex: VertexId) -> u32 {
        let same = |&example: &VertexId| look_alike(site, example, vertex);
        if let Some(kind) = self.examples.iter().position(same) {
            return kind as u32;
        }
        if self.examples.len() == MOST_KINDS {
            return OF_ITS_OWN;
        }
        self.examples.push(vertex);
        self.examples.len() as u32 - 1
    }
}

/// Whether two vertices are of one class and size, and all that lies below them is the same. As a class knows
/// the class above it, the order of classes tells the form of a tree.
fn look_alike(site: &Site, a: VertexId, b: VertexId) -> bool {
    let (of_a, of_b) = (site.tree.subtree(a), site.tree.subtree(b));
    let size = |v: VertexId| site.graph.vertex(v).size;
    let alike_below = || match (numbers(of_a), numbers(of_b)) {
        // whole stretches of the tables at once
        (Some(of_a), Some(of_b)) if site.layout.all_uniform() => {
            site.layout.have_same_scores(&site.graph, &site.tree, &of_a, &of_b)
                && site.classes.are_same(&of_a, &of_b)
        }
        _ => of_a.iter().zip(of_b).skip(1).all(|(&a, &b)| {
            site.score(a) == site.score(b)
                && site.classes.class_of(a) == site.classes.class_of(b)
                && size(a) == size(b)
        }),
    };
    of_a.len() == of_b.len()
        && site.classes.class_of(a) == site.classes.class_of(b)
        && size(a) == size(b)
        && alike_below()
}

/// The numbers of all vertices of a subtree but the first, if they follow one another.
fn numbers(subtree: &[VertexId]) -> Option<Range<usize>> {
    let [_, below @ ..] = subtree else { return None };
    let first = below.first()?.index();
    let follow = below.iter().enumerate().all(|(at, v)| v.index() == first + at);
    follow.then_some(first..first + below.len())
}
