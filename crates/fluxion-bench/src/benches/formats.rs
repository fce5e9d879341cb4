//! B7: what a match costs and how large its answer is, by format.

use anyhow::{Context as _, anyhow};
use fluxion_context::{MatchFormat, MatchOperation, Wanted};

use super::kit::{self, NOW};
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::report::{Column, Row};

const FORMATS: [MatchFormat; 9] = [
    MatchFormat::Simple,
    MatchFormat::PrettySimple,
    MatchFormat::Jgf,
    MatchFormat::JgfShorthand,
    MatchFormat::JgfFull,
    MatchFormat::Rlite,
    MatchFormat::Rv1,
    MatchFormat::Rv1Nosched,
    MatchFormat::Rv1Shorthand,
];
const NODES: [usize; 3] = [1, 100, 1000];

pub(super) fn title(settings: Settings) -> String {
    format!("jobs of whole nodes of {} x (48 cores + 9 gpus), by format (F9)", nodes(settings))
}

fn nodes(settings: Settings) -> usize {
    settings.pick(2000, 1000)
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&["1 node", "100 nodes", "1000 nodes"], run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let mut context = kit::machine(Machine::flat(nodes(settings), 48, 9), "first")?;
    let job = Job::nodes(*NODES.get(case.variant).context("no such size")?).json();
    let mut rows = Vec::new();
    for format in FORMATS {
        let wanted = Wanted { format: Some(format), ..Wanted::default() };
        let mut samples = Samples::default();
        let mut bytes = 0;
        for _ in 0..settings.pick(20, 3) {
            let operation = MatchOperation::WithoutAllocating;
            let matched = samples.call(|| context.match_with(operation, &job, NOW, &wanted));
            bytes = matched.map_err(|error| anyhow!("{format}: {error}"))?.resources.len();
        }
        rows.push(
            samples.row(format!("{}, {format}", case.name)).with(Column::Bytes, bytes as f64),
        );
        progress.step(rows.len(), FORMATS.len());
    }
    Ok(rows)
}
