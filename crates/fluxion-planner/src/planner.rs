//! Pools with totals over a horizon: the checked face of a [`Timeline`].

use crate::timeline::Timeline;

/// Why a planner refused. The kinds correspond to the errno of the reference (`docs/semantics/time.md`,
/// Planner errors).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlannerError {
    /// A bad argument: an empty window, a time before the base, another number of pools (EINVAL).
    #[error(
        "invalid request: expected a non-empty window that starts at or after {base}, and one amount per pool"
    )]
    Invalid {
        /// The planner's base time.
        base: i64,
    },
    /// More than exists, or a window that reaches past the horizon (ERANGE).
    #[error("out of range: the window must end by {end} and no amount may exceed its total")]
    OutOfRange {
        /// The planner's end.
        end: i64,
    },
    /// Not enough is free at some time in the window (EBUSY).
    #[error("not enough is free from time {at} on")]
    Busy {
        /// The first time at which it does not fit.
        at: i64,
    },
    /// There is no such span (ENOENT).
    #[error("no span with these times is recorded")]
    NoSpan,
}

/// A vector of pools on one time axis, [`base`, `end`). All operations are all or nothing.
#[derive(Clone, Debug)]
pub struct Planner {
    base: i64,
    end: i64,
    totals: Vec<i64>,
    used: Timeline,
}

impl Planner {
    /// All pools free for `length` seconds from `base`.
    ///
    /// # Errors
    /// [`PlannerError::Invalid`] if `length` < 1, [`PlannerError::OutOfRange`] if `base + length` or a total
    /// exceeds 2^63 − 1.
    pub fn new(base: i64, length: i64, totals: &[u64]) -> Result<Self, PlannerError> {
        if length < 1 {
            return Err(PlannerError::Invalid { base });
        }
        let end = base.checked_add(length).ok_or(PlannerError::OutOfRange { end: i64::MAX })?;
        let totals = signed_totals(totals).ok_or(PlannerError::OutOfRange { end })?;
        let used = Timeline::new(totals.len());
        Ok(Self { base, end, totals, used })
    }

    /// The totals of the pools.
    pub fn totals(&self) -> &[i64] {
        &self.totals
    }

    /// Changes the totals; the use stays as it is.
    ///
    /// # Errors
    /// [`PlannerError::Invalid`] for another number of pools, [`PlannerError::OutOfRange`] if a total exceeds 2^63 − 1.
    pub fn set_totals(&mut self, totals: &[u64]) -> Result<(), PlannerError> {
        if totals.len() != self.totals.len() {
            return Err(self.invalid());
        }
        self.totals = signed_totals(totals).ok_or_else(|| self.range())?;
        Ok(())
    }

    /// Whether no span is recorded.
    pub fn is_empty(&self) -> bool {
        self.used.is_empty()
    }

    /// The use over time, without totals.
    pub fn timeline(&self) -> &Timeline {
        &self.used
    }

    fn invalid(&self) -> PlannerError {
        PlannerError::Invalid { base: self.base }
    }

    fn range(&self) -> PlannerError {
        PlannerError::OutOfRange { end: self.end }
    }

    /// The end of a window, after the checks that need no timeline.
    fn window(&self, start: i64, duration: i64, amounts: &[u64]) -> Result<i64, PlannerError> {
        if duration < 1 || start < self.base || amounts.len() != self.totals.len() {
            return Err(self.invalid());
        }
        let end = start.checked_add(duration).filter(|&end| end <= self.end);
        end.ok_or_else(|| self.range())
    }

    /// [`Planner::window`], and that no amount exceeds its total.
    fn bounded(&self, start: i64, duration: i64, amounts: &[u64]) -> Result<i64, PlannerError> {
        let end = self.window(start, duration, amounts)?;
        let beyond = |(&a, &t): (&u64, &i64)| a > t as u64;
        let fits = !amounts.iter().zip(&self.totals).any(beyond);
        if fits { Ok(end) } else { Err(self.range()) }
    }

    /// The greatest use at which the amounts still fit, per pool.
    fn limits(&self, amounts: &[u64]) -> Vec<i64> {
        self.totals.iter().zip(amounts).map(|(&t, &a)| t - a as i64).collect()
    }

    /// Units of a pool that are free at a time; the end of the horizon is allowed.
    ///
    /// # Errors
    /// [`PlannerError::OutOfRange`] outside of the horizon, [`PlannerError::Invalid`] for an unknown pool.
    pub fn free_at(&self, time: i64, pool: usize) -> Result<i64, PlannerError> {
        let total = *self.totals.get(pool).ok_or_else(|| self.invalid())?;
        if time < self.base || time > self.end {
            return Err(self.range());
        }
        Ok((total - self.used.used_at(time, pool)).max(0))
    }

    /// Whether the amounts are free during all of [`start`, `start + duration`).
    ///
    /// # Errors
    /// [`PlannerError::Invalid`], [`PlannerError::OutOfRange`], [`PlannerError::Busy`].
    pub fn can_during(
        &self,
        start: i64,
        duration: i64,
        amounts: &[u64],
    ) -> Result<(), PlannerError> {
        let end = self.bounded(start, duration, amounts)?;
        match self.used.first_excess(start, end, &self.limits(amounts)) {
            Some(at) => Err(PlannerError::Busy { at }),
            None => Ok(()),
        }
    }

    /// Records a span. O(points / 64).
    ///
    /// # Errors
    /// As [`Planner::can_during`]; then nothing is recorded.
    pub fn add(&mut self, start: i64, duration: i64, amounts: &[u64]) -> Result<(), PlannerError> {
        self.can_during(start, duration, amounts)?;
        self.used.add(start, start + duration, &signed(amounts));
        Ok(())
    }

    /// Records a span whether or not it fits: what is held is held, even where a pool does not count all that
    /// can be reached below it. O(points / 64).
    ///
    /// # Errors
    /// [`PlannerError::Invalid`], [`PlannerError::OutOfRange`] if the window leaves the horizon; then nothing is
    /// recorded.
    pub fn charge(
        &mut self,
        start: i64,
        duration: i64,
        amounts: &[u64],
    ) -> Result<(), PlannerError> {
        let end = self.window(start, duration, amounts)?;
        self.used.add(start, end, &signed(amounts));
        Ok(())
    }

    /// Takes back a span that was recorded with the same values.
    ///
    /// # Errors
    /// [`PlannerError::NoSpan`] if nothing starts and ends there.
    pub fn remove(
        &mut self,
        start: i64,
        duration: i64,
        amounts: &[u64],
    ) -> Result<(), PlannerError> {
        let end = self.window(start, duration, amounts)?;
        if self.used.remove(start, end, &signed(amounts)) {
            Ok(())
        } else {
            Err(PlannerError::NoSpan)
        }
    }

    /// The times at or after `from` at which a request could start, ascending: the base and the starts and
    /// ends of spans, where the amounts are free for the whole duration (`docs/semantics/time.md`, Candidate
    /// times).
    ///
    /// # Errors
    /// [`PlannerError::Invalid`] for an empty duration or a `from` outside of the horizon,
    /// [`PlannerError::OutOfRange`] if more is asked than exists.
    pub fn candidates(
        &self,
        from: i64,
        duration: i64,
        amounts: &[u64],
    ) -> Result<Candidates<'_>, PlannerError> {
        if from < self.base || from >= self.end || duration < 1 {
            return Err(self.invalid());
        }
        if amounts.len() != self.totals.len() {
            return Err(self.invalid());
        }
        if amounts.iter().zip(&self.totals).any(|(&a, &t)| a > t as u64) {
            return Err(self.range());
        }
        Ok(Candidates { planner: self, next: Some(from), duration, limits: self.limits(amounts) })
    }
}

fn signed_totals(totals: &[u64]) -> Option<Vec<i64>> {
    totals.iter().map(|&total| i64::try_from(total).ok()).collect()
}

/// Amounts as the timeline counts them.
fn signed(amounts: &[u64]) -> Vec<i64> {
    amounts.iter().map(|&amount| amount as i64).collect()
}

/// Iterator over candidate times, see [`Planner::candidates`].
#[derive(Clone, Debug)]
pub struct Candidates<'a> {
    planner: &'a Planner,
    next: Option<i64>,
    duration: i64,
    limits: Vec<i64>,
}

impl Candidates<'_> {
    /// Leaves out the times before `time`.
    pub fn seek(&mut self, time: i64) {
        self.next = self.next.map(|next| next.max(time));
    }
}

impl Iterator for Candidates<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let Planner { base, end, used, .. } = self.planner;
        loop {
            let from = self.next.take()?;
            let start = if from <= *base { *base } else { used.next_within(from, &self.limits)? };
            let stop = start.checked_add(self.duration).filter(|stop| stop <= end)?;
            match used.first_excess(start, stop, &self.limits) {
                None => {
                    self.next = Some(start + 1);
                    return Some(start);
                }
                // every start whose window contains the excess fails too
                Some(excess) => self.next = Some(excess + 1),
            }
        }
    }
}
