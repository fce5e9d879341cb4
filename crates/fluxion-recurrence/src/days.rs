//! The days that a rule names, ascending: period by period, each day of a period tested against each part.

use std::collections::VecDeque;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::rule::{Frequency, NthWeekday, Rule};

/// The days of a rule from a first one on, which itself is among them only if the rule says so.
pub(crate) struct Days<'a> {
    rule: &'a Rule,
    first: Date,
    /// The first day of the next period; none after the last year.
    period: Option<Date>,
    ready: VecDeque<Date>,
}

impl<'a> Days<'a> {
    pub(crate) fn of(rule: &'a Rule, first: Date) -> Self {
        let period = Some(start_of_period(rule, first));
        Self { rule, first, period, ready: VecDeque::new() }
    }

    /// Looks at one more period. None if there is no more.
    fn look_on(&mut self) -> Option<()> {
        let from = self.period?;
        let next = self.next_period(from, 1)?;
        let all = std::iter::successors(Some(from), |day| day.tomorrow().ok());
        let named = all.take_while(|day| *day < next).filter(|day| self.names(*day));
        let named: Vec<Date> = named.collect();
        let first = self.first;
        self.ready.extend(chosen(&self.rule.positions, named).filter(|day| *day >= first));
        self.period = self.next_period(from, self.rule.interval);
        Some(())
    }

    fn next_period(&self, from: Date, count: u32) -> Option<Date> {
        let count = i64::from(count);
        let step = match self.rule.frequency {
            Frequency::Daily => count.days(),
            Frequency::Weekly => count.weeks(),
            Frequency::Monthly => count.months(),
            Frequency::Yearly => count.years(),
        };
        from.checked_add(step).ok().filter(|day| day.year() < 9000)
    }

    /// Whether the rule names a day, if its period is one that counts.
    fn names(&self, day: Date) -> bool {
        let Rule { months, month_days, weekdays, frequency, .. } = self.rule;
        let in_month = months.is_empty() || months.contains(&day.month());
        let on_day = month_days.is_empty()
            || month_days.contains(&day.day())
            || month_days.contains(&(day.day() - day.days_in_month() - 1));
        let on_weekday = weekdays.is_empty() || weekdays.iter().any(|nth| self.is_nth(*nth, day));
        let usual = match frequency {
            _ if !month_days.is_empty() || !weekdays.is_empty() => true,
            Frequency::Daily => true,
            Frequency::Weekly => day.weekday() == self.first.weekday(),
            Frequency::Monthly => day.day() == self.first.day(),
            Frequency::Yearly => {
                day.day() == self.first.day()
                    && (!months.is_empty() || day.month() == self.first.month())
            }
        };
        in_month && on_day && on_weekday && usual
    }

    fn is_nth(&self, NthWeekday { nth, weekday }: NthWeekday, day: Date) -> bool {
        if day.weekday() != weekday || nth == 0 {
            return day.weekday() == weekday;
        }
        let by_year = self.rule.frequency == Frequency::Yearly && self.rule.months.is_empty();
        let (at, len) = match by_year {
            true => (day.day_of_year(), day.days_in_year()),
            false => (i16::from(day.day()), i16::from(day.days_in_month())),
        };
        let place = if nth > 0 { (at - 1) / 7 + 1 } else { -((len - at) / 7 + 1) };
        place == i16::from(nth)
    }
}

impl Iterator for Days<'_> {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        while self.ready.is_empty() {
            self.look_on()?;
        }
        self.ready.pop_front()
    }
}

/// The first day of the period that has a day.
fn start_of_period(rule: &Rule, day: Date) -> Date {
    match rule.frequency {
        Frequency::Daily => day,
        Frequency::Weekly => {
            let back = day.weekday().since(rule.week_start);
            day.checked_sub(i64::from(back).days()).unwrap_or(day)
        }
        Frequency::Monthly => day.first_of_month(),
        Frequency::Yearly => day.first_of_year(),
    }
}

/// The days at some places; all if none is named.
fn chosen(positions: &[i16], days: Vec<Date>) -> impl Iterator<Item = Date> {
    let len = days.len() as i64;
    let is_chosen = move |at: &usize, positions: &[i16]| {
        let (front, back) = (*at as i64 + 1, *at as i64 - len);
        positions.is_empty()
            || positions.iter().any(|&place| i64::from(place) == front || i64::from(place) == back)
    };
    let places: Vec<usize> = (0..days.len()).filter(|at| is_chosen(at, positions)).collect();
    places.into_iter().map(move |at| days[at])
}
