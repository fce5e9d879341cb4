//! Any text as a part of what a job holds, by every reader, of an allocation and of a reservation: given back or
//! refused, and when the rest is cancelled everything is free again.
#![no_main]

use fluxion_context::{
    Context, JobId, JobState, LoadFormat, MatchOperation, Options, ReleaseFormat, Remainder,
};
use libfuzzer_sys::fuzz_target;

const GRAPH: &str = include_str!("../seeds/jgf/small.json");
const ALL: &str = include_str!("../seeds/jobspec/everything.yaml");

fn context() -> Context {
    let options =
        Options { load_format: LoadFormat::Jgf, policy: "low".to_owned(), ..Options::default() };
    let mut context = Context::load(GRAPH, &options).expect("the graph is sound");
    let minute = ALL.replace("duration: 0", "duration: 60");
    for _ in 0..2 {
        let operation = MatchOperation::AllocateOrElseReserve;
        context.match_jobspec(operation, &minute, 0).expect("there is room in time");
    }
    context
}

fuzz_target!(|text: &str| {
    let mut context = context();
    for &format in ReleaseFormat::ALL {
        for job in [JobId(1), JobId(2)] {
            let state = context.job(job).map(|job| job.state);
            let result = context.partial_cancel(format, text, job);
            let now = context.job(job).map(|job| job.state);
            match result {
                Ok(Remainder::Nothing) => assert_eq!(now, Some(JobState::Canceled)),
                Ok(Remainder::Something) => assert_eq!(now, state),
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    assert_eq!(now, state);
                }
            }
        }
    }
    let live = context.jobs().filter(|job| job.state != JobState::Canceled);
    for id in live.map(|job| job.id).collect::<Vec<_>>() {
        context.cancel(id).expect("a live job can be cancelled");
    }
    context.match_jobspec(MatchOperation::Allocate, ALL, 0).expect("everything is free again");
});
