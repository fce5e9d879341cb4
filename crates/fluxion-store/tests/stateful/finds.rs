//! What a find must say (`docs/semantics/find.md`), from the lists of vertices and jobs.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_context::Context;

use crate::answers;
use crate::commands::Question;
use crate::jobs::{Hold, Job, Jobs};
use crate::machine::Machine;
use crate::model::Model;

/// Asks, and compares.
pub(crate) fn ask(
    context: &Context,
    machine: &Machine,
    jobs: &Jobs,
    model: &Model,
    (question, at): (Question, usize),
    now: i64,
) -> Result<(), String> {
    let job = jobs.0.get(at % (jobs.0.len() + 1)).map_or(77, |job| job.id);
    let text = criteria(question, job);
    let found = context.find(&text, now);
    if question == Question::Nonsense {
        return found.map_or(Ok(()), |found| Err(format!("{text} found {found}")));
    }
    let found = found.map_err(|error| format!("{text}: {error}"))?;
    if question == Question::Aggregates {
        return compare_aggregates(machine, model, &found, now);
    }
    let mut finder = Finder { machine, jobs, question, job, seen: BTreeSet::new(), found: vec![] };
    finder.walk(machine.root, false);
    let printed: Vec<usize> =
        answers::read(machine, &found)?.vertices.iter().map(|shown| shown.vertex).collect();
    if printed == finder.found {
        return Ok(());
    }
    Err(format!("{text}: {:?} expected, found {printed:?}", finder.found))
}

fn criteria(question: Question, job: u64) -> String {
    match question {
        Question::Allocated => "sched-now=allocated".to_owned(),
        Question::Reserved => "sched-future=reserved".to_owned(),
        Question::Down => "status=down".to_owned(),
        Question::JobAllocated => format!("jobid-alloc={job}"),
        Question::JobReserved => format!("jobid-reserved={job}"),
        Question::JobTag => format!("jobid-tag={job}"),
        Question::Property => "property=a".to_owned(),
        Question::Aggregates => "agfilter=true".to_owned(),
        Question::Nonsense => "status=sideways".to_owned(),
    }
}

fn compare_aggregates(
    machine: &Machine,
    model: &Model,
    text: &str,
    now: i64,
) -> Result<(), String> {
    let figures = |v: usize| {
        let text =
            |(ty, (used, total)): (String, (u64, u64))| (ty, format!("used:{used}, total:{total}"));
        Some((v, model.figures(v, now)?.into_iter().map(text).collect()))
    };
    let reachable = machine.subtree(machine.root).into_iter();
    let expected: BTreeMap<usize, BTreeMap<String, String>> =
        reachable.filter_map(figures).collect();
    let found = answers::aggregates(machine, text);
    if found == expected { Ok(()) } else { Err(format!("{expected:?} expected, found {found:?}")) }
}

struct Finder<'a> {
    machine: &'a Machine,
    jobs: &'a Jobs,
    question: Question,
    job: u64,
    seen: BTreeSet<usize>,
    found: Vec<usize>,
}

impl Finder<'_> {
    /// Collects what is found at and below a vertex, children first; whether anything was.
    fn walk(&mut self, vertex: usize, above: bool) -> bool {
        self.seen.insert(vertex);
        let inherited =
            matches!(self.question, Question::Allocated | Question::Reserved | Question::Down);
        let holds = self.holds(vertex) || (inherited && above);
        let mut any = holds;
        for child in self.machine.children(vertex).collect::<Vec<_>>() {
            if !self.seen.contains(&child) {
                any |= self.walk(child, holds);
            }
        }
        if any {
            self.found.push(vertex);
        }
        any
    }

    fn holds(&self, vertex: usize) -> bool {
        let thing = self.machine.thing(vertex);
        let lists = |job: &Job, allocation: bool| {
            let named = |h: &Hold| h.vertex == vertex && h.exclusive && h.named;
            job.is_live() && job.allocation == allocation && job.holds.iter().any(named)
        };
        let any = |allocation| self.jobs.0.iter().any(|job| lists(job, allocation));
        let one = |allocation| self.jobs.get(self.job).is_some_and(|job| lists(job, allocation));
        match self.question {
            Question::Allocated => any(true),
            Question::Reserved => any(false),
            Question::Down => !thing.up,
            Question::JobAllocated => one(true),
            Question::JobReserved => one(false),
            Question::JobTag => self
                .jobs
                .get(self.job)
                .is_some_and(|job| job.is_live() && job.holds.iter().any(|h| h.vertex == vertex)),
            Question::Property => thing.properties.iter().any(|(key, _)| key == "a"),
            Question::Aggregates | Question::Nonsense => false,
        }
    }
}
