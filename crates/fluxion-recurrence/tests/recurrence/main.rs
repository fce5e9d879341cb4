//! Recurrences, by tables and against another implementation.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod daylight_saving;
mod oracle;
mod rules;

use fluxion_recurrence::{Recurrence, RecurrenceText};

/// The local starts of the first spans of an hour, in UTC if no zone is named.
fn starts(start: &str, zone: &str, rule: &str, most: usize) -> Vec<i64> {
    let text = RecurrenceText {
        start: start.to_owned(),
        zone: zone.to_owned(),
        duration: 1,
        rule: rule.to_owned(),
    };
    let spans = Recurrence::read(&text).unwrap().within(0, i64::MAX / 2, most);
    spans.iter().map(|span| span.start).collect()
}
