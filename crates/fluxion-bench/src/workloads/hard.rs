//! What `fluxion bench hard` times, in small.

use anyhow::{Context as _, anyhow};
use fluxion_context::{Context, LoadFormat, MatchOperation, Status, Wanted};

use super::counted::{MACHINE, measured, submit_all};
use crate::benches::kit::{self, Expected, NOW};
use crate::jobspecs::{HOUR, Job};
use crate::machine::Machine;

/// One node, pinned to the last host, given back each time.
pub(super) fn pinned(policy: &str) -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, policy)?;
    let last = format!("fake{}", MACHINE.nodes - 1);
    let job = Job::nodes(1).on_hosts(&last).json();
    again_and_again(&mut context, MatchOperation::Allocate, &job, 200)
}

/// Requests of more slots than there are nodes.
pub(super) fn slots(policy: &str) -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, policy)?;
    let job = Job::slots(MACHINE.nodes * 2, 1, 1).json();
    again_and_again(&mut context, MatchOperation::Allocate, &job, 5)
}

/// Small jobs that wait for the first of many others to end.
pub(super) fn later(policy: &str) -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, policy)?;
    for hours in 1..=MACHINE.nodes as u64 / 16 {
        kit::book(&mut context, &Job::nodes(16).lasting(hours * HOUR).json())?;
    }
    let job = Job::units(8, 1).json();
    again_and_again(&mut context, MatchOperation::AllocateOrElseReserve, &job, 50)
}

fn again_and_again(
    context: &mut Context,
    operation: MatchOperation,
    job: &str,
    times: usize,
) -> anyhow::Result<()> {
    measured(&mut || {
        for _ in 0..times {
            let matched = context.match_jobspec(operation, job, NOW);
            context.cancel(matched.map_err(|error| anyhow!("a match failed: {error}"))?.job)?;
        }
        Ok(())
    })
}

/// Cores by another policy than the graph's, the first one included.
pub(super) fn other_policy() -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, "first")?;
    let wanted = Wanted { policy: Some("lonode".parse()?), ..Wanted::default() };
    let job = Job::units(1, 0).json();
    measured(&mut || {
        for _ in 0..200 {
            let matched = context.match_with(MatchOperation::Allocate, &job, NOW, &wanted);
            matched.map_err(|error| anyhow!("a match failed: {error}"))?;
        }
        Ok(())
    })
}

/// A rack goes and comes back.
pub(super) fn racks() -> anyhow::Result<()> {
    let machine = Machine { racks: 16, ..MACHINE };
    let options = kit::options(LoadFormat::Jgf, "first");
    let mut context = Context::load(&machine.jgf(), &options).context("not loaded")?;
    kit::book(&mut context, &Job::units(8, 1).json())?;
    let rack = machine.jgf_of_rack(0);
    measured(&mut || {
        for _ in 0..4 {
            context.remove_path("/cluster0/rack0")?;
            context.attach(&rack)?;
        }
        Ok(())
    })
}

/// Constraints that were never asked before.
pub(super) fn constraints() -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, "first")?;
    let hosts = format!("fake[8-{}]", MACHINE.nodes - 1);
    let jobs = [
        Job::nodes(1).with_property("debug"),
        Job::nodes(1).with_property("compute"),
        Job::nodes(1).on_hosts("fake77"),
        Job::nodes(1).on_hosts(&hosts),
    ];
    let jobs: Vec<String> = jobs.iter().map(Job::json).collect();
    submit_all(&mut context, MatchOperation::Allocate, &jobs, Expected::Yes)
}

/// Criteria that find little.
pub(super) fn finds() -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, "first")?;
    context.set_status("/cluster0/fake7", Status::Down);
    kit::book(&mut context, &Job::units(8, 1).json())?;
    measured(&mut || {
        for criteria in ["status=down", "sched-now=allocated", "names=fake9"] {
            context.find(criteria, NOW)?;
        }
        Ok(())
    })
}

/// Copies of a machine in use, each changed a little.
pub(super) fn forks() -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, "first")?;
    for _ in 0..1000 {
        kit::book(&mut context, &Job::units(1, 0).json())?;
    }
    let job = Job::units(1, 0).json();
    measured(&mut || (0..20).try_for_each(|_| kit::book(&mut context.clone(), &job).map(drop)))
}
