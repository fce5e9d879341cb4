//! `fluxion check`: is everything there, and is it what was written?

use std::path::PathBuf;

use clap::{Args, ValueHint};
use fluxion_store::journal::{Examination, Flaw, Life};
use fluxion_store_sqlite::Inspected;
use serde_json::{Value, json};

use crate::journal::directory::{Proof, examined, looked_at};
use crate::journal::faults::{hint, refused, sentence};
use crate::journal::form::{Form, print, print_document};
use crate::moment;
use crate::output::{self, Failure, Status};
use crate::table::{Cell, Column, Tone, table};

const HELP: &str = "\
Examples:
  fluxion check /var/lib/fluxion
  fluxion check backup -o json

Nothing in the directory changes, and no server may use it meanwhile. Of every graph:

  * every frame and every snapshot is compared with its hash, and each frame with the one before it;
  * the graph is made again from each snapshot, and from the beginning if that is kept: each way has
    to lead to the same state;
  * no resource may be allocated twice, and all counts have to be right, which takes
    longest to prove.

Exit status: 0 all is in order, 1 something is damaged or lost, 2 wrong options, 74 it cannot be
read, 75 a server uses it, 78 it is no data directory, or of a newer version.";

/// Which directory.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct CheckArgs {
    /// A data directory that no server uses, or a backup.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,

    /// Print a table for people, or one JSON document.
    #[arg(long, short, value_name = "FORM", default_value = "table")]
    output: Form,
}

/// Proves that all is in order; [`Status::Failed`] if it is not.
pub(super) fn check(arguments: &CheckArgs) -> Result<Status, Failure> {
    let directory = &arguments.directory;
    let Inspected { mut log, refusal } = looked_at(directory)?;
    let examinations =
        examined(&mut log, Proof::Counted).map_err(|error| refused(&error, directory))?;
    let refusals: Vec<String> = refusal.iter().map(sentence).collect();
    match arguments.output {
        Form::Table => print(&(drawn(&examinations) + &lines(&refusals, &examinations)))?,
        Form::Json => print_document(&document(&refusals, &examinations))?,
    }
    let mut flaws = examinations.iter().flat_map(|examination| &examination.flaws).peekable();
    if flaws.peek().is_none() && refusal.is_none() {
        return Ok(Status::Done);
    }
    let advice = match &refusal {
        Some(error) => hint(error, directory),
        None if flaws.all(|flaw| matches!(flaw, Flaw::Store(_))) => Some(
            "nothing is damaged: this is a defect of fluxion; keep the directory, and report it"
                .into(),
        ),
        None => None,
    };
    let general = || format!("`fluxion repair {}` says what can be done", directory.display());
    output::hint(&advice.unwrap_or_else(general));
    Ok(Status::Failed)
}

const COLUMNS: [Column; 8] = [
    Column::Left("GRAPH"),
    Column::Left("INCARNATION"),
    Column::Right("REVISION"),
    Column::Right("JOBS"),
    Column::Right("RECORDS"),
    Column::Right("SNAPSHOTS"),
    Column::Left("LAST RECORD"),
    Column::Left("VERDICT"),
];

/// A row for each graph; nothing if there is none.
pub(super) fn drawn(examinations: &[Examination]) -> String {
    match examinations {
        [] => "no graphs\n".to_owned(),
        _ => table(&COLUMNS, &examinations.iter().map(row).collect::<Vec<_>>()),
    }
}

fn row(examination: &Examination) -> Vec<Cell> {
    let Examination { graph, chain, store, .. } = examination;
    let number = |number: Option<String>| Cell::from(number.unwrap_or_default());
    vec![
        Cell::from(&graph.name),
        graph.incarnation.into(),
        number(store.as_ref().map(|store| store.revision().to_string())),
        number(store.as_ref().map(|store| store.context().live_jobs().to_string())),
        chain.records.into(),
        snapshots(examination).into(),
        moment::shown(chain.time).into(),
        verdict(examination),
    ]
}

fn snapshots(examination: &Examination) -> usize {
    examination.ways.iter().filter(|way| way.snapshot.is_some()).count()
}

fn verdict(examination: &Examination) -> Cell {
    match (examination.flaws.is_empty(), examination.graph.life) {
        (false, _) => Cell::toned("damaged", Tone::Bad),
        (true, Life::Served) => Cell::toned("good", Tone::Good),
        (true, Life::Dropped) => Cell::toned("good, dropped", Tone::Past),
    }
}

/// A line for all that is wrong.
fn lines(refusals: &[String], examinations: &[Examination]) -> String {
    let of_graphs = examinations.iter().flat_map(|examination| {
        let name = &examination.graph.name;
        examination.flaws.iter().map(move |flaw| format!("graph {name}: {flaw}"))
    });
    let all = refusals.iter().cloned().chain(of_graphs);
    all.map(|line| format!("{}\n", fluxion_server::legible(&line))).collect()
}

fn document(refusals: &[String], examinations: &[Examination]) -> Value {
    json!({
        "graphs": examinations.iter().map(graph).collect::<Vec<_>>(),
        "flaws": refusals,
    })
}

fn graph(examination: &Examination) -> Value {
    let Examination { graph, chain, store, flaws, .. } = examination;
    let store = store.as_ref();
    json!({
        "name": graph.name,
        "incarnation": graph.incarnation.to_string(),
        "dropped": graph.life == Life::Dropped,
        "revision": store.map(|store| store.revision().0),
        "live_jobs": store.map(|store| store.context().live_jobs()),
        "fingerprint": store.map(|store| format!("{:016x}", store.fingerprint())),
        "records": chain.records,
        "first_record": chain.first.0,
        "last_record": graph.last.0,
        "last_time": moment::shown(chain.time),
        "frame_bytes": chain.bytes,
        "snapshots": snapshots(examination),
        "flaws": flaws.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
