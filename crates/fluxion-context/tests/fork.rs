//! What a fork of a full machine takes, and what is copied when a job is booked in it: little, however much is booked.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use allocation_counter::measure;
use fluxion_context::{Context, JobId, LoadFormat, MatchOperation, Options};

const CORES: usize = 64;

fn r(nodes: usize) -> String {
    format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "0-{}", "children": {{"core": "0-{}"}}}}],
            "nodelist": ["n[0-{0}]"]}}}}"#,
        nodes - 1,
        CORES - 1,
    )
}

/// Books some cores; each job ends at a time of its own.
fn book(context: &mut Context, cores: usize, number: usize) -> JobId {
    let jobspec = format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": {}}}}},
            "resources": [{{"type": "slot", "label": "s", "count": {cores}, "with": [{{"type": "core", "count": 1}}]}}]}}"#,
        1000 + number,
    );
    let operation = MatchOperation::AllocateOrElseReserve;
    context.match_jobspec(operation, &jobspec, 0).unwrap().job
}

/// All cores but one are held, each by a job; two more jobs come later.
fn full(policy: &str, nodes: usize) -> Context {
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        policy: policy.to_owned(),
        ..Options::default()
    };
    let mut context = Context::load(&r(nodes), &options).unwrap();
    for number in 1..nodes * CORES {
        book(&mut context, 1, number);
    }
    for number in 0..2 {
        book(&mut context, CORES, number);
    }
    context
}

/// Bytes that a fork takes, and that a job in it takes which comes and goes.
#[track_caller]
fn taken(policy: &str, nodes: usize) -> [u64; 2] {
    let mut context = full(policy, nodes);
    // what is built when it is first asked for is there before the fork
    let job = book(&mut context, 1, 0);
    context.cancel(job).unwrap();
    let mut forks = Vec::with_capacity(1);
    let forked = measure(|| forks.push(context.clone()));
    let booked = measure(|| {
        let job = book(&mut forks[0], 1, 0);
        forks[0].cancel(job).unwrap();
    });
    assert_eq!((context.check(), forks[0].check()), (Ok(()), Ok(())));
    [forked.bytes_total, booked.bytes_total]
}

/// Bytes that a fork takes for each job, and that a job in it may take whatever there is besides.
const MOST: [u64; 2] = [4, 160 << 10];

#[track_caller]
fn check(policy: &str) {
    let [small, large] = [16, 64];
    let (few, many) = (taken(policy, small), taken(policy, large));
    let jobs = ((large - small) * CORES) as u64;
    let forked = many[0].saturating_sub(few[0]);
    assert!(forked < MOST[0] * jobs, "{policy}: {few:?} and {many:?}");
    assert!(many[1] < MOST[1], "{policy}: {few:?} and {many:?}");
}

#[test]
fn a_fork_shares_by_first() {
    check("first");
}

#[test]
fn a_fork_shares_by_low() {
    check("low");
}

#[test]
fn a_fork_shares_by_lonode() {
    check("lonode");
}

#[test]
fn a_fork_shares_by_locality() {
    check("locality");
}
