//! Any text as a policy: a context is made with it, and matches, or it is refused.
#![no_main]

use fluxion_context::{Context, LoadFormat, MatchOperation, Options};
use fluxion_engine::Policy;
use libfuzzer_sys::fuzz_target;

const GRAPH: &str = include_str!("../seeds/jgf/small.json");
const JOB: &str = include_str!("../seeds/jobspec/cores.yaml");

fuzz_target!(|text: &str| {
    let known = text.parse::<Policy>();
    let options =
        Options { load_format: LoadFormat::Jgf, policy: text.to_owned(), ..Options::default() };
    match (known, Context::load(GRAPH, &options)) {
        (Ok(_), Ok(mut context)) => {
            context.match_jobspec(MatchOperation::Allocate, JOB, 0).expect("the graph is idle");
        }
        (Err(error), Err(_)) => assert!(!error.to_string().is_empty()),
        (known, context) => panic!("{known:?} but {context:?}"),
    }
});
