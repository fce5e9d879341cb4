//! `find`, `grow` and `shrink`: which resources there are.

use anyhow::Context as _;
use clap::{Args, ValueHint};
use fluxion_client::v1::ShrinkJobs;
use serde_json::json;

use super::answer::Answer;
use super::options::{Change, Common, Meant};
use super::texts::{self, called, drawn, read, written};

/// What to find.
#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    /// What to look for, such as `status=down`.
    criteria: String,

    /// The time for which `agfilter=true` adds figures.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    now: i64,
}

/// What to attach.
#[derive(Debug, Args)]
pub(crate) struct GrowArgs {
    /// The file; `-` is standard input.
    #[arg(value_hint = ValueHint::FilePath)]
    file: String,

    #[command(flatten)]
    change: Change,
}

/// What to remove.
#[derive(Debug, Args)]
pub(crate) struct ShrinkArgs {
    #[command(flatten)]
    meant: Meant,

    /// Take away what jobs hold there; without this, nothing that a job holds is removed.
    #[arg(long)]
    release: bool,

    #[command(flatten)]
    change: Change,
}

pub(super) async fn find(common: &Common, own: &FindArgs) -> anyhow::Result<Answer> {
    let found = common.graph().await?.find(&own.criteria, own.now).await?;
    let resources = found.resources.as_ref();
    let json = json!({
        "resources": written(resources),
        "revision": found.revision, "incarnation": found.incarnation,
    });
    let note = written(resources).is_none().then_some("no resources meet the criteria");
    Ok(Answer::new(drawn(resources), json).noting(note))
}

pub(super) async fn grow(common: &Common, own: &GrowArgs) -> anyhow::Result<Answer> {
    let text = read(&own.file)?;
    let graph = own.change.of(&common.graph().await?);
    let done = graph.grow(text).await.context(called(&own.file))?;
    let json = json!({
        "added": done.vertices, "revision": done.revision, "incarnation": done.incarnation,
    });
    let note = (done.vertices == 0).then_some("all vertices of the file are in the graph already");
    Ok(Answer::new(format!("{} added\n", texts::vertices(done.vertices)), json).noting(note))
}

pub(super) async fn shrink(common: &Common, own: &ShrinkArgs) -> anyhow::Result<Answer> {
    let jobs = if own.release { ShrinkJobs::Release } else { ShrinkJobs::Refuse };
    let graph = own.change.of(&common.graph().await?);
    let done = graph.shrink(own.meant.vertices(), jobs).await?;
    let json = json!({
        "removed": done.vertices, "revision": done.revision, "incarnation": done.incarnation,
    });
    Ok(Answer::new(format!("{} removed\n", texts::vertices(done.vertices)), json))
}
