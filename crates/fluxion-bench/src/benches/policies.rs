//! B1: small jobs by policy.

use fluxion_context::MatchOperation;

use super::kit::{self, Expected};
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::report::Row;

const POLICIES: [&str; 4] = ["first", "low", "high", "lonodex"];

const MACHINE: Machine = Machine::flat(256, 32, 0);

fn jobs(settings: Settings) -> usize {
    settings.pick(4096, 512)
}

/// As many as fit: under the policies for whole nodes each job takes one.
fn jobs_of(policy: &str, settings: Settings) -> usize {
    if policy.ends_with("nodex") { MACHINE.nodes } else { jobs(settings) }
}

pub(super) fn title(settings: Settings) -> String {
    format!("{} jobs of node > slot > core on 256 nodes x 32 cores (F1)", jobs(settings))
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&POLICIES, run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let mut context = kit::machine(MACHINE, &case.name)?;
    let job = Job::spread(1, 1).json();
    let mut samples = Samples::default();
    let jobs = jobs_of(&case.name, settings);
    for at in 0..jobs {
        let operation = MatchOperation::Allocate;
        kit::submit(&mut samples, &mut context, operation, &job, Expected::Yes)?;
        progress.step(at + 1, jobs);
    }
    Ok(vec![samples.row(&case.name)])
}
