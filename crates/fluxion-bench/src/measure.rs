//! A clock, and what it says about many calls.

#![expect(clippy::disallowed_methods, reason = "a bench measures")]

use std::time::{Duration, Instant};

use fluxion_context::Visits;

use crate::report::{Column, Row};

/// Runs something and tells how long it took.
pub(crate) fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// As [`time`], for what waits.
pub(crate) async fn time_async<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let result = work.await;
    (result, start.elapsed())
}

/// What was seen of calls of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    took: Vec<Duration>,
    allocations: u64,
    visits: u64,
}

impl Samples {
    /// Makes one call and looks at it.
    pub(crate) fn call<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let ((result, took), allocations) = counted(|| time(work));
        self.took.push(took);
        self.allocations += allocations;
        result
    }

    /// A call that was timed elsewhere.
    pub(crate) fn add(&mut self, took: Duration) {
        self.took.push(took);
    }

    /// What the last match looked at.
    pub(crate) fn visited(&mut self, visits: Visits) {
        self.visits += visits.preorder;
    }

    /// How many calls there were.
    pub(crate) fn len(&self) -> usize {
        self.took.len()
    }

    /// All of the other as well.
    pub(crate) fn join(&mut self, other: Self) {
        self.took.extend(other.took);
        self.allocations += other.allocations;
        self.visits += other.visits;
    }

    /// The figures of calls that were made one after the other.
    pub(crate) fn row(self, what: impl Into<String>) -> Row {
        let busy = self.took.iter().sum();
        let calls = self.len().max(1) as f64;
        let (allocations, visits) = (self.allocations as f64 / calls, self.visits as f64 / calls);
        let row = self.timed_row(what, busy).with(Column::Allocations, allocations);
        if visits > 0.0 { row.with(Column::Visits, visits) } else { row }
    }

    /// The figures of calls that took `all` together, as they overlapped.
    pub(crate) fn timed_row(mut self, what: impl Into<String>, all: Duration) -> Row {
        self.took.sort_unstable();
        let at = |part: usize| self.took.get((self.len() * part / 1000).min(self.len() - 1));
        let row = Row::new(what).with(Column::Calls, self.len() as f64);
        if self.took.is_empty() {
            return row;
        }
        let seconds = |part| at(part).map_or(0.0, Duration::as_secs_f64);
        row.with(Column::PerSecond, self.len() as f64 / all.as_secs_f64().max(1e-9))
            .with(Column::Median, seconds(500))
            .with(Column::Percentile99, seconds(990))
            .with(Column::Most, seconds(1000))
    }
}

impl Samples {
    /// As [`Samples::timed_row`], with the latency of 999 of 1,000 calls.
    pub(crate) fn tail_row(mut self, what: impl Into<String>, all: Duration) -> Row {
        self.took.sort_unstable();
        let tail = self.took.get(self.len() * 999 / 1000).copied();
        let row = self.timed_row(what, all);
        tail.map_or(row.clone(), |tail| row.with(Column::Percentile999, tail.as_secs_f64()))
    }
}

/// How many allocations and reallocations of this thread something makes.
fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let ((allocations, reallocations, _), result) = alloc_counter::count_alloc(work);
    (result, (allocations + reallocations) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles() {
        let mut samples = Samples::default();
        (0..1000).rev().for_each(|n| samples.add(Duration::from_millis(n)));
        let row = samples.timed_row("calls", Duration::from_secs(10));
        let expected = [
            (Column::Calls, 1000.0),
            (Column::PerSecond, 100.0),
            (Column::Median, 0.5),
            (Column::Percentile99, 0.99),
            (Column::Most, 0.999),
        ];
        assert_eq!(row.figures.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_call_has_no_percentiles() {
        let row = Samples::default().row("nothing");
        assert_eq!(row.figures.get(&Column::Median), None);
    }

    #[test]
    fn allocations_are_counted() {
        let (text, allocations) = counted(|| vec![Box::new(1), Box::new(2)]);
        assert_eq!((text.len(), allocations), (2, 3));
    }
}
