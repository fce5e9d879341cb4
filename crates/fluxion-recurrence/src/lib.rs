//! Recurring spans of time: a part of RFC 5545 (iCalendar), in a time zone of the IANA, as seconds since 1970.
//!
//! A [`Recurrence`] is read from texts and expanded within a range. Which rules of time zones hold is compiled in, so that
//! the same texts give the same spans on every machine. Must not know what recurs, nor what time it is.

mod days;
mod error;
mod recurrence;
mod rule;
mod rule_text;

pub use error::{RecurrenceError, RuleError};
pub use recurrence::{OccurrenceSpan, Recurrence, RecurrenceText};
