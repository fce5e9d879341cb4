//! Looking at a data directory, and at all that it keeps.

use std::path::{Path, PathBuf};

use fluxion_store::journal::{Examination, Log as _, LogError, examine};
use fluxion_store_sqlite::{Inspected, SqliteLog};

use crate::journal::faults::{failed, refused};
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

/// How much is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// All that was written, and that it leads to one state.
    Written,
    /// Also that within this state all counts are right.
    Counted,
}

/// All that is kept of each graph, proved.
pub(super) fn examined(log: &mut SqliteLog, proof: Proof) -> Result<Vec<Examination>, LogError> {
    let mut line = ProgressLine::new();
    let mut examinations = Vec::new();
    for graph in log.graphs()? {
        line.begin();
        let what = format!("records of graph {}", graph.name);
        let mut told = |progress: fluxion_store::journal::Progress| {
            line.tell(&what, progress.done, progress.of);
        };
        let mut examination = examine(log, &graph, &mut told)?;
        if proof == Proof::Counted {
            line.say(&format!("counting what is allocated in graph {}", graph.name));
            examination.prove_store();
        }
        examinations.push(examination);
    }
    Ok(examinations)
}

/// The path of something that stands beside a directory and has its name with something behind it.
pub(super) fn beside(directory: &Path, suffix: &str) -> Result<PathBuf, Failure> {
    let named = match directory.file_name() {
        Some(name) => directory.with_file_name(name),
        // `.` and the like have a name, but do not say it
        None => directory.canonicalize().map_err(|error| failed("find", directory, &error))?,
    };
    let mut name = named.into_os_string();
    name.push(suffix);
    Ok(name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(directory: &str, expected: &str) {
        assert_eq!(beside(Path::new(directory), ".new").unwrap(), Path::new(expected));
    }

    #[test]
    fn what_stands_beside_a_directory_is_not_in_it() {
        check("data", "data.new");
        check("data/", "data.new");
        check("a/data//", "a/data.new");
        check("/data/.", "/data.new");
        let here = std::env::current_dir().unwrap();
        check(".", &format!("{}.new", here.display()));
        assert!(beside(Path::new("none/.."), ".new").is_err());
    }
}
