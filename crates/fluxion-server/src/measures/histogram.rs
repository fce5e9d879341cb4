//! How often something took how long, or was how large: a few buckets, counted without a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The bounds of a histogram, and what one of its units is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// In units, ascending.
    bounds: &'static [u64],
    /// How many units make one of what is told.
    per_one: u64,
}

const SECOND: u64 = 1_000_000_000;

/// Ten times as long from bucket to bucket, a tenth of a millisecond first; told in seconds.
pub(crate) const SECONDS: Scale = Scale {
    bounds: &[SECOND / 10_000, SECOND / 1_000, SECOND / 100, SECOND / 10, SECOND],
    per_one: SECOND,
};

/// From ten to ten million.
pub(crate) const NUMBERS: Scale =
    Scale { bounds: &[10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000], per_one: 1 };

/// Counts in buckets.
#[derive(Debug)]
pub(crate) struct Histogram {
    scale: Scale,
    /// One for each bound, and one for what is beyond.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What a histogram says at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Distribution {
    /// Upper bounds, each with how many were not above it.
    pub(crate) buckets: Vec<(f64, u64)>,
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

impl Histogram {
    /// Nothing is counted yet.
    pub(crate) fn new(scale: Scale) -> Self {
        let counts = (0..=scale.bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { scale, counts, sum: AtomicU64::new(0) }
    }

    /// Counts a time.
    pub(crate) fn time(&self, time: Duration) {
        self.count(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Counts so many units. O(buckets).
    pub(crate) fn count(&self, units: u64) {
        let bucket = self.scale.bounds.iter().take_while(|&&bound| units > bound).count();
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(units, Ordering::Relaxed);
    }

    /// What was counted; none if that is nothing.
    pub(crate) fn distribution(&self) -> Option<Distribution> {
        let one = self.scale.per_one as f64;
        let (mut buckets, mut count) = (Vec::with_capacity(self.scale.bounds.len()), 0);
        let mut counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        for (&bound, more) in self.scale.bounds.iter().zip(&mut counts) {
            count += more;
            buckets.push((bound as f64 / one, count));
        }
        count += counts.next().unwrap_or(0);
        let sum = self.sum.load(Ordering::Relaxed) as f64 / one;
        (count > 0).then_some(Distribution { buckets, count, sum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_a_bound_is_below_it() {
        let histogram = Histogram::new(SECONDS);
        assert_eq!(histogram.distribution(), None);
        for millis in [1, 2, 100_000] {
            histogram.time(Duration::from_millis(millis));
        }
        let told = histogram.distribution().unwrap();
        let buckets = [(0.0001, 0), (0.001, 1), (0.01, 2), (0.1, 2), (1.0, 2)];
        assert_eq!((told.buckets, told.count, told.sum), (buckets.into(), 3, 100.003));
    }
}
