//! A context that runs for years: what ended leaves nothing behind, but for the last cancelled jobs.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use allocation_counter::measure;
use fluxion_context::{
    CancelError, Context, JobId, LoadFormat, MOST_CANCELLED, MatchOperation, Options,
    ReleaseFormat, Remainder,
};

/// Bytes that tables may gain as they find their final size; one word per cycle would be more.
const SLACK: i64 = 64 << 10;

/// Cycles after which all tables are full, and those that are measured.
const CYCLES: i64 = 20_000;

const _: () = assert!(CYCLES > MOST_CANCELLED as i64);

fn vertex(id: usize, ty: &str, rank: i64, path: &str) -> String {
    let number = path.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap();
    format!(
        r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "id": {number}, "rank": {rank}, "paths": {{"containment": "{path}"}}}}}}"#
    )
}

/// Four nodes of four cores.
fn graph() -> String {
    let mut vertices = vec![vertex(0, "cluster", -1, "/cluster0")];
    let mut edges = Vec::new();
    for node in 0..4 {
        let (parent, path) = (vertices.len(), format!("/cluster0/node{node}"));
        edges.push(format!(r#"{{"source": "0", "target": "{parent}"}}"#));
        vertices.push(vertex(parent, "node", node, &path));
        for core in 0..4 {
            let id = vertices.len();
            edges.push(format!(r#"{{"source": "{parent}", "target": "{id}"}}"#));
            vertices.push(vertex(id, "core", node, &format!("{path}/core{core}")));
        }
    }
    format!(r#"{{"graph": {{"nodes": [{}], "edges": [{}]}}}}"#, vertices.join(","), edges.join(","))
}

fn serve(policy: &str) -> Context {
    let options =
        Options { load_format: LoadFormat::Jgf, policy: policy.to_owned(), ..Options::default() };
    Context::load(&graph(), &options).unwrap()
}

/// A job of some cores; its duration, its name and its constraint differ from number to number.
fn jobspec(cores: i64, number: i64) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": {}, "constraints":
            {{"not": [{{"properties": ["none{number}"]}}]}}}}}},
            "resources": [{{"type": "slot", "label": "s{number}", "count": {cores},
                "with": [{{"type": "core", "count": 1}}]}}]}}"#,
        60 + number % 977,
    )
}

/// Matches of all kinds at a time that goes on; in the end nothing is held.
fn cycle(context: &mut Context, number: i64) {
    use MatchOperation::*;
    let mut ask =
        |operation, cores| context.match_jobspec(operation, &jobspec(cores, number), number);
    let now = ask(Allocate, 16).unwrap().job;
    ask(WithoutAllocatingFuture, 1).unwrap();
    ask(Satisfiability, 2).unwrap();
    let later = ask(AllocateOrElseReserve, 3).unwrap().job;
    ask(Allocate, 1).unwrap_err();
    ask(AllocateWithSatisfiability, 17).unwrap_err();
    for job in [now, later] {
        context.cancel(job).unwrap();
    }
}

#[track_caller]
fn check(policy: &str) {
    let mut context = serve(policy);
    (0..CYCLES).for_each(|number| cycle(&mut context, number));
    let grown = measure(|| (CYCLES..2 * CYCLES).for_each(|number| cycle(&mut context, number)));
    assert!(grown.bytes_current < SLACK, "{policy}: {grown:?}");
    assert_eq!((context.job_count(), context.check()), (MOST_CANCELLED, Ok(())));
}

#[test]
fn memory_stays_flat_by_first() {
    check("first");
}

#[test]
fn memory_stays_flat_by_lonode() {
    check("lonode");
}

#[test]
fn memory_stays_flat_by_locality() {
    check("locality");
}

#[test]
fn a_forgotten_job_is_unknown_and_its_number_may_come_again() {
    let mut context = serve("low");
    let one = |context: &mut Context| {
        let job = context.match_jobspec(MatchOperation::Allocate, &jobspec(1, 0), 0).unwrap().job;
        context.cancel(job).unwrap();
        job
    };
    let first = one(&mut context);
    for _ in 1..MOST_CANCELLED {
        one(&mut context);
    }
    assert!(context.job(first).is_some());
    one(&mut context);
    assert_eq!(context.job(first), None);
    assert_eq!(context.cancel(first), Err(CancelError::NoSuchJob(first)));
    let kept: Vec<JobId> = context.jobs().map(|job| job.id).collect();
    assert_eq!((kept.len(), kept.first()), (MOST_CANCELLED, Some(&JobId(first.0 + 1))));
}

/// However a job ends, it counts among the cancelled ones.
#[test]
fn jobs_that_lose_all_that_they_hold_are_forgotten_too() {
    let mut context = serve("low");
    let mut numbers = 0..;
    let mut take = |context: &mut Context| {
        let jobspec = jobspec(1, numbers.next().unwrap());
        context.match_jobspec(MatchOperation::Allocate, &jobspec, 0).unwrap().job
    };
    let lost = take(&mut context);
    context.remove_path("/cluster0/node0").unwrap();
    assert!(context.job(lost).is_some());
    let ranks = r#"{"version": 1, "execution": {"R_lite": [{"rank": "1", "children": {"core": "0"}}], "nodelist": ["node1"], "starttime": 0, "expiration": 0}}"#;
    for _ in 0..MOST_CANCELLED {
        let job = take(&mut context);
        let left = context.partial_cancel(ReleaseFormat::Rv1exec, ranks, job);
        assert_eq!(left, Ok(Remainder::Nothing));
    }
    assert_eq!((context.job(lost), context.job_count()), (None, MOST_CANCELLED));
}
