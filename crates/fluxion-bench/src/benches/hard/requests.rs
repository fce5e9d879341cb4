//! Requests by each policy: pinned to one host, of many slots, and for the earliest time.

use fluxion_context::MatchOperation;

use super::size::{machine, nodes};
use crate::benches::Settings;
use crate::benches::kit;
use crate::jobspecs::{HOUR, Job};
use crate::machine::Machine;
use crate::progress::Progress;
use crate::random::Random;
use crate::report::Row;

pub(super) fn rows(
    policy: &str,
    settings: Settings,
    progress: &mut Progress,
) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let parts = [pinned, slots, earliest];
    for (at, part) in parts.into_iter().enumerate() {
        rows.extend(part(policy, settings)?);
        progress.step(at + 1, parts.len());
    }
    Ok(rows)
}

/// One whole node, pinned to the first and to the last host, where a third of the machine is taken.
fn pinned(policy: &str, settings: Settings) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for nodes in [nodes(settings) / 16, nodes(settings)] {
        let mut context = kit::machine(Machine::flat(nodes, 64, 4), policy)?;
        for host in (1..nodes - 1).filter(|host| host % 3 == 1).take(nodes / 6) {
            kit::book(&mut context, &Job::nodes(1).on_hosts(&format!("fake{host}")).json())?;
        }
        for (which, host) in [("first", 0), ("last", nodes - 1)] {
            let job = Job::nodes(1).on_hosts(&format!("fake{host}"));
            let times = settings.pick(200, 20);
            let samples = kit::repeat(&mut context, MatchOperation::Allocate, &job.json(), times)?;
            rows.push(samples.row(format!("{policy}, the {which} host, {nodes} nodes")));
        }
    }
    Ok(rows)
}

/// Requests of about as many slots of a core and a gpu as there are nodes, and of four times as many.
fn slots(policy: &str, settings: Settings) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let large = nodes(settings);
    for (nodes, count) in [(large, large + large / 32), (large / 4, large)] {
        let mut context = kit::machine(Machine::flat(nodes, 64, 4), policy)?;
        let job = Job::slots(count, 1, 1);
        let samples =
            kit::repeat(&mut context, MatchOperation::Allocate, &job.json(), settings.pick(5, 2))?;
        rows.push(samples.row(format!("{policy}, {count} slots, {nodes} nodes")));
    }
    Ok(rows)
}

/// Small jobs that have to wait on a machine full of jobs of an hour to a day, one after the other.
fn earliest(policy: &str, settings: Settings) -> anyhow::Result<Vec<Row>> {
    let mut context = kit::machine(machine(settings), policy)?;
    let mut random = Random::new(settings.seed);
    for _ in 0..nodes(settings) / 16 {
        let hours = 1 + random.below(24) as u64;
        kit::book(&mut context, &Job::nodes(16).lasting(hours * HOUR).json())?;
    }
    let jobs = [
        ("a core", Job::units(1, 0)),
        ("8 cores and a gpu", Job::units(8, 1)),
        ("4 nodes", Job::nodes(4)),
    ];
    let operation = MatchOperation::AllocateOrElseReserve;
    let row = |(name, job): &(&str, Job)| {
        let samples = kit::repeat(&mut context, operation, &job.json(), settings.pick(100, 10))?;
        Ok(samples.row(format!("{policy}, the earliest time of {name}")))
    };
    jobs.iter().map(row).collect()
}
