//! `jobs`: lists them, or shows one with what it holds.

use std::collections::BTreeMap;

use clap::Args;
use fluxion_client::v1::{Graph, HeldUpBy, HistoryRange, Job, JobName, JobState};
use fluxion_store::journal::Time;
use serde_json::{Value, json};

use super::answer::Answer;
use super::hint::Deed;
use super::options::Common;
use super::texts::{drawn, written};
use super::{names, offers};
use crate::moment::{self, Moment};
use crate::table::{Cell, Column, pairs, table};

/// Which jobs are shown.
#[derive(Debug, Args)]
pub(crate) struct JobsArgs {
    /// Number of the job to show.
    #[arg(value_parser = names::job, add = offers::jobs())]
    job: Option<u64>,

    /// Key of the job to show.
    #[arg(long, value_name = "KEY", conflicts_with = "job", add = offers::job_keys())]
    job_key: Option<String>,

    /// Only jobs in this state; more than one may be given.
    #[arg(long, value_parser = names::state(), conflicts_with_all = ["job", "job_key"])]
    state: Vec<JobState>,

    /// Only jobs that hold resources and that nobody has named since they were booked: their clients may never have heard
    /// of them.
    #[arg(long, conflicts_with_all = ["job", "job_key"])]
    unconfirmed: bool,

    /// The jobs to which something happened in the past, also those that the graph has forgotten, with when they were booked
    /// and when they ended, from what a server with --data-dir keeps.
    #[arg(long, conflicts_with_all = ["job", "job_key", "unconfirmed"])]
    history: bool,

    /// What happened at this time or later: 2026-11-28T21:50:08Z, 2026-11-28, or 7d for seven days ago.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse, requires = "history")]
    since: Option<Moment>,

    /// What happened before this time.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse, requires = "history")]
    until: Option<Moment>,

    /// An earlier load of the graph, which may be gone; `fluxion graphs` tells that of the present one.
    #[arg(long, default_value = "", hide_default_value = true, requires = "history")]
    incarnation: String,
}

impl JobsArgs {
    pub(super) fn deed(&self) -> Deed {
        let shows_one = self.job.is_some() || self.job_key.is_some();
        if shows_one { Deed::ShowJob } else { Deed::Other }
    }
}

pub(super) async fn list(common: &Common, own: &JobsArgs) -> anyhow::Result<Answer> {
    let graph = common.graph().await?;
    match (own.job, &own.job_key) {
        (Some(job), _) => show(&graph, job.into()).await,
        (None, Some(key)) => show(&graph, key.as_str().into()).await,
        (None, None) if own.history => {
            let graph = graph.with_incarnation(&own.incarnation);
            let jobs = graph.past_jobs(range(own), &own.state).await?;
            let json = json!({ "jobs": jobs.iter().map(past_json).collect::<Vec<_>>() });
            Ok(Answer::new(past_table(&jobs), json))
        }
        (None, None) if own.unconfirmed => {
            let jobs = graph.unconfirmed_jobs(&own.state).await?;
            let json = json!({ "jobs": jobs.iter().map(unconfirmed_json).collect::<Vec<_>>() });
            Ok(Answer::new(unconfirmed_table(&jobs), json))
        }
        (None, None) => {
            let jobs = graph.jobs(&own.state).await?;
            let json = json!({ "jobs": jobs.iter().map(job_json).collect::<Vec<_>>() });
            Ok(Answer::new(job_table(&jobs), json))
        }
    }
}

const COLUMNS: [Column; 5] = [
    Column::Right("JOB"),
    Column::Left("STATE"),
    Column::Right("START"),
    Column::Right("END"),
    Column::Left("KEY"),
];

/// Jobs, with what is remarkable about them if anything is.
fn job_table(jobs: &[Job]) -> String {
    let notes: Vec<String> = jobs.iter().map(remark).collect();
    if notes.iter().all(String::is_empty) {
        return table(&COLUMNS, &jobs.iter().map(row).collect::<Vec<_>>());
    }
    let columns: Vec<_> = COLUMNS.into_iter().chain([Column::Left("NOTE")]).collect();
    let with_note =
        |(job, note): (&Job, String)| row(job).into_iter().chain([note.into()]).collect();
    table(&columns, &jobs.iter().zip(notes).map(with_note).collect::<Vec<_>>())
}

/// What keeps a job from beginning although its time has come, or that its own is over.
fn remark(job: &Job) -> String {
    let waiting = || job.holds_up.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    match (&job.held_up_by, job.overruns, job.holds_up.is_empty()) {
        (Some(HeldUpBy { job_id: 0 }), ..) => "waits for what is down".to_owned(),
        (Some(HeldUpBy { job_id }), ..) => format!("waits for job {job_id}"),
        (None, true, false) => format!("its time is over: holds up {}", waiting()),
        (None, false, false) => format!("holds up {}", waiting()),
        (None, true, true) => "its time is over".to_owned(),
        (None, false, true) => String::new(),
    }
}

fn row(job: &Job) -> Vec<Cell> {
    let state = names::state_cell(job.state());
    vec![job.job_id.into(), state, job.start.into(), job.end.into(), job.job_key.as_str().into()]
}

/// The range that is meant, if it is asked for now.
fn range(own: &JobsArgs) -> HistoryRange {
    let now = moment::now();
    let seconds = |moment: Moment| moment.time(now).0 as f64 / 1e9;
    HistoryRange { since: own.since.map(seconds), until: own.until.map(seconds) }
}

/// Jobs with when they were booked and when they ended, as far as that is known.
fn past_table(jobs: &[Job]) -> String {
    let [job, state, start, end, key] = COLUMNS;
    let columns = [job, state, start, end, Column::Left("BOOKED"), Column::Left("ENDED"), key];
    let row = |job: &Job| {
        let mut row = row(job);
        let told = [job.booked_at, job.ended_at].map(|at| at.map(shown).unwrap_or_default());
        row.splice(4..4, told.map(Cell::from));
        row
    };
    table(&columns, &jobs.iter().map(row).collect::<Vec<_>>())
}

fn past_json(job: &Job) -> Value {
    let mut json = job_json(job);
    if let Some(fields) = json.as_object_mut() {
        // nobody is asked who has named it, or waits for it
        for name in ["unconfirmed", "held_up_by", "overruns", "holds_up"] {
            fields.remove(name);
        }
    }
    json["booked"] = job.booked_at.map(shown).into();
    json["ended"] = job.ended_at.map(shown).into();
    json
}

fn shown(seconds: f64) -> String {
    moment::shown(Time((seconds * 1e9) as u64))
}

/// Jobs with what helps to say whose they are: under which key they were asked for, how long ago, and what they hold.
fn unconfirmed_table(jobs: &[Job]) -> String {
    let more = [Column::Left("REQUEST KEY"), Column::Right("SECONDS AGO"), Column::Left("HOLDS")];
    let columns: Vec<_> = COLUMNS.into_iter().chain(more).collect();
    let row = |job: &Job| {
        let told = job.unconfirmed.clone().unwrap_or_default();
        let held: BTreeMap<_, _> = told.held.iter().collect();
        let held: Vec<_> = held.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let ago = format!("{:.0}", told.seconds);
        let more = [told.request_key.into(), ago.into(), held.join(", ").into()];
        row(job).into_iter().chain(more).collect()
    };
    table(&columns, &jobs.iter().map(row).collect::<Vec<_>>())
}

fn unconfirmed_json(job: &Job) -> Value {
    let told = job.unconfirmed.clone().unwrap_or_default();
    let mut json = job_json(job);
    json["request_key"] = Some(told.request_key).filter(|key| !key.is_empty()).into();
    json["booked_seconds_ago"] = told.seconds.into();
    json["held"] = json!(told.held.iter().collect::<BTreeMap<_, _>>());
    json
}

async fn show(graph: &Graph, name: JobName) -> anyhow::Result<Answer> {
    let job = graph.job(name).await?;
    let heading = pairs([
        ("job", job.job_id.into()),
        ("key", job.job_key.as_str().into()),
        ("state", names::state_cell(job.state())),
        ("start", job.start.into()),
        ("end", job.end.into()),
    ]);
    let heading = match remark(&job) {
        note if note.is_empty() => heading,
        note => heading + &pairs([("note", note.into())]),
    };
    let resources = job.resources.as_ref();
    let mut json = job_json(&job);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("resources".to_owned(), written(resources).into());
    }
    Ok(Answer::new(heading + &drawn(resources), json))
}

fn job_json(job: &Job) -> Value {
    json!({
        "job_id": job.job_id,
        "job_key": Some(&job.job_key).filter(|key| !key.is_empty()),
        "state": names::of_state(job.state()),
        "start": job.start,
        "end": job.end,
        "unconfirmed": job.unconfirmed.is_some(),
        "held_up_by": job.held_up_by.map(|by| by.job_id),
        "overruns": job.overruns,
        "holds_up": job.holds_up,
    })
}
