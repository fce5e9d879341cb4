//! B4: jobs pinned to the last hosts, each with a check whether it can ever run.

use fluxion_context::MatchOperation;

use super::kit::{self, Expected};
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::report::Row;

const JOBS: usize = 100;

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 1024)
}

pub(super) fn title(settings: Settings) -> String {
    let nodes = nodes(settings);
    format!("{JOBS} jobs of -N16 -n64 pinned to the last 16 of {nodes} nodes x (64 + 9 gpus) (F6)")
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&["pinned"], run)
}

fn run(_: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let nodes = nodes(settings);
    let mut context = kit::machine(Machine::flat(nodes, 64, 9), "first")?;
    let job = Job::spread(16, 4).on_hosts(&format!("fake[{}-{}]", nodes - 16, nodes - 1)).json();
    let (mut checks, mut matches) = (Samples::default(), Samples::default());
    for at in 0..JOBS {
        for (samples, operation) in [
            (&mut checks, MatchOperation::Satisfiability),
            (&mut matches, MatchOperation::AllocateOrElseReserve),
        ] {
            kit::submit(samples, &mut context, operation, &job, Expected::Yes)?;
        }
        progress.step(at + 1, JOBS);
    }
    Ok(vec![checks.row("can it ever run"), matches.row("allocate or else reserve")])
}
