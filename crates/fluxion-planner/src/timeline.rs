//! A step function of time with several columns: how much of each pool is in use.
//!
//! The times at which it may change (points) lie in blocks of at most [`BLOCK`]; a block knows the least and
//! the greatest use in it, so that a search skips blocks that cannot help. A point goes away with the last
//! span that starts or ends there. Clones share the points of a block until one of them changes there.
//! This file knows no totals and no horizon.

use std::sync::Arc;

/// The number of points at which a block is split.
const BLOCK: usize = 64;

#[derive(Clone, Debug, Default)]
struct Points {
    times: Vec<i64>,
    /// How many span ends lie at each point.
    ends: Vec<u32>,
    /// In use from each point to the next, row by row, less what the summary says of every row.
    used: Vec<i64>,
}

#[derive(Clone, Debug)]
struct Block {
    points: Arc<Points>,
    /// Per column: an amount that counts for every row, then the least and the greatest of the column.
    summary: Vec<i64>,
}

/// Where a point is: block and row.
type PointIndex = (usize, usize);

impl Block {
    fn new(width: usize) -> Self {
        Self { points: Arc::default(), summary: vec![0; 3 * width] }
    }

    #[inline]
    fn times(&self) -> &[i64] {
        &self.points.times
    }

    #[inline]
    fn row(&self, row: usize, column: usize, width: usize) -> i64 {
        self.points.used[row * width + column] + self.summary[column]
    }

    #[inline]
    fn least(&self, column: usize, width: usize) -> i64 {
        self.summary[width + column]
    }

    #[inline]
    fn greatest(&self, column: usize, width: usize) -> i64 {
        self.summary[2 * width + column]
    }

    fn summarise(&mut self, width: usize) {
        for column in 0..width {
            let (mut least, mut greatest) = (i64::MAX, i64::MIN);
            for row in 0..self.times().len() {
                let used = self.row(row, column, width);
                least = least.min(used);
                greatest = greatest.max(used);
            }
            self.summary[width + column] = least;
            self.summary[2 * width + column] = greatest;
        }
    }

    fn raise_all(&mut self, amounts: &[i64], sign: i64, width: usize) {
        for part in self.summary.chunks_exact_mut(width) {
            for (cell, amount) in part.iter_mut().zip(amounts) {
                *cell += sign * amount;
            }
        }
    }

    fn raise_rows(&mut self, rows: std::ops::Range<usize>, amounts: &[i64], sign: i64) {
        let rows = rows.start * amounts.len()..rows.end * amounts.len();
        for used in Arc::make_mut(&mut self.points).used[rows].chunks_exact_mut(amounts.len()) {
            for (cell, amount) in used.iter_mut().zip(amounts) {
                *cell += sign * amount;
            }
        }
    }

    fn split(&mut self, width: usize) -> Self {
        let points = Arc::make_mut(&mut self.points);
        let half = points.times.len() / 2;
        let right = Points {
            times: points.times.split_off(half),
            ends: points.ends.split_off(half),
            used: points.used.split_off(half * width),
        };
        let mut right = Self { points: Arc::new(right), summary: self.summary.clone() };
        self.summarise(width);
        right.summarise(width);
        right
    }
}

/// A step function with `width` columns that is 0 everywhere until something is added.
#[derive(Clone, Debug)]
pub struct Timeline {
    width: usize,
    blocks: Vec<Block>,
}

impl Timeline {
    /// Nothing in use, ever.
    pub const fn new(width: usize) -> Self {
        Self { width, blocks: Vec::new() }
    }

    /// The number of columns.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Whether there is no span.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|b| b.times().len()).sum()
    }

    /// The points: when, how many spans start or end there, the use per column from there on.
    pub fn points(&self) -> impl Iterator<Item = (i64, u32, Vec<i64>)> + '_ {
        let row =
            |block: &Block, row| (0..self.width).map(|c| block.row(row, c, self.width)).collect();
        self.blocks.iter().flat_map(move |block| {
            let numbered = block.times().iter().zip(&block.points.ends).enumerate();
            numbered.map(move |(at, (&time, &ends))| (time, ends, row(block, at)))
        })
    }

    /// The start of a block that says something wrong about itself, or is empty.
    pub(crate) fn wrong_summary(&self) -> Option<i64> {
        let is_wrong = |block: &&Block| {
            let mut fresh = (*block).clone();
            fresh.summarise(self.width);
            fresh.summary != block.summary || block.times().is_empty()
        };
        let block = self.blocks.iter().find(is_wrong)?;
        Some(block.times().first().copied().unwrap_or_default())
    }

    /// The last point at or before `time`.
    fn at_or_before(&self, time: i64) -> Option<PointIndex> {
        let block = self.blocks.partition_point(|b| b.times()[0] <= time).checked_sub(1)?;
        let row = self.blocks[block].times().partition_point(|&t| t <= time) - 1;
        Some((block, row))
    }

    /// The first point at or after `time`.
    fn at_or_after(&self, time: i64) -> Option<PointIndex> {
        let block =
            self.blocks.partition_point(|b| b.times().last().is_some_and(|&last| last < time));
        let row = self.blocks.get(block)?.times().partition_point(|&t| t < time);
        Some((block, row))
    }

    fn find(&self, time: i64) -> Option<PointIndex> {
        self.at_or_before(time).filter(|&(b, r)| self.blocks[b].times()[r] == time)
    }

    /// Makes `time` a point, or counts one more end there.
    fn enter(&mut self, time: i64) {
        let width = self.width;
        let known = self.at_or_before(time);
        if let Some((b, r)) = known
            && self.blocks[b].times()[r] == time
        {
            Arc::make_mut(&mut self.blocks[b].points).ends[r] += 1;
            return;
        }
        let (b, row) = known.map_or((0, 0), |(b, r)| (b, r + 1));
        if self.blocks.is_empty() {
            // one is all that most need, and there are many timelines
            self.blocks.reserve_exact(1);
            self.blocks.push(Block::new(width));
        }
        let block = &mut self.blocks[b];
        let points = Arc::make_mut(&mut block.points);
        points.times.insert(row, time);
        points.ends.insert(row, 1);
        for column in 0..width {
            let before = if known.is_some() {
                points.used[(row - 1) * width + column]
            } else {
                -block.summary[column]
            };
            points.used.insert(row * width + column, before);
        }
        if known.is_none() {
            block.summarise(width);
        }
        if block.times().len() > BLOCK {
            let right = block.split(width);
            self.blocks.insert(b + 1, right);
        }
    }

    /// One end less at `time`; the point goes away with the last.
    fn leave(&mut self, time: i64) {
        let Some((b, row)) = self.find(time) else { return };
        let width = self.width;
        let block = &mut self.blocks[b];
        let points = Arc::make_mut(&mut block.points);
        points.ends[row] -= 1;
        if points.ends[row] > 0 {
            return;
        }
        points.times.remove(row);
        points.ends.remove(row);
        points.used.drain(row * width..(row + 1) * width);
        if points.times.is_empty() {
            self.blocks.remove(b);
        } else {
            block.summarise(width);
        }
    }

    fn raise(&mut self, start: i64, end: i64, amounts: &[i64], sign: i64) {
        let width = self.width;
        let (Some((first, from)), Some((last, to))) = (self.find(start), self.find(end)) else {
            return;
        };
        for b in first..=last {
            let block = &mut self.blocks[b];
            let low = if b == first { from } else { 0 };
            let high = if b == last { to } else { block.times().len() };
            if low == 0 && high == block.times().len() {
                block.raise_all(amounts, sign, width);
            } else if low < high {
                block.raise_rows(low..high, amounts, sign);
                block.summarise(width);
            }
        }
    }

    /// Adds a span: `amounts` per column during [`start`, `end`), which must not be empty. Zero amounts make
    /// points all the same. O(points / 64 + 64).
    pub fn add(&mut self, start: i64, end: i64, amounts: &[i64]) {
        self.enter(start);
        self.enter(end);
        self.raise(start, end, amounts, 1);
    }

    /// Removes a span that was added with the same values. False, and nothing changed, if there are no points
    /// at its times.
    pub fn remove(&mut self, start: i64, end: i64, amounts: &[i64]) -> bool {
        if self.find(start).is_none() || self.find(end).is_none() {
            return false;
        }
        self.raise(start, end, amounts, -1);
        self.leave(start);
        self.leave(end);
        true
    }

    /// Takes back part of a span: the amounts fall during [`start`, `end`), the points stay.
    pub fn reduce(&mut self, start: i64, end: i64, amounts: &[i64]) -> bool {
        if self.find(start).is_none() || self.find(end).is_none() {
            return false;
        }
        self.raise(start, end, amounts, -1);
        true
    }

    /// In use at `time`.
    pub fn used_at(&self, time: i64, column: usize) -> i64 {
        self.at_or_before(time).map_or(0, |(b, r)| self.blocks[b].row(r, column, self.width))
    }

    /// The greatest use of a column during [`start`, `end`).
    pub fn peak(&self, start: i64, end: i64, column: usize) -> i64 {
        let mut peak = self.used_at(start, column);
        let Some((first, from)) = self.at_or_after(start) else { return peak };
        for b in first..self.blocks.len() {
            let block = &self.blocks[b];
            let low = if b == first { from } else { 0 };
            if low == 0 && block.times().last().is_some_and(|&t| t < end) {
                peak = peak.max(block.greatest(column, self.width));
                continue;
            }
            for row in low..block.times().len() {
                if block.times()[row] >= end {
                    return peak;
                }
                peak = peak.max(block.row(row, column, self.width));
            }
        }
        peak
    }

    /// The first point at or after `start` and before `end` from which more than `limits` is in use in some
    /// column; `start` itself counts as a point.
    pub fn first_excess(&self, start: i64, end: i64, limits: &[i64]) -> Option<i64> {
        let before = self.at_or_before(start);
        if let Some((b, r)) = before {
            if self.exceeds(b, r, limits) {
                return Some(start);
            }
        } else if limits.iter().any(|&limit| limit < 0) {
            return Some(start);
        }
        let (first, from) = before.map_or((0, 0), |(b, r)| (b, r + 1));
        for b in first..self.blocks.len() {
            let block = &self.blocks[b];
            if block.times()[0] >= end {
                return None;
            }
            let fits = |c: usize| block.greatest(c, self.width) <= limits[c];
            if (0..self.width).all(fits) {
                continue;
            }
            let low = if b == first { from } else { 0 };
            for row in low..block.times().len() {
                if block.times()[row] >= end {
                    return None;
                }
                if self.exceeds(b, row, limits) {
                    return Some(block.times()[row]);
                }
            }
        }
        None
    }

    #[inline]
    fn exceeds(&self, block: usize, row: usize, limits: &[i64]) -> bool {
        let block = &self.blocks[block];
        (0..self.width).any(|c| block.row(row, c, self.width) > limits[c])
    }

    /// The first point at or after `time` from which at most `limits` is in use in every column.
    pub fn next_within(&self, time: i64, limits: &[i64]) -> Option<i64> {
        let (first, from) = self.at_or_after(time)?;
        for b in first..self.blocks.len() {
            let block = &self.blocks[b];
            if (0..self.width).any(|c| block.least(c, self.width) > limits[c]) {
                continue;
            }
            let low = if b == first { from } else { 0 };
            let row = (low..block.times().len()).find(|&row| !self.exceeds(b, row, limits));
            if let Some(row) = row {
                return Some(block.times()[row]);
            }
        }
        None
    }
}
