//! The page once, as text or as a document: asked for in a row, and an error is that of the command.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use fluxion_client::v1::{Graph, WatchFrom, Watched};
use fluxion_server::legible;
use ratatui::buffer::Buffer;
use ratatui::crossterm::terminal::window_size;
use ratatui::layout::Rect;
use serde_json::{Value, json};

use super::asking;
use super::header::Pace;
use super::looks::{Looks, Manner};
use super::model::{Model, Tidings};
use super::page::{self, Page};
use super::paint::Paint;
use super::panes::resources;
use crate::client::names;
use crate::colour::Colour;

/// Where no terminal says otherwise.
const USUAL: (u16, u16) = (80, 24);

/// Asks for all that the page shows.
pub(super) async fn look(graph: &Graph, model: &mut Model) -> anyhow::Result<()> {
    let mut watching = graph.watch(WatchFrom::state()).await?.with_patience(Duration::ZERO);
    let state = watching.next().await?;
    drop(watching);
    let (before, last_start) = match &state {
        Watched::State(state, cursor) => {
            (asking::before(graph, cursor).await, asking::last_start(&state.jobs))
        }
        _ => (Vec::new(), 0),
    };
    model.learn(Tidings::Time(graph.time().await?));
    model.learn(Tidings::Watched(state));
    model.learn(Tidings::Before(before));
    let figures = graph.stats().await?;
    let now = asking::time_of_counts(graph, last_start).await?;
    let counts = asking::counts(graph, figures.vertices_by_type.keys(), now).await?;
    model.learn(Tidings::Figures(figures));
    model.learn(Tidings::Counts(counts));
    Ok(())
}

/// As large as `COLUMNS` and `LINES` say, or else the terminal.
pub(super) fn text(model: &Model) -> String {
    let told = |name: &str| std::env::var(name).ok()?.parse::<u16>().ok();
    let window = io::stdout().is_terminal().then(window_size).and_then(Result::ok);
    let window = window.filter(|window| window.columns > 0 && window.rows > 0);
    // the last line of a terminal is where it goes on
    let (width, height) = window.map_or(USUAL, |window| (window.columns, window.rows - 1));
    let area = Rect::new(0, 0, told("COLUMNS").unwrap_or(width), told("LINES").unwrap_or(height));
    let looks = Looks::new(Manner::Once);
    let page = Page { model, looks: &looks, pace: Pace::Running, paint: Paint(Colour::Off) };
    let mut buffer = Buffer::empty(area);
    page.draw(&mut buffer);
    page::text(&buffer)
}

/// The same for scripts, and all of it.
pub(super) fn document(model: &Model) -> Value {
    let figures = model.figures.as_ref();
    let jobs = model.jobs.counts(model.now());
    let types = resources::types(model).into_iter().map(|row| {
        json!({
            "type": row.kind, "total": row.total, "up": row.up(), "free": row.free(),
            "down": row.counts.map(|counts| counts.down),
            "held": row.counts.map(|counts| counts.held),
        })
    });
    let upcoming = model.jobs.some(0, model.jobs.len()).map(|job| {
        json!({
            "job_id": job.id, "job_key": Some(&job.key).filter(|key| !key.is_empty()),
            "state": names::of_state(job.state), "start": job.start, "end": job.end,
            "late": model.now().map(|now| job.is_late(now)),
        })
    });
    json!({
        "server": legible(&model.server), "graph": model.graph,
        "revision": model.cursor.as_ref().map(|cursor| cursor.revision),
        "incarnation": model.cursor.as_ref().map(|cursor| &cursor.incarnation),
        "now": model.now(),
        "types": types.collect::<Vec<_>>(),
        "running": jobs.running, "waiting": jobs.waiting,
        "overrunning": model.now().map(|_| jobs.overrunning), "late": model.now().map(|_| jobs.late),
        "jobs": upcoming.collect::<Vec<_>>(),
        "matches_succeeded": figures.map(|figures| figures.matches_succeeded),
        "matches_failed": figures.map(|figures| figures.matches_failed),
    })
}
