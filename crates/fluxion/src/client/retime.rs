//! `retime`: lets a job end later or earlier.

use clap::{ArgGroup, Args};
use fluxion_client::v1::{JobName, NewEnd};
use serde_json::json;

use super::answer::Answer;
use super::options::{Change, Common};
use super::{names, offers};

/// Which job, and when it is to end.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("new_end").required(true)))]
pub(crate) struct RetimeArgs {
    /// Number of the job.
    #[arg(required_unless_present = "job_key", value_parser = names::job, add = offers::jobs())]
    job: Option<u64>,

    /// Key of the job.
    #[arg(long, value_name = "KEY", conflicts_with = "job", add = offers::job_keys())]
    job_key: Option<String>,

    /// When it is to end, on the axis of the graph.
    #[arg(long, value_name = "SECONDS", group = "new_end")]
    end: Option<i64>,

    /// How long it is to last from its start.
    #[arg(long, value_name = "SECONDS", group = "new_end")]
    duration: Option<i64>,

    /// How much later it is to end, or earlier with a minus.
    #[arg(long, value_name = "SECONDS", group = "new_end", allow_hyphen_values = true)]
    later_by: Option<i64>,

    #[command(flatten)]
    change: Change,
}

impl RetimeArgs {
    fn name(&self) -> JobName {
        match (self.job, &self.job_key) {
            (Some(job), _) => job.into(),
            (None, key) => key.clone().unwrap_or_default().into(),
        }
    }

    fn new_end(&self) -> NewEnd {
        match (self.end, self.duration) {
            (Some(end), _) => NewEnd::End(end),
            (None, Some(duration)) => NewEnd::Duration(duration),
            (None, None) => NewEnd::LaterBy(self.later_by.unwrap_or_default()),
        }
    }
}

pub(super) async fn retime(common: &Common, own: &RetimeArgs) -> anyhow::Result<Answer> {
    let graph = own.change.of(&common.graph().await?);
    let done = graph.retime(own.name(), own.new_end()).await?;
    let text = format!("job {}: from {} to {}\n", done.job_id, done.start, done.end);
    let json = json!({
        "job_id": done.job_id, "start": done.start, "end": done.end,
        "revision": done.revision, "incarnation": done.incarnation,
    });
    Ok(Answer::new(text, json))
}
