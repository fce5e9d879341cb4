//! `status` and `properties` of vertices: shown or set.

use clap::Args;
use fluxion_client::v1::{GetStatusResponse, Graph, Reach, Status};
use serde_json::json;

use super::answer::Answer;
use super::options::{Change, Common, Meant};
use super::{names, offers, texts};
use crate::table::{Cell, Column, table};

/// Whose status is shown or set.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    meant: Meant,

    /// Set the status instead of showing it.
    #[arg(long, value_name = "STATUS", value_parser = names::status())]
    set: Option<Status>,

    /// Also set everything below.
    #[arg(long, requires = "set")]
    subtree: bool,

    #[command(flatten)]
    change: Change,
}

/// Whose properties are shown, or which is set.
#[derive(Debug, Args)]
pub(crate) struct PropertiesArgs {
    /// Path of the vertices.
    #[arg(add = offers::paths())]
    path: String,

    /// Set a property instead of showing all of them.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    set: Option<(String, String)>,

    #[command(flatten)]
    change: Change,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) async fn status(common: &Common, own: &StatusArgs) -> anyhow::Result<Answer> {
    let graph = own.change.of(&common.graph().await?);
    match own.set {
        Some(status) => set(&graph, own, status).await,
        None => Ok(shown(&graph.status(own.meant.vertices()).await?)),
    }
}

fn shown(answer: &GetStatusResponse) -> Answer {
    let (mut rows, mut vertices) = (Vec::new(), Vec::new());
    for vertex in &answer.vertices {
        rows.push(vec![names::status_cell(vertex.status()), vertex.path.as_str().into()]);
        let status = names::of_status(vertex.status());
        vertices.push(json!({ "path": vertex.path, "status": status }));
    }
    let json = json!({
        "vertices": vertices, "revision": answer.revision, "incarnation": answer.incarnation,
    });
    Answer::new(table(&[Column::Left("STATUS"), Column::Left("PATH")], &rows), json)
}

async fn set(graph: &Graph, own: &StatusArgs, status: Status) -> anyhow::Result<Answer> {
    let reach = if own.subtree { Reach::Subtree } else { Reach::Vertices };
    let done = graph.set_status(own.meant.vertices(), status, reach).await?;
    let word = names::of_status(status);
    let verb = if done.vertices == 1 { "is" } else { "are" };
    let text = format!("{} {verb} {word}\n", texts::vertices(done.vertices));
    let json = json!({
        "status": word, "marked": done.vertices,
        "revision": done.revision, "incarnation": done.incarnation,
    });
    Ok(Answer::new(text, json))
}

pub(super) async fn properties(common: &Common, own: &PropertiesArgs) -> anyhow::Result<Answer> {
    let graph = own.change.of(&common.graph().await?);
    if let Some((name, value)) = &own.set {
        let done = graph.set_property(&own.path, name, value).await?;
        let text = format!("{} marked {name}={value}\n", texts::vertices(done.vertices));
        let json = json!({
            "marked": done.vertices, "revision": done.revision, "incarnation": done.incarnation,
        });
        return Ok(Answer::new(text, json));
    }
    let answer = graph.properties(&own.path).await?;
    let properties: std::collections::BTreeMap<_, _> = answer.properties.iter().collect();
    let rows: Vec<Vec<Cell>> =
        properties.iter().map(|(name, value)| vec![name.into(), value.into()]).collect();
    let text = table(&[Column::Left("PROPERTY"), Column::Left("VALUE")], &rows);
    let json = json!({
        "properties": properties,
        "revision": answer.revision, "incarnation": answer.incarnation,
    });
    Ok(Answer::new(text, json))
}
