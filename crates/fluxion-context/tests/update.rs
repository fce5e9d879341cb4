//! Updates and partial cancels: what the reference leaks or books twice is checked first here.

#![expect(clippy::unwrap_used, reason = "a context that cannot be made is a failed test")]

use fluxion_context::{
    Context, JobId, JobState, LoadFormat, MatchOperation, Options, ReleaseFormat, Remainder,
    UpdateFormat, UpdateTime,
};

const NOW: UpdateTime = UpdateTime { start: 0, duration: 100, now: 0 };

/// An R object with children of some ranks of the nodes n0 and n1.
fn r(rank: &str, core: &str, hosts: &str) -> String {
    format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "{rank}", "children": {{"core": "{core}"}}}}],
            "nodelist": ["{hosts}"]}}}}"#
    )
}

fn both() -> String {
    r("0-1", "0-1", "n[0-1]")
}

/// Two nodes of two cores each.
fn context() -> Context {
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        policy: "low".to_owned(),
        ..Options::default()
    };
    Context::load(&both(), &options).unwrap()
}

fn update(context: &mut Context, text: &str, job: u64) -> bool {
    let before = context.fingerprint();
    let done = context.update(UpdateFormat::Rv1exec, text, JobId(job), NOW).is_ok();
    assert_eq!((context.check(), context.fingerprint() != before), (Ok(()), done));
    done
}

fn release(context: &mut Context, rank: &str, job: u64) -> Option<Remainder> {
    let text = format!(r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "{rank}"}}]}}}}"#);
    let before = context.fingerprint();
    let left = context.partial_cancel(ReleaseFormat::Rv1exec, &text, JobId(job)).ok();
    assert_eq!((context.check(), context.fingerprint() != before), (Ok(()), left.is_some()));
    left
}

/// How many whole nodes could be allocated now.
fn free_nodes(context: &mut Context) -> usize {
    let fits = |count: usize, context: &mut Context| {
        let jobspec = format!(
            r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60}}}}, "resources":
                [{{"type": "slot", "label": "s", "count": 1, "with": [{{"type": "node", "count": {count},
                 "with": [{{"type": "core", "count": 2}}]}}]}}]}}"#
        );
        context.match_jobspec(MatchOperation::WithoutAllocating, &jobspec, 0).is_ok()
    };
    (1..=2).rev().find(|&count| fits(count, context)).unwrap_or(0)
}

#[test]
fn a_failed_update_leaves_nothing_taken() {
    let mut context = context();
    assert!(update(&mut context, &r("1", "1", "n1"), 5));
    assert!(!update(&mut context, &both(), 6), "a core of n1 is taken");
    assert!(!update(&mut context, &r("0", "0,9", "n0"), 7), "there is no core 9");
    assert_eq!(free_nodes(&mut context), 1);
    assert_eq!(context.find("sched-now=allocated and names=n0", 0).unwrap(), "");
}

#[test]
fn parts_of_one_node_count_as_no_node() {
    let mut context = context();
    assert!(update(&mut context, &r("0", "0", "n0"), 5));
    assert!(update(&mut context, &r("0", "1", "n0"), 6));
    assert_eq!(free_nodes(&mut context), 1);
}

#[test]
fn a_partial_release_frees_its_part_only() {
    let mut context = context();
    assert!(update(&mut context, &both(), 5));
    assert_eq!(release(&mut context, "0", 5), Some(Remainder::Something));
    assert_eq!(free_nodes(&mut context), 1);
    assert!(!update(&mut context, &both(), 6), "n1 is still held");
    assert_eq!(release(&mut context, "0", 5), None, "nothing is held there");
    assert_eq!(release(&mut context, "0-1", 5), None, "all ranks are checked first");
    assert_eq!(release(&mut context, "1,7", 5), None, "there is no rank 7");
    assert_eq!(free_nodes(&mut context), 1);
    assert_eq!(release(&mut context, "1", 5), Some(Remainder::Nothing));
    assert_eq!(context.job(JobId(5)).unwrap().state, JobState::Canceled);
    assert_eq!(free_nodes(&mut context), 2);
    assert!(update(&mut context, &both(), 5), "a cancelled number may be used again");
}

#[test]
fn a_cancel_after_a_partial_release_frees_the_rest() {
    let mut context = context();
    assert!(update(&mut context, &both(), 5));
    assert_eq!(release(&mut context, "1", 5), Some(Remainder::Something));
    context.cancel(JobId(5)).unwrap();
    assert_eq!(free_nodes(&mut context), 2);
    assert_eq!(context.find("sched-now=allocated", 0).unwrap(), "");
}

/// Job 5 holds both nodes now, and job 6 from second 60 on.
fn with_reservation() -> Context {
    let mut context = context();
    assert!(update(&mut context, &both(), 4));
    context.cancel(JobId(4)).unwrap();
    let jobspec = r#"{"version": 1, "tasks": [], "attributes": {"system": {"duration": 60}}, "resources":
        [{"type": "slot", "label": "s", "count": 2, "with": [{"type": "node", "count": 1,
          "with": [{"type": "core", "count": 2}]}]}]}"#;
    for (job, at) in [(5, 0), (6, 60)] {
        let operation = MatchOperation::AllocateOrElseReserve;
        let matched = context.match_jobspec(operation, jobspec, 0).unwrap();
        assert_eq!((matched.job, matched.at), (JobId(job), at));
    }
    context
}

#[track_caller]
fn reserved(context: &Context, expected: &[&str]) {
    let text = context.find("sched-future=reserved", 0).unwrap();
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim_start_matches([' ', '-']).split('[').next())
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn a_partial_release_of_a_reservation_frees_its_part_only() {
    let mut context = with_reservation();
    assert_eq!(release(&mut context, "0", 6), Some(Remainder::Something));
    reserved(&context, &["core0", "core1", "n1", "cluster0"]);
    assert_eq!(context.job(JobId(6)).unwrap().state, JobState::Reserved);
    assert_eq!(release(&mut context, "0", 6), None, "nothing is reserved there");
    assert_eq!(release(&mut context, "7", 6), None, "there is no rank 7");
    context.cancel(JobId(5)).unwrap();
    let long = UpdateTime { start: 0, duration: 1000, now: 0 };
    let rank = |rank: u32| r(&rank.to_string(), "0-1", &format!("n{rank}"));
    let taken = context.update(UpdateFormat::Rv1exec, &rank(1), JobId(8), long);
    assert!(taken.is_err(), "n1 is still reserved");
    context.update(UpdateFormat::Rv1exec, &rank(0), JobId(8), long).unwrap();
    assert_eq!(release(&mut context, "1", 6), Some(Remainder::Nothing));
    assert_eq!(context.job(JobId(6)).unwrap().state, JobState::Canceled);
    reserved(&context, &[]);
    context.update(UpdateFormat::Rv1exec, &rank(1), JobId(9), long).unwrap();
}

#[test]
fn vertices_of_a_reservation_can_be_named() {
    let mut context = with_reservation();
    let named = |path: &str, ty: &str, id: i64, rank: i64, uniq: i64| {
        format!(
            r#"{{"id": "{uniq}", "metadata": {{"type": "{ty}", "id": {id}, "rank": {rank}, "paths": {{"containment": "{path}"}}}}}}"#
        )
    };
    let mut give_back = |nodes: &str| {
        let text = format!(r#"{{"graph": {{"nodes": [{nodes}], "edges": []}}}}"#);
        context.partial_cancel(ReleaseFormat::Jgf, &text, JobId(6))
    };
    let core = named("/cluster0/n0/core0", "core", 0, 0, 2);
    let root = named("/cluster0", "cluster", 0, -1, 0);
    assert!(give_back(&root).is_err(), "the root is only passed through");
    assert_eq!(give_back(&core), Ok(Remainder::Something));
    assert!(give_back(&core).is_err(), "it was given back");
    let left = context.find("jobid-reserved=6", 0).unwrap();
    assert_eq!(left.matches("core0").count(), 1, "{left}");
    assert_eq!(left.matches("core1").count(), 2, "{left}");
}

#[test]
fn numbers_never_collide() {
    let mut context = context();
    assert!(update(&mut context, &r("0", "0", "n0"), 6));
    assert!(update(&mut context, &r("0", "1", "n0"), 5));
    assert_eq!(context.next_job(), JobId(7), "6 is in use");
    assert!(!update(&mut context, &r("1", "0", "n1"), 5), "a live job has the number");
    assert!(update(&mut context, &r("1", "0", "n1"), u64::MAX));
    assert_eq!(context.next_job(), JobId(0));
}

#[test]
fn a_later_start_is_a_reservation_in_the_table_only() {
    let mut context = context();
    let later = UpdateTime { start: 50, duration: 10, now: 0 };
    context.update(UpdateFormat::Rv1exec, &both(), JobId(5), later).unwrap();
    assert_eq!(context.job(JobId(5)).unwrap().state, JobState::Reserved);
    assert_eq!(context.find("sched-future=reserved", 0).unwrap(), "");
    assert_eq!(release(&mut context, "0", 5), Some(Remainder::Something));
    assert_eq!(context.job(JobId(5)).unwrap().state, JobState::Reserved);
    context.cancel(JobId(5)).unwrap();
    assert_eq!(free_nodes(&mut context), 2);
    for time in [
        UpdateTime { start: -1, duration: 1, now: 0 },
        UpdateTime { start: 0, duration: 0, now: 0 },
        UpdateTime { start: 0, duration: -1, now: 0 },
        UpdateTime { start: 1, duration: i64::MAX, now: 0 },
    ] {
        assert!(context.update(UpdateFormat::Rv1exec, &both(), JobId(9), time).is_err());
    }
    assert_eq!(free_nodes(&mut context), 2);
}
