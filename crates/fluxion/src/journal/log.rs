//! `fluxion log`: what happened, one line a record.

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use fluxion_server::legible;
use fluxion_store::journal::{GraphEntry, Log as _, Sequence, Time};
use fluxion_store_sqlite::{Inspected, SqliteLog};
use serde_json::json;

use crate::journal::chronicler::Happening;
use crate::journal::directory::looked_at;
use crate::journal::faults::{hint, refused, sentence};
use crate::journal::form::Form;
use crate::journal::history::{Histories, History, Told};
use crate::moment::{self, Moment};
use crate::output::{self, Failure, Status, note, write_to};

const HELP: &str = "\
Examples:
  fluxion log /var/lib/fluxion --limit 20
  fluxion log /var/lib/fluxion --graph default --job 17
  fluxion log /var/lib/fluxion --since 2h -o json | jq 'select(.what == \"booked\")'

Records come in the order of their times, each once, whatever snapshots there are. Vertices are
named by their paths, and what jobs hold by types, from the first moment of which a state is kept;
before that they are only counted. With -o json each line is a document.

Exit status: 0 done, 1 there are records that cannot be read, 2 wrong options, 74 it cannot be read,
75 a server uses it, 78 it is no data directory, or of a newer version.";

/// Which records.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct LogArgs {
    /// A data directory that no server uses, or a backup.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,

    /// Only what happened to this graph.
    #[arg(long, value_name = "NAME")]
    graph: Option<String>,

    /// Only what happened to the job of this number.
    #[arg(long, value_name = "JOB")]
    job: Option<u64>,

    /// Only what happened to the job of this key, or by the request of this key.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,

    /// Only what happened at this time or later: 2026-11-28T21:50:08Z, 2026-11-28, or 7d for seven days ago.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    since: Option<Moment>,

    /// Only what happened before this time.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    until: Option<Moment>,

    /// Only the last of these records.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,

    /// Print lines for people, or a JSON document a line.
    #[arg(long, short, value_name = "FORM", default_value = "table")]
    output: Form,
}

/// What is asked for, but for the graph.
struct Filter<'a> {
    arguments: &'a LogArgs,
    since: Option<Time>,
    until: Option<Time>,
}

impl Filter<'_> {
    fn takes(&self, happening: &Happening) -> bool {
        let LogArgs { job, key, .. } = self.arguments;
        let is_key =
            |key: &String| happening.job_key == *key || happening.request_keys.contains(key);
        self.since.is_none_or(|since| happening.time >= since)
            && self.until.is_none_or(|until| happening.time < until)
            && job.is_none_or(|job| happening.job.is_some_and(|found| found.0 == job))
            && key.as_ref().is_none_or(is_key)
    }
}

/// Prints the records; [`Status::Failed`] if some cannot be read.
pub(super) fn log(arguments: &LogArgs) -> Result<Status, Failure> {
    let Inspected { mut log, refusal } = looked_at(&arguments.directory)?;
    let wrong = |error: &_| refused(error, &arguments.directory);
    let histories = histories(&mut log, arguments)?;
    let columns = Columns::of(&histories);
    let mut status = Status::Done;
    let mut broken = None;
    write_to("-", |out| {
        if arguments.output == Form::Table {
            columns.heading(out)?;
        }
        let lines = Lines { arguments, columns: &columns, out, kept: VecDeque::new() };
        let told = lines.all(&mut log, histories);
        told.map(|found| (status, broken) = found)
    })?;
    if let Some(error) = broken {
        return Err(wrong(&error));
    }
    if let Some(error) = refusal {
        note(&sentence(&error));
        hint(&error, &arguments.directory).iter().for_each(|text| output::hint(text));
        status = Status::Failed;
    }
    Ok(status)
}

fn histories(log: &mut SqliteLog, arguments: &LogArgs) -> Result<Histories, Failure> {
    let wrong = |error: &_| refused(error, &arguments.directory);
    let graphs = log.graphs().map_err(|error| wrong(&error))?;
    let is_asked = |graph: &GraphEntry| arguments.graph.as_ref().is_none_or(|n| *n == graph.name);
    let graphs: Vec<_> = graphs.into_iter().filter(is_asked).collect();
    if let (Some(name), true) = (&arguments.graph, graphs.is_empty()) {
        return Err(Failure::new(format!("no graph {name} was ever there, or it is forgotten")));
    }
    let opened = graphs.into_iter().map(|graph| History::open(log, graph, Sequence(0)));
    Ok(Histories(opened.collect::<Result<_, _>>().map_err(|error| wrong(&error))?))
}

/// How wide the columns are.
pub(super) struct Columns {
    graph: usize,
    record: usize,
}

impl Columns {
    pub(super) fn of(Histories(histories): &Histories) -> Self {
        let width = |history: &History| legible(&history.graph.name).chars().count();
        let record = |history: &History| history.graph.last.to_string().len();
        Self {
            graph: histories.iter().map(width).max().unwrap_or(0).max("GRAPH".len()),
            record: histories.iter().map(record).max().unwrap_or(0).max("REVISION".len()),
        }
    }

    fn heading(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let (graph, record) = (self.graph, self.record);
        writeln!(
            out,
            "{:<24}  {:<graph$}  {:>record$}  {:>record$}  {:<9}  {:>record$}  ABOUT",
            "TIME", "GRAPH", "RECORD", "REVISION", "WHAT", "JOB"
        )
    }

    /// One line, without its end.
    pub(super) fn line(&self, name: &str, told: &Told) -> String {
        let (graph, record, name) = (self.graph, self.record, legible(name));
        match told {
            Told::Happened(happening, details) => {
                let Happening { time, sequence, revision, what, job, .. } = happening;
                let time = moment::shown(*time);
                let revision = revision.map(|revision| revision.to_string()).unwrap_or_default();
                let job = job.map(|job| job.to_string()).unwrap_or_default();
                let about = about(happening, details);
                let line = format!(
                    "{time}  {name:<graph$}  {sequence:>record$}  {revision:>record$}  {what:<9}  {job:>record$}  {}",
                    legible(&about)
                );
                line.trim_end().to_owned()
            }
            Told::Unreadable(first, last, reason) => {
                let pad = " ".repeat(24);
                format!(
                    "{pad}  {name:<graph$}  {first:>record$}  unreadable up to {last}: {reason}"
                )
            }
        }
    }
}

fn about(happening: &Happening, details: &str) -> String {
    let Happening { job_key, request_keys, principal, request_id, .. } = happening;
    let mut parts = Vec::new();
    let mut add = |name: &str, text: &str| {
        if !text.is_empty() {
            parts.push(format!("{name}{text}"));
        }
    };
    add("", details);
    add("key ", job_key);
    request_keys.iter().for_each(|key| add("request ", key));
    add("by ", principal);
    add("id ", request_id);
    parts.join("; ")
}

fn document(name: &str, told: &Told) -> String {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let value = match told {
        Told::Happened(happening, details) => json!({
            "time": moment::shown(happening.time),
            "nanoseconds": happening.time.0,
            "graph": name,
            "record": happening.sequence.0,
            "revision": happening.revision,
            "what": happening.what,
            "job": happening.job.map(|job| job.0),
            "job_key": filled(&happening.job_key),
            "request_keys": happening.request_keys,
            "principal": filled(&happening.principal),
            "request_id": filled(&happening.request_id),
            "about": filled(details),
        }),
        Told::Unreadable(first, last, reason) => json!({
            "graph": name, "record": first.0, "last_record": last.0,
            "what": "unreadable", "about": reason,
        }),
    };
    value.to_string()
}

/// What is printed.
struct Lines<'a> {
    arguments: &'a LogArgs,
    columns: &'a Columns,
    out: &'a mut dyn fmt::Write,
    /// The last lines, where no more are asked for.
    kept: VecDeque<String>,
}

impl Lines<'_> {
    /// All records that are asked for; how that ends, and what of the log could not be read.
    fn all(
        mut self,
        log: &mut SqliteLog,
        mut histories: Histories,
    ) -> Result<(Status, Option<fluxion_store::journal::LogError>), fmt::Error> {
        let now = moment::now();
        let at = |moment: Option<Moment>| moment.map(|moment| moment.time(now));
        let LogArgs { since, until, .. } = self.arguments;
        let filter = Filter { arguments: self.arguments, since: at(*since), until: at(*until) };
        let mut status = Status::Done;
        let broken = loop {
            let number = match histories.earliest(log) {
                Ok(Some(number)) => number,
                Ok(None) => break None,
                Err(error) => break Some(error),
            };
            let history = &mut histories.0[number];
            let told = history.tell(log, &|happening| filter.takes(happening));
            let Some(told) = told else { continue };
            if matches!(told, Told::Unreadable(..)) {
                status = Status::Failed;
            }
            let name = history.graph.name.clone();
            self.print(&name, &told)?;
        };
        for line in &self.kept {
            writeln!(self.out, "{line}")?;
        }
        Ok((status, broken))
    }

    fn print(&mut self, name: &str, told: &Told) -> fmt::Result {
        let line = match self.arguments.output {
            Form::Table => self.columns.line(name, told),
            Form::Json => document(name, told),
        };
        let Some(limit) = self.arguments.limit else { return writeln!(self.out, "{line}") };
        self.kept.push_back(line);
        if self.kept.len() > limit {
            self.kept.pop_front();
        }
        Ok(())
    }
}
