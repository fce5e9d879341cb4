//! A match looks at what it takes, not at the machine: the same match on a small and on a large machine.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use std::iter;

use fluxion_context::{Context, JobId, LoadFormat, MatchOperation, Options, Wanted};

const POLICIES: [&str; 9] =
    ["low", "high", "first", "firstnodex", "lonode", "hinode", "lonodex", "hinodex", "locality"];

/// How much more a match may look at where there are 16 times as many nodes.
const GROWTH: f64 = 1.3;

/// How full the machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filling {
    /// Nobody ever came.
    Unused,
    /// All were there, and left.
    Left,
    /// One node and every other core are free.
    Half,
    /// One node is free, and one core elsewhere.
    Full,
}

/// Four cores a node.
fn serve(policy: &str, nodes: u64) -> Context {
    let last = nodes - 1;
    let text = format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "0-{last}", "children": {{"core": "0-3"}}}}],
            "nodelist": ["node[0-{last}]"], "starttime": 0, "expiration": 0}}}}"#
    );
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        policy: policy.to_owned(),
        ..Options::default()
    };
    Context::load(&text, &options).unwrap()
}

fn jobspec(resources: &str) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60}}}}, "resources": [{resources}]}}"#
    )
}

const CORE: &str =
    r#"{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}"#;

const NODE: &str = r#"{"type": "slot", "label": "s", "count": 1,
    "with": [{"type": "node", "count": 1, "with": [{"type": "core", "count": 4}]}]}"#;

/// The job, or nothing if there is no room.
fn place(context: &mut Context, resources: &str) -> Option<JobId> {
    let matched = context.match_jobspec(MatchOperation::Allocate, &jobspec(resources), 0);
    matched.ok().map(|matched| matched.job)
}

/// Fills the machine with one-core jobs, then cancels some.
fn fill(context: &mut Context, filling: Filling) {
    if filling == Filling::Unused {
        return;
    }
    let node = place(context, NODE).unwrap();
    let jobs: Vec<JobId> = iter::from_fn(|| place(context, CORE)).collect();
    let leaves = |at: usize| match filling {
        Filling::Left => true,
        Filling::Half => at.is_multiple_of(2),
        _ => at == jobs.len() / 4,
    };
    let leaving = (0..jobs.len()).filter(|&at| leaves(at)).map(|at| jobs[at]);
    leaving.chain([node]).for_each(|job| assert!(context.cancel(job).is_ok()));
}

/// Visits of the match, the third time that it is made.
fn visits(policy: &str, nodes: u64, filling: Filling, resources: &str) -> u64 {
    let mut context = serve(policy, nodes);
    fill(&mut context, filling);
    for _ in 0..2 {
        let job = place(&mut context, resources).unwrap();
        context.cancel(job).unwrap();
    }
    place(&mut context, resources).unwrap();
    context.visits().preorder
}

#[track_caller]
fn check(filling: Filling) {
    for policy in POLICIES {
        for resources in [CORE, NODE] {
            let [small, large] = [16, 256].map(|n| visits(policy, n, filling, resources));
            let most = (small as f64 * GROWTH) as u64;
            assert!(large <= most, "{policy}, {filling:?}: {small}, {large} for {resources}");
        }
    }
}

#[test]
fn where_nobody_ever_came() {
    check(Filling::Unused);
}

#[test]
fn where_all_were_and_left() {
    check(Filling::Left);
}

#[test]
fn where_every_other_core_is_taken() {
    check(Filling::Half);
}

#[test]
fn where_one_node_is_left() {
    check(Filling::Full);
}

#[test]
fn a_match_by_another_policy_tells_what_it_looked_at_itself() {
    let mut context = serve("first", 16);
    let wanted = Wanted { policy: Some("lonode".parse().unwrap()), ..Wanted::default() };
    let operation = MatchOperation::WithoutAllocating;
    let mut after = |resources| {
        place(&mut context, resources).unwrap();
        let before = context.visits();
        context.match_with(operation, &jobspec(CORE), 0, &wanted).unwrap();
        (before, context.visits())
    };
    let ((_, one), (node, other)) = (after(CORE), after(NODE));
    assert_eq!(one, other);
    assert_ne!(other, node, "the match before looked at more");
}
