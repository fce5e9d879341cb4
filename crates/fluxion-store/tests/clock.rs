//! Graphs that go by a clock, in random sessions: what begins and ends by itself, and what may be retimed, against what can be
//! said of two jobs by looking at all that they hold.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a step that fails is a failed test"
)]

use bytes::Bytes;
use fluxion_context::{
    Budget, Clock, Context, EngineParts, Expiry, Extent, HeldResources, JobId, JobRecord, JobState,
    LoadFormat, MatchOperation, NewEnd, Options, RetimeError, Status, VertexId, Wanted,
};
use fluxion_store::journal::{Event, Record, Time};
use fluxion_store::{
    Agenda, Answer, Blocker, Command, Incarnation, JobName, KeyedCommand, RequestError, RequestId,
    SentRefusal, Store, Target,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

const START: i64 = 1_700_000_000;
const NODES: u32 = 3;

fn graph() -> String {
    let vertex = |id: u32, ty: &str, number: u32, rank: i64, path: &str| {
        format!(
            r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "id": {number}, "rank": {rank}, "paths": {{"containment": "{path}"}}}}}}"#
        )
    };
    let edge = |from: u32, to: u32| format!(r#"{{"source": "{from}", "target": "{to}"}}"#);
    let (mut vertices, mut edges) = (vec![vertex(0, "cluster", 0, -1, "/c")], Vec::new());
    for node in 0..NODES {
        let (id, path) = (10 * node + 1, format!("/c/node{node}"));
        vertices.push(vertex(id, "node", node, node.into(), &path));
        edges.push(edge(0, id));
        for core in 0..2 {
            let path = format!("{path}/core{core}");
            vertices.push(vertex(id + 1 + core, "core", core, node.into(), &path));
            edges.push(edge(id, id + 1 + core));
        }
    }
    let (vertices, edges) = (vertices.join(","), edges.join(","));
    format!(r#"{{"graph": {{"nodes": [{vertices}], "edges": [{edges}]}}}}"#)
}

/// Whole nodes, or cores.
fn jobspec(kind: &str, count: u64, duration: u64) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": {duration}}}}}, "resources":
            [{{"type": "slot", "label": "s", "count": {count}, "with": [{{"type": "{kind}", "count": 1}}]}}]}}"#
    )
}

#[derive(Clone, Debug)]
enum Step {
    /// The clock goes on, or back.
    Pass(i64),
    Match {
        reserve: bool,
        kind: &'static str,
        count: u64,
        duration: u64,
    },
    Update {
        node: u32,
        start: i64,
        duration: i64,
    },
    Cancel(u64),
    Retime(u64, NewEnd),
    Mark(u32, Status),
    Shrink(u32),
    /// The server is killed, and starts again: from what was recorded, or from a snapshot.
    Restart {
        from_snapshot: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let job = 0_u64..12;
    let new_end = prop_oneof![
        (START..START + 200).prop_map(NewEnd::At),
        (-2_i64..60).prop_map(NewEnd::AfterStart),
        (-30_i64..60).prop_map(NewEnd::Later),
    ];
    let status = prop_oneof![Just(Status::Up), Just(Status::Down)];
    prop_oneof![
        4 => (-5_i64..15).prop_map(Step::Pass),
        6 => (any::<bool>(), prop_oneof![Just("node"), Just("core")], 1_u64..4, 0_u64..30)
            .prop_map(|(reserve, kind, count, duration)| Step::Match { reserve, kind, count, duration }),
        1 => (0..NODES, prop_oneof![Just(0), START..START + 100], 1_i64..30)
            .prop_map(|(node, start, duration)| Step::Update { node, start, duration }),
        2 => job.clone().prop_map(Step::Cancel),
        3 => (job, new_end).prop_map(|(job, end)| Step::Retime(job, end)),
        1 => (0..NODES, status).prop_map(|(node, status)| Step::Mark(node, status)),
        1 => (0..NODES).prop_map(Step::Shrink),
        1 => any::<bool>().prop_map(|from_snapshot| Step::Restart { from_snapshot }),
    ]
}

fn no_refusals(_: &RequestId, refusal: &RequestError) -> SentRefusal {
    SentRefusal { message: refusal.to_string(), ..SentRefusal::default() }
}

struct Session {
    clock: i64,
    store: Store,
    agenda: Agenda,
    /// What somebody has who hears of the records alone.
    replica: Store,
    expiry: Expiry,
    /// The time of the last commit.
    committed: i64,
}

impl Session {
    fn new(expiry: Expiry) -> Self {
        let options = Options {
            load_format: LoadFormat::Jgf,
            clock: Clock::System,
            expiry,
            ..Options::default()
        };
        let context = Context::load(&graph(), &options).unwrap();
        let mut store = Store::new(context, options, Incarnation(7));
        let replica = store.clone();
        store.tell_time(START);
        let agenda = Agenda::of(&store).unwrap();
        Self { clock: START, store, agenda, replica, expiry, committed: 0 }
    }

    fn parts(&self) -> EngineParts {
        self.store.context().parts().1
    }

    fn live(&self) -> Vec<(JobId, JobRecord)> {
        self.parts().jobs.into_iter().filter(|(_, record)| record.state.is_live()).collect()
    }

    fn record(&self, job: JobId) -> Option<JobRecord> {
        self.live().into_iter().find(|(id, _)| *id == job).map(|(_, record)| record)
    }

    fn apply(&mut self, commit: fluxion_store::Commit) {
        assert!(commit.time >= self.committed, "time went back");
        self.committed = commit.time;
        let settled = self.store.settle(commit).unwrap();
        self.agenda.note(&settled.commit().change, &self.store);
        let record = Record::new(Time(1), Event::Committed(settled));
        let mut bytes = Vec::new();
        record.encode(&no_refusals, &mut bytes);
        let read = Record::decode(&mut Bytes::from(bytes), Incarnation(7)).unwrap();
        let Event::Committed(settled) = read.event else { panic!("{read:?}") };
        self.replica.replay(&settled).unwrap();
    }

    fn execute(&mut self, command: Command) -> Result<Answer, RequestError> {
        let request = KeyedCommand { id: None, command };
        let proposal = self.store.decide(&request, &Budget::UNLIMITED, &|| 0.0)?;
        proposal.commit.into_iter().for_each(|commit| self.apply(commit));
        Ok(proposal.answered.answer)
    }

    fn catch_up(&mut self) {
        self.store.tell_time(self.clock);
        while let Some(commit) = self.agenda.due(&self.store) {
            self.apply(commit);
        }
    }

    fn take(&mut self, step: &Step) -> TestCaseResult {
        match *step {
            Step::Pass(seconds) => self.clock += seconds,
            Step::Match { reserve, kind, count, duration } => {
                let operation = match reserve {
                    true => MatchOperation::AllocateOrElseReserve,
                    false => MatchOperation::Allocate,
                };
                let jobspec = jobspec(kind, count, duration);
                let wanted = Wanted::default();
                let job_key = String::new();
                let now = self.store.now();
                let command = Command::Match { operation, jobspec, now: 0, wanted, job_key };
                if let Ok(Answer::Matched(matched)) = self.execute(command) {
                    prop_assert!(matched.at >= now);
                }
            }
            Step::Update { node, start, duration } => self.update(node, start, duration)?,
            Step::Cancel(job) => drop(self.execute(Command::Cancel { job: name(job) })),
            Step::Retime(job, end) => self.retime(JobId(job), end)?,
            Step::Mark(node, status) => {
                let command =
                    Command::Mark { target: target(node), extent: Extent::Vertex, status };
                drop(self.execute(command));
            }
            Step::Shrink(node) if node > 0 => {
                let held = HeldResources::Release;
                drop(self.execute(Command::Shrink { target: target(node), held }));
            }
            Step::Shrink(_) => {}
            Step::Restart { from_snapshot } => self.restart(from_snapshot)?,
        }
        Ok(())
    }

    fn update(&mut self, node: u32, start: i64, duration: i64) -> TestCaseResult {
        let time = fluxion_context::UpdateTime { start, duration, now: 0 };
        let resources = format!(
            r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "{node}", "children": {{"core": "0-1"}}}}]}}}}"#
        );
        let job = self.store.context().next_job();
        let format = fluxion_context::UpdateFormat::Rv1exec;
        let command = Command::Update { job, job_key: String::new(), format, resources, time };
        let now = self.store.now();
        if let Ok(Answer::Updated(matched)) = self.execute(command) {
            let record = self.record(matched.job).unwrap();
            let begins = if start == 0 { now } else { start };
            let state = if begins <= now { JobState::Allocated } else { JobState::Reserved };
            prop_assert_eq!((record.window.start, record.state), (begins, state));
        }
        Ok(())
    }

    fn retime(&mut self, job: JobId, end: NewEnd) -> TestCaseResult {
        let before = self.record(job);
        let expected = before.as_ref().map(|record| self.retimed(job, record, end));
        let answer = self.execute(Command::Retime { job: JobName::Id(job), end });
        match (answer, expected) {
            (
                Err(RequestError::UnknownJob(_) | RequestError::Retime(RetimeError::NoSuchJob(_))),
                None,
            ) => {}
            (Err(RequestError::Retime(RetimeError::Window { .. })), Some(Err(None))) => {}
            (Err(RequestError::Retime(RetimeError::Taken { by, .. })), Some(Err(Some(met)))) => {
                prop_assert!(met.contains(&by), "{:?} is not one of {:?}", by, met);
            }
            (Ok(Answer::Retimed(_, window)), Some(Ok(end))) => {
                prop_assert_eq!(window.end, end);
                prop_assert_eq!(self.record(job).unwrap().window, window);
            }
            other => prop_assert!(false, "{:?}", other),
        }
        Ok(())
    }

    /// The new end, or the jobs that are in the way; none if there is no such time.
    fn retimed(
        &self,
        job: JobId,
        record: &JobRecord,
        end: NewEnd,
    ) -> Result<i64, Option<Vec<JobId>>> {
        let window = record.window;
        let end = match end {
            NewEnd::At(end) => end,
            NewEnd::AfterStart(duration) => window.start + duration,
            NewEnd::Later(seconds) => window.end + seconds,
        };
        if end <= window.start || end > fluxion_context::GRAPH_END {
            return Err(None);
        }
        let in_the_way = |(other, known): &(JobId, JobRecord)| {
            let overlaps = known.window.start < end && window.end < known.window.end;
            *other != job && overlaps && meet(record, known)
        };
        let met: Vec<JobId> =
            self.live().iter().filter(|other| in_the_way(other)).map(|(id, _)| *id).collect();
        if met.is_empty() { Ok(end) } else { Err(Some(met)) }
    }

    fn restart(&mut self, from_snapshot: bool) -> TestCaseResult {
        let pending = self.store.pending();
        pending.into_iter().for_each(|commit| self.apply(commit));
        let restored = match from_snapshot {
            true => Store::restore(&self.store.snapshot(&no_refusals)).unwrap(),
            false => self.replica.clone(),
        };
        prop_assert_eq!(restored.fingerprint(), self.store.fingerprint());
        self.replica = restored.clone();
        self.store = restored;
        self.store.tell_time(self.clock);
        self.agenda = Agenda::of(&self.store).unwrap();
        Ok(())
    }

    /// What is always true.
    fn check(&self) -> TestCaseResult {
        let (now, live) = (self.store.now(), self.live());
        prop_assert_eq!(self.store.context().check(), Ok(()));
        let allocated = live.iter().filter(|(_, record)| record.state == JobState::Allocated);
        let allocated: Vec<_> = allocated.collect();
        for (at, (job, record)) in allocated.iter().enumerate() {
            prop_assert!(record.window.start <= now);
            let met = allocated[..at].iter().find(|(_, other)| meet(record, other));
            prop_assert!(met.is_none(), "{:?} and {:?} have the same", job, met);
        }
        for (job, record) in &live {
            if self.expiry == Expiry::Release {
                prop_assert!(record.window.end > now, "{:?} goes on", job);
            }
            if record.state == JobState::Reserved && record.window.start <= now {
                self.check_late(*job, record, &allocated)?;
            } else {
                prop_assert_eq!(self.agenda.late().held_up_by(*job), None);
            }
        }
        prop_assert!(!self.agenda.is_due(now));
        Ok(())
    }

    /// A reservation whose time has come waits for something.
    fn check_late(
        &self,
        job: JobId,
        record: &JobRecord,
        allocated: &[&(JobId, JobRecord)],
    ) -> TestCaseResult {
        let down = self.parts().down;
        let is_down = |vertex: VertexId| down.contains(&vertex);
        let needs_down = record.grants.iter().any(|grant| is_down(grant.vertex));
        match self.agenda.late().held_up_by(job) {
            Some(Blocker::Down) => prop_assert!(needs_down),
            Some(Blocker::Job(by)) => {
                let holder = allocated.iter().find(|(other, _)| *other == by);
                prop_assert!(holder.is_some_and(|(_, other)| meet(record, other)));
                prop_assert!(self.agenda.late().held_up(by).any(|waiting| waiting == job));
            }
            None => prop_assert!(false, "{:?} has not begun, and waits for nothing", job),
        }
        Ok(())
    }
}

/// Whether two jobs have something that one of them has for itself.
fn meet(one: &JobRecord, other: &JobRecord) -> bool {
    let same = |grant: &fluxion_context::Grant| {
        let of_other = other.grants.iter().find(|known| known.vertex == grant.vertex);
        of_other.is_some_and(|known| known.exclusive || grant.exclusive)
    };
    one.grants.iter().any(same)
}

fn name(job: u64) -> JobName {
    JobName::Id(JobId(job))
}

fn target(node: u32) -> Target {
    Target::Path(format!("/c/node{node}"))
}

proptest! {
    #[test]
    fn jobs_begin_end_and_are_retimed_as_what_they_hold_allows(
        releases: bool,
        steps in vec(step(), 1..60),
    ) {
        let mut session = Session::new(if releases { Expiry::Release } else { Expiry::Hold });
        let mut before = session.store.now();
        for step in &steps {
            session.catch_up();
            session.take(step)?;
            if matches!(step, Step::Restart { .. }) {
                // what was only told is not known in a later life
                before = session.committed;
            }
            session.catch_up();
            session.check()?;
            prop_assert!(session.store.now() >= before, "time went back");
            before = session.store.now();
        }
        prop_assert_eq!(session.replica.context().fingerprint(), session.store.context().fingerprint());
    }
}

/// A graph of three nodes with a clock.
fn session(expiry: Expiry) -> Session {
    Session::new(expiry)
}

impl Session {
    fn book(&mut self, reserve: bool, nodes: u64, duration: u64) -> JobId {
        let kind = "node";
        let operation = match reserve {
            true => MatchOperation::AllocateOrElseReserve,
            false => MatchOperation::Allocate,
        };
        let (jobspec, wanted) = (jobspec(kind, nodes, duration), Wanted::default());
        let job_key = String::new();
        let command = Command::Match { operation, jobspec, now: 0, wanted, job_key };
        let Ok(Answer::Matched(matched)) = self.execute(command) else { panic!("no room") };
        matched.job
    }

    fn pass(&mut self, seconds: i64) {
        self.clock += seconds;
        self.catch_up();
    }

    fn state(&self, job: JobId) -> JobState {
        self.store.context().job(job).expect("it is known").state
    }
}

#[test]
fn a_reservation_begins_when_the_job_before_gives_back() {
    let mut session = session(Expiry::Release);
    let (first, next) = (session.book(false, 3, 10), session.book(true, 3, 10));
    assert_eq!(
        (session.state(first), session.state(next)),
        (JobState::Allocated, JobState::Reserved)
    );
    session.pass(9);
    assert_eq!(
        (session.state(first), session.state(next)),
        (JobState::Allocated, JobState::Reserved)
    );
    session.pass(1);
    assert_eq!((session.state(first), session.state(next)), (JobState::Ended, JobState::Allocated));
    session.pass(10);
    assert_eq!(session.state(next), JobState::Ended);
}

#[test]
fn a_job_that_overruns_is_waited_for_and_both_are_told() {
    let mut session = session(Expiry::Hold);
    let (first, next) = (session.book(false, 3, 10), session.book(true, 1, 10));
    session.pass(30);
    assert_eq!(
        (session.state(first), session.state(next)),
        (JobState::Allocated, JobState::Reserved)
    );
    assert_eq!(session.agenda.late().held_up_by(next), Some(Blocker::Job(first)));
    assert_eq!(session.agenda.late().held_up(first).collect::<Vec<_>>(), [next]);
    assert_eq!(session.agenda.take_newly_late(), [(next, Blocker::Job(first))]);
    session.execute(Command::Cancel { job: JobName::Id(first) }).unwrap();
    session.catch_up();
    assert_eq!(session.state(next), JobState::Allocated);
    assert_eq!(session.agenda.late().held_up_by(next), None);
}

#[test]
fn a_reservation_that_could_not_begin_in_its_time_is_over() {
    let mut session = session(Expiry::Release);
    let (first, next) = (session.book(false, 3, 10), session.book(true, 3, 10));
    for node in 0..NODES {
        let command =
            Command::Mark { target: target(node), extent: Extent::Vertex, status: Status::Down };
        session.execute(command).unwrap();
    }
    session.pass(15);
    assert_eq!((session.state(first), session.state(next)), (JobState::Ended, JobState::Reserved));
    assert_eq!(session.agenda.late().held_up_by(next), Some(Blocker::Down));
    session.pass(5);
    assert_eq!(session.state(next), JobState::Ended);
}

#[test]
fn a_match_with_a_time_is_refused_and_so_is_none_without_a_clock() {
    let mut session = session(Expiry::Hold);
    let command = |now| Command::Match {
        operation: MatchOperation::Allocate,
        jobspec: jobspec("node", 1, 10),
        now,
        wanted: Wanted::default(),
        job_key: String::new(),
    };
    assert_eq!(session.execute(command(5)), Err(RequestError::TimeGiven(5)));
    let Ok(Answer::Matched(matched)) = session.execute(command(0)) else { panic!("no room") };
    assert_eq!(matched.at, START);

    let manual = Options { load_format: LoadFormat::Jgf, ..Options::default() };
    let context = Context::load(&graph(), &manual).unwrap();
    let mut store = Store::new(context, manual, Incarnation(1));
    store.tell_time(START);
    assert!(store.now() == 0 && Agenda::of(&store).is_none());
    let request = KeyedCommand { id: None, command: command(5) };
    let Answer::Matched(matched) =
        store.decide(&request, &Budget::UNLIMITED, &|| 0.0).unwrap().answered.answer
    else {
        panic!("no room")
    };
    assert_eq!(matched.at, 5);
}

/// Entries of jobs that are gone are not kept for ever.
#[test]
fn the_agenda_stays_small_whatever_is_cancelled() {
    let mut session = session(Expiry::Release);
    for _ in 0..5000 {
        let job = session.book(false, 1, 1_000_000);
        session.execute(Command::Cancel { job: JobName::Id(job) }).unwrap();
    }
    assert!(session.agenda.len() < 2000, "{}", session.agenda.len());
}
