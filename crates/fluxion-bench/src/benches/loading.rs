//! B2: loading by format and size.

use anyhow::Context as _;
use fluxion_context::{Context, LoadFormat};

use super::kit;
use super::{Case, Settings};
use crate::machine::Machine;
use crate::measure;
use crate::memory::{self, SELF};
use crate::progress::Progress;
use crate::report::{Column, Row};

const FORMATS: [LoadFormat; 3] = [LoadFormat::Jgf, LoadFormat::Rv1exec, LoadFormat::Grug];
const NODES: [usize; 3] = [1024, 4096, 16_384];

pub(super) fn title() -> String {
    "loading nodes with 96 cores and 4 gpus each (F4, F10)".to_owned()
}

pub(super) fn cases() -> Vec<Case> {
    let names: Vec<String> = NODES
        .iter()
        .flat_map(|nodes| FORMATS.iter().map(move |format| format!("{format}, {nodes} nodes")))
        .collect();
    Case::list(&names.iter().map(String::as_str).collect::<Vec<_>>(), run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let format = FORMATS.get(case.variant % FORMATS.len()).context("no such format")?;
    let nodes = NODES.get(case.variant / FORMATS.len()).context("no such size")?;
    let machine = Machine::flat(nodes / settings.pick(1, 16), 96, 4);
    let before = memory::resident(SELF);
    let text = match format {
        LoadFormat::Jgf => machine.jgf(),
        LoadFormat::Grug => machine.grug(),
        _ => machine.rv1(),
    };
    progress.step(1, 2);
    memory::forget_peak();
    let options = kit::options(*format, "first");
    let (loaded, took) = measure::time(|| Context::load(&text, &options));
    let context = loaded.context("the machine was not loaded")?;
    let peak = memory::peak(SELF);
    let (bytes, seconds) = (text.len() as f64, took.as_secs_f64());
    drop(text);
    let kept = memory::resident(SELF).zip(before).map(|(now, before)| now.saturating_sub(before));
    let vertices = context.graph().vertex_count();
    let row = Row::new(format!("{format}, {} nodes", machine.nodes))
        .with(Column::Vertices, vertices as f64)
        .with(Column::Seconds, seconds)
        .with(Column::PerSecond, vertices as f64 / seconds)
        .with(Column::Bytes, bytes)
        .with(Column::BytesPerSecond, bytes / seconds)
        .with_size(Column::BytesPerVertex, kept.map(|kept| kept / vertices.max(1) as u64))
        .with_size(Column::Peak, peak);
    Ok(vec![row])
}
