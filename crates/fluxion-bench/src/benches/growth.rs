//! What a match costs on a small and on a large machine, by policy: the cost grows with the request alone.

use fluxion_context::{Context, MatchOperation};

use super::kit;
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::progress::Progress;
use crate::report::Row;

/// How many nodes a job takes that fills the machine.
const FILLING: usize = 16;

fn sizes(settings: Settings) -> [usize; 2] {
    [settings.pick(1024, 256), settings.pick(16_384, 1024)]
}

pub(super) fn title(settings: Settings) -> String {
    let [small, large] = sizes(settings);
    format!("the same match on {small} and {large} half-full nodes x (64 cores + 4 gpus)")
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&kit::POLICIES, run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let jobs = [
        ("one core", Job::units(1, 0)),
        ("8 cores and a gpu", Job::units(8, 1)),
        ("16 nodes", Job::nodes(16)),
    ];
    let mut machines = Vec::new();
    for (at, nodes) in sizes(settings).into_iter().enumerate() {
        machines.push((nodes, half_full(nodes, &case.name)?));
        progress.step(at + 1, 2);
    }
    let mut rows = Vec::new();
    for (name, job) in jobs {
        for (nodes, context) in &mut machines {
            let (operation, times) = (MatchOperation::Allocate, settings.pick(1000, 100));
            let samples = kit::repeat(context, operation, &job.json(), times)?;
            rows.push(samples.row(format!("{}, {name}, {nodes} nodes", case.name)));
        }
    }
    Ok(rows)
}

fn half_full(nodes: usize, policy: &str) -> anyhow::Result<Context> {
    let mut context = kit::machine(Machine::flat(nodes, 64, 4), policy)?;
    let job = Job::nodes(FILLING).json();
    for _ in 0..nodes / 2 / FILLING {
        kit::book(&mut context, &job)?;
    }
    Ok(context)
}
