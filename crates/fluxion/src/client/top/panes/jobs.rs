//! The jobs that run and those that wait: what happens next comes first.

use fluxion_client::v1::JobState;
use fluxion_store::journal::Time;

use crate::client::names;
use crate::client::top::model::Model;
use crate::client::top::pane::Pane;
use crate::client::top::upcoming::LiveJob;
use crate::moment;
use crate::table::{Cell, Column, Tone};

/// In the order of [`UpcomingJobs`](crate::client::top::upcoming::UpcomingJobs).
pub(super) struct Jobs;

const JOB: Column = Column::Right("JOB");
const STATE: Column = Column::Left("STATE");
const START: Column = Column::Right("START");
const END: Column = Column::Right("END");
const KEY: Column = Column::Left("KEY");

const WITHOUT_A_CLOCK: [Column; 5] = [JOB, STATE, START, END, KEY];
const WITH_A_CLOCK: [Column; 6] = [JOB, STATE, Column::Left("NEXT"), START, END, KEY];

impl Pane for Jobs {
    fn name(&self) -> &'static str {
        "Jobs"
    }

    fn summary(&self, model: &Model) -> Vec<String> {
        let counts = model.jobs.counts(model.now());
        let mut words =
            vec![format!("{} running", counts.running), format!("{} waiting", counts.waiting)];
        let late = [("over their time", counts.overrunning), ("late", counts.late)];
        let late = late.into_iter().filter(|(_, count)| *count > 0);
        words.extend(late.map(|(word, count)| format!("{count} {word}")));
        words
    }

    fn columns(&self, model: &Model) -> &'static [Column] {
        if model.now().is_some() { &WITH_A_CLOCK } else { &WITHOUT_A_CLOCK }
    }

    fn rows(&self, model: &Model) -> usize {
        model.jobs.len()
    }

    fn some(&self, model: &Model, skip: usize, take: usize) -> Vec<Vec<Cell>> {
        let now = model.now();
        model.jobs.some(skip, take).map(|job| row(job, now)).collect()
    }
}

fn row(job: &LiveJob, now: Option<i64>) -> Vec<Cell> {
    let (id, state, key) = (job.id.into(), names::state_cell(job.state), job.key.as_str().into());
    match now {
        None => vec![id, state, job.start.into(), job.end.into(), key],
        Some(now) => {
            vec![id, state, next(job, now), minute(job.start).into(), minute(job.end).into(), key]
        }
    }
}

/// What happens to a job next, and when; or since when it should have happened.
fn next(job: &LiveJob, now: i64) -> Cell {
    let (verb, at) = match job.state {
        JobState::Reserved => ("begins", job.start),
        _ => ("ends", job.end),
    };
    let span = span(at.abs_diff(now));
    match job.is_late(now) {
        false => format!("{verb} in {span}").into(),
        true if job.state == JobState::Reserved => {
            Cell::toned(&format!("late by {span}"), Tone::Bad)
        }
        true => Cell::toned(&format!("over by {span}"), Tone::Bad),
    }
}

/// A time to the minute, without the year.
fn minute(seconds: i64) -> String {
    let shown = second(seconds);
    shown.get(5..16).unwrap_or(&shown).to_owned()
}

/// A time to the second, with its date.
pub(in crate::client::top) fn second(seconds: i64) -> String {
    let nanoseconds = u64::try_from(seconds).unwrap_or_default().saturating_mul(1_000_000_000);
    let text = moment::shown(Time(nanoseconds)).replace('T', " ");
    text.split('.').next().unwrap_or_default().to_owned()
}

/// A span of time in the unit that tells enough.
pub(in crate::client::top) fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7200 => format!("{}m", seconds / 60),
        7200..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_unit_that_tells_enough() {
        for (seconds, expected) in
            [(0, "0s"), (119, "119s"), (120, "2m"), (7199, "119m"), (7200, "2h"), (200_000, "2d")]
        {
            assert_eq!(span(seconds), expected);
        }
        assert_eq!(second(1_795_902_608), "2026-11-28 21:50:08");
        assert_eq!(second(-1), "1970-01-01 00:00:00");
        assert_eq!(minute(1_795_902_608), "11-28 21:50");
    }
}
