//! `watch`: what happens to a graph, a line for each thing, until it is interrupted.

use std::io::{self, Write as _};

use clap::Args;
use fluxion_client::v1::{
    Cursor, DownVertex, Event, EventChange, EventKind, GraphState, Job, Target, TargetName,
    WatchFrom, Watched, WindowSet,
};
use fluxion_server::legible;
use serde_json::{Value, json};

use super::answer::Answer;
use super::names;
use super::options::{Common, Output};

/// The longest word for what happens, as columns line up.
const WIDEST: usize = 12;

/// What to watch.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Begin with what came after this revision of the graph, or of an earlier load of it: `INCARNATION:REVISION`.
    #[arg(long, value_name = "CURSOR", conflicts_with = "state")]
    after: Option<Place>,

    /// Begin with the jobs that hold something, or will, and the vertices that are down.
    #[arg(long)]
    state: bool,

    /// Show events of this kind only; may be given several times.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = names::event_kind())]
    kind: Vec<EventKind>,

    /// End after so many events.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// Seconds without anything else after which a bookmark comes, which only `--output json` shows.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=3600))]
    bookmarks: u32,
}

/// A revision, and of which load of the graph if that is said.
#[derive(Clone, Debug)]
struct Place {
    incarnation: Option<String>,
    revision: u64,
}

impl std::str::FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (incarnation, revision) = match text.rsplit_once(':') {
            Some((incarnation, revision)) => (Some(incarnation.to_owned()), revision),
            None => (None, text),
        };
        let expected = "expected a revision, such as 17 or 0123456789abcdef:17";
        let revision = revision.parse().map_err(|_| expected.to_owned())?;
        Ok(Self { incarnation, revision })
    }
}

pub(super) async fn watch(common: &Common, own: &WatchArgs) -> anyhow::Result<Answer> {
    let graph = common.graph().await?;
    let from = match &own.after {
        Some(Place { incarnation: Some(incarnation), revision }) => {
            WatchFrom::after(incarnation, *revision)
        }
        Some(Place { incarnation: None, revision }) => {
            WatchFrom::after(graph.describe().await?.incarnation, *revision)
        }
        None if own.state => WatchFrom::state(),
        None => WatchFrom::now(),
    };
    let from = from.with_kinds(own.kind.iter().copied()).with_bookmarks(own.bookmarks);
    let mut watching = graph.watch(from).await?;
    let mut left = own.count.unwrap_or(u64::MAX);
    while left > 0 {
        let told = tokio::select! {
            told = watching.next() => told?,
            _ = tokio::signal::ctrl_c() => break,
        };
        left -= u64::from(matches!(told, Watched::Event(_)));
        match print(&told, common.connection.output) {
            Ok(()) => {}
            // a reader that is gone has seen enough
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Answer::new(String::new(), Value::Null))
}

/// Prints it at once: whoever reads it waits for it.
fn print(told: &Watched, output: Output) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match output {
        Output::Table => out.write_all(text(told).as_bytes())?,
        Output::Json => document(told).iter().try_for_each(|line| writeln!(out, "{line}"))?,
    }
    out.flush()
}

// --- for people ---

fn text(told: &Watched) -> String {
    match told {
        Watched::Begun(cursor) => line(cursor.revision, "begin", &cursor.incarnation),
        Watched::State(state, cursor) => {
            let jobs = state.jobs.iter().map(|job| line(cursor.revision, "state", &job_text(job)));
            let down = state
                .down
                .iter()
                .map(|vertex| line(cursor.revision, "state", &format!("{} is down", vertex.path)));
            let begin = line(cursor.revision, "begin", &cursor.incarnation);
            jobs.chain(down).chain([begin]).collect()
        }
        Watched::Event(event) => event_text(event),
        Watched::Bookmark(_) => String::new(),
    }
}

fn line(revision: u64, word: &str, what: &str) -> String {
    format!("{revision:>8}  {word:<WIDEST$}  {}\n", legible(what))
}

fn event_text(event: &Event) -> String {
    let Some((revision, word, what)) = event_words(event) else { return String::new() };
    line(revision, word, &what)
}

/// The revision of an event, the word for what it is about, and what has happened, by whom.
pub(super) fn event_words(event: &Event) -> Option<(u64, &'static str, String)> {
    let change = event.change.as_ref()?;
    let by = if event.principal.is_empty() {
        String::new()
    } else {
        format!("  by {}", event.principal)
    };
    Some((revision(event), names::of_event(kind(change)), what(change) + &by))
}

fn what(change: &EventChange) -> String {
    match change {
        EventChange::JobBooked(booked) => booked.job.as_ref().map(job_text).unwrap_or_default(),
        EventChange::JobRetimed(told) => format!("job {} until {}", told.job_id, told.end),
        EventChange::StatusSet(told) => {
            let below = if told.subtree { " and all below" } else { "" };
            let target = target(told.target.as_ref(), told.vertices);
            format!("{target}{below} {}", names::of_status(told.status()))
        }
        EventChange::PropertySet(told) => format!("{} {}={}", told.path, told.key, told.value),
        EventChange::Grown(told) => format!("{} vertices: {}", told.vertices, told.paths.join(" ")),
        EventChange::WindowSet(told) => window_text(told),
        EventChange::WindowEnded(told) => told.name.clone(),
        EventChange::Shrunk(told) => {
            let target = target(told.target.as_ref(), told.vertices);
            let jobs = |word: &str, jobs: &[u64]| match jobs {
                [] => String::new(),
                jobs => {
                    let jobs: Vec<_> = jobs.iter().map(u64::to_string).collect();
                    format!("; {word}: job {}", jobs.join(", "))
                }
            };
            let (gone, less) =
                (jobs("canceled", &told.canceled), jobs("loses a part", &told.released));
            format!("{} vertices: {target}{gone}{less}", told.vertices)
        }
        other => format!("job {}", job_of(other).unwrap_or_default()),
    }
}

fn window_text(told: &WindowSet) -> String {
    let when = match told.spans.first() {
        Some(first) => format!("from {} to {}", first.start, first.end),
        None => format!("from now+{} on", told.floating_lead),
    };
    let more = match told.spans.len() {
        0 | 1 => String::new(),
        spans => format!(" and {} times more", spans - 1),
    };
    let jobs = told.canceled.len() + told.truncated.len();
    let jobs = if jobs == 0 { String::new() } else { format!("; jobs that give way: {jobs}") };
    let kind = names::of_window_kind(told.kind());
    format!("{} {kind} {when}{more}{jobs}", told.name)
}

fn job_text(job: &Job) -> String {
    let key = if job.job_key.is_empty() { String::new() } else { format!(" key {}", job.job_key) };
    let (id, state) = (job.job_id, names::of_state(job.state()));
    format!("job {id} {state} from {} to {}{key}", job.start, job.end)
}

fn target(target: Option<&Target>, vertices: u64) -> String {
    match target.and_then(|target| target.target.as_ref()) {
        Some(TargetName::Path(path)) => path.clone(),
        Some(TargetName::Ranks(ranks)) => format!("ranks {ranks}"),
        None => format!("{vertices} vertices"),
    }
}

// --- what both need ---

fn revision(event: &Event) -> u64 {
    event.cursor.as_ref().map_or(0, |cursor| cursor.revision)
}

fn kind(change: &EventChange) -> EventKind {
    match change {
        EventChange::JobBooked(_) => EventKind::JobBooked,
        EventChange::JobCanceled(_) => EventKind::JobCanceled,
        EventChange::JobEnded(_) => EventKind::JobEnded,
        EventChange::JobBegun(_) => EventKind::JobBegun,
        EventChange::JobReleased(_) => EventKind::JobReleased,
        EventChange::JobRetimed(_) => EventKind::JobRetimed,
        EventChange::StatusSet(_) => EventKind::StatusSet,
        EventChange::PropertySet(_) => EventKind::PropertySet,
        EventChange::Grown(_) => EventKind::Grown,
        EventChange::Shrunk(_) => EventKind::Shrunk,
        EventChange::WindowSet(_) => EventKind::WindowSet,
        EventChange::WindowEnded(_) => EventKind::WindowEnded,
    }
}

fn job_of(change: &EventChange) -> Option<u64> {
    Some(match change {
        EventChange::JobBooked(told) => told.job.as_ref()?.job_id,
        EventChange::JobCanceled(told) => told.job_id,
        EventChange::JobEnded(told) => told.job_id,
        EventChange::JobBegun(told) => told.job_id,
        EventChange::JobReleased(told) => told.job_id,
        EventChange::JobRetimed(told) => told.job_id,
        _ => return None,
    })
}

// --- for scripts ---

/// A document for each thing, on a line of its own.
fn document(told: &Watched) -> Vec<Value> {
    match told {
        Watched::Begun(cursor) => vec![json!({ "item": "begin", "cursor": cursor_json(cursor) })],
        Watched::State(GraphState { jobs, down, windows }, cursor) => {
            let windows: Vec<_> = windows.iter().map(|window| json!(window.name)).collect();
            let down: Vec<_> = down.iter().map(down_json).collect();
            let jobs: Vec<_> = jobs.iter().map(job_json).collect();
            let cursor = cursor_json(cursor);
            vec![
                json!({ "item": "state", "cursor": cursor, "jobs": jobs, "down": down, "windows": windows }),
            ]
        }
        Watched::Event(event) => event_json(event).into_iter().collect(),
        Watched::Bookmark(cursor) => {
            vec![json!({ "item": "bookmark", "cursor": cursor_json(cursor) })]
        }
    }
}

/// As `--after` takes it.
fn cursor_json(cursor: &Cursor) -> Value {
    format!("{}:{}", cursor.incarnation, cursor.revision).into()
}

fn down_json(vertex: &DownVertex) -> Value {
    json!({ "path": vertex.path, "rank": vertex.rank })
}

fn job_json(job: &Job) -> Value {
    json!({
        "job_id": job.job_id, "job_key": job.job_key, "state": names::of_state(job.state()),
        "start": job.start, "end": job.end,
    })
}

fn event_json(event: &Event) -> Option<Value> {
    let change = event.change.as_ref()?;
    let mut document = json!({
        "item": "event", "event": names::of_event(kind(change)),
        "cursor": event.cursor.as_ref().map(cursor_json),
        "now": event.now, "principal": event.principal, "request_id": event.request_id,
    });
    let own = match change {
        EventChange::JobBooked(told) => told.job.as_ref().map(job_json)?,
        EventChange::JobRetimed(told) => json!({ "job_id": told.job_id, "end": told.end }),
        EventChange::StatusSet(told) => json!({
            "target": target_json(told.target.as_ref()), "subtree": told.subtree,
            "status": names::of_status(told.status()), "vertices": told.vertices,
        }),
        EventChange::PropertySet(told) => json!({
            "path": told.path, "key": told.key, "value": told.value, "vertices": told.vertices,
        }),
        EventChange::Grown(told) => json!({ "vertices": told.vertices, "paths": told.paths }),
        EventChange::Shrunk(told) => json!({
            "target": target_json(told.target.as_ref()), "vertices": told.vertices,
            "canceled": told.canceled, "released": told.released,
        }),
        EventChange::WindowSet(told) => json!({
            "name": told.name, "kind": names::of_window_kind(told.kind()),
            "vertices": told.vertices, "floating_lead": told.floating_lead,
            "spans": told.spans.iter().map(|s| json!([s.start, s.end])).collect::<Vec<_>>(),
            "canceled": told.canceled,
            "truncated": told.truncated.iter().map(|t| json!([t.job_id, t.end])).collect::<Vec<_>>(),
        }),
        EventChange::WindowEnded(told) => json!({ "name": told.name }),
        other => json!({ "job_id": job_of(other) }),
    };
    if let (Value::Object(all), Value::Object(own)) = (&mut document, own) {
        all.extend(own);
    }
    Some(document)
}

fn target_json(target: Option<&Target>) -> Value {
    match target.and_then(|target| target.target.as_ref()) {
        Some(TargetName::Path(path)) => json!({ "path": path }),
        Some(TargetName::Ranks(ranks)) => json!({ "ranks": ranks }),
        None => Value::Null,
    }
}
