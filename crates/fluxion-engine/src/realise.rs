//! From what a pass chose to the resource set that is printed and booked (chapter 04, section 6; chapter 06,
//! sections 1.4 and 2): connecting paths, exclusive types with all below them, emission order.

use fluxion_graph::{EdgeId, PickedEdge, PickedVertex, Selection, TypeId, VertexId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::search::{Choice, Scratch};
use crate::state::Site;

#[derive(Clone, Copy)]
struct Chosen {
    amount: u32,
    exclusive: bool,
}

/// A vertex of the walk.
#[derive(Clone, Copy)]
struct Step {
    vertex: VertexId,
    chosen: Chosen,
    depth: u32,
    below_exclusive: bool,
    /// Inside a vertex of an exclusive type.
    shadow: bool,
}

/// Turns a choice into a selection; empty if nothing in it is exclusive. `exclusive_types` are those that the
/// policy or the request makes exclusive with their whole subtrees.
pub(crate) fn realise(
    site: &Site,
    scratch: &Scratch,
    choice: &Choice,
    exclusive_types: &[TypeId],
) -> Selection {
    let mut builder = Builder {
        site,
        scratch,
        exclusive_types,
        children: FxHashMap::default(),
        root: Chosen { amount: choice.root_amount as u32, exclusive: false },
        seen: FxHashSet::default(),
        out: Selection::default(),
    };
    for &pick in &choice.picks {
        builder.add(pick, None);
        builder.connect(pick);
    }
    for children in builder.children.values_mut() {
        children.sort_unstable_by_key(|&(edge, _, _)| edge);
    }
    let root = builder.root;
    builder.emit(Step {
        vertex: site.tree.root(),
        chosen: root,
        depth: 1,
        below_exclusive: false,
        shadow: false,
    });
    builder.out
}

struct Builder<'a> {
    site: &'a Site,
    scratch: &'a Scratch,
    exclusive_types: &'a [TypeId],
    /// The chosen edges by source.
    children: FxHashMap<VertexId, Vec<(EdgeId, VertexId, Chosen)>>,
    root: Chosen,
    /// Vertices emitted or looked at, where several paths may lead to one.
    seen: FxHashSet<VertexId>,
    out: Selection,
}

impl Builder<'_> {
    /// Adds a candidate and what was chosen below it.
    fn add(&mut self, pick: u32, anchor: Option<VertexId>) {
        let candidate = self.scratch.candidates[pick as usize];
        let below = candidate.picks.0 as usize..candidate.picks.1 as usize;
        if !candidate.is_slot {
            let chosen = Chosen { amount: candidate.units as u32, exclusive: candidate.exclusive };
            match candidate.parent.or(anchor) {
                Some(parent) => self.select(parent, candidate.vertex, chosen),
                None => self.root.exclusive |= candidate.exclusive,
            }
        }
        let anchor = candidate.is_slot.then_some(candidate.vertex);
        for at in below {
            self.add(self.scratch.picks[at], anchor);
        }
    }

    fn select(&mut self, parent: VertexId, child: VertexId, chosen: Chosen) {
        let Some(edge) = self.edge(parent, child) else { return };
        let children = self.children.entry(parent).or_default();
        match children.iter_mut().find(|(e, _, _)| *e == edge) {
            Some((_, _, old)) => {
                old.exclusive |= chosen.exclusive;
                old.amount = chosen.amount;
            }
            None => children.push((edge, child, chosen)),
        }
    }

    fn edge(&self, parent: VertexId, child: VertexId) -> Option<EdgeId> {
        let Site { tree, graph, .. } = self.site;
        if tree.is_tree() {
            return tree.edge_to(child);
        }
        let target = |e: &EdgeId| graph.edges()[e.index()].target;
        tree.child_edges(graph, parent).into_iter().find(|e| target(e) == child)
    }

    /// Adds the path from the root to a candidate chosen at the top, shared.
    fn connect(&mut self, pick: u32) {
        let candidate = self.scratch.candidates[pick as usize];
        let lowest = if candidate.is_slot { Some(candidate.vertex) } else { candidate.parent };
        let Some(lowest) = lowest else { return };
        let tree = &self.site.tree;
        let mut child = lowest;
        while let Some(parent) = tree.parent(child) {
            let known =
                self.children.get(&parent).is_some_and(|c| c.iter().any(|&(_, v, _)| v == child));
            if known {
                return;
            }
            let amount = self.site.graph.vertex(child).size;
            self.select(parent, child, Chosen { amount, exclusive: false });
            child = parent;
        }
    }

    /// Emits a subtree, children first; whether anything in it is exclusive.
    fn emit(&mut self, mut step: Step) -> bool {
        let pool = self.site.graph.vertex(step.vertex);
        step.shadow |= self.exclusive_types.contains(&pool.ty);
        if step.shadow {
            step.chosen = Chosen { amount: pool.size, exclusive: true };
        }
        if !self.site.tree.is_tree() {
            self.seen.insert(step.vertex);
        }
        let mut counts = step.chosen.exclusive;
        for (edge, child, chosen) in self.below(&step) {
            if self.seen.contains(&child) {
                continue;
            }
            let emitted = self.emit(Step {
                vertex: child,
                chosen,
                depth: step.depth + 1,
                below_exclusive: step.chosen.exclusive,
                shadow: step.shadow,
            });
            if emitted {
                counts = true;
                let below_exclusive = step.chosen.exclusive;
                self.out.edges.push(PickedEdge { edge, below_exclusive });
            }
        }
        if counts {
            self.out.vertices.push(PickedVertex {
                vertex: step.vertex,
                amount: step.chosen.amount,
                depth: step.depth,
                exclusive: step.chosen.exclusive,
                below_exclusive: step.below_exclusive,
            });
        }
        counts
    }

    fn below(&mut self, step: &Step) -> Vec<(EdgeId, VertexId, Chosen)> {
        if !step.shadow {
            return self.children.remove(&step.vertex).unwrap_or_default();
        }
        let Site { tree, graph, .. } = self.site;
        let whole = |edge: EdgeId| {
            let child = graph.edges()[edge.index()].target;
            (edge, child, Chosen { amount: graph.vertex(child).size, exclusive: true })
        };
        if tree.is_tree() {
            return tree.children(step.vertex).filter_map(|c| tree.edge_to(c)).map(whole).collect();
        }
        tree.child_edges(graph, step.vertex).into_iter().map(whole).collect()
    }
}
