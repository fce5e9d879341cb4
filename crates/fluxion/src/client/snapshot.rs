//! `snapshot`: writes down all that there is of a graph.

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::options::Common;

/// No options of its own.
#[derive(Debug, Args)]
pub(crate) struct SnapshotArgs {}

pub(super) async fn snapshot(common: &Common, _: &SnapshotArgs) -> anyhow::Result<Answer> {
    let written = common.graph().await?.snapshot().await?;
    let (graph, revision) = (&common.graph, written.revision);
    let text = format!("graph {graph}: revision {revision} is written down\n");
    let json = json!({ "graph": graph, "revision": revision, "incarnation": written.incarnation });
    Ok(Answer::new(text, json))
}
