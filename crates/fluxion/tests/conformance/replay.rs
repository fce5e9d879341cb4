//! Runs the cases, as many at a time as there are processors.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::case::{Case, Failure};
use crate::{compare, limited};

/// For one case: far more than any needs.
const TIME: Duration = Duration::from_secs(20);

/// What differs, for each case; none if it passes.
pub(crate) fn all(cases: &[Case], files: &Path) -> Vec<Option<String>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, case)) = take(&next, cases) {
            let outcome = replay(case, files);
            done.push((at, outcome.unwrap_or_else(|e| Some(format!("    cannot run: {e}")))));
        }
        done
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    done.sort_by_key(|&(at, _)| at);
    done.into_iter().map(|(_, difference)| difference).collect()
}

fn take<'a>(next: &AtomicUsize, cases: &'a [Case]) -> Option<(usize, &'a Case)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    cases.get(at).map(|case| (at, case))
}

fn replay(case: &Case, files: &Path) -> Result<Option<String>, Failure> {
    let folder = tempfile::tempdir()?;
    let result = folder.path().join("R.out");
    let graph = folder.path().join("graph");
    let words = case.args.iter().map(|word| {
        word.replace("@R@", &result.to_string_lossy()).replace("@G@", &graph.to_string_lossy())
    });
    let mut command: Command = limited::query(words);
    link(&files.canonicalize()?, &folder.path().join("files"))?;
    let ended = limited::run(command.current_dir(folder.path()), case.stdin.as_bytes(), TIME)?;
    let Some(status) = ended.status else {
        return Ok(Some(format!("    no answer in {TIME:?}")));
    };
    if status.code().map(i64::from) != Some(case.exit) {
        let text = format!("    {status}, recorded {}; {}", case.exit, ended.stderr);
        return Ok(Some(text));
    }
    let printed = match &case.result {
        Some(_) => String::from_utf8_lossy(&fs::read(&result).unwrap_or_default()).into_owned(),
        None => ended.stdout,
    };
    Ok(compare::difference(case.result.as_ref().unwrap_or(&case.stdout), &printed))
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_dir(from, to)
}
