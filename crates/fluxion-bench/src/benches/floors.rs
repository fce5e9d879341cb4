//! B5: jobs pinned to single nodes behind hundreds of points in time.

use fluxion_context::{Context, MatchOperation, Status};

use super::kit::{self, Expected};
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::random::Random;
use crate::report::Row;

const POINTS: usize = 300;
const DOWN: usize = 10;

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 512)
}

pub(super) fn title(settings: Settings) -> String {
    let nodes = nodes(settings);
    format!("jobs pinned to single nodes of {nodes} behind {POINTS} future points in time (F7)")
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&["the node is down", "the node is up"], run)
}

/// Jobs on half of the machine follow one another; the first nodes are down.
pub(super) fn queued(nodes: usize, points: usize) -> anyhow::Result<Context> {
    let mut context = kit::machine(Machine::flat(nodes, 64, 4), "first")?;
    for at in 0..=points {
        let job = Job::nodes(nodes - DOWN).lasting(60 + at as u64);
        kit::book(&mut context, &job.json())?;
    }
    (0..DOWN).for_each(|at| {
        context.set_status(&format!("/cluster0/fake{at}"), Status::Down);
    });
    Ok(context)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let nodes = nodes(settings);
    let mut context = queued(nodes, POINTS)?;
    let mut random = Random::new(settings.seed);
    let jobs = settings.pick(2000, 200);
    let mut samples = Samples::default();
    for at in 0..jobs {
        let (host, expected) = match case.variant {
            0 => (random.below(DOWN), Expected::No),
            _ => (DOWN + random.below(nodes - 2 * DOWN), Expected::Yes),
        };
        let job = Job::nodes(1).on_hosts(&format!("fake{host}")).json();
        let operation = MatchOperation::AllocateOrElseReserve;
        kit::submit(&mut samples, &mut context, operation, &job, expected)?;
        progress.step(at + 1, jobs);
    }
    Ok(vec![samples.row(&case.name)])
}
