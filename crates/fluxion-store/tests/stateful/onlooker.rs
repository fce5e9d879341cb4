//! Somebody who watches: it knows what there was at first, and hears of nothing but happenings.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_context::{Context, JobId, JobState, TimeWindow};
use fluxion_graph::Status;
use fluxion_store::{Happening, NamedVertices, Store, Target};

/// What it believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Onlooker {
    /// Live jobs.
    jobs: BTreeMap<JobId, (JobState, TimeWindow, String)>,
    /// Paths of what is marked down.
    down: BTreeSet<String>,
}

impl Onlooker {
    /// What there is to be believed.
    pub(crate) fn of(store: &Store) -> Self {
        let context = store.context();
        let live = context.jobs_from(JobId(0)).filter(|job| job.state.is_live());
        let window = |job: &fluxion_context::Job| TimeWindow { start: job.at, end: job.end };
        let jobs =
            live.map(|job| (job.id, (job.state, window(&job), store.job_key(job.id).to_owned())));
        Self { jobs: jobs.collect(), down: down(context) }
    }

    pub(crate) fn hear(&mut self, happening: &Happening, context: &Context) {
        match happening {
            Happening::Booked { job, key, state, window } => {
                self.jobs.insert(*job, (*state, *window, key.to_string()));
            }
            Happening::Cancelled(job) | Happening::Ended(job) => drop(self.jobs.remove(job)),
            Happening::Begun(job) => {
                self.jobs.entry(*job).and_modify(|job| job.0 = JobState::Allocated);
            }
            Happening::Retimed { job, end } => {
                self.jobs.entry(*job).and_modify(|job| job.1.end = *end);
            }
            Happening::Marked { subject, status, .. } => {
                let Some(NamedVertices { target: Target::Path(path), .. }) = subject.as_deref()
                else {
                    return;
                };
                match status {
                    Status::Down => drop(self.down.insert(path.clone())),
                    Status::Up => drop(self.down.remove(path)),
                }
            }
            Happening::Shrunk { subject, .. } => {
                for job in subject.iter().flat_map(|subject| &subject.losses.cancelled) {
                    self.jobs.remove(job);
                }
                // what lay below ranks, or has other paths, is looked up
                self.down = down(context);
            }
            Happening::Grown { .. } => self.down = down(context),
            Happening::WindowSet { cancelled, truncated, .. } => {
                cancelled.iter().for_each(|job| drop(self.jobs.remove(job)));
                for (job, end) in truncated {
                    self.jobs.entry(*job).and_modify(|job| job.1.end = *end);
                }
            }
            Happening::Released(_) | Happening::PropertySet { .. } | Happening::WindowEnded(_) => {}
        }
    }

    /// Whether it believes what is true.
    pub(crate) fn compare(&self, store: &Store) -> Result<(), String> {
        let found = Self::of(store);
        if *self == found { Ok(()) } else { Err(format!("{self:?} was watched, found {found:?}")) }
    }
}

fn down(context: &Context) -> BTreeSet<String> {
    let (mut all, mut next) = (BTreeSet::new(), Some(0));
    while let Some(place) = next {
        let found = context.down_vertices(place, 3);
        all.extend(found.down.into_iter().map(|(path, _)| path));
        next = found.next;
    }
    all
}
