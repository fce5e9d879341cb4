//! `find`, `status`, `grow`, `shrink`.

use clap::{Args, ValueEnum};
use fluxion_client::v1::{Reach, ShrinkJobs, Status, Vertices};
use serde_json::json;

use super::table::{Column, table};
use super::{Answer, Common, read};

pub(super) const FIND_HELP: &str = "\
Examples:
  fluxion find status=down
  fluxion find 'sched-now=free and property=ssd'

Exit status: 0 done, 1 refused or failed, 2 wrong options, 5 no such graph, 6 the server cannot be reached.";

pub(super) const STATUS_HELP: &str = "\
Examples:
  fluxion status /tiny0/rack0/node0
  fluxion status --ranks 0-3,7
  fluxion status /tiny0/rack0/node0 --set down --subtree

Exit status: 0 done, 1 refused or failed, 2 wrong options, 5 no such path or rank, 6 the server cannot be reached.";

pub(super) const GROW_HELP: &str = "\
The file is a JGF of what is new, with the path from the root to it.

Example:
  fluxion grow node2.json

Exit status: 0 done, 1 refused or failed, 2 wrong options, 5 no such graph, 6 the server cannot be reached.";

pub(super) const SHRINK_HELP: &str = "\
Examples:
  fluxion shrink /tiny0/rack0/node2
  fluxion shrink --ranks 2 --release

Exit status: 0 done, 1 a job holds something there, refused or failed, 2 wrong options,
5 no such path or rank, 6 the server cannot be reached.";

/// Which vertices are meant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Meant {
    /// Path of the vertices.
    path: Option<String>,

    /// Ranks of the vertices, an idset such as 0-3,7.
    #[arg(long)]
    ranks: Option<String>,
}

impl Meant {
    fn vertices(&self) -> Vertices {
        match &self.ranks {
            Some(ranks) => Vertices::Ranks(ranks.clone()),
            None => Vertices::Path(self.path.clone().unwrap_or_default()),
        }
    }
}

/// What to find.
#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    /// Criteria, say `status=down`.
    criteria: String,

    /// The time that `sched-now` speaks of.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    now: i64,
}

/// Whose status is shown or set.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    meant: Meant,

    /// Set the status instead of showing it.
    #[arg(long, value_name = "STATUS")]
    set: Option<Mark>,

    /// Set that of all that lies below too.
    #[arg(long, requires = "set")]
    subtree: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mark {
    Up,
    Down,
}

/// What to attach.
#[derive(Debug, Args)]
pub(crate) struct GrowArgs {
    /// The subgraph; `-` is standard input.
    file: String,
}

/// What to remove.
#[derive(Debug, Args)]
pub(crate) struct ShrinkArgs {
    #[command(flatten)]
    meant: Meant,

    /// Jobs lose what they hold there; without it nothing is removed that a job holds.
    #[arg(long)]
    release: bool,
}

pub(super) async fn find(common: &Common, own: &FindArgs) -> anyhow::Result<Answer> {
    let found = common.graph().await?.find(&own.criteria, own.now).await?;
    let text = found.resources.map(|set| set.text).unwrap_or_default();
    let json = json!({ "resources": text, "revision": found.revision });
    Ok(Answer::new(text, json))
}

pub(super) async fn status(common: &Common, own: &StatusArgs) -> anyhow::Result<Answer> {
    let graph = common.graph().await?;
    let Some(mark) = own.set else {
        let answer = graph.status(own.meant.vertices()).await?;
        let words: Vec<_> = answer
            .vertices
            .iter()
            .map(|vertex| (vertex.path.clone(), word(vertex.status())))
            .collect();
        let rows: Vec<_> =
            words.iter().map(|(path, word)| vec![(*word).to_owned(), path.clone()]).collect();
        let vertices: Vec<_> =
            words.iter().map(|(path, word)| json!({ "path": path, "status": word })).collect();
        let json = json!({ "vertices": vertices, "revision": answer.revision });
        return Ok(Answer::new(
            table(&[Column::Left("STATUS"), Column::Left("PATH")], &rows),
            json,
        ));
    };
    let status = match mark {
        Mark::Up => Status::Up,
        Mark::Down => Status::Down,
    };
    let reach = if own.subtree { Reach::Subtree } else { Reach::Vertices };
    let done = graph.set_status(own.meant.vertices(), status, reach).await?;
    Ok(changed(
        &format!("{} vertices are {}", done.vertices, word(status)),
        done.vertices,
        done.revision,
    ))
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Unspecified => "unknown",
        Status::Up => "up",
        Status::Down => "down",
    }
}

pub(super) async fn grow(common: &Common, own: &GrowArgs) -> anyhow::Result<Answer> {
    let text = read(&own.file)?;
    let done = common.graph().await?.grow(text).await?;
    Ok(changed(&format!("{} vertices came", done.vertices), done.vertices, done.revision))
}

pub(super) async fn shrink(common: &Common, own: &ShrinkArgs) -> anyhow::Result<Answer> {
    let jobs = if own.release { ShrinkJobs::Release } else { ShrinkJobs::Refuse };
    let done = common.graph().await?.shrink(own.meant.vertices(), jobs).await?;
    Ok(changed(&format!("{} vertices went", done.vertices), done.vertices, done.revision))
}

fn changed(text: &str, vertices: u64, revision: u64) -> Answer {
    Answer::new(format!("{text}\n"), json!({ "vertices": vertices, "revision": revision }))
}
