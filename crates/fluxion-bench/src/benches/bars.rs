//! What else was promised: reservations behind long queues, quick refusals, parsing, memory of a full machine.

use anyhow::anyhow;
use fluxion_context::{Context, MatchOperation, Wanted};

use super::kit::{self, Expected};
use super::{Case, Settings};
use crate::jobspecs::{Job, YAML};
use crate::machine::Machine;
use crate::measure::{self, Samples};
use crate::memory::{self, SELF};
use crate::progress::Progress;
use crate::random::Random;
use crate::report::{Column, Row};

const QUEUED: usize = 1000;

/// Makes the jobs of a queue for a machine of so many nodes.
type Mix = fn(&mut Random, usize) -> Job;

const CASES: [&str; 9] = [
    "a reservation behind 1,000 queued jobs of mixed size",
    "the same with jobs of up to a 64th of the machine",
    "an impossible job behind 1,000 future reservations",
    "can an impossible request ever run",
    "reading a small jobspec as JSON",
    "reading a small jobspec as YAML",
    "the machine full of one-core jobs",
    "a fork of that machine",
    "a core by another policy than the graph's",
];

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 1024)
}

pub(super) fn title(settings: Settings) -> String {
    format!("other bars, on {} nodes x (64 cores + 4 gpus)", nodes(settings))
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&CASES, run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let samples = match case.variant {
        0 => reservations(settings, progress, Job::mixed)?,
        1 => reservations(settings, progress, Job::widely_mixed)?,
        2 => impossible(settings, progress, MatchOperation::AllocateOrElseReserve, QUEUED)?,
        3 => impossible(settings, progress, MatchOperation::Satisfiability, 0)?,
        4 => parsing(&Job::spread(1, 1).json())?,
        5 => parsing(YAML)?,
        6 => return Ok(vec![full(&case.name, settings, progress)?]),
        7 => return forks(&case.name, settings, progress),
        _ => return by_policy(&case.name, settings, progress),
    };
    Ok(vec![samples.row(&case.name)])
}

/// All nodes are taken; a queue of mixed jobs waits behind.
fn queue(settings: Settings, queued: usize, mix: Mix) -> anyhow::Result<(Context, Random)> {
    let nodes = nodes(settings);
    let mut context = kit::machine(Machine::flat(nodes, 64, 4), "first")?;
    let mut random = Random::new(settings.seed);
    if queued > 0 {
        kit::book(&mut context, &Job::nodes(nodes).json())?;
    }
    for _ in 0..queued {
        kit::book(&mut context, &mix(&mut random, nodes).json())?;
    }
    Ok((context, random))
}

/// Each job is taken back, so that all find the same queue.
fn reservations(settings: Settings, progress: &mut Progress, mix: Mix) -> anyhow::Result<Samples> {
    let (mut context, mut random) = queue(settings, QUEUED, mix)?;
    let jobs = settings.pick(2000, 200);
    let mut samples = Samples::default();
    for at in 0..jobs {
        let job = mix(&mut random, nodes(settings)).json();
        let operation = MatchOperation::AllocateOrElseReserve;
        let matched = kit::submit(&mut samples, &mut context, operation, &job, Expected::Yes)?;
        matched.map_or(Ok(()), |matched| context.cancel(matched.job).map(drop))?;
        progress.step(at + 1, jobs);
    }
    Ok(samples)
}

/// One-core jobs until none fits.
fn full(name: &str, settings: Settings, progress: &mut Progress) -> anyhow::Result<Row> {
    let machine = Machine::flat(nodes(settings), 64, 4);
    let before = memory::resident(SELF);
    let mut context = kit::machine(machine, "first")?;
    let job = Job::units(1, 0).json();
    let jobs = machine.nodes * 64;
    let (filled, took) = measure::time(|| -> anyhow::Result<()> {
        for at in 0..jobs {
            kit::book(&mut context, &job)?;
            progress.step(at + 1, jobs);
        }
        Ok(())
    });
    filled?;
    let kept = memory::resident(SELF).zip(before).map(|(now, before)| now.saturating_sub(before));
    let vertices = context.graph().vertex_count();
    Ok(Row::new(name)
        .with(Column::Calls, jobs as f64)
        .with(Column::Vertices, vertices as f64)
        .with(Column::PerSecond, jobs as f64 / took.as_secs_f64())
        .with_size(Column::BytesPerVertex, kept.map(|kept| kept / vertices.max(1) as u64))
        .with_size(Column::Peak, memory::peak(SELF)))
}

/// A fork of the full machine, with one core less taken, and what follows in it.
fn forks(name: &str, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let machine = Machine::flat(nodes(settings), 64, 4);
    let mut context = kit::machine(machine, "first")?;
    let job = Job::units(1, 0).json();
    let jobs = machine.nodes * 64 - 1;
    for at in 0..jobs {
        kit::book(&mut context, &job)?;
        progress.step(at + 1, jobs);
    }
    let [mut forked, mut booked, mut cancelled, mut dropped] = [(); 4].map(|()| Samples::default());
    for _ in 0..settings.pick(50, 10) {
        let mut fork = forked.call(|| context.clone());
        let taken = booked.call(|| kit::book(&mut fork, &job))?;
        cancelled.call(|| fork.cancel(taken))?;
        dropped.call(|| drop(fork));
    }
    Ok(vec![
        forked.row(name),
        booked.row(format!("{name}: a core is booked")),
        cancelled.row(format!("{name}: and cancelled")),
        dropped.row(format!("{name}: and the fork ends")),
    ])
}

/// A core that is taken back each time, by the policy of the graph and by another one.
fn by_policy(name: &str, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let machine = Machine::flat(nodes(settings), 64, 4);
    let mut context = kit::machine(machine, "low")?;
    for _ in 0..machine.nodes / 32 {
        kit::book(&mut context, &Job::nodes(16).json())?;
    }
    let own = Wanted::default();
    let other = Wanted { policy: Some("high".parse()?), ..Wanted::default() };
    let job = Job::units(1, 0).json();
    let times = settings.pick(1000, 100);
    let mut rows = Vec::new();
    let cases = [(": its own", &own, times), (": the first time", &other, 1), ("", &other, times)];
    for (at, (what, wanted, times)) in cases.into_iter().enumerate() {
        let mut samples = Samples::default();
        for _ in 0..times {
            let operation = MatchOperation::Allocate;
            let matched = samples.call(|| context.match_with(operation, &job, kit::NOW, wanted))?;
            samples.visited(context.visits());
            context.cancel(matched.job)?;
        }
        rows.push(samples.row(format!("{name}{what}")));
        progress.step(at + 1, 3);
    }
    Ok(rows)
}

fn impossible(
    settings: Settings,
    progress: &mut Progress,
    operation: MatchOperation,
    queued: usize,
) -> anyhow::Result<Samples> {
    let (mut context, _) = queue(settings, queued, Job::mixed)?;
    let nodes = nodes(settings);
    let jobs = [
        Job::nodes(nodes + 1).json(),
        Job::spread(1, 65).json(),
        Job::units(8, 5).json(),
        Job::nodes(nodes).with_property("debug").json(),
        Job::nodes(1).on_hosts("elsewhere1").json(),
    ];
    let rounds = settings.pick(400, 40);
    let mut samples = Samples::default();
    for at in 0..rounds {
        for job in &jobs {
            kit::submit(&mut samples, &mut context, operation, job, Expected::No)?;
        }
        progress.step(at + 1, rounds);
    }
    Ok(samples)
}

fn parsing(text: &str) -> anyhow::Result<Samples> {
    let mut samples = Samples::default();
    // The first ones warm the caches.
    for at in 0..20_000 {
        let mut one = Samples::default();
        let parsed = one.call(|| fluxion_jobspec::parse(text, &|_| true).map(drop));
        parsed.map_err(|error| anyhow!("the jobspec cannot be read: {error}"))?;
        if at >= 10_000 {
            samples.join(one);
        }
    }
    Ok(samples)
}
