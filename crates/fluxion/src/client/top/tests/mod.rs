//! What is told, what is pressed, and the page that comes of it.

mod frames;
mod learning;
mod pressing;

use std::collections::BTreeMap;
use std::time::Duration;

use fluxion_client::v1::{
    Clock, Cursor, Event, EventChange, GetStatsResponse, GetTimeResponse, GraphState, Job,
    JobBooked, JobCanceled, JobState, Status, StatusSet, Target, TargetName, Watched,
};

use super::model::{Model, Tidings, TypeCounts};

fn cursor(revision: u64) -> Cursor {
    Cursor { incarnation: "5f0c3a9e1b7d2468".to_owned(), revision }
}

fn job(job_id: u64, state: JobState, start: i64, end: i64, key: &str) -> Job {
    Job { job_id, job_key: key.to_owned(), state: state.into(), start, end, ..Job::default() }
}

fn event(revision: u64, now: i64, change: EventChange) -> Event {
    Event { cursor: Some(cursor(revision)), now, change: Some(change), ..Event::default() }
}

fn state(revision: u64, jobs: Vec<Job>) -> Tidings {
    let state = GraphState { jobs, ..GraphState::default() };
    Tidings::Watched(Watched::State(state, cursor(revision)))
}

fn time(clock: Clock, now: i64) -> Tidings {
    Tidings::Time(GetTimeResponse { clock: clock.into(), now, ..GetTimeResponse::default() })
}

fn happens(event: Event) -> Tidings {
    Tidings::Watched(Watched::Event(event))
}

fn figures(matches_succeeded: u64, matches_failed: u64) -> Tidings {
    let types =
        [("cluster", 1), ("core", 72), ("gpu", 4), ("memory", 16), ("node", 2), ("rack", 1)];
    Tidings::Figures(GetStatsResponse {
        vertices: 100,
        edges: 99,
        vertices_by_type: types.map(|(kind, count)| (kind.to_owned(), count)).into(),
        matches_succeeded,
        matches_failed,
        ..GetStatsResponse::default()
    })
}

fn counts(counts: &[(&str, u64, u64)]) -> Tidings {
    let count =
        |&(kind, down, held): &(&str, u64, u64)| (kind.to_owned(), TypeCounts { down, held });
    Tidings::Counts(counts.iter().map(count).collect::<BTreeMap<_, _>>())
}

fn booked(revision: u64, now: i64, job: Job) -> Event {
    event(revision, now, EventChange::JobBooked(JobBooked { job: Some(job) }))
}

fn canceled(revision: u64, now: i64, job_id: u64) -> Event {
    event(revision, now, EventChange::JobCanceled(JobCanceled { job_id }))
}

fn marked(revision: u64, now: i64, path: &str, status: Status) -> Event {
    let target = Some(Target { target: Some(TargetName::Path(path.to_owned())) });
    let status = status.into();
    event(
        revision,
        now,
        EventChange::StatusSet(StatusSet { target, status, vertices: 1, ..StatusSet::default() }),
    )
}

/// 2026-11-28T21:50:08Z.
const NOW: i64 = 1_795_902_608;

/// A graph with a clock, on which a good deal has happened.
fn busy() -> Model {
    let mut model = Model::new("127.0.0.1:4242", "default");
    let (runs, waits) = (JobState::Allocated, JobState::Reserved);
    let mut jobs = vec![
        job(1, runs, NOW - 7200, NOW - 300, "night-17"),
        job(2, runs, NOW - 60, NOW + 3540, "batch-2"),
        job(3, waits, NOW - 240, NOW + 3000, "waits-for-1"),
    ];
    jobs.extend(
        (4..24).map(|id| job(id, waits, NOW + 3600 * id as i64, NOW + 3600 * id as i64 + 600, "")),
    );
    let told = [
        Tidings::Connected,
        time(Clock::System, NOW),
        state(40, jobs),
        Tidings::Before(vec![
            booked(39, NOW - 60, job(2, runs, NOW - 60, NOW + 3540, "batch-2")),
            marked(40, NOW - 30, "/tiny0/rack0/node1", Status::Down),
        ]),
        figures(20, 3),
        counts(&[
            ("cluster", 0, 1),
            ("rack", 0, 1),
            ("node", 1, 1),
            ("gpu", 2, 0),
            ("core", 36, 10),
        ]),
    ];
    told.into_iter().for_each(|told| model.learn(told));
    model.tick(Duration::ZERO);
    model.at = Duration::from_secs(4);
    model.learn(happens(booked(
        41,
        NOW + 2,
        job(24, waits, NOW + 200_000, NOW + 300_000, "far away"),
    )));
    model.learn(happens(canceled(42, NOW + 3, 5)));
    model.learn(figures(28, 5));
    model.tick(Duration::from_secs(4));
    model
}
