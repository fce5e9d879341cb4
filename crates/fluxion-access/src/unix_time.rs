//! Moments, as access files write them. Must not know what time it is.

use std::fmt;
use std::str::FromStr;

use toml::value::{Date, Datetime, Offset, Time};

/// Seconds since 1970, UTC, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub i64);

/// A moment that cannot be told from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTime {
    /// It is no date at all.
    #[error("expected a date such as 2027-01-31 or 2027-01-31T12:00:00Z")]
    NoDate,
    /// It depends on where one is.
    #[error("expected `Z` or an offset such as `+01:00` behind the time")]
    NoOffset,
}

const DAY: i64 = 86_400;

impl UnixTime {
    /// A date with a time and an offset, or a date alone: its first second, UTC.
    ///
    /// # Errors
    /// [`InvalidTime`] if there is no date, or a time without an offset.
    pub fn of(written: &Datetime) -> Result<Self, InvalidTime> {
        let date = written.date.as_ref().ok_or(InvalidTime::NoDate)?;
        let midnight = days(date) * DAY;
        let Some(Time { hour, minute, second, .. }) = written.time else {
            return Ok(Self(midnight));
        };
        let minutes = match written.offset.ok_or(InvalidTime::NoOffset)? {
            Offset::Z => 0,
            Offset::Custom { minutes } => i64::from(minutes),
        };
        let within =
            i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second.unwrap_or_default());
        Ok(Self(midnight + within - minutes * 60))
    }
}

impl FromStr for UnixTime {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let written: Datetime = text.parse().map_err(|_| InvalidTime::NoDate)?;
        Self::of(&written)
    }
}

impl fmt::Display for UnixTime {
    /// As `2027-01-31T12:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let second = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Days from 1970 to a date of the Gregorian calendar. Years begin in March, so that the day that leap years have comes
/// last.
fn days(date: &Date) -> i64 {
    let (year, month, day) = (i64::from(date.year), i64::from(date.month), i64::from(date.day));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - DAYS_TO_1970
}

/// From the first of March of the year 0.
const DAYS_TO_1970: i64 = 719_468;

/// The date so many days after 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_1970;
    let (era, within) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (within - within / 1460 + within / 36_524 - within / 146_096) / 365;
    let day_of_year = within - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carried) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carried, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<i64, InvalidTime>) {
        assert_eq!(text.parse(), expected.map(UnixTime), "{text}");
    }

    #[test]
    fn moments_are_read() {
        check("1970-01-01", Ok(0));
        check("1970-01-01T00:00:00Z", Ok(0));
        check("1969-12-31T23:59:59Z", Ok(-1));
        check("2000-02-29", Ok(951_782_400));
        check("2027-01-31T12:30:15Z", Ok(1_801_398_615));
        check("2027-01-31T13:30:15+01:00", Ok(1_801_398_615));
        check("2027-01-31T12:30:15.999Z", Ok(1_801_398_615));
        check("2027-01-31T12:30:15", Err(InvalidTime::NoOffset));
        for wrong in ["12:30:15", "2027-02-30", "2027-13-01", "tomorrow", ""] {
            check(wrong, Err(InvalidTime::NoDate));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(seconds in 0..253_402_300_800_i64) {
            let time = UnixTime(seconds);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }
    }
}
