//! A graph that cannot be loaded.

use fluxion_context::{LoadError, Position};

use super::grug::grug_error;
use super::hwloc::hwloc_error;
use super::jgf::jgf_error;
use super::rv1::rv1_error;

/// What follows `: Runtime error: `: the text of the reference as one line, and a line of our own that says more.
pub(crate) fn load_error(error: &LoadError, file: &str) -> String {
    let place = place(error).map(|at| format!("{file}:{}:{}: ", at.line, at.column));
    let better = error.better_format().map(|format| format!(" (-f {format})"));
    let (place, better) = (place.unwrap_or_default(), better.unwrap_or_default());
    let reference = reference(error);
    let known = reference.lines().map(str::trim_end).collect::<Vec<_>>().join(" ");
    format!("{known}\nerror: {place}{error}{better}")
}

/// Of an R object the sentence alone says where.
fn place(error: &LoadError) -> Option<Position> {
    match error {
        LoadError::Rv1(_) => None,
        other => other.position(),
    }
}

fn reference(error: &LoadError) -> String {
    match error {
        LoadError::Policy(_) => "resource_query_t: ERROR: can't create matcher\n".to_owned(),
        LoadError::Traverser(_) => "resource_query_t: ERROR: can't create traverser\n".to_owned(),
        LoadError::Subsystems(_) => {
            "resource_query_t: ERROR: can't set subsystems to use for matching\n".to_owned()
        }
        LoadError::PruneFilters(_) => initializing("can't set pruning filters"),
        LoadError::Setup(_) => initializing("can't initialize traverser"),
        LoadError::Jgf(error) => generating(&jgf_error(error)),
        LoadError::Grug(error) => generating(grug_error(error)),
        LoadError::Hwloc(error) => generating(&hwloc_error(error)),
        LoadError::Rv1(error) => generating(&rv1_error(error)),
        LoadError::Stopped(error) => generating(&error.to_string()),
        LoadError::Exhausted(error) => generating(&error.to_string()),
    }
}

fn initializing(fault: &str) -> String {
    format!("initialize_matchers_and_traversers: ERROR: {fault}\n")
}

fn generating(reader: &str) -> String {
    format!("resource_query_t: ERROR: {reader}\nERROR: error generating resources\n")
}
