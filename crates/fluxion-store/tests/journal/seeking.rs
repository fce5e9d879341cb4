//! Places in the frames of a graph, compared with what a look at all of them finds; and what records say about jobs.

use std::collections::BTreeMap;

use fluxion_context::{Action, JobId};
use fluxion_store::Revision;
use fluxion_store::journal::{
    Event, Frame, GraphId, JobHistory, Log as _, LogError, MemoryLog, Record, SeekError, Sequence,
    Time, TimeRange, before_revision_after, bookings, last_before,
};

use crate::session::Server;

const OPERATIONS: u64 = 200;

/// A session, with the beginning of its history thrown away or not.
fn logs() -> [MemoryLog; 2] {
    let mut log = MemoryLog::new();
    Server::create(&mut log, "g").unwrap().work(&mut log, 0..OPERATIONS, 50).unwrap();
    let mut pruned = log.clone();
    assert!(pruned.prune(Time(60), 1000).unwrap().frames > 10);
    [log, pruned]
}

fn frames(log: &mut MemoryLog) -> (GraphId, Vec<Frame>) {
    let graph = log.graphs().unwrap().remove(0).id;
    (graph, log.read_frames(graph, Sequence(0), usize::MAX).unwrap())
}

fn job(record: &Record) -> Option<(JobId, &'static str)> {
    let Event::Committed(settled) = &record.event else { return None };
    match &settled.commit().change.action {
        Some(Action::Book { job, .. }) => Some((*job, "booked")),
        Some(Action::Cancel { job }) => Some((*job, "ended")),
        Some(Action::Keep { job, grants }) if grants.is_empty() => Some((*job, "ended")),
        Some(Action::Keep { job, .. }) => Some((*job, "changed")),
        _ => None,
    }
}

#[test]
fn what_came_after_a_revision_is_found_in_a_few_frames() {
    for mut log in logs() {
        let (graph, frames) = frames(&mut log);
        let (last, newest) = frames.last().map(|frame| (frame.last, frame.revision)).unwrap();
        for revision in (0..newest.0 + 2).map(Revision) {
            let mut reads = 0;
            let mut read = |after, bytes| {
                reads += 1;
                log.read_frames(graph, after, bytes)
            };
            let found = before_revision_after(&mut read, last, revision).unwrap();
            let expected = frames.iter().find(|frame| frame.revision > revision);
            let expected = expected.map(|frame| Sequence(frame.first.0 - 1));
            assert_eq!(found, expected, "{revision:?}");
            assert!(reads <= 9, "{reads}");
        }
    }
}

#[test]
fn a_time_is_found_in_a_few_frames() {
    for mut log in logs() {
        let (graph, frames) = frames(&mut log);
        let last = frames.last().unwrap().last;
        for time in (0..OPERATIONS + 10).map(Time) {
            let mut reads = 0;
            let mut read = |after, bytes| {
                reads += 1;
                log.read_frames(graph, after, bytes)
            };
            let found = last_before(&mut read, last, time).unwrap();
            let expected = frames.iter().find(|frame| frame.time >= time);
            let expected = expected.map_or(last, |frame| Sequence(frame.first.0 - 1));
            assert_eq!(found, expected, "{time:?}");
            assert!(reads <= 8, "{reads}");
        }
    }
}

#[test]
fn bookings_are_found_as_far_as_they_are_kept() {
    for mut log in logs() {
        let (graph, frames) = frames(&mut log);
        let last = frames.last().unwrap().last;
        let records = frames.iter().flat_map(|frame| frame.records().unwrap());
        let booked = records.filter_map(|(_, record)| match job(&record)? {
            (job, "booked") => Some((job, record.time)),
            _ => None,
        });
        let booked: BTreeMap<JobId, Time> = booked.collect();
        assert!(booked.len() > 10);
        let mut find = |jobs: Vec<JobId>| {
            let mut read = |after, bytes| log.read_frames(graph, after, bytes);
            let found = bookings(&mut read, last, jobs).unwrap();
            found.into_iter().map(|(job, record)| (job, record.time)).collect::<BTreeMap<_, _>>()
        };
        let all: Vec<JobId> = (0..OPERATIONS).map(JobId).collect();
        assert_eq!(find(all.clone()), booked);
        for job in all {
            let expected = booked.get(&job).map(|&time| (job, time)).into_iter().collect();
            assert_eq!(find(vec![job]), expected);
        }
    }
}

#[test]
fn a_damaged_frame_is_told() {
    let [mut log, _] = logs();
    let (graph, frames) = frames(&mut log);
    let [first, .., last] = &frames[..] else { panic!("{}", frames.len()) };
    log.damage(graph, first.last);
    let mut read = |after, bytes| log.read_frames(graph, after, bytes);
    let found = bookings(&mut read, last.last, [JobId(1)]);
    let expected = (first.first, first.last);
    let is_told = |error: &SeekError| match error {
        SeekError::Frame { first, last, .. } => (*first, *last) == expected,
        SeekError::Log(_) => false,
    };
    assert!(found.as_ref().is_err_and(is_told), "{found:?}");
    let mut failing = |_, _| Err(LogError::Full("disk".into()));
    let failed = last_before(&mut failing, last.last, Time(5));
    assert_eq!(failed, Err(SeekError::Log(LogError::Full("disk".into()))));
}

/// Every range says of every job what happened to it within the range.
#[test]
fn a_history_tells_what_happened_within_its_range() {
    let [mut log, _] = logs();
    let records: Vec<(Sequence, Record)> =
        frames(&mut log).1.iter().flat_map(|frame| frame.records().unwrap()).collect();
    for (since, until) in [(0, 500), (20, 90), (50, 51), (90, 20), (150, 500)] {
        let range = TimeRange { since: Time(since), until: Time(until) };
        let mut history = JobHistory::new(range);
        let mut expected: BTreeMap<JobId, (Option<Time>, Option<Time>)> = BTreeMap::new();
        for (_, record) in &records {
            history.enter(record);
            let is_within = (since..until).contains(&record.time.0);
            let Some((job, what)) = job(record).filter(|_| is_within) else { continue };
            let (booked, ended) = expected.entry(job).or_default();
            match what {
                "booked" => (*booked, *ended) = (Some(record.time), None),
                "ended" => *ended = Some(record.time),
                _ => {}
            }
        }
        let told = history.after(None).map(|(job, past)| (job, (past.booked, past.ended)));
        assert_eq!(told.collect::<BTreeMap<_, _>>(), expected, "{range:?}");
        assert_eq!((history.len(), history.is_empty()), (expected.len(), expected.is_empty()));
        let after = history.after(Some(JobId(5))).next().map(|(job, _)| job);
        assert_eq!(after, expected.keys().copied().find(|job| job.0 > 5));
    }
}
