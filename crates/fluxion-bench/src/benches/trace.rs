//! B6: a day of the largest machine: jobs pinned to single nodes, most of which are taken.

use anyhow::Context as _;
use fluxion_context::{Context, JobId, MatchOperation};

use super::kit::{self, Expected};
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;
use crate::progress::Progress;
use crate::random::Random;
use crate::report::Row;

const NODES: usize = 12_000;

/// How often what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    placed: usize,
    failing: usize,
    cancels: usize,
}

fn counts(settings: Settings) -> Counts {
    let part = settings.pick(1, 20);
    Counts { placed: 12_000 / part, failing: 84_000 / part, cancels: 10_000 / part }
}

pub(super) fn title(settings: Settings) -> String {
    let Counts { placed, failing, cancels } = counts(settings);
    format!(
        "jobs pinned to single nodes of {NODES} x (64 + 4 gpus): {placed} placed, {failing} failing, {cancels} cancels (F8)"
    )
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&["trace"], run)
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Place,
    Fail,
    Cancel,
}

impl Counts {
    fn all(self) -> usize {
        self.placed + self.failing + self.cancels
    }

    /// One of what is left, as often as it is left; nothing but placing can happen on an empty machine.
    fn draw(&mut self, random: &mut Random, live: usize, free: usize) -> Event {
        let drawn = random.below(self.all());
        let must_cancel = free == 0 || (self.placed == 0 && self.failing == 0);
        if (live == 0 || drawn < self.placed) && self.placed > 0 && free > 0 {
            self.placed -= 1;
            Event::Place
        } else if !must_cancel
            && self.failing > 0
            && (drawn < self.placed + self.failing || live <= 1)
        {
            self.failing -= 1;
            Event::Fail
        } else {
            self.cancels = self.cancels.saturating_sub(1);
            Event::Cancel
        }
    }
}

/// The machine and who holds what.
struct Site {
    context: Context,
    random: Random,
    free: Vec<usize>,
    live: Vec<(usize, JobId)>,
}

#[derive(Default)]
struct Seen {
    placed: Samples,
    failing: Samples,
    cancels: Samples,
}

impl Site {
    fn pinned(
        &mut self,
        samples: &mut Samples,
        host: usize,
        expected: Expected,
    ) -> anyhow::Result<Option<JobId>> {
        let job = Job::nodes(1).on_hosts(&format!("fake{host}")).json();
        let operation = MatchOperation::Allocate;
        let matched = kit::submit(samples, &mut self.context, operation, &job, expected)?;
        Ok(matched.map(|matched| matched.job))
    }

    fn step(&mut self, event: Event, seen: &mut Seen) -> anyhow::Result<()> {
        match event {
            Event::Place => {
                let host = self.random.take(&mut self.free).context("no free node")?;
                let job = self.pinned(&mut seen.placed, host, Expected::Yes)?;
                self.live.extend(job.map(|job| (host, job)));
            }
            Event::Fail => {
                let at = self.random.below(self.live.len());
                let (host, _) = *self.live.get(at).context("no live job")?;
                self.pinned(&mut seen.failing, host, Expected::No)?;
            }
            Event::Cancel => {
                let (host, job) = self.random.take(&mut self.live).context("no live job")?;
                seen.cancels.call(|| self.context.cancel(job))?;
                self.free.push(host);
            }
        }
        Ok(())
    }
}

fn run(_: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let mut left = counts(settings);
    let all = left.all();
    let context = kit::machine(Machine::flat(NODES, 64, 4), "first")?;
    let (random, free) = (Random::new(settings.seed), (0..NODES).collect());
    let mut site = Site { context, random, free, live: Vec::new() };
    let mut seen = Seen::default();
    for at in 0..all {
        let event = left.draw(&mut site.random, site.live.len(), site.free.len());
        site.step(event, &mut seen)?;
        progress.step(at + 1, all);
    }
    let Seen { placed, failing, cancels } = seen;
    let mut matches = placed.clone();
    matches.join(failing.clone());
    Ok(vec![
        placed.row("placed"),
        failing.row("failing"),
        matches.row("all matches"),
        cancels.row("cancels"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_announced_happens() {
        let settings = Settings { size: super::super::Size::Short, seed: 7 };
        let (mut left, announced) = (counts(settings), counts(settings));
        let mut random = Random::new(settings.seed);
        let (mut live, mut free) = (0, NODES);
        let mut happened = Counts { placed: 0, failing: 0, cancels: 0 };
        for _ in 0..announced.all() {
            match left.draw(&mut random, live, free) {
                Event::Place => {
                    (happened.placed, live, free) = (happened.placed + 1, live + 1, free - 1)
                }
                Event::Fail => happened.failing += 1,
                Event::Cancel => {
                    (happened.cancels, live, free) = (happened.cancels + 1, live - 1, free + 1)
                }
            }
        }
        assert_eq!(happened, announced);
    }
}
