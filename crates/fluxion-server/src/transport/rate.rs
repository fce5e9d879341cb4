//! How often something may be done: so many times in a second, a second's worth of them at once. Time is an argument. Must not
//! know what is done, nor by whom.

use std::sync::atomic::{AtomicU64, Ordering};

const SECOND: u64 = 1_000_000_000;

/// So many times in a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Nanoseconds that one of them is worth.
    interval: u64,
}

impl Rate {
    /// None if there is no limit.
    pub(crate) fn per_second(times: u64) -> Option<Self> {
        (times > 0).then(|| Self { interval: (SECOND / times).max(1) })
    }

    /// How far ahead of its time one may be: a second's worth may be done at once.
    fn ahead(self) -> u64 {
        SECOND - self.interval
    }
}

/// What somebody has done, as the moment until which it lasts if it is done evenly; in nanoseconds since a beginning.
#[derive(Debug, Default)]
pub(crate) struct Meter(AtomicU64);

impl Meter {
    /// Does it once more, if it may be done now.
    ///
    /// # Errors
    /// The nanoseconds after which it may be done; it does not count.
    pub(crate) fn admit(&self, rate: Rate, now: u64) -> Result<(), u64> {
        let next = |until: u64| {
            let begins = until.max(now);
            (begins - now <= rate.ahead()).then(|| begins.saturating_add(rate.interval))
        };
        let done = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        done.map(drop).map_err(|until| until.saturating_sub(now + rate.ahead()).max(1))
    }

    /// The nanoseconds after which it may be done; 0 if that is now.
    pub(crate) fn wait(&self, rate: Rate, now: u64) -> u64 {
        self.0.load(Ordering::Relaxed).saturating_sub(now.saturating_add(rate.ahead()))
    }

    /// It was done, whether it might be or not.
    pub(crate) fn charge(&self, rate: Rate, now: u64) {
        let next = |until: u64| Some(until.max(now).saturating_add(rate.interval));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }

    /// Whether nothing that was done counts any more.
    pub(crate) fn is_clear(&self, now: u64) -> bool {
        self.0.load(Ordering::Relaxed) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: u64 = SECOND / 1000;

    /// What comes of attempts at these milliseconds: the milliseconds to wait, 0 for what is done.
    #[track_caller]
    fn check(per_second: u64, attempts: &[u64], expected: &[u64]) {
        let (rate, meter) = (Rate::per_second(per_second).unwrap(), Meter::default());
        let attempt = |at: &u64| {
            let now = at * MILLISECOND;
            let wait = meter.wait(rate, now);
            assert_eq!(meter.admit(rate, now).err().unwrap_or(0), wait);
            wait.div_ceil(MILLISECOND)
        };
        assert_eq!(attempts.iter().map(attempt).collect::<Vec<_>>(), expected, "{per_second}");
    }

    #[test]
    fn a_burst_is_a_second_and_what_is_refused_does_not_count() {
        check(1, &[0, 0, 0, 999, 1000, 1000], &[0, 1000, 1000, 1, 0, 1000]);
        check(4, &[0, 0, 0, 0, 0, 0, 250, 250], &[0, 0, 0, 0, 250, 250, 0, 250]);
        // who has been quiet for long has no more than a second's worth
        check(2, &[0, 9000, 9000, 9000, 9499, 9500, 9501], &[0, 0, 0, 500, 1, 0, 499]);
        // what was done evenly was never too much
        check(10, &[0, 100, 200, 300, 400, 500, 600, 700], &[0; 8]);
    }

    #[test]
    fn whatever_comes_no_second_has_more_than_two_of_its_worth() {
        let (rate, meter) = (Rate::per_second(100).unwrap(), Meter::default());
        let attempts = (0..5000).map(|at| at * MILLISECOND);
        let done: Vec<u64> = attempts.filter(|&at| meter.admit(rate, at).is_ok()).collect();
        assert_eq!(done.len(), 100 + 499);
        assert!(done.windows(200).all(|some| some[199] - some[0] >= 990 * MILLISECOND));
    }

    #[test]
    fn what_was_done_all_the_same_is_waited_for() {
        let (rate, meter) = (Rate::per_second(2).unwrap(), Meter::default());
        (0..6).for_each(|_| meter.charge(rate, 0));
        assert_eq!(
            (meter.wait(rate, 0), meter.admit(rate, 0)),
            (5 * SECOND / 2, Err(5 * SECOND / 2))
        );
        assert!(!meter.is_clear(3 * SECOND - 1) && meter.is_clear(3 * SECOND));
    }

    #[test]
    fn no_rate_and_rates_beyond_all_clocks() {
        assert_eq!(Rate::per_second(0), None);
        let (rate, meter) = (Rate::per_second(u64::MAX).unwrap(), Meter::default());
        assert_eq!(meter.admit(rate, u64::MAX), Ok(()));
        assert_eq!(meter.wait(rate, u64::MAX), 0);
    }
}
