//! How much a graph has, and how much of it a commit is about.

use fluxion_context::Action;
use fluxion_store::{Answer, Commit, Store};

use crate::transport::totals::Counts;

/// What a graph has.
pub(super) fn counts(store: &Store) -> Counts {
    let context = store.context();
    let vertices = context.graph().vertex_count() as u64;
    Counts { vertices, jobs: context.live_jobs() as u64 }
}

/// How many vertices the jobs hold that a commit is about, or how many it marks.
pub(super) fn touches(store: &Store, commit: &Commit) -> usize {
    match &commit.change.action {
        Some(Action::Book { record, .. }) => record.grants.len(),
        Some(Action::Cancel { job } | Action::End { job } | Action::Keep { job, .. }) => {
            store.context().grants_of(*job)
        }
        Some(Action::Mark { vertices, .. }) => vertices.len(),
        _ => 0,
    }
}

/// What a graph has more after a commit, if it has more.
pub(super) fn additions(answer: &Answer, commit: &Commit) -> Counts {
    let vertices = if let Answer::Grown(vertices) = answer { *vertices as u64 } else { 0 };
    let books = matches!(commit.change.action, Some(Action::Book { .. }));
    Counts { vertices, jobs: u64::from(books) }
}
