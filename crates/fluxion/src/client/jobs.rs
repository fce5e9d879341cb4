//! `jobs`: lists them, or shows one with what it holds.

use clap::Args;
use fluxion_client::v1::{Graph, Job, JobName, JobState};
use serde_json::{Value, json};

use super::answer::Answer;
use super::hint::Deed;
use super::names;
use super::options::Common;
use super::table::{Column, pairs, table};
use super::texts::{drawn, written};

/// Which jobs are shown.
#[derive(Debug, Args)]
pub(crate) struct JobsArgs {
    /// Number of the job to show.
    job: Option<u64>,

    /// Key of the job to show.
    #[arg(long, value_name = "KEY", conflicts_with = "job")]
    job_key: Option<String>,

    /// Only jobs in this state; more than one may be given.
    #[arg(long, value_parser = names::state(), conflicts_with_all = ["job", "job_key"])]
    state: Vec<JobState>,
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
        (None, None) => {
            let jobs = graph.jobs(&own.state).await?;
            let json = json!({ "jobs": jobs.iter().map(job_json).collect::<Vec<_>>() });
            Ok(Answer::new(job_table(&jobs), json))
        }
    }
}

fn job_table(jobs: &[Job]) -> String {
    let columns = [
        Column::Right("JOB"),
        Column::Left("STATE"),
        Column::Right("START"),
        Column::Right("END"),
        Column::Left("KEY"),
    ];
    let row = |job: &Job| {
        let state = names::state_cell(job.state());
        vec![
            job.job_id.into(),
            state,
            job.start.into(),
            job.end.into(),
            job.job_key.as_str().into(),
        ]
    };
    table(&columns, &jobs.iter().map(row).collect::<Vec<_>>())
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
    })
}
