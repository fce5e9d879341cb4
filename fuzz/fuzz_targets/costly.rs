//! Any text as a jobspec on a machine that is large for it: a budget of visits ends the search in a time that follows from
//! the budget, under any policy and rule.

#![no_main]

use std::time::{Duration, Instant};

use fluxion_context::{Context, LoadFormat, MatchFormat, MatchOperation, Options, SlotRule};
use libfuzzer_sys::fuzz_target;

const MACHINE: &str = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-63", "children": {"core": "0-7", "gpu": "0-1"}}],
    "nodelist": ["node[0-63]"], "starttime": 0, "expiration": 0, "properties": {"a": "0-31"}}}"#;

const POLICIES: [&str; 5] = ["first", "low", "high", "lonode", "locality"];

const RULES: [(&str, SlotRule); 3] = [
    ("simple", SlotRule::Published),
    ("simple", SlotRule::Deep),
    ("flexible", SlotRule::Published),
];

/// A hundredth of what a server allows.
const VISITS: u64 = 50_000;

/// Many times as long as that takes.
const MOST: Duration = Duration::from_secs(2);

fuzz_target!(|text: &str| {
    let (traverser, slots) = RULES[text.len() / POLICIES.len() % RULES.len()];
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        match_format: MatchFormat::Rlite,
        policy: POLICIES[text.len() % POLICIES.len()].to_owned(),
        traverser: traverser.to_owned(),
        slots,
        max_visits: VISITS,
        ..Options::default()
    };
    let mut context = Context::load(MACHINE, &options).expect("the machine is sound");
    for operation in MatchOperation::ALL {
        let start = Instant::now();
        let _ = context.match_jobspec(operation, text, 0);
        assert!(start.elapsed() < MOST, "{operation} took {:?}", start.elapsed());
    }
});
