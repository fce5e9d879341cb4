//! What becomes of spans where a clock is set forward or back (RFC 5545, 3.3.5): a local time that does not occur counts by the
//! offset before the gap, and one that occurs twice is the first.

use super::starts;

/// The zone, the local start, the rule, and the instants.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

const CASES: [Case; 22] = [
    // Berlin: forward on 2026-03-29 at 02:00 to 03:00, back on 2026-10-25 at 03:00 to 02:00
    (
        "Europe/Berlin",
        "2026-03-28T01:59:59",
        "FREQ=DAILY;COUNT=3",
        &["2026-03-28T00:59:59Z", "2026-03-29T00:59:59Z", "2026-03-29T23:59:59Z"],
    ),
    (
        "Europe/Berlin",
        "2026-03-28T02:00:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"],
    ),
    (
        "Europe/Berlin",
        "2026-03-28T02:30:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
    ),
    (
        "Europe/Berlin",
        "2026-03-28T03:00:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-03-28T02:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"],
    ),
    (
        "Europe/Berlin",
        "2026-10-24T01:59:59",
        "FREQ=DAILY;COUNT=3",
        &["2026-10-23T23:59:59Z", "2026-10-24T23:59:59Z", "2026-10-26T00:59:59Z"],
    ),
    (
        "Europe/Berlin",
        "2026-10-24T02:00:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-10-24T00:00:00Z", "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"],
    ),
    (
        "Europe/Berlin",
        "2026-10-24T02:59:59",
        "FREQ=DAILY;COUNT=3",
        &["2026-10-24T00:59:59Z", "2026-10-25T00:59:59Z", "2026-10-26T01:59:59Z"],
    ),
    (
        "Europe/Berlin",
        "2026-10-24T03:00:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-10-24T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T02:00:00Z"],
    ),
    (
        "Europe/Berlin",
        "2026-03-01T02:30:00",
        "FREQ=MONTHLY;BYDAY=-1SU;COUNT=2",
        &["2026-03-29T01:30:00Z", "2026-04-26T00:30:00Z"],
    ),
    // New York: forward on 2027-03-14 at 02:00, back on 2027-11-07 at 02:00
    (
        "America/New_York",
        "2027-03-13T02:15:00",
        "FREQ=DAILY;COUNT=3",
        &["2027-03-13T07:15:00Z", "2027-03-14T07:15:00Z", "2027-03-15T06:15:00Z"],
    ),
    (
        "America/New_York",
        "2027-11-06T01:30:00",
        "FREQ=DAILY;COUNT=3",
        &["2027-11-06T05:30:00Z", "2027-11-07T05:30:00Z", "2027-11-08T06:30:00Z"],
    ),
    (
        "America/New_York",
        "2027-11-06T02:00:00",
        "FREQ=DAILY;COUNT=3",
        &["2027-11-06T06:00:00Z", "2027-11-07T07:00:00Z", "2027-11-08T07:00:00Z"],
    ),
    (
        "America/New_York",
        "2027-03-07T02:30:00",
        "FREQ=WEEKLY;COUNT=3",
        &["2027-03-07T07:30:00Z", "2027-03-14T07:30:00Z", "2027-03-21T06:30:00Z"],
    ),
    // Lord Howe: half an hour, forward on 2026-10-04 at 02:00 to 02:30, back on 2027-04-04 at 02:00 to 01:30
    (
        "Australia/Lord_Howe",
        "2026-10-03T02:15:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-10-02T15:45:00Z", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z"],
    ),
    (
        "Australia/Lord_Howe",
        "2027-04-03T01:45:00",
        "FREQ=DAILY;COUNT=3",
        &["2027-04-02T14:45:00Z", "2027-04-03T14:45:00Z", "2027-04-04T15:15:00Z"],
    ),
    // London, Dublin (where winter is what is saved), and the south
    (
        "Europe/London",
        "2026-03-28T01:30:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
    ),
    (
        "Europe/Dublin",
        "2026-10-24T01:30:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    ),
    (
        "America/Santiago",
        "2026-09-05T00:30:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-09-05T04:30:00Z", "2026-09-06T04:30:00Z", "2026-09-07T03:30:00Z"],
    ),
    // midnight that does not occur
    (
        "Africa/Cairo",
        "2026-04-23T00:00:00",
        "FREQ=DAILY;COUNT=3",
        &["2026-04-22T22:00:00Z", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"],
    ),
    // a day that does not occur, as Samoa went over the date line: it falls on the one after it
    (
        "Pacific/Apia",
        "2011-12-29T12:00:00",
        "FREQ=DAILY;COUNT=3",
        &["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"],
    ),
    // none
    (
        "Asia/Kolkata",
        "2026-03-28T02:30:00",
        "FREQ=DAILY;COUNT=2",
        &["2026-03-27T21:00:00Z", "2026-03-28T21:00:00Z"],
    ),
    (
        "",
        "2026-03-29T02:30:00",
        "FREQ=DAILY;COUNT=2",
        &["2026-03-29T02:30:00Z", "2026-03-30T02:30:00Z"],
    ),
];

#[test]
fn gaps_and_folds() {
    for (zone, start, rule, expected) in CASES {
        let second = |text: &&str| text.parse::<jiff::Timestamp>().unwrap().as_second();
        let expected: Vec<i64> = expected.iter().map(second).collect();
        let text = |at: &i64| jiff::Timestamp::from_second(*at).unwrap().to_string();
        let found: Vec<String> = starts(start, zone, rule, 9).iter().map(text).collect();
        let expected: Vec<String> = expected.iter().map(text).collect();
        assert_eq!(found, expected, "{zone} {start} {rule}");
    }
}
