//! Explanations of requests of twelve shapes, on a busy machine behind a thousand reservations.

use anyhow::ensure;
use fluxion_context::{Budget, Context, ExplainWanted, Hints, JobCosts};

use super::kit;
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::random::Random;
use crate::report::Row;

const RESERVED: usize = 1000;

const CASES: [&str; 6] = [
    "without hints, by the policy first",
    "with hints, by the policy first",
    "without hints, by the policy locality",
    "with hints, by the policy locality",
    "which jobs would have to go, by the policy first",
    "which jobs would have to go, by the policy locality",
];

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 1024)
}

pub(super) fn title(settings: Settings) -> String {
    format!(
        "why not now: behind {RESERVED} reservations, on {} nodes x (64 cores + 4 gpus)",
        nodes(settings)
    )
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&CASES, run)
}

/// All of them wait, or can never run.
fn shapes(nodes: usize) -> [(&'static str, Job); 12] {
    [
        ("one core", Job::units(1, 0)),
        ("8 cores and a gpu", Job::units(8, 1)),
        ("1,000 slots of 8 cores", Job::slots(1000, 8, 0)),
        ("one node", Job::nodes(1)),
        ("16 nodes", Job::nodes(16)),
        ("half of the nodes", Job::nodes(nodes / 2)),
        ("all nodes", Job::nodes(nodes)),
        ("4 cores on each of 64 nodes", Job::spread(64, 4)),
        ("a property that no node has", Job::units(1, 0).with_property("debug")),
        ("a busy host", Job::nodes(1).on_hosts("node1")),
        ("more nodes than there are", Job::nodes(nodes + 1)),
        ("more gpus than a node has", Job::units(8, 5)),
    ]
}

/// Jobs of eight nodes have nearly all of the machine; a queue of mixed jobs waits behind.
fn busy(settings: Settings, policy: &str) -> anyhow::Result<Context> {
    let nodes = nodes(settings);
    let mut context = kit::machine(Machine::flat(nodes, 64, 4), policy)?;
    let mut random = Random::new(settings.seed);
    for _ in 0..nodes / 8 {
        let job = Job::nodes(8).lasting(60 * (1 + random.below(1440)) as u64);
        kit::book(&mut context, &job.json())?;
    }
    for _ in 0..RESERVED {
        kit::book(&mut context, &Job::mixed_without_properties(&mut random).json())?;
    }
    Ok(context)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let policy = if case.name.ends_with("first") { "first" } else { "locality" };
    let hints = if case.name.starts_with("with hints") { Hints::Tried } else { Hints::Skipped };
    let any = JobCosts { others: Some(1), ..JobCosts::default() };
    let preempt = case.name.starts_with("which").then_some(&any);
    let mut context = busy(settings, policy)?;
    let wanted = ExplainWanted { hints, preempt, ..ExplainWanted::default() };
    let (mut all, mut rows) = (Samples::default(), Vec::new());
    let times = settings.pick(100, 10);
    for (at, (name, job)) in shapes(nodes(settings)).into_iter().enumerate() {
        let job = job.json();
        let mut samples = Samples::default();
        // the first one builds indices
        for round in 0..=times {
            let mut one = Samples::default();
            let why = one.call(|| context.explain(&job, kit::NOW, &wanted, &Budget::UNLIMITED))?;
            ensure!(why.is_complete, "not all was found out of {name}");
            if round > 0 {
                samples.join(one);
            }
        }
        all.join(samples.clone());
        rows.push(samples.row(format!("{}: {name}", case.name)));
        progress.step(at + 1, 12);
    }
    rows.insert(0, all.row(&case.name));
    Ok(rows)
}
