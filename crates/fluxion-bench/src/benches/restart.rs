//! What a server does when it begins again: a machine full of jobs from a snapshot, and what came after it from its records.

use anyhow::{Context as _, anyhow};
use fluxion_context::{Budget, Context, JobId, LoadFormat, MatchOperation, Wanted};
use fluxion_store::journal::{
    ChainEnd, EncodedSnapshot, Event, GroupCommit, Log, OpenFrame, Record, Time, recover,
};
use fluxion_store::{
    Command, Incarnation, JobName, KeyedCommand, RequestError, RequestId, SentRefusal, Store,
};
use fluxion_store_sqlite::{Durability, SqliteLog, SqliteOptions};
use tempfile::TempDir;

use super::kit::{self, NOW};
use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure;
use crate::progress::Progress;
use crate::report::{Column, Row};

/// So many records are written at once.
const FRAME: u64 = 64;

/// The name of the graph.
const NAME: &str = "g";

const CASES: [&str; 1] = ["the machine full of one-core jobs"];

fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 256)
}

pub(super) fn title(settings: Settings) -> String {
    format!("a server begins again, {} nodes x (64 cores + 4 gpus)", nodes(settings))
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&CASES, run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let machine = Machine::flat(nodes(settings), 64, 4);
    let directory = TempDir::new()?;
    let mut writer = Writer::new(&directory, machine)?;
    let (jobs, changes) = (machine.nodes * 64, settings.pick(1_000_000, 20_000));
    for at in 0..jobs {
        writer.book()?;
        progress.step(at + 1, jobs + changes);
    }
    let (written, wrote) = measure::time(|| writer.snapshot());
    written?;
    let (recovered, restored) = measure::time(|| writer.recover());
    recovered?;
    // a job ends and another one takes its place
    for at in 0..changes / 2 {
        writer.cancel(JobId(1 + at as u64))?;
        writer.book()?;
        progress.step(jobs + 2 * at + 1, jobs + changes);
    }
    writer.write()?;
    let (recovered, all) = measure::time(|| writer.recover());
    recovered?;
    let rows = [
        ("its snapshot is written", jobs, wrote),
        ("and read", jobs, restored),
        ("records that came after it are done again", changes, all.saturating_sub(restored)),
    ];
    let row = |(what, count, took): (&str, usize, std::time::Duration)| {
        Row::new(format!("{}: {what}", case.name))
            .with(Column::Calls, count as f64)
            .with(Column::Seconds, took.as_secs_f64())
            .with(Column::PerSecond, count as f64 / took.as_secs_f64().max(1e-9))
    };
    Ok(rows.map(row).into())
}

/// A graph that is written down as a server would.
struct Writer {
    store: Store,
    log: SqliteLog,
    end: ChainEnd,
    frame: OpenFrame,
    jobspec: String,
}

/// Nothing is refused here.
fn refusal(_: &RequestId, _: &RequestError) -> SentRefusal {
    SentRefusal::default()
}

impl Writer {
    fn new(directory: &TempDir, machine: Machine) -> anyhow::Result<Self> {
        let options = kit::options(LoadFormat::Rv1exec, "first");
        let context = Context::load(&machine.rv1(), &options).context("no machine")?;
        let store = Store::new(context, options, Incarnation(1));
        let durability = SqliteOptions { durability: Durability::None, ..Default::default() };
        let mut log = SqliteLog::open(directory.path(), &durability)?.log;
        let graph = log.next_graph();
        let mut end = ChainEnd::start(graph, store.incarnation());
        let mut frame = OpenFrame::new();
        let event = Event::Created { name: NAME.to_owned(), store: Box::new(store.clone()) };
        frame.push(&Record::new(Time(0), event), &refusal);
        let (created, frames) = (vec![(graph, NAME.to_owned())], vec![frame.seal(&mut end, 0)]);
        log.append(&GroupCommit { created, frames, dropped: Vec::new() })?;
        Ok(Self { store, log, end, frame: OpenFrame::new(), jobspec: Job::units(1, 0).json() })
    }

    fn book(&mut self) -> anyhow::Result<()> {
        self.carry_out(Command::Match {
            operation: MatchOperation::Allocate,
            jobspec: self.jobspec.clone(),
            now: NOW,
            wanted: Wanted::default(),
            job_key: String::new(),
        })
    }

    fn cancel(&mut self, job: JobId) -> anyhow::Result<()> {
        self.carry_out(Command::Cancel { job: JobName::Id(job) })
    }

    fn carry_out(&mut self, command: Command) -> anyhow::Result<()> {
        let request = KeyedCommand { id: None, command };
        let proposal = self.store.decide(&request, &Budget::UNLIMITED, &|| 0.0);
        let commit = proposal.map_err(|error| anyhow!("{error}"))?.commit;
        let settled = self.store.settle(commit.context("nothing was done")?)?;
        self.frame.push(&Record::new(Time(0), Event::Committed(settled)), &refusal);
        if self.frame.records() == FRAME { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> anyhow::Result<()> {
        let frame = std::mem::take(&mut self.frame);
        if !frame.is_empty() {
            let frames = vec![frame.seal(&mut self.end, 0)];
            self.log.append(&GroupCommit { frames, ..GroupCommit::default() })?;
        }
        Ok(())
    }

    fn snapshot(&mut self) -> anyhow::Result<()> {
        self.write()?;
        let ChainEnd { graph, sequence, .. } = self.end;
        let snapshot = EncodedSnapshot::of(&self.store, graph, sequence, Time(0), &refusal);
        for (number, part) in snapshot.parts() {
            self.log.write_snapshot_part(&snapshot.head, number, part)?;
        }
        Ok(self.log.finish_snapshot(&snapshot.head)?)
    }

    /// What a server does when it begins again.
    fn recover(&mut self) -> anyhow::Result<Store> {
        let entry = self.log.graphs()?.pop().context("no graph")?;
        Ok(recover(&mut self.log, &entry, &mut |_| ())?.store)
    }
}
