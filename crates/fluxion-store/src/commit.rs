//! One change of a store, as a value: what is done to the graph, and what clients attached to it.

use std::sync::Arc;

use fluxion_context::{Action, Change, Window, WindowTimes, footprint_of_job};

use crate::answer::Kept;
use crate::revision::{Incarnation, Revision};
use crate::subject::NamedVertices;

/// A property of a vertex, about.
const PROPERTY: u64 = 112;

/// One change of a store.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The load that it belongs to.
    pub incarnation: Incarnation,
    /// The revision after it.
    pub revision: Revision,
    /// The time of the graph at which it was decided, in seconds; 0 if it has no clock.
    pub time: i64,
    /// What happens to the graph and its jobs.
    pub change: Change,
    /// The key of the job that is booked; none if empty.
    pub job_key: String,
    /// What the vertices are called that it names, where a request named them.
    pub subject: Option<Arc<NamedVertices>>,
    /// Answers to be remembered: those that were given since the last commit without one of their own, then that of this
    /// one.
    pub answers: Vec<Arc<Kept>>,
}

impl Commit {
    /// What it adds to a store, in bytes, about; 0 if it only takes away.
    pub fn footprint(&self) -> u64 {
        match &self.change.action {
            Some(Action::Book { record, .. }) => footprint_of_job(&record.grants),
            Some(Action::SetProperty { vertices, key, value }) => {
                (key.len() + value.len()) as u64 + vertices.len() as u64 * PROPERTY
            }
            Some(Action::SetWindow { window, .. }) => bytes_of_window(window) as u64,
            _ => 0,
        }
    }
}

/// What a window takes beside itself, in bytes, about.
pub(crate) fn bytes_of_window(window: &Window) -> usize {
    let spans = match &window.times {
        WindowTimes::Spans(spans) => spans.len(),
        WindowTimes::Floating { .. } => 0,
    };
    window.name.len() + window.about.len() + window.roots.len() * 4 + spans * 16
}
