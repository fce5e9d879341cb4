//! B8: a rack of a full machine goes and comes back.

use anyhow::Context as _;
use fluxion_context::{Context, LoadFormat};

use super::kit;
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::random::Random;
use crate::report::Row;

fn machine(settings: Settings) -> Machine {
    let racks = settings.pick(256, 16);
    Machine { racks, nodes: racks * 64, cores: 32, gpus: 4 }
}

pub(super) fn title(settings: Settings) -> String {
    let Machine { racks, .. } = machine(settings);
    format!("a rack of {racks} x 64 nodes x (32 cores + 4 gpus), all of them taken")
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&["rack"], run)
}

fn run(_: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let machine = machine(settings);
    let options = kit::options(LoadFormat::Jgf, "first");
    let mut context =
        Context::load(&machine.jgf(), &options).context("the machine was not loaded")?;
    let job = Job::nodes(1).json();
    for _ in 0..machine.nodes {
        kit::book(&mut context, &job)?;
    }
    let mut random = Random::new(settings.seed);
    let (mut removed, mut added) = (Samples::default(), Samples::default());
    let turns = settings.pick(20, 5);
    for at in 0..turns {
        let rack = random.below(machine.racks);
        let text = machine.jgf_of_rack(rack);
        removed.call(|| context.remove_path(&format!("/cluster0/rack{rack}")))?;
        added.call(|| context.attach(&text))?;
        for _ in 0..machine.nodes / machine.racks {
            kit::book(&mut context, &job)?;
        }
        progress.step(at + 1, turns);
    }
    Ok(vec![removed.row("remove a rack with 64 jobs"), added.row("add a rack")])
}
