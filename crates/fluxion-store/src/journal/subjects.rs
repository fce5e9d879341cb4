//! What vertices are called, as it is written down, and back.

use fluxion_context::{Extent, JobId, Losses};

use crate::command::Target;
use crate::journal::wire;
use crate::subject::NamedVertices;

pub(super) fn put_subject(subject: &NamedVertices) -> wire::Subject {
    let NamedVertices { target, extent, losses } = subject;
    let (path, ranks) = match target {
        Target::Path(path) => (path.clone(), String::new()),
        Target::Ranks(ranks) => (String::new(), ranks.clone()),
    };
    let jobs = |jobs: &[JobId]| jobs.iter().map(|job| job.0).collect();
    wire::Subject {
        path,
        ranks,
        subtree: *extent == Extent::Subtree,
        cancelled: jobs(&losses.cancelled),
        released: jobs(&losses.released),
    }
}

pub(super) fn subject(told: wire::Subject) -> NamedVertices {
    let wire::Subject { path, ranks, subtree, cancelled, released } = told;
    let target = if path.is_empty() { Target::Ranks(ranks) } else { Target::Path(path) };
    let extent = if subtree { Extent::Subtree } else { Extent::Vertex };
    let jobs = |jobs: Vec<u64>| jobs.into_iter().map(JobId).collect();
    let losses = Losses { cancelled: jobs(cancelled), released: jobs(released) };
    NamedVertices { target, extent, losses }
}
