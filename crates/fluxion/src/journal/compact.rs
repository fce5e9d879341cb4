//! `fluxion compact`: new snapshots, less history, a smaller file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueHint};
use fluxion_store::journal::{
    EncodedSnapshot, GraphEntry, Life, Log as _, LogError, Pruned, RecoveryError, Time, recover,
};
use fluxion_store::{RequestError, RequestId, SentRefusal};
use fluxion_store_sqlite::{SqliteLog, SqliteOptions};

use crate::journal::faults::{failed, refused};
use crate::journal::form::{counted, print};
use crate::journal::progress::ProgressLine;
use crate::moment::{self, span};
use crate::output::{Failure, Status};

const HELP: &str = "\
Examples:
  fluxion compact /var/lib/fluxion
  fluxion compact /var/lib/fluxion --history 0

Each graph gets a snapshot of its last state, so that a server starts at once. Records that are
older than --history go, and so do graphs that were dropped before; but what comes after the older
of the two newest snapshots stays, so that one that is damaged is not missed. The file then gives
back what it does not need: for a while it takes as much room again.

Exit status: 0 done, 1 the directory is damaged, 2 wrong options, 74 a file cannot be read or
written, 75 a server uses the directory, 78 it is no data directory, or of a newer version.";

/// So many rows are thrown away at once.
const ROWS: u32 = 10_000;

/// Which directory.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct CompactArgs {
    /// A data directory that no server uses.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,

    /// How long records stay at least: 45s, 90m, 12h, 7d, or 0.
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span)]
    history: Duration,
}

pub(super) fn compact(arguments: &CompactArgs) -> Result<Status, Failure> {
    let directory = &arguments.directory;
    let wrong = |error: LogError| refused(&error, directory);
    let opened = SqliteLog::open_existing(directory, &SqliteOptions::default()).map_err(wrong)?;
    let mut log = opened.log;
    let before = size(&log)?;
    let now = moment::now();
    let mut snapshots = 0;
    for graph in log.graphs().map_err(wrong)? {
        if graph.life == Life::Served && snapshot(&mut log, &graph, now, directory)? {
            snapshots += 1;
        }
    }
    let pruned = prune(&mut log, moment::before(now, arguments.history)).map_err(wrong)?;
    log.vacuum().map_err(wrong)?;
    print(&told(snapshots, pruned, before, size(&log)?))?;
    Ok(Status::Done)
}

fn size(log: &SqliteLog) -> Result<u64, Failure> {
    let path = log.place();
    let file = fs::metadata(&path).map_err(|error| failed("read", &path, &error))?;
    Ok(file.len())
}

/// Writes a snapshot of the last state; whether there was none.
fn snapshot(
    log: &mut SqliteLog,
    graph: &GraphEntry,
    now: Time,
    directory: &Path,
) -> Result<bool, Failure> {
    let wrong = |error: LogError| refused(&error, directory);
    let newest = log.snapshots(graph.id).map_err(wrong)?.into_iter().next();
    let mut line = ProgressLine::new();
    let what = format!("records of graph {}", graph.name);
    let recovered = recover(log, graph, &mut |progress| {
        line.tell(&what, progress.done, progress.of);
    });
    let recovered = recovered.map_err(|error| damaged(&error, directory))?;
    if newest.is_some_and(|head| head.sequence == graph.last) {
        return Ok(false);
    }
    let encoded = EncodedSnapshot::of(&recovered.store, graph.id, graph.last, now, &as_sent);
    for (number, part) in encoded.parts() {
        log.write_snapshot_part(&encoded.head, number, part).map_err(wrong)?;
    }
    log.finish_snapshot(&encoded.head).map_err(wrong)?;
    Ok(true)
}

fn damaged(error: &RecoveryError, directory: &Path) -> Failure {
    let hint = format!("`fluxion repair {}` says what can be done", directory.display());
    Failure::new(error).hint(hint)
}

/// Refusals that were read are kept as they were sent.
fn as_sent(_: &RequestId, refusal: &RequestError) -> SentRefusal {
    match refusal {
        RequestError::Sent(sent) => SentRefusal::clone(sent),
        refusal => SentRefusal { message: refusal.to_string(), ..SentRefusal::default() },
    }
}

fn prune(log: &mut SqliteLog, before: Time) -> Result<Pruned, LogError> {
    let mut all = Pruned::default();
    loop {
        let pruned = log.prune(before, ROWS)?;
        if pruned.is_empty() {
            return Ok(all);
        }
        all.frames += pruned.frames;
        all.snapshots += pruned.snapshots;
        all.graphs += pruned.graphs;
    }
}

fn told(snapshots: u64, pruned: Pruned, before: u64, after: u64) -> String {
    format!(
        "{} written\nthrown away: {}, {}, {}\n{} before, {} now\n",
        counted(snapshots, "snapshot", "snapshots"),
        counted(pruned.frames, "frame", "frames"),
        counted(pruned.snapshots, "snapshot", "snapshots"),
        counted(pruned.graphs, "dropped graph", "dropped graphs"),
        counted(before, "byte", "bytes"),
        counted(after, "byte", "bytes"),
    )
}
