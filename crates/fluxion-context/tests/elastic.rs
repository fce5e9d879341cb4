//! Growing and shrinking with jobs around: what stands when calls succeed, and that nothing does when they fail.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use fluxion_context::{
    AttachErrorKind, Context, JobId, JobState, LoadFormat, MatchFormat, MatchOperation, Options,
    RemoveError,
};

const ROOT: &str =
    r#"{"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/c0"}}}"#;

/// A node with its rank as number and two cores; its edges apart.
fn node(rank: u32) -> (String, String) {
    let id = 10 * rank + 10;
    let path = format!("/c0/node{rank}");
    let entry = |id: u32, ty: &str, number: u32, path: &str| {
        format!(
            r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "id": {number}, "rank": {rank}, "paths": {{"containment": "{path}"}}}}}}"#
        )
    };
    let vertices = [
        entry(id, "node", rank, &path),
        entry(id + 1, "core", 0, &format!("{path}/core0")),
        entry(id + 2, "core", 1, &format!("{path}/core1")),
    ];
    (vertices.join(","), [edge(0, id), edge(id, id + 1), edge(id, id + 2)].join(","))
}

fn edge(source: u32, target: u32) -> String {
    format!(r#"{{"source": "{source}", "target": "{target}"}}"#)
}

fn document(vertices: &[&str], edges: &[&str]) -> String {
    let (vertices, edges) = (vertices.join(","), edges.join(","));
    format!(r#"{{"graph": {{"nodes": [{vertices}], "edges": [{edges}]}}}}"#)
}

fn cluster(ranks: &[u32]) -> String {
    let (mut vertices, mut edges) = (vec![ROOT.to_owned()], Vec::new());
    for (vertex, edge) in ranks.iter().copied().map(node) {
        vertices.push(vertex);
        edges.push(edge);
    }
    let text = |list: &[String]| list.join(",");
    document(&[&text(&vertices)], &[&text(&edges)])
}

fn context(ranks: &[u32], policy: &str) -> Context {
    let options = Options {
        load_format: LoadFormat::Jgf,
        policy: policy.to_owned(),
        match_format: MatchFormat::Jgf,
        ..Options::default()
    };
    Context::load(&cluster(ranks), &options).unwrap()
}

fn jobspec(nodes: u32, cores: u32) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60}}}}, "resources":
            [{{"type": "node", "count": {nodes}, "with": [{{"type": "slot", "label": "s", "count": 1,
               "with": [{{"type": "core", "count": {cores}}}]}}]}}]}}"#
    )
}

/// The job, or nothing if there is no room.
fn submit(context: &mut Context, nodes: u32, cores: u32) -> Option<JobId> {
    let text = jobspec(nodes, cores);
    let matched = context.match_jobspec(MatchOperation::Allocate, &text, 0).ok();
    assert_eq!(context.check(), Ok(()));
    matched.map(|matched| matched.job)
}

fn state(context: &Context, job: JobId) -> JobState {
    context.job(job).unwrap().state
}

/// What the filter of the root says about cores.
fn cores(context: &Context) -> String {
    assert_eq!(context.check(), Ok(()));
    let text = context.find("agfilter=true", 0).unwrap();
    let root = &text[text.find(r#""type": "cluster""#).unwrap()..];
    let figures = &root[root.find(r#""core": ""#).unwrap() + 9..];
    figures[..figures.find('"').unwrap()].to_owned()
}

/// Everything that can be seen of a context.
fn picture(context: &Context) -> (u64, String, String, Vec<fluxion_context::Job>, usize) {
    assert_eq!(context.check(), Ok(()));
    let allocated = context.find("sched-now=allocated", 0).unwrap();
    let all = context.find("agfilter=true", 0).unwrap();
    (
        context.fingerprint(),
        allocated,
        all,
        context.jobs().collect(),
        context.graph().vertices().len(),
    )
}

#[track_caller]
fn check_refused(context: &mut Context, document: &str, kind: AttachErrorKind, message: &str) {
    let before = picture(context);
    let error = context.attach(document).unwrap_err();
    assert_eq!(error.kind(), kind);
    assert!(error.to_string().contains(message), "{error}");
    assert_eq!(picture(context), before);
}

#[test]
fn a_failed_attach_leaves_nothing_behind_and_a_corrected_one_works() {
    let mut context = context(&[0], "low");
    let (vertices, edges) = node(1);
    let malformed = r#"{"id": "99", "metadata": {"type": "core"}}"#;
    let invalid = AttachErrorKind::Invalid;
    check_refused(
        &mut context,
        &document(&[&vertices, malformed], &[]),
        invalid,
        "vertex `99`: `paths` must be",
    );
    check_refused(&mut context, "{", invalid, "not JSON: ");
    assert!(context.status("/c0/node1").is_empty());
    context.attach(&document(&[ROOT, &vertices], &[&edges])).unwrap();
    assert_eq!(cores(&context), "used:0, total:4");
}

#[test]
fn an_error_after_an_alias_is_reported() {
    let mut context = context(&[0], "low");
    let (vertices, edges) = node(1);
    let malformed = r#"{"id": "99", "metadata": {"type": "core"}}"#;
    let text = document(&[ROOT, &vertices, malformed], &[&edges]);
    check_refused(&mut context, &text, AttachErrorKind::Invalid, "vertex `99`: `paths` must be");
}

#[test]
fn unconnected_input_is_refused() {
    let mut context = context(&[0], "low");
    let (vertices, _) = node(1);
    let text = document(&[ROOT, &vertices], &[]);
    check_refused(
        &mut context,
        &text,
        AttachErrorKind::Invalid,
        "vertex node1: expected edges that lead to it",
    );
    let text = document(&[ROOT, &vertices], &[&edge(20, 0), &edge(20, 21), &edge(20, 22)]);
    check_refused(&mut context, &text, AttachErrorKind::Invalid, "expected edges that lead to it");
}

#[test]
fn a_second_root_and_a_used_uniq_id_are_refused() {
    let mut context = context(&[0], "low");
    let other = ROOT.replace("/c0", "/d0");
    let text = document(&[&other], &[]);
    check_refused(
        &mut context,
        &text,
        AttachErrorKind::Invalid,
        "a second root of subsystem `containment`",
    );
    let twin = r#"{"id": "10", "metadata": {"type": "node", "id": 7, "rank": 7, "paths": {"containment": "/c0/node7"}}}"#;
    let text = document(&[ROOT, twin], &[&edge(0, 10)]);
    check_refused(
        &mut context,
        &text,
        AttachErrorKind::Exists,
        "an earlier edge of the same source",
    );
}

#[test]
fn attaching_what_is_there_changes_nothing() {
    let mut context = context(&[0, 1], "low");
    let before = picture(&context);
    context.attach(&cluster(&[1])).unwrap();
    context.attach(&cluster(&[0, 1])).unwrap();
    assert_eq!(picture(&context), before);
}

#[test]
fn edges_between_vertices_that_exist_are_added() {
    let mut context = context(&[0, 1], "low");
    let (one, _) = node(1);
    let core = r#"{"id": "11", "metadata": {"type": "core", "rank": 0, "paths": {"containment": "/c0/node0/core0"}}}"#;
    let before = context.graph().edges().len();
    context.attach(&document(&[&one, core], &[&edge(20, 11), &edge(20, 21)])).unwrap();
    assert_eq!(context.graph().edges().len(), before + 1);
}

#[test]
fn an_attached_node_is_used_by_the_next_job() {
    for policy in ["low", "first"] {
        let mut context = context(&[0], policy);
        let first = submit(&mut context, 1, 2).unwrap();
        assert_eq!(submit(&mut context, 1, 2), None);
        context.attach(&cluster(&[1, 2])).unwrap();
        let text =
            context.match_jobspec(MatchOperation::Allocate, &jobspec(2, 2), 0).unwrap().resources;
        assert!(text.contains("/c0/node1") && text.contains("/c0/node2"), "{policy}: {text}");
        assert_eq!(cores(&context), "used:6, total:6");
        context.cancel(first).unwrap();
        assert_eq!(cores(&context), "used:4, total:6");
    }
}

#[test]
fn removing_the_last_child_makes_the_parent_a_leaf() {
    let mut context = context(&[0, 1], "low");
    context.remove_path("/c0/node0").unwrap();
    context.remove_path("/c0/node1/core0").unwrap();
    context.remove_path("/c0/node1/core1").unwrap();
    assert_eq!(submit(&mut context, 1, 1), None);
    context.remove_ranks("1").unwrap();
    assert!(context.graph().edges().is_empty());
    assert_eq!(submit(&mut context, 1, 1), None);
    context.attach(&cluster(&[0])).unwrap();
    assert!(submit(&mut context, 1, 1).is_some());
}

#[test]
fn what_cannot_be_removed_changes_nothing() {
    let mut context = context(&[0, 1], "low");
    submit(&mut context, 1, 2).unwrap();
    let before = picture(&context);
    assert_eq!(context.remove_path("/no"), Err(RemoveError::Path("/no".to_owned())));
    assert!(matches!(context.remove_path("/c0"), Err(RemoveError::Engine(_))));
    assert_eq!(context.remove_ranks("0,7"), Err(RemoveError::Rank(7)));
    assert_eq!(context.remove_ranks("zero"), Err(RemoveError::Ranks("zero".to_owned())));
    assert_eq!(picture(&context), before);
}

#[test]
fn the_same_rank_twice_is_an_unknown_rank() {
    let mut context = context(&[0, 1], "low");
    context.remove_ranks("0").unwrap();
    assert_eq!(context.remove_ranks("0"), Err(RemoveError::Rank(0)));
    assert!(context.status("/c0/node0").is_empty());
    assert_eq!(submit(&mut context, 2, 1), None, "a removed node does not count as up");
}

#[test]
fn two_jobs_on_removed_ranks_lose_each_its_own() {
    let mut context = context(&[0, 1, 2], "low");
    let small = submit(&mut context, 1, 1).unwrap();
    let large = submit(&mut context, 3, 1).unwrap();
    assert_eq!(cores(&context), "used:4, total:6");
    context.remove_ranks("0-1").unwrap();
    assert_eq!(cores(&context), "used:1, total:2");
    assert_eq!(state(&context, small), JobState::Canceled);
    assert_eq!(state(&context, large), JobState::Allocated);
    assert!(context.cancel(small).is_err());
    context.cancel(large).unwrap();
    assert_eq!(cores(&context), "used:0, total:2");
}

#[test]
fn amounts_are_never_negative_after_removing_a_part_of_a_job() {
    let mut context = context(&[0, 1], "low");
    let job = submit(&mut context, 2, 2).unwrap();
    context.remove_path("/c0/node1").unwrap();
    assert_eq!(cores(&context), "used:2, total:2");
    assert_eq!(submit(&mut context, 1, 1), None);
    context.cancel(job).unwrap();
    assert_eq!(cores(&context), "used:0, total:2");
    assert!(submit(&mut context, 1, 2).is_some());
}

#[test]
fn a_reservation_on_a_removed_rank_is_given_up() {
    let mut context = context(&[0], "low");
    let running = submit(&mut context, 1, 2).unwrap();
    let reserve = MatchOperation::AllocateOrElseReserve;
    let waiting = context.match_jobspec(reserve, &jobspec(1, 2), 0).unwrap();
    assert_eq!(waiting.at, 60);
    context.attach(&cluster(&[1])).unwrap();
    assert_eq!(state(&context, waiting.job), JobState::Reserved);
    context.remove_ranks("0").unwrap();
    for job in [running, waiting.job] {
        assert_eq!(state(&context, job), JobState::Canceled);
    }
    assert_eq!(cores(&context), "used:0, total:2");
}

/// After any sequence of changes and cancels, as many cores are free as there are, whatever the order.
#[test]
fn nothing_is_lost_or_gained_over_many_changes() {
    for policy in ["low", "high", "first", "lonodex", "firstnodex"] {
        let mut context = context(&[0, 1, 2], policy);
        let mut live = Vec::new();
        for round in 0..12u32 {
            live.extend(submit(&mut context, 1 + round % 2, 1 + round % 2));
            context.attach(&cluster(&[3 + round])).unwrap();
            live.extend(submit(&mut context, 1, 1));
            if round % 2 == 0 {
                context.remove_path(&format!("/c0/node{round}")).unwrap();
            } else {
                context.remove_ranks(&(2 + round).to_string()).unwrap();
            }
            if round % 3 == 0 {
                let job = live.remove(0);
                let was_live = state(&context, job) != JobState::Canceled;
                assert_eq!(context.cancel(job).is_ok(), was_live, "{policy} {round}");
                assert_eq!(context.check(), Ok(()), "{policy} {round}");
            }
        }
        for job in live {
            let _ = context.cancel(job);
        }
        let graph = context.graph();
        let core = graph.type_id("core");
        let left = graph.vertex_ids().filter(|&v| Some(graph.vertex(v).ty) == core).count();
        assert_eq!(cores(&context), format!("used:0, total:{left}"), "{policy}");
        assert!(submit(&mut context, left as u32 / 2, 2).is_some(), "{policy}");
    }
}
