//! What is hard where a machine is large: requests that could make a search look at all of it, and changes and
//! questions that concern little of it.

mod changes;
mod finds;
mod requests;

use super::{Case, Settings};
use crate::machine::Machine;
use crate::progress::Progress;
use crate::report::Row;

const CASES: [&str; 13] = [
    "first",
    "firstnodex",
    "high",
    "low",
    "hinode",
    "lonode",
    "hinodex",
    "lonodex",
    "locality",
    "variation",
    "racks",
    "constraints",
    "find",
];

/// How many of the cases are policies.
const POLICIES: usize = 10;

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 1024)
}

/// The machine of most rows.
fn machine(settings: Settings) -> Machine {
    Machine::flat(nodes(settings), 64, 4)
}

pub(super) fn title(settings: Settings) -> String {
    format!("what is hard on {} nodes x (64 cores + 4 gpus)", nodes(settings))
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&CASES, run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    match case.variant - case.variant.min(POLICIES) {
        _ if case.variant < POLICIES => requests::rows(&case.name, settings, progress),
        0 => changes::racks(settings, progress),
        1 => finds::constraints(settings, progress),
        _ => finds::rows(settings, progress),
    }
}
