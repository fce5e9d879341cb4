//! What a call that was stopped leaves behind: nothing. Every operation that an input can make long looks at its budget.

#![expect(clippy::unwrap_used, reason = "what is not refused is a failed test")]

use fluxion_context::{
    AttachErrorKind, Budget, Context, FindError, GraphFormat, HoldingsError, JobId, LoadError,
    LoadFormat, MatchErrorKind, MatchFormat, MatchOperation, Options, Stop, UpdateErrorKind,
    UpdateFormat, UpdateTime, Wanted, WriteError,
};

const R: &str = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-3", "children": {"core": "0-3"}}],
    "nodelist": ["n[0-3]"], "starttime": 0, "expiration": 0}}"#;

const RECIPE: &str = r#"<graphml><key id="r" for="node" attr.name="root" attr.type="int"/>
    <key id="t" for="node" attr.name="type" attr.type="string"/>
    <key id="b" for="node" attr.name="basename" attr.type="string"/>
    <key id="z" for="node" attr.name="size" attr.type="long"/>
    <key id="s" for="node" attr.name="subsystem" attr.type="string"/>
    <graph edgedefault="directed"><node id="c"><data key="r">1</data><data key="t">cluster</data>
    <data key="b">cluster</data><data key="z">1</data><data key="s">containment</data></node></graph></graphml>"#;

fn stopped() -> Budget {
    let stop = Stop::default();
    stop.stop();
    stop.budget()
}

fn options(load_format: LoadFormat, policy: &str) -> Options {
    Options { load_format, policy: policy.to_owned(), ..Options::default() }
}

fn machine(policy: &str) -> Context {
    Context::load(R, &options(LoadFormat::Rv1exec, policy)).unwrap()
}

fn jgf() -> String {
    let mut text = String::new();
    machine("first").write_graph(GraphFormat::Jgf, &mut text).unwrap();
    text
}

fn jobspec(constraint: &str) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60{constraint}}}}},
        "resources": [{{"type": "slot", "label": "s", "count": 2, "with": [{{"type": "core", "count": 1}}]}}]}}"#
    )
}

/// All that a decision could have changed.
fn state(context: &Context) -> (u64, JobId) {
    (context.fingerprint(), context.next_job())
}

#[test]
fn a_load_that_was_stopped_makes_no_graph_whatever_its_format() {
    let topology = r#"<topology version="2.0"><object type="Machine"/></topology>"#;
    for (format, text) in [
        (LoadFormat::Rv1exec, R),
        (LoadFormat::Grug, RECIPE),
        (LoadFormat::Jgf, &jgf()),
        (LoadFormat::Hwloc, topology),
    ] {
        let loaded = Context::load_within(text, &options(format, "first"), &stopped());
        assert!(matches!(loaded, Err(LoadError::Stopped(_))), "{format}: {loaded:?}");
    }
}

#[test]
fn a_search_that_was_stopped_spends_no_job_number() {
    let policies =
        ["first", "firstnodex", "low", "high", "lonode", "hinode", "locality", "lonodex"];
    let constrained = jobspec(r#", "constraints": {"hostlist": ["n[0-2]"]}"#);
    for policy in policies {
        let mut context = machine(policy);
        for text in [&jobspec(""), &constrained] {
            for operation in [
                MatchOperation::Allocate,
                MatchOperation::AllocateOrElseReserve,
                MatchOperation::AllocateWithSatisfiability,
                MatchOperation::Satisfiability,
            ] {
                let before = state(&context);
                let wanted = Wanted::default();
                let decided = context.decide_match(operation, text, 0, &wanted, &stopped());
                assert_eq!(decided.unwrap_err().kind(), MatchErrorKind::Stopped, "{policy}");
                assert_eq!(state(&context), before, "{policy}");
            }
            // nothing that a short cut keeps is of the search that was stopped
            let found = context.match_jobspec(MatchOperation::Allocate, text, 0).unwrap();
            let anew = machine(policy).match_jobspec(MatchOperation::Allocate, text, 0).unwrap();
            assert_eq!(found.resources, anew.resources, "{policy}");
            context.cancel(found.job).unwrap();
        }
    }
}

#[test]
fn other_calls_that_were_stopped_change_nothing() {
    let mut context = machine("first");
    let booked = context.match_jobspec(MatchOperation::Allocate, &jobspec(""), 0).unwrap();
    let before = state(&context);
    let stopped = stopped();
    assert_eq!(
        context.find_within("status=up", 0, &stopped),
        Err(FindError::Stopped(fluxion_context::Stopped))
    );
    let holdings = context.holdings(booked.job, MatchFormat::Jgf, &stopped);
    assert!(matches!(holdings, Err(HoldingsError::Writer(WriteError::Stopped(_)))));
    let (format, time) = (UpdateFormat::Rv1exec, UpdateTime { start: 100, duration: 10, now: 0 });
    let updated = context.decide_update(format, R, JobId(9), time, &stopped);
    assert_eq!(updated.unwrap_err().kind(), UpdateErrorKind::Stopped);
    let attached = context.decide_attach(&jgf().replace("node", "blade"), &stopped);
    assert_eq!(attached.unwrap_err().kind(), AttachErrorKind::Stopped);
    assert_eq!(state(&context), before);
    context.check().unwrap();
}

#[test]
fn a_text_ends_at_its_largest_size_and_nothing_is_booked() {
    for format in ["simple", "pretty_simple", "jgf", "jgf_shorthand", "jgf_full", "rv1"] {
        let match_format = format.parse().unwrap();
        let options = Options { match_format, ..options(LoadFormat::Rv1exec, "first") };
        let mut context = Context::load(R, &options).unwrap();
        let before = state(&context);
        let short = Budget::UNLIMITED.with_largest_text(20);
        let too_large = WriteError::TooLarge { most: 20 };
        let operation = MatchOperation::Allocate;
        let matched = context.decide_match(operation, &jobspec(""), 0, &Wanted::default(), &short);
        assert_eq!(matched.unwrap_err().reason, too_large.clone().into(), "{format}");
        let found = context.find_within("status=up", 0, &short);
        assert_eq!(found, Err(too_large.into()), "{format}");
        assert_eq!(state(&context), before, "{format}");
    }
}

/// 16,000 `or`s kept a graph busy for a minute.
#[test]
fn a_constraint_has_no_more_terms_than_can_be_tried_on_each_node() {
    let options = options(LoadFormat::Rv1exec, "first");
    let many =
        R.replace("0-3\", \"children", "0-8191\", \"children").replace("n[0-3]", "n[0-8191]");
    let mut context = Context::load(&many, &options).unwrap();
    let mut kind = |terms: usize| {
        let one = r#"{"properties": ["a"]}"#;
        let all = vec![one; terms].join(", ");
        let text = jobspec(&format!(
            r#", "constraints": {{"or": [{all}, {{"not": [{{"properties": ["b"]}}]}}]}}"#
        ));
        let matched = context.match_jobspec(MatchOperation::Satisfiability, &text, 0);
        matched.map(|_| ()).map_err(|error| error.kind())
    };
    assert_eq!(kind(16_000), Err(MatchErrorKind::Overflow));
    assert_eq!(kind(100), Ok(()));
}

/// 199 pairs of parentheses around one term cost as much as 200 terms.
#[test]
fn parentheses_around_one_term_cost_nothing() {
    let context = machine("first");
    let wrapped = format!("{}status=down{}", "(".repeat(199), ")".repeat(199));
    assert_eq!(context.find(&wrapped, 0), context.find("status=down", 0));
    let criteria: fluxion_engine::Criteria = wrapped.parse().unwrap();
    assert_eq!(criteria.tests(), 1);
    let groups: fluxion_engine::Criteria = "(status=up or status=down) status=up".parse().unwrap();
    assert_eq!(groups.tests(), 4);
}
