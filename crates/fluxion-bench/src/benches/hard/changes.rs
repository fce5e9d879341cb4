//! Changes of little of a large machine.

use super::nodes;
use crate::benches::Settings;
use crate::benches::kit;
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::report::Row;
use anyhow::Context as _;
use fluxion_context::{Context, LoadFormat};

/// Nodes of a rack.
const RACK: usize = 64;

/// A rack goes and comes back, on a machine in use.
pub(super) fn racks(settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let nodes = nodes(settings);
    let racks = nodes / RACK;
    let machine = Machine { racks, nodes, cores: 64, gpus: 4 };
    let options = kit::options(LoadFormat::Jgf, "first");
    let mut context = Context::load(&machine.jgf(), &options).context("not loaded")?;
    for _ in 0..racks {
        kit::book(&mut context, &Job::units(8, 1).json())?;
    }
    let (mut removed, mut attached) = (Samples::default(), Samples::default());
    let times = settings.pick(10, 3);
    for at in 0..times {
        // jobs are at the other end
        let rack = (at * 7) % (racks / 2);
        let path = format!("/cluster0/rack{rack}");
        removed.call(|| context.remove_path(&path))?;
        let text = machine.jgf_of_rack(rack);
        attached.call(|| context.attach(&text))?;
        progress.step(at + 1, times);
    }
    Ok(vec![removed.row("remove a rack of 64 nodes"), attached.row("attach a rack of 64 nodes")])
}
