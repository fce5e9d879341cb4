//! `jobs`: lists them, or shows one with what it holds.

use std::collections::BTreeMap;

use clap::Args;
use fluxion_client::v1::{Graph, Job, JobName, JobState};
use serde_json::{Value, json};

use super::answer::Answer;
use super::hint::Deed;
use super::options::Common;
use super::texts::{drawn, written};
use super::{names, offers};
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

fn job_table(jobs: &[Job]) -> String {
    table(&COLUMNS, &jobs.iter().map(row).collect::<Vec<_>>())
}

fn row(job: &Job) -> Vec<Cell> {
    let state = names::state_cell(job.state());
    vec![job.job_id.into(), state, job.start.into(), job.end.into(), job.job_key.as_str().into()]
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
    })
}
