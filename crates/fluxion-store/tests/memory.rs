//! A store that is served for years, by clients that give a new key to every job and every request: what ended leaves
//! nothing behind but the last keys, and a replica that hears of the commits alone is the same in the end.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use std::ops::Range;

use allocation_counter::measure;
use fluxion_context::{
    Budget, Context, Extent, HeldResources, JobId, LoadFormat, MOST_CANCELLED, MatchOperation,
    Options, Status, Wanted,
};
use fluxion_store::{
    Answer, Command, Incarnation, JobName, KeyedCommand, RequestId, Store, Target,
};

/// Rounds after which all tables are full, and those of each of the two times that are compared: in each of them keys of
/// forgotten jobs are thrown out at least once.
const FILLED: u64 = 40_000;
const COMPARED: u64 = 30_000;

/// Rounds from one look at the memory to the next.
const STEP: usize = 1000;

/// Bytes that tables may gain as they find their final size; two bytes a round would be more.
const SLACK: i64 = 48 << 10;

const _: () = assert!(FILLED as usize > 2 * MOST_CANCELLED);

const GRAPH: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/c"}}},
    {"id": "1", "metadata": {"type": "core", "id": 0, "paths": {"containment": "/c/core0"}}},
    {"id": "2", "metadata": {"type": "core", "id": 1, "paths": {"containment": "/c/core1"}}}],
    "edges": [{"source": "0", "target": "1"}, {"source": "0", "target": "2"}]}}"#;

const GROWN: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/c"}}},
    {"id": "9", "metadata": {"type": "NAME", "id": 9, "paths": {"containment": "/c/NAME"}}}],
    "edges": [{"source": "0", "target": "9"}]}}"#;

const CORE: &str = r#"{"version": 1, "tasks": [], "attributes": {"system": {"duration": 60}}, "resources":
    [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}"#;

/// A store, and a replica.
struct Pair {
    store: Store,
    replica: Store,
    requests: u64,
}

impl Pair {
    fn new() -> Self {
        let options = Options { load_format: LoadFormat::Jgf, ..Options::default() };
        let context = Context::load(GRAPH, &options).unwrap();
        let store = Store::new(context, options, Incarnation(1));
        Self { replica: store.clone(), store, requests: 0 }
    }

    fn ask(&mut self, command: Command) -> Answer {
        self.requests += 1;
        let id = RequestId { key: self.requests.to_string().into(), fingerprint: self.requests };
        let request = KeyedCommand { id: Some(id), command };
        let proposal = self.store.decide(&request, &Budget::UNLIMITED, &|| 0.0).unwrap();
        if let Some(commit) = proposal.commit {
            self.store.apply(&commit).unwrap();
            self.replica.apply(&commit).unwrap();
        }
        proposal.answered.answer
    }

    fn matched(&mut self, number: u64) -> JobId {
        let answer = self.ask(Command::Match {
            operation: MatchOperation::AllocateOrElseReserve,
            jobspec: CORE.to_owned(),
            now: number as i64,
            wanted: Wanted::default(),
            job_key: format!("job {number}"),
        });
        let Answer::Matched(matched) = answer else { unreachable!("{answer:?}") };
        matched.job
    }

    /// A job comes and goes; now and then so does a vertex of a new type.
    fn round(&mut self, number: u64) {
        let job = self.matched(number);
        if number.is_multiple_of(50) {
            self.change(number);
        }
        self.ask(Command::Cancel { job: JobName::Id(job) });
    }

    fn change(&mut self, number: u64) {
        let (core, name) = (|| "/c/core0".to_owned(), format!("type{number}"));
        for status in [Status::Down, Status::Up] {
            let (target, extent) = (Target::Path(core()), Extent::Vertex);
            self.ask(Command::Mark { target, extent, status });
        }
        let (key, value) = ("note".to_owned(), name.repeat(9));
        self.ask(Command::SetProperty { path: core(), key, value });
        self.ask(Command::Grow { jgf: GROWN.replace("NAME", &name) });
        let target = Target::Path(format!("/c/{name}"));
        self.ask(Command::Shrink { target, held: HeldResources::Refuse });
    }
}

/// The most bytes that there are at any look during some rounds, starting from what there is before; and what there is
/// after them.
fn most(pair: &mut Pair, rounds: Range<u64>, before: i64) -> (i64, i64) {
    let (mut most, mut now) = (before, before);
    for start in rounds.step_by(STEP) {
        let numbers = start..start + STEP as u64;
        now += measure(|| numbers.for_each(|number| pair.round(number))).bytes_current;
        most = most.max(now);
    }
    (most, now)
}

#[test]
fn memory_stays_flat() {
    let mut pair = Pair::new();
    let (first, second) = (FILLED + COMPARED, FILLED + 2 * COMPARED);
    let (_, now) = most(&mut pair, 0..FILLED, 0);
    let (early, now) = most(&mut pair, FILLED..first, now);
    let (late, _) = most(&mut pair, first..second, now);
    assert!(late < early + SLACK, "{early} bytes at first, {late} later");
    assert_eq!(pair.store.context().job_count(), MOST_CANCELLED);
    assert_eq!(pair.store.context().check(), Ok(()));
    assert_eq!(pair.store.fingerprint(), pair.replica.fingerprint());
}
