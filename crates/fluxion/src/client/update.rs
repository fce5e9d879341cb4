//! `update`: books what was chosen elsewhere.

use anyhow::Context as _;
use clap::{Args, ValueHint};
use fluxion_client::v1::{ResourceFormat, ResourceSet, UpdateRequest};
use serde_json::json;

use super::answer::Answer;
use super::names;
use super::options::{Change, Common};
use super::texts::{called, drawn, read, written};

/// What to book.
#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// The resource set; `-` is standard input.
    #[arg(value_hint = ValueHint::FilePath)]
    file: String,

    /// The number of the job.
    #[arg(long, value_name = "JOB")]
    job: u64,

    /// A name by which the job can be found again.
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    job_key: String,

    /// Format of the resource set: a form of jgf or rv1; the graph's own if not given.
    #[arg(long, value_parser = names::resource_format())]
    format: Option<ResourceFormat>,

    /// When the job starts.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    start: i64,

    /// How long the job lasts.
    #[arg(long, value_name = "SECONDS")]
    duration: i64,

    #[command(flatten)]
    change: Change,
}

pub(super) async fn update(common: &Common, own: &UpdateArgs) -> anyhow::Result<Answer> {
    let text = read(&own.file)?;
    let request = UpdateRequest {
        job_id: own.job,
        job_key: own.job_key.clone(),
        resources: Some(ResourceSet::of(own.format.unwrap_or_default(), text)),
        start: own.start,
        duration: own.duration,
        ..UpdateRequest::default()
    };
    let graph = own.change.of(&common.graph().await?);
    let done = graph.update(request).await.context(called(&own.file))?;
    let resources = done.resources.as_ref();
    let text = format!("job {}: booked, at {}\n{}", done.job_id, own.start, drawn(resources));
    let json = json!({
        "job_id": done.job_id, "resources": written(resources),
        "revision": done.revision, "incarnation": done.incarnation,
    });
    Ok(Answer::new(text, json))
}
