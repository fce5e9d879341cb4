//! `fluxion repair`: what has to be thrown away so that the rest can be served.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use fluxion_server::legible;
use fluxion_store::journal::{Examination, Life, LogError, Remedy};
use fluxion_store_sqlite::{Inspected, SqliteLog};

use crate::journal::check::drawn;
use crate::journal::directory::{Proof, beside, examined, looked_at};
use crate::journal::faults::{failed, refused, sentence};
use crate::journal::form::{counted, print};
use crate::journal::history::{Histories, History};
use crate::journal::log::Columns;
use crate::output::{self, Failure, Status};

const HELP: &str = "\
Examples:
  fluxion repair /var/lib/fluxion
  fluxion repair /var/lib/fluxion --apply

Without --apply nothing changes: it is said which records of which graphs would be lost. What a
backup holds is often worth more; `fluxion restore` makes a directory of one.

  * A damaged frame with a good snapshot after it costs history, and no state.
  * A damaged frame without one costs all records from there on: they never happened.
  * A damaged snapshot costs nothing as long as another one, or the beginning, leads to the end.
  * An end that is lost is lost already: what is there is taken for all that there was.

With --apply the files are copied first to DIR.before-repair.

Exit status: 0 nothing is damaged, or it is repaired, 1 something is damaged, 2 wrong options, 74 a
file cannot be read or written, 75 a server uses the directory, 78 it is no data directory, or of a
newer version.";

/// Which directory.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct RepairArgs {
    /// A data directory that no server uses.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,

    /// Only say what would be lost; what is done without any option.
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,

    /// Throw away what has to go.
    #[arg(long, visible_alias = "yes")]
    apply: bool,
}

/// What is wrong, and what is to be done.
struct Plan {
    /// Why nobody would serve the directory.
    refusal: Option<LogError>,
    remedies: Vec<Remedy>,
    /// Graphs for which nothing can be done.
    hopeless: Vec<String>,
    /// All of that in words.
    text: String,
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.refusal.is_none() && self.remedies.is_empty() && self.hopeless.is_empty()
    }
}

pub(super) fn repair(arguments: &RepairArgs) -> Result<Status, Failure> {
    let directory = &arguments.directory;
    let plan = plan(directory)?;
    print(&plan.text)?;
    if plan.is_empty() {
        return Ok(Status::Done);
    }
    if !plan.hopeless.is_empty() {
        let message = format!("graph {} cannot be repaired", plan.hopeless.join(", "));
        let hint = "`fluxion restore` makes a directory of a backup".to_owned();
        return Err(Failure::new(message).hint(hint));
    }
    if !arguments.apply {
        let directory = directory.display();
        output::hint(&format!(
            "nothing was changed: `fluxion repair {directory} --apply` copies the files and then does it"
        ));
        return Ok(Status::Failed);
    }
    apply(directory, &plan)
}

fn plan(directory: &Path) -> Result<Plan, Failure> {
    let wrong = |error: LogError| refused(&error, directory);
    let Inspected { mut log, refusal } = looked_at(directory)?;
    let mut plan =
        Plan { refusal, remedies: Vec::new(), hopeless: Vec::new(), text: String::new() };
    if let Some(error) = &plan.refusal {
        plan.text =
            format!("{}\n  what is there is taken for all that there was\n", sentence(error));
    }
    for examination in examined(&mut log, Proof::Written).map_err(wrong)? {
        match examination.remedy() {
            Some(remedy) => {
                plan.text += &described(&mut log, &examination, &remedy).map_err(wrong)?;
                plan.remedies.push(remedy);
            }
            None if !examination.flaws.is_empty() => {
                let name = examination.graph.name.clone();
                let flaws = examination.flaws.iter().map(|flaw| format!("graph {name}: {flaw}\n"));
                plan.text.extend(flaws);
                plan.hopeless.push(name);
            }
            None => {}
        }
    }
    if plan.is_empty() {
        plan.text += "nothing is damaged\n";
    }
    Ok(plan)
}

/// What is lost by a remedy: which records, and what they say as far as they can be read.
fn described(
    log: &mut SqliteLog,
    examination: &Examination,
    remedy: &Remedy,
) -> Result<String, LogError> {
    let graph = &examination.graph;
    let mut text = format!("graph {}: {}\n", legible(&graph.name), examination.flaws[0]);
    let lost = graph.last.0 - remedy.last.0;
    if remedy.is_all() && graph.life == Life::Dropped {
        text += "  it was dropped: its history is thrown away\n";
        return Ok(text);
    }
    if remedy.is_all() {
        text += "  no snapshot and no beginning is left: the whole graph is lost\n";
    } else if lost == 0 {
        text += "  no record is lost but history: the last state is kept\n";
    } else {
        let count = counted(lost, "record is", "records are");
        text += &format!("  {count} lost; it ends with record {} then\n", remedy.last);
    }
    if remedy.after.0 > 0 {
        let first = examination.chain.first;
        text += &format!("  the history from record {first} to {} is thrown away\n", remedy.after);
    }
    for snapshot in &remedy.snapshots {
        text += &format!("  the snapshot at record {snapshot} is thrown away\n");
    }
    if lost > 0 {
        let history = History::open(log, graph.clone(), remedy.last)?;
        text += &records(log, history)?;
    }
    Ok(text)
}

/// All records of a history, a line each.
fn records(log: &mut SqliteLog, history: History) -> Result<String, LogError> {
    let mut histories = Histories(vec![history]);
    let columns = Columns::of(&histories);
    let mut text = String::new();
    while histories.earliest(log)?.is_some() {
        let history = &mut histories.0[0];
        let told = history.tell(log, &|_| true);
        let name = history.graph.name.clone();
        text.extend(told.map(|told| format!("  lost: {}\n", columns.line(&name, &told))));
    }
    Ok(text)
}

fn apply(directory: &Path, plan: &Plan) -> Result<Status, Failure> {
    let wrong = |error: LogError| refused(&error, directory);
    let copy = copy_aside(directory)?;
    let opened = SqliteLog::accept_end(directory).map_err(wrong)?;
    let mut log = opened.log;
    // somebody may have had the directory between then and now
    let now = examined(&mut log, Proof::Written).map_err(wrong)?;
    if !now.iter().filter_map(Examination::remedy).eq(plan.remedies.iter().cloned()) {
        return Err(Failure::new(format!("{} has changed meanwhile", directory.display())));
    }
    log.mend(&plan.remedies).map_err(wrong)?;
    let examinations = examined(&mut log, Proof::Written).map_err(wrong)?;
    print(&format!("the files as they were are in {}\n", copy.display()))?;
    print(&drawn(&examinations))?;
    let is_good = examinations.iter().all(|examination| examination.flaws.is_empty());
    Ok(if is_good { Status::Done } else { Status::Failed })
}

/// Copies the files as they are into a directory that was not there before.
fn copy_aside(directory: &Path) -> Result<PathBuf, Failure> {
    let target = new_directory(directory)?;
    let entries = fs::read_dir(directory).map_err(|error| failed("read", directory, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", directory, &error))?;
        let (from, to) = (entry.path(), target.join(entry.file_name()));
        let copied = fs::copy(&from, &to).and_then(|_| File::open(&to)?.sync_all());
        copied.map_err(|error| failed("copy", &from, &error))?;
    }
    Ok(target)
}

fn new_directory(directory: &Path) -> Result<PathBuf, Failure> {
    for number in 1..1000 {
        let suffix = match number {
            1 => ".before-repair".to_owned(),
            number => format!(".before-repair-{number}"),
        };
        let path = beside(directory, &suffix)?;
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed("make", &path, &error)),
        }
    }
    Err(Failure::new("there are too many copies of earlier repairs"))
}
