//! `windows`: maintenance and advance reservations.

use clap::{ArgGroup, Args, Subcommand, ValueHint};
use fluxion_client::v1::{
    OnConflict, Recurrence, SetWindow, Window, WindowConflict, WindowSpan, WindowTargets,
    WindowWhen,
};
use serde_json::{Value, json};

use super::answer::Answer;
use super::options::{Change, Common};
use super::texts::read;
use super::{help, names, offers};
use crate::table::{Cell, Column, table};

/// What to do with the windows; lists them if left out.
#[derive(Debug, Args)]
pub(crate) struct WindowsArgs {
    #[command(flatten)]
    pub(super) common: Common,

    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show a window, with the jobs that it meets.
    #[command(after_help = help::SHOW_WINDOW)]
    Show {
        /// Its name.
        #[arg(add = offers::windows())]
        name: String,

        #[command(flatten)]
        time: Time,
    },
    /// Set a window, in place of an earlier one of its name.
    #[command(after_help = help::SET_WINDOW)]
    Set(Box<SetArgs>),
    /// End a window, now and for ever.
    #[command(after_help = help::DROP_WINDOW)]
    Drop {
        /// Its name.
        #[arg(add = offers::windows())]
        name: String,

        #[command(flatten)]
        change: Change,
    },
}

/// What time it is.
#[derive(Debug, Args)]
struct Time {
    /// The present time, on the graph's time axis; a graph that goes by the clock of the server has its own.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true)]
    now: i64,
}

/// Which window, of what, and when.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("kind").required(true)),
    group(ArgGroup::new("when").required(true)),
    group(ArgGroup::new("targets").required(true).multiple(true))
)]
struct SetArgs {
    /// Its name: letters, digits, `.`, `_` and `-`.
    name: String,

    /// Paths of vertices; all that lies below them is meant too.
    #[arg(group = "targets", value_name = "PATH", add = offers::paths())]
    paths: Vec<String>,

    /// Ranks of nodes, an idset such as 0-3,7.
    #[arg(long, group = "targets")]
    ranks: Option<String>,

    /// What `fluxion find` finds by these criteria.
    #[arg(long, group = "targets", value_name = "CRITERIA")]
    find: Option<String>,

    /// What this jobspec would get in the time of the window.
    #[arg(long, group = "targets", value_name = "FILE", value_hint = ValueHint::FilePath)]
    jobspec: Option<String>,

    /// Nobody gets the vertices.
    #[arg(long, group = "kind")]
    maintenance: bool,

    /// Who names the window gets the vertices: `fluxion match --window NAME`.
    #[arg(long, group = "kind")]
    reservation: bool,

    /// From when on, on the graph's time axis; with --until or --lasting.
    #[arg(long, group = "when", value_name = "SECONDS")]
    from: Option<i64>,

    /// Until when.
    #[arg(long, value_name = "SECONDS", requires = "from", conflicts_with = "lasting")]
    until: Option<i64>,

    /// How long it lasts, or each of them.
    #[arg(long, value_name = "SECONDS")]
    lasting: Option<i64>,

    /// Again and again, by a rule as FREQ=WEEKLY;BYDAY=TU (RFC 5545); with --first and --lasting.
    #[arg(long, group = "when", value_name = "RULE", requires = "first", requires = "lasting")]
    repeat: Option<String>,

    /// The local time of the first, as 2026-12-01T02:00:00.
    #[arg(long, value_name = "TIME", requires = "repeat")]
    first: Option<String>,

    /// The time zone of --first, as Europe/Berlin.
    #[arg(long, value_name = "ZONE", requires = "repeat", default_value = "UTC")]
    zone: String,

    /// From so many seconds after the present on, which moves on: no job may last longer.
    #[arg(long, group = "when", value_name = "SECONDS")]
    lead: Option<i64>,

    /// What becomes of jobs that have started.
    #[arg(long, default_value = "refuse", value_parser = names::on_conflict())]
    running: OnConflict,

    /// What becomes of reservations of jobs: as --running, but they cannot be truncated.
    #[arg(long, default_value = "refuse", value_parser = names::on_conflict())]
    reserved: OnConflict,

    /// It may share vertices and time with other windows that may, too.
    #[arg(long)]
    overlap: bool,

    /// A note for people.
    #[arg(long, default_value = "", hide_default_value = true)]
    note: String,

    /// Only tell which jobs it would meet, and what would become of them.
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    time: Time,

    #[command(flatten)]
    change: Change,
}

pub(super) async fn windows(own: &WindowsArgs) -> anyhow::Result<Answer> {
    match &own.action {
        None => list(&own.common).await,
        Some(Action::Show { name, time }) => show(&own.common, name, time.now).await,
        Some(Action::Set(set_args)) => set(&own.common, set_args).await,
        Some(Action::Drop { name, change }) => drop_window(&own.common, name, change).await,
    }
}

async fn list(common: &Common) -> anyhow::Result<Answer> {
    let windows = common.graph().await?.windows(0).await?;
    let text = if windows.is_empty() {
        "no windows\n".to_owned()
    } else {
        table(&COLUMNS, &windows.iter().map(row).collect::<Vec<_>>())
    };
    let windows: Vec<Value> = windows.iter().map(window_json).collect();
    Ok(Answer::new(text, json!({ "windows": windows })))
}

async fn show(common: &Common, name: &str, now: i64) -> anyhow::Result<Answer> {
    let told = common.graph().await?.window(name, now).await?;
    let window = told.window.unwrap_or_default();
    let text = whole(&window, &told.conflicts);
    Ok(Answer::new(text, whole_json(&window, &told.conflicts, told.revision)))
}

async fn set(common: &Common, own: &SetArgs) -> anyhow::Result<Answer> {
    let graph = own.change.of(&common.graph().await?);
    let window = window(own)?;
    let how = SetWindow { running: own.running, reserved: own.reserved, now: own.time.now };
    let told = match own.dry_run {
        true => graph.try_window(window, how).await?,
        false => graph.set_window(window, how).await?,
    };
    let window = told.window.unwrap_or_default();
    let text = whole(&window, &told.conflicts);
    Ok(Answer::new(text, whole_json(&window, &told.conflicts, told.revision)))
}

async fn drop_window(common: &Common, name: &str, change: &Change) -> anyhow::Result<Answer> {
    let told = change.of(&common.graph().await?).drop_window(name).await?;
    let json = json!({
        "name": name, "revision": told.revision, "incarnation": told.incarnation,
    });
    Ok(Answer::new(format!("window {name}: dropped\n"), json))
}

fn window(own: &SetArgs) -> anyhow::Result<Window> {
    let targets = WindowTargets {
        paths: own.paths.clone(),
        ranks: own.ranks.clone().unwrap_or_default(),
        criteria: own.find.clone().unwrap_or_default(),
        jobspec: own.jobspec.as_deref().map(read).transpose()?.unwrap_or_default(),
    };
    let window = match own.reservation {
        true => Window::reservation(&own.name, targets),
        false => Window::maintenance(&own.name, targets),
    };
    let window = Window { overlap: own.overlap, ..window }.with_note(&own.note);
    let lasting = own.lasting.unwrap_or_default();
    Ok(match (&own.repeat, own.from, own.lead) {
        (Some(rule), ..) => window.recurring(Recurrence {
            start: own.first.clone().unwrap_or_default(),
            time_zone: own.zone.clone(),
            duration: lasting,
            rule: rule.clone(),
        }),
        (None, Some(start), _) => {
            window.once(start, own.until.unwrap_or(start.saturating_add(lasting)))
        }
        (None, None, lead) => window.floating(lead.unwrap_or_default()),
    })
}

// --- for people ---

const COLUMNS: [Column; 6] = [
    Column::Left("NAME"),
    Column::Left("KIND"),
    Column::Right("START"),
    Column::Right("END"),
    Column::Left("VERTICES"),
    Column::Left("NOTE"),
];

fn row(window: &Window) -> Vec<Cell> {
    let next = window.next.first();
    let (start, end) = match &window.when {
        Some(WindowWhen::FloatingLead(lead)) => (format!("now+{lead}"), String::new()),
        _ => next.map_or_else(
            || ("over".to_owned(), String::new()),
            |WindowSpan { start, end }| (start.to_string(), end.to_string()),
        ),
    };
    let first = window.paths.first().map_or("", String::as_str);
    let vertices = match window.vertices {
        0 => "none left".to_owned(),
        1 => first.to_owned(),
        more => format!("{first} and {} more", more - 1),
    };
    let kind = names::of_window_kind(window.kind());
    vec![
        window.name.as_str().into(),
        kind.into(),
        start.into(),
        end.into(),
        vertices.into(),
        window.note.as_str().into(),
    ]
}

const CONFLICTS: [Column; 6] = [
    Column::Right("JOB"),
    Column::Left("KEY"),
    Column::Right("START"),
    Column::Right("END"),
    Column::Left("HOLDS"),
    Column::Left("FATE"),
];

fn conflict_row(conflict: &WindowConflict) -> Vec<Cell> {
    let fate = match conflict.fate() {
        OnConflict::Truncate => format!("ends at {}", conflict.new_end),
        OnConflict::Cancel => "canceled".to_owned(),
        OnConflict::Refuse => "in the way".to_owned(),
        OnConflict::Keep | OnConflict::Unspecified => "stays".to_owned(),
    };
    vec![
        conflict.job_id.into(),
        conflict.job_key.as_str().into(),
        conflict.start.into(),
        conflict.end.into(),
        conflict.path.as_str().into(),
        fate.into(),
    ]
}

fn whole(window: &Window, conflicts: &[WindowConflict]) -> String {
    let mut text = table(&COLUMNS, &[row(window)]);
    if !conflicts.is_empty() {
        let rows: Vec<_> = conflicts.iter().map(conflict_row).collect();
        text += &format!("\n{}", table(&CONFLICTS, &rows));
    }
    text
}

// --- for scripts ---

fn window_json(window: &Window) -> Value {
    let targets = window.targets.clone().unwrap_or_default();
    let span = |span: &WindowSpan| json!({ "start": span.start, "end": span.end });
    let when = match &window.when {
        Some(WindowWhen::Span(once)) => json!({ "span": span(once) }),
        Some(WindowWhen::FloatingLead(lead)) => json!({ "floating_lead": lead }),
        Some(WindowWhen::Recurrence(again)) => json!({ "recurrence": {
            "start": again.start, "time_zone": again.time_zone, "duration": again.duration,
            "rule": again.rule,
        } }),
        None => Value::Null,
    };
    json!({
        "name": window.name, "kind": names::of_window_kind(window.kind()),
        "targets": {
            "paths": targets.paths, "ranks": targets.ranks, "criteria": targets.criteria,
            "jobspec": targets.jobspec,
        },
        "when": when, "overlap": window.overlap, "note": window.note,
        "paths": window.paths, "vertices": window.vertices,
        "next": window.next.iter().map(span).collect::<Vec<_>>(),
    })
}

fn whole_json(window: &Window, conflicts: &[WindowConflict], revision: u64) -> Value {
    let conflict = |conflict: &WindowConflict| {
        json!({
            "job_id": conflict.job_id,
            "job_key": Some(&conflict.job_key).filter(|key| !key.is_empty()),
            "start": conflict.start, "end": conflict.end, "path": conflict.path,
            "fate": names::of_fate(conflict.fate()),
            "new_end": Some(conflict.new_end).filter(|&end| end != 0),
        })
    };
    let conflicts: Vec<Value> = conflicts.iter().map(conflict).collect();
    json!({ "window": window_json(window), "conflicts": conflicts, "revision": revision })
}
