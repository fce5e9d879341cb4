//! Branches are put on a plain tree and cut off it, without making it anew: the tables move as whole stretches. What is
//! left is what [`Tree::of`] would make of the changed graph.

use std::ops::Range;

use super::branch::Branch;
use super::{NONE, Numbering, Tree};
use crate::graph::Graph;
use crate::ids::VertexId;

impl Tree {
    /// Whether all vertices of a graph, but for `new` ones, are in the tree, and all edges but for as many lead from parents
    /// to children in it.
    pub(super) fn is_plain_without(&self, graph: &Graph, new: usize) -> bool {
        let (vertices, edges) = (graph.vertex_count() - new, graph.edge_count() - new);
        self.is_tree()
            && self.childless.is_empty()
            && vertices == self.len()
            && edges + 1 == self.len()
    }

    /// Whether all vertices of a graph are in the tree, and all edges lead from parents to children in it.
    pub fn is_plain(&self, graph: &Graph) -> bool {
        self.is_plain_without(graph, 0)
    }

    /// Cuts subtrees off a plain tree. O(what goes), and a pass over tables of four bytes a vertex.
    pub fn cut_off(&mut self, tops: &[VertexId]) {
        let cuts = self.ranges(tops);
        let Some(first) = cuts.first().map(|cut| cut.start) else { return };
        self.use_table();
        for cut in &cuts {
            self.resize_above(self.order[cut.start as usize], |end| end - cut.len() as u32);
        }
        let mut shift = 0;
        for (cut, kept) in cuts.iter().zip(stretches_after(&cuts, self.order.len() as u32)) {
            shift += cut.len() as u32;
            self.end[kept].iter_mut().for_each(|end| *end -= shift);
        }
        let Numbering::Table { position, edge_in } = &mut self.numbering else { return };
        for cut in &cuts {
            let gone = &self.order[cut.start as usize..cut.end as usize];
            gone.iter().for_each(|vertex| position[vertex.index()] = NONE);
        }
        close(&mut self.order, &cuts);
        close(&mut self.end, &cuts);
        close(&mut self.parent, &cuts);
        close(edge_in, &cuts);
        match cuts.len() {
            ..FEW => cuts.iter().rev().for_each(|cut| move_down(position, cut)),
            _ => self.renumber_from(first),
        }
        self.levels = self.count_levels();
    }

    /// The positions of subtrees, ascending; those inside others are left out.
    fn ranges(&self, tops: &[VertexId]) -> Vec<Range<u32>> {
        let range = |&top: &VertexId| self.position(top).map(|at| at..self.end(at));
        let mut ranges: Vec<Range<u32>> = tops.iter().filter_map(range).collect();
        ranges.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        ranges.retain(|range| {
            let is_outside = range.start >= end;
            end = end.max(range.end);
            is_outside
        });
        ranges
    }

    /// Puts branches on a plain tree; the graph has so many vertices now. O(what comes) at the end of the walk of a tree
    /// that is in preorder and stays so; otherwise also a pass over tables of four bytes a vertex.
    pub fn put_on(&mut self, branches: &[Branch], vertices: usize) {
        let mut placed: Vec<(u32, &Branch)> = Vec::with_capacity(branches.len());
        for branch in branches {
            let Some(position) = self.position(branch.parent) else { continue };
            let depth = self.ancestors(branch.parent).count() + 1;
            self.levels = self.levels.max(depth + branch.levels());
            placed.push((position, branch));
        }
        // where several parents end, the inner one comes first
        placed.sort_by_key(|&(position, _)| (self.end(position), std::cmp::Reverse(position)));
        if !self.continues_preorder(&placed) {
            self.use_table();
        }
        let gaps: Vec<(u32, u32)> =
            placed.iter().map(|&(position, branch)| (self.end(position), branch.len())).collect();
        self.make_gaps(&gaps);
        let mut start = gaps.first().map_or(0, |&(at, _)| at);
        let first = start;
        for (at, (&(gap, _), (_, branch))) in gaps.iter().zip(&placed).enumerate() {
            let before: u32 = gaps[..at].iter().map(|&(_, len)| len).sum();
            start = gap + before;
            self.fill(start, branch);
        }
        if let Numbering::Table { position, .. } = &mut self.numbering {
            position.resize(vertices, NONE);
        }
        self.renumber_from(first);
        for (_, branch) in placed {
            self.grow_above(branch);
        }
    }

    /// Whether branches continue the walk with the numbers that come next.
    fn continues_preorder(&self, placed: &[(u32, &Branch)]) -> bool {
        let len = self.order.len() as u32;
        let all = placed.iter().flat_map(|(_, branch)| &branch.order);
        self.is_in_preorder()
            && placed.iter().all(|&(position, _)| self.end(position) == len)
            && (len..).zip(all).all(|(at, (vertex, edge))| vertex.0 == at && edge.0 + 1 == at)
    }

    fn make_gaps(&mut self, gaps: &[(u32, u32)]) {
        let len = self.order.len();
        let mut shift = 0;
        for (at, &(start, more)) in gaps.iter().enumerate() {
            shift += more;
            let end = gaps.get(at + 1).map_or(len, |&(next, _)| next as usize);
            self.end[start as usize..end].iter_mut().for_each(|end| *end += shift);
        }
        open(&mut self.order, gaps, VertexId(NONE));
        open(&mut self.end, gaps, NONE);
        open(&mut self.parent, gaps, NONE);
        if let Numbering::Table { edge_in, .. } = &mut self.numbering {
            open(edge_in, gaps, NONE);
        }
    }

    fn fill(&mut self, start: u32, branch: &Branch) {
        let mut open: Vec<(VertexId, u32)> = Vec::new();
        for ((at, &(vertex, edge)), end) in (start..).zip(&branch.order).zip(branch.ends()) {
            while open.last().is_some_and(|&(_, end)| end <= at) {
                open.pop();
            }
            let parent = open.last().map_or(branch.parent, |&(parent, _)| parent);
            let at_index = at as usize;
            self.order[at_index] = vertex;
            self.end[at_index] = start + end;
            self.parent[at_index] = parent.0;
            if let Numbering::Table { edge_in, .. } = &mut self.numbering {
                edge_in[at_index] = edge.0;
            }
            open.push((vertex, start + end));
        }
    }

    /// What a branch hangs on is larger by it.
    fn grow_above(&mut self, branch: &Branch) {
        let Some(&(top, _)) = branch.order.first() else { return };
        self.resize_above(top, |end| end + branch.len());
    }

    /// Changes the ends of all proper ancestors of a vertex.
    fn resize_above(&mut self, vertex: VertexId, end: impl Fn(u32) -> u32) {
        let above: Vec<u32> = self.ancestors(vertex).filter_map(|v| self.position(v)).collect();
        for position in above {
            let old = &mut self.end[position as usize];
            *old = end(*old);
        }
    }

    fn use_table(&mut self) {
        if self.is_in_preorder() {
            let len = self.order.len() as u32;
            let edge_in = (0..len).map(|at| at.checked_sub(1).unwrap_or(NONE)).collect();
            self.numbering = Numbering::Table { position: (0..len).collect(), edge_in };
        }
    }

    fn renumber_from(&mut self, first: u32) {
        if let Numbering::Table { position, .. } = &mut self.numbering {
            for (at, vertex) in (first..).zip(&self.order[first as usize..]) {
                position[vertex.index()] = at;
            }
        }
    }

    /// How many levels there are, if not more than before: looks no further than the first vertex on the last one.
    fn count_levels(&self) -> usize {
        let mut open: Vec<u32> = Vec::new();
        let mut levels = 1;
        for (at, &end) in (0u32..).zip(&self.end) {
            while open.last().is_some_and(|&end| end <= at) {
                open.pop();
            }
            levels = levels.max(open.len() + 1);
            if levels == self.levels {
                break;
            }
            open.push(end);
        }
        levels
    }

    /// The ids of a subtree, if they follow one another in the order of the walk. O(1) for a tree in preorder, else
    /// O(subtree).
    pub fn id_range(&self, vertex: VertexId) -> Option<Range<u32>> {
        let position = self.position(vertex)?;
        let ids = vertex.0..vertex.0 + (self.end(position) - position);
        let follow = || self.subtree(vertex).iter().map(|v| v.0).eq(ids.clone());
        (self.is_in_preorder() || follow()).then(|| ids.clone())
    }
}

/// So many passes over the positions of all vertices are quicker than one that looks each up.
const FEW: usize = 5;

/// A range of positions has gone: those after it are less.
fn move_down(positions: &mut [u32], cut: &Range<u32>) {
    for position in positions {
        let is_after = *position >= cut.end && *position != NONE;
        *position -= if is_after { cut.end - cut.start } else { 0 };
    }
}

/// What lies between each of some ranges and the next.
fn stretches_after(cuts: &[Range<u32>], len: u32) -> impl Iterator<Item = Range<usize>> + '_ {
    let next = cuts.iter().skip(1).map(|cut| cut.start).chain([len]);
    cuts.iter().zip(next).map(|(cut, next)| cut.end as usize..next as usize)
}

/// Takes ranges out of a table.
fn close<T: Copy>(table: &mut Vec<T>, cuts: &[Range<u32>]) {
    let mut to = cuts.first().map_or(table.len(), |cut| cut.start as usize);
    for kept in stretches_after(cuts, table.len() as u32) {
        let len = kept.len();
        table.copy_within(kept, to);
        to += len;
    }
    table.truncate(to);
}

/// Makes gaps in a table: so many values before each of some places, ascending.
fn open<T: Copy>(table: &mut Vec<T>, gaps: &[(u32, u32)], empty: T) {
    let mut end = table.len();
    let mut shift: usize = gaps.iter().map(|&(_, len)| len as usize).sum();
    table.resize(end + shift, empty);
    for &(at, len) in gaps.iter().rev() {
        let at = at as usize;
        table.copy_within(at..end, at + shift);
        (end, shift) = (at, shift - len as usize);
    }
}

/// What cutting and putting on leave is what the walk finds.
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::{CONTAINMENT, EdgeId};
    use crate::vertex::VertexSpec;

    #[derive(Clone, Debug)]
    enum Step {
        /// For each new vertex, what it hangs on: a number among all.
        Grow(Vec<usize>),
        Shrink(Vec<usize>),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => prop::collection::vec(0usize..60, 1..8).prop_map(Step::Grow),
            1 => prop::collection::vec(1usize..60, 1..4).prop_map(Step::Shrink),
        ]
    }

    /// A tree in the making: each vertex below an earlier one, or the one before.
    fn grow(graph: &mut Graph, above: &[usize]) {
        for &above in above {
            let known: Vec<VertexId> = graph.vertex_ids().collect();
            let parent = known[if above % 2 == 0 { known.len() - 1 } else { above % known.len() }];
            let vertex = graph.add_vertex(&VertexSpec::new("x", 1, 1)).unwrap_or(VertexId(0));
            let path = graph.vertex(parent).path.map(|path| graph.path_text(path));
            graph.set_path(
                vertex,
                CONTAINMENT,
                &format!("{}/{}", path.unwrap_or_default(), vertex.0),
            );
            let _ = graph.add_edge(parent, vertex, CONTAINMENT);
        }
    }

    fn shrink(graph: &mut Graph, tree: &mut Tree, tops: &[usize]) {
        let tops: Vec<VertexId> =
            tops.iter().map(|&at| tree.at((at % tree.len()) as u32)).collect();
        let tops: Vec<VertexId> = tops.into_iter().filter(|&top| top != tree.root()).collect();
        let gone: Vec<VertexId> = graph.with_descendants(&tops, CONTAINMENT).into_iter().collect();
        let edges: Vec<EdgeId> = gone.iter().filter_map(|&v| tree.edge_to(v)).collect();
        tree.cut_off(&tops);
        graph.remove_with_edges(&gone, &edges);
    }

    fn check(graph: &Graph, tree: &Tree) -> Result<(), TestCaseError> {
        prop_assert_eq!(graph.check().and_then(|()| tree.check(graph)), Ok(()));
        let fresh = Tree::of(graph, CONTAINMENT).ok_or(TestCaseError::fail("no root"))?;
        prop_assert_eq!((tree.order(), tree.levels()), (fresh.order(), fresh.levels()));
        prop_assert!(tree.is_plain(graph));
        for vertex in graph.vertex_ids() {
            let of = |t: &Tree| {
                (t.position(vertex), t.edge_to(vertex), t.parent(vertex), t.subtree(vertex).len())
            };
            prop_assert_eq!(of(tree), of(&fresh));
            let ids: Vec<u32> = tree.subtree(vertex).iter().map(|v| v.0).collect();
            let follow = ids.windows(2).all(|pair| pair[0] + 1 == pair[1]);
            prop_assert_eq!(tree.id_range(vertex).map(Vec::from_iter), follow.then_some(ids));
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn a_spliced_tree_is_that_of_the_walk(
            first in prop::collection::vec(0usize..60, 0..12),
            steps in prop::collection::vec(step(), 1..12),
        ) {
            let mut graph = Graph::new();
            let root = graph.add_vertex(&VertexSpec::new("x", 0, 0)).unwrap();
            graph.set_path(root, CONTAINMENT, "/c");
            graph.set_root(CONTAINMENT, root).unwrap();
            grow(&mut graph, &first);
            let mut tree = Tree::of(&graph, CONTAINMENT).unwrap();
            for step in steps {
                match step {
                    Step::Grow(above) => {
                        let (vertices, edges) = (graph.vertices().len(), graph.edges().len());
                        grow(&mut graph, &above);
                        let from = (VertexId(vertices as u32), EdgeId(edges as u32));
                        let branches = Branch::since(&graph, &tree, from.0, from.1).unwrap();
                        tree.put_on(&branches, graph.vertices().len());
                    }
                    Step::Shrink(tops) => shrink(&mut graph, &mut tree, &tops),
                }
                check(&graph, &tree)?;
            }
        }
    }
}
