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

/// Four cores and a gpu a node; every fourth node has the property `some`, the last one `rare`.
fn serve(policy: &str, nodes: u64) -> Context {
    let last = nodes - 1;
    let some: Vec<String> = (0..nodes / 4).map(|at| (4 * at + 1).to_string()).collect();
    let some = some.join(",");
    let text = format!(
        r#"{{"version": 1, "execution": {{"R_lite": [{{"rank": "0-{last}", "children": {{"core": "0-3", "gpu": "0"}}}}],
            "nodelist": ["node[0-{last}]"], "starttime": 0, "expiration": 0,
            "properties": {{"some": "{some}", "rare": "{last}"}}}}}}"#
    );
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        policy: policy.to_owned(),
        ..Options::default()
    };
    Context::load(&text, &options).unwrap()
}

/// What a job asks for.
#[derive(Clone, Copy, Debug)]
struct Wish {
    resources: &'static str,
    /// JSON, or nothing.
    constraint: &'static str,
}

fn jobspec(wish: Wish) -> String {
    let Wish { resources, constraint } = wish;
    let constraint = match constraint {
        "" => String::new(),
        constraint => format!(r#", "constraints": {constraint}"#),
    };
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60{constraint}}}}}, "resources": [{resources}]}}"#
    )
}

const fn plain(resources: &'static str) -> Wish {
    Wish { resources, constraint: "" }
}

const SOME: &str = r#"{"properties": ["some"]}"#;
const RARE: &str = r#"{"properties": ["rare"]}"#;
const FIRST: &str = r#"{"hostlist": ["node0"]}"#;

const CORE: &str =
    r#"{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}"#;

const NODE: &str = r#"{"type": "slot", "label": "s", "count": 1,
    "with": [{"type": "node", "count": 1, "with": [{"type": "core", "count": 4}]}]}"#;

/// A core of a node that others may use as well.
const SHARED: &str = r#"{"type": "node", "count": 1, "with": [{"type": "slot", "label": "s", "count": 1,
    "with": [{"type": "core", "count": 1}]}]}"#;

const CORE_AND_GPU: &str = r#"{"type": "slot", "label": "s", "count": 1,
    "with": [{"type": "core", "count": 1}, {"type": "gpu", "count": 1}]}"#;

/// More slots than a node has.
const SLOTS: &str = r#"{"type": "slot", "label": "s", "count": 3,
    "with": [{"type": "core", "count": 2}, {"type": "gpu", "count": 1}]}"#;

/// Elements of several types side by side.
const MIXED: &str = r#"{"type": "slot", "label": "s", "count": 1, "with": [{"type": "node", "count": 1,
    "with": [{"type": "core", "count": 2}, {"type": "gpu", "count": 1}]}]}"#;

/// The job, or nothing if there is no room.
fn place(context: &mut Context, wish: Wish) -> Option<JobId> {
    let matched = context.match_jobspec(MatchOperation::Allocate, &jobspec(wish), 0);
    matched.ok().map(|matched| matched.job)
}

/// Fills the machine with one-core jobs, then cancels some.
fn fill(context: &mut Context, filling: Filling) {
    if filling == Filling::Unused {
        return;
    }
    let node = place(context, plain(NODE)).unwrap();
    let jobs: Vec<JobId> = iter::from_fn(|| place(context, plain(CORE))).collect();
    let leaves = |at: usize| match filling {
        Filling::Left => true,
        Filling::Half => at.is_multiple_of(2),
        _ => at == jobs.len() / 4,
    };
    let leaving = (0..jobs.len()).filter(|&at| leaves(at)).map(|at| jobs[at]);
    leaving.chain([node]).for_each(|job| assert!(context.cancel(job).is_ok()));
}

/// Visits of the match, the third time that it is made; whether it finds anything is up to the machine.
fn visits(policy: &str, nodes: u64, filling: Filling, wish: Wish) -> u64 {
    let mut context = serve(policy, nodes);
    fill(&mut context, filling);
    for _ in 0..2 {
        if let Some(job) = place(&mut context, wish) {
            context.cancel(job).unwrap();
        }
    }
    place(&mut context, wish);
    context.visits().preorder
}

#[track_caller]
fn check(filling: Filling) {
    for policy in POLICIES {
        for resources in [CORE, NODE, SHARED, CORE_AND_GPU, SLOTS, MIXED] {
            for constraint in ["", SOME, RARE, FIRST] {
                let wish = Wish { resources, constraint };
                let [small, large] = [16, 256].map(|n| visits(policy, n, filling, wish));
                let most = (small as f64 * GROWTH) as u64;
                assert!(large <= most, "{policy}, {filling:?}: {small}, {large} for {wish:?}");
            }
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
        place(&mut context, plain(resources)).unwrap();
        let before = context.visits();
        context.match_with(operation, &jobspec(plain(CORE)), 0, &wanted).unwrap();
        (before, context.visits())
    };
    let ((_, one), (node, other)) = (after(CORE), after(NODE));
    assert_eq!(one, other);
    assert_ne!(other, node, "the match before looked at more");
}
