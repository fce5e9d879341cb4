//! Random rules, against the crate `rrule`, in a time zone without jumps.

use proptest::prelude::*;
use rrule::RRuleSet;

use super::starts;

fn list(name: &'static str, of: &'static [&'static str]) -> impl Strategy<Value = String> {
    let some = prop::sample::subsequence(of, 1..=3.min(of.len()));
    prop::option::of(some).prop_map(move |chosen| match chosen {
        Some(chosen) => format!(";{name}={}", chosen.join(",")),
        None => String::new(),
    })
}

const DAYS: &[&str] = &["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const NTH: &[&str] = &["1MO", "-1FR", "2TU", "WE", "-2SU", "5TH", "SA"];
const MONTHS: &[&str] = &["1", "2", "3", "7", "11", "12"];
const MONTH_DAYS: &[&str] = &["1", "2", "13", "15", "29", "30", "31", "-1", "-2", "-30"];
const PLACES: &[&str] = &["1", "2", "3", "-1", "-2"];

fn with_places(rule: String) -> impl Strategy<Value = String> {
    // a place without a part that it counts is nothing the other crate takes
    let has_parts = rule.contains(";BY");
    list("BYSETPOS", PLACES).prop_map(move |places| match has_parts {
        true => format!("{rule}{places}"),
        false => rule.clone(),
    })
}

fn parts() -> impl Strategy<Value = String> {
    let daily = (list("BYMONTH", MONTHS), list("BYMONTHDAY", MONTH_DAYS), list("BYDAY", DAYS))
        .prop_map(|(months, days, weekdays)| format!("FREQ=DAILY{months}{days}{weekdays}"));
    let weekly = (list("BYMONTH", MONTHS), list("BYDAY", DAYS), list("WKST", &DAYS[5..=6]))
        .prop_map(|(months, weekdays, start)| {
            let start = start.split(',').next().unwrap_or_default().to_owned();
            format!("FREQ=WEEKLY{months}{weekdays}{start}")
        });
    let monthly = (list("BYMONTH", MONTHS), list("BYDAY", NTH))
        .prop_map(|(months, weekdays)| format!("FREQ=MONTHLY{months}{weekdays}"));
    let by_day = (list("BYMONTH", MONTHS), list("BYMONTHDAY", MONTH_DAYS), list("BYDAY", DAYS))
        .prop_map(|(months, days, weekdays)| format!("FREQ=MONTHLY{months}{days}{weekdays}"));
    let yearly = (list("BYMONTH", MONTHS), list("BYDAY", NTH))
        .prop_map(|(months, weekdays)| format!("FREQ=YEARLY{months}{weekdays}"));
    prop_oneof![
        daily,
        weekly,
        monthly.prop_flat_map(with_places),
        by_day.prop_flat_map(with_places),
        yearly.prop_flat_map(with_places)
    ]
}

proptest! {
    #[test]
    fn as_another_implementation(parts in parts(), interval in 1u32..5, day in 1u32..29, month in 1u32..13, count in 1u32..12) {
        let rule = format!("{parts};INTERVAL={interval};COUNT={count}");
        let other: RRuleSet =
            format!("DTSTART:2024{month:02}{day:02}T093000Z\nRRULE:{rule}").parse().unwrap();
        // it gives up on rules that name no day for a long time
        let last = 4_102_444_800; // 2100
        let expected: Vec<i64> =
            other.into_iter().map(|at| at.timestamp()).take_while(|at| *at < last).collect();
        let found = starts(&format!("2024-{month:02}-{day:02}T09:30:00"), "UTC", &rule, 12);
        let found: Vec<i64> = found.into_iter().filter(|at| *at < last).collect();
        let n = found.len().min(expected.len());
        prop_assert_eq!(&found[..n], &expected[..n], "{}", rule);
        prop_assert!(expected.len() <= found.len(), "{}", rule);
    }
}
