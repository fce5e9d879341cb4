//! Short workloads whose instructions are counted: in one thread, without a clock, equal from run to run.

mod counted;
mod grown;
mod hard;
mod windows;

use std::str::FromStr;

use anyhow::{Context as _, anyhow};
use fluxion_context::{Context, LoadFormat, MatchFormat, MatchOperation, Options, Status};

use crate::benches::kit::{self, Expected, NOW};
use crate::jobspecs::{Job, YAML};
use crate::machine::Machine;
use crate::random::Random;

use counted::{MACHINE, measured, submit_all};

pub(crate) use counted::COUNTED;
pub(crate) use grown::{Asked, GROWTH, Grown};

/// Begins all random sequences here.
const SEED: u64 = 1;

/// A workload by its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    /// How it is called on the command line and in the committed figures.
    pub(crate) name: &'static str,
    run: fn() -> anyhow::Result<()>,
}

impl Workload {
    /// All of them.
    pub(crate) const ALL: [Self; 20] = [
        Self { name: "load-jgf", run: load_jgf },
        Self { name: "load-rv1", run: load_rv1 },
        Self { name: "core-first", run: || cores("first") },
        Self { name: "core-lonode", run: || cores("lonode") },
        Self { name: "mixed-first", run: || mixed("first") },
        Self { name: "mixed-locality", run: || mixed("locality") },
        Self { name: "backfill", run: backfill },
        Self { name: "pinned", run: pinned },
        Self { name: "churn", run: churn },
        Self { name: "impossible", run: impossible },
        Self { name: "pinned-lonode", run: || hard::pinned("lonode") },
        Self { name: "slots-low", run: || hard::slots("low") },
        Self { name: "later-locality", run: || hard::later("locality") },
        Self { name: "other-policy", run: hard::other_policy },
        Self { name: "racks", run: hard::racks },
        Self { name: "constraints", run: hard::constraints },
        Self { name: "finds", run: hard::finds },
        Self { name: "forks", run: hard::forks },
        Self { name: "windows-first", run: || windows::cores("first") },
        Self { name: "windows-lonode", run: || windows::cores("lonode") },
    ];
}

/// What can be counted, by its name: a workload, or a request on a machine that has grown.
#[derive(Clone, Copy, Debug)]
pub struct Countable(Counted);

#[derive(Clone, Copy, Debug)]
enum Counted {
    Workload(Workload),
    Grown(Grown),
}

impl Countable {
    /// Does it once.
    ///
    /// # Errors
    /// What ought to work did not: this is a defect, of the workload or of what it measures.
    pub fn run(self) -> anyhow::Result<()> {
        match self.0 {
            Counted::Workload(workload) => (workload.run)(),
            Counted::Grown(grown) => grown.run(),
        }
    }
}

impl FromStr for Countable {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> anyhow::Result<Self> {
        let counted = match name.contains('/') {
            true => Counted::Grown(name.parse()?),
            false => Counted::Workload(name.parse()?),
        };
        Ok(Self(counted))
    }
}

impl FromStr for Workload {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> anyhow::Result<Self> {
        let names = || Self::ALL.map(|workload| workload.name).join(", ");
        let found = Self::ALL.into_iter().find(|workload| workload.name == name);
        found.ok_or_else(|| anyhow!("expected one of {}", names()))
    }
}

fn load(text: &str, format: LoadFormat) -> anyhow::Result<()> {
    let options = kit::options(format, "first");
    let mut loaded = None;
    measured(&mut || {
        loaded = Some(Context::load(text, &options).context("the machine was not loaded")?);
        Ok(())
    })
}

fn load_jgf() -> anyhow::Result<()> {
    load(&MACHINE.jgf(), LoadFormat::Jgf)
}

fn load_rv1() -> anyhow::Result<()> {
    load(&Machine::flat(1024, 64, 4).rv1(), LoadFormat::Rv1exec)
}

fn cores(policy: &str) -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, policy)?;
    let jobs = vec![Job::units(1, 0).json(); 1000];
    submit_all(&mut context, MatchOperation::Allocate, &jobs, Expected::Yes)
}

fn queue(count: usize) -> Vec<String> {
    let mut random = Random::new(SEED);
    (0..count).map(|_| Job::widely_mixed(&mut random, MACHINE.nodes).json()).collect()
}

fn mixed(policy: &str) -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, policy)?;
    submit_all(&mut context, MatchOperation::Allocate, &queue(200), Expected::Any)
}

fn backfill() -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, "first")?;
    kit::book(&mut context, &Job::nodes(MACHINE.nodes).json())?;
    let operation = MatchOperation::AllocateOrElseReserve;
    submit_all(&mut context, operation, &queue(200), Expected::Yes)
}

/// Half of the jobs wait for a node that is down, half for one that is taken; a hundred jobs end one after the other.
fn pinned() -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, "first")?;
    context.set_status("/cluster0/fake1", Status::Down);
    for at in 0..100 {
        kit::book(&mut context, &Job::nodes(1).lasting(60 + at).json())?;
    }
    let job = |at: usize| Job::nodes(1).on_hosts(&format!("fake{}", at % 2)).json();
    let jobs: Vec<String> = (0..200).map(job).collect();
    let operation = MatchOperation::AllocateOrElseReserve;
    submit_all(&mut context, operation, &jobs, Expected::Any)
}

/// As the published service does it: YAML in, JSON Graph Format out, and a cancel.
fn churn() -> anyhow::Result<()> {
    let options =
        Options { match_format: MatchFormat::JgfFull, ..kit::options(LoadFormat::Jgf, "first") };
    let mut context = Context::load(&MACHINE.jgf(), &options).context("not loaded")?;
    measured(&mut || {
        for _ in 0..500 {
            let matched = context.match_jobspec(MatchOperation::Allocate, YAML, NOW);
            let job = matched.map_err(|error| anyhow!("a match failed: {error}"))?.job;
            context.cancel(job)?;
        }
        Ok(())
    })
}

fn impossible() -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, "first")?;
    let jobs = [Job::nodes(1000), Job::spread(1, 33), Job::nodes(200).with_property("debug")];
    let jobs: Vec<String> = jobs.iter().cycle().take(600).map(Job::json).collect();
    submit_all(&mut context, MatchOperation::Satisfiability, &jobs, Expected::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_one_works() {
        for workload in Workload::ALL {
            (workload.run)().unwrap_or_else(|error| panic!("{}: {error}", workload.name));
            assert_eq!(workload.name.parse::<Workload>().unwrap().name, workload.name);
        }
    }
}
