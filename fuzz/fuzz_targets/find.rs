//! Any text as criteria: found or refused, alike every time, with two jobs in the graph.

#![no_main]

use fluxion_context::{Context, LoadFormat, MatchFormat, MatchOperation, Options};
use libfuzzer_sys::fuzz_target;

const GRAPH: &str = include_str!("../seeds/jgf/small.json");
const JOB: &str = include_str!("../seeds/jobspec/cores.yaml");

thread_local! {
    static CONTEXT: Context = context();
}

fn context() -> Context {
    let options = Options {
        load_format: LoadFormat::Jgf,
        match_format: MatchFormat::Jgf,
        ..Options::default()
    };
    let mut context = Context::load(GRAPH, &options).expect("the graph is sound");
    for _ in 0..3 {
        let operation = MatchOperation::AllocateOrElseReserve;
        context.match_jobspec(operation, JOB, 0).expect("the jobspec is sound");
    }
    context
}

fuzz_target!(|text: &str| {
    CONTEXT.with(|context| {
        let found = context.find(text, 0);
        assert_eq!(found, context.find(text, 0));
        let all = context.find(&format!("( {text} ) or status=up"), 0);
        if let (Ok(found), Ok(all)) = (found, all) {
            assert!(found.is_empty() || !all.is_empty());
        }
    });
});
