//! Any text as a resource set that is put back, by every reader: booked whole or not at all, and when it is cancelled
//! everything is free again.
#![no_main]

use fluxion_context::{
    Context, JobId, LoadFormat, MatchFormat, MatchOperation, Options, UpdateFormat, UpdateTime,
};
use libfuzzer_sys::fuzz_target;

const GRAPH: &str = include_str!("../seeds/jgf/small.json");
const ALL: &str = include_str!("../seeds/jobspec/everything.yaml");
const BUSY: &str = "sched-now=allocated";

fn check(context: &mut Context, format: UpdateFormat, text: &str, start: i64) {
    let time = UpdateTime { start, duration: 10, now: 0 };
    match context.update(format, text, JobId(7), time) {
        Ok(_) => drop(context.cancel(JobId(7)).expect("the job runs")),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    assert_eq!(context.find(BUSY, 0).as_deref(), Ok(""));
}

fuzz_target!(|text: &str| {
    for policy in ["low", "firstnodex"] {
        let options = Options {
            load_format: LoadFormat::Jgf,
            match_format: MatchFormat::Jgf,
            policy: policy.to_owned(),
            ..Options::default()
        };
        let mut context = Context::load(GRAPH, &options).expect("the graph is sound");
        for &format in UpdateFormat::ALL {
            check(&mut context, format, text, 0);
            check(&mut context, format, text, 5);
        }
        context.match_jobspec(MatchOperation::Allocate, ALL, 0).expect("everything is free again");
    }
});
