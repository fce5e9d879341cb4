//! What explanations say to people, and that they change nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a step that fails is a failed test")]

use fluxion_context::{
    Action, Admission, Budget, Change, Context, ExplainError, ExplainWanted, Extent, IfRefused,
    JobCosts, JobId, LoadFormat, MatchError, MatchErrorKind, MatchOperation, Options, Reach,
    Status, StatusError, StatusTarget, TimeWindow, Verdict, Wanted, Window, WindowKind,
    WindowOverlap, WindowTimes,
};
use insta::assert_snapshot;

/// Four nodes of four cores; the first two have the property `debug`.
fn context() -> Context {
    let graph = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-3", "children": {"core": "0-3"}}],
        "nodelist": ["node[0-3]"], "properties": {"debug": "0-1"}, "starttime": 0, "expiration": 0}}"#;
    let options = Options { load_format: LoadFormat::Rv1exec, ..Options::default() };
    Context::load(graph, &options).unwrap()
}

/// Slots of a type, for so many seconds, where a constraint holds.
fn jobspec(slots: u32, with: &str, seconds: u32, constraint: &str) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "resources":
            [{{"type": "slot", "label": "s", "count": {slots}, "with": [{with}]}}],
            "attributes": {{"system": {{"duration": {seconds}, "constraints": {constraint}}}}}}}"#
    )
}

const NODE: &str = r#"{"type": "node", "count": 1}"#;
const CORE: &str = r#"{"type": "core", "count": 1}"#;
const ANY: &str = r#"{"properties": []}"#;
const DEBUG: &str = r#"{"properties": ["debug"]}"#;

/// Books something, or something later.
fn book(context: &mut Context, jobspec: &str) {
    context.match_jobspec(MatchOperation::AllocateOrElseReserve, jobspec, 0).unwrap();
}

/// The sentence; nothing may have changed.
#[track_caller]
fn said(context: &mut Context, jobspec: &str, why_not: &str) -> String {
    let before = (context.fingerprint(), context.next_job());
    let why_not = Some(StatusTarget::Path(why_not)).filter(|_| !why_not.is_empty());
    let wanted = ExplainWanted { why_not, ..ExplainWanted::default() };
    let why = context.explain(jobspec, 0, &wanted, &Budget::UNLIMITED).unwrap();
    assert_eq!((context.fingerprint(), context.next_job()), before);
    why.sentence
}

#[test]
fn what_fits_now() {
    let mut context = context();
    assert_snapshot!(said(&mut context, &jobspec(4, NODE, 60, ANY), ""), @"Fits now.");
}

#[test]
fn what_is_held_is_told_until_when() {
    let mut context = context();
    book(&mut context, &jobspec(3, NODE, 60, ANY));
    assert_snapshot!(said(&mut context, &jobspec(2, NODE, 60, ANY), "/cluster0/node3"), @"Needs 2 nodes, 1 could serve: of 4, 3 are held until 60 at the earliest. Fits at 60, when job 1 ends. It would fit now with at most 1 slot. /cluster0/node3 is used.");
}

#[test]
fn what_is_reserved_is_told() {
    let mut context = context();
    book(&mut context, &jobspec(2, NODE, 100, ANY));
    book(&mut context, &jobspec(4, NODE, 60, ANY));
    assert_snapshot!(said(&mut context, &jobspec(1, NODE, 200, ANY), ""), @"Needs 1 node, none could serve: of 4, 2 are held until 160 at the earliest, 2 are reserved until 160 at the earliest. Fits at 160, when job 2 ends. It would fit now for at most 100 seconds.");
}

/// A maintenance of the first nodes.
fn set_window(context: &mut Context, name: &str, nodes: u32, start: i64, end: i64) {
    let node = |n: u32| context.graph().vertices_at(&format!("/cluster0/node{n}"))[0];
    let window = Window {
        name: name.into(),
        kind: WindowKind::Maintenance,
        roots: (0..nodes).map(node).collect(),
        times: WindowTimes::Spans([TimeWindow { start, end }].into()),
        overlap: WindowOverlap::Allowed,
        about: [].into(),
    };
    let (truncated, cancelled) = (Vec::new(), Vec::new());
    let action = Action::SetWindow { window: window.into(), truncated, cancelled };
    context.apply(&Change { action: Some(action), ..Change::default() }).unwrap();
}

#[test]
fn what_windows_keep_is_told() {
    let mut context = context();
    set_window(&mut context, "cooling", 3, 30, 90);
    assert_snapshot!(said(&mut context, &jobspec(2, NODE, 60, ANY), "/cluster0/node0"), @"Needs 2 nodes, 1 could serve: of 4, 3 are kept for a window. Fits at 90, when the window cooling ends. It would fit now for at most 30 seconds, with at most 1 slot, or without the window cooling. /cluster0/node0 is kept for a window.");
    let wanted = ExplainWanted::default();
    let jobspec = jobspec(2, NODE, 60, ANY);
    let why = context.explain(&jobspec, 0, &wanted, &Budget::UNLIMITED).unwrap();
    let windows: Vec<_> =
        why.windows.iter().map(|w| (&*w.name, w.start, w.end, w.vertices)).collect();
    // of the two nodes that it gets later one is kept now
    assert_eq!(windows, [("cooling", 30, 90, 1)]);
}

#[test]
fn who_names_a_maintenance_is_refused() {
    let mut context = context();
    set_window(&mut context, "cooling", 3, 30, 90);
    let mut kind = |name: &str| {
        let admission = Admission { windows: vec![name.into()], reach: Reach::Anywhere };
        let wanted = Wanted { admission, ..Wanted::default() };
        let spec = jobspec(1, NODE, 60, ANY);
        let refused = context.match_with(MatchOperation::Allocate, &spec, 0, &wanted).unwrap_err();
        (refused.kind(), refused.to_string())
    };
    let text = "the window cooling is a maintenance, which lets no job in";
    assert_eq!(kind("cooling"), (MatchErrorKind::Window, text.to_owned()));
    let text = "there is no window heating";
    assert_eq!(kind("heating"), (MatchErrorKind::Window, text.to_owned()));
}

#[test]
fn what_a_constraint_leaves_is_told() {
    let mut context = context();
    book(&mut context, &jobspec(1, NODE, 60, DEBUG));
    let down = StatusTarget::Path("/cluster0/node1");
    context.mark(down, Extent::Vertex, Status::Down).unwrap();
    assert_snapshot!(said(&mut context, &jobspec(2, NODE, 60, DEBUG), ""), @r#"Needs 2 nodes, 1 could serve: of 4, 2 lack `debug`, 1 is down. When it fits cannot be foreseen. It would fit now with at most 1 slot, or without {"properties":["debug"]}."#);
    assert_snapshot!(said(&mut context, &jobspec(3, NODE, 60, DEBUG), ""), @r#"Needs 3 nodes, 1 could serve: of 4, 2 lack `debug`, 1 is down. It can never run on this graph. It would fit now with at most 1 slot, or without {"properties":["debug"]}."#);
}

#[test]
fn what_is_free_but_not_together_is_told() {
    let mut context = context();
    let node = r#"{"type": "node", "count": 1, "with": [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 3}]}]}"#;
    let request = |count: u32| {
        let spec = jobspec(1, CORE, 60, ANY);
        let slot = format!(r#"{{"type": "slot", "label": "s", "count": 1, "with": [{CORE}]}}"#);
        spec.replace(
            &slot,
            &node.replace("\"node\", \"count\": 1", &format!("\"node\", \"count\": {count}")),
        )
    };
    book(&mut context, &request(4));
    assert_snapshot!(said(&mut context, &request(1), ""), @"Needs 1 node, none could serve: 4 have fewer than 3 cores free (at most 1). Fits at 60, when job 1 ends. It would fit now with at most 1 core.");
    let three = CORE.replace('1', "3");
    assert_snapshot!(said(&mut context, &jobspec(1, &three, 60, ANY), ""), @"Needs 3 cores, 4 could serve: of 16, 12 are held until 60 at the earliest. Enough is free of everything, but not together. Fits at 60, when job 1 ends. It would fit now with at most 1 core.");
    assert_snapshot!(said(&mut context, &jobspec(5, CORE, 60, ANY), ""), @"Needs 5 cores, 4 could serve: of 16, 12 are held until 60 at the earliest. Fits at 60, when job 1 ends. It would fit now with at most 4 slots.");
}

#[test]
fn what_can_never_run_is_told() {
    let mut context = context();
    assert_snapshot!(said(&mut context, &jobspec(5, NODE, 60, ANY), ""), @"Needs 5 nodes, and the graph has 4. It can never run on this graph. It would fit now with at most 4 slots.");
    let gpu = r#"{"type": "node", "count": 1, "with": [{"type": "core", "count": 5}]}"#;
    assert_snapshot!(said(&mut context, &jobspec(1, gpu, 60, ANY), "/cluster0/node0"), @"Needs 1 node, none could serve: 4 have fewer than 5 cores (at most 4). It can never run on this graph. It would fit now with at most 4 cores. /cluster0/node0 is too small.");
}

#[test]
fn a_job_that_waits_is_told_for_whom() {
    let mut context = context();
    book(&mut context, &jobspec(3, NODE, 60, ANY));
    book(&mut context, &jobspec(2, NODE, 60, ANY));
    let said = |job: u64| {
        let why = context.explain_job(JobId(job), 0, &Budget::UNLIMITED);
        why.map(|why| why.sentence).map_err(|error| error.to_string())
    };
    assert_snapshot!(said(1).unwrap(), @"Has started.");
    assert_snapshot!(said(2).unwrap(), @"Starts at 60, when job 1 ends.");
    assert_eq!(said(3), Err("nonexistent job 3".to_owned()));
}

/// A refused match, with as many visits as whoever asks for it may make, and whether it spent a number.
fn refused(context: &mut Context, visits: u64) -> (MatchError, bool) {
    let wanted = Wanted { if_refused: IfRefused::Explained, ..Wanted::default() };
    let (next, request) = (context.next_job(), jobspec(2, NODE, 60, ANY));
    let budget = Budget::UNLIMITED.with_visits(visits);
    let decided = context.decide_match(MatchOperation::Allocate, &request, 0, &wanted, &budget);
    (decided.unwrap_err(), context.next_job() != next)
}

#[test]
fn a_refused_match_tells_why() {
    let mut context = context();
    book(&mut context, &jobspec(3, NODE, 60, ANY));
    let (error, is_spent) = refused(&mut context, u64::MAX);
    assert_eq!((error.kind(), is_spent), (MatchErrorKind::Busy, true));
    let why = error.why.unwrap();
    assert_eq!(why.sentence, said(&mut context, &jobspec(2, NODE, 60, ANY), ""));
    // a match that ends before it is explained is no answer
    let (error, is_spent) = refused(&mut context, why.visits - 1);
    assert_eq!((error.kind(), is_spent, error.why), (MatchErrorKind::Budget, false, None));
}

#[test]
fn jobs_that_would_have_to_go_are_told() {
    let mut context = context();
    for _ in 0..4 {
        book(&mut context, &jobspec(1, NODE, 60, ANY));
    }
    let mut said = |slots: u32, costs: &[(u64, Option<u64>)]| {
        let listed = costs.iter().map(|&(job, cost)| (JobId(job), cost)).collect();
        let costs = JobCosts { listed, others: Some(1000) };
        let wanted = ExplainWanted { preempt: Some(&costs), ..ExplainWanted::default() };
        let why = context.explain(&jobspec(slots, NODE, 60, ANY), 0, &wanted, &Budget::UNLIMITED);
        let sentence = why.unwrap().sentence;
        sentence.rsplit_once("ends. ").unwrap().1.to_owned()
    };
    assert_snapshot!(said(1, &[]), @"It would fit now without job 4, which costs 1,000.");
    assert_snapshot!(said(2, &[(2, Some(0))]), @"It would fit now without jobs 2 and 4, which cost 1,000 together.");
    assert_snapshot!(said(4, &[(2, None)]), @"It would not fit now even without all jobs that may go.");
}

#[test]
fn a_budget_that_is_spent_is_told() {
    let mut context = context();
    book(&mut context, &jobspec(3, NODE, 60, ANY));
    let wanted = ExplainWanted { max_visits: Some(1), ..ExplainWanted::default() };
    let request = jobspec(2, NODE, 60, ANY);
    let why = context.explain(&request, 0, &wanted, &Budget::UNLIMITED).unwrap();
    assert_eq!((why.verdict, why.is_complete), (Verdict::Unknown, false));
    assert_snapshot!(why.sentence, @"Whether it fits is not known. Not everything was looked at: the budget of visits was spent before.");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let mut context = context();
    let wanted = |path| ExplainWanted {
        why_not: Some(StatusTarget::Path(path)),
        ..ExplainWanted::default()
    };
    let mut ask = |jobspec: &str, path| {
        context.explain(jobspec, 0, &wanted(path), &Budget::UNLIMITED).map(|why| why.verdict)
    };
    let request = jobspec(1, NODE, 60, ANY);
    assert_eq!(ask(&request, "/cluster0"), Ok(Verdict::FitsNow));
    let unknown = StatusError::Path("/x".to_owned());
    assert_eq!(ask(&request, "/x"), Err(ExplainError::Vertex(unknown)));
    let Err(ExplainError::Request(error)) = ask("version: 9", "/cluster0") else {
        panic!("this is no jobspec");
    };
    assert_eq!(error.job, JobId(1));
}
