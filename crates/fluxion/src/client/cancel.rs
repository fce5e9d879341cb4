//! `cancel`: whole jobs, or a part of what one holds.

use anyhow::Context as _;
use clap::{Args, ValueHint};
use fluxion_client::v1::{Graph, JobName, ResourceFormat, ResourceSet};
use serde_json::{Value, json};

use super::answer::Answer;
use super::exit::Usage;
use super::options::{Change, Common};
use super::several::{Next, Several, Subject};
use super::texts::{self, called, read};
use super::{names, offers};

/// Which jobs end.
#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// Numbers of the jobs.
    #[arg(value_name = "JOB", required_unless_present = "job_key", value_parser = names::job, add = offers::jobs())]
    jobs: Vec<u64>,

    /// Keys of the jobs.
    #[arg(long, value_name = "KEY", add = offers::job_keys())]
    job_key: Vec<String>,

    /// Release only this resource set, of one job; `-` is standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    part: Option<String>,

    /// Format of the part: a form of jgf or rv1; the graph's own if not given.
    #[arg(long, requires = "part", value_parser = names::resource_format())]
    format: Option<ResourceFormat>,

    #[command(flatten)]
    change: Change,
}

impl CancelArgs {
    fn names(&self) -> Vec<JobName> {
        let numbers = self.jobs.iter().map(|&job| JobName::from(job));
        numbers.chain(self.job_key.iter().map(|key| JobName::from(key.as_str()))).collect()
    }
}

pub(super) async fn cancel(common: &Common, own: &CancelArgs) -> anyhow::Result<Answer> {
    match (&own.part, own.names().as_slice()) {
        (None, names) => whole(&common.graph().await?, own, names).await,
        (Some(file), [job]) => part(common, own, job, file).await,
        (Some(_), _) => Err(Usage("--part is of one job: expected one number or key").into()),
    }
}

async fn whole(graph: &Graph, own: &CancelArgs, names: &[JobName]) -> anyhow::Result<Answer> {
    let (mut several, mut cancelled, mut failed) = (Several::default(), Vec::new(), Vec::new());
    for (at, name) in names.iter().enumerate() {
        let graph = own.change.nth_of(graph, at);
        match graph.cancel(name.clone()).await {
            Ok(done) => {
                let (job, released) = (done.job_id, done.released);
                several.text += &format!("job {job}: {} released\n", texts::vertices(released));
                cancelled.push(json!({
                    "job_id": job, "released": released,
                    "revision": done.revision, "incarnation": done.incarnation,
                }));
            }
            Err(error) => {
                let (error, next) = several.failed(&Subject::Job(name), error);
                failed.push(failed_json(name, error));
                if next == Next::Stop {
                    break;
                }
            }
        }
    }
    Ok(several.answer(json!({ "cancelled": cancelled, "failed": failed })))
}

fn failed_json(name: &JobName, error: Value) -> Value {
    match name {
        JobName::Id(id) => json!({ "job_id": id, "error": error }),
        JobName::Key(key) => json!({ "job_key": key, "error": error }),
    }
}

async fn part(
    common: &Common,
    own: &CancelArgs,
    job: &JobName,
    file: &str,
) -> anyhow::Result<Answer> {
    let text = read(file)?;
    let graph = own.change.of(&common.graph().await?);
    let set = ResourceSet::of(own.format.unwrap_or_default(), text);
    let done = graph.partial_cancel(job.clone(), set).await.context(called(file))?;
    let (job_id, cancelled) = (done.job_id, done.cancelled);
    let outcome = if cancelled { "nothing is left, cancelled" } else { "a part released" };
    let json = json!({
        "job_id": job_id, "cancelled": cancelled,
        "revision": done.revision, "incarnation": done.incarnation,
    });
    Ok(Answer::new(format!("job {job_id}: {outcome}\n"), json))
}
