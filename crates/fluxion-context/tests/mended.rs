//! What the reference gets wrong (`docs/semantics/compatibility.md`, Deviations) and a scheduler must get
//! right: one test each.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use fluxion_context::{
    Context, JobId, JobState, LoadFormat, MatchFormat, MatchOperation, Options, ReleaseFormat,
    Remainder, RemoveError, UpdateFormat, UpdateTime,
};
use fluxion_graph::Status;

/// Requests by short names.
const C1: &str = r#"[{"type": "node", "count": 1, "with": [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}]"#;
const C1_TWICE: &str = r#"[{"type": "node", "count": 2, "with": [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}]"#;
const C1_THRICE: &str = r#"[{"type": "node", "count": 3, "with": [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}]"#;
const NODE_ALONE: &str = r#"[{"type": "node", "count": 1, "exclusive": true, "with": [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}]"#;
const RACK_ALONE: &str = r#"[{"type": "rack", "count": 1, "exclusive": true, "with": [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "node", "count": 1}]}]}]"#;

fn entry(id: u32, ty: &str, rank: i32, path: &str, more: &str) -> String {
    let number = path.chars().last().unwrap();
    format!(
        r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "id": {number}, "rank": {rank}, {more} "paths": {{"containment": "{path}"}}}}}}"#
    )
}

fn edge(source: u32, target: u32) -> String {
    format!(r#"{{"source": "{source}", "target": "{target}"}}"#)
}

/// A cluster of one rack of nodes of some ranks with two cores and four units of memory each.
fn machine(ranks: &[u32], of_nodes: &str) -> (Vec<String>, Vec<String>) {
    let above = [entry(0, "cluster", -1, "/c0", ""), entry(1, "rack", -1, "/c0/rack0", "")];
    let (mut vertices, mut edges) = (above.to_vec(), vec![edge(0, 1)]);
    for &rank in ranks {
        let (id, path) = (10 * rank + 10, format!("/c0/rack0/node{rank}"));
        let pool = |at: u32, ty: &str, more: &str| {
            let number = if ty == "memory" { 0 } else { at - 1 };
            entry(id + at, ty, rank as i32, &format!("{path}/{ty}{number}"), more)
        };
        vertices.push(entry(id, "node", rank as i32, &path, of_nodes));
        vertices.extend([pool(1, "core", ""), pool(2, "core", "")]);
        vertices.push(pool(3, "memory", r#""size": 4,"#));
        edges.push(edge(1, id));
        edges.extend((1..=3).map(|at| edge(id, id + at)));
    }
    (vertices, edges)
}

fn document((vertices, edges): (Vec<String>, Vec<String>)) -> String {
    let (vertices, edges) = (vertices.join(","), edges.join(","));
    format!(r#"{{"graph": {{"nodes": [{vertices}], "edges": [{edges}]}}}}"#)
}

fn serve(text: &str, format: MatchFormat) -> Context {
    let options = Options {
        load_format: LoadFormat::Jgf,
        policy: "low".to_owned(),
        match_format: format,
        ..Options::default()
    };
    Context::load(text, &options).unwrap()
}

fn context(ranks: &[u32]) -> Context {
    serve(&document(machine(ranks, "")), MatchFormat::Simple)
}

fn jobspec(resources: &str, duration: f64) -> String {
    format!(
        r#"{{"version": 9999, "tasks": [], "attributes": {{"system": {{"duration": {duration}}}}}, "resources": {resources}}}"#
    )
}

/// What is printed, if anything fits now for 100 s. Whatever comes of it, the records agree.
#[track_caller]
fn allocate(context: &mut Context, resources: &str) -> Option<(JobId, String)> {
    let text = jobspec(resources, 100.0);
    let found = context.match_jobspec(MatchOperation::Allocate, &text, 0);
    assert_eq!(context.check(), Ok(()));
    found.ok().map(|matched| (matched.job, matched.resources))
}

#[track_caller]
fn job(context: &mut Context, resources: &str) -> JobId {
    allocate(context, resources).unwrap().0
}

#[track_caller]
fn release(context: &mut Context, job: JobId, rank: u32) -> Option<Remainder> {
    let text = format!(r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "{rank}"}}]}}}}"#);
    let found = context.partial_cancel(ReleaseFormat::Rv1exec, &text, job).ok();
    assert_eq!(context.check(), Ok(()));
    found
}

/// Updates with a document of node 0 as a whole, or of one of its cores.
#[track_caller]
fn update(context: &mut Context, held: &str, job: u64) -> bool {
    let (mut vertices, mut edges) = machine(&[0], "");
    vertices.retain(|v| !v.contains("memory") && !v.contains("core1"));
    edges.truncate(3);
    for vertex in vertices.iter_mut().filter(|v| v.contains(held)) {
        *vertex = vertex.replace(r#""rank""#, r#""exclusive": true, "rank""#);
    }
    let (time, text) =
        (UpdateTime { start: 0, duration: 100, now: 0 }, document((vertices, edges)));
    let done = context.update(UpdateFormat::Jgf, &text, JobId(job), time).is_ok();
    assert_eq!(context.check(), Ok(()));
    done
}

fn state(context: &Context, job: JobId) -> JobState {
    context.job(job).unwrap().state
}

/// `docs/semantics/state.md`, Partial cancel.
#[test]
fn nothing_is_booked_twice_after_a_partial_release() {
    let mut context = context(&[0, 1]);
    let first = job(&mut context, C1_TWICE);
    assert_eq!(release(&mut context, first, 1), Some(Remainder::Something));
    assert_eq!(allocate(&mut context, RACK_ALONE), None, "node0 is still in use");
    assert!(allocate(&mut context, NODE_ALONE).unwrap().1.contains("node1[1:x]"));
}

/// `docs/semantics/state.md`, Cancel and Partial cancel.
#[test]
fn a_cancel_after_a_partial_release_frees_the_rest() {
    let mut context = context(&[0, 1]);
    let first = job(&mut context, C1_TWICE);
    assert_eq!(release(&mut context, first, 0), Some(Remainder::Something));
    context.cancel(first).unwrap();
    assert_eq!(state(&context, first), JobState::Canceled);
    assert!(allocate(&mut context, RACK_ALONE).is_some());
}

/// `docs/semantics/state.md`, Shrink.
#[test]
fn a_cancel_after_a_removal_frees_the_rest() {
    let mut context = context(&[0, 1]);
    let first = job(&mut context, C1_TWICE);
    context.remove_path("/c0/rack0/node1").unwrap();
    assert_eq!(context.check(), Ok(()));
    context.cancel(first).unwrap();
    assert!(allocate(&mut context, RACK_ALONE).is_some());
}

/// `docs/semantics/state.md`, Shrink: the job would stay ALLOCATED for ever.
#[test]
fn a_job_that_loses_all_its_ranks_is_cancelled() {
    let mut context = context(&[0, 1, 2]);
    let first = job(&mut context, C1_TWICE);
    context.remove_ranks("0-1").unwrap();
    assert_eq!(context.check(), Ok(()));
    assert_eq!(state(&context, first), JobState::Canceled);
    assert!(allocate(&mut context, RACK_ALONE).is_some());
}

/// `docs/semantics/state.md`, Shrink: never returns there.
#[test]
fn the_last_child_can_be_removed() {
    let mut context = context(&[0, 1]);
    context.remove_ranks("0-1").unwrap();
    assert_eq!(context.check(), Ok(()));
    assert_eq!(allocate(&mut context, C1), None);
    context.remove_path("/c0/rack0").unwrap();
    assert_eq!((context.check(), context.graph().edges().len()), (Ok(()), 0));
}

/// `docs/semantics/state.md`, Shrink: crashes there.
#[test]
fn a_rank_can_be_removed_once() {
    let mut context = context(&[0, 1]);
    context.remove_ranks("0").unwrap();
    let before = context.fingerprint();
    assert_eq!(context.remove_ranks("0"), Err(RemoveError::Rank(0)));
    assert_eq!((context.check(), context.fingerprint()), (Ok(()), before));
}

/// `docs/semantics/state.md`, Shrink: each would be charged for both.
#[test]
fn two_jobs_on_removed_ranks_lose_each_its_own() {
    let mut context = context(&[0, 1, 2]);
    let (small, large) = (job(&mut context, C1), job(&mut context, C1_THRICE));
    context.remove_ranks("0-1").unwrap();
    assert_eq!(context.check(), Ok(()));
    let states = [small, large].map(|job| state(&context, job));
    assert_eq!(states, [JobState::Canceled, JobState::Allocated]);
    context.cancel(large).unwrap();
    assert!(allocate(&mut context, RACK_ALONE).is_some());
}

/// `docs/semantics/state.md`, Nodes up: a node that is down from the start would count as minus one.
#[test]
fn a_node_that_is_down_at_load_time_is_just_down() {
    let (mut vertices, edges) = machine(&[0, 1], "");
    for vertex in vertices.iter_mut().filter(|v| v.contains(r#""node""#) && v.contains("node0")) {
        *vertex = vertex.replace(r#""rank""#, r#""status": 1, "rank""#);
    }
    let mut context = serve(&document((vertices, edges)), MatchFormat::Simple);
    assert!(allocate(&mut context, C1).unwrap().1.contains("node1"));
    assert_eq!(allocate(&mut context, C1_TWICE), None);
    context.set_status("/c0/rack0/node0", Status::Up);
    assert!(allocate(&mut context, C1_TWICE).is_some());
}

/// `docs/semantics/state.md`, Nodes up and Grow.
#[test]
fn an_attached_node_serves_the_next_job() {
    let mut context = context(&[0, 1]);
    assert_eq!(allocate(&mut context, C1_THRICE), None);
    context.attach(&document(machine(&[2], ""))).unwrap();
    assert!(allocate(&mut context, C1_THRICE).unwrap().1.contains("node2"));
}

/// `docs/semantics/matching.md`, Exclusive types.
#[test]
fn an_exclusive_request_that_is_refused_for_its_duration_leaves_no_trace() {
    let mut context = context(&[0, 1]);
    for duration in [-1.0, 4e9] {
        let text = jobspec(NODE_ALONE, duration);
        assert!(context.match_jobspec(MatchOperation::Allocate, &text, 0).is_err());
    }
    let printed = allocate(&mut context, C1).unwrap().1;
    assert!(printed.contains("node0[1:s]") && !printed.contains("core1"), "{printed}");
}

/// `docs/semantics/find.md`, What is printed: a find that failed, or found the root alone, would show in the
/// next result.
#[test]
fn a_find_between_two_matches_changes_no_output() {
    for &format in MatchFormat::ALL {
        let text = document(machine(&[0, 1], r#""properties": {"fast": ""},"#));
        let (mut asked, mut silent) = (serve(&text, format), serve(&text, format));
        for round in 0..3 {
            for criteria in ["names=c0", "names=none", "property=fast", "agfilter=true", "("] {
                let _ = asked.find(criteria, 0);
            }
            let one = [&mut asked, &mut silent].map(|context| allocate(context, C1));
            assert_eq!(one[0], one[1], "{format} {round}");
            assert_eq!(asked.fingerprint(), silent.fingerprint());
        }
    }
}

/// `docs/semantics/state.md`, Job numbers.
#[test]
fn an_update_cannot_take_the_number_of_a_live_job() {
    let mut context = context(&[0, 1]);
    let first = job(&mut context, C1_TWICE);
    let before = context.fingerprint();
    assert!(!update(&mut context, "node0/core0", first.0));
    assert_eq!(context.fingerprint(), before);
    context.cancel(first).unwrap();
    assert!(update(&mut context, "node0/core0", first.0));
}

/// `docs/semantics/state.md`, Job numbers: the next match would get the number of a live job.
#[test]
fn a_counter_that_is_set_back_skips_live_jobs() {
    let mut context = context(&[0, 1]);
    for expected in 1..=3 {
        assert_eq!(job(&mut context, C1), JobId(expected));
    }
    context.cancel(JobId(1)).unwrap();
    assert!(update(&mut context, "node0/core0", 1));
    assert_eq!(context.next_job(), JobId(4));
    assert_eq!(job(&mut context, C1), JobId(4));
    context.cancel(JobId(1)).unwrap();
    let free: Vec<bool> = (2..=4).map(|id| context.cancel(JobId(id)).is_ok()).collect();
    assert_eq!(free, [true; 3]);
    assert!(allocate(&mut context, RACK_ALONE).is_some(), "nothing is left behind");
}

/// `docs/semantics/jobspec.md`, Counts: products and powers of counts would wrap around, or never end.
#[test]
fn count_operators_do_not_wrap() {
    for (operator, operand) in
        [("*", 2_147_483_647_u32), ("*", 65_536), ("^", 32), ("^", 4_000_000)]
    {
        let count = format!(
            r#"{{"min": 2, "max": 4294967295, "operator": "{operator}", "operand": {operand}}}"#
        );
        let request = C1.replace(r#""core", "count": 1"#, &format!(r#""core", "count": {count}"#));
        let printed = allocate(&mut context(&[0]), &request).map(|(_, printed)| printed);
        let cores = printed.map(|text| text.matches("core").count());
        assert_eq!(cores, Some(2), "{operator}{operand}");
    }
}

/// `docs/semantics/graph.md`, Upward edges: edges upward, as some documents have them, lead nowhere.
#[test]
fn edges_in_both_directions_are_no_cycle() {
    let (vertices, mut edges) = machine(&[0, 1], "");
    let up: Vec<String> =
        edges.iter().map(|e| e.replace("source", "s").replace("target", "source")).collect();
    edges.extend(up.iter().map(|e| e.replace(r#""s""#, r#""target""#)));
    let mut context = serve(&document((vertices, edges)), MatchFormat::Simple);
    let first = job(&mut context, C1_TWICE);
    assert_eq!(release(&mut context, first, 0), Some(Remainder::Something));
    context.remove_ranks("1").unwrap();
    assert_eq!((context.check(), state(&context, first)), (Ok(()), JobState::Canceled));
    assert!(allocate(&mut context, RACK_ALONE).is_some());
}

/// `docs/semantics/state.md`, Update.
#[test]
fn a_failed_update_leaves_nothing_taken() {
    let mut context = context(&[0, 1]);
    assert!(update(&mut context, "node0/core0", 7));
    let before = context.fingerprint();
    assert!(!update(&mut context, "node0", 8), "a core of node0 is taken");
    assert!(!update(&mut context, "nothing", 8), "it holds nothing");
    assert_eq!(context.fingerprint(), before);
    context.cancel(JobId(7)).unwrap();
    assert!(allocate(&mut context, RACK_ALONE).is_some());
}

#[test]
fn a_fork_shares_no_records_with_its_origin() {
    let mut origin = context(&[0, 1]);
    let (job, _) = allocate(&mut origin, C1).unwrap();
    let mut fork = origin.clone();
    let (at_origin, at_fork) = (origin.fingerprint(), fork.fingerprint());
    assert_eq!(at_origin, at_fork);

    fork.cancel(job).unwrap();
    fork.set_status("/c0/rack0/node0", Status::Down);
    fork.set_property("/c0/rack0/node1", "fast", "");
    let (_, elsewhere) = allocate(&mut fork, NODE_ALONE).unwrap();
    fork.remove_path("/c0/rack0/node0").unwrap();
    assert!(elsewhere.contains("node1"), "{elsewhere}");
    assert_eq!(fork.check(), Ok(()));
    assert_eq!((origin.fingerprint(), origin.check()), (at_origin, Ok(())));

    let told = fork.fingerprint();
    origin.cancel(job).unwrap();
    assert_eq!((fork.fingerprint(), fork.check()), (told, Ok(())));
}
