//! Looking at a data directory, and at all that it keeps.

use std::path::Path;

use fluxion_store::journal::{Examination, Log as _, LogError, examine};
use fluxion_store_sqlite::{Inspected, SqliteLog};

use crate::journal::faults::refused;
use crate::journal::progress::ProgressLine;
use crate::output::Failure;

/// A directory to be looked at, which nobody would serve as it is if there is a `refusal`. Nothing in it changes.
pub(super) fn looked_at(directory: &Path) -> Result<Inspected, Failure> {
    SqliteLog::inspect(directory).map_err(|error| refused(&error, directory))
}

/// A directory to be looked at whose end is there.
pub(super) fn whole(directory: &Path) -> Result<SqliteLog, Failure> {
    let Inspected { log, refusal } = looked_at(directory)?;
    match refusal {
        None => Ok(log),
        Some(error) => Err(refused(&error, directory)),
    }
}

/// All that is kept of each graph, proved.
pub(super) fn examined(log: &mut SqliteLog) -> Result<Vec<Examination>, LogError> {
    let mut line = ProgressLine::new();
    let mut examinations = Vec::new();
    for graph in log.graphs()? {
        line.begin();
        let what = format!("records of graph {}", graph.name);
        let mut told = |progress: fluxion_store::journal::Progress| {
            line.tell(&what, progress.done, progress.of);
        };
        examinations.push(examine(log, &graph, &mut told)?);
    }
    Ok(examinations)
}
