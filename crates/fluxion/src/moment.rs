//! Times as people write them, in UTC, and spans of time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fluxion_store::journal::Time;

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 24 * 60 * 60;

/// What time it is.
#[expect(
    clippy::disallowed_methods,
    reason = "a command asks the clock, so that nothing below has to"
)]
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// A time before another.
pub(crate) fn before(time: Time, span: Duration) -> Time {
    Time(time.0.saturating_sub(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
}

/// A time to the millisecond.
pub(crate) fn shown(time: Time) -> String {
    let (seconds, rest) = (time.0 / SECOND, time.0 % SECOND);
    let (year, month, day) = date(seconds / DAY);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let milliseconds = rest / 1_000_000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z")
}

/// Year, month and day of a day since 1970: years begin in March, so that the day that some have is their last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

/// The other way round.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let is_date =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date {
        return None;
    }
    let year = year - u64::from(month <= 2);
    let (era, in_era) = (year / 400, year % 400);
    let month_from_march = (month + 9) % 12;
    let in_year = (153 * month_from_march + 2) / 5 + day - 1;
    let found = era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719_468;
    (date(found) == (year + u64::from(month <= 2), month, day)).then_some(found)
}

/// A time, or how long ago it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    At(Time),
    Ago(Duration),
}

impl Moment {
    /// The time, if it is asked for now.
    pub(crate) fn time(self, now: Time) -> Time {
        match self {
            Self::At(time) => time,
            Self::Ago(span) => before(now, span),
        }
    }

    /// `2026-11-28`, `2026-11-28T21:50`, `2026-11-28T21:50:08.5Z`, or a span of time.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let time = time(text).map(Self::At);
        time.or_else(|| span(text).ok().map(Self::Ago)).ok_or_else(|| {
            "expected a time such as 2026-11-28 or 2026-11-28T21:50:08Z (UTC), or how long ago, such as 90m or 7d"
                .to_owned()
        })
    }
}

fn time(text: &str) -> Option<Time> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, "0:0"));
    let mut date = date.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let mut next = || date.next().flatten();
    let days = days(next()?, next()?, next()?)?;
    let mut clock = clock.splitn(3, ':');
    let hour: u64 = clock.next()?.parse().ok().filter(|&hour| hour < 24)?;
    let minute: u64 = clock.next()?.parse().ok().filter(|&minute| minute < 60)?;
    let (second, fraction) = match clock.next() {
        Some(second) => second.split_once('.').unwrap_or((second, "0")),
        None => ("0", "0"),
    };
    let second: u64 = second.parse().ok().filter(|&second| second < 60)?;
    let is_fraction = fraction.len() <= 9 && fraction.bytes().all(|digit| digit.is_ascii_digit());
    let fraction: u64 = is_fraction.then(|| format!("{fraction:0<9}").parse().ok())??;
    let seconds = days * DAY + hour * 3600 + minute * 60 + second;
    seconds.checked_mul(SECOND)?.checked_add(fraction).map(Time)
}

/// `45s`, `90m`, `12h` or `7d`; `0`.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a span of time such as 45s, 90m, 12h or 7d".to_owned();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => DAY,
        _ => return Err(wrong()),
    };
    let count: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    count.checked_mul(unit).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, seconds: u64, expected: &str) {
        assert_eq!(time(text), Some(Time(seconds * SECOND)), "{text}");
        assert_eq!(shown(Time(seconds * SECOND)), expected);
    }

    #[test]
    fn times_are_read_and_shown() {
        check("1970-01-01", 0, "1970-01-01T00:00:00.000Z");
        check("1972-02-29", 789 * DAY, "1972-02-29T00:00:00.000Z");
        check("2000-03-01T12:30", 951_913_800, "2000-03-01T12:30:00.000Z");
        check("2026-11-28 21:50:08Z", 1_795_902_608, "2026-11-28T21:50:08.000Z");
        check("2100-12-31T23:59:59", 4_133_980_799, "2100-12-31T23:59:59.000Z");
        assert_eq!(time("1970-01-01T00:00:00.25Z"), Some(Time(SECOND / 4)));
        assert_eq!(shown(Time(SECOND / 4)), "1970-01-01T00:00:00.250Z");
        for wrong in [
            "",
            "1969-12-31",
            "2026-02-29",
            "2026-13-01",
            "2026-01-01T24:00",
            "1-1",
            "2026-1-1T1:1:1.x",
        ] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_day_comes_back() {
        for day in (0..2_000_000).step_by(13) {
            let (year, month, day_of_month) = date(day);
            let expected = (year <= 9999).then_some(day);
            assert_eq!(days(year, month, day_of_month), expected);
        }
    }

    #[test]
    fn spans_have_units() {
        assert_eq!(span("7d"), Ok(Duration::from_secs(7 * DAY)));
        assert_eq!(span("90m"), Ok(Duration::from_secs(5400)));
        assert_eq!(span("0"), Ok(Duration::ZERO));
        for wrong in
            ["", "7", "d", "-1d", "1w", "99999999999999999999d", "9999999999999999999d", "1é"]
        {
            assert!(span(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Moment::parse("2h"), Ok(Moment::Ago(Duration::from_secs(7200))));
        assert_eq!(Moment::parse("1970-01-01"), Ok(Moment::At(Time(0))));
        assert_eq!(Moment::Ago(Duration::from_secs(1)).time(Time(3 * SECOND)), Time(2 * SECOND));
        assert!(Moment::parse("yesterday").is_err());
    }
}
