//! Alike vertices: same type, alike parents, children of the same types. What a request can be laid over depends
//! only on the class of a vertex, so that most of the work is done per class, not per vertex.

use std::ops::Range;

use fluxion_graph::{Graph, Tree, TypeId, VertexId, is_upward};
use rustc_hash::FxHashMap;

/// The number of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClassId(u32);

impl ClassId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) ty: TypeId,
    /// The class of the parents; none for the root's.
    pub(crate) parent: Option<ClassId>,
    /// Types of direct children over edges of any subsystem, sorted.
    pub(crate) child_types: Vec<TypeId>,
    /// The classes of children, in order of first appearance.
    pub(crate) below: Vec<ClassId>,
    /// How many vertices belong to the class.
    pub(super) size: u32,
    /// The vertices, depth first, where they have children.
    pub(super) inner: Vec<VertexId>,
}

/// The classes of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    pub(super) classes: Vec<Class>,
    pub(super) of: Vec<u32>,
}

pub(super) const NONE: u32 = u32::MAX;

impl Classes {
    pub(crate) fn of(graph: &Graph, tree: &Tree) -> Self {
        let more = more_child_types(graph, tree);
        let mut classes = Self { of: vec![NONE; graph.vertices().len()], ..Self::default() };
        let mut known: FxHashMap<(u32, TypeId, Vec<TypeId>), u32> = FxHashMap::default();
        // most vertices are leaves like the one before
        let mut last: Option<(Option<VertexId>, TypeId, u32)> = None;
        for (position, &vertex) in (0u32..).zip(tree.order()) {
            let above = tree.parent_at(position);
            let ty = graph.vertex(vertex).ty;
            let is_leaf = tree.is_childless_at(position) && more.is_empty();
            if is_leaf
                && let Some((p, t, class)) = last
                && (p, t) == (above, ty)
            {
                classes.of[vertex.index()] = class;
                classes.classes[class as usize].size += 1;
                continue;
            }
            let parent = above.map_or(NONE, |p| classes.of[p.index()]);
            let types = child_types(graph, tree, &more, vertex);
            let class = classes.enter(&mut known, parent, ty, types);
            last = is_leaf.then_some((above, ty, class));
            classes.add(class, vertex);
        }
        classes
    }

    fn add(&mut self, class: u32, vertex: VertexId) {
        self.of[vertex.index()] = class;
        let class = &mut self.classes[class as usize];
        class.size += 1;
        if !class.child_types.is_empty() {
            class.inner.push(vertex);
        }
    }

    fn enter(
        &mut self,
        known: &mut FxHashMap<(u32, TypeId, Vec<TypeId>), u32>,
        parent: u32,
        ty: TypeId,
        child_types: Vec<TypeId>,
    ) -> u32 {
        let number = self.classes.len() as u32;
        let class = *known.entry((parent, ty, child_types.clone())).or_insert(number);
        if class == number {
            self.push(parent, ty, child_types);
        }
        class
    }

    /// A new class without vertices.
    pub(super) fn push(&mut self, parent: u32, ty: TypeId, child_types: Vec<TypeId>) -> u32 {
        let number = self.classes.len() as u32;
        let above = (parent != NONE).then_some(ClassId(parent));
        let (below, inner) = (Vec::new(), Vec::new());
        self.classes.push(Class { ty, parent: above, child_types, below, size: 0, inner });
        if parent != NONE {
            self.classes[parent as usize].below.push(ClassId(number));
        }
        number
    }

    /// The class of a reachable vertex.
    pub(crate) fn class_of(&self, vertex: VertexId) -> Option<ClassId> {
        let class = self.of[vertex.index()];
        (class != NONE).then_some(ClassId(class))
    }

    /// Whether the vertices of two stretches of numbers are of the same classes.
    pub(crate) fn are_same(&self, a: &Range<usize>, b: &Range<usize>) -> bool {
        self.of.get(a.clone()) == self.of.get(b.clone())
    }

    pub(crate) fn get(&self, class: ClassId) -> &Class {
        &self.classes[class.0 as usize]
    }

    /// All classes.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ClassId> + use<> {
        (0..self.classes.len() as u32).map(ClassId)
    }

    pub(crate) fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether the vertices of a class have a direct child of a type, over edges of any subsystem.
    pub(crate) fn has_child_type(&self, class: ClassId, ty: TypeId) -> bool {
        self.get(class).child_types.binary_search(&ty).is_ok()
    }

    /// The vertices of a class, depth first. O(vertices of the class), for leaves O(vertices of the graph).
    pub(crate) fn members(&self, tree: &Tree, class: ClassId) -> Vec<VertexId> {
        let known = self.get(class);
        if !known.child_types.is_empty() {
            return known.inner.clone();
        }
        let mut members = Vec::with_capacity(known.size as usize);
        members.extend(tree.order().iter().filter(|v| self.of[v.index()] == class.0));
        members
    }
}

/// Child types over edges that are not part of the tree.
fn more_child_types(graph: &Graph, tree: &Tree) -> FxHashMap<VertexId, Vec<TypeId>> {
    let mut more: FxHashMap<VertexId, Vec<TypeId>> = FxHashMap::default();
    if graph.edge_count() + 1 == tree.len() && tree.is_tree() {
        return more;
    }
    for (number, edge) in graph.numbered_edges() {
        let in_tree = tree.edge_to(edge.target) == Some(number);
        if !in_tree && !is_upward(graph, edge) {
            more.entry(edge.source).or_default().push(graph.vertex(edge.target).ty);
        }
    }
    more
}

fn child_types(
    graph: &Graph,
    tree: &Tree,
    more: &FxHashMap<VertexId, Vec<TypeId>>,
    vertex: VertexId,
) -> Vec<TypeId> {
    let mut types: Vec<TypeId> = Vec::new();
    let own = tree.children(vertex).map(|c| graph.vertex(c).ty);
    for ty in own.chain(more.get(&vertex).into_iter().flatten().copied()) {
        if types.last() != Some(&ty)
            && let Err(at) = types.binary_search(&ty)
        {
            types.insert(at, ty);
        }
    }
    types
}
