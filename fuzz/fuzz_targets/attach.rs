//! Any text as a part that is added to a graph with a job: added whole or not at all, and the job can be cancelled.
#![no_main]

use fluxion_context::{Context, LoadFormat, MatchOperation, Options};
use libfuzzer_sys::fuzz_target;

const GRAPH: &str = include_str!("../seeds/jgf/small.json");
const ALL: &str = include_str!("../seeds/jobspec/everything.yaml");

fuzz_target!(|text: &str| {
    let options =
        Options { load_format: LoadFormat::Jgf, policy: "low".to_owned(), ..Options::default() };
    let mut context = Context::load(GRAPH, &options).expect("the graph is sound");
    let job = context.match_jobspec(MatchOperation::Allocate, ALL, 0).expect("it is idle").job;
    let before = context.find("status=up", 0);
    let attached = context.attach(text);
    if let Err(error) = &attached {
        assert!(!error.to_string().is_empty());
        assert_eq!(context.find("status=up", 0), before);
    }
    context.cancel(job).expect("the job runs");
    context.match_jobspec(MatchOperation::Satisfiability, ALL, 0).expect("nothing went away");
});
