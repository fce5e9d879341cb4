//! Any text as a jobspec, by all operations, under some policy: what was booked can be cancelled, and then everything
//! is free again.

#![no_main]

use fluxion_context::{Context, JobState, LoadFormat, MatchFormat, MatchOperation, Options};
use libfuzzer_sys::fuzz_target;

const GRAPH: &str = include_str!("../seeds/jgf/small.json");
const ALL: &str = include_str!("../seeds/jobspec/everything.yaml");

const POLICIES: [&str; 10] = [
    "first",
    "firstnodex",
    "high",
    "low",
    "hinode",
    "lonode",
    "hinodex",
    "lonodex",
    "locality",
    "variation",
];

fn options(traverser: &str, policy: &str) -> Options {
    Options {
        load_format: LoadFormat::Jgf,
        match_format: MatchFormat::Rlite,
        traverser: traverser.to_owned(),
        policy: policy.to_owned(),
        prune_filters: "ALL:core,ALL:node,ALL:memory".to_owned(),
        ..Options::default()
    }
}

fn check(context: &mut Context, text: &str) {
    for operation in MatchOperation::ALL {
        for now in [0, 7] {
            if let Err(error) = context.match_jobspec(operation, text, now) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
    let live = context.jobs().filter(|job| job.state != JobState::Canceled);
    for id in live.map(|job| job.id).collect::<Vec<_>>() {
        context.cancel(id).expect("a live job can be cancelled");
        context.cancel(id).expect_err("but only once");
    }
    context.match_jobspec(MatchOperation::Allocate, ALL, 0).expect("everything is free again");
}

fuzz_target!(|text: &str| {
    let policy = POLICIES[text.len() % POLICIES.len()];
    for traverser in ["simple", "flexible"] {
        let options = options(traverser, policy);
        check(&mut Context::load(GRAPH, &options).expect("the graph is sound"), text);
    }
});
