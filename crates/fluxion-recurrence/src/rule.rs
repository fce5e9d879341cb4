//! A rule as data: which days of which periods (RFC 5545, 3.3.10).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};

/// A rule. Empty lists say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) frequency: Frequency,
    /// Every so many periods.
    pub(crate) interval: u32,
    pub(crate) end: RuleEnd,
    pub(crate) months: Vec<i8>,
    /// From the start of a month or, if negative, from its end.
    pub(crate) month_days: Vec<i8>,
    pub(crate) weekdays: Vec<NthWeekday>,
    /// Which of the days of a period, from its start or, if negative, from its end.
    pub(crate) positions: Vec<i16>,
    pub(crate) week_start: Weekday,
}

/// What a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// When it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleEnd {
    Never,
    /// After so many.
    Count(u32),
    /// With the last one that starts then or before.
    Until(Until),
}

/// The last start that there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Instant(Timestamp),
    Local(DateTime),
    Day(Date),
}

/// A weekday: all of them, or one of a month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NthWeekday {
    /// The first is 1, the last -1; 0 for all.
    pub(crate) nth: i8,
    pub(crate) weekday: Weekday,
}
