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

/// Every node but those that are down is taken, and jobs of one node each end at so many points in time.
fn full(nodes: usize) -> anyhow::Result<Context> {
    let mut context = kit::machine(Machine::flat(nodes, 64, 4), "first")?;
    for at in 0..DOWN {
        context.set_status(&format!("/cluster0/fake{at}"), Status::Down);
    }
    for at in 0..POINTS {
        kit::book(&mut context, &Job::nodes(1).lasting(60 + at as u64).json())?;
    }
    kit::book(&mut context, &Job::nodes(nodes - DOWN - POINTS).json())?;
    Ok(context)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let nodes = nodes(settings);
    let mut context = full(nodes)?;
    let mut random = Random::new(settings.seed);
    let jobs = settings.pick(2000, 200);
    let mut samples = Samples::default();
    for at in 0..jobs {
        let (host, expected) = match case.variant {
            0 => (random.below(DOWN), Expected::No),
            _ => (DOWN + random.below(nodes - DOWN), Expected::Yes),
        };
        let job = Job::nodes(1).on_hosts(&format!("fake{host}")).json();
        let operation = MatchOperation::AllocateOrElseReserve;
        kit::submit(&mut samples, &mut context, operation, &job, expected)?;
        progress.step(at + 1, jobs);
    }
    Ok(vec![samples.row(&case.name)])
}
