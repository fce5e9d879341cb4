//! `match`, `cancel`, `jobs`.

use clap::Args;
use fluxion_client::v1::{
    Error, Failure, Graph, Job, JobName, JobState, MatchOperation, MatchRequest, MatchResponse,
    ResourceFormat,
};
use serde_json::{Value, json};

use super::exit::Exit;
use super::table::{Column, pairs, table};
use super::{Answer, Common, names, read};

pub(super) const MATCH_HELP: &str = "\
Examples:
  fluxion match jobspec.yaml
  fluxion match jobspec.yaml --operation allocate_orelse_reserve --job-key batch-17
  fluxion match a.yaml b.yaml --output json

Of several jobspecs each is tried; the exit status is that of the first that failed:
0 done, 1 refused or failed, 2 wrong options, 3 nothing fits now, 4 can never fit,
5 not found, 6 the server cannot be reached.";

pub(super) const CANCEL_HELP: &str = "\
Examples:
  fluxion cancel 1 2
  fluxion cancel --job-key batch-17

Exit status: 0 done, 1 refused or failed, 2 wrong options, 5 no such job, 6 the server cannot be reached.";

pub(super) const JOBS_HELP: &str = "\
Examples:
  fluxion jobs
  fluxion jobs --state allocated --state reserved
  fluxion jobs 17
  fluxion jobs --job-key batch-17

Exit status: 0 done, 1 refused or failed, 2 wrong options, 5 no such job, 6 the server cannot be reached.";

/// What to match, and how.
#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    /// Jobspecs in YAML or JSON; `-` is standard input.
    #[arg(required = true, value_name = "JOBSPEC")]
    jobspecs: Vec<String>,

    /// allocate, allocate_orelse_reserve, allocate_with_satisfiability, satisfiability, without_allocating or
    /// without_allocating_future.
    #[arg(long, default_value = "allocate", value_parser = names::operation)]
    operation: MatchOperation,

    /// Another policy than that of the graph.
    #[arg(long, default_value = "", hide_default_value = true)]
    policy: String,

    /// The time of the match on the axis of the graph.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    now: i64,

    /// A name for the job by which it is found again.
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    job_key: String,

    /// A repeat with the same key gets the first answer.
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    request_key: String,

    /// How the resources are printed; as the graph says if left out.
    #[arg(long, value_name = "FORMAT", value_parser = names::resource_format)]
    resource_format: Option<ResourceFormat>,
}

/// Which jobs end.
#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// Numbers of jobs.
    #[arg(value_name = "JOB", required_unless_present = "job_key")]
    jobs: Vec<u64>,

    /// Keys of jobs.
    #[arg(long, value_name = "KEY")]
    job_key: Vec<String>,
}

/// Which jobs are shown.
#[derive(Debug, Args)]
pub(crate) struct JobsArgs {
    /// Number of the job to show.
    job: Option<u64>,

    /// Key of the job to show.
    #[arg(long, value_name = "KEY", conflicts_with = "job")]
    job_key: Option<String>,

    /// Only jobs in this state: allocated, reserved or canceled.
    #[arg(long, value_parser = names::state, conflicts_with_all = ["job", "job_key"])]
    state: Vec<JobState>,
}

pub(super) async fn place(common: &Common, own: &MatchArgs) -> anyhow::Result<Answer> {
    let graph = common.graph().await?;
    let mut answer = Answer::new(String::new(), Value::Null);
    let mut matches = Vec::new();
    for file in &own.jobspecs {
        let request = request(own, read(file)?);
        match graph.match_jobspec(request).await {
            Ok(matched) => {
                answer.text += &describe(&matched);
                matches.push(matched_json(file, &matched));
            }
            Err(Error::Call(failure)) if own.jobspecs.len() > 1 => {
                answer.text += &format!("{file}: {failure}\n");
                matches.push(failed_json(file, &failure));
                if answer.exit == Exit::Done {
                    answer.exit = Exit::of_failure(&failure);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    answer.json = json!({ "matches": matches });
    Ok(answer)
}

fn request(own: &MatchArgs, jobspec: String) -> MatchRequest {
    MatchRequest::of(jobspec)
        .with_operation(own.operation)
        .with_policy(&own.policy)
        .at(own.now)
        .with_job_key(&own.job_key)
        .with_request_key(&own.request_key)
        .with_resource_format(own.resource_format.unwrap_or_default())
}

fn describe(matched: &MatchResponse) -> String {
    let outcome = names::of_outcome(matched.outcome());
    let heading = match matched.job_id {
        0 => format!("{outcome}, at {}\n", matched.at),
        job => format!("job {job}: {outcome}, at {}\n", matched.at),
    };
    let resources = matched.resources.as_ref().map(|set| set.text.as_str());
    heading + resources.unwrap_or_default()
}

fn matched_json(file: &str, matched: &MatchResponse) -> Value {
    json!({
        "jobspec": file,
        "job_id": matched.job_id,
        "outcome": names::of_outcome(matched.outcome()),
        "at": matched.at,
        "resources": matched.resources.as_ref().map(|set| &set.text),
        "revision": matched.revision,
    })
}

fn failed_json(file: &str, failure: &Failure) -> Value {
    let error = json!({ "code": format!("{:?}", failure.code), "message": failure.message });
    json!({ "jobspec": file, "error": error })
}

pub(super) async fn cancel(common: &Common, own: &CancelArgs) -> anyhow::Result<Answer> {
    let graph = common.graph().await?;
    let numbers = own.jobs.iter().map(|&job| JobName::from(job));
    let keys = own.job_key.iter().map(|key| JobName::from(key.as_str()));
    let (mut text, mut cancelled) = (String::new(), Vec::new());
    for job in numbers.chain(keys) {
        let done = graph.cancel(job).await?;
        text += &format!("job {}: {} vertices released\n", done.job_id, done.released);
        cancelled.push(json!({ "job_id": done.job_id, "released": done.released }));
    }
    Ok(Answer::new(text, json!({ "cancelled": cancelled })))
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
    let rows: Vec<_> = jobs
        .iter()
        .map(|job| {
            let state = names::of_state(job.state()).to_owned();
            let [number, start, end] =
                [job.job_id.to_string(), job.start.to_string(), job.end.to_string()];
            vec![number, state, start, end, job.job_key.clone()]
        })
        .collect();
    table(&columns, &rows)
}

async fn show(graph: &Graph, name: JobName) -> anyhow::Result<Answer> {
    let job = graph.job(name).await?;
    let heading = pairs(&[
        ("job", job.job_id.to_string()),
        ("key", job.job_key.clone()),
        ("state", names::of_state(job.state()).to_owned()),
        ("start", job.start.to_string()),
        ("end", job.end.to_string()),
    ]);
    let resources = job.resources.as_ref().map(|set| set.text.as_str());
    let mut json = job_json(&job);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("resources".to_owned(), resources.into());
    }
    Ok(Answer::new(heading + resources.unwrap_or_default(), json))
}

fn job_json(job: &Job) -> Value {
    json!({
        "job_id": job.job_id,
        "job_key": job.job_key,
        "state": names::of_state(job.state()),
        "start": job.start,
        "end": job.end,
    })
}
