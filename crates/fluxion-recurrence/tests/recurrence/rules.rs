//! Which days a rule names: the examples of RFC 5545, 3.8.5.3, that are of the part that is understood, and the bounds.

use fluxion_recurrence::{OccurrenceSpan, Recurrence, RecurrenceError, RecurrenceText};

use super::starts;

/// Days, as `1997-09-02 09-03 1998-01-01`: the year where it changes.
fn days(text: &str) -> Vec<String> {
    let mut year = String::new();
    let day = |text: &str| {
        if text.len() == 10 {
            year = text[..5].to_owned();
            text.to_owned()
        } else {
            format!("{year}{text}")
        }
    };
    text.split_whitespace().map(day).collect()
}

fn check(start: &str, rule: &str, expected: &str) {
    let expected = days(expected);
    let most = expected.len() + 1;
    let found = starts(&format!("{start}T09:00:00"), "America/New_York", rule, most);
    let day = |second: &i64| {
        let at = jiff::Timestamp::from_second(*second).unwrap().in_tz("America/New_York");
        at.map(|at| at.date().to_string()).unwrap_or_default()
    };
    let mut found: Vec<String> = found.iter().map(day).collect();
    let is_endless = !rule.contains("COUNT") && !rule.contains("UNTIL");
    assert_eq!(found.len() > expected.len(), is_endless, "{rule}: {found:?}");
    found.truncate(expected.len());
    assert_eq!(found, expected, "{rule}");
}

#[test]
fn the_examples_of_the_standard() {
    let cases = [
        ("FREQ=DAILY;COUNT=4", "1997-09-02 09-03 09-04 09-05"),
        ("FREQ=DAILY;UNTIL=19970904T130000Z", "1997-09-02 09-03 09-04"),
        ("FREQ=DAILY;UNTIL=19970904T125959Z", "1997-09-02 09-03"),
        ("FREQ=DAILY;UNTIL=19970904", "1997-09-02 09-03 09-04"),
        ("FREQ=DAILY;UNTIL=19970904T085959", "1997-09-02 09-03"),
        ("FREQ=DAILY;INTERVAL=2", "1997-09-02 09-04 09-06 09-08"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02 09-12 09-22 10-02 10-12"),
        ("FREQ=WEEKLY;COUNT=3", "1997-09-02 09-09 09-16"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02 09-16 09-30 10-14"),
        ("FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "1997-09-02 09-04 09-09 09-11"),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
            "1997-09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16",
        ),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1997-09-05 10-03 11-07 12-05"),
        ("FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU", "1997-09-07 09-28 11-02 11-30"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22 10-20 11-17"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28 10-29 11-28 12-29 1998-01-29 02-26"),
        ("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=2,15", "1997-09-02 09-15 10-02 10-15"),
        ("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=1,-1", "1997-09-30 10-01 10-31 11-01"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09-02 09-09 09-16 09-23 09-30 11-04 11-11"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13 03-13 11-13 1999-08-13 2000-10-13"),
        (
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
            "1997-09-13 10-11 11-08 12-13 1998-01-10",
        ),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 10-07 11-06"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
            "1997-09-29 10-30 11-27 12-30 1998-01-29",
        ),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
            "1997-11-04 2001-11-06 2005-11-08",
        ),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1998-03-05 03-12 03-19 03-26 1999-03-04"),
        ("FREQ=YEARLY;BYDAY=20MO", "1998-05-18 1999-05-17 2000-05-15"),
        ("FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "1998-06-02 07-02 1999-06-02 07-02"),
    ];
    for (rule, expected) in cases {
        check("1997-09-02", rule, expected);
    }
    check(
        "1997-08-05",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05 08-10 08-19 08-24",
    );
    check(
        "1997-08-05",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05 08-17 08-19 08-31",
    );
    check(
        "2007-01-15",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15 01-30 02-15 03-15 03-30",
    );
    check("1998-01-31", "FREQ=MONTHLY;COUNT=3", "1998-01-31 03-31 05-31");
    check("2000-02-29", "FREQ=YEARLY;COUNT=3", "2000-02-29 2004-02-29 2008-02-29");
}

fn text(start: &str, duration: i64, rule: &str) -> RecurrenceText {
    let (start, rule) = (start.to_owned(), rule.to_owned());
    RecurrenceText { start, zone: String::new(), duration, rule }
}

#[test]
fn what_is_asked_for_within_a_range() {
    let hour = |start: i64| OccurrenceSpan { start: start * 3600, end: (start + 1) * 3600 };
    let daily = Recurrence::read(&text("1970-01-01T02:00:00", 3600, "FREQ=DAILY")).unwrap();
    let cases = [
        ((0, 100 * 3600, 9), vec![hour(2), hour(26), hour(50), hour(74), hour(98)]),
        ((3 * 3600 - 1, 26 * 3600, 9), vec![hour(2)]),
        ((3 * 3600, 26 * 3600 + 1, 9), vec![hour(26)]),
        ((0, i64::MAX, 2), vec![hour(2), hour(26)]),
        ((0, i64::MAX, 0), vec![]),
        ((5, 5, 9), vec![]),
    ];
    for ((after, before, most), expected) in cases {
        assert_eq!(daily.within(after, before, most), expected, "{after} {before} {most}");
    }
    let touching = Recurrence::read(&text("1970-01-01T00:00:00", 86_400, "FREQ=DAILY;COUNT=3"));
    assert_eq!(
        touching.unwrap().within(0, i64::MAX, 9),
        [OccurrenceSpan { start: 0, end: 3 * 86_400 }]
    );
    let never = text("1970-01-01T00:00:00", 60, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
    assert_eq!(Recurrence::read(&never).unwrap().within(0, i64::MAX, 9), []);
}

#[test]
fn what_is_refused() {
    let refusal = |text: RecurrenceText| Recurrence::read(&text).unwrap_err();
    for start in
        ["", "tomorrow", "1969-12-31T00:00:00", "9999-01-01T00:00:00", "2026-01-01T00:00:00.5"]
    {
        let found = refusal(text(start, 60, "FREQ=DAILY"));
        assert_eq!(found, RecurrenceError::Start(start.to_owned()), "{start}");
    }
    for duration in [i64::MIN, -1, 0, 366 * 86_400 + 1] {
        let found = refusal(text("2026-01-01T00:00:00", duration, "FREQ=DAILY"));
        assert_eq!(found, RecurrenceError::Duration(duration));
    }
    let zone = RecurrenceText {
        zone: "Mars/Olympus".to_owned(),
        ..text("2026-01-01T00:00", 60, "FREQ=DAILY")
    };
    assert_eq!(
        refusal(zone).to_string(),
        "unknown time zone `Mars/Olympus`: expected a name as Europe/Berlin or UTC"
    );
}
