//! What is hard where a machine is large: requests that could make a search look at all of it, and changes and
//! questions that concern little of it.

mod changes;
mod finds;
mod requests;
mod size;

use super::kit::POLICIES;
use super::{Case, Settings};
use crate::progress::Progress;
use crate::report::Row;

/// What follows the policies.
const OTHERS: [&str; 3] = ["racks", "constraints", "find"];

pub(super) fn title(settings: Settings) -> String {
    format!("what is hard on {} nodes x (64 cores + 4 gpus)", size::nodes(settings))
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&[&POLICIES[..], &OTHERS].concat(), run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    match case.variant.checked_sub(POLICIES.len()) {
        None => requests::rows(&case.name, settings, progress),
        Some(0) => changes::racks(settings, progress),
        Some(1) => finds::constraints(settings, progress),
        Some(_) => finds::rows(settings, progress),
    }
}
