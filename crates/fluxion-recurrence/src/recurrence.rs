//! A span that recurs: where it starts, in which time zone, how long it lasts, and by which rule it comes back.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::days::Days;
use crate::error::RecurrenceError;
use crate::rule::{Rule, RuleEnd, Until};

/// The longest duration, in seconds.
const LONGEST: i64 = 366 * 86_400;

/// A recurrence as people write it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecurrenceText {
    /// The local time of the first one, as `2026-12-01T02:00:00`. It gives each its time of day; whether that day is one of them
    /// is said by the rule.
    pub start: String,
    /// The time zone, as `Europe/Berlin`; UTC if empty.
    pub zone: String,
    /// How long each lasts, in seconds. These are seconds that pass: where a clock is set forward in between, it shows more.
    pub duration: i64,
    /// The rule, as `FREQ=WEEKLY;BYDAY=TU` (RFC 5545, 3.3.10): FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL,
    /// BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS, WKST.
    pub rule: String,
}

/// A span: from its start until before its end, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OccurrenceSpan {
    /// The first second.
    pub start: i64,
    /// The first second after it.
    pub end: i64,
}

/// A span that recurs.
#[derive(Clone, Debug)]
pub struct Recurrence {
    start: DateTime,
    zone: TimeZone,
    duration: i64,
    rule: Rule,
}

impl Recurrence {
    /// Reads a recurrence.
    ///
    /// # Errors
    /// [`RecurrenceError`].
    pub fn read(text: &RecurrenceText) -> Result<Self, RecurrenceError> {
        let wrong_start = || RecurrenceError::Start(text.start.clone());
        let start: DateTime = text.start.trim().parse().map_err(|_| wrong_start())?;
        if !(1970..9000).contains(&start.year()) || start.subsec_nanosecond() != 0 {
            return Err(wrong_start());
        }
        if !(1..=LONGEST).contains(&text.duration) {
            return Err(RecurrenceError::Duration(text.duration));
        }
        let (zone, rule) = (zone(text.zone.trim())?, text.rule.parse()?);
        Ok(Self { start, zone, duration: text.duration, rule })
    }

    /// The spans that end after a time and start before another, ascending and apart: where one begins before another ends, or
    /// as it ends, they are one. At most so many. O(days from the first start until then).
    #[must_use]
    pub fn within(&self, after: i64, before: i64, most: usize) -> Vec<OccurrenceSpan> {
        let mut spans: Vec<OccurrenceSpan> = Vec::new();
        let starts = self.starts().take_while(|start| *start < before);
        for start in starts.filter(|start| start + self.duration > after) {
            let end = start + self.duration;
            if let Some(last) = spans.last_mut().filter(|last| start <= last.end) {
                last.end = last.end.max(end);
            } else if spans.len() < most {
                spans.push(OccurrenceSpan { start, end });
            } else {
                break;
            }
        }
        spans
    }

    /// When the spans start. A local time that a clock leaves out counts by the offset before, and one that it shows twice
    /// stands for the first (RFC 5545, 3.3.5).
    fn starts(&self) -> impl Iterator<Item = i64> + '_ {
        let most = match self.rule.end {
            RuleEnd::Count(count) => count as usize,
            _ => usize::MAX,
        };
        let locals = Days::of(&self.rule, self.start.date())
            .map(|day| DateTime::from_parts(day, self.start.time()));
        let starts = locals.filter_map(|local| {
            let instant = self.zone.to_ambiguous_timestamp(local).compatible().ok()?;
            Some((local, instant))
        });
        let within = move |(local, instant): &(DateTime, jiff::Timestamp)| match self.rule.end {
            RuleEnd::Until(Until::Instant(until)) => *instant <= until,
            RuleEnd::Until(Until::Local(until)) => *local <= until,
            RuleEnd::Until(Until::Day(until)) => local.date() <= until,
            RuleEnd::Never | RuleEnd::Count(_) => true,
        };
        starts.take(most).take_while(within).map(|(_, instant)| instant.as_second())
    }
}

fn zone(name: &str) -> Result<TimeZone, RecurrenceError> {
    if name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    let found = TimeZoneDatabase::bundled().get(name);
    found.map_err(|_| RecurrenceError::Zone(name.to_owned()))
}
