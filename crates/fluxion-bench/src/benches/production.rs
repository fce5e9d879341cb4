//! B3: small jobs with and without a property on a large machine, ten nodes of which are down.

use fluxion_context::{MatchOperation, Status};

use super::kit::{self, Expected};
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::random::Random;
use crate::report::Row;

/// Cores per node, property: F3, F3, F4.
const VARIANTS: [(&str, usize, &str); 3] = [
    ("one core, 64 cores a node", 64, ""),
    ("one core, property `debug`, 64 cores a node", 64, "debug"),
    ("one core, property `test`, 96 cores a node", 96, "test"),
];
const DOWN: usize = 10;

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 1024)
}

pub(super) fn title(settings: Settings) -> String {
    format!("{} nodes with 4 gpus, {DOWN} of them down, `first` (F3, F4)", nodes(settings))
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&VARIANTS.map(|(name, ..)| name), run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let (_, cores, property) = VARIANTS.get(case.variant).copied().unwrap_or(VARIANTS[0]);
    let mut context = kit::machine(Machine::flat(nodes(settings), cores, 4), "first")?;
    let mut random = Random::new(settings.seed);
    for _ in 0..DOWN {
        let path = format!("/cluster0/fake{}", random.below(nodes(settings)));
        context.set_status(&path, Status::Down);
    }
    let job = Job::units(1, 0);
    let job = if property.is_empty() { job } else { job.with_property(property) }.json();
    let jobs = settings.pick(20_000, 1000);
    let mut samples = Samples::default();
    for at in 0..jobs {
        let operation = MatchOperation::Allocate;
        kit::submit(&mut samples, &mut context, operation, &job, Expected::Yes)?;
        progress.step(at + 1, jobs);
    }
    Ok(vec![samples.row(&case.name)])
}
