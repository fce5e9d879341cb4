//! A layout takes in branches of the tree and gives them up, without being made anew: what is left is what
//! [`Layout::of`] would make of the changed graph. Knows nothing of bookings.

use std::ops::Range;

use fluxion_graph::{Branch, Graph, Tree, VertexId};

use super::child_order::order;
use super::counted_types::census_with;
use super::layout::{Layout, NONE};
use super::reshaping::Cut;
use super::stretches::{close, close_rows, open, others, ranges};
use crate::policy::Policy;

/// What a layout has given up: numbers as they were before.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenUp {
    /// Ordinals, ascending.
    pub(crate) ordinals: Vec<Range<usize>>,
    /// Numbers among the inner vertices, ascending.
    pub(crate) rows: Vec<Range<usize>>,
}

/// Ordinals that stay together: what they were, and where they start now. What lies between them, and after the last, is new.
pub(crate) type Stretches = Vec<(Range<usize>, usize)>;

/// So many passes over the ordinals of all vertices are quicker than one that looks each up.
const FEW: usize = 5;

/// A range of numbers has gone: those after it are less.
fn move_down(numbers: &mut [u32], cut: &Range<usize>) {
    let (end, len) = (cut.end as u32, cut.len() as u32);
    for number in numbers {
        *number -= if *number >= end && *number != NONE { len } else { 0 };
    }
}

/// One more number stands before one: that and those after it are more by one.
fn move_up(numbers: &mut [u32], place: usize) {
    for number in numbers {
        *number += u32::from(*number >= place as u32 && *number != NONE);
    }
}

impl GivenUp {
    /// Where the ordinals are that stay, of so many before.
    pub(crate) fn stretches(&self, ordinals: usize) -> Stretches {
        let mut to = 0;
        let start = |kept: Range<usize>| {
            let start = to;
            to += kept.len();
            (kept, start)
        };
        others(&self.ordinals, ordinals).map(start).collect()
    }
}

/// Where the ordinals are, of so many before, when one more stands before each of some, ascending.
fn stretches_between(places: &[usize], ordinals: usize) -> Stretches {
    let starts = std::iter::once(0).chain(places.iter().copied());
    let ends = places.iter().copied().chain([ordinals]);
    let stretches = starts.zip(ends).enumerate();
    stretches.map(|(before, (start, end))| (start..end, start + before)).collect()
}

impl Layout {
    /// Which ordinals and inner vertices would go.
    pub(crate) fn giving_up(&self, gone: &[VertexId]) -> GivenUp {
        let mut ordinals: Vec<usize> = gone.iter().filter_map(|&v| self.ordinal(v)).collect();
        ordinals.sort_unstable();
        let rows = gone.iter().filter_map(|&v| self.inner(v));
        GivenUp { ordinals: ranges(ordinals.into_iter()), rows: ranges(rows) }
    }

    /// Gives up subtrees, which graph and tree still have. No other vertex loses its last child. O(what goes + inner vertices), and a pass over tables of four bytes a vertex.
    pub(crate) fn give_up(
        &mut self,
        graph: &Graph,
        tree: &Tree,
        Cut { tops, gone, census, .. }: &Cut<'_>,
    ) {
        let GivenUp { ordinals, rows } = self.giving_up(gone);
        tops.iter().for_each(|&top| self.count_less_above(graph, tree, top));
        gone.iter().for_each(|vertex| self.ordinal_of[vertex.index()] = NONE);
        close(&mut self.by_ordinal, &ordinals);
        match ordinals.len() {
            ..FEW => ordinals.iter().rev().for_each(|cut| move_down(&mut self.ordinal_of, cut)),
            _ => self.renumber_from(ordinals.first().map_or(0, |range| range.start)),
        }
        self.close_starts(&ordinals, &rows);
        close_rows(&mut self.totals, &rows, self.counted.width());
        self.scores.take_out(gone, &rows);
        self.inner.take_out(gone);
        self.census = census.clone();
    }

    /// What is above a subtree has no longer below it what the subtree has.
    fn count_less_above(&mut self, graph: &Graph, tree: &Tree, top: VertexId) {
        let width = self.counted.width();
        let units = self.units_of(graph, top);
        for row in tree.ancestors(top).filter_map(|above| self.inner.get(above)) {
            let totals = &mut self.totals[row * width..(row + 1) * width];
            totals.iter_mut().zip(&units).for_each(|(total, units)| *total -= units);
        }
    }

    /// Units of each counted type in a subtree.
    pub(crate) fn units_of(&self, graph: &Graph, top: VertexId) -> Vec<u64> {
        let width = self.counted.width();
        let below = self.inner(top).map(|row| &self.totals[row * width..(row + 1) * width]);
        let mut units = below.map_or_else(|| vec![0; width], <[u64]>::to_vec);
        let pool = graph.vertex(top);
        if let Some(column) = self.counted.column(pool.ty) {
            units[column] += u64::from(pool.size);
        }
        units
    }

    fn renumber_from(&mut self, first: usize) {
        for (at, vertex) in (first as u32..).zip(&self.by_ordinal[first..]) {
            self.ordinal_of[vertex.index()] = at;
        }
    }

    /// Where the children of those that stay start.
    fn close_starts(&mut self, ordinals: &[Range<usize>], rows: &[Range<usize>]) {
        let ends = self.first_ordinal.pop();
        close(&mut self.first_ordinal, rows);
        self.first_ordinal.extend(ends);
        let (mut gone, mut cuts) = (0, ordinals.iter().peekable());
        for start in &mut self.first_ordinal {
            let at = *start as usize;
            while let Some(cut) = cuts.next_if(|cut| cut.end <= at) {
                gone += cut.len();
            }
            // a range may begin with the last child of one vertex and go on with the first of the next
            let begun = cuts.peek().map_or(0, |cut| at.saturating_sub(cut.start));
            *start -= (gone + begun) as u32;
        }
    }

    /// Takes in branches that graph and tree have already; each hangs on a vertex that had a child of the type of its top.
    /// `new` are their vertices, depth first. O(what comes + siblings of the tops), and a pass over tables of four bytes a
    /// vertex.
    pub(crate) fn take_in(
        &mut self,
        graph: &Graph,
        tree: &Tree,
        policy: Policy,
        branches: &[Branch],
        new: &[VertexId],
    ) -> Stretches {
        let (old_rows, old_ordinals) = (self.inner.len(), self.ordinal_count());
        let is_inner = |&v: &VertexId| tree.is_inner(v);
        self.inner.take_in(graph.vertices().len(), new.iter().copied().filter(is_inner));
        self.census = census_with(&self.census, graph, new);
        self.scores.take_in(graph, tree, &self.inner, new);
        let parents = self.parents_of(branches);
        let places = self.insert_tops(graph, tree, policy, &parents, new.len());
        self.append_children(graph, tree, policy, old_rows, new);
        self.count_more(graph, tree, branches);
        stretches_between(&places, old_ordinals)
    }

    /// The rows of the vertices on which branches hang, ascending.
    fn parents_of(&self, branches: &[Branch]) -> Vec<(usize, VertexId)> {
        let row = |branch: &Branch| Some((self.inner.get(branch.parent)?, branch.parent));
        let mut parents: Vec<(usize, VertexId)> = branches.iter().filter_map(row).collect();
        parents.sort_unstable();
        parents.dedup();
        parents
    }

    /// Puts the new children of old vertices where the policy wants them; before which ordinals.
    fn insert_tops(
        &mut self,
        graph: &Graph,
        tree: &Tree,
        policy: Policy,
        parents: &[(usize, VertexId)],
        new: usize,
    ) -> Vec<usize> {
        self.ordinal_of.resize(graph.vertices().len(), NONE);
        let (mut places, mut tops, mut more_before) = (Vec::new(), Vec::new(), Vec::new());
        for &(row, parent) in parents {
            more_before.push((row, tops.len() as u32));
            let mut siblings: Vec<VertexId> = tree.children(parent).collect();
            order(&self.scores, graph, policy, &mut siblings);
            let mut before = self.first_ordinal[row] as usize;
            for sibling in siblings {
                match self.ordinal_of[sibling.index()] {
                    NONE => {
                        places.push(before);
                        tops.push(sibling);
                    }
                    _ => before += 1,
                }
            }
        }
        self.by_ordinal.reserve(new);
        open(&mut self.by_ordinal, &places, VertexId(NONE));
        for ((before, &place), top) in places.iter().enumerate().zip(tops) {
            self.by_ordinal[place + before] = top;
        }
        more_before.push((self.first_ordinal.len(), places.len() as u32));
        self.move_starts(&more_before);
        self.move_ordinals_up(&places);
        places
    }

    /// One more ordinal stands before each of some.
    fn move_ordinals_up(&mut self, places: &[usize]) {
        let Some(&first) = places.first() else { return };
        if places.len() >= FEW {
            return self.renumber_from(first);
        }
        places.iter().rev().for_each(|&place| move_up(&mut self.ordinal_of, place));
        for (before, &place) in places.iter().enumerate() {
            self.ordinal_of[self.by_ordinal[place + before].index()] = (place + before) as u32;
        }
    }

    /// Children start later by as many as were put before them: rows, each with what was put in before its children.
    fn move_starts(&mut self, more_before: &[(usize, u32)]) {
        for pair in more_before.windows(2) {
            let (after, until) = (pair[0].0 + 1, (pair[1].0 + 1).min(self.first_ordinal.len()));
            let more = pair[1].1;
            self.first_ordinal[after..until].iter_mut().for_each(|start| *start += more);
        }
    }

    /// The children of new inner vertices, whose rows come last.
    fn append_children(
        &mut self,
        graph: &Graph,
        tree: &Tree,
        policy: Policy,
        old_rows: usize,
        new: &[VertexId],
    ) {
        let mut parents: Vec<VertexId> =
            new.iter().copied().filter(|&vertex| self.inner.contains(vertex)).collect();
        parents.sort_unstable();
        self.first_ordinal.truncate(old_rows);
        let first = self.by_ordinal.len();
        for parent in parents {
            let start = self.by_ordinal.len();
            self.first_ordinal.push(start as u32);
            self.by_ordinal.extend(tree.children(parent));
            order(&self.scores, graph, policy, &mut self.by_ordinal[start..]);
        }
        self.first_ordinal.push(self.by_ordinal.len() as u32);
        self.renumber_from(first);
    }

    /// What is above new vertices has more below it.
    fn count_more(&mut self, graph: &Graph, tree: &Tree, branches: &[Branch]) {
        self.totals.resize(self.inner.len() * self.counted.width(), 0);
        for branch in branches {
            for (at, &(vertex, _)) in branch.order.iter().enumerate().rev() {
                // the units of a branch are known when its top is reached
                let most = if at == 0 { usize::MAX } else { 1 };
                for above in tree.ancestors(vertex).take(most) {
                    self.count_in(graph, vertex, above);
                }
            }
        }
    }

    /// Adds the units of a vertex, and of what is below it, to what is below another.
    fn count_in(&mut self, graph: &Graph, vertex: VertexId, above: VertexId) {
        let width = self.counted.width();
        let Some(row) = self.inner.get(above) else { return };
        if let Some(own) = self.inner.get(vertex) {
            for column in 0..width {
                self.totals[row * width + column] += self.totals[own * width + column];
            }
        }
        let pool = graph.vertex(vertex);
        if let Some(column) = self.counted.column(pool.ty) {
            self.totals[row * width + column] += u64::from(pool.size);
        }
    }
}
