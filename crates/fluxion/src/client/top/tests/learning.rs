//! What is known after something was told.

use fluxion_client::v1::{
    Grown, JobBegun, JobEnded, JobReleased, JobRetimed, Shrunk, WindowEnded, WindowSet, WindowSpan,
};

use super::*;
use crate::client::top::model::{Link, MOST_CHANGES};

/// Two jobs that run and one that waits, on a graph with a clock at second 100.
fn three() -> Model {
    let mut model = Model::new("server", "graph");
    let (runs, waits) = (JobState::Allocated, JobState::Reserved);
    model.learn(time(Clock::System, 100));
    model.learn(state(
        5,
        vec![job(1, runs, 0, 150, "a"), job(2, runs, 50, 120, "b"), job(3, waits, 120, 200, "")],
    ));
    model
}

/// The jobs in their order, each with its state, start and end.
fn jobs(model: &Model) -> String {
    let word = |state| if state == JobState::Allocated { "runs" } else { "waits" };
    let all = model.jobs.some(0, model.jobs.len());
    let texts = all.map(|job| format!("{} {} {}-{}", job.id, word(job.state), job.start, job.end));
    texts.collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(change: EventChange, expected: &str) {
    let mut model = three();
    model.learn(happens(event(6, 101, change)));
    assert_eq!(jobs(&model), expected);
    assert_eq!((model.cursor, model.changes.len()), (Some(cursor(6)), 1));
}

#[test]
fn changes_change_the_jobs() {
    let before = "2 runs 50-120, 3 waits 120-200, 1 runs 0-150";
    assert_eq!(jobs(&three()), before);
    let new = job(4, JobState::Reserved, 110, 300, "");
    check(
        EventChange::JobBooked(JobBooked { job: Some(new) }),
        "4 waits 110-300, 2 runs 50-120, 3 waits 120-200, 1 runs 0-150",
    );
    // what is booked anew under its number takes the place of what was
    let moved = job(3, JobState::Allocated, 101, 110, "");
    check(
        EventChange::JobBooked(JobBooked { job: Some(moved) }),
        "3 runs 101-110, 2 runs 50-120, 1 runs 0-150",
    );
    check(EventChange::JobCanceled(JobCanceled { job_id: 2 }), "3 waits 120-200, 1 runs 0-150");
    check(EventChange::JobEnded(JobEnded { job_id: 1 }), "2 runs 50-120, 3 waits 120-200");
    check(
        EventChange::JobBegun(JobBegun { job_id: 3 }),
        "2 runs 50-120, 1 runs 0-150, 3 runs 120-200",
    );
    check(
        EventChange::JobRetimed(JobRetimed { job_id: 2, end: 900 }),
        "3 waits 120-200, 1 runs 0-150, 2 runs 50-900",
    );
    check(EventChange::JobReleased(JobReleased { job_id: 2 }), before);
    let shrunk =
        Shrunk { vertices: 7, canceled: vec![1, 3], released: vec![2], ..Shrunk::default() };
    check(EventChange::Shrunk(shrunk), "2 runs 50-120");
    check(EventChange::Grown(Grown { vertices: 1, paths: vec![] }), before);
    // what is not known does not matter
    check(EventChange::JobCanceled(JobCanceled { job_id: 9 }), before);
    check(EventChange::JobBegun(JobBegun { job_id: 9 }), before);
}

#[test]
fn who_is_late_is_told_by_the_time_of_the_graph() {
    let counted = |model: &Model| {
        let counts = model.jobs.counts(model.now());
        (counts.running, counts.waiting, counts.overrunning, counts.late)
    };
    let mut model = three();
    assert_eq!(counted(&model), (2, 1, 0, 0));
    model.tick(Duration::from_secs(20));
    assert_eq!((model.now(), counted(&model)), (Some(120), (2, 1, 1, 1)));
    // the time of an event counts, if it is later
    model.learn(happens(canceled(6, 150, 9)));
    assert_eq!((model.now(), counted(&model)), (Some(150), (2, 1, 2, 1)));
    model.learn(happens(canceled(7, 130, 9)));
    assert_eq!(model.now(), Some(150));
    model.learn(time(Clock::Manual, 0));
    assert_eq!((model.now(), counted(&model)), (None, (2, 1, 0, 0)));
}

#[test]
fn a_state_takes_the_place_of_all_that_was() {
    let mut model = three();
    model.learn(happens(canceled(6, 101, 1)));
    model.learn(state(1, vec![job(7, JobState::Allocated, 0, 10, "")]));
    assert_eq!(jobs(&model), "7 runs 0-10");
    assert_eq!((model.cursor.clone(), model.changes.len()), (Some(cursor(1)), 0));
    model.learn(Tidings::Before(vec![canceled(1, 0, 5), canceled(2, 0, 6)]));
    let revisions = |model: &Model| -> Vec<u64> {
        model.changes.iter().map(|event| event.cursor.as_ref().unwrap().revision).collect()
    };
    assert_eq!(revisions(&model), [2, 1]);
    // what has happened meanwhile stays before it
    model.learn(happens(canceled(3, 0, 7)));
    assert_eq!(revisions(&model), [3, 2, 1]);
}

#[test]
fn old_changes_are_forgotten() {
    let mut model = three();
    for revision in 6..(6 + 2 * MOST_CHANGES as u64) {
        model.learn(happens(canceled(revision, 101, 9)));
    }
    assert_eq!(model.changes.len(), MOST_CHANGES);
    model.learn(Tidings::Before(vec![canceled(2, 0, 9)]));
    assert_eq!(model.changes.len(), MOST_CHANGES);
}

#[test]
fn a_lost_connection_is_told_until_there_is_one() {
    let mut model = three();
    assert_eq!(model.link, Link::Up);
    let lost = |seconds, reason: &str| Link::Lost {
        since: Duration::from_secs(seconds),
        reason: reason.to_owned(),
    };
    model.tick(Duration::from_secs(3));
    model.learn(Tidings::Lost("first".to_owned()));
    model.tick(Duration::from_secs(9));
    model.learn(Tidings::Lost("second".to_owned()));
    assert_eq!(model.link, lost(3, "second"));
    // what is known stays
    assert_eq!(model.jobs.len(), 3);
    model.learn(Tidings::Connected);
    assert_eq!(model.link, Link::Up);
}

#[test]
fn rates_come_of_what_is_told() {
    let mut model = three();
    model.tick(Duration::ZERO);
    model.learn(figures(10, 0));
    assert_eq!((model.matches.per_second(), model.change_rate.per_second()), (None, None));
    (6..10).for_each(|revision| model.learn(happens(canceled(revision, 101, 9))));
    model.tick(Duration::from_secs(2));
    model.learn(figures(15, 1));
    assert_eq!(model.matches.per_second(), Some(3.0));
    assert_eq!(model.change_rate.per_second(), Some(2.0));
}

#[test]
fn windows_come_and_go_and_jobs_give_way() {
    let mut model = three();
    let set = WindowSet {
        name: "repair".to_owned(),
        spans: vec![WindowSpan { start: 110, end: 130 }],
        canceled: vec![3],
        truncated: vec![JobRetimed { job_id: 1, end: 110 }],
        ..WindowSet::default()
    };
    model.learn(happens(event(6, 101, EventChange::WindowSet(set))));
    assert_eq!(jobs(&model), "1 runs 0-110, 2 runs 50-120");
    assert_eq!(model.windows.keys().collect::<Vec<_>>(), ["repair"]);
    let ended = WindowEnded { name: "repair".to_owned() };
    model.learn(happens(event(7, 130, EventChange::WindowEnded(ended))));
    assert!(model.windows.is_empty());
}
