//! No request makes a search last: whatever a jobspec asks for, a budget of visits ends it in a time that follows from the
//! budget, and not from the request.

#![expect(clippy::disallowed_methods, reason = "the time is what is tested")]
#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use fluxion_context::{Context, LoadFormat, MatchFormat, MatchOperation, Options, SlotRule};
use proptest::prelude::*;
use proptest::sample::select;

/// A hundredth of what a server allows.
const VISITS: u64 = 100_000;

/// Many times what the visits take without optimisation, as a busy machine may need; what is quadratic takes minutes.
const MOST: Duration = Duration::from_secs(10);

const POLICIES: [&str; 6] = ["first", "low", "high", "lonode", "locality", "variation"];

/// 128 nodes of 16 cores and 2 gpus: more than enough for the visits, in every pass.
fn machine(policy: &str, traverser: &str, slots: SlotRule) -> Context {
    let text = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-127", "children": {"core": "0-15", "gpu": "0-1"}}],
        "nodelist": ["node[0-127]"], "starttime": 0, "expiration": 0, "properties": {"a": "0-63", "b": "0-127"}}}"#;
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        match_format: MatchFormat::Rlite,
        policy: policy.to_owned(),
        traverser: traverser.to_owned(),
        slots,
        max_visits: VISITS,
        ..Options::default()
    };
    Context::load(text, &options).unwrap()
}

/// An element of a request, with how often it stands in its list.
#[derive(Clone, Debug)]
struct Wish {
    ty: &'static str,
    count: &'static str,
    with: Vec<Wish>,
    times: usize,
}

const COUNTS: [&str; 6] = [
    "1",
    "2",
    "100",
    "4000000000",
    r#"{"min": 1, "max": 4000000000, "operator": "+", "operand": 1}"#,
    r#"{"min": 1, "max": 64, "operator": "*", "operand": 2}"#,
];

fn wish() -> impl Strategy<Value = Wish> {
    let ty = select(&["slot", "xor_slot", "node", "core", "gpu", "cluster", "rack"][..]);
    let one = (ty, select(&COUNTS[..]), prop_oneof![9 => Just(1), 1 => 2..400_usize]);
    let leaf = one.clone().prop_map(|(ty, count, times)| Wish { ty, count, with: vec![], times });
    leaf.prop_recursive(6, 40, 4, move |inner| {
        let with = prop::collection::vec(inner, 1..4);
        (one.clone(), with).prop_map(|((ty, count, times), with)| Wish { ty, count, with, times })
    })
}

fn print(wishes: &[Wish], out: &mut String) {
    let all = wishes.iter().flat_map(|wish| std::iter::repeat_n(wish, wish.times));
    for (at, Wish { ty, count, with, .. }) in all.enumerate() {
        if out.len() > 1 << 20 {
            return;
        }
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(out, r#"{comma}{{"type": "{ty}", "count": {count}"#);
        if ty.ends_with("slot") {
            let _ = write!(out, r#", "label": "s{at}""#);
        }
        if !with.is_empty() {
            out.push_str(r#", "with": ["#);
            print(with, out);
            out.push(']');
        }
        out.push('}');
    }
}

fn jobspec(wishes: &[Wish], constraint: &str) -> String {
    let mut resources = String::new();
    print(wishes, &mut resources);
    format!(
        r#"{{"version": 9999, "resources": [{resources}], "tasks": [], "attributes": {{"system": {{"duration": 60{constraint}}}}}}}"#
    )
}

/// How long the longest of all operations takes, on the idle machine and on what they leave.
fn longest(context: &mut Context, jobspec: &str) -> Duration {
    let mut longest = Duration::ZERO;
    for operation in MatchOperation::ALL {
        let start = Instant::now();
        // whether it fits is not what is asked here
        let _ = context.match_jobspec(operation, jobspec, 0);
        longest = longest.max(start.elapsed());
    }
    longest
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_request_makes_a_search_last(
        wishes in prop::collection::vec(wish(), 1..3),
        policy in select(&POLICIES[..]),
        (traverser, slots) in select(&[
            ("simple", SlotRule::Published), ("simple", SlotRule::Deep), ("flexible", SlotRule::Published),
        ][..]),
        constraint in select(&["", r#", "constraints": {"properties": ["a"]}"#][..]),
    ) {
        let mut context = machine(policy, traverser, slots);
        let jobspec = jobspec(&wishes, constraint);
        let took = longest(&mut context, &jobspec);
        prop_assert!(took < MOST, "{policy} {traverser} {slots:?}: {took:?} for {} bytes", jobspec.len());
    }
}
