//! The planner against a table with one row per second.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may end")]

use fluxion_planner::{Planner, PlannerError};
use proptest::prelude::*;

const LENGTH: i64 = 60;
const TOTALS: [u64; 2] = [7, 3];

#[derive(Clone, Debug)]
enum Step {
    Add(i64, i64, [u64; 2]),
    Remove(usize),
}

/// Free units per second, and the spans.
struct Table {
    spans: Vec<(i64, i64, [u64; 2])>,
}

impl Table {
    fn free(&self, at: i64, pool: usize) -> u64 {
        let used = self.spans.iter().filter(|(s, d, _)| *s <= at && at < s + d);
        TOTALS[pool] - used.map(|(_, _, a)| a[pool]).sum::<u64>()
    }

    fn fits(&self, start: i64, duration: i64, amounts: [u64; 2]) -> bool {
        (start..start + duration).all(|t| (0..2).all(|p| amounts[p] <= self.free(t, p)))
    }

    fn candidates(&self, from: i64, duration: i64, amounts: [u64; 2]) -> Vec<i64> {
        let mut points: Vec<i64> = self.spans.iter().flat_map(|(s, d, _)| [*s, s + d]).collect();
        points.push(0);
        points.sort_unstable();
        points.dedup();
        points.retain(|&p| p >= from && p + duration <= LENGTH);
        points.retain(|&p| self.fits(p, duration, amounts));
        points
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (-1..LENGTH + 1, 0..LENGTH, 0..5u64, 0..4u64).prop_map(|(s, d, a, b)| Step::Add(s, d, [a, b])),
        1 => any::<usize>().prop_map(Step::Remove),
    ]
}

fn apply(planner: &mut Planner, table: &mut Table, step: &Step) -> Result<(), TestCaseError> {
    match *step {
        Step::Add(start, duration, amounts) => {
            let legal = start >= 0 && duration >= 1 && start + duration <= LENGTH;
            let fits = legal && table.fits(start, duration, amounts);
            prop_assert_eq!(planner.add(start, duration, &amounts).is_ok(), fits);
            if fits {
                table.spans.push((start, duration, amounts));
            }
        }
        Step::Remove(pick) => {
            if !table.spans.is_empty() {
                let (s, d, a) = table.spans.swap_remove(pick % table.spans.len());
                prop_assert_eq!(planner.remove(s, d, &a), Ok(()));
            }
        }
    }
    Ok(())
}

/// At least 300 cases; more if `PROPTEST_CASES` says so.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.max(300), ..usual }
}

proptest! {
    #![proptest_config(cases())]
    #[test]
    fn says_what_the_table_says(
        steps in prop::collection::vec(step(), 1..220),
        from in 0..LENGTH, duration in 1..LENGTH, amounts in (0..8u64, 0..4u64),
        (taken, seek) in (0..4usize, 0..LENGTH),
    ) {
        let mut planner = Planner::new(0, LENGTH, &TOTALS).unwrap();
        let mut table = Table { spans: Vec::new() };
        for step in &steps {
            apply(&mut planner, &mut table, step)?;
        }
        let amounts = [amounts.0, amounts.1];
        for t in 0..=LENGTH {
            for pool in 0..2 {
                prop_assert_eq!(planner.free_at(t, pool), Ok(table.free(t, pool) as i64));
            }
        }
        if amounts[0] <= TOTALS[0] && amounts[1] <= TOTALS[1] {
            let candidates = planner.candidates(from, duration, &amounts).unwrap();
            let expected = table.candidates(from, duration, amounts);
            prop_assert_eq!(&candidates.clone().collect::<Vec<_>>(), &expected);
            let mut rest = candidates;
            rest.by_ref().take(taken).for_each(drop);
            rest.seek(seek);
            let expected = expected.into_iter().skip(taken).filter(|&time| time >= seek);
            prop_assert!(rest.eq(expected));
        }
    }
}

/// Many points, so that blocks are split, merged and skipped.
#[test]
fn thousands_of_spans_come_and_go() {
    let mut planner = Planner::new(0, i64::MAX, &[1]).unwrap();
    for n in 0..5000 {
        planner.add((n * 7919 % 5000) * 10, 10, &[1]).unwrap();
    }
    let starts: Vec<i64> = planner.candidates(0, 5, &[1]).unwrap().collect();
    assert_eq!(starts, [50_000]);
    planner.remove(31_410, 10, &[1]).unwrap();
    let starts: Vec<i64> = planner.candidates(0, 5, &[1]).unwrap().collect();
    assert_eq!(starts, [31_410, 50_000]);
    for n in (0..5000).filter(|n| n * 10 != 31_410) {
        planner.remove(n * 10, 10, &[1]).unwrap();
    }
    assert!(planner.is_empty());
}

fn starts(spans: &[(i64, i64, u64)], from: i64, duration: i64, amount: u64) -> Vec<i64> {
    let mut planner = Planner::new(0, 1000, &[10]).unwrap();
    for &(start, duration, amount) in spans {
        planner.add(start, duration, &[amount]).unwrap();
    }
    planner.candidates(from, duration, &[amount]).unwrap().collect()
}

/// `docs/semantics/time.md`, Candidate times.
#[test]
fn candidate_times_of_the_rules() {
    let spans = [(0, 100, 8), (50, 100, 2), (200, 300, 5)];
    assert_eq!(starts(&spans, 0, 40, 1), [0, 100, 150, 200, 500]);
    assert_eq!(starts(&spans, 0, 60, 1), [100, 150, 200, 500]);
    assert_eq!(starts(&spans, 1, 50, 8), [100, 150, 500]);
    assert_eq!(starts(&spans, 120, 50, 8), [150, 500]);
    assert_eq!(starts(&spans, 0, 500, 10), [500]);
    assert_eq!(starts(&spans, 0, 501, 10), [] as [i64; 0]);
    assert_eq!(starts(&spans, 160, 10, 1), [200, 500]);
    assert_eq!(starts(&spans, 0, 1000, 0), [0]);
    assert_eq!(starts(&[], 100, 10, 2), [] as [i64; 0]);
}

/// `docs/semantics/time.md`, Planner errors.
#[test]
fn errors_of_the_rules() {
    let mut planner = Planner::new(0, 100, &[10]).unwrap();
    let range = PlannerError::OutOfRange { end: 100 };
    let invalid = PlannerError::Invalid { base: 0 };
    assert_eq!(planner.can_during(0, 100, &[10]), Ok(()));
    assert_eq!(planner.can_during(0, 101, &[10]), Err(range));
    assert_eq!(planner.can_during(0, 0, &[1]), Err(invalid));
    assert_eq!(planner.can_during(0, 1, &[11]), Err(range));
    assert_eq!(planner.can_during(-5, 6, &[10]), Err(invalid));
    assert_eq!(planner.can_during(i64::MAX, 10, &[5]), Err(range));
    assert_eq!(planner.free_at(100, 0), Ok(10));
    assert_eq!(planner.free_at(101, 0), Err(range));
    assert!(planner.candidates(100, 1, &[1]).is_err());
    planner.add(30, 10, &[4]).unwrap();
    assert_eq!(planner.can_during(0, 50, &[7]), Err(PlannerError::Busy { at: 30 }));
    assert_eq!(planner.remove(30, 11, &[4]), Err(PlannerError::NoSpan));
    assert_eq!(Planner::new(0, 0, &[1]).err(), Some(PlannerError::Invalid { base: 0 }));
    assert!(Planner::new(10, i64::MAX, &[1]).is_err());
    assert!(Planner::new(0, 10, &[1 << 63]).is_err());
}
