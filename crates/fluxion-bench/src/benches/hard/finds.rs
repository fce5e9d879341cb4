//! Questions that concern little of a large machine: constraints that are new, and criteria that find little.

use anyhow::Context as _;
use fluxion_context::{Context, MatchOperation, Status};

use super::{machine, nodes};
use crate::benches::Settings;
use crate::benches::kit::{self, Expected};
use crate::jobspecs::Job;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::report::Row;

/// Each constraint is asked once, on a graph that was never asked anything like it.
pub(super) fn constraints(settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let last = nodes(settings) - 1;
    let hosts = |from: usize| format!("fake[{from}-{last}]");
    let jobs = [
        ("a property", Job::nodes(1).with_property("debug")),
        ("a property of most nodes", Job::nodes(1).with_property("compute")),
        ("a property that nobody has", Job::nodes(1).with_property("none")),
        ("a list of 16 hosts", Job::nodes(1).on_hosts(&hosts(last - 15))),
        ("a list of all hosts", Job::nodes(1).on_hosts(&hosts(0))),
    ];
    let fresh = kit::machine(machine(settings), "first")?;
    let mut rows = Vec::new();
    for (at, (name, job)) in jobs.iter().enumerate() {
        let mut samples = Samples::default();
        for _ in 0..settings.pick(5, 2) {
            let mut context = fresh.clone();
            // what is made at the first request of any kind is no part of it
            kit::book(&mut context, &Job::nodes(1).json())?;
            let operation = MatchOperation::Allocate;
            kit::submit(&mut samples, &mut context, operation, &job.json(), Expected::Any)?;
        }
        rows.push(samples.row(format!("first use of {name}")));
        progress.step(at + 1, jobs.len());
    }
    Ok(rows)
}

/// Criteria that find a node or two, or the vertices of a job.
pub(super) fn rows(settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let mut context = kit::machine(machine(settings), "first")?;
    context.set_status("/cluster0/fake7", Status::Down);
    let job = kit::book(&mut context, &Job::units(8, 1).json())?;
    context.set_property("/cluster0/fake9", "rare", "yes");
    let criteria = [
        "status=down".to_owned(),
        "sched-now=allocated".to_owned(),
        format!("jobid-alloc={}", job.0),
        "property=rare".to_owned(),
        "names=fake9".to_owned(),
        "status=down and sched-now=free".to_owned(),
    ];
    let mut found = Vec::new();
    for (at, criteria) in criteria.iter().enumerate() {
        found.push(samples(&mut context, criteria, settings)?.row(criteria));
        progress.step(at + 1, 6);
    }
    Ok(found)
}

fn samples(context: &mut Context, criteria: &str, settings: Settings) -> anyhow::Result<Samples> {
    let mut samples = Samples::default();
    for _ in 0..settings.pick(50, 5) {
        let found = samples.call(|| context.find(criteria, kit::NOW));
        found.with_context(|| criteria.to_owned())?;
    }
    Ok(samples)
}
