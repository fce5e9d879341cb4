//! Classes take in branches of the tree and give them up, without being made anew. The numbers of classes then follow
//! another order of first appearance than [`Classes::of`] would find; nothing depends on it.

use fluxion_graph::{Branch, Graph, Renumbering, Tree, TypeId, VertexId};

use super::classes::{ClassId, Classes, NONE};

impl Classes {
    /// Whether subtrees can go: every other vertex keeps a child of each type, and no class loses its last vertex.
    /// O(what goes + siblings).
    pub(crate) fn can_give_up(
        &self,
        graph: &Graph,
        tree: &Tree,
        tops: &[VertexId],
        gone: &[VertexId],
    ) -> bool {
        let mut left: Vec<u32> = self.classes.iter().map(|class| class.size).collect();
        for class in gone.iter().filter_map(|&vertex| self.class_of(vertex)) {
            left[class.index()] -= 1;
        }
        let mut parents: Vec<(VertexId, TypeId)> = tops
            .iter()
            .filter_map(|&top| Some((tree.parent(top)?, graph.vertex(top).ty)))
            .collect();
        parents.sort_unstable();
        parents.dedup();
        let keeps_one = |&(parent, ty): &(VertexId, TypeId)| {
            let is_left = |child: &VertexId| gone.binary_search(child).is_err();
            tree.children(parent).any(|child| graph.vertex(child).ty == ty && is_left(&child))
        };
        !left.contains(&0) && parents.iter().all(keeps_one)
    }

    /// Gives up vertices, ascending, as [`Classes::can_give_up`] allows. O(what goes + inner vertices like it).
    pub(crate) fn give_up(&mut self, gone: &[VertexId]) {
        let numbers = Renumbering::without(gone.iter().copied());
        let mut lose_inner = vec![false; self.classes.len()];
        for vertex in gone {
            let class = std::mem::replace(&mut self.of[vertex.index()], NONE);
            let Some(known) = self.classes.get_mut(class as usize) else { continue };
            known.size -= 1;
            lose_inner[class as usize] |= !known.child_types.is_empty();
        }
        let losing = self.classes.iter_mut().zip(lose_inner).filter(|(_, loses)| *loses);
        losing.for_each(|(class, _)| class.inner.retain(|&v| numbers.of(v).is_some()));
    }

    /// Whether a branch can be taken in: its top is of a type of which the parent has a child, and every leaf of it is of a
    /// type of which there are leaves. O(what comes + classes).
    pub(crate) fn can_take_in(&self, graph: &Graph, tree: &Tree, branch: &Branch) -> bool {
        let ty = |vertex: VertexId| graph.vertex(vertex).ty;
        let known = self.class_of(branch.parent).zip(branch.order.first());
        let hangs = known.is_some_and(|(class, &(top, _))| self.has_child_type(class, ty(top)));
        let has_leaves =
            |ty| self.classes.iter().any(|class| class.ty == ty && class.child_types.is_empty());
        let mut types: Vec<TypeId> = Vec::new();
        for ty in branch.leaves().map(ty) {
            if !types.contains(&ty) {
                types.push(ty);
            }
        }
        hangs && tree.is_inner(branch.parent) && types.into_iter().all(has_leaves)
    }

    /// Takes in new vertices, parents first, which graph and tree have already. O(what comes + inner vertices like it).
    pub(crate) fn take_in(&mut self, graph: &Graph, tree: &Tree, new: &[VertexId]) {
        self.of.resize(graph.vertices().len(), NONE);
        // how many inner vertices there were before
        let mut gained: Vec<Option<usize>> = vec![None; self.classes.len()];
        for &vertex in new {
            let class = self.class_for(graph, tree, vertex);
            self.of[vertex.index()] = class;
            gained.resize(self.classes.len(), None);
            let known = &mut self.classes[class as usize];
            known.size += 1;
            if !known.child_types.is_empty() {
                gained[class as usize].get_or_insert(known.inner.len());
                known.inner.push(vertex);
            }
        }
        let position = |&vertex: &VertexId| tree.position(vertex);
        for (class, before) in self.classes.iter_mut().zip(gained) {
            let last = before.map(|before| before.saturating_sub(1));
            if last.is_some_and(|last| !class.inner[last..].is_sorted_by_key(position)) {
                class.inner.sort_by_key(position);
            }
        }
    }

    /// The class of a vertex whose parent has one, which is new if there is none like it.
    fn class_for(&mut self, graph: &Graph, tree: &Tree, vertex: VertexId) -> u32 {
        let ty = graph.vertex(vertex).ty;
        let mut child_types: Vec<TypeId> =
            tree.children(vertex).map(|child| graph.vertex(child).ty).collect();
        child_types.sort_unstable();
        child_types.dedup();
        let parent = tree.parent(vertex).and_then(|parent| self.class_of(parent));
        let siblings = parent.map_or(&[][..], |parent| &self.get(parent).below);
        let is_same = |&&class: &&ClassId| {
            let known = self.get(class);
            known.ty == ty && known.child_types == child_types
        };
        match siblings.iter().find(is_same) {
            Some(class) => class.index() as u32,
            None => self.push(parent.map_or(NONE, |p| p.index() as u32), ty, child_types),
        }
    }

    /// Whether these are the same classes as others, numbers and their order aside. O(vertices).
    pub(crate) fn are_like(&self, others: &Self) -> bool {
        let mut other_of = vec![NONE; self.classes.len()];
        let mut is_same = |&mine: &u32, &other: &u32| match mine {
            NONE => other == NONE,
            mine => {
                let known = &mut other_of[mine as usize];
                *known = if *known == NONE { other } else { *known };
                *known == other
            }
        };
        if self.len() != others.len()
            || self.of.len() != others.of.len()
            || !self.of.iter().zip(&others.of).all(|(mine, other)| is_same(mine, other))
        {
            return false;
        }
        let number = |id: ClassId| other_of[id.index()] as usize;
        self.classes.iter().zip(&other_of).all(|(mine, &other)| {
            let Some(other) = others.classes.get(other as usize) else { return false };
            let mut below: Vec<usize> = mine.below.iter().map(|&id| number(id)).collect();
            let mut other_below: Vec<usize> = other.below.iter().map(|id| id.index()).collect();
            below.sort_unstable();
            other_below.sort_unstable();
            (mine.ty, mine.size) == (other.ty, other.size)
                && (&mine.child_types, &mine.inner) == (&other.child_types, &other.inner)
                && mine.parent.map(number) == other.parent.map(ClassId::index)
                && below == other_below
        })
    }
}
