//! Kinds of subtrees, from the leaves up: what can stand in a subtree of an idle machine is the same for all vertices
//! of a kind. A machine has few. Knows neither statuses nor bookings nor requests.

use fluxion_graph::VertexId;
use rustc_hash::FxHashMap;

use super::Site;
use super::classes::ClassId;

/// The number of a kind. Kinds have higher numbers than those below them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KindId(u32);

impl KindId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What tells kinds apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// The class, the size, and how many children of each kind there are.
    Alike,
    /// Each vertex is of a kind of its own; children are in the order of their edges.
    Each,
}

/// One kind.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) class: ClassId,
    pub(crate) size: u64,
    /// The kinds of the children, with how many there are of each. What has no units is absent.
    pub(crate) below: Vec<(KindId, u64)>,
    /// One vertex of the kind.
    pub(crate) example: VertexId,
}

/// The kinds of a graph.
#[derive(Clone, Debug)]
pub(crate) struct Kinds {
    kinds: Vec<Kind>,
    of: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Kinds {
    /// O(graph).
    pub(crate) fn of(site: &Site, likeness: Likeness) -> Self {
        let kinds = Self { kinds: Vec::new(), of: vec![NONE; site.graph.vertices().len()] };
        let known = FxHashMap::default();
        let mut finder = Finder { site, likeness, kinds, known, last_leaf: None };
        finder.find(site.tree.root());
        finder.kinds
    }

    /// The kind of a reachable vertex.
    pub(crate) fn kind_of(&self, vertex: VertexId) -> Option<KindId> {
        let kind = self.of[vertex.index()];
        (kind != NONE).then_some(KindId(kind))
    }

    pub(crate) fn get(&self, kind: KindId) -> &Kind {
        &self.kinds[kind.index()]
    }

    /// All kinds, the lowest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }
}

/// What tells a kind from others, by numbers.
type Key = (u32, u32, Vec<(KindId, u64)>);

struct Finder<'a> {
    site: &'a Site,
    likeness: Likeness,
    kinds: Kinds,
    known: FxHashMap<Key, u32>,
    /// Class, size and kind: most vertices are leaves like the one before.
    last_leaf: Option<(ClassId, u32, u32)>,
}

impl Finder<'_> {
    /// Enters a vertex and all below it; as deep as the graph, which is bounded.
    fn find(&mut self, vertex: VertexId) -> Option<KindId> {
        if let Some(known) = self.kinds.kind_of(vertex) {
            return Some(known);
        }
        let class = self.site.classes.class_of(vertex)?;
        if self.likeness == Likeness::Alike && !self.site.tree.is_inner(vertex) {
            return Some(self.leaf(vertex, class));
        }
        let mut below: Vec<(KindId, u64)> = Vec::new();
        for child in self.children(vertex) {
            let Some(kind) = self.find(child) else { continue };
            match below.last_mut() {
                Some((last, count)) if *last == kind => *count += 1,
                _ if self.kinds.get(kind).size > 0 => below.push((kind, 1)),
                _ => {}
            }
        }
        let number = self.enter(vertex, class, below);
        self.kinds.of[vertex.index()] = number;
        Some(KindId(number))
    }

    fn leaf(&mut self, vertex: VertexId, class: ClassId) -> KindId {
        let size = self.site.graph.vertex(vertex).size;
        let number = match self.last_leaf {
            Some((c, s, number)) if (c, s) == (class, size) => number,
            _ => self.enter(vertex, class, Vec::new()),
        };
        self.last_leaf = Some((class, size, number));
        self.kinds.of[vertex.index()] = number;
        KindId(number)
    }

    fn enter(&mut self, vertex: VertexId, class: ClassId, mut below: Vec<(KindId, u64)>) -> u32 {
        let size = self.site.graph.vertex(vertex).size;
        let next = self.kinds.kinds.len() as u32;
        if self.likeness == Likeness::Alike {
            merge(&mut below);
            let key = (class.index() as u32, size, below.clone());
            let number = *self.known.entry(key).or_insert(next);
            if number != next {
                return number;
            }
        }
        let size = u64::from(size);
        self.kinds.kinds.push(Kind { class, size, below, example: vertex });
        next
    }

    fn children(&self, vertex: VertexId) -> Vec<VertexId> {
        let Site { graph, tree, .. } = self.site;
        if tree.is_tree() {
            return tree.children(vertex).collect();
        }
        let edges = tree.child_edges(graph, vertex);
        edges.into_iter().map(|edge| graph.edges()[edge.index()].target).collect()
    }
}

/// One entry per kind, sorted.
fn merge(below: &mut Vec<(KindId, u64)>) {
    below.sort_unstable();
    below.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}
