//! Vertices and live jobs of all graphs of a server, and how many there may be. What is there already, as after a restart, counts
//! whether it fits or not; what would be more is refused before it is done. Must not know what a vertex or a job is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fluxion_store::{OverQuota, Quota};

use crate::config::{Config, Limits};
use crate::live::LiveSettings;

/// What all graphs have.
#[derive(Debug)]
pub(crate) struct Totals {
    live: LiveSettings,
    vertices: AtomicU64,
    jobs: AtomicU64,
}

/// How many vertices and live jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) vertices: u64,
    pub(crate) jobs: u64,
}

impl Default for Totals {
    /// With the limits that a server has by default.
    fn default() -> Self {
        Self::new(LiveSettings::new(&Config::default()))
    }
}

impl Totals {
    /// Nothing yet; the limits are those that hold when something is asked for.
    pub(crate) fn new(live: LiveSettings) -> Self {
        Self { live, vertices: AtomicU64::new(0), jobs: AtomicU64::new(0) }
    }

    /// What all graphs have now.
    pub(crate) fn counted(&self) -> Counts {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        Counts { vertices: load(&self.vertices), jobs: load(&self.jobs) }
    }

    /// What there may be now.
    pub(crate) fn limits(&self) -> Limits {
        self.live.now().limits
    }

    /// Whether there may be so much more.
    ///
    /// # Errors
    /// [`OverQuota`].
    pub(crate) fn check_more(&self, more: Counts) -> Result<(), OverQuota> {
        let (limits, all) = (self.limits(), self.counted());
        for (quota, limit, counted, asked) in [
            (Quota::Vertices, limits.vertices, all.vertices, more.vertices),
            (Quota::Jobs, limits.jobs, all.jobs, more.jobs),
        ] {
            if asked > 0 && counted.saturating_add(asked) > limit {
                return Err(OverQuota { quota, limit, counted, asked });
            }
        }
        Ok(())
    }

    /// Whether a graph that is counted already may stay, if it takes the place of one with `before` vertices.
    ///
    /// # Errors
    /// [`OverQuota`].
    pub(crate) fn check_new(&self, vertices: u64, before: u64) -> Result<(), OverQuota> {
        let (limit, all) = (self.limits().vertices, self.counted().vertices);
        if vertices <= before || all.saturating_sub(before) <= limit {
            return Ok(());
        }
        let counted = all.saturating_sub(vertices);
        Err(OverQuota { quota: Quota::Vertices, limit, counted, asked: vertices })
    }
}

/// The part of one graph, given back when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Occupied {
    totals: Arc<Totals>,
    part: Mutex<Part>,
}

#[derive(Debug, Default)]
struct Part {
    counts: Counts,
    /// The graph has given way: what is left of it counts no more.
    is_over: bool,
}

impl Drop for Occupied {
    fn drop(&mut self) {
        self.end();
    }
}

impl Occupied {
    /// Nothing yet.
    pub(crate) fn new(totals: &Arc<Totals>) -> Self {
        Self { totals: Arc::clone(totals), part: Mutex::default() }
    }

    /// Takes as much more, all or nothing. O(1).
    ///
    /// # Errors
    /// [`OverQuota`]: there may not be so many.
    pub(crate) fn take(&self, more: Counts) -> Result<(), OverQuota> {
        if more == Counts::default() {
            return Ok(());
        }
        let (mut part, limits) = (self.part(), self.totals.limits());
        if part.is_over {
            return Ok(());
        }
        let Totals { vertices, jobs, .. } = &*self.totals;
        take(vertices, more.vertices, (Quota::Vertices, limits.vertices))?;
        take(jobs, more.jobs, (Quota::Jobs, limits.jobs)).inspect_err(|_| {
            vertices.fetch_sub(more.vertices, Ordering::Relaxed);
        })?;
        part.counts.vertices += more.vertices;
        part.counts.jobs += more.jobs;
        Ok(())
    }

    /// It has come to so much, whether it fits or not. O(1).
    pub(crate) fn set(&self, counts: Counts) {
        let mut part = self.part();
        if !part.is_over {
            self.change(&mut part, counts);
        }
    }

    /// From now on it counts nothing.
    pub(crate) fn end(&self) {
        let mut part = self.part();
        self.change(&mut part, Counts::default());
        part.is_over = true;
    }

    fn change(&self, part: &mut Part, counts: Counts) {
        let before = std::mem::replace(&mut part.counts, counts);
        let Totals { vertices, jobs, .. } = &*self.totals;
        adjust(vertices, before.vertices, counts.vertices);
        adjust(jobs, before.jobs, counts.jobs);
    }

    fn part(&self) -> MutexGuard<'_, Part> {
        self.part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(all: &AtomicU64, asked: u64, (quota, limit): (Quota, u64)) -> Result<(), OverQuota> {
    let more = |counted: u64| counted.checked_add(asked).filter(|sum| *sum <= limit);
    if asked == 0 {
        return Ok(());
    }
    let taken = all.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    taken.map(drop).map_err(|counted| OverQuota { quota, limit, counted, asked })
}

fn adjust(all: &AtomicU64, before: u64, after: u64) {
    match after.checked_sub(before) {
        Some(0) => {}
        Some(more) => drop(all.fetch_add(more, Ordering::Relaxed)),
        None => drop(all.fetch_sub(before - after, Ordering::Relaxed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(vertices: u64, jobs: u64) -> Arc<Totals> {
        let limits = Limits { vertices, jobs, ..Limits::default() };
        Arc::new(Totals::new(LiveSettings::new(&Config { limits, ..Config::default() })))
    }

    fn counts(vertices: u64, jobs: u64) -> Counts {
        Counts { vertices, jobs }
    }

    #[test]
    fn what_is_too_much_is_refused_and_takes_nothing() {
        let totals = totals(10, 2);
        let (one, other) = (Occupied::new(&totals), Occupied::new(&totals));
        assert_eq!((one.take(counts(6, 1)), other.take(counts(4, 1))), (Ok(()), Ok(())));
        let over = |quota, limit| Err(OverQuota { quota, limit, counted: limit, asked: 1 });
        assert_eq!(one.take(counts(1, 0)), over(Quota::Vertices, 10));
        other.set(counts(3, 1));
        assert_eq!(one.take(counts(1, 1)), over(Quota::Jobs, 2));
        assert_eq!((totals.counted(), one.take(counts(1, 0))), (counts(9, 2), Ok(())));
        drop(one);
        assert_eq!((totals.counted(), other.take(counts(0, 1))), (counts(3, 1), Ok(())));
    }

    #[test]
    fn what_is_there_already_counts_whether_it_fits_or_not() {
        let totals = totals(10, 2);
        let recovered = Occupied::new(&totals);
        recovered.set(counts(100, 7));
        assert_eq!(totals.counted(), counts(100, 7));
        assert!(recovered.take(counts(0, 1)).is_err() && recovered.take(counts(0, 0)).is_ok());
        recovered.set(counts(100, 1));
        assert_eq!(recovered.take(counts(0, 1)), Ok(()));
    }

    #[test]
    fn a_graph_that_has_given_way_counts_nothing_whatever_is_still_done_there() {
        let totals = totals(10, 2);
        let old = Occupied::new(&totals);
        old.set(counts(10, 2));
        old.end();
        assert_eq!((old.take(counts(5, 5)), totals.counted()), (Ok(()), counts(0, 0)));
        old.set(counts(15, 7));
        drop(old);
        assert_eq!(totals.counted(), counts(0, 0));
    }

    /// All graphs have `all` vertices, the new one of `new` and the one of `before` included.
    #[track_caller]
    fn check(all: u64, new: u64, before: u64, expected: bool) {
        let totals = totals(100, 0);
        totals.vertices.store(all, Ordering::Relaxed);
        assert_eq!(totals.check_new(new, before).is_ok(), expected, "{all} {new} {before}");
    }

    #[test]
    fn a_graph_may_take_the_place_of_another() {
        check(100, 100, 0, true);
        check(101, 101, 0, false);
        check(160, 80, 60, true);
        check(161, 101, 60, false);
        // the limit was lowered, and it is no larger than before
        check(1000, 60, 60, true);
        check(1000, 61, 60, false);
    }
}
