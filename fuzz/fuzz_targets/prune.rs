//! Any text as pruning filters: a context is made with them, and matches, finds and cancels, or they are refused.
#![no_main]

use fluxion_context::{Context, LoadFormat, MatchOperation, Options};
use libfuzzer_sys::fuzz_target;

const GRAPH: &str = include_str!("../seeds/jgf/small.json");
const JOB: &str = include_str!("../seeds/jobspec/cores.yaml");

fuzz_target!(|text: &str| {
    let prune_filters = text.to_owned();
    let options = Options { load_format: LoadFormat::Jgf, prune_filters, ..Options::default() };
    let mut context = match Context::load(GRAPH, &options) {
        Ok(context) => context,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let idle = context.find("agfilter=true", 0);
    let operation = MatchOperation::AllocateOrElseReserve;
    let job = context.match_jobspec(operation, JOB, 0).expect("the graph is idle").job;
    context.cancel(job).expect("the job runs");
    assert_eq!(context.find("agfilter=true", 0), idle);
});
