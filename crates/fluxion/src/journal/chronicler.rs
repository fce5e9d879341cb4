//! What a record says, in words. Whoever tells does again what it tells, where it can: then vertices have paths and types.

use std::collections::BTreeMap;

use fluxion_context::{Action, Addition, Grant, JobId, JobRecord, Status, VertexId};
use fluxion_store::journal::{Event, Record, Sequence, Settled, Time};
use fluxion_store::{Commit, Store};

use crate::journal::form::counted;

/// So many paths are named.
const NAMED: usize = 3;

/// What happened, without the details.
#[derive(Clone, Debug)]
pub(super) struct Happening {
    pub(super) time: Time,
    pub(super) sequence: Sequence,
    /// None if it makes no revision.
    pub(super) revision: Option<u64>,
    pub(super) what: &'static str,
    pub(super) job: Option<JobId>,
    /// The key of the job; empty if it has none, or none is known.
    pub(super) job_key: String,
    /// The keys of the requests whose answers it holds.
    pub(super) request_keys: Vec<String>,
    pub(super) principal: String,
    pub(super) request_id: String,
}

/// Tells of the records of one graph, one after the other.
#[derive(Debug, Default)]
pub(super) struct Chronicler {
    /// The graph as before the next record, if that is known.
    pub(super) store: Option<Store>,
}

impl Chronicler {
    /// Tells of the next record; the details only if `wanted` says so.
    pub(super) fn tell(
        &mut self,
        sequence: Sequence,
        record: Record,
        wanted: &dyn Fn(&Happening) -> bool,
    ) -> Option<(Happening, String)> {
        let happening = self.happening(sequence, &record);
        let is_wanted = wanted(&happening);
        let action = match &record.event {
            Event::Committed(settled) => settled.commit().change.action.as_ref(),
            _ => None,
        };
        // what is taken away has a name as long as it is there
        let shrunk = action.filter(|action| is_wanted && matches!(action, Action::Shrink(_)));
        let before = shrunk.map(|action| self.details(action));
        self.obey(&record);
        is_wanted.then(|| {
            let after = || match &record.event {
                Event::Created { store, .. } => vertices(store.context().graph().vertex_count()),
                _ => action.map(|action| self.details(action)).unwrap_or_default(),
            };
            (happening, before.unwrap_or_else(after))
        })
    }

    fn happening(&self, sequence: Sequence, record: &Record) -> Happening {
        let commit = match &record.event {
            Event::Committed(settled) => Some(settled.commit()),
            _ => None,
        };
        let (what, job) = kind(&record.event);
        let revision = match &record.event {
            Event::Created { store, .. } => Some(store.revision().0),
            _ => commit.filter(|commit| commit.change.action.is_some()).map(|c| c.revision.0),
        };
        Happening {
            time: record.time,
            sequence,
            revision,
            what,
            job,
            job_key: self.job_key(job, commit),
            request_keys: commit.map(request_keys).unwrap_or_default(),
            principal: record.principal.clone(),
            request_id: record.request_id.clone(),
        }
    }

    fn job_key(&self, job: Option<JobId>, commit: Option<&Commit>) -> String {
        let own = commit.map(|commit| commit.job_key.clone()).filter(|key| !key.is_empty());
        let known = || Some(self.store.as_ref()?.job_key(job?).to_owned());
        own.or_else(known).unwrap_or_default()
    }

    /// Does it again. What does not apply cannot be told of any more with names.
    fn obey(&mut self, record: &Record) {
        match &record.event {
            Event::Created { store, .. } => self.store = Some(Store::clone(store)),
            Event::Dropped { .. } => self.store = None,
            Event::Committed(settled) => self.replay(settled),
        }
    }

    fn replay(&mut self, settled: &Settled) {
        if self.store.as_mut().is_some_and(|store| store.replay(settled).is_err()) {
            self.store = None;
        }
    }

    // --- details ---

    fn details(&self, action: &Action) -> String {
        match action {
            Action::Book { job, record, .. } => {
                let JobRecord { state, window, grants, .. } = record;
                let (state, held) = (state.as_str().to_lowercase(), self.held(*job, grants));
                format!("{state} {} to {}: {held}", window.start, window.end)
            }
            Action::Cancel { .. } | Action::Begin { .. } | Action::End { .. } => String::new(),
            Action::Retime { end, .. } => format!("to {end}"),
            Action::Keep { job, grants } => format!("keeps {}", self.held(*job, grants)),
            Action::Mark { vertices, status } => {
                let status = if *status == Status::Down { "down" } else { "up" };
                format!("{status}: {}", self.named(vertices))
            }
            Action::SetProperty { vertices, key, value } => {
                format!("{key}={value}: {}", self.named(vertices))
            }
            Action::Grow(addition) => added(addition),
            Action::Shrink(vertices) => self.named(vertices),
            Action::SetWindow { window, truncated, cancelled } => {
                let jobs = truncated.len() + cancelled.len();
                let jobs = match jobs {
                    0 => String::new(),
                    _ => format!(", for {}", counted(jobs as u64, "job", "jobs")),
                };
                format!("{}{jobs}: {}", window.name, self.named(&window.roots))
            }
            Action::DropWindow { name } => name.to_string(),
        }
    }

    /// What a job has for itself, by types.
    fn held(&self, job: JobId, grants: &[Grant]) -> String {
        let held = self.store.as_ref().map(|store| store.context().held_by_type(job));
        match held {
            Some(held) if !held.is_empty() => by_type(&held),
            _ => vertices(grants.iter().filter(|grant| grant.exclusive).count()),
        }
    }

    /// The paths of vertices, or their number.
    fn named(&self, named: &[VertexId]) -> String {
        let Some(store) = &self.store else { return vertices(named.len()) };
        let graph = store.context().graph();
        let path = |&vertex: &VertexId| match graph.paths_of(vertex).next() {
            Some((_, path)) => graph.path_text(path),
            None => format!("vertex {}", vertex.0),
        };
        listed(named.iter().take(NAMED).map(path), named.len())
    }
}

fn kind(event: &Event) -> (&'static str, Option<JobId>) {
    let settled = match event {
        Event::Created { .. } => return ("created", None),
        Event::Dropped { .. } => return ("dropped", None),
        Event::Committed(settled) => settled,
    };
    match &settled.commit().change.action {
        Some(Action::Book { job, .. }) => ("booked", Some(*job)),
        Some(Action::Cancel { job }) => ("cancelled", Some(*job)),
        Some(Action::Begin { job }) => ("begun", Some(*job)),
        Some(Action::End { job }) => ("ended", Some(*job)),
        Some(Action::Retime { job, .. }) => ("retimed", Some(*job)),
        Some(Action::Keep { job, .. }) => ("released", Some(*job)),
        Some(Action::Mark { .. }) => ("status", None),
        Some(Action::SetProperty { .. }) => ("property", None),
        Some(Action::Grow(_)) => ("grown", None),
        Some(Action::Shrink(_)) => ("shrunk", None),
        Some(Action::SetWindow { .. }) => ("window", None),
        Some(Action::DropWindow { .. }) => ("window-ended", None),
        None if settled.commit().answers.is_empty() => ("noted", None),
        None => ("answered", None),
    }
}

fn request_keys(commit: &Commit) -> Vec<String> {
    commit.answers.iter().map(|kept| kept.id.key.to_string()).collect()
}

fn vertices(count: usize) -> String {
    match count {
        0 => "nothing".to_owned(),
        count => counted(count as u64, "vertex", "vertices"),
    }
}

fn by_type(held: &BTreeMap<&str, u64>) -> String {
    held.iter().map(|(ty, count)| format!("{count} {ty}")).collect::<Vec<_>>().join(", ")
}

fn added(addition: &Addition) -> String {
    let path = |vertex: &fluxion_context::AddedVertex| match vertex.paths.first() {
        Some(path) => path.path.clone(),
        None => vertex.name.to_string(),
    };
    listed(addition.vertices.iter().take(NAMED).map(path), addition.vertices.len())
}

fn listed(names: impl Iterator<Item = String>, of: usize) -> String {
    let names: Vec<String> = names.collect();
    let more = of.saturating_sub(names.len());
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    names.join(", ") + &more
}
