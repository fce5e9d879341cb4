//! Reading a rule: `FREQ=MONTHLY;BYDAY=1SU`. What is not understood is refused, and never passed over.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use crate::error::RuleError;
use crate::rule::{Frequency, NthWeekday, Rule, RuleEnd, Until};

const NAMES: [&str; 9] =
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"];

/// The parts of a rule by name.
struct Parts(BTreeMap<&'static str, String>);

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let parts = Parts::of(text)?;
        let rule = Self {
            frequency: parts.frequency()?,
            interval: parts
                .number("INTERVAL", 1..=10_000, "a number from 1 to 10000")?
                .unwrap_or(1),
            end: parts.end()?,
            months: parts.numbers("BYMONTH", 1..=12, "months from 1 to 12")?,
            month_days: parts.numbers("BYMONTHDAY", -31..=31, "days from 1 to 31, or -31 to -1")?,
            weekdays: parts.weekdays()?,
            positions: parts.numbers(
                "BYSETPOS",
                -366..=366,
                "places from 1 to 366, or -366 to -1",
            )?,
            week_start: parts.week_start()?,
        };
        rule.check()?;
        Ok(rule)
    }
}

impl Parts {
    fn of(text: &str) -> Result<Self, RuleError> {
        let mut parts = BTreeMap::new();
        let text = text.trim();
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or_else(|| RuleError::Part(part.to_owned()))?;
            let upper = name.to_ascii_uppercase();
            let known = NAMES.into_iter().find(|known| *known == upper);
            let known = known.ok_or_else(|| RuleError::Unknown(name.to_owned()))?;
            if parts.insert(known, value.to_ascii_uppercase()).is_some() {
                return Err(RuleError::Repeated(known.to_owned()));
            }
        }
        Ok(Self(parts))
    }

    fn wrong(&self, name: &'static str, expected: &'static str) -> RuleError {
        let found = self.0.get(name).cloned().unwrap_or_default();
        RuleError::Value { name, expected, found }
    }

    fn frequency(&self) -> Result<Frequency, RuleError> {
        match self.0.get("FREQ").map(String::as_str) {
            Some("DAILY") => Ok(Frequency::Daily),
            Some("WEEKLY") => Ok(Frequency::Weekly),
            Some("MONTHLY") => Ok(Frequency::Monthly),
            Some("YEARLY") => Ok(Frequency::Yearly),
            Some(_) => Err(self.wrong("FREQ", "DAILY, WEEKLY, MONTHLY or YEARLY")),
            None => Err(RuleError::NoFrequency),
        }
    }

    fn number(
        &self,
        name: &'static str,
        range: RangeInclusive<u32>,
        expected: &'static str,
    ) -> Result<Option<u32>, RuleError> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| self.wrong(name, expected))
    }

    /// Numbers of a range, without 0, in order.
    fn numbers<N: FromStr + Ord + Default>(
        &self,
        name: &'static str,
        range: RangeInclusive<N>,
        expected: &'static str,
    ) -> Result<Vec<N>, RuleError> {
        let Some(text) = self.0.get(name) else { return Ok(Vec::new()) };
        let number = |text: &str| text.trim_start_matches('+').parse().ok();
        let fits = |number: &N| range.contains(number) && *number != N::default();
        let numbers = text.split(',').map(|text| number(text).filter(fits));
        let numbers: Option<Vec<N>> = numbers.collect();
        let mut numbers = numbers.ok_or_else(|| self.wrong(name, expected))?;
        numbers.sort();
        numbers.dedup();
        Ok(numbers)
    }

    fn end(&self) -> Result<RuleEnd, RuleError> {
        let count = self.number("COUNT", 1..=u32::MAX, "a number of at least 1")?;
        match (count, self.0.get("UNTIL")) {
            (Some(_), Some(_)) => Err(RuleError::Together { one: "COUNT", other: "UNTIL" }),
            (Some(count), None) => Ok(RuleEnd::Count(count)),
            (None, Some(text)) => until(text).map(RuleEnd::Until).ok_or_else(|| {
                self.wrong("UNTIL", "20271231, 20271231T235959 or, for UTC, 20271231T235959Z")
            }),
            (None, None) => Ok(RuleEnd::Never),
        }
    }

    fn weekdays(&self) -> Result<Vec<NthWeekday>, RuleError> {
        let Some(text) = self.0.get("BYDAY") else { return Ok(Vec::new()) };
        let days: Option<Vec<NthWeekday>> = text.split(',').map(nth_weekday).collect();
        days.ok_or_else(|| self.wrong("BYDAY", "weekdays as MO,TU or, of a month, 1SU,-1FR"))
    }

    fn week_start(&self) -> Result<Weekday, RuleError> {
        let Some(text) = self.0.get("WKST") else { return Ok(Weekday::Monday) };
        weekday(text).ok_or_else(|| self.wrong("WKST", "MO, TU, WE, TH, FR, SA or SU"))
    }
}

impl Rule {
    /// Refuses parts that RFC 5545 does not let stand together.
    fn check(&self) -> Result<(), RuleError> {
        let together = |is_wrong: bool, one, other| match is_wrong {
            true => Err(RuleError::Together { one, other }),
            false => Ok(()),
        };
        let by_week = self.frequency == Frequency::Weekly;
        let has_nth = self.weekdays.iter().any(|day| day.nth != 0);
        let long = matches!(self.frequency, Frequency::Monthly | Frequency::Yearly);
        let is_daily = self.frequency == Frequency::Daily;
        together(by_week && !self.month_days.is_empty(), "BYMONTHDAY", "FREQ=WEEKLY")?;
        together(by_week && has_nth, "a number in BYDAY", "FREQ=WEEKLY")?;
        together(!long && has_nth, "a number in BYDAY", "FREQ=DAILY")?;
        together(is_daily && !self.positions.is_empty(), "BYSETPOS", "FREQ=DAILY")
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

fn nth_weekday(text: &str) -> Option<NthWeekday> {
    let (number, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = weekday(day)?;
    if number.is_empty() {
        return Some(NthWeekday { nth: 0, weekday });
    }
    let nth: i8 = number.trim_start_matches('+').parse().ok()?;
    (nth != 0 && (-53..=53).contains(&nth)).then_some(NthWeekday { nth, weekday })
}

fn until(text: &str) -> Option<Until> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let date = |text: &str| {
        let text = Some(text).filter(|text| text.len() == 8 && digits(text))?;
        Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
    };
    let Some((day, time)) = text.split_once('T') else { return date(text).map(Until::Day) };
    let (time, is_utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
    if time.len() != 6 || !digits(time) {
        return None;
    }
    let (hour, minute) = (time[..2].parse().ok()?, time[2..4].parse().ok()?);
    let time = jiff::civil::Time::new(hour, minute, time[4..].parse().ok()?, 0).ok()?;
    let local = DateTime::from_parts(date(day)?, time);
    match is_utc {
        true => TimeZone::UTC.to_ambiguous_timestamp(local).compatible().ok().map(Until::Instant),
        false => Some(Until::Local(local)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<Rule>().unwrap_err().to_string()
    }

    #[test]
    fn what_is_refused_and_how() {
        let unknown = "is not known here: expected FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS or WKST";
        let cases = [
            ("", "expected FREQ=DAILY, WEEKLY, MONTHLY or YEARLY".to_owned()),
            ("every day", "expected parts as FREQ=WEEKLY between semicolons, found `every day`".to_owned()),
            ("FREQ=HOURLY", "FREQ: expected DAILY, WEEKLY, MONTHLY or YEARLY, found `HOURLY`".to_owned()),
            ("FREQ=DAILY;BYHOUR=3", format!("BYHOUR {unknown}")),
            ("FREQ=DAILY;FREQ=DAILY", "FREQ stands twice".to_owned()),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL: expected a number from 1 to 10000, found `0`".to_owned()),
            ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT does not go with UNTIL".to_owned()),
            ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL: expected 20271231, 20271231T235959 or, for UTC, 20271231T235959Z, found `TOMORROW`".to_owned()),
            ("FREQ=WEEKLY;BYDAY=1MO", "a number in BYDAY does not go with FREQ=WEEKLY".to_owned()),
            ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY".to_owned()),
            ("FREQ=MONTHLY;BYDAY=XX", "BYDAY: expected weekdays as MO,TU or, of a month, 1SU,-1FR, found `XX`".to_owned()),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY: expected days from 1 to 31, or -31 to -1, found `0`".to_owned()),
            ("FREQ=MONTHLY;BYDAY=ü", "BYDAY: expected weekdays as MO,TU or, of a month, 1SU,-1FR, found `ü`".to_owned()),
        ];
        for (text, expected) in cases {
            assert_eq!(refusal(text), expected, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_rule() {
        let end = |text: &str| format!("FREQ=DAILY;{text}").parse::<Rule>().unwrap().end;
        assert_eq!(end(""), RuleEnd::Never);
        assert_eq!(end("COUNT=3"), RuleEnd::Count(3));
        let day = jiff::civil::date(2027, 12, 31);
        assert_eq!(end("UNTIL=20271231"), RuleEnd::Until(Until::Day(day)));
        let local = day.at(23, 59, 58, 0);
        assert_eq!(end("UNTIL=20271231T235958"), RuleEnd::Until(Until::Local(local)));
        let instant = jiff::Timestamp::from_second(1_830_297_598).unwrap();
        assert_eq!(end("UNTIL=20271231T235958Z"), RuleEnd::Until(Until::Instant(instant)));
    }
}
